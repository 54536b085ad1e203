package train

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
)

// spec is what programs of a run have in common.
type spec struct {
	net      *nn.Network
	trained  []*nn.Param // by which the loss is differentiated
	loss     losses.Loss
	cost     func(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error) // in place of loss, or nil
	target   encoding
	schema   *datasets.Schema // may be nil
	weighted bool             // the graph has an input for the weights of the rows
	compiler exec.Compiler
}

// program is the graph of a network, its loss and, for training, its gradients,
// compiled for one number of rows.
type program[T datasets.Float] struct {
	graph     *nn.Graph
	exec      *exec.Program
	cost      *gorgonia.Node
	target    *gorgonia.Node // nil: a Cost that needs none
	x, y, w   []T            // the inputs of the graph: rows, targets and weights of the rows; y and w may be nil
	loss, out []T            // the scalar and the output of the network, as the last run left them
	grads     []T            // of all parameters, at the offsets of these, likewise; nil for evaluation
	strays    []stray[T]
}

// stray is a gradient that its op leaves elsewhere, from where it is copied.
type stray[T datasets.Float] struct{ to, from []T }

// compile builds a program. Evaluation programs have no gradients.
//
// The number of rows is part of all shapes, so a short last batch has a program
// of its own. Programs share the tensors of the parameters and nothing else.
func compile[T datasets.Float](s spec, rows int, training bool) (p *program[T], err error) {
	defer caught("building the loss", &err)
	g, err := s.net.Build(rows, training)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	if err := squashedTwice(s.loss, g.Output); err != nil {
		return nil, err
	}
	target, weight, err := s.inputs(g, rows)
	if err != nil {
		return nil, err
	}
	cost, err := s.build(g, target, weight)
	if err != nil {
		return nil, err
	}
	want := gorgonia.Nodes{cost, g.Output}
	p = &program[T]{graph: g, cost: cost, target: target}
	if !training {
		if p.exec, err = s.compiler.Compile(want...); err != nil {
			return nil, err
		}
		return p, p.bind(target, weight, cost)
	}
	grads, err := s.gradients(cost, g)
	if err != nil {
		return nil, err
	}
	compiler := s.compiler
	compiler.Place = p.place(s.trained, grads)
	if p.exec, err = compiler.Compile(slices.Concat(want, grads, g.Extra())...); err != nil {
		return nil, err
	}
	if err := p.collect(s.trained, grads); err != nil {
		return nil, err
	}
	return p, p.bind(target, weight, cost)
}

// place makes memory in which gradients lie as the parameters do.
func (p *program[T]) place(params []*nn.Param, grads gorgonia.Nodes) map[*gorgonia.Node]gorgonia.Value {
	last := params[len(params)-1]
	p.grads = nn.Aligned[T](last.Offset() + last.Size())
	places := map[*gorgonia.Node]gorgonia.Value{}
	for i, d := range grads {
		if places[d] == nil {
			places[d] = tensor.New(tensor.WithShape(params[i].Shape...), tensor.WithBacking(p.gradient(params[i])))
		}
	}
	return places
}

// gradient is the part of grads that belongs to a parameter.
func (p *program[T]) gradient(q *nn.Param) []T {
	return p.grads[q.Offset() : q.Offset()+q.Size() : q.Offset()+q.Size()]
}

// collect finds the gradients that are not where they were wanted: constants, such
// as zeros, those of ops that are not ours, and one that several parameters share.
func (p *program[T]) collect(params []*nn.Param, grads gorgonia.Nodes) error {
	for i, d := range grads {
		from, err := op.Slice[T](d.Value())
		if err != nil {
			return err
		}
		if to := p.gradient(params[i]); &to[0] != &from[0] {
			p.strays = append(p.strays, stray[T]{to, from})
		}
	}
	return nil
}

// run computes the batch that was loaded.
func (p *program[T]) run() error {
	err := p.exec.RunAll()
	for _, s := range p.strays {
		copy(s.to, s.from)
	}
	return err
}

