package op

import "math"

// Logistic is 1/(1 + e⁻ˣ), accurate in both tails: it is e^x far on the left,
// not 0.
func Logistic(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// LogOnePlusExp is log(1 + eˣ) without overflow; far on the left it is e^x. Its
// derivative is Logistic.
func LogOnePlusExp(x float64) float64 {
	return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
