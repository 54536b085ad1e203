package activations

import (
	"errors"
	"fmt"
	"strconv"

	"gorgonia.org/gorgonia"

	"nabla/internal/names"
	"nabla/internal/op"
)

// Activation is a function between layers. The zero value is the identity.
//
// A function of one number is given by F, D and, where second derivatives are
// wanted, D2; one of whole rows, such as softmax, by Rows alone.
type Activation struct {
	Name       string // with parameters that are not the default: "leaky-relu:0.2"
	Formula    string // f(x)
	Derivative string // f′(x)
	Use        string // when to take it

	// Gain is the factor by which initializers scale weights in front of the
	// function, so that signals keep their size; 0 stands for 1. The values are
	// those of PyTorch's calculate_gain where it has one; smooth relatives of
	// relu share its √2.
	Gain float64

	F  func(x float64) float64 // f
	D  func(x float64) float64 // f′
	D2 func(x float64) float64 // f″; nil: gradients cannot be differentiated again

	// Kinks are the arguments at which f′ jumps.
	Kinks []float64

	// Rows builds a function of whole rows; F, D and D2 are nil then.
	Rows func(x *gorgonia.Node) (*gorgonia.Node, error)

	fast *op.Fast // kernels of F and D, if there are any
	err  error    // what is wrong with the parameters
}

// Apply makes the node f(x), of the shape of x.
//
// Errors: parameters that make no sense; F without D; an axis that x lacks; a
// dtype other than float32 and float64.
func (a Activation) Apply(x *gorgonia.Node) (*gorgonia.Node, error) {
	switch {
	case a.err != nil:
		return nil, fmt.Errorf("activations: %w", a.err)
	case x == nil:
		return nil, errors.New("activations: " + a.String() + ": the input node is nil")
	case a.IsZero():
		return x, nil
	}
	build := a.Rows
	if build == nil {
		u := op.Unary{Name: a.Name, F: a.F, D: a.D, D2: a.D2}
		if library[names.Code(a.F)] && library[names.Code(a.D)] {
			u.Fast = a.fast
		}
		build = u.Apply
	}
	y, err := build(x)
	if err != nil {
		return nil, fmt.Errorf("activations: %w", err)
	}
	return y, nil
}

// IsZero reports whether a is the identity: the zero value, or what has its name.
func (a Activation) IsZero() bool {
	return a.Name == Identity.Name || a.Name == "" && a.F == nil && a.Rows == nil && a.err == nil
}

// String returns the name: "leaky-relu:0.2".
func (a Activation) String() string {
	switch {
	case a.IsZero():
		return Identity.Name
	case a.Name == "":
		return "unnamed function"
	}
	return a.Name
}

// named writes a name with its parameters, unless they all are the default.
func named(name string, parameters ...parameter) string {
	text, plain := name, true
	for _, p := range parameters {
		text += ":" + number(p.value)
		plain = plain && p.value == p.usual
	}
	if plain {
		return name
	}
	return text
}

// parameter is a number that shapes a function, and its default.
type parameter struct{ value, usual float64 }

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
