package plot_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"nabla/internal/plot"
)

// Lines of a map carry the words of its scale: each value stands there twice, and
// what the scale counts from is said.
func TestContourLabels(t *testing.T) {
	c := plot.Contour{
		Title: "bowl", ValueLabel: "loss", F: func(x, y float64) float64 { return 5 + x*x + y*y }, Box: plot.Box{XMin: -2, XMax: 2.5, YMin: -2, YMax: 2.5},
		Levels: []float64{6, 8, 10}, Grid: 100,
	}
	count := func(text string, of []string) (n int) {
		for _, one := range of {
			if one == text {
				n++
			}
		}
		return n
	}
	plain := parseSVG(t, written(t, c, ".svg")).texts
	c.Labels = true
	labelled := parseSVG(t, written(t, c, ".svg")).texts
	for _, level := range []string{"6", "8", "10"} {
		if before, after := count(level, plain), count(level, labelled); before != 1 || after != 2 {
			t.Errorf("%s stands there %d times without labels, %d with", level, before, after)
		}
	}
	// A path that covers the whole line leaves it without a label.
	x := []float64{-2.0}
	y := []float64{-2.0}
	for k := range 120 {
		x, y = append(x, -2+4.5*float64(k)/119), append(y, []float64{-2, 2.5}[k%2])
	}
	c.Paths = []plot.Path{{X: x, Y: y}}
	if crossed := parseSVG(t, written(t, c, ".svg")).texts; count("8", crossed) != 1 {
		t.Errorf("a label stands on a path: %q", crossed)
	}
	c.Paths, c.Levels, c.Grid = nil, nil, 0
	if texts := parseSVG(t, written(t, c, ".svg")).texts; !slices.ContainsFunc(texts, func(s string) bool { return s == "loss − 5" }) {
		t.Errorf("the scale does not say where it begins: %q", texts)
	}
}

// A sign behind a ridge is not drawn in front of it: only its outline is.
func TestHiddenMark(t *testing.T) {
	yellow := func(behind bool) (n int) {
		s := sampled(func(x, y float64) float64 {
			if behind && x < 0 && x > -0.5 {
				return 9
			}
			return 0
		}, plot.Box{XMin: -1, XMax: 1, YMin: -1, YMax: 1}, 21)
		s.Azimuth, s.Elevation = 90, 15 // the eye looks along growing x
		s.Marks = []plot.Mark{{Kind: plot.Trained, X: 0.3}}
		img, err := png.Decode(bytes.NewReader(written(t, s, ".png")))
		if err != nil {
			t.Fatal(err)
		}
		above := image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()-60) // the legend is below
		for y := above.Min.Y; y < above.Max.Y; y++ {
			for x := above.Min.X; x < above.Max.X; x++ {
				if color.NRGBAModel.Convert(img.At(x, y)) == (color.NRGBA{0xf0, 0xe4, 0x42, 0xff}) {
					n++
				}
			}
		}
		return n
	}
	if seen, hidden := yellow(false), yellow(true); seen < 60 || hidden > 0 {
		t.Errorf("the sign has %d pixels in the open and %d behind a wall", seen, hidden)
	}
}

// Each kind of sign has a name in legends and a character of its own.
func TestSignsOfKinds(t *testing.T) {
	kinds := []plot.Kind{plot.Minimum, plot.Saddle, plot.Maximum, plot.Trained, plot.Other}
	c := plot.Contour{F: func(x, y float64) float64 { return x }, Box: plot.Box{XMin: -1, XMax: 5, YMin: -1, YMax: 1}}
	for k, kind := range kinds {
		c.Marks = append(c.Marks, plot.Mark{Kind: kind, X: float64(k)})
	}
	for _, ascii := range []bool{false, true} {
		text, err := c.Text(plot.Terminal{ASCII: ascii, Width: 140})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"minimum", "saddle", "maximum", "trained weights", "other weights"} {
			if !strings.Contains(text, name) {
				t.Errorf("%q is not in the legend:\n%s", name, text)
			}
		}
	}
	parseSVG(t, written(t, c, ".svg")).has(t, "trained weights", "other weights")
}
