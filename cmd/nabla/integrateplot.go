package main

import (
	"math"
	"strings"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

// title is the integral in signs: ∫ (x + y) dx dy.
func (r *area) title() string {
	text := r.e.Format(calculus.Unicode)
	if k := r.e.Outputs[0].Kind; k == calculus.Sum || k == calculus.Negation {
		text = "(" + text + ")"
	}
	for _, v := range r.e.Variables {
		text += " d" + v
	}
	return strings.Repeat("∫", len(r.e.Variables)) + " " + text
}

// draw writes the picture of an integral: the area under the curve, or the map of
// two variables.
func (r *area) draw(file string) error {
	p, err := r.e.Compile()
	if err != nil || file == "" {
		return err
	}
	title := pictureTitle(r.title())
	if len(r.box) == 2 {
		c := plot.Contour{Title: title, XLabel: r.e.Variables[0], YLabel: r.e.Variables[1], F: func(x, y float64) float64 { return p.Value([]float64{x, y}) }}
		c.Box.XMin, c.Box.XMax = finiteEnds(r.box[0])
		c.Box.YMin, c.Box.YMax = finiteEnds(r.box[1])
		return c.Write(file)
	}
	low, high := finiteEnds(r.box[0])
	x, f := sampled(func(x float64) float64 { return p.Value([]float64{x}) }, low, high)
	margin := 0.25 * (high - low)
	around, outside := sampled(func(x float64) float64 { return p.Value([]float64{x}) }, low-margin, high+margin)
	under, over := make([]float64, len(f)), make([]float64, len(f))
	for i, v := range f {
		under[i], over[i] = min(v, 0), max(v, 0)
	}
	return plot.Curves{
		Title: title, XLabel: r.e.Variables[0], YLabel: "f", Y: valueRange(outside, []float64{0}),
		Series: []plot.Series{
			{Name: "area = " + figure(r.quadrature.Value), X: x, Y: f, Low: under, High: over},
			{Name: "f beyond the range", X: around, Y: outside, Faint: true},
		},
	}.Write(file)
}

// finiteEnds cuts an infinite range to where a picture can show it.
func finiteEnds(i calculus.Interval) (low, high float64) {
	const far = 6
	low, high = i.Low, i.High
	switch {
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		return -far, far
	case math.IsInf(low, -1):
		return high - 2*far, high
	case math.IsInf(high, 1):
		return low, low + 2*far
	}
	return low, high
}
