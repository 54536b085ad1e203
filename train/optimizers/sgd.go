package optimizers

import (
	"errors"

	"nabla/internal/kernel"
)

// SGD is gradient descent, stochastic when the gradient comes from a batch, with
// momentum when Momentum is not zero:
//
//	g ← g + WeightDecay·w
//	v ← Momentum·v + (1 − Dampening)·g        v = g at the first update
//	w ← w − η·v                               with Nesterov: w − η·(g + Momentum·v)
//
// Good at: plain descent shows what the learning rate alone does; with momentum
// it is the strongest simple baseline, fast along narrow valleys, and often
// generalises best when there is time to tune η. The velocity grows to about
// g/(1 − Momentum), so a tenth of plain descent's η goes with 0.9.
//
// Robbins and Monro, "A stochastic approximation method", 1951. Momentum: Polyak,
// "Some methods of speeding up the convergence of iteration methods", 1964.
// Nesterov, "A method for solving the convex programming problem with convergence
// rate O(1/k²)", 1983, in the form of Sutskever, Martens, Dahl and Hinton, "On the
// importance of initialization and momentum in deep learning", 2013.
type SGD struct {
	Momentum    float64 `range:"[0,1]"` // share of the velocity that stays; 0 is plain descent
	Dampening   float64 `range:"[0,1]"` // share of the gradient that the velocity leaves out
	Nesterov    bool    // look ahead along the velocity; needs Momentum, excludes Dampening
	WeightDecay float64 `range:"[0,∞)"` // L2
}

// Slots is 1, the velocity v, or 0 without momentum.
func (o SGD) Slots() int { return count(o.Momentum != 0) }

// Validate refuses Nesterov's rule where it is undefined.
func (o SGD) Validate() error {
	if o.Nesterov && (o.Momentum == 0 || o.Dampening != 0) {
		return errors.New("nesterov needs a momentum above 0 and no dampening")
	}
	return nil
}

// Elementwise says that each weight is updated by itself.
func (SGD) Elementwise() {}

// Update makes one step on float64 weights.
func (o SGD) Update(s Step, w, g []float64, slots [][]float64) { sgd(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o SGD) Update32(s Step, w, g []float32, slots [][]float32) { sgd(o, s, w, g, slots) }

func sgd[T Float](o SGD, s Step, w, g []T, slots [][]T) {
	f := kernel.DescentFactors[T]{Rate: T(s.LearningRate), Decay: T(o.WeightDecay), Mu: T(o.Momentum), Share: T(1 - o.Dampening)}
	if s.N == 1 {
		f.Share = 1 // the velocity starts as the gradient
	}
	switch {
	case o.Momentum == 0:
		kernel.Descend(w, g, f)
	case o.Nesterov:
		kernel.Nesterov(w, g, slots[0], f)
	default:
		kernel.Momentum(w, g, slots[0], f)
	}
}
