package lesson

import (
	"fmt"
	"math"
	"strings"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

// criticalPoints tells minima, maxima and the rest apart.
var criticalPoints = Lesson{
	Name: "critical-points", Row: 7,
	Title: "Critical points, and what f″ = 0 does not say",
	About: "minimum, maximum, saddle or none of them, by second derivatives and where these fail",
	Params: []Param{
		number("a", 3, 0.1, 10, "a in x³ − a·x"),
		number("b", -0.5, -3, 3, "b in x² + b·y², whose critical point is looked at"),
	},
	run: runCriticalPoints,
}

func runCriticalPoints(p *Page, s Settings) error {
	a, b := s.Number("a"), s.Number("b")
	p.Say("Where a smooth function is largest or smallest inside an interval, not at its ends, its slope is 0. The reverse does not hold: a slope of 0 makes a critical point, and what it is, the second derivative tells, if it is not 0.")
	p.Formula("f′ = 0 and f″ > 0: minimum      f′ = 0 and f″ < 0: maximum", "")
	p.Say("If f″ = 0 the test says nothing. Texts that call such a point a saddle are wrong: x⁴ has a minimum at 0, −x⁴ a maximum, x³ an inflection with level tangent, and all have f′ = f″ = 0 there. One has to look further, at the first derivative that is not 0: of even order it makes an extremum, of odd order an inflection.")
	var rows [][]string
	root := math.Sqrt(a / 3)
	for _, curve := range []struct {
		source, name, kinds string
		order               int // of the first derivative at 0 that is not 0
		value               float64
	}{
		{fmt.Sprintf("x^3 - %v*x", a), "x³ − " + short(a) + "x", "maximum minimum ", 1, -a},
		{"x^4", "x⁴", "minimum ", 4, 24}, {"-x^4", "−x⁴", "maximum ", 4, -24}, {"x^3", "x³", "inflection ", 3, 6},
	} {
		e, err := calculus.Parse(curve.source)
		if err != nil {
			return err
		}
		set, err := calculus.CriticalPoints(e, []calculus.Interval{{Low: -4, High: 4}})
		if err != nil {
			return err
		}
		kinds := ""
		for _, c := range set.Points {
			bend := derivativeAt(e, 2, c.X[0])
			rows = append(rows, []string{curve.name, short(round6(c.X[0])), short(round6(bend)), secondSays(c), c.Kind})
			kinds += c.Kind + " "
		}
		p.True(curve.name+" has: "+strings.Join(strings.Fields(curve.kinds), ", then "), kinds == curve.kinds)
		if curve.order == 1 {
			p.Equal(curve.name+": f′ at √(a/3)", derivativeAt(e, 1, root), 0, 1e-12)
			p.Equal(curve.name+": f″ there is 6·√(a/3), above 0", derivativeAt(e, 2, root), 6*root, 1e-12)
			p.Equal(curve.name+": f″ at −√(a/3) is −6·√(a/3), below 0", derivativeAt(e, 2, -root), -6*root, 1e-12)
			continue
		}
		var before float64
		for order := 1; order < curve.order; order++ {
			before = max(before, math.Abs(derivativeAt(e, order, 0)))
		}
		p.Equal(fmt.Sprintf("%s: all derivatives at 0 below order %d", curve.name, curve.order), before, 0, 0)
		p.Equal(fmt.Sprintf("%s: the derivative of order %d at 0", curve.name, curve.order), derivativeAt(e, curve.order, 0), curve.value, 0)
	}
	p.Table("Functions of x", []string{"f", "at x", "f″", "f″ says", "it is"}, rows)
	grid := spaced(-1.5, 1.5, 151)
	p.Curves("degenerate", "Three functions with f′(0) = f″(0) = 0: a minimum, a maximum and neither.", plot.Curves{
		Title: "f″ = 0 does not decide", XLabel: "x", YLabel: "f", Y: plot.Range{Min: -2, Max: 2},
		Series: []plot.Series{
			{Name: "x⁴: minimum", X: grid, Y: mapped(grid, func(x float64) float64 { return x * x * x * x })},
			{Name: "−x⁴: maximum", X: grid, Y: mapped(grid, func(x float64) float64 { return -x * x * x * x })},
			{Name: "x³: inflection", X: grid, Y: mapped(grid, func(x float64) float64 { return x * x * x })},
		},
	})
	if err := criticalInPlane(p, b); err != nil {
		return err
	}
	p.Number("minimum of x³ − a·x", root)
	p.See("x³ − %sx turns at ±%s; of three functions with f″ = 0 at 0, one has a minimum, one a maximum and one neither.", short(a), short(root))
	return nil
}

// criticalInPlane looks at functions of two variables that are level at 0.
func criticalInPlane(p *Page, b float64) error {
	p.Say("With several variables the eigenvalues λ of the Hessian, the matrix of second derivatives, take the place of f″. A saddle, up in some directions and down in others, exists only there.")
	p.Formula("all λ > 0: minimum    all λ < 0: maximum    both signs: saddle", "else some λ is 0 and the others have one sign: the Hessian does not decide")
	kind := func(v float64) string {
		return map[bool]string{true: calculus.Minimum, false: calculus.Saddle}[v >= 0]
	}
	own := "x² + " + short(b) + "y²"
	if b < 0 {
		own = "x² − " + short(-b) + "y²"
	}
	var rows [][]string
	for _, f := range []struct {
		source, name string
		second       float64 // the other eigenvalue, beside 2
		kind         string
	}{
		{"x^2 + y^2", "x² + y²", 2, calculus.Minimum}, {"-x^2 - y^2", "−x² − y²", -2, calculus.Maximum}, {"x^2 - y^2", "x² − y²", -2, calculus.Saddle},
		{fmt.Sprintf("x^2 + (%v)*y^2", b), own, 2 * b, kind(b)},
		{"x^2 + y^4", "x² + y⁴", 0, calculus.Minimum}, {"x^2 - y^4", "x² − y⁴", 0, calculus.Saddle},
	} {
		e, err := calculus.Parse(f.source)
		if err != nil {
			return err
		}
		e.Variables = []string{"x", "y"} // also where b = 0 leaves no y
		c, err := calculus.Classify(e, []float64{0, 0}, []calculus.Interval{{Low: -1, High: 1}, {Low: -1, High: 1}})
		if err != nil {
			return err
		}
		rows = append(rows, []string{f.name, vector(c.Eigenvalues), secondSays(c), c.Kind})
		p.True(fmt.Sprintf("%s at 0: %s", f.name, f.kind), c.Kind == f.kind)
		first := 2.0
		if f.kind == calculus.Maximum {
			first = -2
		}
		p.Equal(f.name+": the smaller λ", c.Eigenvalues[0], min(first, f.second), 1e-12)
		p.Equal(f.name+": the larger λ", c.Eigenvalues[1], max(first, f.second), 1e-12)
	}
	p.Table("Functions of x and y, at (0, 0)", []string{"f", "eigenvalues", "they say", "it is"}, rows)
	p.Contour("saddle", "A saddle, x² − y²: up along x, down along y. Level curves through it cross.", plot.Contour{
		Title: "x² − y²", XLabel: "x", YLabel: "y", F: func(x, y float64) float64 { return x*x - y*y }, Box: plot.Box{XMin: -1.5, XMax: 1.5, YMin: -1.5, YMax: 1.5}, Marks: []plot.Mark{{Kind: plot.Saddle}},
	})
	return nil
}

// secondSays is what second derivatives say of a critical point.
func secondSays(c calculus.CriticalPoint) string {
	if c.SecondOrder == calculus.Degenerate {
		return "nothing"
	}
	return c.SecondOrder
}

// derivativeAt is the derivative of some order at x, by symbols; NaN where it fails.
func derivativeAt(e *calculus.Expr, order int, x float64) float64 {
	d, err := calculus.Derivative(e.Outputs[0], "x", order)
	if err != nil {
		return math.NaN()
	}
	program, err := calculus.Compile([]*calculus.Node{d}, []string{"x"})
	if err != nil {
		return math.NaN()
	}
	return program.Value([]float64{x})
}
