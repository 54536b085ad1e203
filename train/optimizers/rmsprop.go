package optimizers

import (
	"nabla/internal/kernel"
)

// RMSprop divides each weight's gradient by the root of a running mean of its
// squares:
//
//	g ← g + WeightDecay·w
//	s ← Rho·s + (1 − Rho)·g²
//	a ← Rho·a + (1 − Rho)·g,  r = s − a²      Centered; otherwise r = s
//	v ← Momentum·v + g/(√r + Epsilon)
//	w ← w − η·v
//
// Good at: gradients whose size drifts, as in recurrent networks. Centered
// divides by the standard deviation instead, which lengthens the steps where the
// gradient is steady. The means start at zero and are not corrected, so the first
// steps are about η/√(1 − Rho).
//
// Tieleman and Hinton, "Lecture 6.5: RMSprop", Neural Networks for Machine
// Learning, 2012. Centered: Graves, "Generating sequences with recurrent neural
// networks", 2013.
type RMSprop struct {
	Rho         *float64 `range:"[0,1)"` // share of the running means that stays; nil: 0.99
	Epsilon     *float64 `range:"(0,∞)"` // outside the root; nil: 1e-8
	Momentum    float64  `range:"[0,1]"` // share of the velocity that stays
	Centered    bool     // divide by the standard deviation
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var rmspropDefaults = RMSprop{Rho: new(0.99), Epsilon: new(1e-8)}

func (RMSprop) defaults() Rule { return rmspropDefaults }

// Slots is 1 to 3: s, then a when Centered, then v with Momentum.
func (o RMSprop) Slots() int { return count(true, o.Centered, o.Momentum != 0) }

// Elementwise says that each weight is updated by itself.
func (RMSprop) Elementwise() {}

// Update makes one step on float64 weights.
func (o RMSprop) Update(s Step, w, g []float64, slots [][]float64) { rmsprop(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o RMSprop) Update32(s Step, w, g []float32, slots [][]float32) { rmsprop(o, s, w, g, slots) }

func rmsprop[T Float](o RMSprop, s Step, w, g []T, slots [][]T) {
	rho := or(o.Rho, rmspropDefaults.Rho)
	f := kernel.RMSpropFactors[T]{
		Rate: T(s.LearningRate), Decay: T(o.WeightDecay), Rho: T(rho), Share: T(1 - rho),
		Epsilon: T(or(o.Epsilon, rmspropDefaults.Epsilon)), Mu: T(o.Momentum),
	}
	var mean, velocity []T
	if o.Centered {
		mean = slots[1]
	}
	if o.Momentum != 0 {
		velocity = slots[len(slots)-1]
	}
	kernel.RMSprop(w, g, slots[0], mean, velocity, f)
}
