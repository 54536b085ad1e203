package plot

// Terminal is how Text draws with characters.
type Terminal struct {
	Width  int  // columns of the whole picture; 80 if 0, at least 40
	Height int  // rows of the drawing itself; 16 if 0, at least 4
	ASCII  bool // only characters of ASCII
	Color  bool // ANSI colours besides the different marks
}
