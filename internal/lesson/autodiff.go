package lesson

import (
	"math"

	"nabla/nn/explain"
)

// automaticDifferentiation walks through a small graph.
var automaticDifferentiation = Lesson{
	Name: "autodiff", Row: 12,
	Title: "Automatic differentiation on a graph",
	About: "z = xy, w = z + x, loss = w²: every box with its value and its gradient, 64 and 32",
	Params: []Param{
		number("x", 2, -5, 5, "value of x"),
		number("y", 3, -5, 5, "value of y"),
	},
	run: func(p *Page, s Settings) error {
		x, y := s.Number("x"), s.Number("y")
		t, err := explain.Expression("z=x*y; w=z+x; loss=w^2", map[string]float64{"x": x, "y": y}, explain.Options{Title: "z = x·y, w = z + x, loss = w²"})
		if err != nil {
			return err
		}
		p.Say("A program that computes a number is a graph of small operations. Automatic differentiation records it and goes through it backwards, from the result with gradient 1: each operation turns the gradient of its output into those of its inputs, by its own rule. No formula of the whole is ever made, and no difference is taken: the result is exact up to rounding.")
		p.Formula("∂loss/∂w = 2w,   ∂w/∂z = 1,   ∂w/∂x = 1,   ∂z/∂x = y,   ∂z/∂y = x", "")
		p.Say("x is used twice, in z and in w. Its gradient is the sum over both ways: what a value does, it does through everything that reads it.")
		p.Formula("∂loss/∂x = ∂loss/∂z·y + ∂loss/∂w·1 = 2w·(y + 1),   ∂loss/∂y = ∂loss/∂z·x = 2w·x", "")
		p.Diagram("graph", "Values go forwards along the full arrows, gradients back along the dashed ones, times the local derivative beside each.", t)
		w := x*y + x
		node := func(name string) float64 {
			if n, ok := t.Node(name); ok && n.Gradient != nil {
				return n.Gradient.Value[0]
			}
			return math.NaN()
		}
		p.Equal("∂loss/∂x is 2w·(y + 1)", node("x"), 2*w*(y+1), 1e-12)
		p.Equal("∂loss/∂y is 2w·x", node("y"), 2*w*x, 1e-12)
		p.Equal("∂loss/∂w is 2w", node("w"), 2*w, 1e-12)
		p.Equal("∂loss/∂z is ∂loss/∂w·1", node("z"), node("w"), 1e-12)
		p.Equal("∂loss/∂x is ∂loss/∂z·y + ∂loss/∂w·1, over both ways", node("x"), node("z")*y+node("w"), 1e-12)
		p.Equal("∂loss/∂y is ∂loss/∂z·x", node("y"), node("z")*x, 1e-12)
		p.Equal("∂z/∂x is y, against differences", slope(func(v float64) float64 { return v * y }, x), y, 1e-8)
		p.Equal("∂z/∂y is x, against differences", slope(func(v float64) float64 { return x * v }, y), x, 1e-8)
		p.Equal("∂w/∂z is 1, against differences", slope(func(v float64) float64 { return v + x }, x*y), 1, 1e-8)
		p.Equal("∂w/∂x is 1, z held, against differences", slope(func(v float64) float64 { return x*y + v }, x), 1, 1e-8)
		loss := func(x, y float64) float64 { return math.Pow(x*y+x, 2) }
		p.Equal("∂loss/∂x against differences", node("x"), slope(func(v float64) float64 { return loss(v, y) }, x), 1e-7)
		p.Equal("∂loss/∂y against differences", node("y"), slope(func(v float64) float64 { return loss(x, v) }, y), 1e-7)
		p.Number("loss", w*w)
		p.Numbers("gradient", []float64{node("x"), node("y")})
		p.See("At x = %s, y = %s the loss is %s and its gradient (%s, %s).", short(x), short(y), short(w*w), short(node("x")), short(node("y")))
		return nil
	},
}
