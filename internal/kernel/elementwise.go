package kernel

import (
	"math"
	"unsafe"
)

// The functions of this file fill all of to; the other slices must be at least
// as long, or they panic. to may be one of them, but must not overlap otherwise.
// Each has two forms: a kernel in assembly, where there is one (the try
// functions report it), and the loop below it, which defines it.

// first is the address of the first element, or nil, of at least n.
func first[T Float](x []T, n int) *T { return unsafe.SliceData(x[:n]) }

// Add is a + b.
func Add[T Float](to, a, b []T) {
	n := len(to)
	if tryAdd(n, first(to, n), first(a, n), first(b, n)) {
		return
	}
	for i := range to {
		to[i] = a[i] + b[i]
	}
}

// Sub is a − b.
func Sub[T Float](to, a, b []T) {
	n := len(to)
	if trySub(n, first(to, n), first(a, n), first(b, n)) {
		return
	}
	for i := range to {
		to[i] = a[i] - b[i]
	}
}

// Mul is a·b.
func Mul[T Float](to, a, b []T) {
	n := len(to)
	if tryMul(n, first(to, n), first(a, n), first(b, n)) {
		return
	}
	for i := range to {
		to[i] = a[i] * b[i]
	}
}

// Scale is c·x.
func Scale[T Float](to, x []T, c T) {
	n := len(to)
	if tryScale(n, first(to, n), first(x, n), &c) {
		return
	}
	for i := range to {
		to[i] = c * x[i]
	}
}

// Relu is max(x, 0); NaN stays, and so does −0.
func Relu[T Float](to, x []T) {
	n := len(to)
	if tryRelu(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		if v < 0 {
			v = 0
		}
		to[i] = v
	}
}

// ReluSlope is g where x > 0, otherwise 0: the gradient of Relu. x may be what
// goes into Relu or what comes out.
func ReluSlope[T Float](to, x, g []T) {
	n := len(to)
	if tryReluSlope(n, first(to, n), first(x, n), first(g, n)) {
		return
	}
	for i, v := range x[:n] {
		if v > 0 {
			to[i] = g[i]
		} else {
			to[i] = 0
		}
	}
}

// LeakyRelu is x where x > 0, otherwise slope·x.
func LeakyRelu[T Float](to, x []T, slope T) {
	n := len(to)
	if tryLeaky(n, first(to, n), first(x, n), &slope) {
		return
	}
	for i, v := range x[:n] {
		if !(v > 0) {
			v *= slope
		}
		to[i] = v
	}
}

// LeakyReluSlope is g where x > 0, otherwise slope·g: the gradient of LeakyRelu
// by what goes into it.
func LeakyReluSlope[T Float](to, x, g []T, slope T) {
	n := len(to)
	if tryLeakySlope(n, first(to, n), first(x, n), first(g, n), &slope) {
		return
	}
	for i, v := range x[:n] {
		d := g[i]
		if !(v > 0) {
			d *= slope
		}
		to[i] = d
	}
}

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

// BinaryLoss is the cross-entropy of σ(x) with targets t, without overflow or
// cancellation: max(x, 0) − x·t + log(1 + e^−|x|). Its gradient is σ(x) − t.
func BinaryLoss[T Float](to, x, t []T) {
	n := len(to)
	if tryBinaryLoss(n, first(to, n), first(x, n), first(t, n)) {
		return
	}
	for i, v := range x[:n] {
		to[i] = max(v, 0) - T(v*t[i]) + T(math.Log1p(math.Exp(-math.Abs(float64(v)))))
	}
}
