package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"

	"nabla/internal/calculus"
	"nabla/internal/names"
	"nabla/train"
	"nabla/train/optimizers/testfuncs"
)

// function finds the function, or reads the expression, with the start that was
// asked for.
func (m *minimizer) function(text string) (testfuncs.Function, error) {
	if looksNamed(text) {
		return m.named(text)
	}
	e, err := parseExpression(text)
	if err != nil {
		return testfuncs.Function{}, err
	}
	start, err := m.startPoint(e.Variables)
	if err != nil {
		return testfuncs.Function{}, err
	}
	if start != nil && len(start) != len(e.Variables) {
		return testfuncs.Function{}, wrongStart(start, "the expression", len(e.Variables))
	}
	f, err := testfuncs.Expression(text, start)
	if _, located := errors.AsType[*calculus.Error](err); located && start == nil {
		err = advised(err, fmt.Sprintf("it was to start at %s: choose another point with --start", pointText(e.Variables, testfuncs.FirstStart(len(e.Variables)))))
	}
	return f, usage("", err)
}

// word is the shape of a function's name: several letters, or any before options. With
// hyphens and no options it may be a difference of variables.
var word = regexp.MustCompile(`^\pL[\pL\pN_]+$|^\pL[\pL\pN_-]+:`)

// looksNamed tells a name, also a misspelt one, from an expression: a word of
// several letters, or what is close to a known name.
func looksNamed(text string) bool {
	_, near := names.Nearest(text, testfuncs.Names())
	return isFunction(text) || word.MatchString(text) || near
}

// named finds a test function. A start of another length than the usual one is
// another number of variables, where there is a choice.
func (m *minimizer) named(text string) (testfuncs.Function, error) {
	f, err := testfuncs.ByName(text)
	if err != nil {
		return f, usagef("%s", plain(err))
	}
	start, err := m.startPoint(variableNames(f))
	if err != nil || start == nil {
		return f, err
	}
	if len(start) != f.Dim && !strings.Contains(text, ":n=") {
		if other, err := testfuncs.ByName(fmt.Sprintf("%s:n=%d", text, len(start))); err == nil {
			f = other
		}
	}
	if len(start) != f.Dim {
		return f, wrongStart(start, text, f.Dim)
	}
	f.Start = start
	return f, nil
}

func wrongStart(start []float64, of string, n int) error {
	return usagef("--start has %s, %s has %s", plural(len(start), "number"), of, plural(n, "variable"))
}

// startPoint reads --start: numbers, or a number for each variable by its name. It is
// nil when the flag is not given.
func (m *minimizer) startPoint(variables []string) ([]float64, error) {
	if m.start == "" {
		return nil, nil
	}
	if strings.Contains(m.start, "=") {
		var at namedValues
		if err := at.Set(m.start); err != nil {
			return nil, usagef("--start: %v", err)
		}
		for _, name := range slices.Sorted(maps.Keys(at)) {
			if !slices.Contains(variables, name) {
				return nil, usagef("--start: the function has no variable %q (%s)", name, calculus.Listed(variables))
			}
		}
		start := make([]float64, len(variables))
		for i, v := range variables {
			var ok bool
			if start[i], ok = at[v]; !ok {
				return nil, usagef("--start: %s has no value; give one for each variable: %s=…", v, strings.Join(variables[:min(len(variables), mostAdvised)], "=…,"))
			}
		}
		return start, nil
	}
	var start []float64
	for text := range strings.SplitSeq(m.start, ",") {
		v, err := constantOf(text)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, usagef("--start: %q is not a number; give one for each variable, with commas between", text)
		}
		start = append(start, v)
	}
	return start, nil
}

// variableNames are x1, x2 … unless the function has names.
func variableNames(f testfuncs.Function) []string {
	if f.Variables != nil {
		return f.Variables
	}
	list := make([]string, f.Dim)
	for i := range list {
		list[i] = fmt.Sprintf("x%d", i+1)
	}
	return list
}

// pathBox is a box for the picture of an expression's path: what the path covers,
// and as much again on each side.
func pathBox(f testfuncs.Function, path [][]float64) (box [2][2]float64) {
	for i := range min(f.Dim, len(box)) {
		low, high := f.Start[i], f.Start[i]
		for _, x := range path {
			low, high = min(low, x[i]), max(high, x[i])
		}
		margin := max((high-low)/2, 1)
		box[i] = [2]float64{low - margin, high + margin}
	}
	return box
}

// title writes what is minimized; an expression that is its own formula once.
func (m *minimizer) title(f testfuncs.Function) {
	name := f.Name
	if f.Variables != nil {
		name = "f(" + strings.Join(f.Variables, ", ") + ")"
	}
	fmt.Fprintf(m.out, "%s: %s\n", m.paint(bold, name), f.Formula)
}

// closer says what values around a degenerate point tell, where the Hessian of an
// expression does not decide. A search ends near the point, not in it.
func closer(f testfuncs.Function, x []float64) *criticalPoint {
	e, err := calculus.Parse(f.Name)
	if err != nil || e.Vector {
		return nil
	}
	box := make([]calculus.Interval, f.Dim)
	for i := range box {
		box[i] = calculus.Interval{Low: x[i] - nearby, High: x[i] + nearby}
	}
	set, err := calculus.CriticalPoints(e, box)
	if err != nil || len(set.Points) == 0 {
		return nil
	}
	p := slices.MinFunc(set.Points, func(a, b calculus.CriticalPoint) int {
		return cmp.Compare(floats.Distance(a.X, x, 2), floats.Distance(b.X, x, 2))
	})
	return &criticalPoint{byVariable(e.Variables, p.X), train.Number(p.Value + 0), p.Kind, p.SecondOrder, p.Reason, p.Continuum}
}

// nearby is how far from the end of a path its critical point is looked for.
const nearby = 0.1
