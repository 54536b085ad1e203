package gradcheck

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// Options of a check; the zero value is the usual one.
type Options struct {
	// Seed starts the random numbers: the upstream gradient, and what else is
	// not given.
	Seed uint64
	// Coordinates is how many elements of each tensor are checked, drawn at
	// random; 0 is all.
	Coordinates int
	// Evaluation checks the graph of evaluation in place of that of training.
	Evaluation bool
	// Input, row-major, takes the place of the random input of a layer or an
	// activation and of the random prediction of a loss; Target that of the
	// random target of a loss.
	Input, Target []float64
	// Weights gives the rows of a loss random weights.
	Weights bool
	// Elements checks the losses of the single rows, or elements, in place of
	// their mean.
	Elements bool
}

// stream keeps the random numbers of a check apart by their purpose.
func (o Options) stream(purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(o.Seed, purpose)) }

const (
	upstreamStream uint64 = iota
	coordinateStream
	inputStream
	parameterStream
	targetStream
	weightStream
)

// ErrNotFinite is in the error of a check at a place where there is nothing to
// compare.
var ErrNotFinite = errors.New("the output is not finite")

// check compares the gradients of Σ u·y by the nodes of wrt, which have values,
// for random u. Graph building must be locked.
func check(name string, y *gorgonia.Node, wrt gorgonia.Nodes, smooth bool, o Options) (Report, error) {
	r := Report{Name: name, Bound: SmoothBound}
	if y == nil {
		return r, fmt.Errorf("gradcheck: %s: there is no output to check", name)
	}
	if y.Dtype() != tensor.Float64 {
		return r, fmt.Errorf("gradcheck: %s: the output is %v, want float64", name, y.Dtype())
	}
	u := normal(o.stream(upstreamStream), y.Shape().TotalSize())
	grads, err := gradients(y, wrt, u)
	if err != nil {
		return r, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	forward, err := exec.Compile(y)
	if err != nil {
		return r, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	out, err := op.Slice[float64](y.Value())
	if err != nil {
		return r, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	p, err := newProber(forward.RunAll, out, u, smooth)
	if err != nil {
		return r, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	if slices.ContainsFunc(p.base, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		return r, fmt.Errorf("gradcheck: %s: %w", name, ErrNotFinite)
	}
	pick := o.stream(coordinateStream)
	for i, n := range wrt {
		t, err := compare(p, n, grads[i], o.coordinates(pick, len(grads[i])))
		if err != nil {
			return r, fmt.Errorf("gradcheck: %s: %s: %w", name, n.Name(), err)
		}
		if t.Skipped > 0 {
			r.Bound = KinkBound
		}
		r.Tensors = append(r.Tensors, t)
	}
	return r, r.Err()
}

// coordinates returns which of size elements are checked.
func (o Options) coordinates(rng *rand.Rand, size int) []int {
	all := rng.Perm(size)
	if o.Coordinates > 0 && o.Coordinates < size {
		all = all[:o.Coordinates]
	}
	slices.Sort(all)
	return all
}

// gradients computes the gradients of Σ u·y.
func gradients(y *gorgonia.Node, wrt gorgonia.Nodes, u []float64) ([][]float64, error) {
	cost, err := weighted(y, u)
	if err != nil {
		return nil, err
	}
	nodes, err := autodiff.Grad(cost, wrt...)
	if err != nil {
		return nil, err
	}
	program, err := exec.Compile(nodes...)
	if err != nil {
		return nil, err
	}
	if err := program.RunAll(); err != nil {
		return nil, err
	}
	grads := make([][]float64, len(nodes))
	for i, n := range nodes {
		if !n.Shape().Eq(wrt[i].Shape()) {
			return nil, fmt.Errorf("the gradient of %s has shape %v, want %v", wrt[i].Name(), n.Shape(), wrt[i].Shape())
		}
		g, err := op.Slice[float64](n.Value())
		if err != nil {
			return nil, err
		}
		grads[i] = slices.Clone(g)
	}
	return grads, nil
}

// weighted makes the node Σ u·y.
func weighted(y *gorgonia.Node, u []float64) (*gorgonia.Node, error) {
	if y.IsScalar() {
		return op.Scale(y, u[0])
	}
	up := gorgonia.NewTensor(y.Graph(), tensor.Float64, y.Dims(), gorgonia.WithName("upstream gradient"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(y.Shape()...), tensor.WithBacking(slices.Clone(u)))))
	product, err := op.Mul(up, y)
	if err != nil {
		return nil, err
	}
	return op.Total(product)
}

// compare checks some elements of one tensor.
func compare(p *prober, n *gorgonia.Node, grad []float64, elements []int) (Tensor, error) {
	t := Tensor{Name: n.Name(), Size: len(grad)}
	x, err := op.Slice[float64](n.Value())
	if err != nil {
		return t, err
	}
	scale := smallest
	for _, a := range grad {
		scale = max(scale, math.Abs(a))
	}
	largest := smallest
	for _, i := range elements {
		numeric, ok, err := p.slope(&x[i], scale)
		switch {
		case err != nil:
			return t, err
		case !ok:
			t.Skipped++
			continue
		}
		t.add(i, grad[i], numeric)
		largest = max(largest, math.Abs(grad[i]), math.Abs(numeric))
	}
	t.Error = t.MaxAbs / largest
	return t, nil
}

// normal draws numbers of order 1.
func normal(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// input makes the input node of a function, with numbers of the given size if
// they are random.
func (o Options) input(g *gorgonia.ExprGraph, shape []int, size float64) (*gorgonia.Node, error) {
	x := o.Input
	if x == nil && (len(shape) == 0 || slices.Min(shape) > 0) {
		x = normal(o.stream(inputStream), tensor.Shape(shape).TotalSize())
		for i := range x {
			x[i] *= size
		}
	}
	return input(g, "input", shape, x)
}

// input makes an input node.
func input(g *gorgonia.ExprGraph, name string, shape []int, x []float64) (*gorgonia.Node, error) {
	if size := tensor.Shape(shape).TotalSize(); len(shape) == 0 || slices.Min(shape) <= 0 || len(x) != size {
		return nil, fmt.Errorf("%d numbers for %s of shape %v", len(x), name, shape)
	}
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(slices.Clone(x)))
	return gorgonia.NewTensor(g, tensor.Float64, len(shape), gorgonia.WithName(name), gorgonia.WithValue(value)), nil
}
