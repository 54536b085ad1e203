package optimizers

import (
	"nabla/internal/kernel"
)

// Adagrad divides each weight's gradient by the root of the sum of all its
// squares so far:
//
//	g ← g + WeightDecay·w
//	s ← s + g²                                s starts at InitialAccumulator
//	w ← w − η/(1 + (t−1)·LearningRateDecay) · g/(√s + Epsilon)
//
// Good at: sparse features, where rare gradients deserve long steps; convex
// problems. The sum only grows, so on long runs the steps die out; its η is
// larger than Adam's.
//
// Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and
// stochastic optimization", 2011.
type Adagrad struct {
	LearningRateDecay  float64  `range:"[0,∞)"` // η falls as 1/(1 + (t−1)·LearningRateDecay)
	InitialAccumulator float64  `range:"[0,∞)"` // value of s before the first update
	Epsilon            *float64 `range:"(0,∞)"` // keeps the quotient finite; nil: 1e-10
	WeightDecay        float64  `range:"[0,∞)"` // L2
}

var adagradDefaults = Adagrad{Epsilon: new(1e-10)}

func (Adagrad) defaults() Rule { return adagradDefaults }

// Slots is 1, the sum of squares s.
func (Adagrad) Slots() int { return 1 }

// InitSlot is InitialAccumulator.
func (o Adagrad) InitSlot(int, float64) float64 { return o.InitialAccumulator }

// Elementwise says that each weight is updated by itself.
func (Adagrad) Elementwise() {}

// Update makes one step on float64 weights.
func (o Adagrad) Update(s Step, w, g []float64, slots [][]float64) { adagrad(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Adagrad) Update32(s Step, w, g []float32, slots [][]float32) { adagrad(o, s, w, g, slots) }

func adagrad[T Float](o Adagrad, s Step, w, g []T, slots [][]T) {
	kernel.Adagrad(w, g, slots[0], kernel.AdagradFactors[T]{
		Rate:    T(s.LearningRate / (1 + float64(s.N-1)*o.LearningRateDecay)),
		Decay:   T(o.WeightDecay),
		Epsilon: T(or(o.Epsilon, adagradDefaults.Epsilon)),
	})
}
