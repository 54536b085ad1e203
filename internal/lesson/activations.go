package lesson

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/names"
	"nabla/internal/plot"
)

// activationCurves shows activations with their derivatives.
var activationCurves = Lesson{
	Name: "activations", Row: 11,
	Title: "Activations and their derivatives",
	About: "relu, sigmoid, tanh and others: where they are steep, and where they saturate",
	Params: []Param{
		word("function", elementwise(), "the activation that is drawn"),
		number("x", 0.5, -8, 8, "place at which it is looked at"),
	},
	run: func(p *Page, s Settings) error {
		f, err := activations.ByName(s.Text("function"))
		if err != nil {
			return err
		}
		x := s.Number("x")
		p.Say("Without something bent between its layers a network would be no more than one matrix and one bias, however deep. The bend is the activation, and going backwards its derivative multiplies every gradient that comes through: where it is near 0, the layers below learn next to nothing: the unit is saturated.")
		p.Formula("ReLU(x) = max(x, 0)     ReLU′(x) = 1 for x > 0, 0 for x < 0", "")
		p.Formula("σ(x) = 1/(1 + e⁻ˣ)      σ′ = σ·(1 − σ), at most 1/4", "")
		p.Formula("tanh′ = 1 − tanh², at most 1     tanh(x) = 2σ(2x) − 1", "")
		p.Say("At 0 the slope of ReLU is 0 from the left and 1 from the right: it has no derivative there. Programs take 0, by convention; any number from 0 to 1 is a subgradient and would do. A sum of many numbers is seldom exactly 0, so it hardly matters which.")

		var rows [][]string
		for _, name := range elementwise() {
			a, err := activations.ByName(name)
			if err != nil {
				return err
			}
			left, right := saturation(a)
			rows = append(rows, []string{name, a.Formula, digits(a.F(x), 3), digits(a.D(x), 3), digits(left, 2), digits(right, 2)})
			at := x
			if math.Abs(x) < 0.1 {
				at = 0.5 // at 0 there are kinks, in f or in f′
			}
			p.Equal(fmt.Sprintf("%s(%s) is %s", name, short(x), a.Formula), a.F(x), activationFormulas[name](x), 1e-12)
			p.Equal(fmt.Sprintf("%s′(%s) is the slope by differences", name, short(at)), a.D(at), slope(a.F, at), 1e-8)
		}
		p.Table(fmt.Sprintf("At x = %s, and the slope far out on both sides", short(x)), []string{"name", "formula", "f(x)", "f′(x)", "f′(−8)", "f′(8)"}, rows)

		_, grads, err := differentiate(func(in gorgonia.Nodes) (*gorgonia.Node, error) {
			y, err := f.Apply(in[0])
			if err != nil {
				return nil, err
			}
			return gorgonia.Sum(y)
		}, row(x))
		if err != nil {
			return err
		}
		p.Equal(fmt.Sprintf("%s′(%s) by the graph", f.Name, short(x)), grads[0][0], f.D(x), 1e-12)
		σ := activations.Sigmoid
		p.Equal("σ′(x) is σ(x)·(1 − σ(x))", σ.D(x), σ.F(x)*(1-σ.F(x)), 1e-12)
		p.Equal("σ′ is largest at 0, where it is 1/4", σ.D(0), 0.25, 1e-15)
		grid := spaced(-8, 8, 1601)
		p.Equal("σ′ on [−8, 8] is at most 1/4: largest", slices.Max(mapped(grid, σ.D)), 0.25, 1e-15)
		p.Equal("tanh′ on [−8, 8] is at most 1: largest", slices.Max(mapped(grid, activations.Tanh.D)), 1, 1e-15)
		p.Equal("tanh′(x) is 1 − tanh²(x)", activations.Tanh.D(x), 1-math.Pow(math.Tanh(x), 2), 1e-12)
		p.Equal("tanh(x) is 2σ(2x) − 1", math.Tanh(x), 2*σ.F(2*x)-1, 1e-12)
		const h = 1e-6
		p.Equal("ReLU at 0: slope from the left", -activations.ReLU.F(-h)/h, 0, 0)
		p.Equal("ReLU at 0: slope from the right", activations.ReLU.F(h)/h, 1, 1e-12)
		p.Equal("ReLU′(x) for x > 0, at 0.1", activations.ReLU.D(0.1), 1, 0)
		p.Equal("ReLU′(x) for x < 0, at −0.1", activations.ReLU.D(-0.1), 0, 0)
		p.Equal("ReLU′(0) is 0 by convention", activations.ReLU.D(0), 0, 0)
		p.Number("f", f.F(x))
		p.Number("f'", f.D(x))

		grid = spaced(-5, 5, 401)
		p.Curves("curve", fmt.Sprintf("%s: f(x) = %s, f′(x) = %s. %s.", f.Name, f.Formula, f.Derivative, capital(f.Use)), plot.Curves{
			Title: f.Name + " and its derivative", XLabel: "x", YLabel: "value",
			Series: []plot.Series{{Name: "f", X: grid, Y: mapped(grid, f.F)}, {Name: "f′", X: grid, Y: mapped(grid, f.D)}},
		})
		c := plot.Curves{Title: "Derivatives side by side", XLabel: "x", YLabel: "slope f′(x)"}
		for _, a := range []activations.Activation{activations.ReLU, activations.Sigmoid, activations.Tanh, activations.GELU} {
			c.Series = append(c.Series, plot.Series{Name: a.Name, X: grid, Y: mapped(grid, a.D)})
		}
		p.Curves("derivatives", "Sigmoid lets through a quarter of a gradient at best, and next to nothing beyond ±5; tanh saturates sooner but lets everything through in the middle; relu does not fade on the right.", c)
		p.See("At x = %s a gradient that passes %s is multiplied by %s, one that passes ten sigmoids by at most (1/4)¹⁰ = %s.", short(x), f.Name, short(f.D(x)), short(math.Pow(0.25, 10)))
		return nil
	},
}

// elementwise are the activations of the lesson, the usual ones first.
func elementwise() []string {
	return names.Of([]activations.Activation{
		activations.ReLU, activations.Sigmoid, activations.Tanh, activations.LeakyReLU, activations.ELU, activations.GELU, activations.SiLU, activations.Softplus,
	}, func(a activations.Activation) string { return a.Name })
}

// activationFormulas are what the table says the activations are.
var activationFormulas = map[string]func(x float64) float64{
	"relu":    func(x float64) float64 { return max(x, 0) },
	"sigmoid": σ,
	"tanh":    func(x float64) float64 { return (math.Exp(x) - math.Exp(-x)) / (math.Exp(x) + math.Exp(-x)) },
	"leaky-relu": func(x float64) float64 {
		if x > 0 {
			return x
		}
		return 0.01 * x
	},
	"elu": func(x float64) float64 {
		if x > 0 {
			return x
		}
		return math.Exp(x) - 1
	},
	"gelu":     func(x float64) float64 { return x * math.Erfc(-x/math.Sqrt2) / 2 },
	"silu":     func(x float64) float64 { return x * σ(x) },
	"softplus": func(x float64) float64 { return math.Log(1 + math.Exp(x)) },
}

// saturation is the derivative far out.
func saturation(a activations.Activation) (left, right float64) { return a.D(-8), a.D(8) }
