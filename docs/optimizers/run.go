package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"

	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
	"nabla/train/schedules"
)

// targets are the functions that every optimizer is tried on.
var targets = []string{"quadratic", "rosenbrock", "beale", "himmelblau"}

const (
	near           = 1e-3 // distance from a minimum that counts as there
	mostIterations = 500  // of a full-batch method
)

// run is an optimizer on a test function, with its documented setting.
type run struct {
	function testfuncs.Function
	setting  optimizers.Setting // zero for a full-batch method
	x        [][]float64        // the start and every step
	counts   []int              // evaluations of all kinds up to each
	end      optimizers.Status
	kind     optimizers.Kind // of the point reached
}

// walk is an optimizer between two steps.
type walk interface {
	Next(ctx context.Context) bool
	X() []float64
	Evaluations() optimizers.Evaluations
	Status() optimizers.Status
}

// follow runs an optimizer on a function.
func follow(name, on string) (run, error) {
	f, err := testfuncs.ByName(on)
	if err != nil {
		return run{}, err
	}
	r := run{function: f, x: [][]float64{f.Start}, counts: []int{0}}
	p := optimizers.TestProblem(f)
	var w walk
	if optimizers.IsMethod(name) {
		w, err = search(name, p, f.Start)
	} else {
		w, r.setting, err = descent(name, p, f)
	}
	if err != nil {
		return run{}, fmt.Errorf("%s on %s: %w", name, on, err)
	}
	for w.Next(context.Background()) {
		r.x, r.counts = append(r.x, slices.Clone(w.X())), append(r.counts, w.Evaluations().Total())
	}
	r.end = w.Status()
	r.kind, _ = optimizers.Classify(p, r.x[len(r.x)-1])
	return r, nil
}

func search(name string, p optimizers.Problem, start []float64) (walk, error) {
	row, err := optimizers.MethodByName(name)
	if err != nil {
		return nil, err
	}
	return optimizers.NewSearch(row.Method, p, start, optimizers.Limits{Iterations: mostIterations})
}

func descent(name string, p optimizers.Problem, f testfuncs.Function) (walk, optimizers.Setting, error) {
	row, err := optimizers.Parse(name)
	if err != nil {
		return nil, optimizers.Setting{}, err
	}
	s := row.Setting(f.Name)
	rule, err := optimizers.Configure(name, options(s))
	if err != nil {
		return nil, s, err
	}
	steps := optimizers.Steps{Count: s.Steps, LearningRate: s.LearningRate, Seed: 1}
	if s.Schedule != "" {
		if steps.Schedule, err = schedules.Parse(s.Schedule, 1, s.Steps); err != nil {
			return nil, s, err
		}
	}
	w, err := optimizers.NewDescent(rule, p, f.Start, steps)
	return w, s, err
}

// options are those of a setting by name.
func options(s optimizers.Setting) map[string]string {
	list := map[string]string{}
	for option := range strings.SplitSeq(s.Options, ",") {
		if name, value, ok := strings.Cut(option, "="); ok {
			list[name] = value
		}
	}
	return list
}

// arrival is the number of the step from which on all points are near a minimum,
// and whether there is one.
func (r run) arrival() (int, bool) {
	at := len(r.x)
	for at > 0 && r.near(r.x[at-1]) {
		at--
	}
	return at, at < len(r.x)
}

func (r run) near(x []float64) bool {
	return slices.ContainsFunc(r.function.Minima, func(m testfuncs.Minimum) bool {
		return floats.Distance(m.X, x, 2) < near
	})
}

// values are the function along the path, above its minimum.
func (r run) values() []float64 {
	list := make([]float64, len(r.x))
	for i, x := range r.x {
		list[i] = math.Max(0, r.function.Func(x)-r.function.Minima[0].F)
	}
	return list
}
