package op

import (
	"math"

	"nabla/internal/kernel"
)

// Fast is a Unary on whole slices: the same f and f′ by kernels, within a few
// units in the last place.
type Fast struct {
	forward  kernels // out = f(in[0])
	backward kernels // out = in[1]·f′(in[0])
}

// The functions that have kernels. Sigmoid and tanh have their derivative from
// what they put out: y·(1 − y) and 1 − y².
var (
	FastReLU = &Fast{
		kernels{pass(kernel.Relu[float32]), pass(kernel.Relu[float64])},
		kernels{slopes(kernel.ReluSlope[float32]), slopes(kernel.ReluSlope[float64])},
	}
	FastSigmoid = &Fast{
		kernels{pass(kernel.Sigmoid[float32]), pass(kernel.Sigmoid[float64])},
		kernels{fromOutput(kernel.Sigmoid[float32], kernel.SigmoidSlope[float32]),
			fromOutput(kernel.Sigmoid[float64], kernel.SigmoidSlope[float64])},
	}
	FastTanh = &Fast{
		kernels{pass(kernel.Tanh[float32]), pass(kernel.Tanh[float64])},
		kernels{fromOutput(kernel.Tanh[float32], kernel.TanhSlope[float32]),
			fromOutput(kernel.Tanh[float64], kernel.TanhSlope[float64])},
	}
)

// FastLeakyReLU is max(x, slope·x) for a slope of at most 1.
func FastLeakyReLU(slope float64) *Fast {
	return &Fast{kernels{leaky[float32](slope), leaky[float64](slope)}, kernels{leakySlope[float32](slope), leakySlope[float64](slope)}}
}

func pass[T kernel.Float](f func(to, x []T)) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { f(out, in[0]) }
}

// slopes wraps a derivative that is computed from the argument.
func slopes[T kernel.Float](d func(to, x, g []T)) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { d(out, in[0], in[1]) }
}

// fromOutput wraps a derivative that is computed from the value, which it
// computes again rather than keep it.
func fromOutput[T kernel.Float](f func(to, x []T), d func(to, y, g []T)) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		f(out, in[0])
		d(out, out, in[1])
	}
}

func leaky[T kernel.Float](slope float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.LeakyRelu(out, in[0], T(slope)) }
}

func leakySlope[T kernel.Float](slope float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.LeakyReluSlope(out, in[0], in[1], T(slope)) }
}

// agrees reports whether the kernels compute F and D: a copy of a function whose
// F was replaced must not keep the old ones.
func (f *Fast) agrees(u Unary) bool {
	n := len(probes)
	ones, y, d := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	f.forward.f64(y, [][]float64{probes})
	f.backward.f64(d, [][]float64{probes, ones})
	for i, x := range probes {
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(b)) }
		if !near(y[i], u.F(x)) || !near(d[i], u.D(x)) {
			return false
		}
	}
	return true
}

// forward and backward take the kernels of a function, or make some of F and D.
func (u Unary) forward() kernels {
	if u.Fast != nil && u.Fast.agrees(u) {
		return u.Fast.forward
	}
	return kernels{unary[float32](u.F), unary[float64](u.F)}
}

func (u Unary) backward() kernels {
	if u.Fast != nil && u.Fast.agrees(u) {
		return u.Fast.backward
	}
	return kernels{slope[float32](u.D), slope[float64](u.D)}
}
