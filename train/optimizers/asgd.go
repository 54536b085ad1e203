package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// ASGD is gradient descent with a falling learning rate that keeps the mean of
// the weights behind it:
//
//	ηₜ = η/(1 + Lambda·η·(t − 1))^Alpha
//	w ← w − ηₜ·(g + (WeightDecay + Lambda)·w)
//	a ← a + (w − a)/max(1, t − 1 − T0)
//
// Validation, metrics and the final model use a, which is w itself until the mean
// starts.
//
// Good at: noisy gradients, whose noise the mean takes away: on convex problems a
// is as good as any method can make it. Set T0 to the update from which on the
// weights only wander.
//
// Polyak and Juditsky, "Acceleration of stochastic approximation by averaging",
// 1992, with the learning rate of Bottou, "Large-scale machine learning with
// stochastic gradient descent", 2010.
type ASGD struct {
	Lambda      *float64 `range:"[0,∞)"` // pulls weights to 0 and η down; nil: 1e-4
	Alpha       *float64 `range:"[0,∞)"` // power by which η falls; nil: 0.75
	T0          *float64 `range:"[0,∞)"` // updates before the mean starts; nil: 1e6
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var asgdDefaults = ASGD{Lambda: new(1e-4), Alpha: new(0.75), T0: new(1e6)}

func (ASGD) defaults() Rule { return asgdDefaults }

// Slots is 1, the mean a.
func (ASGD) Slots() int { return 1 }

// EvalSlot is the slot of a.
func (ASGD) EvalSlot() int { return 0 }

// Elementwise says that each weight is updated by itself.
func (ASGD) Elementwise() {}

// Update makes one step on float64 weights.
func (o ASGD) Update(s Step, w, g []float64, slots [][]float64) { asgd(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o ASGD) Update32(s Step, w, g []float32, slots [][]float32) { asgd(o, s, w, g, slots) }

func asgd[T Float](o ASGD, s Step, w, g []T, slots [][]T) {
	lambda, before := or(o.Lambda, asgdDefaults.Lambda), float64(s.N-1)
	rate := s.LearningRate / math.Pow(1+lambda*s.LearningRate*before, or(o.Alpha, asgdDefaults.Alpha))
	kernel.Descend(w, g, kernel.DescentFactors[T]{Rate: T(rate), Decay: T(o.WeightDecay + lambda)})
	if n := before - or(o.T0, asgdDefaults.T0); n > 1 {
		kernel.Approach(slots[0], w, T(1/n))
	} else {
		copy(slots[0], w)
	}
}
