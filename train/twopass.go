package train

import (
	"fmt"

	"nabla/datasets"
	"nabla/train/optimizers"
)

// ascent is the second pass of a batch for rules that want the gradient at another
// point than the weights.
type ascent[T datasets.Float] struct {
	perturb []func(norm float64, w, g []T) // for each of the parameters
	saved   [][]T                          // their weights in the meantime
	out     []T                            // of the first pass
	norm    float64                        // of its gradient
}

// newAscent is nil unless the rules are of that kind; checkTwoPass has seen that
// all are, or none.
func newAscent[T datasets.Float](params []*parameter[T]) *ascent[T] {
	a := &ascent[T]{}
	for _, p := range params {
		rule, ok := optimizers.Find[optimizers.TwoPass](p.rule)
		if !ok {
			return nil
		}
		perturb, ok := any(rule.Perturb).(func(float64, []T, []T))
		if !ok {
			perturb, _ = any(rule.Perturb32).(func(float64, []T, []T))
		}
		a.perturb, a.saved = append(a.perturb, perturb), append(a.saved, make([]T, len(p.w)))
	}
	return a
}

// ascend computes the batch that p has just computed at the point that the rules
// choose, which leaves their gradient there, and puts the weights back. Running
// statistics have moved on already; random masks are those of the first pass.
func (e *engine[T]) ascend(p *program[T]) error {
	a := e.ascent
	a.out = append(a.out[:0], p.out...)
	a.norm = optimizers.GlobalNorm(e.grads, optimizers.L2)
	if !finite(float64(p.loss[0])) || !finite(a.norm) || a.norm == 0 {
		return nil
	}
	for i, q := range e.params {
		copy(a.saved[i], q.w)
		a.perturb[i](a.norm, q.w, e.grads[i])
	}
	tick := e.net.Tick()
	e.net.SetTick(tick - 1)
	err := p.run()
	e.net.SetTick(tick)
	for i, q := range e.params {
		copy(q.w, a.saved[i])
	}
	return err
}

// checkTwoPass refuses what two passes cannot be combined with.
func (t *Trainer) checkTwoPass(names []string) error {
	some, other := false, ""
	for _, name := range names {
		if _, ok := optimizers.Find[optimizers.TwoPass](t.treat(name).rule); ok {
			some = true
		} else {
			other = name
		}
	}
	switch {
	case !some:
		return nil
	case t.Accumulate > 1:
		return fmt.Errorf("the optimizer computes each gradient at a second point, which follows from the whole batch: Accumulate must be 1, got %d", t.Accumulate)
	case other != "":
		return fmt.Errorf("the optimizer computes gradients at a second point, that of %s does not; wrap it too", other)
	}
	return nil
}
