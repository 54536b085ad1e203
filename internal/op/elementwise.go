// Sums and products element by element. They are what the derivatives of larger
// ops are put together from; both operands have one shape, nothing is broadcast.

package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

func sameShape(name string, a, b *G.Node) error {
	if !a.Shape().Eq(b.Shape()) {
		return fmt.Errorf("%s: shapes %v and %v differ", name, a.Shape(), b.Shape())
	}
	return nil
}

// Add is a + b, element by element: da = db = g.
func Add(a, b *G.Node) (*G.Node, error) {
	if err := sameShape("add", a, b); err != nil {
		return nil, err
	}
	return apply(rule{
		name: "add", shape: a.Shape(), kernels: kernels{add[float32], add[float64]}, diff: all2,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) { return G.Nodes{g, g}, nil },
	}, a, b)
}

// The slices are cut to one length first: the compiler then needs no bounds
// check inside the loop.
func add[T kernel.Float](out []T, in [][]T) {
	kernel.Add(out, in[0], in[1])
}

// Sub is a − b, element by element: da = g, db = −g.
func Sub(a, b *G.Node) (*G.Node, error) {
	if err := sameShape("sub", a, b); err != nil {
		return nil, err
	}
	return apply(rule{
		name: "sub", shape: a.Shape(), kernels: kernels{sub[float32], sub[float64]}, diff: all2,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			minus, err := Scale(g, -1)
			return G.Nodes{g, minus}, err
		},
	}, a, b)
}

func sub[T kernel.Float](out []T, in [][]T) {
	kernel.Sub(out, in[0], in[1])
}

// Mul is a·b, element by element: da = g·b, db = g·a. a and b may be one node;
// the two gradients then add up to 2·g·a.
func Mul(a, b *G.Node) (*G.Node, error) {
	if err := sameShape("mul", a, b); err != nil {
		return nil, err
	}
	return apply(rule{
		name: "mul", shape: a.Shape(), kernels: kernels{mul[float32], mul[float64]}, diff: all2,
		grad: func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			return each(
				func() (*G.Node, error) { return Mul(g, in[1]) },
				func() (*G.Node, error) { return Mul(g, in[0]) },
			)
		},
	}, a, b)
}

func mul[T kernel.Float](out []T, in [][]T) {
	kernel.Mul(out, in[0], in[1])
}

// Scale is c·x for a number c that is fixed with the graph: dx = c·g.
func Scale(x *G.Node, c float64) (*G.Node, error) {
	return apply(rule{
		name: fmt.Sprintf("scale(%v)", c), shape: x.Shape(),
		kernels: kernels{scale[float32](c), scale[float64](c)}, diff: all1,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := Scale(g, c)
			return G.Nodes{dx}, err
		},
	}, x)
}

func scale[T kernel.Float](c float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) { kernel.Scale(out, in[0], T(c)) }
}
