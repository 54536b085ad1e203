package optimizers

import (
	"nabla/internal/kernel"
)

// Rprop gives each weight a step of its own, which grows while the sign of its
// gradient stays and shrinks when it turns; the size of the gradient is not used:
//
//	s ← s·EtaPlus                    if g·(g before) > 0
//	s ← s·EtaMinus and then g ← 0    if g·(g before) < 0
//	s ← min(max(s, MinStep), MaxStep)
//	w ← w − sign(g)·s
//
// The steps start as η; later changes of η have no effect.
//
// Good at: full batches, where it is fast and needs no tuning. On mini-batches
// signs turn by chance and the steps shrink away: RMSprop was made for those.
//
// Riedmiller and Braun, "A direct adaptive method for faster backpropagation
// learning: the RPROP algorithm", 1993.
type Rprop struct {
	EtaMinus *float64 `range:"(0,1)"` // factor after a turn; nil: 0.5
	EtaPlus  *float64 `range:"(1,∞)"` // factor without one; nil: 1.2
	MinStep  *float64 `range:"(0,∞)"` // shortest step; nil: 1e-6
	MaxStep  *float64 `range:"(0,∞)"` // longest step; nil: 50
}

var rpropDefaults = Rprop{EtaMinus: new(0.5), EtaPlus: new(1.2), MinStep: new(1e-6), MaxStep: new(50.0)}

func (Rprop) defaults() Rule { return rpropDefaults }

// Validate refuses bounds that contradict each other.
func (o Rprop) Validate() error {
	return ordered("min_step", or(o.MinStep, rpropDefaults.MinStep), "max_step", or(o.MaxStep, rpropDefaults.MaxStep))
}

// Slots is 2, the gradient before, 0 after a turn, and the step s.
func (Rprop) Slots() int { return 2 }

// InitSlot starts the steps at the learning rate.
func (Rprop) InitSlot(i int, learningRate float64) float64 {
	if i == 1 {
		return learningRate
	}
	return 0
}

// Elementwise says that each weight is updated by itself.
func (Rprop) Elementwise() {}

// Update makes one step on float64 weights.
func (o Rprop) Update(s Step, w, g []float64, slots [][]float64) { rprop(o, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Rprop) Update32(s Step, w, g []float32, slots [][]float32) { rprop(o, w, g, slots) }

func rprop[T Float](o Rprop, w, g []T, slots [][]T) {
	kernel.Rprop(w, g, slots[0], slots[1], kernel.RpropFactors[T]{
		Plus: T(or(o.EtaPlus, rpropDefaults.EtaPlus)), Minus: T(or(o.EtaMinus, rpropDefaults.EtaMinus)),
		Low: T(or(o.MinStep, rpropDefaults.MinStep)), High: T(or(o.MaxStep, rpropDefaults.MaxStep)),
	})
}
