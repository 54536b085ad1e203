package optimizers

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// LevenbergMarquardt goes along d = −(B + λD)⁻¹·g, with the Gauss-Newton matrix B
// and the largest diagonal D that it has had. λ follows the ratio ρ of the decrease
// to the one that B promises: where the promise holds it shrinks, by up to a third,
// and the step is Gauss-Newton's; where f rises the step is refused and λ grows.
//
// Good at: least squares; the standard method of curve fitting, also for small
// networks with few outputs.
//
// Levenberg, "A method for the solution of certain non-linear problems in least
// squares", 1944; Marquardt, 1963; λ after Nielsen, "Damping parameter in
// Marquardt's method", 1999.
type LevenbergMarquardt struct {
	Lambda *float64 `range:"(0,∞)"` // the first λ; nil: 1e-2
}

var marquardtDefaults = LevenbergMarquardt{new(1e-2)}

func (LevenbergMarquardt) defaults() Method { return marquardtDefaults }

// Slots is 1, the scale D, besides the matrix.
func (LevenbergMarquardt) Slots() int { return 1 }

const (
	least      = 1e-4 // ratio of decrease at which a step is accepted
	mostLambda = 1e20
)

// Begin implements Method.
func (m LevenbergMarquardt) Begin(o *Objective, _ Point) (Iteration, error) {
	if err := o.needsGaussNewton("levenberg-marquardt"); err != nil {
		return nil, err
	}
	n := o.Dim()
	b, scale := make([]float64, n*n), make([]float64, n)
	d, x, g := make([]float64, n), make([]float64, n), make([]float64, n)
	lambda, grow := or(m.Lambda, marquardtDefaults.Lambda), 2.0
	return func(at *Point) Move {
		if !o.GaussNewton(b, at.X) {
			return Move{End: NotFinite}
		}
		steepest := 0.0
		for i := range n {
			steepest = max(steepest, b[i*n+i])
		}
		for i := range n {
			scale[i] = max(scale[i], b[i*n+i], flat*steepest)
		}
		slope := 0.0
		for trial := 1; lambda < mostLambda; trial++ {
			if halt := o.Halted(); halt != "" {
				return Move{End: halt}
			}
			shift, ok := solveShifted(d, b, scale, at.G, lambda)
			if !ok {
				return Move{End: SingularHessian}
			}
			lambda = shift
			floats.AddTo(x, at.X, d)
			if floats.Equal(x, at.X) {
				break
			}
			slope = floats.Dot(at.G, d)
			f := o.Func(x)
			ratio := (at.F - f) / -(slope + quadratic(b, d))
			if ratio >= least && o.Grad(g, x) {
				copy(at.X, x)
				copy(at.G, g)
				at.F = f
				move := Move{Length: 1, LineSearch: fmt.Sprintf("λ = %.3g accepted after %d trials", lambda, trial)}
				lambda, grow = lambda*max(1.0/3, 1-math.Pow(2*ratio-1, 3)), 2
				return move
			}
			lambda, grow = lambda*grow, 2*grow
		}
		lambda, grow = or(m.Lambda, marquardtDefaults.Lambda), 2
		return Move{LineSearch: "no λ goes down", End: hopeless(*at, slope)}
	}, nil
}
