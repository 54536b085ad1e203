package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// NAdam is Adam with Nesterov's momentum: the step looks ahead along the mean
// that the next update will have.
//
//	g ← g + WeightDecay·w
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	μₜ = Beta1·(1 − ½·0.96^(t·MomentumDecay)),  Πₜ = μ₁·μ₂·…·μₜ
//	w ← w − η · ((1 − μₜ)/(1 − Πₜ)·g + μₜ₊₁/(1 − Πₜ₊₁)·m) / (√(v/(1 − Beta2ᵗ)) + Epsilon)
//
// Good at: what Adam is good at, often some steps faster; the momentum grows
// during the first updates.
//
// Dozat, "Incorporating Nesterov momentum into Adam", 2016.
type NAdam struct {
	Beta1         *float64 `range:"[0,1)"` // share of m that stays; nil: 0.9
	Beta2         *float64 `range:"[0,1)"` // share of v that stays; nil: 0.999
	Epsilon       *float64 `range:"(0,∞)"` // outside the root; nil: 1e-8
	MomentumDecay *float64 `range:"[0,∞)"` // how fast μ grows from Beta1/2 to Beta1; nil: 0.004
	WeightDecay   float64  `range:"[0,∞)"` // L2
}

var nadamDefaults = NAdam{Beta1: new(0.9), Beta2: new(0.999), Epsilon: new(1e-8), MomentumDecay: new(0.004)}

func (NAdam) defaults() Rule { return nadamDefaults }

// Slots is 3: the means m and v, and Π in the first element of the third.
func (NAdam) Slots() int { return 3 }

// Elementwise says that each weight is updated by itself.
func (NAdam) Elementwise() {}

// Update makes one step on float64 weights.
func (o NAdam) Update(s Step, w, g []float64, slots [][]float64) { nadam(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o NAdam) Update32(s Step, w, g []float32, slots [][]float32) { nadam(o, s, w, g, slots) }

func nadam[T Float](o NAdam, s Step, w, g []T, slots [][]T) {
	if len(w) == 0 {
		return
	}
	beta1, beta2 := or(o.Beta1, nadamDefaults.Beta1), or(o.Beta2, nadamDefaults.Beta2)
	now, next := o.momentum(s.N), o.momentum(s.N+1)
	product := now
	if s.N > 1 {
		product *= float64(slots[2][0])
	}
	slots[2][0] = T(product)
	kernel.NAdam(w, g, slots[0], slots[1], kernel.NAdamFactors[T]{
		Rate:  T(s.LearningRate * next / (1 - product*next)),
		Extra: T(s.LearningRate * (1 - now) / (1 - product)),
		Decay: T(o.WeightDecay),
		Beta1: T(beta1), Share1: T(1 - beta1), Beta2: T(beta2), Share2: T(1 - beta2),
		Root:    T(1 / math.Sqrt(warm(beta2, s.N))),
		Epsilon: T(or(o.Epsilon, nadamDefaults.Epsilon)),
	})
}

// momentum is μₜ.
func (o NAdam) momentum(t int) float64 {
	decay := or(o.MomentumDecay, nadamDefaults.MomentumDecay)
	return or(o.Beta1, nadamDefaults.Beta1) * (1 - 0.5*math.Pow(0.96, float64(t)*decay))
}
