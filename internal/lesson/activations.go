package lesson

import (
	"fmt"
	"math"

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
		p.Say("Without something bent between its layers a network would be one matrix. The bend is the activation, and going backwards its derivative multiplies every gradient that comes through: where it is near 0, the layers below learn nothing.")
		p.Formula("ReLU(x) = max(x, 0)     ReLU′(x) = 1 for x > 0, 0 for x < 0", "")
		p.Formula("σ(x) = 1/(1 + e⁻ˣ)      σ′ = σ·(1 − σ), at most 1/4", "")
		p.Formula("tanh′ = 1 − tanh², at most 1     tanh(x) = 2σ(2x) − 1", "")
		p.Say("At 0 the slope of ReLU is 0 from the left and 1 from the right: it has no derivative there. Programs take 0, by convention; any number from 0 to 1 is a subgradient and would do. What matters in practice is that it seldom happens.")

		var rows [][]string
		for _, name := range elementwise() {
			a, err := activations.ByName(name)
			if err != nil {
				return err
			}
			left, right := saturation(a)
			rows = append(rows, []string{name, a.Formula, short(a.F(x)), short(a.D(x)), digits(left, 2), digits(right, 2)})
			at := x
			for _, kink := range a.Kinks {
				if math.Abs(x-kink) < 0.1 {
					at = kink + 0.5 // beside it there is a derivative to compare with
				}
			}
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
		p.Equal("tanh′(x) is 1 − tanh²(x)", activations.Tanh.D(x), 1-math.Pow(math.Tanh(x), 2), 1e-12)
		p.Equal("tanh(x) is 2σ(2x) − 1", math.Tanh(x), 2*σ.F(2*x)-1, 1e-12)
		const h = 1e-6
		p.Equal("ReLU at 0: slope from the left", -activations.ReLU.F(-h)/h, 0, 0)
		p.Equal("ReLU at 0: slope from the right", activations.ReLU.F(h)/h, 1, 1e-12)
		p.Equal("ReLU′(0) is 0 by convention", activations.ReLU.D(0), 0, 0)
		p.Number("f", f.F(x))
		p.Number("f'", f.D(x))

		grid := spaced(-5, 5, 401)
		p.Curves("curve", fmt.Sprintf("%s: f(x) = %s, f′(x) = %s. %s.", f.Name, f.Formula, f.Derivative, capital(f.Use)), plot.Curves{
			Title: f.Name + " and its derivative", XLabel: "x", YLabel: "value",
			Series: []plot.Series{{Name: "f", X: grid, Y: mapped(grid, f.F)}, {Name: "f′", X: grid, Y: mapped(grid, f.D)}},
		})
		c := plot.Curves{Title: "Derivatives side by side", XLabel: "x", YLabel: "f′"}
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

// saturation is the derivative far out.
func saturation(a activations.Activation) (left, right float64) { return a.D(-8), a.D(8) }

// softmaxJacobian shows the derivative of a function of several numbers.
var softmaxJacobian = Lesson{
	Name: "softmax", Row: 11,
	Title: "Softmax and its Jacobian",
	About: "the matrix fᵢ(δᵢⱼ − fⱼ): symmetric, with rows that sum to 0",
	Params: []Param{
		whole("classes", 5, 2, 10, "how many logits"),
		number("temperature", 1, 0.05, 20, "the logits are divided by it"),
	},
	run: func(p *Page, s Settings) error {
		n, temperature := s.Int("classes"), s.Number("temperature")
		z := make([]float64, n)
		for i := range z {
			z[i] = (3*float64(i)/float64(n-1) - 1) / temperature
		}
		f := softmax(z)
		p.Say("Softmax turns n numbers into n probabilities. Each output depends on every input, so its derivative is not a number but a matrix, the Jacobian: row i says how output i answers to each logit.")
		p.Formula("fᵢ = exp(zᵢ)/Σₖ exp(zₖ)", "")
		p.Formula("Jᵢⱼ = ∂fᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ)", "δᵢⱼ is 1 where i = j, else 0")
		p.Say("The outputs always sum to 1, so a change of any logit changes their sum by 0: the columns of J sum to 0. J is symmetric, so its rows do, too: adding the same number to all logits changes nothing.")
		j := make([][]float64, n)
		var labels []string
		for i := range n {
			labels = append(labels, fmt.Sprint(i+1))
			_, grads, err := differentiate(func(x gorgonia.Nodes) (*gorgonia.Node, error) {
				y, err := activations.Softmax.Apply(x[0])
				if err != nil {
					return nil, err
				}
				part, err := gorgonia.HadamardProd(y, x[1])
				if err != nil {
					return nil, err
				}
				return gorgonia.Sum(part)
			}, row(z...), row(unit(n, i)...))
			if err != nil {
				return err
			}
			j[i] = grads[0]
		}
		var formula, rowSums, skew, distance float64
		numeric := func(i, k int) float64 {
			return slope(func(v float64) float64 {
				at := append([]float64{}, z...)
				at[k] = v
				return softmax(at)[i]
			}, z[k])
		}
		for i := range n {
			var sum float64
			for k := range n {
				formula = max(formula, math.Abs(j[i][k]-f[i]*(kronecker(i, k)-f[k])))
				skew = max(skew, math.Abs(j[i][k]-j[k][i]))
				distance = max(distance, math.Abs(j[i][k]-numeric(i, k)))
				sum += j[i][k]
			}
			rowSums = max(rowSums, math.Abs(sum))
		}
		p.Equal("J from the graph against fᵢ(δᵢⱼ − fⱼ): largest distance", formula, 0, 1e-14)
		p.Equal("J against differences: largest distance", distance, 0, 1e-8)
		p.Equal("largest |sum of a row of J|", rowSums, 0, 1e-14)
		p.Equal("largest |Jᵢⱼ − Jⱼᵢ|", skew, 0, 1e-14)
		shifted := append([]float64{}, z...)
		for i := range shifted {
			shifted[i] += 7
		}
		p.Equal("softmax(z + 7) is softmax(z): largest distance", farthest(softmax(shifted), f), 0, 1e-12)
		var rows [][]string
		for i := range n {
			rows = append(rows, cells(labels[i], z[i], f[i]))
		}
		p.Table("Logits and probabilities", []string{"i", "zᵢ", "fᵢ"}, rows)
		p.HeatMap("jacobian", "The Jacobian. The diagonal is positive, all else negative: a larger logit takes its probability from the others.", plot.HeatMap{
			Title: "Jacobian of softmax", XLabel: "logit j", YLabel: "output i", Columns: labels, Rows: labels, Values: j, ValueLabel: "∂fᵢ/∂zⱼ",
		})
		p.Numbers("probabilities", f)
		p.Number("largest entry", f[n-1]*(1-f[n-1]))
		p.See("The largest output is f = %s, its own derivative f(1 − f) = %s: at most ¼, at f = ½, and next to 0 for a softmax that is sure.", short(f[n-1]), short(j[n-1][n-1]))
		return nil
	},
}

// unit is the i-th unit vector of n dimensions.
func unit(n, i int) []float64 {
	v := make([]float64, n)
	v[i] = 1
	return v
}
