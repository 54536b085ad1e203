package optimizers

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Newton is Newton's method as it stands in the book: x ← x − H⁻¹·g, whole steps
// without any safeguard.
//
// Good at: the last steps, where it doubles the number of right digits in each;
// from afar it runs to the next critical point, be it a saddle or a maximum, or
// away.
//
// Newton, 1669, Raphson, 1690; for several variables Simpson, 1740.
type Newton struct{}

// Slots is 0, besides the matrix.
func (Newton) Slots() int { return 0 }

// Begin implements Method.
func (Newton) Begin(o *Objective, _ Point) (Iteration, error) {
	if err := o.needsHessian("newton"); err != nil {
		return nil, err
	}
	n := o.Dim()
	h, d := make([]float64, n*n), make([]float64, n)
	return func(at *Point) Move {
		if !o.Hess(h, at.X) {
			return Move{End: NotFinite}
		}
		var lu mat.LU
		lu.Factorize(mat.NewDense(n, n, h))
		// An ill-conditioned system has a solution of few digits, which is a step; a
		// singular one has none.
		err := lu.SolveVecTo(mat.NewVecDense(n, d), false, mat.NewVecDense(n, at.G))
		if c := mat.Condition(0); err != nil && !(errors.As(err, &c) && !math.IsInf(float64(c), 1)) || !allFinite(d) {
			return Move{End: SingularHessian}
		}
		floats.Sub(at.X, d)
		at.F = o.Func(at.X)
		o.Grad(at.G, at.X)
		return Move{Length: 1}
	}, nil
}

// needsHessian reports what Newton's methods lack.
func (o *Objective) needsHessian(name string) error {
	if o.problem.Hess == nil {
		return errors.New(name + " needs the Hessian, which the problem does not have; lbfgs needs gradients alone")
	}
	return dense(name, o.n, "trust-region or lbfgs")
}

// DampedNewton goes along d = −(H + τI)⁻¹·g, as far as f falls: 1, or less by
// backtracking. τ is 0 where the least eigenvalue λ of H is positive, −2λ elsewhere,
// which makes |λ| the least eigenvalue of the matrix.
//
// Good at: small smooth problems with a Hessian, from any start; near the minimum
// it is Newton's method.
//
// Nocedal and Wright, "Numerical optimization", 2nd edition, 2006, chapter 3.
type DampedNewton struct{}

// Slots is 0, besides the matrix.
func (DampedNewton) Slots() int { return 0 }

// Begin implements Method.
func (DampedNewton) Begin(o *Objective, _ Point) (Iteration, error) {
	if err := o.needsHessian("damped-newton"); err != nil {
		return nil, err
	}
	n := o.Dim()
	h, d, unit := make([]float64, n*n), make([]float64, n), ones(n)
	return func(at *Point) Move {
		if !o.Hess(h, at.X) {
			return Move{End: NotFinite}
		}
		e, _ := decompose(h, n)
		if _, ok := solveShifted(d, h, unit, at.G, max(0, -2*e.values[0])); !ok {
			return Move{End: SingularHessian}
		}
		return o.backtrack(at, d, 1)
	}, nil
}

// SaddleFreeNewton goes along d = −|H|⁻¹·g, where |H| has the absolute values of
// H's eigenvalues: down where the Hessian curves down, instead of to the saddle
// there. The step is backtracked.
//
// Good at: functions with many saddles, such as the losses of networks; it needs
// all eigenvalues, and so few weights.
//
// Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio, "Identifying and attacking
// the saddle point problem in high-dimensional non-convex optimization", 2014.
type SaddleFreeNewton struct {
	// Floor is the least absolute eigenvalue, as a part of the largest: directions
	// that are flatter count as so curved. nil: 1e-14.
	Floor *float64 `range:"(0,1)"`
}

var saddleFreeDefaults = SaddleFreeNewton{new(1e-14)}

func (SaddleFreeNewton) defaults() Method { return saddleFreeDefaults }

// Slots is 0, besides the matrix.
func (SaddleFreeNewton) Slots() int { return 0 }

// Begin implements Method.
func (m SaddleFreeNewton) Begin(o *Objective, _ Point) (Iteration, error) {
	if err := o.needsHessian("saddle-free-newton"); err != nil {
		return nil, err
	}
	n, floor := o.Dim(), or(m.Floor, saddleFreeDefaults.Floor)
	h, d, y := make([]float64, n*n), make([]float64, n), make([]float64, n)
	return func(at *Point) Move {
		if !o.Hess(h, at.X) {
			return Move{End: NotFinite}
		}
		e, ok := decompose(h, n)
		least := floor * e.magnitude()
		if !ok || least == 0 {
			return Move{End: SingularHessian}
		}
		e.into(y, at.G)
		for i, v := range e.values {
			y[i] /= -max(math.Abs(v), least)
		}
		e.back(d, y)
		return o.backtrack(at, d, 1)
	}, nil
}
