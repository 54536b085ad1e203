package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"nabla/internal/calculus"
)

// parseExpression reads an expression of the command line; a mistake in it is one
// of usage.
func parseExpression(source string) (*calculus.Expr, error) {
	e, err := calculus.Parse(source)
	return e, usage("", err)
}

// namedValues is a flag such as --at x=1,y=pi/2: numbers, or expressions without
// variables.
type namedValues map[string]float64

// String implements pflag.Value.
func (v *namedValues) String() string {
	if v == nil || len(*v) == 0 {
		return ""
	}
	return fmt.Sprint(map[string]float64(*v))
}

// Type implements pflag.Value.
func (v *namedValues) Type() string { return "NAME=NUMBER" }

// Set implements pflag.Value.
func (v *namedValues) Set(text string) error {
	if *v == nil {
		*v = namedValues{}
	}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return fmt.Errorf("%q is not of the form name=number", part)
		}
		number, err := constantOf(value)
		if err != nil {
			return err
		}
		if math.IsInf(number, 0) {
			return fmt.Errorf("%s must be finite", name)
		}
		if _, twice := (*v)[name]; twice {
			return fmt.Errorf("%s is set twice", name)
		}
		(*v)[name] = number
	}
	return nil
}

// constantOf is a number, without the place of a mistake, which would be one in
// the text of a flag.
func constantOf(text string) (float64, error) {
	v, err := calculus.ReadNumber(text)
	if e, ok := errors.AsType[*calculus.Error](err); ok {
		return 0, fmt.Errorf("%q is not a number: %s", text, e.Msg)
	}
	return v, err
}

// mostAdvised is how many variables an advice on --at spells out.
const mostAdvised = 8

// advisedPoint says how to give values to variables that have none.
func advisedPoint(err error, e *calculus.Expr, at namedValues) error {
	_, located := errors.AsType[*calculus.Error](err)
	if !located || len(e.Variables) > mostAdvised {
		return err
	}
	all := make([]string, len(e.Variables))
	missing := false
	for i, v := range e.Variables {
		value := "…"
		if x, ok := at[v]; ok {
			value = figure(x)
		} else {
			missing = true
		}
		all[i] = v + "=" + value
	}
	if !missing {
		return err
	}
	return advised(err, "give --at "+strings.Join(all, ","))
}

// ranges is a flag such as --over x=0,1,y=-inf,inf.
type ranges map[string]calculus.Interval

// String implements pflag.Value.
func (r *ranges) String() string {
	if r == nil || len(*r) == 0 {
		return ""
	}
	return fmt.Sprint(map[string]calculus.Interval(*r))
}

// Type implements pflag.Value.
func (r *ranges) Type() string { return "NAME=LOW,HIGH" }

// Set implements pflag.Value.
func (r *ranges) Set(text string) error {
	if *r == nil {
		*r = ranges{}
	}
	parts := strings.Split(text, ",")
	for len(parts) > 0 {
		name, low, ok := strings.Cut(parts[0], "=")
		if name = strings.TrimSpace(name); !ok || name == "" || len(parts) < 2 {
			return fmt.Errorf("%q is not of the form name=low,high", text)
		}
		var i calculus.Interval
		var err error
		if i.Low, err = constantOf(low); err != nil {
			return err
		}
		if i.High, err = constantOf(parts[1]); err != nil {
			return err
		}
		if !(i.Low < i.High) {
			return fmt.Errorf("%s must go from a smaller to a larger number, not from %s to %s", name, figure(i.Low), figure(i.High))
		}
		if _, twice := (*r)[name]; twice {
			return fmt.Errorf("%s is set twice", name)
		}
		(*r)[name] = i
		parts = parts[2:]
	}
	return nil
}

// ordered are the ranges of an expression's variables; those without one get the
// given default, or are an error if that is no range.
func (r ranges) ordered(e *calculus.Expr, otherwise calculus.Interval) ([]calculus.Interval, error) {
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if !slices.Contains(e.Variables, name) {
			return nil, usagef("--over: the expression has no variable %q (%s)", name, calculus.Listed(e.Variables))
		}
	}
	box := make([]calculus.Interval, len(e.Variables))
	for i, v := range e.Variables {
		var ok bool
		if box[i], ok = r[v]; !ok {
			if otherwise == (calculus.Interval{}) {
				return nil, usagef("%s needs a range: --over %s=LOW,HIGH", v, v)
			}
			box[i] = otherwise
		}
	}
	return box, nil
}

// figure is a number with the digits that people read.
func figure(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case v == 0:
		return "0" // not -0
	}
	text := strconv.FormatFloat(v, 'g', 6, 64)
	if short, err := strconv.ParseFloat(text, 64); err == nil {
		text = strconv.FormatFloat(short, 'g', -1, 64)
	}
	return text
}

// pointText writes coordinates: "x = 1, y = 2".
func pointText(vars []string, x []float64) string {
	parts := make([]string, len(vars))
	for i, v := range vars {
		parts[i] = v + " = " + figure(x[i])
	}
	return strings.Join(parts, ", ")
}
