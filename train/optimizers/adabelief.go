package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// AdaBelief divides by how far gradients are from their running mean, where Adam
// divides by how large they are:
//
//	g ← g + WeightDecay·w
//	m ← Beta1·m + (1 − Beta1)·g
//	s ← Beta2·s + (1 − Beta2)·(g − m)² + Epsilon
//	w ← w − η · m/(1 − Beta1ᵗ) / (√(s/(1 − Beta2ᵗ)) + Epsilon)
//
// Good at: long steps where the gradient is large and steady, short ones where it
// is noisy; often generalises better than Adam. On noiseless problems steps can
// become very long: Epsilon bounds them.
//
// Zhuang, Tang, Ding, Tatikonda, Dvornek, Papademetris and Duncan, "AdaBelief
// optimizer: adapting stepsizes by the belief in observed gradients", 2020.
type AdaBelief struct {
	Beta1       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // share of s that stays; nil: 0.999
	Epsilon     *float64 `range:"(0,∞)"` // inside s at each update, and outside the root; nil: 1e-16
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var adaBeliefDefaults = AdaBelief{Beta1: new(0.9), Beta2: new(0.999), Epsilon: new(1e-16)}

func (AdaBelief) defaults() Rule { return adaBeliefDefaults }

// Slots is 2, the means m and s.
func (AdaBelief) Slots() int { return 2 }

// Elementwise says that each weight is updated by itself.
func (AdaBelief) Elementwise() {}

// Update makes one step on float64 weights.
func (o AdaBelief) Update(s Step, w, g []float64, slots [][]float64) { adaBelief(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o AdaBelief) Update32(s Step, w, g []float32, slots [][]float32) { adaBelief(o, s, w, g, slots) }

func adaBelief[T Float](o AdaBelief, s Step, w, g []T, slots [][]T) {
	beta1, beta2 := or(o.Beta1, adaBeliefDefaults.Beta1), or(o.Beta2, adaBeliefDefaults.Beta2)
	kernel.AdaBelief(w, g, slots[0], slots[1], kernel.AdaBeliefFactors[T]{
		Rate: T(s.LearningRate / warm(beta1, s.N)), Decay: T(o.WeightDecay),
		Beta1: T(beta1), Share1: T(1 - beta1), Beta2: T(beta2), Share2: T(1 - beta2),
		Root:    T(1 / math.Sqrt(warm(beta2, s.N))),
		Epsilon: T(or(o.Epsilon, adaBeliefDefaults.Epsilon)),
	})
}
