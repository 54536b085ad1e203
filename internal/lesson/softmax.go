package lesson

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/plot"
)

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
		p.Say("The outputs always sum to 1, so a change of any logit changes their sum by 0: the columns of J sum to 0. J is symmetric, so its rows do, too: adding the same number to all logits changes nothing. (What the table shows of the sums is rounding.)")
		j := make([][]float64, n)
		var labels []string
		var graph []float64
		for i := range n {
			labels = append(labels, fmt.Sprint(i+1))
			value, grads, err := differentiate(func(x gorgonia.Nodes) (*gorgonia.Node, error) {
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
			j[i], graph = grads[0], append(graph, value)
		}
		var formula, rowSums, columnSums, skew, distance float64
		sums := make([]float64, n)
		numeric := func(i, k int) float64 {
			return slope(func(v float64) float64 {
				at := append([]float64{}, z...)
				at[k] = v
				return softmax(at)[i]
			}, z[k])
		}
		for i := range n {
			var down float64
			for k := range n {
				formula = max(formula, math.Abs(j[i][k]-f[i]*(kronecker(i, k)-f[k])))
				skew = max(skew, math.Abs(j[i][k]-j[k][i]))
				distance = max(distance, math.Abs(j[i][k]-numeric(i, k)))
				sums[i], down = sums[i]+j[i][k], down+j[k][i]
			}
			rowSums, columnSums = max(rowSums, math.Abs(sums[i])), max(columnSums, math.Abs(down))
		}
		var total float64
		plain := mapped(z, math.Exp)
		for _, v := range plain {
			total += v
		}
		for i := range plain {
			plain[i] /= total
		}
		p.Equal("f from the graph against exp(zᵢ)/Σₖ exp(zₖ): largest distance", farthest(graph, plain), 0, 1e-14)
		p.Equal("the outputs sum to 1", dot(graph, ones(n)), 1, 1e-14)
		p.Equal("J from the graph against fᵢ(δᵢⱼ − fⱼ): largest distance", formula, 0, 1e-14)
		p.Equal("J against differences: largest distance", distance, 0, 1e-8)
		p.Equal("largest |sum of a row of J|", rowSums, 0, 1e-14)
		p.Equal("largest |sum of a column of J|", columnSums, 0, 1e-14)
		p.Equal("largest |Jᵢⱼ − Jⱼᵢ|", skew, 0, 1e-14)
		shifted := append([]float64{}, z...)
		for i := range shifted {
			shifted[i] += 7
		}
		p.Equal("softmax(z + 7) is softmax(z): largest distance", farthest(softmax(shifted), f), 0, 1e-12)
		var rows [][]string
		for i := range n {
			rows = append(rows, cells(labels[i], z[i], f[i], f[i]*(1-f[i]), sums[i]))
		}
		p.Table("Logits, probabilities, and the rows of J", []string{"i", "zᵢ", "fᵢ", "Jᵢᵢ = fᵢ(1 − fᵢ)", "sum of row i"}, rows)
		p.HeatMap("jacobian", "The Jacobian. The diagonal is positive, all else negative, and in each row they cancel: a larger logit takes its probability from the others.", plot.HeatMap{
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
