package plot

import (
	"fmt"
	"math"
	"slices"
)

// Series is one curve: the value Y[i] at each X[i].
type Series struct {
	Name string
	X    []float64 // nil counts 1, 2, 3 …
	Y    []float64

	// Low and High, both or none, are the edges of a light band around the curve:
	// mean ± standard deviation, a confidence interval, the range over seeds.
	Low, High []float64

	Steps bool // Y[i] holds from X[i] to X[i+1], as in a performance profile
	Dots  bool // mark each point
	Faint bool // thin and grey, for what stands behind the others; the terminal leaves it out

	// Failed are places without an outcome (a learning rate at which training
	// diverged); each is a cross at the upper edge.
	Failed []float64
}

// Marker is a vertical line with a label at the top, such as a suggested learning
// rate or the epoch of the best weights.
type Marker struct {
	X     float64
	Label string
}

// Range is what an axis shows; the zero Range is chosen from the data.
type Range struct{ Min, Max float64 }

// Curves are lines over a common horizontal axis.
type Curves struct {
	Title          string
	XLabel, YLabel string // with units, "time in s"
	LogX, LogY     bool   // values of 0 and less are left out
	X, Y           Range  // curves are cut at its edges
	Series         []Series
	Markers        []Marker

	Width, Height int // in pixels; 800 and 500 if 0
	Theme         Theme
}

// Write draws the curves into a .png, .svg or .pdf file.
func (c Curves) Write(file string) error {
	if err := CheckFile(file, Still); err != nil {
		return err
	}
	s, err := c.draw()
	if err != nil {
		return err
	}
	return write(file, s)
}

// check reports series whose slices do not fit together.
func (c Curves) check() error {
	if len(c.Series) == 0 {
		return errorf(c.Title, "no series to draw")
	}
	for i, s := range c.Series {
		name := s.Name
		if name == "" {
			name = fmt.Sprint(i + 1)
		}
		switch {
		case s.X != nil && len(s.X) != len(s.Y):
			return errorf(c.Title, "series %s has %d places and %d values", name, len(s.X), len(s.Y))
		case len(s.Low) != len(s.High) || len(s.Low) != 0 && len(s.Low) != len(s.Y):
			return errorf(c.Title, "series %s has %d values, but %d low and %d high edges of its band", name, len(s.Y), len(s.Low), len(s.High))
		}
	}
	return nil
}

// x is the place of value i.
func (s Series) x(i int) float64 {
	if s.X == nil {
		return float64(i + 1)
	}
	return s.X[i]
}

// axes are the axes of the curves, wide enough for all that is drawn.
func (c Curves) axes() (x, y axis, err error) {
	if err := c.check(); err != nil {
		return axis{}, axis{}, err
	}
	failures := 0
	xs, ys := extent{log: c.LogX}, extent{log: c.LogY}
	for _, s := range c.Series {
		for i, v := range s.Y {
			if at := s.x(i); xs.has(at) && ys.has(v) {
				xs.add(at)
				ys.add(v)
				if s.Low != nil {
					ys.add(s.Low[i])
					ys.add(s.High[i])
				}
			}
		}
		for _, at := range s.Failed {
			xs.add(at)
		}
		if len(s.Failed) > 0 {
			failures++
		}
	}
	for _, m := range c.Markers {
		if !xs.empty() {
			xs.add(m.X)
		}
	}
	switch {
	case xs.empty():
		what := "finite"
		if c.LogX || c.LogY {
			what = "finite and positive, as its log axis needs,"
		}
		return axis{}, axis{}, errorf(c.Title, "no value is %s", what)
	case ys.empty(): // all failed
		ys.add(1)
	}
	x, y = xs.axis(c.X, 0), ys.axis(c.Y, 0.04)
	if failures > 0 && c.Y == (Range{}) {
		// Crosses stand above the curves.
		y.max = min(y.value(1.02+0.035*float64(failures)), math.MaxFloat64)
	}
	x.whole = !slices.ContainsFunc(c.Series, func(s Series) bool {
		return slices.ContainsFunc(s.X, func(v float64) bool { return v != math.Trunc(v) })
	})
	x.label, y.label = c.XLabel, c.YLabel
	return x, y, nil
}

// finite reports whether v is a number.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
