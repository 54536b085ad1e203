package optimizers

import (
	"nabla/internal/kernel"
)

// Adadelta measures its steps by earlier steps, so that they have the unit of the
// weight and hardly need a learning rate:
//
//	g ← g + WeightDecay·w
//	s ← Rho·s + (1 − Rho)·g²
//	δ = √(a + Epsilon)/√(s + Epsilon) · g
//	a ← Rho·a + (1 − Rho)·δ²
//	w ← w − η·δ
//
// Good at: running without a tuned η, which is 1 in the paper. Since a starts at
// zero, Epsilon alone decides the first steps: it is slow to start, and a larger
// Epsilon is its hidden learning rate.
//
// Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
type Adadelta struct {
	Rho         *float64 `range:"[0,1)"` // share of the running means that stays; nil: 0.9
	Epsilon     *float64 `range:"(0,∞)"` // inside both roots; nil: 1e-6
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var adadeltaDefaults = Adadelta{Rho: new(0.9), Epsilon: new(1e-6)}

func (Adadelta) defaults() Rule { return adadeltaDefaults }

// Slots is 2, the means s of g² and a of δ².
func (Adadelta) Slots() int { return 2 }

// Elementwise says that each weight is updated by itself.
func (Adadelta) Elementwise() {}

// Update makes one step on float64 weights.
func (o Adadelta) Update(s Step, w, g []float64, slots [][]float64) { adadelta(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Adadelta) Update32(s Step, w, g []float32, slots [][]float32) { adadelta(o, s, w, g, slots) }

func adadelta[T Float](o Adadelta, s Step, w, g []T, slots [][]T) {
	rho := or(o.Rho, adadeltaDefaults.Rho)
	kernel.Adadelta(w, g, slots[0], slots[1], kernel.AdadeltaFactors[T]{
		Rate: T(s.LearningRate), Decay: T(o.WeightDecay), Rho: T(rho), Share: T(1 - rho),
		Epsilon: T(or(o.Epsilon, adadeltaDefaults.Epsilon)),
	})
}
