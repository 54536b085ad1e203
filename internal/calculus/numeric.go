package calculus

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Difference is the derivative at a point by differences of step H.
type Difference struct {
	H       float64
	Forward float64 // (f(x+h) - f(x))/h, truncation error O(h)
	Central float64 // (f(x+h) - f(x-h))/(2h), truncation error O(h²)
	// Distances to the derivative by automatic differentiation. As h falls they fall
	// with the truncation, and rise again with the rounding of f, about ε|f|/h.
	ForwardError, CentralError float64
}

// steps are the h of LimitTable: 0.1 … 1e-12.
const steps = 12

// LimitTable shows the derivative by variable number i at x as a limit: differences
// for h = 0.1, 0.01, … 1e-12.
func LimitTable(p *Program, x []float64, i int) ([]Difference, error) {
	g := make([]float64, len(x))
	f, err := p.Gradient(x, g)
	if err != nil {
		return nil, err
	}
	moved := append([]float64(nil), x...)
	at := func(h float64) (float64, error) {
		moved[i] = x[i] + h
		return p.Eval(moved)
	}
	table := make([]Difference, steps)
	for k := range table {
		h := 1 / math.Pow10(k+1)
		above, err := at(h)
		if err != nil {
			return nil, err
		}
		below, err := at(-h)
		if err != nil {
			return nil, err
		}
		d := Difference{H: h, Forward: (above - f) / h, Central: (above - below) / (2 * h)}
		d.ForwardError, d.CentralError = math.Abs(d.Forward-g[i]), math.Abs(d.Central-g[i])
		table[k] = d
	}
	return table, nil
}

// CentralGradient is the gradient by central differences, with steps of cbrt(ε)
// times the size of the variable, which balances truncation and rounding.
func CentralGradient(p *Program, x []float64) ([]float64, error) {
	g := make([]float64, len(x))
	moved := append([]float64(nil), x...)
	for i, v := range x {
		h := math.Cbrt(2.3e-16) * max(1, math.Abs(v))
		moved[i] = v + h
		above, err := p.Eval(moved)
		if err != nil {
			return nil, err
		}
		width := moved[i]
		moved[i] = v - h
		below, err := p.Eval(moved)
		if err != nil {
			return nil, err
		}
		g[i] = (above - below) / (width - moved[i])
		moved[i] = v
	}
	return g, nil
}

// Eigenvalues of a symmetric matrix, in ascending order.
func Eigenvalues(h [][]float64) []float64 {
	values, _ := eigen(h)
	return values
}

// eigen returns the eigenvalues of a symmetric matrix and the eigenvectors as
// columns.
func eigen(h [][]float64) ([]float64, *mat.Dense) {
	n := len(h)
	if n == 0 {
		return nil, nil
	}
	s := mat.NewSymDense(n, nil)
	for i := range h {
		for j := range i + 1 {
			s.SetSym(i, j, h[i][j])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, nil
	}
	var v mat.Dense
	e.VectorsTo(&v)
	return e.Values(nil), &v
}
