package diagnose

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Product writes H·v, a symmetric matrix times a vector, into dst. It is all that
// is known of the Hessian of a network, which would not fit into memory.
type Product func(dst, v []float64) error

// Purposes of random numbers.
const (
	lanczosStream uint64 = iota
	hutchinsonStream
)

// converged is the relative change of an extreme eigenvalue between two steps of
// Lanczos below which it counts as found.
const converged = 1e-5

// Extremes returns the smallest and the largest eigenvalue of an n×n matrix by the
// method of Lanczos from a random start, in at most so many products; min(n,
// steps) of them make it exact for small n. The vectors are orthogonalised anew in
// each step, which needs memory for all of them, n·steps numbers.
//
// C. Lanczos, An iteration method for the solution of the eigenvalue problem,
// 1950.
func Extremes(n int, h Product, steps int, seed uint64) (smallest, largest float64, err error) {
	if n < 1 || steps < 1 {
		return 0, 0, fmt.Errorf("diagnose: eigenvalues of %d numbers in %d steps", n, steps)
	}
	rng := rand.New(rand.NewPCG(seed, lanczosStream))
	v, w := make([]float64, n), make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	floats.Scale(1/floats.Norm(v, 2), v)
	var basis [][]float64
	var diagonal, beside []float64 // of the tridiagonal matrix
	for k := range min(n, steps) {
		if err := h(w, v); err != nil {
			return 0, 0, err
		}
		basis, diagonal = append(basis, v), append(diagonal, floats.Dot(w, v))
		// Twice, since once leaves rounding behind.
		for range 2 {
			for _, q := range basis {
				floats.AddScaled(w, -floats.Dot(w, q), q)
			}
		}
		before := [2]float64{smallest, largest}
		if smallest, largest, err = tridiagonal(diagonal, beside); err != nil {
			return 0, 0, err
		}
		b := floats.Norm(w, 2)
		size := max(math.Abs(smallest), math.Abs(largest))
		settled := k > 1 && math.Abs(smallest-before[0]) < converged*size && math.Abs(largest-before[1]) < converged*size
		if settled || b <= 1e-12*size || b == 0 {
			break // the space is invariant, or nothing moves any more
		}
		beside = append(beside, b)
		v = make([]float64, n)
		floats.AddScaled(v, 1/b, w)
	}
	return smallest, largest, nil
}

// tridiagonal returns the extreme eigenvalues of a symmetric tridiagonal matrix.
func tridiagonal(diagonal, beside []float64) (smallest, largest float64, err error) {
	n := len(diagonal)
	t := mat.NewSymDense(n, nil)
	for i, d := range diagonal {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return 0, 0, ErrNotFinite
		}
		t.SetSym(i, i, d)
		if i+1 < n {
			t.SetSym(i, i+1, beside[i])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(t, false) {
		return 0, 0, errors.New("diagnose: the eigenvalues of the Lanczos matrix do not converge")
	}
	values := e.Values(nil)
	return values[0], values[n-1], nil
}

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
