package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"nabla/internal/plot"
	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// picture is what shows a run, in a file and in the terminal.
type picture interface {
	Write(file string) error
	Text(t plot.Terminal) (string, error)
}

// checkPlot reports a picture that cannot be drawn, before the work.
func (m *minimizer) checkPlot(f testfuncs.Function) error {
	if err := checkPicture("plot", m.plot, plot.Moving); err != nil {
		return err
	}
	if f.Dim != 2 && strings.EqualFold(filepath.Ext(m.plot), ".gif") {
		return usagef("--plot: a .gif shows a path over two variables, %s has %d; take %s", f.Name, f.Dim, strings.Join(plot.Still, ", "))
	}
	return nil
}

// picture is by the number of variables: of one the curve of the function with the
// points, of two the map with the path, of more the values by step.
func (m *minimizer) picture(f testfuncs.Function, r minimization) picture {
	title := f.Name + ": " + m.describe()
	switch f.Dim {
	case 1:
		return curvePicture(f, r, title)
	case 2:
		return mapPicture(f, r, title)
	}
	return valuesPicture(f, r, title)
}

// draw writes the picture.
func (m *minimizer) draw(f testfuncs.Function, r minimization) error {
	return m.picture(f, r).Write(m.plot)
}

// sketch prints the picture. A function that has no value near the path has none.
func (m *minimizer) sketch(f testfuncs.Function, r minimization) {
	text, err := m.picture(f, r).Text(m.screen(16))
	if err == nil {
		fmt.Fprintf(m.out, "%s\n", text)
	}
}

// curvePoints is how finely the curve of a function is drawn.
const curvePoints = 400

// curvePicture is a function of one variable with the points of the path.
func curvePicture(f testfuncs.Function, r minimization, title string) plot.Curves {
	path := plot.Series{Name: r.Optimizer, Dots: true}
	for i, x := range r.Path {
		path.X, path.Y = append(path.X, x[0]), append(path.Y, float64(r.Values[i]))
	}
	low, high := grown(f.Box[0], path.X)
	curve := plot.Series{Name: f.Formula}
	for i := range curvePoints + 1 {
		x := low + (high-low)*float64(i)/curvePoints
		curve.X, curve.Y = append(curve.X, x), append(curve.Y, f.Func([]float64{x}))
	}
	c := plot.Curves{Title: title, XLabel: r.Variables[0], YLabel: "f", X: plot.Range{Min: low, Max: high}, Series: []plot.Series{curve, path}}
	for _, k := range f.Minima {
		c.Markers = append(c.Markers, plot.Marker{X: k.X[0], Label: "minimum: " + number(k.X[0])})
	}
	return c
}

// valuesPicture is how value and slope fall by step, where there are too many
// variables for a map. The value is that above the known minimum, or above the least
// of the run.
func valuesPicture(f testfuncs.Function, r minimization, title string) plot.Curves {
	least, name := math.Inf(1), "f − least f"
	for _, v := range r.Values {
		least = min(least, float64(v))
	}
	if len(f.Minima) > 0 && f.Minima[0].F <= least {
		least, name = f.Minima[0].F, "f − min f"
	}
	if least == 0 {
		name = "f"
	}
	var steps, above []float64
	for i, v := range r.Values {
		steps, above = append(steps, float64(i)), append(above, float64(v)-least)
	}
	return plot.Curves{
		Title: title, XLabel: "step", YLabel: name + ", |g|", LogY: true,
		Series: []plot.Series{{Name: name, X: steps, Y: above}, {Name: "|g|, norm of the gradient", X: steps, Y: numbers(r.GradientNorms)}},
	}
}

// numbers are plain.
func numbers(list []train.Number) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v)
	}
	return out
}

// mapPicture is the map of a function of two variables with the path.
func mapPicture(f testfuncs.Function, r minimization, title string) plot.Contour {
	path := plot.Path{Name: r.Optimizer}
	for _, x := range r.Path {
		path.X, path.Y = append(path.X, x[0]), append(path.Y, x[1])
	}
	c := plot.Contour{
		Title: title, XLabel: r.Variables[0], YLabel: r.Variables[1], Paths: []plot.Path{path}, Marks: marks(f),
		F: func(x, y float64) float64 { return f.Func([]float64{x, y}) },
	}
	c.Box.XMin, c.Box.XMax = grown(f.Box[0], path.X)
	c.Box.YMin, c.Box.YMax = grown(f.Box[1], path.Y)
	return c
}

// mostMarks is from how many critical points on they would hide the map; then the
// global minima are enough.
const mostMarks = 24

// kindMarks are the signs of critical points.
var kindMarks = map[optimizers.Kind]plot.Kind{
	optimizers.MinimumPoint: plot.Minimum, optimizers.SaddlePoint: plot.Saddle, optimizers.MaximumPoint: plot.Maximum,
}

// marks are the known minima and the critical points that can be found.
func marks(f testfuncs.Function) []plot.Mark {
	var known []plot.Mark
	for _, k := range f.Minima {
		known = append(known, plot.Mark{Kind: plot.Minimum, X: k.X[0], Y: k.X[1]})
	}
	found := slices.Clone(known)
	for _, p := range optimizers.CriticalPoints(f) {
		twice := func(k plot.Mark) bool { return math.Hypot(k.X-p.X[0], k.Y-p.X[1]) < 1e-3 }
		if !slices.ContainsFunc(known, twice) {
			found = append(found, plot.Mark{Kind: kindMarks[p.Kind], X: p.X[0], Y: p.X[1]})
		}
	}
	if len(found) > mostMarks {
		return known
	}
	return found
}

// mostSides is how many sides of its box a path may leave the box by and still be
// shown whole; one that runs away is cut.
const mostSides = 2

// grown is a side of the box of a function, longer where the path needs it.
func grown(side [2]float64, x []float64) (low, high float64) {
	low, high = min(side[0], slices.Min(x)), max(side[1], slices.Max(x))
	room := mostSides * (side[1] - side[0])
	if low < side[0]-room || high > side[1]+room || math.IsNaN(low+high) {
		return side[0], side[1]
	}
	margin := 0.03 * (high - low)
	if low < side[0] {
		low -= margin
	}
	if high > side[1] {
		high += margin
	}
	return low, high
}
