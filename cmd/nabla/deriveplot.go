package main

import (
	"math"
	"slices"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

// kindsOfMarks are the signs of critical points in maps.
var kindsOfMarks = map[string]plot.Kind{calculus.Minimum: plot.Minimum, calculus.Maximum: plot.Maximum, calculus.Saddle: plot.Saddle}

// checkPlot reports a picture that cannot be drawn.
func (a *analysis) checkPlot() error {
	if n := len(a.e.Variables); a.flags.plot != "" && (n < 1 || n > 2 || a.e.Vector) {
		return usagef("--plot draws functions of one variable or two")
	}
	return checkPicture("plot", a.flags.plot, plot.Still)
}

// draw writes the picture: of one variable f, f' and the tangent, of two the map
// with the gradient.
func (a *analysis) draw() error {
	p, err := a.e.Compile()
	if err != nil || a.flags.plot == "" {
		return err
	}
	if len(a.e.Variables) == 1 {
		return a.curves(p).Write(a.flags.plot)
	}
	return a.contour(p).Write(a.flags.plot)
}

// marginOfView is how far the picture of a function goes beyond what it shows.
const marginOfView = 3

// view is the part of the box of variable i that is worth looking at: where the
// point and the critical points are; all of what --over asks for.
func (a *analysis) view(i int) (low, high float64) {
	if b, given := a.flags.over[a.e.Variables[i]]; given {
		return b.Low, b.High
	}
	var shown []float64
	if a.x != nil {
		shown = append(shown, a.x[i])
	}
	for _, p := range a.critical.Points {
		shown = append(shown, p.X[i])
	}
	if shown == nil {
		shown = []float64{0}
	}
	return slices.Min(shown) - marginOfView, slices.Max(shown) + marginOfView
}

// sampled is a function at evenly spaced places; it has none where it is not
// finite, nor where it changes its sign at a pole.
func sampled(f func(x float64) float64, low, high float64) (x, y []float64) {
	for i := range curvePoints + 1 {
		at := low + (high-low)*float64(i)/curvePoints
		x, y = append(x, at), append(y, f(at))
		if i > 0 && y[i-1]*y[i] < 0 && poleBetween(f, x[i-1], x[i], y[i-1], y[i]) {
			y[i] = math.NaN()
		}
	}
	return x, y
}

// poleBetween reports whether f, which changes its sign from a to b, does so beyond
// all bounds: halvings lead to a zero or to a pole.
func poleBetween(f func(x float64) float64, a, b, fa, fb float64) bool {
	bound := 100 * max(math.Abs(fa), math.Abs(fb))
	for range 40 {
		m := (a + b) / 2
		v := f(m)
		switch {
		case math.Abs(v) > bound:
			return true
		case v*fa > 0:
			a = m
		default:
			b = m
		}
	}
	return false
}

// valueRange is the range of an axis that shows values, cut where few of them are far
// beyond the others, as next to a pole.
func valueRange(lists ...[]float64) plot.Range {
	all := slices.DeleteFunc(slices.Concat(lists...), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	if len(all) == 0 {
		return plot.Range{}
	}
	slices.Sort(all)
	low, high := all[len(all)/20], all[len(all)-1-len(all)/20]
	if room := 3 * (high - low); room > 0 && (all[0] < low-room || all[len(all)-1] > high+room) {
		return plot.Range{Min: low - (high-low)/2, Max: high + (high-low)/2}
	}
	return plot.Range{}
}

// curves are a function of one variable, its derivative and its tangent.
func (a *analysis) curves(p *calculus.Program) plot.Curves {
	low, high := a.view(0)
	v := a.e.Variables[0]
	x, f := sampled(func(x float64) float64 { return p.Value([]float64{x}) }, low, high)
	_, slope := sampled(func(x float64) float64 {
		g := make([]float64, 1)
		if _, err := p.Gradient([]float64{x}, g); err != nil {
			return math.NaN()
		}
		return g[0]
	}, low, high)
	c := plot.Curves{
		Title: a.title(), XLabel: v, YLabel: "f and f'", X: plot.Range{Min: low, Max: high}, Y: valueRange(f, slope),
		Series: []plot.Series{{Name: "f", X: x, Y: f}, {Name: "f'", X: x, Y: slope}},
	}
	if a.x != nil && a.breaks == nil {
		_, line := sampled(func(x float64) float64 { return a.value[0] + a.slopes[0][0]*(x-a.x[0]) }, low, high)
		c.Series = append(c.Series, plot.Series{Name: "tangent at " + pointText(a.e.Variables, a.x), X: x, Y: line})
	}
	for _, k := range a.critical.Points {
		if k.X[0] >= low && k.X[0] <= high && len(a.critical.Points) <= shownPoints {
			c.Markers = append(c.Markers, plot.Marker{X: k.X[0], Label: k.Kind})
		}
	}
	return c
}

// contour is the map of a function of two variables, with its critical points and
// the gradient at the point.
func (a *analysis) contour(p *calculus.Program) plot.Contour {
	c := plot.Contour{
		Title: a.title(), XLabel: a.e.Variables[0], YLabel: a.e.Variables[1],
		F: func(x, y float64) float64 { return p.Value([]float64{x, y}) },
	}
	c.Box.XMin, c.Box.XMax = a.view(0)
	c.Box.YMin, c.Box.YMax = a.view(1)
	for _, k := range a.critical.Points {
		if kind, ok := kindsOfMarks[k.Kind]; ok && len(a.critical.Points) <= mostMarks {
			c.Marks = append(c.Marks, plot.Mark{Kind: kind, X: k.X[0], Y: k.X[1]})
		}
	}
	if a.x != nil {
		g := a.slopes[0]
		if length := math.Hypot(g[0], g[1]); length > 0 {
			s := 0.15 * min(c.Box.XMax-c.Box.XMin, c.Box.YMax-c.Box.YMin) / length
			c.StartName = pointText(a.e.Variables, a.x)
			c.Paths = []plot.Path{{Name: "direction of the gradient", X: []float64{a.x[0], a.x[0] + s*g[0]}, Y: []float64{a.x[1], a.x[1] + s*g[1]}}}
		}
	}
	return c
}

// title is the formula, if it is short enough to stand above a picture.
func (a *analysis) title() string { return pictureTitle("f = " + a.e.Format(calculus.Unicode)) }

// pictureTitle cuts a title to what fits.
func pictureTitle(text string) string {
	const most = 70
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
