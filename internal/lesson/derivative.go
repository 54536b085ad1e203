package lesson

import (
	"fmt"
	"math"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

// derivativeLimit shows the derivative as a limit of slopes.
var derivativeLimit = Lesson{
	Name: "derivative", Row: 1,
	Title: "The derivative is a limit",
	About: "secants of x² − 2x + 2 turn into the tangent, until rounding gets in the way",
	Params: []Param{
		number("x", 2, -3, 5, "the point"),
		number("h", 1, 0.01, 2, "distance to the second point of the secant"),
	},
	run: func(p *Page, s Settings) error {
		x, h := s.Number("x"), s.Number("h")
		e, err := calculus.Parse("x^2 - 2x + 2")
		if err != nil {
			return err
		}
		f := func(x float64) float64 { return x*x - 2*x + 2 }
		symbol, err := calculus.Derivative(e.Outputs[0], "x", 1)
		if err != nil {
			return err
		}
		program, err := e.Compile()
		if err != nil {
			return err
		}
		g := make([]float64, 1)
		value, err := program.Gradient([]float64{x}, g)
		if err != nil {
			return err
		}
		d := g[0]
		p.Say("How fast does a function change? Between two points it is a quotient: the rise over the distance, the slope of the line through both, the secant. The derivative is what this slope tends to as the second point comes closer.")
		p.Formula("f′(x) = lim (f(x + h) − f(x))/h   for h → 0", "")
		p.Say("For f(x) = x² − 2x + 2 the limit can be taken by hand: the quotient is 2x − 2 + h, and h goes away.")
		p.Formula("f′(x) = "+minus(symbol.Format(calculus.Unicode)), fmt.Sprintf("at x = %s: f = %s, f′ = %s", short(x), short(value), short(tidy(d))))
		p.Formula(fmt.Sprintf("tangent: y = %s + (%s)·(x − %s)", short(value), short(tidy(d)), short(x)), "")
		meaning := "f rises there: a small step dx to the right adds about %s·dx"
		switch {
		case math.Abs(d) < 1e-12:
			meaning = "f is level there, %s: a critical point; here it is the minimum"
		case d < 0:
			meaning = "f falls there: a small step dx to the right adds about %s·dx"
		}
		meaning = fmt.Sprintf(meaning, short(tidy(d)))
		p.Say("The slope is %s, so %s. At x = 1 the slope is 0, and f is smallest.", short(tidy(d)), meaning)
		at := spaced(-3, 5, 161)
		secant := (f(x+h) - f(x)) / h
		p.Curves("tangent", fmt.Sprintf("f, its tangent at %s and the secant to %s. Make --h smaller and the secant turns into the tangent.", short(x), short(x+h)), plot.Curves{
			Title: "f(x) = x² − 2x + 2", XLabel: "x", YLabel: "f", X: plot.Range{Min: -3, Max: 5}, Y: plot.Range{Min: -3, Max: 17},
			Series: []plot.Series{
				{Name: "f", X: at, Y: mapped(at, f)},
				{Name: fmt.Sprintf("tangent, slope %s", short(tidy(d))), X: at, Y: mapped(at, func(v float64) float64 { return value + d*(v-x) })},
				{Name: fmt.Sprintf("secant, slope %s", short(secant)), X: at, Y: mapped(at, func(v float64) float64 { return value + secant*(v-x) })},
			},
			Markers: []plot.Marker{{X: 1, Label: "minimum"}},
		})
		p.Say("On a machine h cannot go all the way. f is rounded to about 16 digits, and the quotient divides that rounding by h: below a certain h the error rises again. The central quotient, with points on both sides, has no error of h at all for a parabola, so only its rounding is left.")
		list, err := calculus.LimitTable(program, []float64{x}, 0)
		if err != nil {
			return err
		}
		var rows [][]string
		var hs, forward, middle []float64
		for _, v := range list {
			rows = append(rows, []string{short(v.H), digits(v.Forward, 10), short(v.ForwardError), short(v.CentralError)})
			hs, forward, middle = append(hs, v.H), append(forward, v.ForwardError), append(middle, v.CentralError)
		}
		p.Table("Quotients for smaller and smaller h", []string{"h", "(f(x + h) − f(x))/h", "its error", "central error"}, rows)
		p.Curves("error", "The error of the quotient by h: it falls with h, and rises again as rounding divided by h takes over. The V has its tip near h = 10⁻⁸.", plot.Curves{
			Title: "Error of the difference quotient", XLabel: "h", YLabel: "error", LogX: true, LogY: true,
			Series: []plot.Series{{Name: "one-sided", X: hs, Y: forward, Dots: true}, {Name: "central", X: hs, Y: middle, Dots: true}},
		})
		p.Equal("f′ by rules and automatic differentiation is 2x − 2", d, 2*x-2, 1e-12)
		p.Equal("the quotient at your h is 2x − 2 + h", secant, 2*x-2+h, 1e-11)
		p.Equal("the quotient at h = 10⁻⁶", (f(x+1e-6)-f(x))/1e-6, 2*x-2+1e-6, 1e-8)
		p.Greater("at h = 10⁻¹² rounding has made it worse than at 10⁻⁷: error", math.Max(forward[11], 1e-5), math.Min(forward[6], 1e-6))
		c, err := calculus.CriticalPoints(e, []calculus.Interval{{Low: -3, High: 5}})
		if err != nil {
			return err
		}
		p.Equal("critical points in [−3, 5]", float64(len(c.Points)), 1, 0)
		p.Equal("the critical point is at x = 1", c.Points[0].X[0], 1, 1e-9)
		p.Number("f'", d)
		p.Number("secant", secant)
		p.See("At x = %s the slope is %s; the secant of h = %s has %s, the quotient is best near h = 10⁻⁸.", short(x), short(tidy(d)), short(h), short(secant))
		return nil
	},
}

// pairs of common functions and their derivatives, as they stand in every table.
var commonPairs = []struct {
	f, derivative string
	value         func(x float64) float64 // of the derivative
}{
	{"7", "0", func(float64) float64 { return 0 }},
	{"x^5", "5x⁴", func(x float64) float64 { return 5 * x * x * x * x }},
	{"exp(x)", "eˣ", math.Exp},
	{"ln(x)", "1/x", func(x float64) float64 { return 1 / x }},
	{"sin(x)", "cos x", math.Cos},
	{"cos(x)", "−sin x", func(x float64) float64 { return -math.Sin(x) }},
	{"sigmoid(x)", "σ(x)(1 − σ(x))", func(x float64) float64 { v := 1 / (1 + math.Exp(-x)); return v * (1 - v) }},
	{"tanh(x)", "1 − tanh² x", func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }},
	{"sqrt(x)", "1/(2√x)", func(x float64) float64 { return 1 / (2 * math.Sqrt(x)) }},
}

