package optimizers

import (
	"nabla/internal/kernel"
)

// Adamax is Adam with the largest of the recent gradients in place of the root of
// their mean square:
//
//	g ← g + WeightDecay·w
//	m ← Beta1·m + (1 − Beta1)·g
//	u ← max(Beta2·u, |g| + Epsilon)
//	w ← w − η/(1 − Beta1ᵗ) · m/u
//
// Good at: gradients that are rare or have outliers: no step is longer than about
// η, and u needs no correction at the start.
//
// Kingma and Ba, "Adam: a method for stochastic optimization", 2015, section 7.
type Adamax struct {
	Beta1       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // by which u fades; nil: 0.999
	Epsilon     *float64 `range:"(0,∞)"` // added to |g|; nil: 1e-8
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var adamaxDefaults = Adamax{Beta1: new(0.9), Beta2: new(0.999), Epsilon: new(1e-8)}

func (Adamax) defaults() Rule { return adamaxDefaults }

// Slots is 2, the mean m and the largest gradient u.
func (Adamax) Slots() int { return 2 }

// Elementwise says that each weight is updated by itself.
func (Adamax) Elementwise() {}

// Update makes one step on float64 weights.
func (o Adamax) Update(s Step, w, g []float64, slots [][]float64) { adamax(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Adamax) Update32(s Step, w, g []float32, slots [][]float32) { adamax(o, s, w, g, slots) }

func adamax[T Float](o Adamax, s Step, w, g []T, slots [][]T) {
	beta1 := or(o.Beta1, adamaxDefaults.Beta1)
	kernel.Adamax(w, g, slots[0], slots[1], kernel.AdamaxFactors[T]{
		Rate: T(s.LearningRate / warm(beta1, s.N)), Decay: T(o.WeightDecay),
		Beta1: T(beta1), Share1: T(1 - beta1), Beta2: T(or(o.Beta2, adamaxDefaults.Beta2)),
		Epsilon: T(or(o.Epsilon, adamaxDefaults.Epsilon)),
	})
}
