package optimizers

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

const (
	armijo     = 1e-4 // of the decrease that the slope promises, which a step must reach
	maxTrials  = 60
	leastShare = 0.1 // of a rejected step that the next one is at least
	mostShare  = 0.5
)

// backtrack moves the point along d: by first·d, and where f does not fall enough
// by less, to where a parabola through what is known has its minimum (Nocedal and
// Wright, Numerical optimization, 2006, section 3.5). The gradient is evaluated at
// the accepted step only.
func (o *Objective) backtrack(at *Point, d []float64, first float64) Move {
	slope := floats.Dot(at.G, d)
	if !(slope < 0) || !allFinite(d) {
		return Move{LineSearch: "the direction does not go down", End: hopeless(*at, slope)}
	}
	x, g := make([]float64, o.n), make([]float64, o.n)
	step := first
	for trial := 1; trial <= maxTrials; trial++ {
		if halt := o.Halted(); halt != "" {
			return Move{End: halt}
		}
		floats.AddScaledTo(x, at.X, step, d)
		if floats.Equal(x, at.X) {
			break
		}
		f := o.Func(x)
		if f <= at.F+armijo*step*slope && o.Grad(g, x) {
			copy(at.X, x)
			copy(at.G, g)
			at.F = f
			return Move{Length: step, LineSearch: fmt.Sprintf("step %.3g accepted after %d evaluations", step, trial)}
		}
		share := -slope * step / (2 * (f - at.F - slope*step))
		if math.IsNaN(share) || math.IsInf(f, 0) {
			share = leastShare
		}
		step *= min(max(share, leastShare), mostShare)
	}
	return Move{LineSearch: "no acceptable step found", End: hopeless(*at, slope)}
}
