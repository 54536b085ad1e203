package optimizers

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

// GaussNewton goes along d = −B⁻¹·g with the Gauss-Newton matrix B in place of the
// Hessian: 2·JᵀJ of a sum of squares, Jᵀ·H·J of a loss with Hessian H behind a model
// with Jacobian J. It needs no second derivatives of the model. A direction that
// hardly goes down is damped as Levenberg's; the step is backtracked.
//
// Good at: fits with small residuals, where B is nearly the Hessian.
//
// Gauss, "Theoria motus corporum coelestium", 1809; the general form Schraudolph,
// "Fast curvature matrix-vector products for second-order gradient descent", 2002.
type GaussNewton struct{}

// Slots is 0, besides the matrix.
func (GaussNewton) Slots() int { return 0 }

// Begin implements Method.
func (GaussNewton) Begin(o *Objective, _ Point) (Iteration, error) {
	if err := o.needsGaussNewton("gauss-newton"); err != nil {
		return nil, err
	}
	n := o.Dim()
	b, d := make([]float64, n*n), make([]float64, n)
	return func(at *Point) Move {
		if !o.GaussNewton(b, at.X) {
			return Move{End: NotFinite}
		}
		if !solveDownhill(d, b, at.G) {
			return Move{End: SingularHessian}
		}
		return o.backtrack(at, d, 1)
	}, nil
}

const (
	// flat is the part of the largest eigenvalue below which a direction counts as
	// without curvature.
	flat = 1e-12
	// mostShift is where damping gives up: the step is then nearly steepest descent.
	mostShift = 1e3
	// downhill is the least cosine between a direction and −g. What is nearly level
	// leads to long searches that gain little.
	downhill = 0.2
)

// solveDownhill solves (B + λD)·d = −g with D the diagonal of B, for a B that is
// nowhere negative. λ is 0 unless that d is nearly level, as where the Jacobian loses
// rank; angles are measured with variables in units of D, in which their scaling
// makes no difference.
func solveDownhill(d, b, g []float64) bool {
	n := len(g)
	scale := make([]float64, n)
	for i := range scale {
		scale[i] = b[i*n+i]
	}
	most := floats.Max(scale)
	if !(most > 0) {
		return false
	}
	for i := range scale {
		scale[i] = max(scale[i], flat*most)
	}
	for shift := 0.0; shift < mostShift; shift = max(10*shift, 1e-8) {
		if used, ok := solveShifted(d, b, scale, g, shift); ok && used == shift && cosine(d, g, scale) >= downhill {
			return true
		}
	}
	return false
}

// cosine is that of the angle between d and −g, with variables in units of the
// scale.
func cosine(d, g, scale []float64) float64 {
	dd, gg := 0.0, 0.0
	for i, v := range scale {
		dd += v * d[i] * d[i]
		gg += g[i] * g[i] / v
	}
	return -floats.Dot(d, g) / math.Sqrt(dd*gg)
}

// needsGaussNewton reports what Gauss-Newton and its kin lack.
func (o *Objective) needsGaussNewton(name string) error {
	if o.problem.GaussNewton == nil && o.problem.Jacobian == nil {
		return errors.New(name + " needs a sum of squares with its residuals, or a Gauss-Newton matrix, which the problem does not have; lbfgs needs gradients alone")
	}
	return dense(name, o.n, "lbfgs")
}
