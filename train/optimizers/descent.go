package optimizers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// NeedsLoss is implemented by a rule that reads Step.Loss. In training the loss
// comes with the gradient; on a function it is an evaluation more, which is made
// for such rules only.
type NeedsLoss interface {
	Rule
	NeedsLoss()
}

// Steps says how a rule descends a function.
type Steps struct {
	Count        int                    // 0 is no limit
	LearningRate float64                // positive
	Schedule     func(step int) float64 // factor on it by step, counted from 0; nil is constant
	Seed         uint64                 // of rules that draw random numbers
}

// Descent is a rule at work on a problem, between two steps: for rules what
// [Search] is for methods. It uses Grad, and Func for rules that need the loss.
type Descent struct {
	rule    Rule
	problem Problem
	steps   Steps
	w, g    []float64
	shown   []float64 // the weights, or what the rule wants to be evaluated
	before  []float64
	slots   [][]float64
	step    Step
	source  rand.PCG
	count   Evaluations
	status  Status
}

// NewDescent prepares a descent from a start. It evaluates nothing yet.
//
// Errors: the problem lacks Func or Grad, an option or the learning rate is out of
// range.
func NewDescent(rule Rule, p Problem, start []float64, s Steps) (*Descent, error) {
	switch {
	case rule == nil || p.Func == nil || p.Grad == nil:
		return nil, errors.New("optimizers: a descent needs a rule and a problem with Func and Grad")
	case len(start) == 0 || !allFinite(start):
		return nil, fmt.Errorf("optimizers: %v is no start", start)
	case !(s.LearningRate > 0) || math.IsInf(s.LearningRate, 0):
		return nil, fmt.Errorf("optimizers: the learning rate must be positive, got %v", s.LearningRate)
	}
	if err := Validate(rule); err != nil {
		return nil, fmt.Errorf("optimizers: %w", err)
	}
	n := len(start)
	d := &Descent{
		rule: rule, problem: p, steps: s, w: slices.Clone(start), g: make([]float64, n),
		shown: slices.Clone(start), before: slices.Clone(start), slots: NewSlots[float64](rule, n, s.LearningRate),
	}
	d.step = Step{Shape: []int{n}, Rand: rand.New(&d.source), Loss: math.NaN()}
	return d, nil
}

// Next makes one step. It returns false, and does nothing more, once the descent
// has ended. A step that leads to what is not finite is taken back and ends it.
func (d *Descent) Next(ctx context.Context) bool {
	switch {
	case d.status == Interrupted && ctx.Err() == nil:
		d.status = ""
	case d.status == "" && ctx.Err() != nil:
		d.status = Interrupted
	}
	if d.status != "" {
		return false
	}
	s := &d.step
	s.N++
	s.LearningRate = d.steps.LearningRate
	if d.steps.Schedule != nil {
		s.LearningRate *= d.steps.Schedule(s.N - 1)
	}
	d.source.Seed(d.steps.Seed, uint64(s.N))
	copy(d.before, d.w)
	d.differentiate()
	d.rule.Update(*s, d.w, d.g, d.slots)
	next := d.w
	if e, ok := Find[EvalWeights](d.rule); ok {
		next = d.slots[e.EvalSlot()]
	}
	if !allFinite(d.g) || !allFinite(d.w) || !allFinite(next) {
		copy(d.w, d.before)
		s.N--
		d.status = NotFinite
		return false
	}
	copy(d.shown, next)
	if d.steps.Count > 0 && s.N >= d.steps.Count {
		d.status = IterationLimit
	}
	return true
}

// differentiate computes the gradient that the rule wants, at the weights or at
// the second point of a two-pass rule.
func (d *Descent) differentiate() {
	if _, ok := Find[NeedsLoss](d.rule); ok {
		d.count.Function++
		d.step.Loss = d.problem.Func(d.w)
	}
	d.count.Gradient++
	d.problem.Grad(d.g, d.w)
	d.step.Norm = floats.Norm(d.g, 2)
	if two, ok := Find[TwoPass](d.rule); ok && d.step.Norm > 0 && !math.IsInf(d.step.Norm, 0) {
		two.Perturb(d.step.Norm, d.w, d.g)
		d.count.Gradient++
		d.problem.Grad(d.g, d.w)
		copy(d.w, d.before)
	}
	if _, ok := Find[NeedsNorm](d.rule); !ok {
		d.step.Norm = 0
	}
}

// X returns where the descent stands. It belongs to the descent.
func (d *Descent) X() []float64 { return d.shown }

// Iterations returns the number of steps.
func (d *Descent) Iterations() int { return d.step.N }

// Evaluations returns what has been evaluated.
func (d *Descent) Evaluations() Evaluations { return d.count }

// Status returns why the descent has ended, "" while it has not.
func (d *Descent) Status() Status { return d.status }
