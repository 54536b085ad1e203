package optimizers

import (
	"cmp"
	"math/rand/v2"
)

// Float is the type of a weight.
type Float interface{ float32 | float64 }

// Step is what a rule is told about one update of one parameter.
type Step struct {
	N            int        // number of the update of this parameter; the first is 1
	LearningRate float64    // after the schedule
	Loss         float64    // of the batch that the gradient belongs to
	Norm         float64    // 2-norm of the gradient of all parameters, for rules that are NeedsNorm; otherwise 0
	Shape        []int      // of the parameter, row-major; nil when it is just a vector
	Rand         *rand.Rand // stream of the run, for rules that add noise
}

// Rule is an update rule: a value that holds hyper-parameters and no state.
//
// Update changes the weights w in place along the gradient g, which it only
// reads. slots holds Slots() slices that belong to this parameter and live from
// update to update. They, w and g have one length; a shorter one panics. Update
// allocates nothing.
type Rule interface {
	Slots() int
	Update(s Step, w, g []float64, slots [][]float64)
}

// Rule32 is a Rule that also updates float32 weights without a detour. Every
// rule of the table is one.
type Rule32 interface {
	Rule
	Update32(s Step, w, g []float32, slots [][]float32)
}

// Elementwise is implemented by a rule whose update of a weight depends on that
// weight, its gradient and its slots alone, and leaves a weight of 0 with gradient
// 0 at 0. Several parameters that lie side by side can then be updated in one call.
type Elementwise interface {
	Rule
	Elementwise()
}

// IsElementwise reports whether a rule says so, and with it the rules inside it.
func IsElementwise(r Rule) bool {
	for _, r := range chain(r) {
		if _, ok := r.(Elementwise); !ok {
			return false
		}
	}
	return r != nil
}

// SlotInit is implemented by a rule with a slot that does not start at zero.
type SlotInit interface {
	// InitSlot is the value that fills slot i before the first update, which
	// will be made with the given learning rate.
	InitSlot(i int, learningRate float64) float64
}

// EvalWeights is implemented by a rule that steps from one set of weights and
// gives out another, a mean of them say: validation, metrics and the final model
// use that.
type EvalWeights interface {
	Rule
	// EvalSlot is the slot that holds those weights, from the first update on.
	EvalSlot() int
}

// NeedsNorm is implemented by a rule that reads Step.Norm. Who calls it computes
// the norm for such rules only; where it is 0, the rule takes that of its own
// gradient.
type NeedsNorm interface {
	Rule
	NeedsNorm()
}

// NewSlots allocates the slots of a parameter of the given size as r wants them
// before the first update.
func NewSlots[T Float](r Rule, size int, learningRate float64) [][]T {
	slots := make([][]T, r.Slots())
	init, ok := r.(SlotInit)
	for i := range slots {
		slots[i] = make([]T, size)
		if !ok {
			continue
		}
		start := T(init.InitSlot(i, learningRate))
		for j := range slots[i] {
			slots[i][j] = start
		}
	}
	return slots
}

// Func makes a Rule of a function that needs no memory.
type Func func(s Step, w, g []float64)

// Slots is 0.
func (f Func) Slots() int { return 0 }

// Update calls f(s, w, g).
func (f Func) Update(s Step, w, g []float64, _ [][]float64) { f(s, w, g) }

// or is *p, or *standard where p is nil.
func or(p, standard *float64) float64 { return *cmp.Or(p, standard) }

// count is the number of slots in use.
func count(used ...bool) int {
	n := 0
	for _, u := range used {
		if u {
			n++
		}
	}
	return n
}
