package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// RAdam is Adam that trusts its division only once enough gradients have been
// seen, and then by a factor r that grows to 1:
//
//	g ← g + WeightDecay·w
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	ρ∞ = 2/(1 − Beta2) − 1,  ρₜ = ρ∞ − 2t·Beta2ᵗ/(1 − Beta2ᵗ)
//	r = √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ))
//	w ← w − η·m/(1 − Beta1ᵗ) · r·√(1 − Beta2ᵗ)/(√v + Epsilon)      if ρₜ > 5
//	w ← w − η·m/(1 − Beta1ᵗ)                                       otherwise
//
// Good at: what Adam needs a warm-up of the learning rate for. The first five
// updates or so are plain momentum: their steps have the size of the gradient.
//
// Liu, Jiang, He, Chen, Liu, Gao and Han, "On the variance of the adaptive
// learning rate and beyond", 2020.
type RAdam struct {
	Beta1       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // share of v that stays; nil: 0.999
	Epsilon     *float64 `range:"(0,∞)"` // added to √v; nil: 1e-8
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var radamDefaults = RAdam{Beta1: new(0.9), Beta2: new(0.999), Epsilon: new(1e-8)}

func (RAdam) defaults() Rule { return radamDefaults }

// Slots is 2, the means m and v.
func (RAdam) Slots() int { return 2 }

// Elementwise says that each weight is updated by itself.
func (RAdam) Elementwise() {}

// Update makes one step on float64 weights.
func (o RAdam) Update(s Step, w, g []float64, slots [][]float64) { radam(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o RAdam) Update32(s Step, w, g []float32, slots [][]float32) { radam(o, s, w, g, slots) }

func radam[T Float](o RAdam, s Step, w, g []T, slots [][]T) {
	beta1, beta2 := or(o.Beta1, radamDefaults.Beta1), or(o.Beta2, radamDefaults.Beta2)
	epsilon := T(or(o.Epsilon, radamDefaults.Epsilon))
	rate := s.LearningRate / warm(beta1, s.N)
	trust := rectified(beta2, s.N)
	if trust == 0 {
		// v moves on by itself: a step of RMSprop at rate 0.
		kernel.RMSprop(w, g, slots[1], nil, nil, kernel.RMSpropFactors[T]{
			Decay: T(o.WeightDecay), Rho: T(beta2), Share: T(1 - beta2), Epsilon: epsilon,
		})
		kernel.Momentum(w, g, slots[0], kernel.DescentFactors[T]{
			Rate: T(rate), Decay: T(o.WeightDecay), Mu: T(beta1), Share: T(1 - beta1),
		})
		return
	}
	kernel.Adam(w, g, slots[0], slots[1], nil, kernel.AdamFactors[T]{
		Rate: T(rate * trust * math.Sqrt(warm(beta2, s.N))), Decay: T(o.WeightDecay), Keep: 1,
		Beta1: T(beta1), Share1: T(1 - beta1), Beta2: T(beta2), Share2: T(1 - beta2),
		Root: 1, Epsilon: epsilon,
	})
}

// rectified is r, or 0 while ρₜ ≤ 5.
func rectified(beta2 float64, t int) float64 {
	limit := 2/(1-beta2) - 1
	rho := limit - 2*float64(t)*math.Pow(beta2, float64(t))/warm(beta2, t)
	if rho <= 5 {
		return 0
	}
	return math.Sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
}
