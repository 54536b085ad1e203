package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// LAMB takes Adam's direction and gives it, tensor by tensor, a length in
// proportion to the weights:
//
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	r = m/(1 − Beta1ᵗ) / (√(v/(1 − Beta2ᵗ)) + Epsilon) + WeightDecay·w
//	w ← w − η · ‖w‖/‖r‖ · r                  the quotient is 1 if a norm is 0
//
// Good at: very large batches and learning rates: no layer moves by more than the
// share η of itself. It needs weights that are not small by accident: a tensor
// near zero hardly moves.
//
// You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer and Hsieh,
// "Large batch optimization for deep learning: training BERT in 76 minutes", 2020.
type LAMB struct {
	Beta1       *float64 `range:"[0,1)"` // share of m that stays; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // share of v that stays; nil: 0.999
	Epsilon     *float64 `range:"(0,∞)"` // outside the root; nil: 1e-6
	WeightDecay float64  `range:"[0,∞)"` // joins the direction and so counts in its length
}

var lambDefaults = LAMB{Beta1: new(0.9), Beta2: new(0.999), Epsilon: new(1e-6)}

func (LAMB) defaults() Rule { return lambDefaults }

// Slots is 3: the means m and v, and the direction r of the last update.
func (LAMB) Slots() int { return 3 }

// Update makes one step on float64 weights.
func (o LAMB) Update(s Step, w, g []float64, slots [][]float64) { lamb(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o LAMB) Update32(s Step, w, g []float32, slots [][]float32) { lamb(o, s, w, g, slots) }

func lamb[T Float](o LAMB, s Step, w, g []T, slots [][]T) {
	beta1, beta2 := or(o.Beta1, lambDefaults.Beta1), or(o.Beta2, lambDefaults.Beta2)
	r := slots[2]
	// Adam's update of 0 at rate −1 is its direction.
	clear(r)
	kernel.Adam(r, g, slots[0], slots[1], nil, kernel.AdamFactors[T]{
		Rate:  T(-1 / warm(beta1, s.N)),
		Beta1: T(beta1), Share1: T(1 - beta1), Beta2: T(beta2), Share2: T(1 - beta2),
		Root:    T(1 / math.Sqrt(warm(beta2, s.N))),
		Epsilon: T(or(o.Epsilon, lambDefaults.Epsilon)),
	})
	add(r, w, o.WeightDecay)
	rate := s.LearningRate
	if length, unit := norm(w), norm(r); length > 0 && unit > 0 {
		rate *= length / unit
	}
	add(w, r, -rate)
}
