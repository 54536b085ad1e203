package op

import (
	"math"

	"nabla/internal/kernel"
)

// Fast is a Unary on whole slices: the same f and f′ by kernels, within a few
// units in the last place.
type Fast struct {
	forward  kernels         // out = f(in[0])
	backward kernels         // out = in[1]·f′, of the argument in[0] or of the value in[2]
	byValue  bool            // f′ is computed from f, so that a run need not keep the argument
	then     kernel.Epilogue // f behind a product, or Linear
}

// The functions that have kernels. ReLU, sigmoid and tanh have their derivative
// from what they put out: y > 0, y·(1 − y) and 1 − y².
var (
	FastReLU = &Fast{
		forward:  kernels{pass(kernel.Relu[float32]), pass(kernel.Relu[float64])},
		backward: kernels{fromValue(kernel.ReluSlope[float32]), fromValue(kernel.ReluSlope[float64])},
		byValue:  true, then: kernel.ReLU,
	}
	FastSigmoid = &Fast{
		forward:  kernels{pass(kernel.Sigmoid[float32]), pass(kernel.Sigmoid[float64])},
		backward: kernels{fromValue(kernel.SigmoidSlope[float32]), fromValue(kernel.SigmoidSlope[float64])},
		byValue:  true,
	}
	FastTanh = &Fast{
		forward:  kernels{pass(kernel.Tanh[float32]), pass(kernel.Tanh[float64])},
		backward: kernels{fromValue(kernel.TanhSlope[float32]), fromValue(kernel.TanhSlope[float64])},
		byValue:  true,
	}
)

// The gated functions have it from their argument: they are not one-to-one.
var (
	FastGELU = &Fast{
		forward:  kernels{pass(kernel.GELU[float32]), pass(kernel.GELU[float64])},
		backward: kernels{fromArgument(kernel.GELUSlope[float32]), fromArgument(kernel.GELUSlope[float64])},
	}
	FastGELUTanh = &Fast{
		forward:  kernels{pass(kernel.GELUTanh[float32]), pass(kernel.GELUTanh[float64])},
		backward: kernels{fromArgument(kernel.GELUTanhSlope[float32]), fromArgument(kernel.GELUTanhSlope[float64])},
	}
	FastSiLU = &Fast{
		forward:  kernels{pass(kernel.SiLU[float32]), pass(kernel.SiLU[float64])},
		backward: kernels{fromArgument(kernel.SiLUSlope[float32]), fromArgument(kernel.SiLUSlope[float64])},
	}
)

// FastLeakyReLU is max(x, slope·x) for a slope of at most 1.
func FastLeakyReLU(slope float64) *Fast {
	return &Fast{
		forward:  kernels{leaky[float32](slope), leaky[float64](slope)},
		backward: kernels{leakySlope[float32](slope), leakySlope[float64](slope)},
	}
}

// FastELU is right·x for x > 0, else left·(eˣ − 1).
func FastELU(right, left float64) *Fast {
	return &Fast{
		forward:  kernels{elu[float32](right, left), elu[float64](right, left)},
		backward: kernels{eluSlope[float32](right, left), eluSlope[float64](right, left)},
	}
}

// FastSoftplus is log(1 + e^(βx))/β; for β = −1 it is the logarithm of the sigmoid.
func FastSoftplus(beta float64) *Fast {
	return &Fast{
		forward:  kernels{softplus[float32](beta), softplus[float64](beta)},
		backward: kernels{softplusSlope[float32](beta), softplusSlope[float64](beta)},
	}
}

func pass[T kernel.Float](f func(to, x []T)) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { f(out, in[0]) }
}

// fromValue wraps a derivative that is computed from the value.
func fromValue[T kernel.Float](d func(to, y, g []T)) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { d(out, in[2], in[1]) }
}

// fromArgument wraps a derivative that is computed from the argument.
func fromArgument[T kernel.Float](d func(to, x, g []T)) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { d(out, in[0], in[1]) }
}

func leaky[T kernel.Float](slope float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.LeakyRelu(out, in[0], T(slope)) }
}

func leakySlope[T kernel.Float](slope float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.LeakyReluSlope(out, in[0], in[1], T(slope)) }
}

func elu[T kernel.Float](right, left float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.ELU(out, in[0], T(right), T(left)) }
}

func eluSlope[T kernel.Float](right, left float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.ELUSlope(out, in[0], in[1], T(right), T(left)) }
}

func softplus[T kernel.Float](beta float64) func(out []T, in [][]T) {
	if beta == 1 {
		return pass(kernel.Softplus[T])
	}
	return func(out []T, in [][]T) {
		kernel.Scale(out, in[0], T(beta))
		kernel.Softplus(out, out)
		kernel.Scale(out, out, T(1/beta))
	}
}

// softplusSlope is g·σ(βx).
func softplusSlope[T kernel.Float](beta float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		x := in[0]
		if beta != 1 {
			kernel.Scale(out, x, T(beta))
			x = out
		}
		kernel.Sigmoid(out, x)
		kernel.Mul(out, out, in[1])
	}
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
	f.backward.f64(d, [][]float64{probes, ones, y})
	for i, x := range probes {
		if !near(y[i], u.F(x)) || !near(d[i], u.D(x)) {
			return false
		}
	}
	return true
}

// near compares what a kernel and a function give. An infinity is near nothing:
// no function here has one at a probe.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*min(max(1, math.Abs(b)), math.MaxFloat64) }
