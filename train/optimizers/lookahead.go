package optimizers

import (
	"cmp"

	"nabla/internal/kernel"
)

// Lookahead lets another rule run ahead for Steps updates and then goes a share
// of the way after it:
//
//	w ← the rule inside, at each update
//	every Steps updates:  a ← a + Alpha·(w − a),  w ← a
//
// Validation, metrics and the final model use a, which starts as the weights
// before the first update. What the rule inside remembers is kept.
//
// Good at: taking oscillation and noise out of a fast rule, so that it bears a
// larger learning rate; costs one number for each weight.
//
// Zhang, Lucas, Hinton and Ba, "Lookahead optimizer: k steps forward, 1 step back",
// 2019.
type Lookahead struct {
	Inner Rule32   // the rule that runs ahead
	Steps *int     `range:"[1,∞)"` // updates between two looks; nil: 5
	Alpha *float64 `range:"(0,1]"` // share of the way; nil: 0.5
}

var lookaheadDefaults = Lookahead{Steps: new(5), Alpha: new(0.5)}

func (Lookahead) defaults() Rule { return lookaheadDefaults }

// Unwrap returns Inner.
func (o Lookahead) Unwrap() Rule32 { return o.Inner }

// Around returns o with another Inner.
func (o Lookahead) Around(inner Rule32) Rule32 { o.Inner = inner; return o }

// Slots are those of Inner and a.
func (o Lookahead) Slots() int { return o.Inner.Slots() + 1 }

// InitSlot is that of Inner.
func (o Lookahead) InitSlot(i int, learningRate float64) float64 {
	return startOf(o.Inner, i, learningRate)
}

// EvalSlot is the slot of a.
func (o Lookahead) EvalSlot() int { return o.Inner.Slots() }

// Elementwise says that each weight is updated by itself, if Inner does so.
func (Lookahead) Elementwise() {}

// Update makes one step on float64 weights.
func (o Lookahead) Update(s Step, w, g []float64, slots [][]float64) {
	own := len(slots) - 1
	begin(s, w, slots[own])
	o.Inner.Update(s, w, g, slots[:own])
	lookahead(o, s, w, slots[own])
}

// Update32 makes one step on float32 weights.
func (o Lookahead) Update32(s Step, w, g []float32, slots [][]float32) {
	own := len(slots) - 1
	begin(s, w, slots[own])
	o.Inner.Update32(s, w, g, slots[:own])
	lookahead(o, s, w, slots[own])
}

// begin starts a at the weights before the first update.
func begin[T Float](s Step, w, a []T) {
	if s.N == 1 {
		copy(a, w)
	}
}

func lookahead[T Float](o Lookahead, s Step, w, a []T) {
	if s.N%*cmp.Or(o.Steps, lookaheadDefaults.Steps) == 0 {
		kernel.Approach(a, w, T(or(o.Alpha, lookaheadDefaults.Alpha)))
		copy(w, a)
	}
}
