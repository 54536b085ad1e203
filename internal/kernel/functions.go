package kernel

import "math"

// Exp is eˣ. The error is below 2 units in the last place, results below the
// normal numbers included, and the function never falls.
func Exp[T Float](to, x []T) {
	n := len(to)
	if tryExp(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(math.Exp(float64(v)))
	}
}

// Sigmoid is 1/(1 + e⁻ˣ), on the left computed as eˣ/(1 + eˣ). The error is below
// 2 units in the last place, and the function never falls.
func Sigmoid[T Float](to, x []T) {
	n := len(to)
	if trySigmoid(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(sigmoid(float64(v)))
	}
}

// sigmoid corrects the quotient by what 1 + e and the division lost, which
// leaves little more than the error of e.
func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	above := 1.0
	if x < 0 {
		above = e
	}
	below := 1 + e
	q := above / below
	return q + (math.FMA(-q, below, above)-q*(e-(below-1)))/below
}

// SigmoidSlope is g·y·(1 − y): the gradient of Sigmoid by its result y.
func SigmoidSlope[T Float](to, y, g []T) {
	n := len(to)
	if trySigmoidSlope(n, first(to, n), first(y, n), first(g, n)) {
		return
	}
	for i, v := range y[:n] {
		to[i] = g[i] * (v * (1 - v))
	}
}

// Tanh is (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ). The error is below 2 units in the last place,
// and the function never falls.
func Tanh[T Float](to, x []T) {
	n := len(to)
	if tryTanh(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(math.Tanh(float64(v)))
	}
}

// TanhSlope is g·(1 − y²): the gradient of Tanh by its result y.
func TanhSlope[T Float](to, y, g []T) {
	n := len(to)
	if tryTanhSlope(n, first(to, n), first(y, n), first(g, n)) {
		return
	}
	for i, v := range y[:n] {
		to[i] = g[i] * ((1 - v) * (1 + v))
	}
}

// Log is the natural logarithm: −Inf at 0, NaN below. The error is below 2 units
// in the last place, and the function never falls.
func Log[T Float](to, x []T) {
	n := len(to)
	if tryLog(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(logarithm(float64(v)))
	}
}

// logarithm is math.Log also below the normal numbers, where that of amd64 is
// wrong: log 5e-324 is −744.4, it returns −709.1.
func logarithm(x float64) float64 {
	if 0 < x && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// Softplus is log(1 + eˣ), computed as max(x, 0) + log(1 + e^−|x|). The error is
// below 2 units in the last place; between neighbours on the right, where both
// parts are rounded, the result can fall by one.
func Softplus[T Float](to, x []T) {
	n := len(to)
	if trySoftplus(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(max(float64(v), 0) + math.Log1p(math.Exp(-math.Abs(float64(v)))))
	}
}

// ELU is right·x for x > 0, otherwise left·(eˣ − 1): with the factors λ and λα the
// exponential linear unit. The error of the left side is below 3 units in the last
// place.
func ELU[T Float](to, x []T, right, left T) {
	n := len(to)
	k := [2]T{right, left}
	if tryElu(n, first(to, n), first(x, n), &k[0]) {
		return
	}
	for i, v := range x[:n] {
		if v > 0 {
			to[i] = right * v
		} else {
			to[i] = T(float64(left) * math.Expm1(float64(v)))
		}
	}
}

// ELUSlope is g·right for x > 0, otherwise g·left·eˣ: the gradient of ELU by what
// goes into it.
func ELUSlope[T Float](to, x, g []T, right, left T) {
	n := len(to)
	k := [2]T{right, left}
	if tryEluSlope(n, first(to, n), first(x, n), first(g, n), &k[0]) {
		return
	}
	for i, v := range x[:n] {
		if v > 0 {
			to[i] = g[i] * right
		} else {
			to[i] = T(float64(g[i]) * float64(left) * math.Exp(float64(v)))
		}
	}
}
