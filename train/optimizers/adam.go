package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// Adam follows the running mean of the gradient, divided by the root of the
// running mean of its square, both corrected for their start at zero:
//
//	g ← g + WeightDecay·w
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	u ← max(u, v)                             AMSGrad; otherwise u = v
//	w ← w − η · m/(1 − Beta1ᵗ) / (√(u/(1 − Beta2ᵗ)) + Epsilon)
//
// Good at: working at once, with little tuning: a step is about η long whatever
// the size of the gradient. WeightDecay passes through that division and so loses
// its proportion; AdamW mends this. AMSGrad never forgets a large gradient, which
// repairs the proof of convergence and damps rare, informative gradients.
//
// Kingma and Ba, "Adam: a method for stochastic optimization", 2015. AMSGrad:
// Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.
type Adam struct {
	Beta1       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // share of v that stays; nil: 0.999
	Epsilon     *float64 `range:"(0,∞)"` // outside the root; nil: 1e-8
	WeightDecay float64  `range:"[0,∞)"` // L2
	AMSGrad     bool     // divide by the largest v so far
}

var adamDefaults = Adam{Beta1: new(0.9), Beta2: new(0.999), Epsilon: new(1e-8)}

func (Adam) defaults() Rule { return adamDefaults }

// Slots is 2, the means m and v, or 3 with AMSGrad's u.
func (o Adam) Slots() int { return count(true, true, o.AMSGrad) }

// Elementwise says that each weight is updated by itself.
func (Adam) Elementwise() {}

// Update makes one step on float64 weights.
func (o Adam) Update(s Step, w, g []float64, slots [][]float64) { adam(o, 0, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Adam) Update32(s Step, w, g []float32, slots [][]float32) { adam(o, 0, s, w, g, slots) }

// adam is Adam's update; decoupled is the decay of AdamW.
func adam[T Float](o Adam, decoupled float64, s Step, w, g []T, slots [][]T) {
	beta1, beta2 := or(o.Beta1, adamDefaults.Beta1), or(o.Beta2, adamDefaults.Beta2)
	f := kernel.AdamFactors[T]{
		Rate:  T(s.LearningRate / warm(beta1, s.N)),
		Decay: T(o.WeightDecay), Keep: T(1 - s.LearningRate*decoupled),
		Beta1: T(beta1), Beta2: T(beta2), Share1: T(1 - beta1), Share2: T(1 - beta2),
		Root:    T(1 / math.Sqrt(warm(beta2, s.N))),
		Epsilon: T(or(o.Epsilon, adamDefaults.Epsilon)),
	}
	var u []T
	if o.AMSGrad {
		u = slots[2]
	}
	kernel.Adam(w, g, slots[0], slots[1], u, f)
}

// warm is 1 − βᵗ, the sum of the weights in a running mean that started at zero
// t updates ago, without the cancellation of the difference.
func warm(beta float64, t int) float64 { return -math.Expm1(float64(t) * math.Log(beta)) }