// inputs makes the nodes of the targets and the weights of the rows.
func (s spec) inputs(g *nn.Graph, rows int) (target, weight *gorgonia.Node, err error) {
	if s.target.cols > 0 {
		if target, err = input(g, "target", s.target.shape(rows, g.Output.Shape())); err != nil {
			return nil, nil, err
		}
	}
	if s.weighted {
		weight, err = input(g, "sample weight", tensor.Shape{rows})
	}
	return target, weight, err
}

// input makes an input node with a value. A graph of gorgonia has only one
// input of a name and shape.
func input(g *nn.Graph, name string, shape tensor.Shape) (*gorgonia.Node, error) {
	dtype := g.Input.Dtype()
	v := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
	n := gorgonia.NewTensor(g.G, dtype, len(shape), gorgonia.WithName(name), gorgonia.WithValue(v))
	if n.Value() != gorgonia.Value(v) {
		return nil, fmt.Errorf("a layer has made an input named %q, which the trainer needs", name)
	}
	return n, nil
}

// build makes the scalar that is made small, and refuses a Cost whose derivative
// could not be taken.
func (s spec) build(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error) {
	if s.cost == nil {
		cost, err := s.loss.Build(g.Output, target, weight)
		if err == nil {
			gorgonia.WithName("loss")(cost)
		}
		return cost, err
	}
	cost, err := s.cost(g, target, weight)
	switch {
	case err != nil:
		return nil, fmt.Errorf("Cost: %w", err)
	case cost == nil:
		return nil, errors.New("Cost returned no node")
	case cost.Graph() != g.G:
		return nil, errors.New("Cost returned a node of another graph")
	case !cost.IsScalar():
		return nil, fmt.Errorf("Cost returned a node of shape %v, want a scalar", cost.Shape())
	case cost.Dtype() != g.Input.Dtype():
		return nil, fmt.Errorf("Cost is %v, the network %v", cost.Dtype(), g.Input.Dtype())
	}
	return cost, nil
}

// gradients makes the derivatives of the cost by the trained parameters. Frozen
// ones are left out here, so that nothing is computed for them. Zero gradients of
// some parameters are legal, the cost need not depend on all; of all they are an
// op in the way that has no derivative.
func (s spec) gradients(cost *gorgonia.Node, g *nn.Graph) (gorgonia.Nodes, error) {
	wrt := s.wrt(g)
	grads, err := autodiff.Grad(cost, wrt...)
	if err != nil {
		return nil, err
	}
	reached := false
	for i, d := range grads {
		if d.Op() != nil {
			gorgonia.WithName("gradient of " + wrt[i].Name())(d)
		}
		reached = reached || d.Op() != nil || !strings.HasPrefix(d.Name(), "zero gradient")
	}
	if !reached {
		return nil, errors.New("no derivative of the loss reaches a parameter that is trained: an op on the way has none")
	}
	return grads, nil
}

// wrt are the nodes of the trained parameters.
func (s spec) wrt(g *nn.Graph) gorgonia.Nodes {
	var nodes gorgonia.Nodes
	for i, p := range s.net.Trainable() {
		if slices.Contains(s.trained, p) {
			nodes = append(nodes, g.Params[i])
		}
	}
	return nodes
}

// bind keeps the memory behind the nodes: a step then reads and writes slices and
// knows no graph.
func (p *program[T]) bind(target, weight, cost *gorgonia.Node) (err error) {
	keep := func(n *gorgonia.Node) []T {
		var x []T
		if n != nil && err == nil {
			x, err = op.Slice[T](n.Value())
		}
		return x
	}
	p.x, p.y, p.w = keep(p.graph.Input), keep(target), keep(weight)
	p.loss, p.out = keep(cost), keep(p.graph.Output)
	return err
}

// load copies rows of the data into the inputs of the graph; weights may be nil.
func (p *program[T]) load(e encoding, data *datasets.Dataset, weights []float64, rows []int) error {
	if err := datasets.CopyX(p.x, data, rows); err != nil {
		return err
	}
	for i := range p.w {
		p.w[i] = 1
		if weights != nil {
			p.w[i] = T(weights[rows[i]])
		}
	}
	return write(e, p.y, data, rows)
}
