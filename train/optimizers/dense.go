package optimizers

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// maxShifts bounds the search for a shift; each multiplies it by ten.
const maxShifts = 40

// solveShifted solves (A + shift·diag(scale))·d = −g for a symmetric A, with the
// smallest of the tried shifts from least on that makes the matrix positive
// definite (Nocedal and Wright, Numerical optimization, 2006, algorithm 3.3). It
// returns the shift, and false when there is none.
func solveShifted(d, a, scale, g []float64, least float64) (shift float64, ok bool) {
	n := len(g)
	m := mat.NewSymDense(n, nil)
	var factors mat.Cholesky
	shift = least
	for range maxShifts {
		for i := range n {
			for j := i; j < n; j++ {
				m.SetSym(i, j, a[i*n+j])
			}
			m.SetSym(i, i, a[i*n+i]+shift*scale[i])
		}
		if factors.Factorize(m) && factors.SolveVecTo(mat.NewVecDense(n, d), mat.NewVecDense(n, g)) == nil && allFinite(d) {
			for i := range d {
				d[i] = -d[i]
			}
			return shift, true
		}
		shift = max(10*shift, 1e-3)
	}
	return shift, false
}

// eigen is A = Q·diag(values)·Qᵀ, values rising, for a symmetric A.
type eigen struct {
	values []float64
	q      mat.Dense
}

func decompose(a []float64, n int) (e eigen, ok bool) {
	var s mat.EigenSym
	if !s.Factorize(symmetric(a, n), true) {
		return e, false
	}
	e.values = s.Values(nil)
	s.VectorsTo(&e.q)
	return e, true
}

// symmetric is the mean of A and Aᵀ: Hessians that come as products with unit
// vectors are symmetric up to rounding only.
func symmetric(a []float64, n int) *mat.SymDense {
	m := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			m.SetSym(i, j, 0.5*a[i*n+j]+0.5*a[j*n+i])
		}
	}
	return m
}

// into writes Qᵀ·x, the coordinates of x by the eigenvectors.
func (e *eigen) into(dst, x []float64) {
	n := len(x)
	mat.NewVecDense(n, dst).MulVec(e.q.T(), mat.NewVecDense(n, x))
}

// back writes Q·y.
func (e *eigen) back(dst, y []float64) {
	n := len(y)
	mat.NewVecDense(n, dst).MulVec(&e.q, mat.NewVecDense(n, y))
}

// magnitude is the largest absolute eigenvalue.
func (e *eigen) magnitude() float64 {
	return max(math.Abs(e.values[0]), math.Abs(e.values[len(e.values)-1]))
}

// quadratic is ½·dᵀ·A·d.
func quadratic(a, d []float64) float64 {
	n, sum := len(d), 0.0
	for i, x := range d {
		for j, y := range d {
			sum += a[i*n+j] * x * y
		}
	}
	return sum / 2
}

// ones are n of them.
func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}
