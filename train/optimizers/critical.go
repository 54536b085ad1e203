package optimizers

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Kind is what a critical point, one with gradient 0, is by the signs of its
// Hessian's eigenvalues.
type Kind string

// Degenerate says that the Hessian does not decide: it is singular, and no sign
// contradicts the others. NotCritical is a point with a slope.
const (
	MinimumPoint Kind = "minimum"    // all positive
	MaximumPoint Kind = "maximum"    // all negative
	SaddlePoint  Kind = "saddle"     // of both signs
	Degenerate   Kind = "degenerate" // otherwise
	NotCritical  Kind = "none"
)

const (
	slopeNearby = 1e-3 // of the gradient, as a part of 1 + |f|, that may be a critical point's
	farthest    = 0.05 // that such a point may lie away, as a part of 1 + |x|
	polishes    = 80   // Newton steps to it; at a degenerate one each gains a third or a half
	zeroEigen   = 1e-8 // what counts as an eigenvalue of 0, the largest being of order 1
)

// Classify says which kind of critical point a search has come to, and the
// eigenvalues of the Hessian there. A search ends near a critical point, not in it,
// and near a degenerate one the eigenvalues are small but not 0: so the point is
// moved there by Newton's steps first. The problem must have a Hessian.
func Classify(p Problem, x []float64) (Kind, []float64) {
	n := len(x)
	at, g, h := append([]float64(nil), x...), make([]float64, n), make([]float64, n*n)
	p.Grad(g, at)
	if !allFinite(g) || floats.Norm(g, 2) > slopeNearby*(1+math.Abs(p.Func(at))) {
		return NotCritical, nil
	}
	y, d := make([]float64, n), make([]float64, n)
	for range polishes {
		p.Hess(h, at)
		e, ok := decompose(h, n)
		if !ok || !allFinite(h) {
			return NotCritical, nil
		}
		e.into(y, g)
		for i, v := range e.values {
			if y[i] /= -v; v == 0 || math.IsInf(y[i], 0) {
				y[i] = 0
			}
		}
		e.back(d, y)
		floats.Add(at, d)
		if floats.Distance(at, x, 2) > farthest*(1+floats.Norm(x, 2)) {
			return NotCritical, nil
		}
		p.Grad(g, at)
		if largest([][]float64{g}) == 0 {
			break
		}
	}
	p.Hess(h, at)
	e, ok := decompose(h, n)
	if !ok || !allFinite(h) {
		return NotCritical, nil
	}
	return inertia(e.values), e.values
}

// inertia names a point by the signs of the eigenvalues. What rounding leaves of a
// zero grows with the largest of them.
func inertia(values []float64) Kind {
	zero := zeroEigen
	for _, v := range values {
		zero = max(zero, 1e-14*math.Abs(v))
	}
	positive, negative := 0, 0
	for _, v := range values {
		switch {
		case v > zero:
			positive++
		case v < -zero:
			negative++
		}
	}
	switch {
	case positive == len(values):
		return MinimumPoint
	case negative == len(values):
		return MaximumPoint
	case positive > 0 && negative > 0:
		return SaddlePoint
	}
	return Degenerate
}
