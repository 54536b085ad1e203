package op

import "math"

// Logistic is 1/(1 + e⁻ˣ), accurate in both tails: it is e^x far on the left,
// not 0. e⁻ˣ would overflow there, so the fraction is extended by eˣ: the
// exponential is at most 1 on either side. Its derivative is s·(1 − s).
func Logistic(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// LogOnePlusExp is log(1 + eˣ) without overflow; far on the left it is e^x. Its
// derivative is Logistic. For x > 0 it is x + log(1 + e⁻ˣ), and log1p keeps the
// digits of an exponential that 1 + e⁻ˣ would round away.
func LogOnePlusExp(x float64) float64 {
	return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
