package landscape

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
	"nabla/train"
)

// Function is the loss over some rows as a function of all trainable weights of a
// network, one behind the other in the order of Network.Trainable. It must not be
// used by two goroutines at a time; Surface makes copies for its workers.
type Function struct {
	net    *nn.Network // a copy in float64
	loss   losses.Loss
	x, y   []float64 // of all rows
	rows   int
	origin []float64 // the weights of the network as it was given

	value    *program // the loss alone
	gradient *program // compiled when they are first asked for
	product  *program
}

// New makes the function of a network and its loss on data, in evaluation mode. The
// network is copied: it may be trained on while the function stays.
//
// Errors: loss, network and data do not fit; there are no rows or no weights; a
// weight is not finite.
func New(net *nn.Network, loss losses.Loss, data *datasets.Dataset) (*Function, error) {
	switch {
	case net == nil || data == nil:
		return nil, errors.New("landscape: the network or the data set is nil")
	case loss.IsZero():
		return nil, errors.New("landscape: there is no loss")
	case data.Len() == 0:
		return nil, fmt.Errorf("landscape: %s has no rows", data.Name)
	}
	y, err := train.Targets(loss, net, data)
	if err != nil {
		return nil, fmt.Errorf("landscape: %w", err)
	}
	f := &Function{loss: loss, y: y, rows: data.Len(), x: make([]float64, data.Len()*data.X.Cols)}
	all := make([]int, f.rows)
	for i := range all {
		all[i] = i
	}
	if err := datasets.CopyX(f.x, data, all); err != nil {
		return nil, fmt.Errorf("landscape: %w", err)
	}
	if f.net, err = net.Copy(nn.Float64); err != nil {
		return nil, fmt.Errorf("landscape: %w", err)
	}
	for _, p := range f.net.Trainable() {
		if p.NonFinite() {
			return nil, fmt.Errorf("landscape: %s is not finite", p.Name)
		}
	}
	if f.origin = Weights(f.net); len(f.origin) == 0 {
		return nil, errors.New("landscape: the network has no weights to move")
	}
	f.value, err = f.compile(nil)
	return f, err
}

// Weights returns the trainable weights of a network, one behind the other.
func Weights(net *nn.Network) []float64 {
	var w []float64
	for _, p := range net.Trainable() {
		w = append(w, p.Values()...)
	}
	return w
}

// Len is the number of weights.
func (f *Function) Len() int { return len(f.origin) }

// Origin returns the weights that the network had.
func (f *Function) Origin() []float64 { return append([]float64(nil), f.origin...) }

// copy is a function for another goroutine.
func (f *Function) copy() (*Function, error) {
	other := *f
	var err error
	if other.net, err = f.net.Copy(nn.Float64); err != nil {
		return nil, fmt.Errorf("landscape: %w", err)
	}
	other.gradient, other.product = nil, nil
	other.value, err = other.compile(nil)
	return &other, err
}

// At returns the loss at the weights w.
func (f *Function) At(w []float64) (float64, error) {
	if err := f.run(f.value, w); err != nil {
		return 0, err
	}
	return f.value.cost[0], nil
}

// Gradient writes ∇L(w) into dst and returns L(w).
func (f *Function) Gradient(dst, w []float64) (loss float64, err error) {
	if f.gradient == nil {
		if f.gradient, err = f.compile(gradients); err != nil {
			return 0, err
		}
	}
	if err := f.run(f.gradient, w); err != nil {
		return 0, err
	}
	gather(dst, f.gradient.out)
	return f.gradient.cost[0], nil
}

// HessianVector writes ∇²L(w)·v into dst. Where an activation has a kink, its second
// derivative is that of one side.
func (f *Function) HessianVector(dst, w, v []float64) (err error) {
	if f.product == nil {
		if f.product, err = f.compile(hessianVector); err != nil {
			return err
		}
	}
	at := 0
	for _, part := range f.product.v {
		at += copy(part, v[at:])
	}
	if err := f.run(f.product, w); err != nil {
		return err
	}
	gather(dst, f.product.out)
	return nil
}

