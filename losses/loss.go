package losses

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"nabla/internal/names"
	"nabla/internal/op"
)

// Loss says how far a prediction is from its target.
type Loss struct {
	Name       string // with parameters that are not the default: "huber:0.5"
	Formula    string // ℓ(p, t) for prediction p and target t
	Derivative string // ∂ℓ/∂p
	Use        string // when to take it

	Input  Input    // what the network must put out
	Link   Link     // turns the output into what people read
	Target Encoding // how targets are given

	Reduction Reduction

	// Smoothing ε in [0, 1) replaces a target t of k classes by (1−ε)·t + ε/k.
	// The cross-entropies on classes have it.
	Smoothing float64
	// ClassWeights are one factor per class, or nil. They multiply the term of
	// the class in a cross-entropy, and that of the target 1 of their column in
	// BinaryCrossEntropy (PyTorch's pos_weight). Other losses have none.
	ClassWeights []float64

	// F, D and D2 are ℓ, ∂ℓ/∂p and ∂²ℓ/∂p² of a loss of single elements. D2 may
	// be nil: gradients cannot be differentiated again then.
	F, D, D2 func(p, t float64) float64
	// Nodes builds the losses of rows, or of elements, from other nodes: a loss
	// of your own that F cannot say. Every op in it needs a symbolic derivative.
	Nodes func(prediction, target *gorgonia.Node) (*gorgonia.Node, error)

	// Kinks are the values of p − t at which ∂ℓ/∂p jumps.
	Kinks []float64

	fast      *op.FastPair // kernels of F and D, if there are any
	elements  builder      // of a loss of the table that F alone does not make
	byRow     bool         // the mean is over rows, though there are losses of elements
	smoothing bool         // Smoothing means something
	weighted  bool         // ClassWeights mean something
	err       error        // what is wrong with the parameters
}

// builder makes the losses of rows or elements, divided already.
type builder func(l Loss, prediction, target, weight *gorgonia.Node, by op.Divisor) (*gorgonia.Node, error)

// Build makes the loss, a scalar node. The prediction has shape (rows, outputs)
// or (rows), the target that shape too or, for a loss on class indexes, one
// index per row; a row with a negative index is left out. weight has one number
// per row or is nil.
//
// Errors: shapes that do not fit; a setting that is wrong or means nothing here.
func (l Loss) Build(prediction, target, weight *gorgonia.Node) (*gorgonia.Node, error) {
	each, err := l.build(prediction, target, weight, l.Reduction)
	if err != nil {
		return nil, fmt.Errorf("losses: %w", err)
	}
	total, err := op.Total(each)
	if err == nil && l.byRow && l.Reduction != Sum {
		shape := prediction.Shape()
		return op.Scale(total, float64(shape.TotalSize()/shape[0]))
	}
	return total, err
}

// Elements makes the losses of the single rows, or elements, times the weights:
// what Build adds up, before division.
func (l Loss) Elements(prediction, target, weight *gorgonia.Node) (*gorgonia.Node, error) {
	each, err := l.build(prediction, target, weight, Sum)
	if err != nil {
		return nil, fmt.Errorf("losses: %w", err)
	}
	return each, nil
}

// build makes the losses of rows or elements, divided.
func (l Loss) build(prediction, target, weight *gorgonia.Node, reduction Reduction) (*gorgonia.Node, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	by := reductions[reduction].divisor
	if prediction == nil || target == nil {
		return nil, errors.New(l.label() + ": prediction or target is nil")
	}
	switch {
	case l.elements != nil:
		return l.elements(l, prediction, target, weight, by)
	case l.Nodes != nil:
		each, err := l.Nodes(prediction, target)
		if err != nil {
			return nil, err
		}
		// A pair that passes on its first number weighs and divides.
		l.F, l.D, l.D2 = func(p, _ float64) float64 { return p }, func(_, _ float64) float64 { return 1 }, zero
		return l.pair().Apply(each, each, weight, by)
	}
	if l.F == nil || l.D == nil {
		return nil, errors.New(l.label() + " is no loss of the library: F and D, or Nodes, must be set")
	}
	return l.pair().Apply(prediction, target, weight, by)
}

// pair is a loss of single elements as an op.
func (l Loss) pair() op.Pair {
	p := op.Pair{Name: l.label(), F: plain(l.F), D: plain(l.D)}
	if library[names.Code(l.F)] && library[names.Code(l.D)] {
		p.Fast = l.fast
	}
	if l.D2 != nil {
		p.D2 = plain(l.D2)
	}
	return p
}

func plain(f func(p, t float64) float64) func(p, t, c float64) float64 {
	return func(p, t, _ float64) float64 { return f(p, t) }
}

// check finds settings that are wrong or mean nothing.
func (l Loss) check() error {
	switch {
	case l.err != nil:
		return l.err
	case l.Reduction < 0 || int(l.Reduction) >= len(reductions):
		return fmt.Errorf("%s: unknown Reduction %d", l.label(), l.Reduction)
	case l.Smoothing != 0 && !l.smoothing:
		return fmt.Errorf("%s has no Smoothing; %s have", l.label(), having(func(l Loss) bool { return l.smoothing }))
	case !(l.Smoothing >= 0 && l.Smoothing < 1):
		return fmt.Errorf("%s: Smoothing must be at least 0 and below 1, got %v", l.label(), l.Smoothing)
	case l.ClassWeights != nil && !l.weighted:
		return fmt.Errorf("%s has no ClassWeights; %s have", l.label(), having(func(l Loss) bool { return l.weighted }))
	}
	if i := slices.IndexFunc(l.ClassWeights, func(c float64) bool { return !(c >= 0) || math.IsInf(c, 0) }); i >= 0 {
		return fmt.Errorf("%s: ClassWeights must be finite and not negative, got %v for class %d", l.label(), l.ClassWeights[i], i)
	}
	return nil
}

// having lists the losses of the table that have a property.
func having(property func(Loss) bool) string {
	var list []string
	for _, r := range table {
		if property(r.Loss) {
			list = append(list, r.Name)
		}
	}
	return strings.Join(list, ", ")
}

func (l Loss) label() string {
	if l.Name == "" {
		return "unnamed loss"
	}
	return l.Name
}
