package main

import (
	"math"
	"path/filepath"
	"slices"
	"strings"

	"nabla/internal/plot"
	"nabla/train/optimizers/testfuncs"
)

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

// draw writes the picture: of two variables the contour map with the path, of
// others the values by step.
func (m *minimizer) draw(f testfuncs.Function, r minimization) error {
	title := f.Name + ": " + m.optimizer
	if m.rate > 0 {
		title += ", lr " + number(m.rate)
	}
	if f.Dim == 2 {
		return contour(f, r, title).Write(m.plot)
	}
	values := make([]float64, len(r.Values))
	steps := make([]float64, len(values))
	for i, v := range r.Values {
		steps[i], values[i] = float64(i), float64(v)
	}
	c := plot.Curves{Title: title, XLabel: "step", YLabel: "f", LogY: wide(values), Series: []plot.Series{{Name: "f", X: steps, Y: values}}}
	return c.Write(m.plot)
}

// contour is the map of a function of two variables.
func contour(f testfuncs.Function, r minimization, title string) plot.Contour {
	c := plot.Contour{
		Title: title, XLabel: "x1", YLabel: "x2",
		F: func(x, y float64) float64 { return f.Func([]float64{x, y}) },
	}
	path := plot.Path{Name: r.Optimizer}
	for _, x := range r.Path {
		path.X, path.Y = append(path.X, x[0]), append(path.Y, x[1])
	}
	c.Paths = []plot.Path{path}
	c.Box = view(f, path)
	for _, min := range f.Minima {
		c.Marks = append(c.Marks, plot.Mark{Kind: plot.Minimum, X: min.X[0], Y: min.X[1]})
	}
	return c
}

// mostSides is how many sides of its box a path may leave the box by and still be
// shown whole; one that runs away is cut.
const mostSides = 2

// view is the part of the plane to show: the box of the function, grown to hold the
// path.
func view(f testfuncs.Function, path plot.Path) plot.Box {
	grown := func(side [2]float64, x []float64) (float64, float64) {
		low, high := min(side[0], slices.Min(x)), max(side[1], slices.Max(x))
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
	var b plot.Box
	b.XMin, b.XMax = grown(f.Box[0], path.X)
	b.YMin, b.YMax = grown(f.Box[1], path.Y)
	return b
}