// commonDerivatives compares the table of derivatives in three ways.
var commonDerivatives = Lesson{
	Name: "common-derivatives", Row: 2,
	Title: "The common derivatives",
	About: "constant, power, eˣ, ln, sin, cos, sigmoid, tanh: symbolic = automatic = numeric",
	Params: []Param{
		number("x", 0.8, 0.1, 3, "where they are evaluated"),
	},
	run: func(p *Page, s Settings) error {
		x := s.Number("x")
		p.Say("Eight derivatives are enough for almost everything; rules put them together. Each is computed here in three ways that share no code: the formula by symbols, automatic differentiation, which knows numbers only, and the difference quotient.")
		p.Formula("(c)′ = 0   (xⁿ)′ = n·xⁿ⁻¹   (eˣ)′ = eˣ   (ln x)′ = 1/x", "ln for x > 0")
		p.Formula("(sin)′ = cos   (cos)′ = −sin   σ′ = σ(1 − σ)   tanh′ = 1 − tanh²", "")
		var rows [][]string
		c := plot.Curves{Title: "Three functions and their derivatives", XLabel: "x", YLabel: "value"}
		grid := spaced(-4, 4, 161)
		for _, pair := range commonPairs {
			e, err := calculus.Parse(pair.f)
			if err != nil {
				return err
			}
			symbol, err := calculus.Derivative(e.Outputs[0], "x", 1)
			if err != nil {
				return err
			}
			by, err := calculus.Compile([]*calculus.Node{symbol}, []string{"x"})
			if err != nil {
				return err
			}
			program, err := calculus.Compile(e.Outputs, []string{"x"})
			if err != nil {
				return err
			}
			g := make([]float64, 1)
			if _, err := program.Gradient([]float64{x}, g); err != nil {
				return err
			}
			value := by.Value([]float64{x})
			numeric := slope(func(v float64) float64 { return program.Value([]float64{v}) }, x)
			rows = append(rows, []string{minus(e.Format(calculus.Unicode)), minus(symbol.Format(calculus.Unicode)), digits(value, 8), digits(g[0], 8), digits(numeric, 8)})
			p.Equal(fmt.Sprintf("(%s)′ = %s: symbolic against the table", minus(e.Format(calculus.Unicode)), pair.derivative), value, pair.value(x), 1e-12)
			p.Equal(fmt.Sprintf("(%s)′: automatic against symbolic", minus(e.Format(calculus.Unicode))), g[0], value, 1e-12)
			p.Equal(fmt.Sprintf("(%s)′: numeric against symbolic", minus(e.Format(calculus.Unicode))), numeric, value, 1e-7)
			p.Number(pair.f, value)
			if pair.f == "sin(x)" || pair.f == "sigmoid(x)" || pair.f == "tanh(x)" {
				c.Series = append(c.Series,
					plot.Series{Name: minus(e.Format(calculus.Unicode)), X: grid, Y: mapped(grid, func(v float64) float64 { return program.Value([]float64{v}) })},
					plot.Series{Name: minus(symbol.Format(calculus.Unicode)), X: grid, Y: mapped(grid, func(v float64) float64 { return by.Value([]float64{v}) })})
			}
		}
		p.Table(fmt.Sprintf("Values of the derivatives at x = %s", short(x)), []string{"f", "f′", "symbolic", "automatic", "numeric"}, rows)
		p.Curves("functions", "Where a function is level its derivative is 0, where it is steepest its derivative is largest.", c)
		p.See("%d derivatives, each in three ways, which agree to ten digits or more.", len(rows))
		return nil
	},
}

