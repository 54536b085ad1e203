package calculus

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Bind orders named values as e.Variables are. A variable without a value is an
// error at its place, a name that is no variable one that lists them.
func (e *Expr) Bind(values map[string]float64) ([]float64, error) {
	have := slices.SortedFunc(maps.Keys(values), compareNames)
	for _, name := range have {
		if !slices.Contains(e.Variables, name) {
			return nil, fmt.Errorf("calculus: the expression has no variable %q (%s)%s", name, Listed(e.Variables), e.productOf(name))
		}
	}
	if _, err := compile(e.Source, e.Outputs, have); err != nil && len(have) < len(e.Variables) {
		return nil, err
	}
	x := make([]float64, len(e.Variables))
	for i, v := range e.Variables {
		x[i] = values[v]
	}
	return x, nil
}

// mostListed is how many variables a message names.
const mostListed = 12

// Listed names the variables of an expression for messages: "it has x, y".
func Listed(variables []string) string {
	switch n := len(variables); {
	case n == 0:
		return "it has none"
	case n > mostListed:
		return fmt.Sprintf("it has %d, %s …", n, strings.Join(variables[:mostListed], ", "))
	}
	return "it has " + strings.Join(variables, ", ")
}

// productOf suggests x*y for a variable xy when somebody asks for x.
func (e *Expr) productOf(name string) string {
	for _, v := range e.Variables {
		if letters := strings.Split(v, ""); len(letters) > 1 && len(letters) < 5 && slices.Contains(letters, name) && !strings.ContainsFunc(v, unicode.IsDigit) {
			return fmt.Sprintf("; write %s for a product", strings.Join(letters, "*"))
		}
	}
	return ""
}

// ReadNumber reads an expression without variables, "pi/2" or "-inf", as a number.
func ReadNumber(source string) (float64, error) {
	switch strings.TrimPrefix(strings.ToLower(strings.TrimSpace(source)), "+") {
	case "inf", "infinity", "∞":
		return math.Inf(1), nil
	case "-inf", "-infinity", "-∞", "−∞":
		return math.Inf(-1), nil
	}
	e, err := Parse(source)
	if err != nil {
		return 0, err
	}
	if e.Vector {
		return 0, errors.New("calculus: a vector is no number")
	}
	p, err := compile(source, e.Outputs, nil)
	if err != nil {
		return 0, err
	}
	return p.Eval(nil)
}
