package lesson

import (
	"fmt"
	"math"

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
	run: func(p *Page, s Settings) error {
		a, b := s.Number("a"), s.Number("b")
		p.Say("Where a smooth function is largest or smallest its slope is 0. The reverse does not hold: a slope of 0 makes a critical point, and what it is, the second derivative tells, if it is not 0.")
		p.Formula("f′ = 0 and f″ > 0: minimum      f′ = 0 and f″ < 0: maximum", "")
		p.Say("If f″ = 0 the test says nothing. Texts that call such a point a saddle are wrong: x⁴ has a minimum at 0, −x⁴ a maximum, x³ an inflection with level tangent, and all have f′ = f″ = 0 there. One has to look further, at the first derivative that is not 0: even order is an extremum, odd an inflection. With several variables the eigenvalues of the Hessian take the place of f″:")
		p.Formula("all λ > 0: minimum    all λ < 0: maximum    both signs: saddle", "otherwise, with some λ = 0 and no contradiction, the Hessian does not decide")
		list := []struct {
			source string
			box    []calculus.Interval
		}{
			{fmt.Sprintf("x^3 - %v*x", a), []calculus.Interval{{Low: -4, High: 4}}},
			{"x^4", []calculus.Interval{{Low: -2, High: 2}}}, {"-x^4", []calculus.Interval{{Low: -2, High: 2}}}, {"x^3", []calculus.Interval{{Low: -2, High: 2}}},
		}
		var rows [][]string
		kinds := map[string]string{}
		for _, item := range list {
			e, err := calculus.Parse(item.source)
			if err != nil {
				return err
			}
			set, err := calculus.CriticalPoints(e, item.box)
			if err != nil {
				return err
			}
			second, err := calculus.Derivative(e.Outputs[0], "x", 2)
			if err != nil {
				return err
			}
			program, err := calculus.Compile([]*calculus.Node{second}, []string{"x"})
			if err != nil {
				return err
			}
			for _, c := range set.Points {
				curve := program.Value(c.X)
				rows = append(rows, []string{minus(e.Format(calculus.Unicode)), short(round6(c.X[0])), short(round6(curve)), c.SecondOrder, c.Kind})
				kinds[item.source] += c.Kind + " "
			}
		}
		for _, k := range []float64{1, -1, b} {
			source := fmt.Sprintf("x^2 + (%v)*y^2", k)
			e, err := calculus.Parse(source)
			if err != nil {
				return err
			}
			if len(e.Variables) < 2 {
				continue // b = 0 leaves no y
			}
			c, err := calculus.Classify(e, []float64{0, 0}, []calculus.Interval{{Low: -1, High: 1}, {Low: -1, High: 1}})
			if err != nil {
				return err
			}
			rows = append(rows, []string{fmt.Sprintf("x² + (%s)·y²", short(k)), "(0, 0)", vector(c.Eigenvalues), c.SecondOrder, c.Kind})
			kinds[source] = c.Kind
			want := map[bool]string{true: calculus.Minimum, false: calculus.Saddle}[k > 0]
			if k != 0 {
				p.Equal(fmt.Sprintf("x² + (%s)·y² at 0 is a %s (1 is yes)", short(k), want), is(c.Kind == want), 1, 0)
				p.Equal(fmt.Sprintf("x² + (%s)·y²: the eigenvalues are 2 and 2·%s; their sum", short(k), short(k)), c.Eigenvalues[0]+c.Eigenvalues[1], 2+2*k, 1e-9)
			}
		}
		p.Table("What the second derivatives say, and what the point is", []string{"f", "at", "f″ or eigenvalues", "second order says", "it is"}, rows)
		root := math.Sqrt(a / 3)
		p.Equal("x³ − a·x: f″ at its minimum √(a/3) is 6·√(a/3)", (math.Pow(root+1e-3, 3)-a*(root+1e-3)+math.Pow(root-1e-3, 3)-a*(root-1e-3)-2*(root*root*root-a*root))/1e-6, 6*root, 1e-6)
		p.Equal("x³ − a·x has a maximum and a minimum (1 is yes)", is(kinds[list[0].source] == "maximum minimum "), 1, 0)
		p.Equal("x⁴ at 0 is a minimum (1 is yes)", is(kinds["x^4"] == "minimum "), 1, 0)
		p.Equal("−x⁴ at 0 is a maximum (1 is yes)", is(kinds["-x^4"] == "maximum "), 1, 0)
		p.Equal("x³ at 0 is an inflection (1 is yes)", is(kinds["x^3"] == "inflection "), 1, 0)
		grid := spaced(-1.5, 1.5, 151)
		p.Curves("degenerate", "Three functions with f′(0) = f″(0) = 0: a minimum, a maximum and neither.", plot.Curves{
			Title: "f″ = 0 does not decide", XLabel: "x", YLabel: "f", Y: plot.Range{Min: -2, Max: 2},
			Series: []plot.Series{
				{Name: "x⁴: minimum", X: grid, Y: mapped(grid, func(x float64) float64 { return x * x * x * x })},
				{Name: "−x⁴: maximum", X: grid, Y: mapped(grid, func(x float64) float64 { return -x * x * x * x })},
				{Name: "x³: inflection", X: grid, Y: mapped(grid, func(x float64) float64 { return x * x * x })},
			},
		})
		p.Contour("saddle", "A saddle, x² − y²: up along x, down along y. Level curves through it cross.", plot.Contour{
			Title: "x² − y²", XLabel: "x", YLabel: "y", F: func(x, y float64) float64 { return x*x - y*y }, Box: plot.Box{XMin: -1.5, XMax: 1.5, YMin: -1.5, YMax: 1.5}, Marks: []plot.Mark{{Kind: plot.Saddle}},
		})
		p.Number("minimum of x³ − a·x", root)
		p.See("x³ − %s·x turns at ±%s; of three functions with f″ = 0 at 0, one has a minimum, one a maximum and one neither.", short(a), short(root))
		return nil
	},
}
