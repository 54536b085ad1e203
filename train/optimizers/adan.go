package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// Adan adds Nesterov's momentum to Adam by way of the change of the gradient,
// without a gradient at another point:
//
//	δ = g − g of the update before            0 at the first
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·δ
//	n ← Beta3·n + (1 − Beta3)·(g + Beta2·δ)²
//	w ← w − η · (m/(1 − Beta1ᵗ) + Beta2·v/(1 − Beta2ᵗ)) / (√(n/(1 − Beta3ᵗ)) + Epsilon)
//	w ← w/(1 + η·WeightDecay)
//
// Good at: large learning rates, five to ten times Adam's, on transformers and
// convolutions; it keeps four numbers for each weight.
//
// Xie, Zhou, Li, Lin and Yan, "Adan: adaptive Nesterov momentum algorithm for
// faster optimizing deep models", 2022, with the corrections for the start at zero
// and the Beta of its authors' program, which are 1 minus those of the paper.
type Adan struct {
	Beta1       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.98
	Beta2       *float64 `range:"[0,1)"` // share of v that stays; nil: 0.92
	Beta3       *float64 `range:"[0,1)"` // share of n that stays; nil: 0.99
	Epsilon     *float64 `range:"(0,∞)"` // outside the root; nil: 1e-8
	WeightDecay float64  `range:"[0,∞)"` // decoupled, multiplied by η
}

var adanDefaults = Adan{Beta1: new(0.98), Beta2: new(0.92), Beta3: new(0.99), Epsilon: new(1e-8)}

func (Adan) defaults() Rule { return adanDefaults }

// Slots is 4: m, v, n and the gradient of the update before.
func (Adan) Slots() int { return 4 }

// Elementwise says that each weight is updated by itself.
func (Adan) Elementwise() {}

// Update makes one step on float64 weights.
func (o Adan) Update(s Step, w, g []float64, slots [][]float64) { adan(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Adan) Update32(s Step, w, g []float32, slots [][]float32) { adan(o, s, w, g, slots) }

func adan[T Float](o Adan, s Step, w, g []T, slots [][]T) {
	if s.N == 1 {
		copy(slots[3], g)
	}
	beta1, beta2, beta3 := or(o.Beta1, adanDefaults.Beta1), or(o.Beta2, adanDefaults.Beta2), or(o.Beta3, adanDefaults.Beta3)
	kernel.Adan(w, g, slots[0], slots[1], slots[2], slots[3], kernel.AdanFactors[T]{
		Rate:   T(s.LearningRate / warm(beta1, s.N)),
		Rate2:  T(s.LearningRate * beta2 / warm(beta2, s.N)),
		Keep:   T(1 / (1 + s.LearningRate*o.WeightDecay)),
		Share1: T(1 - beta1), Beta2: T(beta2), Share2: T(1 - beta2), Share3: T(1 - beta3),
		Root:    T(1 / math.Sqrt(warm(beta3, s.N))),
		Epsilon: T(or(o.Epsilon, adanDefaults.Epsilon)),
	})
}
