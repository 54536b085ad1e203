package optimizers

import (
	"nabla/internal/kernel"
)

// Lion steps by the sign of a mean of gradients, which remembers longer than the
// sign is taken from:
//
//	w ← w − η·WeightDecay·w
//	w ← w − η·sign(Beta1·m + (1 − Beta1)·g)
//	m ← Beta2·m + (1 − Beta2)·g
//
// Good at: large batches and transformers, with half of Adam's memory. Every
// weight moves by η at each update: η is three to ten times smaller than Adam's
// and should fall to 0, WeightDecay as many times larger.
//
// Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu and Le,
// "Symbolic discovery of optimization algorithms", 2023.
type Lion struct {
	Beta1       *float64 `range:"[0,1)"` // share of m in the sign; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.99
	WeightDecay float64  `range:"[0,∞)"` // decoupled, multiplied by η
}

var lionDefaults = Lion{Beta1: new(0.9), Beta2: new(0.99)}

func (Lion) defaults() Rule { return lionDefaults }

// Slots is 1, the mean m.
func (Lion) Slots() int { return 1 }

// Elementwise says that each weight is updated by itself.
func (Lion) Elementwise() {}

// Update makes one step on float64 weights.
func (o Lion) Update(s Step, w, g []float64, slots [][]float64) { lion(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Lion) Update32(s Step, w, g []float32, slots [][]float32) { lion(o, s, w, g, slots) }

func lion[T Float](o Lion, s Step, w, g []T, slots [][]T) {
	beta1, beta2 := or(o.Beta1, lionDefaults.Beta1), or(o.Beta2, lionDefaults.Beta2)
	kernel.Lion(w, g, slots[0], kernel.LionFactors[T]{
		Rate: T(s.LearningRate), Keep: T(1 - s.LearningRate*o.WeightDecay),
		Beta1: T(beta1), Share1: T(1 - beta1), Beta2: T(beta2), Share2: T(1 - beta2),
	})
}
