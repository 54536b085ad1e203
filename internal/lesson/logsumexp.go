package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
)

// logSumExp shows an overflow and the shift that avoids it.
var logSumExp = Lesson{
	Name: "log-sum-exp", Row: 20,
	Title: "The log-sum-exp trick",
	About: "logits of 1000: the formula as it stands gives NaN, shifted by the largest it is exact",
	Params: []Param{
		number("z1", 1000, -5000, 5000, "first logit"),
		number("z2", 1001, -5000, 5000, "second logit"),
	},
	run: func(p *Page, s Settings) error {
		z := []float64{s.Number("z1"), s.Number("z2")}
		p.Say("Cross-entropy needs the logarithm of a sum of exponentials. Typed in as it stands it fails early: in float32 e⁸⁹ is already beyond the largest number, in float64 e⁷¹⁰. Both are ordinary logits of a network that is sure.")
		p.Formula("lse(z) = ln Σ exp(zᵢ)", "")
		p.Say("The exponential turns a sum into a product, so any number m can be taken out in front. With m = max(z) the largest term is e⁰ = 1: nothing overflows, and what underflows is too small to count.")
		p.Formula("lse(z) = m + ln Σ exp(zᵢ − m),   m = max(z)", "")
		p.Say("Softmax is the gradient of lse, and takes the same shift: exp(zᵢ − m)/Σ exp(zⱼ − m).")
		shifted, m := shiftedLSE(z), max(z[0], z[1])
		var rows [][]string
		naive32, shift32 := lse32(z)
		naive64 := math.Log(math.Exp(z[0]) + math.Exp(z[1]))
		soft := math.Exp(z[0]) / (math.Exp(z[0]) + math.Exp(z[1]))
		rows = append(rows,
			[]string{"float32, as it stands", digits(float64(naive32), 8), digits(naiveSoftmax32(z), 6)},
			[]string{"float64, as it stands", digits(naive64, 8), digits(soft, 6)},
			[]string{"float32, shifted", digits(float64(shift32), 8), digits(softmax(z)[0], 6)},
			[]string{"float64, shifted", digits(shifted, 12), digits(softmax(z)[0], 6)},
		)
		p.Table(fmt.Sprintf("lse and softmax of z = (%s, %s)", digits(z[0], 8), digits(z[1], 8)), []string{"computed in", "lse(z)", "softmax(z)₁"}, rows)
		d := z[1] - z[0]
		p.Equal("lse of two numbers is max + ln(1 + e^−|z1 − z2|)", shifted, m+math.Log1p(math.Exp(-math.Abs(d))), 1e-15)
		p.Equal("softmax of two numbers is the sigmoid of their difference", softmax(z)[1], 1/(1+math.Exp(-d)), 1e-12)
		p.Equal("∂lse/∂z1 by differences is softmax(z)₁", central(func(v float64) float64 { return shiftedLSE([]float64{v, z[1]}) }, z[0], 1e-3), softmax(z)[0], 1e-6)
		p.Equal("lse(z + 7) is lse(z) + 7", shiftedLSE([]float64{z[0] + 7, z[1] + 7}), shifted+7, 1e-14)
		p.Greater("lse is at least max(z): lse − max + ε", shifted-m+1e-12, 0)
		p.Less("and at most max(z) + ln 2: lse − max − ln 2 − ε", shifted-m-math.Ln2-1e-12, 0)
		p.Number("lse", shifted)
		p.Number("softmax", softmax(z)[0])
		p.Number("naive float64", naive64)

		x := spaced(-900, 900, 361)
		both := func(f func(z []float64) float64) []float64 {
			return mapped(x, func(v float64) float64 { return f([]float64{v, v + 1}) - v })
		}
		p.Curves("range", "lse(x, x + 1) − x is 1.3133 for every x. As it stands the formula gives up at 88 in float32 and at 709 in float64, and as early below 0, where the sum underflows and its logarithm is −∞.", plot.Curves{
			Title: "lse(x, x + 1) − x, which is constant", XLabel: "x", YLabel: "computed value", Y: plot.Range{Min: 0, Max: 2},
			Series: []plot.Series{
				{Name: "shifted", X: x, Y: both(shiftedLSE)},
				{Name: "float64, as it stands", X: x, Y: lifted(both(func(z []float64) float64 { return math.Log(math.Exp(z[0]) + math.Exp(z[1])) }), 0.15)},
				{Name: "float32, as it stands", X: x, Y: lifted(both(func(z []float64) float64 { v, _ := lse32(z); return float64(v) }), 0.3)},
			},
		})
		p.Say("In the picture the two naive curves are lifted by 0.15 and 0.3, or they would cover each other where they are right.")
		p.See("As it stands the formula gives %s in float64; shifted it gives %s, and the probabilities %s and %s.", digits(naive64, 8), digits(shifted, 8), short(softmax(z)[0]), short(softmax(z)[1]))
		return nil
	},
}

// shiftedLSE is m + ln Σ exp(zᵢ − m).
func shiftedLSE(z []float64) float64 {
	m := math.Inf(-1)
	for _, v := range z {
		m = max(m, v)
	}
	var sum float64
	for _, v := range z {
		sum += math.Exp(v - m)
	}
	return m + math.Log(sum)
}

// lse32 computes in float32, as it stands and shifted.
func lse32(z []float64) (naive, shifted float32) {
	m := float32(max(z[0], z[1]))
	var a, b float32
	for _, v := range z {
		a += float32(math.Exp(float64(float32(v))))
		b += float32(math.Exp(float64(float32(v) - m)))
	}
	return float32(math.Log(float64(a))), m + float32(math.Log(float64(b)))
}

// naiveSoftmax32 is the first of two probabilities, in float32 as it stands.
func naiveSoftmax32(z []float64) float64 {
	a, b := float32(math.Exp(z[0])), float32(math.Exp(z[1]))
	return float64(a / (a + b))
}

// lifted is a curve moved up; what is not finite stays so.
func lifted(y []float64, by float64) []float64 {
	return mapped(y, func(v float64) float64 { return v + by })
}
