package plot

import (
	"math"
	"path/filepath"
	"strings"

	"nabla/internal/files"
)

// Box is the part of the plane that a contour map shows.
type Box struct{ XMin, XMax, YMin, YMax float64 }

// Path is the way of an optimizer, its start first.
type Path struct {
	Name string
	X, Y []float64
}

// Kind is what a marked place is.
type Kind int

// The kinds of places.
const (
	Minimum Kind = iota // a star
	Saddle              // a cross
	Maximum             // a triangle
	Trained             // a square: where a training ended
	Other               // a hollow square: where another one ended
)

// kinds are their names in legends.
var kinds = []string{Minimum: "minimum", Saddle: "saddle", Maximum: "maximum", Trained: "trained weights", Other: "other weights"}

// Mark is a known place of a function.
type Mark struct {
	Kind Kind
	X, Y float64
}

// Contour is a map of a function of two variables with paths on it.
type Contour struct {
	Title          string
	XLabel, YLabel string
	ValueLabel     string                     // of the scale of colours; "f" if empty
	F              func(x, y float64) float64 // NaN where it is not defined
	Box            Box                        // the zero Box is chosen around paths and marks
	Paths          []Path                     // cut at the edges of the box
	Marks          []Mark
	StartName      string // of the first point of each path; "start" if empty

	// Levels are the values of the lines. If nil, they grow by a constant factor
	// over the lowest value when that lies inside the box, and are equally spaced
	// when it lies on the edge (a saddle, a slope).
	Levels []float64
	Labels bool // the values of lines are written onto them too
	Grid   int  // function values per side; 500 if 0

	Frames        int    // of a .gif at most; 80 if 0
	StepName      string // of a .gif's caption; "step" if empty
	Width, Height int    // in pixels; 800 and 640 if 0
	Theme         Theme
}

// Write draws the map into a .png, .svg or .pdf file; into a .gif file it draws
// how the paths grow, step by step, the last picture longest.
func (c Contour) Write(file string) error {
	if err := CheckFile(file, Moving); err != nil {
		return err
	}
	m, err := c.prepare()
	if err != nil {
		return err
	}
	if strings.ToLower(filepath.Ext(file)) == ".gif" {
		return files.Write(file, m.grow)
	}
	return write(file, m.whole())
}

// check reports what cannot be drawn.
func (c Contour) check() error {
	if c.F == nil {
		return errorf(c.Title, "no function to draw")
	}
	for i, p := range c.Paths {
		if len(p.X) != len(p.Y) {
			return errorf(c.Title, "path %d (%s) has %d x and %d y", i+1, p.Name, len(p.X), len(p.Y))
		}
	}
	if b := c.Box; b != (Box{}) {
		for _, v := range []float64{b.XMin, b.XMax, b.YMin, b.YMax} {
			if !finite(v) {
				return errorf(c.Title, "the box has an edge at %v", v)
			}
		}
		if b.XMin >= b.XMax || b.YMin >= b.YMax {
			return errorf(c.Title, "the box is empty: x from %v to %v, y from %v to %v", b.XMin, b.XMax, b.YMin, b.YMax)
		}
	}
	return nil
}

// box is the part of the plane that is shown: the given one, or one that holds all
// paths and marks with a margin of a sixth.
func (c Contour) box() (Box, error) {
	if c.Box != (Box{}) {
		return c.Box, nil
	}
	x, y := extent{}, extent{}
	for _, p := range c.Paths {
		for i := range p.X {
			if finite(p.X[i]) && finite(p.Y[i]) {
				x.add(p.X[i])
				y.add(p.Y[i])
			}
		}
	}
	for _, m := range c.Marks {
		x.add(m.X)
		y.add(m.Y)
	}
	if x.empty() || y.empty() {
		return Box{}, errorf(c.Title, "neither a box nor a path says where to look")
	}
	side := func(e extent) (low, high float64) {
		margin := (e.max/2 - e.min/2) / 3
		if margin == 0 {
			margin = math.Max(1, math.Abs(e.min)/2)
		}
		return e.min - margin, e.max + margin
	}
	var b Box
	b.XMin, b.XMax = side(x)
	b.YMin, b.YMax = side(y)
	return b, nil
}
