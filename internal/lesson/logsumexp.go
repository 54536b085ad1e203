package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/losses"
)

// logSumExp shows an overflow and the shift that avoids it.
var logSumExp = Lesson{
	Name: "log-sum-exp", Row: 20,
	Title: "The log-sum-exp trick",
	About: "logits of 1000: the formula as it stands gives NaN, shifted by the largest it is right",
	Params: []Param{
		number("z1", 1000, -5000, 5000, "first logit"),
		number("z2", 1001, -5000, 5000, "second logit"),
	},
	run: func(p *Page, s Settings) error {
		z := []float64{s.Number("z1"), s.Number("z2")}
		p.Say("Cross-entropy needs the logarithm of a sum of exponentials. Typed in as it stands it fails early: e⁸⁹ is beyond the largest float32, e⁷¹⁰ beyond the largest float64. Logits of that size are nothing unusual in a network that is sure, or that has just been thrown off.")
		p.Formula("lse(z) = ln Σ exp(zᵢ)", "")
		p.Say("The exponential turns a sum into a product, so any number m can be taken out in front. With m = max(z) the largest term is e⁰ = 1: nothing overflows, and what underflows is too small to count beside the 1. It is one rounding more, no approximation.")
		p.Formula("lse(z) = m + ln Σ exp(zᵢ − m),   m = max(z)", "")
		p.Say("Softmax is the gradient of lse and takes the same shift; cross-entropy never needs softmax itself.")
		p.Formula("∂lse/∂zᵢ = softmax(z)ᵢ = exp(zᵢ − m)/Σ exp(zⱼ − m)", "")
		p.Formula("−ln softmax(z)ᵢ = lse(z) − zᵢ", "cross-entropy if the right class is i")
		shifted, m := shiftedLSE(z), max(z[0], z[1])
		var rows [][]string
		naive32, shift32 := lse32(z)
		naive64 := naiveLSE(z)
		soft := math.Exp(z[0]) / (math.Exp(z[0]) + math.Exp(z[1]))
		rows = append(rows,
			[]string{"float32, as it stands", digits(float64(naive32), 8), digits(naiveSoftmax32(z), 6)},
			[]string{"float64, as it stands", digits(naive64, 8), digits(soft, 12)},
			[]string{"float32, shifted", digits(float64(shift32), 8), digits(softmax32(z), 6)},
			[]string{"float64, shifted", digits(shifted, 12), digits(softmax(z)[0], 12)},
		)
		p.Table(fmt.Sprintf("lse and softmax of z = (%s, %s)", digits(z[0], 8), digits(z[1], 8)), []string{"computed in", "lse(z)", "softmax(z)₁"}, rows)
		d := z[1] - z[0]
		p.Equal("lse of two numbers is max + ln(1 + e^−|z1 − z2|)", shifted, m+math.Log1p(math.Exp(-math.Abs(d))), 1e-15)
		p.Equal("softmax of two numbers is the sigmoid of their difference", softmax(z)[1], 1/(1+math.Exp(-d)), 1e-12)
		p.Equal("float32, shifted: lse to 6 digits", float64(shift32), shifted, 3e-7)
		for _, target := range []float64{0, 1} {
			loss, _, err := lossGradient(losses.CrossEntropy, row(z...), row(target))
			if err != nil {
				return err
			}
			p.Equal(fmt.Sprintf("the library's cross-entropy with class %v is lse − z%v", target+1, target+1), loss, shifted-z[int(target)], 1e-12)
		}
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
		p.Curves("range", "lse(x, x + 1) − x is ln(1 + e) = 1.3133 for every x. As it stands the formula ends between the larger logits 88 and 89 in float32, 709 and 710 in float64: e to that power is too large. Far below 0 the numbers get so small that they lose digits, and from −104 and −746 on the sum is 0 and its logarithm −∞.", plot.Curves{
			Title: "lse(x, x + 1) − x, which is constant", XLabel: "x", YLabel: "computed value", Y: plot.Range{Min: 0, Max: 2},
			Series: []plot.Series{
				{Name: "shifted", X: x, Y: both(shiftedLSE)},
				{Name: "float64, as it stands", X: x, Y: lifted(both(naiveLSE), 0.15)},
				{Name: "float32, as it stands", X: x, Y: lifted(both(naive32LSE), 0.3)},
			},
		})
		p.Equal("lse(x, x + 1) − x at x = 800 is ln(1 + e)", shiftedLSE([]float64{800, 801})-800, math.Log1p(math.E), 1e-12)
		for _, end := range []struct {
			name    string
			at, out float64
			f       func(z []float64) float64
		}{{"float32", 88, 89, naive32LSE}, {"float64", 709, 710, naiveLSE}, {"float32", -103, -104, naive32LSE}, {"float64", -745, -746, naiveLSE}} {
			p.True(fmt.Sprintf("%s, as it stands: finite with the larger logit %s, infinite with %s", end.name, short(end.at), short(end.out)),
				!math.IsInf(end.f([]float64{end.at, -2000}), 0) && math.IsInf(end.f([]float64{end.out, -2000}), 0))
		}
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
	return float32(logarithm(float64(a))), m + float32(math.Log(float64(b)))
}

// naiveLSE is the formula as it stands.
func naiveLSE(z []float64) float64 { return logarithm(math.Exp(z[0]) + math.Exp(z[1])) }

// naive32LSE is naiveLSE in float32.
func naive32LSE(z []float64) float64 {
	naive, _ := lse32(z)
	return float64(naive)
}

// logarithm is math.Log, which on some processors is wrong for numbers below
// 2⁻¹⁰²², also there.
func logarithm(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	return math.Log(fraction) + float64(exponent)*math.Ln2
}

// naiveSoftmax32 is the first of two probabilities, in float32 as it stands.
func naiveSoftmax32(z []float64) float64 {
	a, b := float32(math.Exp(z[0])), float32(math.Exp(z[1]))
	return float64(a / (a + b))
}

// softmax32 is the first of two probabilities, in float32 and shifted.
func softmax32(z []float64) float64 {
	m := float32(max(z[0], z[1]))
	return naiveSoftmax32([]float64{float64(float32(z[0]) - m), float64(float32(z[1]) - m)})
}

// lifted is a curve moved up; what is not finite stays so.
func lifted(y []float64, by float64) []float64 {
	return mapped(y, func(v float64) float64 { return v + by })
}
