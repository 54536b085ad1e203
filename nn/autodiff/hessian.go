package autodiff

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"nabla/internal/op"
)

// HessianVector returns H·v, the Hessian of a scalar cost by the nodes of wrt
// times a vector v that has one part, a node of the same shape, for each of
// them. It is the gradient of <∇cost, v> (B. Pearlmutter, Fast exact
// multiplication by the Hessian, 1994) and costs about as much as two gradients.
//
// The parts of v are constants: they must not depend on wrt.
func HessianVector(cost *G.Node, wrt, v G.Nodes) (G.Nodes, error) {
	if len(wrt) != len(v) {
		return nil, fmt.Errorf("autodiff: %d parts of v for %d nodes", len(v), len(wrt))
	}
	grads, err := Grad(cost, wrt...)
	if err != nil || len(wrt) == 0 {
		return nil, err
	}
	var dot *G.Node
	for i, g := range grads {
		product, err := op.Mul(g, v[i])
		if err != nil {
			return nil, fmt.Errorf("autodiff: part %d of v: %w", i, err)
		}
		sum, err := op.Total(product)
		if err != nil {
			return nil, err
		}
		if dot, err = plus(dot, sum); err != nil {
			return nil, err
		}
	}
	return Grad(dot, wrt...)
}
