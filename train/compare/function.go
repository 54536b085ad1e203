package compare

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
	"nabla/train/schedules"
)

// Function is a function of a few variables that is made small, such as one of
// package testfuncs. The value where a run stands is the metric; a step or an
// iteration counts as an epoch.
type Function struct {
	Name    string
	Problem optimizers.Problem
	From    func(seed uint64) []float64 // the start of a seed
	// Noise is the deviation of the normal error on each value and each component of
	// a gradient that a rule gets, drawn by the seed; metrics are exact. Full-batch
	// methods refuse it.
	Noise    float64
	Schedule schedules.Schedule // factor on the learning rate by step; nil is constant

	Steps    int   // of each run, positive
	Limit    Limit // ends a run before
	Settings []string
}

// Drawn is a test function with starts that are drawn from its box.
func Drawn(f testfuncs.Function, steps int) Function {
	return Function{Name: f.Name, Problem: optimizers.TestProblem(f), Steps: steps, From: func(seed uint64) []float64 {
		rng := rand.New(rand.NewPCG(seed, startStream))
		x := make([]float64, f.Dim)
		for i := range x {
			side := f.Box[i%2]
			x[i] = side[0] + (side[1]-side[0])*rng.Float64()
		}
		return x
	}}
}

// The random streams of a seed.
const (
	startStream = 0x7374617274
	noiseStream = 0x6e6f697365
)

// Describe says that the value of the function is what counts.
func (f Function) Describe() Description {
	return Description{Name: f.Name, Metric: "value", Settings: append([]string{
		fmt.Sprint("steps=", f.Steps), fmt.Sprint("evaluations=", f.Limit.Evaluations), fmt.Sprint("budget=", f.Limit.Time), fmt.Sprint("noise=", f.Noise),
	}, f.Settings...)}
}

// walk is an optimizer between two steps: a descent or a search.
type walk interface {
	Next(ctx context.Context) bool
	X() []float64
	Evaluations() optimizers.Evaluations
	Status() optimizers.Status
}

// walk puts the optimizer of a task at the start of its seed.
func (f Function) walk(t Task) (walk, error) {
	if f.Problem.Func == nil || f.Problem.Grad == nil || f.From == nil || f.Steps < 1 {
		return nil, errors.New("Problem.Func, Problem.Grad, From or Steps is not set")
	}
	if t.Optimizer.L2 != 0 {
		return nil, errors.New("a function has no weights to decay; leave L2 0")
	}
	p, start := f.Problem, f.From(t.Seed)
	if m, ok := t.Optimizer.Rule.(optimizers.Method); ok {
		if f.Noise != 0 {
			return nil, errors.New("a full-batch method needs a function without noise")
		}
		return optimizers.NewSearch(m, p, start, optimizers.Limits{Iterations: f.Steps, Evaluations: f.Limit.Evaluations})
	}
	rule, ok := t.Optimizer.Rule.(optimizers.Rule)
	if !ok {
		return nil, fmt.Errorf("%T is neither a rule nor a full-batch method", t.Optimizer.Rule)
	}
	if f.Noise > 0 {
		p = noisy(p, f.Noise, rand.New(rand.NewPCG(t.Seed, noiseStream)))
	}
	return optimizers.NewDescent(rule, p, start, optimizers.Steps{Count: f.Steps, LearningRate: t.LearningRate, Schedule: f.Schedule, Seed: t.Seed})
}

// noisy adds normal noise to the value and the gradient.
func noisy(p optimizers.Problem, sigma float64, rng *rand.Rand) optimizers.Problem {
	value, gradient := p.Func, p.Grad
	p.Func = func(x []float64) float64 { return value(x) + sigma*rng.NormFloat64() }
	p.Grad = func(g, x []float64) {
		gradient(g, x)
		for i := range g {
			g[i] += sigma * rng.NormFloat64()
		}
	}
	return p
}

// points is how many of the first steps are points of the curve, and about how many
// the others have.
const points = 100

// Run makes steps from the start of the seed.
func (f Function) Run(ctx context.Context, t Task) (Record, error) {
	w, err := f.walk(t)
	if err != nil {
		return Record{}, fmt.Errorf("compare: %s: %s: %w", f.Name, t.Optimizer.Name, err)
	}
	r := newRecord(f.Name, t)
	every := max(1, f.Steps/points)
	began := time.Now()
	for r.Stopped == "" {
		if !w.Next(ctx) {
			if ctx.Err() != nil {
				return Record{}, ctx.Err()
			}
			f.ended(&r, t, w)
			break
		}
		value := f.Problem.Func(w.X())
		r.Epochs, r.Steps, r.Evaluations = r.Steps+1, r.Steps+1, w.Evaluations().Total()
		r.Seconds = time.Since(began).Seconds()
		switch {
		case !finite(value):
			r.diverged()
			return r, nil
		case f.Limit.over(r):
			r.Stopped = Budget
		case w.Status() != "":
			r.Stopped = stopped(w.Status())
		}
		if r.Steps <= points || r.Steps%every == 0 || r.Stopped != "" {
			r.point(t, value, value)
		} else {
			r.mark(t, value)
		}
	}
	return r, nil
}

// ended closes the record of a run that could not make another step: a rule has
// diverged, a method is back at its best point.
func (f Function) ended(r *Record, t Task, w walk) {
	value := f.Problem.Func(w.X())
	_, method := t.Optimizer.Rule.(optimizers.Method)
	if !method && w.Status() == optimizers.NotFinite || !finite(value) {
		r.diverged()
		return
	}
	r.Stopped, r.Evaluations = stopped(w.Status()), w.Evaluations().Total()
	r.point(t, value, value)
}

// stopped is Record.Stopped for the end of a descent or a search.
func stopped(s optimizers.Status) string {
	switch {
	case s == optimizers.IterationLimit:
		return MaxEpochs
	case s == optimizers.EvaluationLimit:
		return Budget
	case s.Converged():
		return Converged
	}
	return string(s)
}
