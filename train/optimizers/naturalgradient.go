package optimizers

import "errors"

// NaturalGradient goes along d = −(F + λI)⁻¹·g with the Fisher matrix F of the
// model: steepest descent where distance is measured between distributions and not
// between weights, so that it does not depend on how the model is written down. The
// step is Rate, or less by backtracking.
//
// Good at: losses that are negative log-likelihoods, where F is the expected
// Hessian; the diagonal alone works for large networks.
//
// Amari, "Natural gradient works efficiently in learning", 1998.
type NaturalGradient struct {
	Rate     *float64 `range:"(0,∞)"` // the first step; nil: 1
	Damping  *float64 `range:"(0,∞)"` // λ, as a part of the largest diagonal element; nil: 1e-4
	Diagonal bool     // use the diagonal of F alone, as for more weights than a matrix is kept for
}

var naturalDefaults = NaturalGradient{Rate: new(1.0), Damping: new(1e-4)}

func (NaturalGradient) defaults() Method { return naturalDefaults }

// Slots is 1, the diagonal, besides the matrix.
func (NaturalGradient) Slots() int { return 1 }

// maxFisher is the number of weights up to which the whole matrix is kept.
const maxFisher = 1000

// Begin implements Method.
func (m NaturalGradient) Begin(o *Objective, _ Point) (Iteration, error) {
	p, n := o.problem, o.Dim()
	diagonal := m.Diagonal || n > maxFisher
	if p.Fisher == nil && p.Jacobian == nil && (p.FisherDiagonal == nil || !diagonal) {
		return nil, errors.New("natural-gradient needs a log-likelihood with its Fisher matrix, or a sum of squares, which the problem does not have; lbfgs needs gradients alone")
	}
	rate, damping := or(m.Rate, naturalDefaults.Rate), or(m.Damping, naturalDefaults.Damping)
	d, unit := make([]float64, n), ones(n)
	if diagonal {
		f := make([]float64, n)
		return func(at *Point) Move {
			if !o.FisherDiagonal(f, at.X) {
				return Move{End: NotFinite}
			}
			shift := damping * largest([][]float64{f})
			if shift == 0 {
				return Move{End: SingularHessian}
			}
			for i, g := range at.G {
				d[i] = -g / (f[i] + shift)
			}
			return o.backtrack(at, d, rate)
		}, nil
	}
	f := make([]float64, n*n)
	return func(at *Point) Move {
		if !o.Fisher(f, at.X) {
			return Move{End: NotFinite}
		}
		most := 0.0
		for i := range n {
			most = max(most, f[i*n+i])
		}
		if _, ok := solveShifted(d, f, unit, at.G, damping*most); most == 0 || !ok {
			return Move{End: SingularHessian}
		}
		return o.backtrack(at, d, rate)
	}, nil
}
