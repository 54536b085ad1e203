package optimizers

import (
	"context"
	"math"

	"nabla/train/optimizers/testfuncs"
)

// Problem is a function to be made small by a full-batch [Method], with the
// derivatives that there are. Func and Grad are needed; a method says what else it
// wants. The functions only read x and write into dst; Func may return NaN or an
// infinity where the function is not defined.
type Problem struct {
	Func    func(x []float64) float64
	Grad    func(dst, x []float64)
	Hess    func(dst, x []float64)    // n·n numbers, row-major
	HessVec func(dst, x, v []float64) // the Hessian at x times v

	// A sum of squares f = Σ r_i² may come with its residuals and their
	// derivatives ∂r_i/∂x_j, row-major.
	Residuals int
	Resid     func(dst, x []float64)
	Jacobian  func(dst, x []float64)

	// GaussNewton writes the part of the Hessian that is never negative: 2·JᵀJ for
	// a sum of squares, which follows from Jacobian; Jᵀ·H·J for a loss with
	// Hessian H behind a model with Jacobian J.
	GaussNewton func(dst, x []float64)
	// Fisher writes the expectation of s·sᵀ for the gradient s of a log-likelihood,
	// under the model's own distribution; FisherDiagonal its diagonal, n numbers.
	Fisher         func(dst, x []float64)
	FisherDiagonal func(dst, x []float64)
}

// TestProblem is the problem of a test function. The residuals of a sum of squares
// count as normal with variance ½, which makes f a negative log-likelihood and its
// Fisher matrix the Gauss-Newton one.
func TestProblem(f testfuncs.Function) Problem {
	p := Problem{Func: f.Func, Grad: f.Grad, Hess: f.Hess}
	if f.Residuals > 0 {
		p.Residuals, p.Resid, p.Jacobian = f.Residuals, f.Resid, f.Jacobian
	}
	return p
}

// Evaluations counts what a method has asked for.
type Evaluations struct {
	Function      int `json:"function"`
	Gradient      int `json:"gradient"`
	Hessian       int `json:"hessian"`                  // of the Hessian itself
	HessianVector int `json:"hessian_vector,omitempty"` // products with it
	GaussNewton   int `json:"gauss_newton,omitempty"`   // of the Gauss-Newton or Fisher matrix
}

// Total is the sum of all kinds.
func (e Evaluations) Total() int {
	return e.Function + e.Gradient + e.Hessian + e.HessianVector + e.GaussNewton
}

// Objective is a problem while a method works on it. It counts evaluations,
// remembers the lowest point and says when to stop.
type Objective struct {
	problem Problem
	n       int
	limits  Limits
	ctx     context.Context
	count   Evaluations
	best    Point // without a gradient
	scratch []float64
}

// Dim is the number of variables.
func (o *Objective) Dim() int { return o.n }

// Func returns f(x), +Inf where it is not a number: worse than everything.
func (o *Objective) Func(x []float64) float64 {
	o.count.Function++
	f := o.problem.Func(x)
	if math.IsNaN(f) {
		return math.Inf(1)
	}
	if f < o.best.F && allFinite(x) {
		o.best.F = f
		copy(o.best.X, x)
	}
	return f
}

// Grad writes the gradient at x and reports whether it is finite.
func (o *Objective) Grad(dst, x []float64) bool {
	o.count.Gradient++
	o.problem.Grad(dst, x)
	return allFinite(dst)
}

// Hess writes the Hessian at x and reports whether it is finite.
func (o *Objective) Hess(dst, x []float64) bool {
	o.count.Hessian++
	o.problem.Hess(dst, x)
	return allFinite(dst)
}

// HessVec writes the Hessian at x times v and reports whether it is finite.
func (o *Objective) HessVec(dst, x, v []float64) bool {
	o.count.HessianVector++
	o.problem.HessVec(dst, x, v)
	return allFinite(dst)
}

// GaussNewton writes the Gauss-Newton matrix at x and reports whether it is finite.
func (o *Objective) GaussNewton(dst, x []float64) bool {
	return o.matrix(o.problem.GaussNewton, dst, x)
}

// Fisher writes the Fisher matrix at x and reports whether it is finite.
func (o *Objective) Fisher(dst, x []float64) bool { return o.matrix(o.problem.Fisher, dst, x) }

// FisherDiagonal writes its diagonal, Dim numbers.
func (o *Objective) FisherDiagonal(dst, x []float64) bool {
	if o.problem.FisherDiagonal != nil {
		o.count.GaussNewton++
		o.problem.FisherDiagonal(dst, x)
		return allFinite(dst)
	}
	full := make([]float64, o.n*o.n)
	ok := o.Fisher(full, x)
	for i := range dst {
		dst[i] = full[i*o.n+i]
	}
	return ok
}

// matrix calls f, or makes 2·JᵀJ of a sum of squares.
func (o *Objective) matrix(f func(dst, x []float64), dst, x []float64) bool {
	o.count.GaussNewton++
	if f != nil {
		f(dst, x)
		return allFinite(dst)
	}
	n := o.n
	if len(o.scratch) == 0 {
		o.scratch = make([]float64, o.problem.Residuals*n)
	}
	o.problem.Jacobian(o.scratch, x)
	clear(dst)
	for k := range o.problem.Residuals {
		row := o.scratch[k*n : (k+1)*n]
		for i, a := range row {
			for j, b := range row {
				dst[i*n+j] += 2 * a * b
			}
		}
	}
	return allFinite(dst)
}

// Halted says why a method must stop in the middle of an iteration, "" while it
// need not. Loops that evaluate ask it.
func (o *Objective) Halted() Status {
	switch {
	case o.ctx.Err() != nil:
		return Interrupted
	case o.limits.Evaluations > 0 && o.count.Total() >= o.limits.Evaluations:
		return EvaluationLimit
	}
	return ""
}

func allFinite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