// derivativeRules shows which rule fires where.
var derivativeRules = Lesson{
	Name: "rules", Row: 3,
	Title: "The rules: sum, product, quotient, chain",
	About: "how derivatives of parts make the derivative of the whole, one rule a node",
	Params: []Param{
		word("of", []string{"product", "quotient", "chain", "all"}, "the example that is taken apart"),
		number("x", 0.7, 0.1, 2, "where it is evaluated"),
	},
	run: func(p *Page, s Settings) error {
		examples := map[string]string{"product": "x^2 * sin(x)", "quotient": "sin(x) / (1 + x^2)", "chain": "exp(-x^2)", "all": "3x^2 * exp(-x) + tanh(2x) / x"}
		x := s.Number("x")
		p.Say("Nobody differentiates a whole formula at once. It is a tree: sums of products of functions of something. Each kind of node has one rule, which needs the derivatives of its parts and nothing else.")
		p.Formula("(a·f + b·g)′ = a·f′ + b·g′", "linearity")
		p.Formula("(f·g)′ = f′·g + f·g′", "product rule")
		p.Formula("(f/g)′ = (f′·g − f·g′)/g²", "quotient rule, where g ≠ 0")
		p.Formula("f(g(x))′ = f′(g(x))·g′(x)", "chain rule: the one that backpropagation is made of")
		e, err := calculus.Parse(examples[s.Text("of")])
		if err != nil {
			return err
		}
		d, steps, err := calculus.Derive(e.Outputs[0], "x")
		if err != nil {
			return err
		}
		var rows [][]string
		for _, step := range steps {
			rows = append(rows, []string{step.Rule, minus(step.Of.Format(calculus.Unicode)), minus(step.Result.Format(calculus.Unicode))})
		}
		p.Table("The rule at each node, from the outside in", []string{"rule", "of", "derivative"}, rows)
		p.Formula("f = "+minus(e.Format(calculus.Unicode))+",   f′ = "+minus(d.Format(calculus.Unicode)), "")
		program, err := calculus.Compile([]*calculus.Node{e.Outputs[0], d}, []string{"x"})
		if err != nil {
			return err
		}
		f := func(i int) func(float64) float64 {
			return func(v float64) float64 {
				all, err := program.EvalAll([]float64{v})
				if err != nil {
					return math.NaN()
				}
				return all[i]
			}
		}
		p.Equal("f′ of the rules against differences", f(1)(x), slope(f(0), x), 1e-8)
		// The rules themselves, with f = sin and g = exp(x/2), by differences.
		a, b := math.Sin, func(v float64) float64 { return math.Exp(v / 2) }
		da, db := math.Cos, func(v float64) float64 { return math.Exp(v/2) / 2 }
		p.Equal("linearity: (3·sin − 2·e^(x/2))′", slope(func(v float64) float64 { return 3*a(v) - 2*b(v) }, x), 3*da(x)-2*db(x), 1e-8)
		p.Equal("product: (sin·e^(x/2))′", slope(func(v float64) float64 { return a(v) * b(v) }, x), da(x)*b(x)+a(x)*db(x), 1e-8)
		p.Equal("quotient: (sin/e^(x/2))′", slope(func(v float64) float64 { return a(v) / b(v) }, x), (da(x)*b(x)-a(x)*db(x))/(b(x)*b(x)), 1e-8)
		p.Equal("chain: sin(e^(x/2))′", slope(func(v float64) float64 { return a(b(v)) }, x), da(b(x))*db(x), 1e-8)
		p.Number("f", f(0)(x))
		p.Number("f'", f(1)(x))
		grid := spaced(0.05, 4, 160)
		p.Curves("curve", "The function and its derivative. Where f′ crosses 0, f turns.", plot.Curves{
			Title: "f and f′", XLabel: "x", YLabel: "value",
			Series: []plot.Series{{Name: "f", X: grid, Y: mapped(grid, f(0))}, {Name: "f′", X: grid, Y: mapped(grid, f(1))}},
		})
		p.See("%d rules at %d nodes make f′(%s) = %s; differences say the same.", countRules(steps), len(steps), short(x), short(f(1)(x)))
		return nil
	},
}

// countRules is how many different rules there are.
func countRules(steps []calculus.Step) int {
	seen := map[string]bool{}
	for _, s := range steps {
		seen[s.Rule] = true
	}
	return len(seen)
}
