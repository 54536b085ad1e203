package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

// SGLD is gradient descent with noise that keeps it moving for ever:
//
//	w ← w − η·(g + WeightDecay·w) + √(2·η·Temperature)·ξ,  ξ normal
//
// For small η the weights become samples of the density exp(−loss/Temperature):
// with a mean loss over N rows and Temperature 1/N, of the posterior of the
// weights, where WeightDecay is the Gaussian prior.
//
// Good at: uncertainty of predictions, from weights of many epochs, and leaving
// poor minima. Around a minimum it stays √(Temperature/curvature) away.
//
// The noise comes from Step.Rand; without one there is none.
//
// Welling and Teh, "Bayesian learning via stochastic gradient Langevin dynamics",
// 2011.
type SGLD struct {
	Temperature *float64 `range:"[0,∞)"` // 1/N for the posterior of N rows; nil: 1e-4
	WeightDecay float64  `range:"[0,∞)"` // L2
}

var sgldDefaults = SGLD{Temperature: new(1e-4)}

func (SGLD) defaults() Rule { return sgldDefaults }

// Slots is 0.
func (SGLD) Slots() int { return 0 }

// Update makes one step on float64 weights.
func (o SGLD) Update(s Step, w, g []float64, _ [][]float64) { sgld(o, s, w, g) }

// Update32 makes one step on float32 weights.
func (o SGLD) Update32(s Step, w, g []float32, _ [][]float32) { sgld(o, s, w, g) }

func sgld[T Float](o SGLD, s Step, w, g []T) {
	kernel.Descend(w, g, kernel.DescentFactors[T]{Rate: T(s.LearningRate), Decay: T(o.WeightDecay)})
	size := math.Sqrt(2 * s.LearningRate * or(o.Temperature, sgldDefaults.Temperature))
	if s.Rand == nil || size == 0 {
		return
	}
	for i := range w {
		w[i] += T(size * s.Rand.NormFloat64())
	}
}
