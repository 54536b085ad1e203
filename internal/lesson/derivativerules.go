package lesson

import (
	"fmt"
	"math"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

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
		p.Say("A few derivatives are enough for almost everything; rules put them together. Each is computed here in three ways: by symbols, as a formula into which x is then put; by automatic differentiation, which carries numbers through the function and never makes a formula; and by difference quotients, which know nothing but values of f.")
		p.Formula("(c)′ = 0   (xⁿ)′ = n·xⁿ⁻¹   (eˣ)′ = eˣ   (ln x)′ = 1/x", "ln for x > 0; √x is xⁿ with n = ½")
		p.Formula("sin′ = cos   cos′ = −sin   σ′ = σ(1 − σ)   tanh′ = 1 − tanh²", "σ(x) = 1/(1 + e⁻ˣ) is the sigmoid")
		var rows [][]string
		pictures := map[string]*plot.Curves{
			"sin(x)":  {Title: "sin and its derivative, cos", XLabel: "x", YLabel: "value"},
			"tanh(x)": {Title: "tanh and its derivative", XLabel: "x", YLabel: "value"},
		}
		var apart float64
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
			rows = append(rows, []string{minus(e.Format(calculus.Unicode)), minus(symbol.Format(calculus.Unicode)), digits(value, 7), digits(g[0], 7), digits(numeric, 7)})
			p.Equal(fmt.Sprintf("(%s)′ = %s: symbolic against the table", minus(e.Format(calculus.Unicode)), pair.derivative), value, pair.value(x), 1e-12)
			p.Equal(fmt.Sprintf("(%s)′: automatic against symbolic", minus(e.Format(calculus.Unicode))), g[0], value, 1e-12)
			p.Equal(fmt.Sprintf("(%s)′: numeric against symbolic", minus(e.Format(calculus.Unicode))), numeric, value, 1e-7)
			p.Number(pair.f, value)
			apart = max(apart, math.Abs(g[0]-value)/max(1, math.Abs(value)), math.Abs(numeric-value)/max(1, math.Abs(value)))
			if c := pictures[pair.f]; c != nil {
				c.Series = append(c.Series,
					plot.Series{Name: minus(e.Format(calculus.Unicode)), X: grid, Y: mapped(grid, func(v float64) float64 { return program.Value([]float64{v}) })},
					plot.Series{Name: minus(symbol.Format(calculus.Unicode)), X: grid, Y: mapped(grid, func(v float64) float64 { return by.Value([]float64{v}) })})
			}
		}
		p.Table(fmt.Sprintf("Values of the derivatives at x = %s", short(x)), []string{"f", "f′", "symbolic", "automatic", "numeric"}, rows)
		p.Curves("sine", "Where sin is level, at its tops and bottoms, cos is 0. Where it climbs most steeply, at 0, cos is largest; where it falls, cos is negative.", *pictures["sin(x)"])
		p.Curves("tanh", "tanh never falls, so its derivative is never negative. Far out it is all but level, and the derivative all but 0: it saturates.", *pictures["tanh(x)"])
		p.See("%d derivatives, each in three ways, which differ by %s at most.", len(rows), digits(apart, 2))
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
		p.Say("Nobody differentiates a whole formula at once. It is a tree: sums of products of functions of something. Each kind of node has one rule, which needs its parts and their derivatives and nothing else.")
		p.Formula("(a·f + b·g)′ = a·f′ + b·g′", "linearity")
		p.Formula("(f·g)′ = f′·g + f·g′", "product rule")
		p.Formula("(f/g)′ = (f′·g − f·g′)/g²", "quotient rule, where g ≠ 0")
		p.Formula("(f(g(x)))′ = f′(g(x))·g′(x)", "chain rule: the one that backpropagation is made of")
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
