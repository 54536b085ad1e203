package optimizers

import (
	"nabla/internal/kernel"
)

// EMA keeps an exponential moving average of the weights that another rule makes:
//
//	w ← the rule inside
//	a ← Decay·a + (1 − Decay)·w              a = w after the first update
//
// Validation, metrics and the final model use a; w goes on as without it.
//
// Good at: the last bit of accuracy at the end of a run with a learning rate that
// does not fall to 0. The average reaches back about 1/(1 − Decay) updates, which
// should be a small part of the run.
//
// Polyak and Juditsky, "Acceleration of stochastic approximation by averaging",
// 1992, with the weights of the past fading.
type EMA struct {
	Inner Rule32   // the rule that makes the weights
	Decay *float64 `range:"[0,1)"` // share of a that stays; nil: 0.99
}

var emaDefaults = EMA{Decay: new(0.99)}

func (EMA) defaults() Rule { return emaDefaults }

// Unwrap returns Inner.
func (o EMA) Unwrap() Rule32 { return o.Inner }

// Around returns o with another Inner.
func (o EMA) Around(inner Rule32) Rule32 { o.Inner = inner; return o }

// Slots are those of Inner and a.
func (o EMA) Slots() int { return o.Inner.Slots() + 1 }

// InitSlot is that of Inner.
func (o EMA) InitSlot(i int, learningRate float64) float64 { return startOf(o.Inner, i, learningRate) }

// EvalSlot is the slot of a.
func (o EMA) EvalSlot() int { return o.Inner.Slots() }

// Elementwise says that each weight is updated by itself, if Inner does so.
func (EMA) Elementwise() {}

// Update makes one step on float64 weights.
func (o EMA) Update(s Step, w, g []float64, slots [][]float64) {
	own := len(slots) - 1
	o.Inner.Update(s, w, g, slots[:own])
	ema(o, s, w, slots[own])
}

// Update32 makes one step on float32 weights.
func (o EMA) Update32(s Step, w, g []float32, slots [][]float32) {
	own := len(slots) - 1
	o.Inner.Update32(s, w, g, slots[:own])
	ema(o, s, w, slots[own])
}

func ema[T Float](o EMA, s Step, w, a []T) {
	if s.N == 1 {
		copy(a, w)
		return
	}
	kernel.Approach(a, w, T(1-or(o.Decay, emaDefaults.Decay)))
}