// run computes a program at weights.
func (f *Function) run(p *program, w []float64) error {
	if len(w) != len(f.origin) {
		return fmt.Errorf("landscape: %d weights, the network has %d", len(w), len(f.origin))
	}
	at := 0
	for _, q := range f.net.Trainable() {
		if err := q.Set(w[at : at+q.Size()]); err != nil {
			return fmt.Errorf("landscape: %w", err)
		}
		at += q.Size()
	}
	if err := p.exec.RunAll(); err != nil {
		return fmt.Errorf("landscape: %w", err)
	}
	return nil
}

func gather(dst []float64, parts [][]float64) {
	at := 0
	for _, part := range parts {
		at += copy(dst[at:], part)
	}
}

// program is a compiled graph of the loss and of what is derived from it.
type program struct {
	exec *exec.Program
	cost []float64
	out  [][]float64 // the derivative, in parts as the parameters
	v    [][]float64 // the vector of a product, likewise
}

// derive makes nodes from the cost by the weights; the inputs it needs beside them
// are returned too.
type derive func(g *nn.Graph, cost *gorgonia.Node) (out, inputs gorgonia.Nodes, err error)

// gradients makes the gradient.
func gradients(g *nn.Graph, cost *gorgonia.Node) (out, inputs gorgonia.Nodes, err error) {
	out, err = autodiff.Grad(cost, g.Params...)
	return out, nil, err
}

// hessianVector makes the product of the Hessian with a vector.
func hessianVector(g *nn.Graph, cost *gorgonia.Node) (out, inputs gorgonia.Nodes, err error) {
	for _, p := range g.Params {
		inputs = append(inputs, input(g, "direction of "+p.Name(), p.Shape(), make([]float64, p.Shape().TotalSize())))
	}
	out, err = autodiff.HessianVector(cost, g.Params, inputs)
	return out, inputs, err
}

// compile builds the loss of all rows and what is derived from it.
func (f *Function) compile(from derive) (p *program, err error) {
	defer func() {
		if r := recover(); r != nil { // of gorgonia on a graph
			err = fmt.Errorf("panic: %v", r)
		}
		if err != nil {
			err = fmt.Errorf("landscape: building the loss: %w", err)
		}
	}()
	g, err := f.net.Build(f.rows, false)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	x, err := op.Slice[float64](g.Input.Value())
	if err != nil {
		return nil, err
	}
	copy(x, f.x)
	shape := g.Output.Shape()
	if f.loss.Target == losses.Index {
		shape = tensor.Shape{f.rows, 1}
	}
	cost, err := f.loss.Build(g.Output, input(g, "target", shape, f.y), nil)
	if err != nil {
		return nil, err
	}
	var out, inputs gorgonia.Nodes
	if from != nil {
		if out, inputs, err = from(g, cost); err != nil {
			return nil, err
		}
	}
	p = &program{}
	want := append(gorgonia.Nodes{cost}, out...)
	if p.exec, err = exec.Compile(append(want, inputs...)...); err != nil {
		return nil, err
	}
	if p.cost, err = op.Slice[float64](cost.Value()); err != nil {
		return nil, err
	}
	if p.out, err = memory(out); err == nil {
		p.v, err = memory(inputs)
	}
	return p, err
}

// input makes an input node that holds x.
func input(g *nn.Graph, name string, shape tensor.Shape, x []float64) *gorgonia.Node {
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
	return gorgonia.NewTensor(g.G, tensor.Float64, len(shape), gorgonia.WithName("landscape "+name), gorgonia.WithValue(value))
}

// memory is what lies behind compiled nodes.
func memory(nodes gorgonia.Nodes) ([][]float64, error) {
	list := make([][]float64, len(nodes))
	for i, n := range nodes {
		var err error
		if list[i], err = op.Slice[float64](n.Value()); err != nil {
			return nil, err
		}
	}
	return list, nil
}
