package activations

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"nabla/internal/names"
)

// row is one activation with its default parameters and, if it has any, how it
// is made from others.
type row struct {
	Activation
	parameters []string
	with       func(p []float64) Activation
}

// table lists the activations. Nothing else does.
var table = []row{
	{Activation: Identity},
	{Activation: ReLU},
	{LeakyReLU, []string{"slope"}, func(p []float64) Activation { return LeakyReLUSlope(p[0]) }},
	{ELU, []string{"alpha"}, func(p []float64) Activation { return ELUAlpha(p[0]) }},
	{Activation: SELU},
	{Activation: GELU},
	{Activation: GELUTanh},
	{Activation: SiLU},
	{Activation: Mish},
	{Softplus, []string{"beta"}, func(p []float64) Activation { return SoftplusBeta(p[0]) }},
	{Activation: Softsign},
	{Activation: Sigmoid},
	{Activation: LogSigmoid},
	{Activation: Tanh},
	{HardTanh, []string{"min", "max"}, func(p []float64) Activation { return HardTanhBounds(p[0], p[1]) }},
	{Activation: HardSigmoid},
	{Activation: HardSwish},
	{Softmax, []string{"axis"}, func(p []float64) Activation { return onAxis(SoftmaxAxis, p[0]) }},
	{LogSoftmax, []string{"axis"}, func(p []float64) Activation { return onAxis(LogSoftmaxAxis, p[0]) }},
}

// library holds the functions of the table: a copy of an activation whose F or D
// was replaced must call what it was given, and has no kernels.
var library = map[uintptr]bool{}

func init() {
	for _, r := range table {
		library[names.Code(r.F)], library[names.Code(r.D)] = true, true
	}
}

// All returns every activation, with default parameters, in the order of the
// table.
func All() []Activation {
	all := make([]Activation, len(table))
	for i, r := range table {
		all[i] = r.Activation
	}
	return all
}

// Names lists the names in the order of the table.
func Names() []string {
	return names.Of(table, row.name)
}

func (r row) name() string { return r.Name }

// ByName returns an activation with default parameters. Its error names the
// nearest one and lists them all.
func ByName(name string) (Activation, error) {
	r, err := find(name)
	return r.Activation, err
}

func find(name string) (row, error) {
	return names.Find("activations", "activation", name, table, row.name)
}

// Parse reads a name with its parameters: "relu", "leaky-relu:0.2",
// "hard-tanh:-2:2". Without parameters the defaults hold.
func Parse(text string) (Activation, error) {
	name, rest, given := strings.Cut(text, ":")
	r, err := find(name)
	if err != nil || !given {
		return r.Activation, err
	}
	fields := strings.Split(rest, ":")
	if len(r.parameters) == 0 {
		return Activation{}, fmt.Errorf("activations: %s has no parameters, got %q", name, text)
	}
	if len(fields) != len(r.parameters) {
		return Activation{}, fmt.Errorf("activations: %q: want %s:%s", text, name, strings.Join(r.parameters, ":"))
	}
	p := make([]float64, len(fields))
	for i, f := range fields {
		if p[i], err = strconv.ParseFloat(f, 64); err != nil {
			return Activation{}, fmt.Errorf("activations: %s: %s %q is not a number", name, r.parameters[i], f)
		}
	}
	a := r.with(p)
	if a.err != nil {
		return Activation{}, fmt.Errorf("activations: %w", a.err)
	}
	return a, nil
}

// MarshalText implements encoding.TextMarshaler: the name with its parameters. A
// function of your own is written by its name too, which Parse does not know.
//
// Errors: no name; the name of another function.
func (a Activation) MarshalText() ([]byte, error) {
	switch {
	case a.err != nil:
		return nil, fmt.Errorf("activations: %w", a.err)
	case a.Name == "" && !a.IsZero():
		return nil, errors.New("activations: a function without a Name cannot be written")
	}
	if known, err := Parse(a.String()); err == nil && !a.IsZero() && !a.equals(known) {
		return nil, fmt.Errorf("activations: the name %s belongs to another function", a.Name)
	}
	return []byte(a.String()), nil
}

// equals compares values of two functions of numbers.
func (a Activation) equals(b Activation) bool {
	if a.F == nil || b.F == nil {
		return a.F == nil && b.F == nil
	}
	for _, x := range []float64{-7.9, -2.3, -0.4, 0, 0.7, 5.1} {
		if a.F(x) != b.F(x) {
			return false
		}
	}
	return true
}

// UnmarshalText implements encoding.TextUnmarshaler by Parse.
func (a *Activation) UnmarshalText(text []byte) (err error) {
	*a, err = Parse(string(text))
	return err
}
