package train

import (
	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn"
	"nabla/nn/autodiff"
)

// order is how often a graph of the loss is differentiated.
type order int

// The loss alone, its gradient, the product of its Hessian with a direction.
const (
	theLoss order = iota
	theGradient
	theProduct
	orders
)

// derivatives is a compiled graph of the loss and its derivatives of one order.
type derivatives struct {
	graph          *nn.Graph
	target, weight *gorgonia.Node // nil where the loss reads none
	program        *exec.Program
	loss           *gorgonia.Node
	direction      gorgonia.Nodes // inputs of a Hessian-vector product
	result         gorgonia.Nodes
}

// compile builds the derivatives of an order.
func (r *Risk) compile(o order) (p *derivatives, err error) {
	defer caught("building the loss", &err)
	rows := len(r.rows)
	g, err := r.spec.net.Build(rows, r.training)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	p = &derivatives{graph: g}
	if p.target, p.weight, err = r.spec.inputs(g, rows); err != nil {
		return nil, err
	}
	if p.loss, err = r.spec.build(g, p.target, p.weight); err != nil {
		return nil, err
	}
	wrt := r.spec.wrt(g)
	switch o {
	case theGradient:
		p.result, err = autodiff.Grad(p.loss, wrt...)
	case theProduct:
		for _, w := range wrt {
			n, err := input(g, "direction of "+w.Name(), w.Shape())
			if err != nil {
				return nil, err
			}
			p.direction = append(p.direction, n)
		}
		p.result, err = autodiff.HessianVector(p.loss, wrt, p.direction)
	}
	if err != nil {
		return nil, err
	}
	want := append(gorgonia.Nodes{p.loss, g.Output}, p.result...)
	p.program, err = r.spec.compiler.Compile(append(want, p.direction...)...)
	return p, err
}

// read copies the numbers of nodes into dst, one behind the other.
func read(dst []float64, nodes gorgonia.Nodes) {
	for _, n := range nodes {
		if f32, err := op.Slice[float32](n.Value()); err == nil {
			for i, v := range f32 {
				dst[i] = float64(v)
			}
			dst = dst[len(f32):]
		} else if f64, err := op.Slice[float64](n.Value()); err == nil {
			dst = dst[copy(dst, f64):]
		}
	}
}

// put copies src into the numbers of nodes, one behind the other.
func put(nodes gorgonia.Nodes, src []float64) {
	for _, n := range nodes {
		if f32, err := op.Slice[float32](n.Value()); err == nil {
			for i := range f32 {
				f32[i] = float32(src[i])
			}
			src = src[len(f32):]
		} else if f64, err := op.Slice[float64](n.Value()); err == nil {
			src = src[copy(f64, src):]
		}
	}
}
