package diagnose

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Pair is an eigenvalue of a symmetric matrix with its eigenvector, of length 1.
type Pair struct {
	Value    float64
	Vector   []float64
	Residual float64 // ‖H·vector − value·vector‖: the value is at most so far from an eigenvalue
}

// Lanczos approximates the extreme eigenvalues of a symmetric n × n matrix that is
// known by its products with vectors alone. In the basis of the Krylov space of H and
// a random vector, found with H·q_k = β_{k−1}·q_{k−1} + α_k·q_k + β_k·q_{k+1}, H is
// tridiagonal; the eigenvalues of that small matrix converge to those of H, the
// extreme ones first. It ends when the first two and the last one are known to the
// tolerance, in parts of the largest magnitude, or after steps products, or n.
//
// The pairs are in falling order of their values. Each vector of the basis is made
// orthogonal to all before it, twice: rounding would let found ones come back.
//
// Lanczos, "An iteration method for the solution of the eigenvalue problem of linear
// differential and integral operators", 1950; Parlett, "The symmetric eigenvalue
// problem", 1998, chapter 13.
//
// It keeps the whole basis, n·steps numbers.
func Lanczos(n int, h Product, steps int, seed uint64, tolerance float64) ([]Pair, error) {
	if n < 1 || steps < 1 {
		return nil, fmt.Errorf("diagnose: eigenvalues of %d numbers in %d steps; Lanczos needs a matrix and at least one step", n, steps)
	}
	rng := rand.New(rand.NewPCG(seed, lanczosStream))
	k := krylov{n: n, tolerance: tolerance}
	for range min(n, steps) {
		if !k.grow(rng) {
			break
		}
		if err := h(k.next, k.basis[len(k.basis)-1]); err != nil {
			return nil, err
		}
		if err := k.project(); err != nil {
			return nil, err
		}
		if k.converged() {
			break
		}
	}
	if pairs := k.pairs(); len(pairs) > 0 {
		return pairs, nil
	}
	return nil, errors.New("diagnose: the eigenvalues of the Lanczos matrix do not converge")
}

// Extremes returns the smallest and the largest eigenvalue by Lanczos, to a relative
// 1e-5.
func Extremes(n int, h Product, steps int, seed uint64) (smallest, largest float64, err error) {
	pairs, err := Lanczos(n, h, steps, seed, 1e-5)
	if err != nil {
		return 0, 0, err
	}
	return pairs[len(pairs)-1].Value, pairs[0].Value, nil
}

// krylov is the basis that Lanczos makes, and the matrix in it.
type krylov struct {
	n           int
	tolerance   float64
	basis       [][]float64
	alpha, beta []float64
	next        []float64 // H times the last vector, then what of it is new
}

// grow appends a vector to the basis: what the last product brought, or a random one
// when that was nothing new.
func (k *krylov) grow(rng *rand.Rand) bool {
	q := k.next
	k.next = make([]float64, k.n)
	if m := len(k.beta); m > 0 && k.beta[m-1] > 0 {
		floats.Scale(1/k.beta[m-1], q)
		k.basis = append(k.basis, q)
		return true
	}
	if len(k.basis) >= 3 { // a random start met every distinct eigenvalue
		return false
	}
	q = make([]float64, k.n)
	for i := range q {
		q[i] = rng.NormFloat64()
	}
	k.reduce(q)
	length := floats.Norm(q, 2)
	if !(length > 0) {
		return false
	}
	floats.Scale(1/length, q)
	k.basis = append(k.basis, q)
	return true
}

// reduce makes v orthogonal to the basis.
func (k *krylov) reduce(v []float64) {
	for range 2 {
		for _, q := range k.basis {
			floats.AddScaled(v, -floats.Dot(q, v), q)
		}
	}
}

// project enters the last product into the small matrix and leaves what is new of it.
func (k *krylov) project() error {
	size := floats.Norm(k.next, 2)
	if math.IsNaN(size) || math.IsInf(size, 0) {
		return ErrNotFinite
	}
	k.alpha = append(k.alpha, floats.Dot(k.basis[len(k.basis)-1], k.next))
	k.reduce(k.next)
	rest := floats.Norm(k.next, 2)
	if rest <= 1e-13*max(size, k.extent()) {
		rest = 0
	}
	k.beta = append(k.beta, rest)
	return nil
}

// extent is about the size of the matrix.
func (k *krylov) extent() (most float64) {
	for i, a := range k.alpha {
		most = max(most, math.Abs(a))
		if i < len(k.beta) {
			most = max(most, k.beta[i])
		}
	}
	return most
}

// small solves the small matrix: its eigenvalues rise.
func (k *krylov) small() ([]float64, *mat.Dense) {
	m := len(k.alpha)
	t := mat.NewSymDense(m, nil)
	for i, a := range k.alpha {
		t.SetSym(i, i, a)
		if i+1 < m {
			t.SetSym(i, i+1, k.beta[i])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(t, true) {
		return nil, nil
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	return e.Values(nil), &vectors
}

// converged reports whether the two largest and the smallest eigenvalue are known.
// It looks every few steps: the small matrix costs more as it grows.
func (k *krylov) converged() bool {
	m := len(k.alpha)
	if m < 4 || m%4 != 0 {
		return false
	}
	values, vectors := k.small()
	if values == nil {
		return false
	}
	size := max(math.Abs(values[0]), math.Abs(values[m-1]))
	for _, i := range []int{0, m - 2, m - 1} {
		if k.beta[m-1]*math.Abs(vectors.At(m-1, i)) > k.tolerance*size {
			return false
		}
	}
	return true
}

// pairs are the eigenvalues and eigenvectors in the whole space, largest first.
func (k *krylov) pairs() []Pair {
	values, vectors := k.small()
	m := len(values)
	list := make([]Pair, m)
	for i := range list {
		column := m - 1 - i
		p := Pair{Value: values[column], Vector: make([]float64, k.n), Residual: k.beta[m-1] * math.Abs(vectors.At(m-1, column))}
		for j, q := range k.basis[:m] {
			by := vectors.At(j, column)
			for l := range q {
				p.Vector[l] += by * q[l]
			}
		}
		list[i] = p
	}
	return list
}
