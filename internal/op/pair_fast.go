package op

import "nabla/internal/kernel"

// FastPair is a Pair without column constants on whole slices: ℓ and ℓ′ by
// kernels, within a few units in the last place.
type FastPair struct {
	f32 pairKernels[float32]
	f64 pairKernels[float64]
}

// pairKernels are c·ℓ(p, t) and g·c·ℓ′(p, t).
type pairKernels[T kernel.Float] struct {
	value func(to, p, t []T, c T)
	slope func(to, p, t, g []T, c T)
}

// The losses that have kernels: (p − t)², |p − t| and the cross-entropy of σ(p).
var (
	FastSquare = &FastPair{
		pairKernels[float32]{kernel.Square[float32], kernel.SquareSlope[float32]},
		pairKernels[float64]{kernel.Square[float64], kernel.SquareSlope[float64]},
	}
	FastAbsolute = &FastPair{
		pairKernels[float32]{kernel.Absolute[float32], kernel.AbsoluteSlope[float32]},
		pairKernels[float64]{kernel.Absolute[float64], kernel.AbsoluteSlope[float64]},
	}
	FastBinary = &FastPair{
		pairKernels[float32]{kernel.Binary[float32], kernel.BinarySlope[float32]},
		pairKernels[float64]{kernel.Binary[float64], kernel.BinarySlope[float64]},
	}
)

// FastHuber is (p − t)²/2 up to delta and straight beyond.
func FastHuber(delta float64) *FastPair {
	return &FastPair{huber[float32](delta), huber[float64](delta)}
}

func huber[T kernel.Float](delta float64) pairKernels[T] {
	return pairKernels[T]{
		value: func(to, p, t []T, c T) { kernel.Huber(to, p, t, c, T(delta)) },
		slope: func(to, p, t, g []T, c T) { kernel.HuberSlope(to, p, t, g, c, T(delta)) },
	}
}

// agrees reports whether the kernels compute F and D: a copy of a loss whose F was
// replaced must not keep the old ones.
func (f *FastPair) agrees(l Pair) bool {
	n := len(probes)
	t, ones, y, d := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for _, target := range targetProbes {
		for i := range t {
			t[i], ones[i] = target, 1
		}
		f.f64.value(y, probes, t, 1)
		f.f64.slope(d, probes, t, ones, 1)
		for i, p := range probes {
			if !near(y[i], l.F(p, target, 1)) || !near(d[i], l.D(p, target, 1)) {
				return false
			}
		}
	}
	return true
}

// values and slopes are the kernels as those of ops, for inputs p, t and p, t, g.
func (f *FastPair) values(by Divisor) kernels {
	return kernels{pairValues(f.f32.value, by), pairValues(f.f64.value, by)}
}

func (f *FastPair) slopes(by Divisor) kernels {
	return kernels{pairSlopes(f.f32.slope, by), pairSlopes(f.f64.slope, by)}
}

func pairValues[T kernel.Float](f func(to, p, t []T, c T), by Divisor) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { f(out, in[0], in[1], T(1/divisor[T](by, len(out), 1, nil))) }
}

func pairSlopes[T kernel.Float](f func(to, p, t, g []T, c T), by Divisor) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { f(out, in[0], in[1], in[2], T(1/divisor[T](by, len(out), 1, nil))) }
}
