package train

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nabla/nn/explain"
)

// Trace takes so many steps of training and tells what the engine runs in one of
// them, step by step, with the symbols of explain.Network and their times. The weights
// change as they do with Step.
//
// Errors: a full-batch method, which runs the program as often as its line search
// asks; those of Step.
func (r *Run) Trace(steps int) (explain.Program, error) {
	p, err := r.trace(max(steps, 1))
	if err != nil {
		return explain.Program{}, fmt.Errorf("train: trace: %w", err)
	}
	return p, nil
}

func (r *Run) trace(steps int) (p explain.Program, err error) {
	if r.method != nil {
		return p, errors.New("a full-batch method has no step of its own: it asks for values and gradients as its line search needs them")
	}
	clock := &clocked{stepper: r.engine}
	r.engine = clock
	defer func() { r.engine = clock.stepper }()
	var whole []time.Duration
	for range steps {
		start := time.Now()
		if _, err := r.Step(); err != nil {
			return p, err
		}
		whole = append(whole, time.Since(start))
	}
	if p, err = clock.listing(steps); err != nil {
		return p, err
	}
	p.Whole, p.Steps[len(p.Steps)-1].Time = median(whole), median(clock.updates)
	return p, nil
}

// clocked is a stepper that measures its updates.
type clocked struct {
	stepper
	updates []time.Duration
}

func (c *clocked) update(u descent) error {
	start := time.Now()
	err := c.stepper.update(u)
	c.updates = append(c.updates, time.Since(start))
	return err
}

func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// listing implements stepper.
func (e *engine[T]) listing(runs int) (explain.Program, error) {
	p := e.programs[e.trainer.BatchSize] // not that of a short batch
	step := explain.Trained{Net: e.net, Graph: p.graph, Loss: e.loss, Cost: p.cost, Target: p.target, Compiled: p.exec}
	var rules []string
	for _, q := range e.params {
		for _, t := range q.tensors {
			step.Updated = append(step.Updated, t.Name)
		}
		rule := fmt.Sprintf("%T", q.rule)
		rules = append(rules, rule[strings.LastIndexByte(rule, '.')+1:])
	}
	step.Calls = len(rules)
	step.Rule = strings.Join(slices.Compact(rules), ", ")
	list, err := step.Program(runs)
	list.Notes = e.besides()
	return list, err
}

// besides is what a step does that is neither program nor rule.
func (e *engine[T]) besides() (notes []string) {
	t := e.trainer
	if e.ascent != nil {
		notes = append(notes, "the rule has two passes: the program runs a second time at weights that it moved")
	}
	if t.Accumulate > 1 {
		notes = append(notes, fmt.Sprintf("an update follows %d batches, whose gradients are added up", t.Accumulate))
	}
	if !e.direct {
		notes = append(notes, "before the update the gradients are copied, and regularised or clipped there")
	}
	return notes
}
