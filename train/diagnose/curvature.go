package diagnose

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// Product writes H·v, a symmetric matrix times a vector, into dst. It is all that
// is known of the Hessian of a network, which would not fit into memory.
type Product func(dst, v []float64) error

// Purposes of random numbers.
const (
	lanczosStream uint64 = iota
	hutchinsonStream
)

// ErrNotFinite is the error of measurements of a matrix with NaN or infinite
// numbers.
var ErrNotFinite = errors.New("diagnose: the Hessian is not finite")

// Trace estimates the trace of an n×n matrix and the standard error of that: the
// mean of vᵀ·H·v over random vectors of ±1, whose expectation is the trace. Its
// variance is twice the sum of the squares off the diagonal.
//
// M. F. Hutchinson, A stochastic estimator of the trace of the influence matrix,
// 1990.
func Trace(n int, h Product, samples int, seed uint64) (trace, deviation float64, err error) {
	if n < 1 || samples < 1 {
		return 0, 0, fmt.Errorf("diagnose: the trace of %d numbers from %d samples", n, samples)
	}
	rng := rand.New(rand.NewPCG(seed, hutchinsonStream))
	v, w := make([]float64, n), make([]float64, n)
	var sum, squares float64
	for range samples {
		for i := range v {
			v[i] = float64(1 - 2*int(rng.Uint64()>>63))
		}
		if err := h(w, v); err != nil {
			return 0, 0, err
		}
		x := floats.Dot(v, w)
		sum, squares = sum+x, squares+x*x
	}
	m := float64(samples)
	trace = sum / m
	if math.IsNaN(trace) || math.IsInf(trace, 0) {
		return 0, 0, ErrNotFinite
	}
	if samples == 1 {
		return trace, math.NaN(), nil
	}
	return trace, math.Sqrt(max(0, squares/m-trace*trace) / (m - 1)), nil
}
