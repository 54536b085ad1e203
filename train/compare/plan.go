package compare

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"nabla/train"
	"nabla/train/optimizers"
)

// Plan says what is compared. Problems, Optimizers and Seeds must be set.
type Plan struct {
	Problems   []Problem
	Optimizers []Optimizer
	// Seeds make the runs of an optimizer differ: first weights, order of the rows,
	// random masks. A seed gives all optimizers the same start and the same batches.
	Seeds []uint64
	// TuneSeeds is with how many of the seeds, the first ones, every learning rate
	// is tried; only the best of an optimizer then runs with the others. 0 tries all
	// rates with all seeds.
	TuneSeeds int

	// Target is a value of the metric; the work until a run reaches it is compared.
	// nil is the median of what the runs at the best learning rates end with.
	Target *float64
	// Timed says that seconds are compared, so that no run may share the machine
	// with another one.
	Timed   bool
	Workers int   // runs at the same time; 0 is as many as Go may use cores
	Shard   Shard // the part of the runs that is to be made here; the zero value is all

	// Settings are further things, as name=value, that must be equal where runs are
	// continued or merged.
	Settings []string
}

// Optimizer is one of those that are compared.
type Optimizer struct {
	Name          string               // under which its results stand
	Rule          optimizers.Optimizer // a rule or a full-batch method
	LearningRates []float64            // of which the best counts; at least one for a rule, none for a method
	L2            float64              // added to that of the problem, for rules that have no weight decay of their own
}

// method reports whether it is a full-batch method.
func (o Optimizer) method() bool {
	_, ok := o.Rule.(optimizers.Method)
	return ok
}

// rates are the learning rates; a method has the one rate 0.
func (o Optimizer) rates() []float64 {
	if o.method() {
		return []float64{0}
	}
	return o.LearningRates
}

// Problem is what the optimizers are compared on, such as [Training] and
// [Function]. Several goroutines run it at the same time.
type Problem interface {
	Describe() Description
	// Run makes one run. A run that diverges is no error.
	Run(ctx context.Context, t Task) (Record, error)
}

// Description is what results are to be read with.
type Description struct {
	Name           string   `json:"name"`
	Metric         string   `json:"metric"` // by which runs are judged
	LargerIsBetter bool     `json:"larger_is_better"`
	Rows           string   `json:"rows"`     // that the metric is computed on: validation, test or training; empty for a function
	Settings       []string `json:"settings"` // name=value; what else decides how a run goes
}

// Task is one run.
type Task struct {
	Optimizer    Optimizer
	LearningRate float64
	Seed         uint64
	Target       *float64 // that Record.Reached is about; nil is none
	Larger       bool     // values are to be as large as the target
}

// reached reports whether a value is as good as the target.
func (t Task) reached(value float64) bool {
	return t.Target != nil && asGood(value, *t.Target, t.Larger)
}

// asGood reports whether a value is not worse than a target; NaN is.
func asGood(value, target float64, larger bool) bool {
	if larger {
		return value >= target
	}
	return value <= target
}

// check reports the first setting that cannot be meant.
func (p Plan) check() error {
	switch {
	case len(p.Problems) == 0:
		return errors.New("there is no problem to compare optimizers on")
	case len(p.Optimizers) == 0:
		return errors.New("there are no optimizers to compare")
	case len(p.Seeds) == 0:
		return errors.New("there are no seeds; one is enough")
	case p.TuneSeeds < 0 || p.TuneSeeds > len(p.Seeds):
		return fmt.Errorf("TuneSeeds must be from 0 to %d, the number of seeds, got %d", len(p.Seeds), p.TuneSeeds)
	case p.Workers < 0:
		return fmt.Errorf("Workers must not be negative, got %d", p.Workers)
	case p.Timed && p.Workers > 1:
		return fmt.Errorf("seconds are compared: Workers must be 1, got %d", p.Workers)
	}
	if p.Target != nil && (math.IsNaN(*p.Target) || math.IsInf(*p.Target, 0)) {
		return fmt.Errorf("Target is %v, want a finite number", *p.Target)
	}
	if err := p.Shard.check(); err != nil {
		return err
	}
	var names []string
	for _, problem := range p.Problems {
		names = append(names, problem.Describe().Name)
	}
	if name, twice := repeated(names); twice {
		return fmt.Errorf("problem %s is there twice", name)
	}
	if seed, twice := repeated(p.Seeds); twice {
		return fmt.Errorf("seed %d is there twice", seed)
	}
	return p.checkOptimizers()
}

// checkOptimizers looks at the names, which results are told apart by, and the
// learning rates.
func (p Plan) checkOptimizers() error {
	var names []string
	for _, o := range p.Optimizers {
		names = append(names, o.Name)
		switch {
		case o.Name == "":
			return errors.New("an optimizer has no name")
		case o.Rule == nil:
			return fmt.Errorf("optimizer %s has no rule", o.Name)
		case !o.method() && len(o.LearningRates) == 0:
			return fmt.Errorf("optimizer %s has no learning rate", o.Name)
		case o.method() && len(o.LearningRates) > 0:
			return fmt.Errorf("optimizer %s is a full-batch method, which finds the length of its steps by itself: LearningRates must be empty", o.Name)
		}
		for _, rate := range o.LearningRates {
			if !(rate > 0) || math.IsInf(rate, 0) {
				return fmt.Errorf("optimizer %s: a learning rate must be a positive number, got %v", o.Name, rate)
			}
		}
		if rate, twice := repeated(o.LearningRates); twice {
			return fmt.Errorf("optimizer %s: learning rate %v is there twice", o.Name, rate)
		}
	}
	if name, twice := repeated(names); twice {
		return fmt.Errorf("optimizer %s is there twice", name)
	}
	return nil
}

// repeated returns an element that is in a list more than once.
func repeated[T comparable](list []T) (element T, twice bool) {
	for i, e := range list {
		if slices.Contains(list[:i], e) {
			return e, true
		}
	}
	return element, false
}

// Header returns what stands above the results of the plan.
func (p Plan) Header() (Header, error) {
	if err := p.check(); err != nil {
		return Header{}, fmt.Errorf("compare: %w", err)
	}
	h := Header{
		Event: "start", Seeds: p.Seeds, TuneSeeds: p.TuneSeeds, Timed: p.Timed, Shard: p.Shard.String(),
		Settings: append([]string{}, p.Settings...),
	}
	if h.TuneSeeds == 0 {
		h.TuneSeeds = len(p.Seeds)
	}
	if p.Target != nil {
		h.Target = new(train.Number(*p.Target))
	}
	for _, problem := range p.Problems {
		h.Problems = append(h.Problems, problem.Describe())
	}
	for _, o := range p.Optimizers {
		h.Optimizers = append(h.Optimizers, OptimizerHeader{o.Name, describeRule(o), o.rates()})
	}
	if err := h.check(); err != nil {
		return Header{}, fmt.Errorf("compare: %w", err)
	}
	return h, nil
}

// describeRule writes the hyper-parameters of an optimizer as name=value.
func describeRule(o Optimizer) []string {
	list := []string{}
	for _, option := range optimizers.Options(o.Rule) {
		list = append(list, option.Name+"="+option.Value)
	}
	if o.L2 != 0 {
		list = append(list, fmt.Sprint("l2=", o.L2))
	}
	return list
}
