package autodiff

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
)

// Grad returns ∂cost/∂n for each node of wrt: nodes of the same shape as n in
// the graph of the cost, which is a scalar. A node that the cost does not
// depend on gets zeros.
//
// Errors: the cost is no scalar; an op on the way has no derivative.
func Grad(cost *G.Node, wrt ...*G.Node) (G.Nodes, error) {
	if !cost.IsScalar() {
		return nil, fmt.Errorf("autodiff: the cost has shape %v, want a scalar", cost.Shape())
	}
	seed, err := one(cost)
	if err != nil {
		return nil, err
	}
	terms, err := walk(cost, seed, wrt)
	if err != nil {
		return nil, err
	}
	grads := make(G.Nodes, len(wrt))
	for i, n := range wrt {
		if grads[i] = terms[n]; grads[i] == nil {
			grads[i] = zeros(n)
		}
	}
	return grads, nil
}

// walk returns the gradient of every node between wrt and out, given that of out.
func walk(out, seed *G.Node, wrt G.Nodes) (map[*G.Node]*G.Node, error) {
	nodes, children := exec.Order(out)
	depends := make(map[*G.Node]bool) // on a node of wrt
	for _, n := range wrt {
		depends[n] = true
	}
	for _, n := range nodes {
		for _, c := range children[n] {
			depends[n] = depends[n] || depends[c]
		}
	}
	grad := map[*G.Node]*G.Node{out: seed}
	for i := len(nodes) - 1; i >= 0; i-- {
		n := nodes[i]
		if grad[n] == nil || !depends[n] || len(children[n]) == 0 {
			continue
		}
		parts, differentiable, err := derive(n, children[n], grad[n])
		if err != nil {
			return nil, fmt.Errorf("autodiff: %s: %w", n.Op(), err)
		}
		for k, c := range children[n] {
			if !differentiable[k] || !depends[c] || parts[k] == nil {
				continue
			}
			if grad[c], err = plus(grad[c], parts[k]); err != nil {
				return nil, fmt.Errorf("autodiff: %s: %w", n.Op(), err)
			}
		}
	}
	return grad, nil
}

// derive asks an op for the gradients of its inputs. Ops of gorgonia panic on
// some graphs that they cannot differentiate.
func derive(n *G.Node, in G.Nodes, grad *G.Node) (parts G.Nodes, differentiable []bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	op, ok := n.Op().(G.SDOp)
	if !ok {
		return nil, nil, fmt.Errorf("has no symbolic derivative")
	}
	differentiable = op.DiffWRT(len(in))
	for _, d := range differentiable {
		if d {
			parts, err = op.SymDiff(in, n, grad)
			if err == nil && len(parts) != len(in) {
				err = fmt.Errorf("%d derivatives for %d inputs", len(parts), len(in))
			}
			return parts, differentiable, err
		}
	}
	return make(G.Nodes, len(in)), make([]bool, len(in)), nil
}

func plus(a, b *G.Node) (*G.Node, error) {
	switch {
	case a == nil:
		return b, nil
	case a.Shape().Eq(b.Shape()):
		return op.Add(a, b)
	default:
		return G.Add(a, b)
	}
}

// one is the constant 1 in the dtype of n.
func one(n *G.Node) (*G.Node, error) {
	switch n.Dtype() {
	case tensor.Float32:
		return n.Graph().AddNode(G.NewConstant(float32(1))), nil
	case tensor.Float64:
		return n.Graph().AddNode(G.NewConstant(1.0)), nil
	}
	return nil, fmt.Errorf("autodiff: dtype %v, want float32 or float64", n.Dtype())
}

// zeros is an input of the shape of n that holds zeros.
func zeros(n *G.Node) *G.Node {
	name := fmt.Sprintf("zero gradient of %s#%d", n.Name(), n.ID())
	if n.IsScalar() {
		return G.NewScalar(n.Graph(), n.Dtype(), G.WithName(name), G.WithInit(G.Zeroes()))
	}
	return G.NewTensor(n.Graph(), n.Dtype(), n.Dims(), G.WithShape(n.Shape()...), G.WithName(name), G.WithInit(G.Zeroes()))
}
