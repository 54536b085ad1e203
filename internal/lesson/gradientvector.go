package lesson

import (
	"fmt"
	"math"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

// gradientVector shows what the gradient points at.
var gradientVector = Lesson{
	Name: "gradient", Row: 4,
	Title: "Partial derivatives and the gradient",
	About: "the direction of steepest ascent, at a right angle to the level curve",
	Params: []Param{
		number("x", 1, -2, 2, "the point, x"),
		number("y", 0.5, -2, 2, "the point, y"),
	},
	run: func(p *Page, s Settings) error {
		at := []float64{s.Number("x"), s.Number("y")}
		e, err := calculus.Parse("x^2/2 + y^2 + sin(x*y) + x/2")
		if err != nil {
			return err
		}
		program, err := e.Compile()
		if err != nil {
			return err
		}
		f := func(x, y float64) float64 { return program.Value([]float64{x, y}) }
		partial, err := calculus.Gradient(e.Outputs[0], e.Variables)
		if err != nil {
			return err
		}
		g := make([]float64, 2)
		value, err := program.Gradient(at, g)
		if err != nil {
			return err
		}
		length := norm(g)
		p.Say("A function of several variables has a slope in every direction. Hold all variables but one and differentiate: that is a partial derivative. All of them together are a vector, the gradient, and it knows the slope in every other direction.")
		p.Formula("f = "+minus(e.Format(calculus.Unicode)), "")
		p.Formula("∂f/∂x = "+minus(partial[0].Format(calculus.Unicode)), "y is held")
		p.Formula("∂f/∂y = "+minus(partial[1].Format(calculus.Unicode)), "x is held")
		p.Formula("slope along a direction u of length 1:   ∇f·u = ‖∇f‖·cos φ", "φ is the angle between u and the gradient")
		p.Say("At %s the gradient is %s, of length ‖∇f‖ = √(%s² + %s²) = %s.", vector(at), vector(g), short(math.Abs(g[0])), short(math.Abs(g[1])), short(length))
		p.Say("The cosine says everything: the slope is largest straight along the gradient, where it is ‖∇f‖; it is 0 at a right angle, which is along the level curve; and it is −‖∇f‖ straight against it, the way that gradient descent goes.")
		if length < 1e-6 {
			return fmt.Errorf("f is level at (%v, %v): a gradient of 0 has no direction; move --x or --y", at[0], at[1])
		}
		angles := spaced(-180, 180, 361)
		best, bestAngle := math.Inf(-1), 0.0
		along := func(deg float64) float64 {
			φ := math.Atan2(g[1], g[0]) + deg*math.Pi/180
			return slope(func(t float64) float64 { return f(at[0]+t*math.Cos(φ), at[1]+t*math.Sin(φ)) }, 0)
		}
		slopes := mapped(angles, along)
		for i, v := range slopes {
			if v > best {
				best, bestAngle = v, angles[i]
			}
		}
		arrow := func(name string, dx, dy float64) plot.Path {
			return plot.Path{Name: name, X: []float64{at[0], at[0] + dx}, Y: []float64{at[1], at[1] + dy}}
		}
		scale := 0.8 / length
		p.Contour("level", "Level curves with three arrows from the point: along the gradient, against it, and along the level curve, where f does not change.", plot.Contour{
			Title: "Level curves and the gradient", XLabel: "x", YLabel: "y", F: f, Box: plot.Box{XMin: -3.45, XMax: 3.45, YMin: -2.6, YMax: 2.6}, // a unit is as long on both axes
			Paths: []plot.Path{arrow("gradient", scale*g[0], scale*g[1]), arrow("against it", -scale*g[0], -scale*g[1]), arrow("level", -scale*g[1], scale*g[0])},
		})
		p.Curves("directions", "The slope of f by the angle to the gradient: a cosine of height ‖∇f‖.", plot.Curves{
			Title: "Slope by direction", XLabel: "angle to the gradient in degrees", YLabel: "slope",
			Series: []plot.Series{{Name: "measured slope", X: angles, Y: slopes}},
		})
		p.Table(fmt.Sprintf("At %s", vector(at)), []string{"direction", "slope"}, [][]string{
			cells("along the gradient", along(0)), cells("60° beside it", along(60)), cells("at a right angle", tidy(math.Round(along(90)*1e9)/1e9)), cells("against it", along(180)),
		})
		p.Equal("∂f/∂x against differences", g[0], slope(func(v float64) float64 { return f(v, at[1]) }, at[0]), 1e-8)
		p.Equal("∂f/∂y against differences", g[1], slope(func(v float64) float64 { return f(at[0], v) }, at[1]), 1e-8)
		p.Equal("slope along the gradient is its length", along(0), length, 1e-8)
		p.Equal("slope at a right angle is 0", along(90), 0, 1e-8)
		p.Equal("slope 60° beside it is ‖∇f‖·cos 60°", along(60), length/2, 1e-8)
		p.Equal("of 361 directions the steepest is at the angle", bestAngle, 0, 0)
		p.Equal("slope against it is −‖∇f‖", along(180), -length, 1e-8)
		// Two points of the level curve, 10⁻⁴ to both sides: a Newton step or two across.
		const apart = 1e-4
		var ends [2][2]float64
		for i, side := range []float64{-apart, apart} {
			x, y := at[0]-side*g[1]/length, at[1]+side*g[0]/length
			for range 4 {
				off := (f(x, y) - value) / length
				x, y = x-off*g[0]/length, y-off*g[1]/length
			}
			ends[i] = [2]float64{x, y}
		}
		dx, dy := ends[1][0]-ends[0][0], ends[1][1]-ends[0][1]
		p.Equal("two near points of the level curve have the same f", f(ends[1][0], ends[1][1])-f(ends[0][0], ends[0][1]), 0, 1e-12)
		p.Equal("the line through them is at a right angle to ∇f: cosine", (dx*g[0]+dy*g[1])/(math.Hypot(dx, dy)*length), 0, 1e-4)
		p.Number("f", value)
		p.Numbers("gradient", g)
		p.See("At %s the gradient is %s: f rises fastest that way, by %s a unit of length.", vector(at), vector(g), short(length))
		return nil
	},
}

// chainRule follows a number through three functions and back.
var chainRule = Lesson{
	Name: "chain-rule", Row: 5,
	Title: "The chain rule, forwards and backwards",
	About: "a = h(x), b = g(a), z = f(b): one local derivative a step, multiplied on the way back",
	Params: []Param{
		number("x", 0.6, -1.5, 1.5, "the input"),
	},
	run: func(p *Page, s Settings) error {
		x := s.Number("x")
		p.Say("A network is functions inside functions. Forwards each one computes its value from the one before. Backwards each one needs to know only its own slope at the value it has seen, its local derivative, and multiplies by it what comes from behind.")
		p.Formula("a = h(x) = x²,   b = g(a) = sin a,   z = f(b) = eᵇ", "")
		p.Formula("h′(x) = 2x   g′(a) = cos a   f′(b) = eᵇ", "the local derivatives")
		p.Formula("dz/dx = f′(b)·g′(a)·h′(x)", "at the values a and b of the forward pass, which is why these are kept")
		a := x * x
		b := math.Sin(a)
		z := math.Exp(b)
		local := []float64{2 * x, math.Cos(a), math.Exp(b)}
		dz := []float64{1, local[2], local[2] * local[1], local[2] * local[1] * local[0]}
		p.Table("Forwards, from left to right", []string{"x", "a = x²", "b = sin a", "z = eᵇ"}, [][]string{cells(short(x), a, b, z)})
		p.Table("Backwards: local derivative × what has come = what is passed on", []string{"step", "local", "upstream", "gradient"}, [][]string{
			cells("dz/db = eᵇ · dz/dz", local[2], 1, dz[1]), cells("dz/da = cos a · dz/db", local[1], dz[1], dz[2]), cells("dz/dx = 2x · dz/da", local[0], dz[2], dz[3]),
		})
		p.Say("Multiplied from the back, every product is one number, or in a network one vector, whatever the number of inputs: that is reverse accumulation, and why one backward pass yields the gradient by all weights, at a small multiple of the price of one forward pass. Multiplied from the front one pass would be needed for each input.")
		whole := func(v float64) float64 { return math.Exp(math.Sin(v * v)) }
		e, err := calculus.Parse("a = x^2; b = sin(a); z = exp(b)")
		if err != nil {
			return err
		}
		program, err := e.Compile()
		if err != nil {
			return err
		}
		g := make([]float64, 1)
		if _, err := program.Gradient([]float64{x}, g); err != nil {
			return err
		}
		p.Equal("h′(x) is 2x, against differences", local[0], slope(func(v float64) float64 { return v * v }, x), 1e-8)
		p.Equal("g′(a) is cos a, against differences", local[1], slope(math.Sin, a), 1e-8)
		p.Equal("f′(b) is eᵇ, against differences", local[2], slope(math.Exp, b), 1e-8)
		p.Equal("dz/dx is f′(b)·g′(a)·h′(x), against differences", dz[3], slope(whole, x), 1e-8)
		p.Equal("dz/dx against automatic differentiation", dz[3], g[0], 1e-12)
		for i, name := range []string{"a", "b"} {
			for _, d := range e.Definitions {
				if d.Name == name {
					if _, grad, ok := program.Node(d.Node); ok {
						p.Equal("dz/d"+name+" on the way, against automatic differentiation", dz[2-i], grad, 1e-12)
					}
				}
			}
		}
		grid := spaced(-2, 2, 201)
		p.Curves("curve", "z as a function of x, and its derivative: the product of three local ones.", plot.Curves{
			Title: "z = exp(sin(x²))", XLabel: "x", YLabel: "value",
			Series:  []plot.Series{{Name: "z", X: grid, Y: mapped(grid, whole)}, {Name: "dz/dx", X: grid, Y: mapped(grid, func(v float64) float64 { return 2 * v * math.Cos(v*v) * whole(v) })}},
			Markers: []plot.Marker{{X: x, Label: "x"}},
		})
		p.Numbers("local derivatives", local)
		p.Number("dz/dx", dz[3])
		p.See("%s · %s · %s = %s is the slope of the whole: three local slopes, multiplied.", short(local[2]), short(local[1]), short(local[0]), short(dz[3]))
		return nil
	},
}
