package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"nabla/datasets"
	"nabla/internal/names"
	"nabla/train/compare"
	"nabla/train/optimizers/testfuncs"
	"nabla/train/schedules"
)

// isFunction reports whether an argument names a test function.
func isFunction(text string) bool {
	name, _, _ := strings.Cut(text, ":")
	return slices.Contains(testfuncs.Names(), name)
}

// functionSteps is the number of steps unless --epochs or --budget say otherwise.
const functionSteps = 1000

// functionFlags are the flags of a job that go for functions too.
var functionFlags = []string{"epochs", "schedule", "seed"}

// function makes the problem of a test function.
func (r *comparer) function(text string, limit budget) (compare.Function, error) {
	f, err := testfuncs.ByName(text)
	if err != nil {
		return compare.Function{}, usagef("%s", plain(err))
	}
	if r.metric != "" && r.metric != "value" {
		return compare.Function{}, usagef("--metric %s is for networks; %s is judged by its value, leave --metric out", r.metric, text)
	}
	if !(r.noise >= 0) || math.IsInf(r.noise, 0) {
		return compare.Function{}, usagef("--noise must be a finite number of at least 0, got %v", r.noise)
	}
	if r.noise > 0 && r.hasMethod() {
		return compare.Function{}, usagef("--noise: full-batch methods need a function that stays the same; leave them or --noise out")
	}
	j := newJob("")
	given := r.givenFlags()
	j.Epochs = functionSteps
	if changed(given, "epochs") {
		if j, err = fill("", nil, given); err != nil {
			return compare.Function{}, err
		}
	}
	c := compare.Drawn(f, j.Epochs)
	c.Name, c.Noise = text, r.noise
	c.Limit = compare.Limit{Evaluations: limit.evaluations, Time: limit.seconds}
	switch {
	case limit.epochs > 0:
		c.Steps = limit.epochs
	case limit.evaluations > 0:
		c.Steps = limit.evaluations
	case limit.seconds > 0:
		c.Steps = maxEpochs
	}
	schedule := r.cmd.Flags().Lookup("schedule").Value.String()
	if schedule == "" {
		return c, nil
	}
	if limit.seconds > 0 {
		return c, usagef("--schedule %s goes over a known number of steps, which --budget seconds does not give; take --budget epochs or evaluations", schedule)
	}
	c.Settings = []string{"schedule=" + schedule}
	if c.Schedule, err = schedules.Parse(schedule, 1, c.Steps); err != nil {
		return c, usagef("--schedule: %s", plain(err))
	}
	return c, nil
}

// checkFunctionFlags refuses flags of networks where there are only functions.
func (r *comparer) checkFunctionFlags(columns string) error {
	for _, name := range sharedFlags {
		if changed(r.cmd.Flags(), name) && !slices.Contains(functionFlags, name) {
			return usagef("--%s is for networks; functions take --%s", name, strings.Join(functionFlags, ", --"))
		}
	}
	if columns != "" {
		return usagef("--target: %q is not a number", columns)
	}
	return nil
}

// describeFunction is the header line of a function.
func describeFunction(f compare.Function) string {
	text := fmt.Sprintf("%s, starts drawn from its box, %s", plural(len(f.From(1)), "variable"), plural(f.Steps, "step"))
	if f.Limit.Evaluations > 0 {
		text = fmt.Sprintf("%s, starts drawn from its box, %s", plural(len(f.From(1)), "variable"), plural(f.Limit.Evaluations, "evaluation"))
	}
	if f.Noise > 0 {
		text += fmt.Sprintf(", noise %v", f.Noise)
	}
	return text
}

// unknownProblem reports what is the name of nothing.
func unknownProblem(text string) error {
	_, err := datasets.ByName(text)
	if err == nil || isFunction(text) || strings.ContainsAny(text, "./"+string(filepath.Separator)) {
		return nil
	}
	return usagef("%s", plain(names.Unknown("nabla", "data set or function", text, problemNames())))
}

// problemNames are the data sets and functions that have a name.
func problemNames() []string { return slices.Concat(datasets.Names(), testfuncs.Names()) }
