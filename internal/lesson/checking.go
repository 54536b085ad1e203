package lesson

import (
	"fmt"
	"math"

	"nabla/activations"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// gradientChecking shows how gradients are compared with differences, and with which step.
var gradientChecking = Lesson{
	Name: "gradient-check", Row: 22,
	Title: "Gradient checking",
	About: "backprop against differences: the best step, and a mistake that it finds",
	Params: []Param{
		number("x", 1, 0.2, 3, "place at which sin(x)·eˣ is differentiated"),
		word("mistake", []string{"factor", "slope", "sign", "none"}, "what is wrong in the derivative of the layer that is checked"),
	},
	run: func(p *Page, s Settings) error {
		x := s.Number("x")
		f := func(x float64) float64 { return math.Sin(x) * math.Exp(x) }
		d := (math.Sin(x) + math.Cos(x)) * math.Exp(x)
		d2 := 2 * math.Cos(x) * math.Exp(x)
		d3 := 2 * (math.Cos(x) - math.Sin(x)) * math.Exp(x)
		p.Say("A derivative that was worked out by hand can be wrong and still make the loss fall. So it is compared with what a derivative is, a quotient of differences, which needs no calculus, only the function.")
		p.Formula("f′(x) ≈ (f(x + ε) − f(x − ε))/(2ε)", "misses by ε²·f‴/6 for small ε: a tenth of ε, a hundredth of the error")
		p.Formula("f′(x) ≈ (f(x + ε) − f(x))/ε", "misses by ε·f″/2: a tenth of ε, only a tenth")
		p.Say("Smaller is not always better: f itself is rounded, by about u·|f|, and so is x + ε, which moves f by up to u·|x·f′|; the quotient divides that by ε. The two errors make a V on logarithmic axes, with the best step where they meet.")
		p.Formula("ε* ≈ (3u·|f|/|f‴|)^⅓ for the central quotient", "weighs u·|f| alone; u = 1.1·10⁻¹⁶: about 7·10⁻⁶ for numbers of order 1; in float32 6·10⁻³")
		var steps, one, two []float64
		for k := 0.0; k <= 15; k += 0.25 {
			h := math.Pow(10, -k)
			steps = append(steps, h)
			one = append(one, math.Abs((f(x+h)-f(x))/h-d)+1e-17)
			two = append(two, math.Abs(central(f, x, h)-d)+1e-17)
		}
		best := 0
		for i := range two {
			if two[i] < two[best] {
				best = i
			}
		}
		p.Curves("steps", "Error of the two quotients by the step. To the right the formula is too coarse, to the left there is nothing left of the difference but rounding.", plot.Curves{
			Title: fmt.Sprintf("Error of the derivative of sin(x)·eˣ at %s", short(x)), XLabel: "step ε", YLabel: "error", LogX: true, LogY: true,
			Series: []plot.Series{{Name: "one-sided", X: steps, Y: one}, {Name: "central", X: steps, Y: two}},
		})
		p.Equal("central: error at ε = 0.01 is ε²·f‴/6", (central(f, x, 0.01)-d)/1e-4, d3/6, 1e-3*math.Abs(d3)+1e-3)
		p.Equal("one-sided: error at ε = 10⁻⁴ is ε·f″/2", ((f(x+1e-4)-f(x))/1e-4-d)/1e-4, d2/2, 1e-3*math.Abs(d3)+1e-3)
		most := math.Cbrt(3 * 0x1p-53 * math.Abs(f(x)) / math.Abs(d3))
		p.Equal("ε* for |f| = |f‴| is ∛(3u): float64", math.Cbrt(3*0x1p-53), 6.93e-6, 1e-8)
		p.Equal("and float32", math.Cbrt(3*0x1p-24), 5.6e-3, 5e-5)
		if most < 1e-4 { // else f‴ is near 0, and the next term counts
			p.Less(fmt.Sprintf("central: error at ε* = %s is below 5·(u·(|f| + |x·f′|)/ε* + ε*²·|f‴|/6)", short(most)), math.Abs(central(f, x, most)-d), 5*(0x1p-53*(math.Abs(f(x))+math.Abs(x*d))/most+most*most*math.Abs(d3)/6))
		}
		p.Less("the best central step is far better than ε = 0.1", two[best], math.Abs(central(f, x, 0.1)-d)/100)
		p.Number("log10 of the best step", math.Round(math.Log10(steps[best])))

		p.Say("For a whole network every weight is moved by itself, which costs two runs for each: a test, nothing to train with. The library's check does that for each parameter and for the input, with a random upstream gradient, so that a wrong factor cannot hide behind a 1:")
		p.Formula("error = max|a − n| / max(max|a|, max|n|, 10⁻³)", "over all numbers of a tensor, a by backprop, n by differences; right if at most 10⁻⁷, in float64 and away from kinks")
		mistake := s.Text("mistake")
		var rows [][]string
		var verdicts, verdictErrors []float64
		for _, wrong := range []string{"none", mistake} {
			report, err := gradcheck.Layer(layers.Dense{Units: 3, Activation: mistaken(wrong)}, []int{5, 4}, gradcheck.Options{Seed: s.Seed})
			if err != nil && len(report.Tensors) == 0 {
				return err
			}
			var worst float64
			for _, t := range report.Tensors {
				worst = max(worst, t.Error)
			}
			verdict := "right"
			if err != nil || worst > report.Bound {
				verdict = "wrong"
			}
			verdicts, verdictErrors = append(verdicts, is(verdict == "wrong")), append(verdictErrors, worst)
			rows = append(rows, []string{mistakes[wrong], short(worst), short(report.Bound), verdict})
			p.Number("error "+wrong, worst)
		}
		p.Table("A dense layer with tanh", []string{"its derivative", "error", "bound", "verdict"}, rows)
		if factor, ok := map[string]float64{"factor": 2, "sign": -1}[mistake]; ok {
			p.Equal("error of a gradient that is wrong by a factor c: |c − 1|/max(|c|, 1)", verdictErrors[1], math.Abs(factor-1)/max(math.Abs(factor), 1), 1e-6)
		}
		p.Equal("the right layer is found right (1 is wrong)", verdicts[0], 0, 0)
		p.Equal("yours is found wrong, unless nothing is (1 is wrong)", verdicts[1], is(mistake != "none"), 0)

		net, err := nn.New(nn.Config{Seed: s.Seed, Input: []int{4}, DType: nn.Float64}, layers.Dense{Units: 5, Activation: activations.Tanh}, layers.Dense{Units: 3})
		if err != nil {
			return err
		}
		input := make([]float64, 24)
		for i := range input {
			input[i] = math.Sin(float64(3 * i))
		}
		report, err := gradcheck.Network(net, input, gradcheck.Against(losses.CrossEntropy, []float64{0, 1, 2, 0, 1, 2}, nil), gradcheck.Options{Seed: s.Seed})
		if err != nil {
			return err
		}
		for _, t := range report.Tensors {
			p.Less("a network of two layers: error of "+t.Name, t.Error, gradcheck.SmoothBound)
		}
		p.See("The best step is about %s; the right layer differs by %s, the other (%s) by %s.", digits(steps[best], 1), rows[0][1], mistakes[mistake], rows[1][1])
		return nil
	},
}

// mistakes says what is wrong with a derivative of tanh.
var mistakes = map[string]string{"none": "1 − a²", "factor": "2·(1 − a²): a factor too many", "slope": "1: the slope forgotten", "sign": "a² − 1: the sign"}

// mistaken is tanh with a derivative that is wrong.
func mistaken(how string) activations.Activation {
	right := activations.Tanh
	d := map[string]func(x float64) float64{
		"none":   right.D,
		"factor": func(x float64) float64 { return 2 * right.D(x) },
		"slope":  func(float64) float64 { return 1 },
		"sign":   func(x float64) float64 { return -right.D(x) },
	}
	return activations.Activation{Name: "tanh-" + how, F: right.F, D: d[how]}
}
