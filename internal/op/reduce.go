package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// Axes says how a sum sees its input; see kernel.Axes.
type Axes = kernel.Axes

// columns keeps the columns of a matrix, perRow its rows, nothing is the sum of
// all elements and channel the middle part. The sum over columns is the gradient
// of a bias, that over perRow the gradient of a number that a row shares.
func columns(rows, cols int) Axes {
	return Axes{Dims: [3]int{1, rows, cols}, Keep: [3]bool{false, false, true}}
}

func perRow(rows, cols int) Axes {
	return Axes{Dims: [3]int{1, rows, cols}, Keep: [3]bool{false, true, false}}
}

func nothing(n int) Axes { return Axes{Dims: [3]int{1, 1, n}} }

func channel(dims [3]int) Axes { return Axes{Dims: dims, Keep: [3]bool{false, true, false}} }

// Total is the sum of all elements, a scalar.
func Total(x *G.Node) (*G.Node, error) {
	return Sum(x, nothing(x.Shape().TotalSize()), tensor.Shape{})
}

// Sum adds the elements of x over the axes that are not kept; shape is that of
// the result.
//
// Each element goes into one sum with the factor 1, so its gradient is that of
// the sum: dx spreads g back. As linear maps, Sum and Spread are the transposes
// of each other, and each is the derivative of the other.
func Sum(x *G.Node, a Axes, shape tensor.Shape) (*G.Node, error) {
	if err := fits("sum", x.Shape(), shape, a); err != nil {
		return nil, err
	}
	from := x.Shape()
	return apply(rule{
		name: fmt.Sprintf("sum%v", a), shape: shape, kernels: kernels{sum[float32](a), sum[float64](a)}, diff: all1,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := Spread(g, a, from)
			return G.Nodes{dx}, err
		},
	}, x)
}

func sum[T kernel.Float](a Axes) func(out []T, in [][]T) {
	a = a.Compact()
	return func(out []T, in [][]T) { kernel.Sum(out, in[0], a) }
}

// Spread copies each element of x to all the places that Sum adds into it: what
// other libraries do by broadcasting, as a node of its own. dx is Sum of g.
func Spread(x *G.Node, a Axes, shape tensor.Shape) (*G.Node, error) {
	if err := fits("spread", shape, x.Shape(), a); err != nil {
		return nil, err
	}
	from := x.Shape()
	return apply(rule{
		name: fmt.Sprintf("spread%v", a), shape: shape, kernels: kernels{spread[float32](a), spread[float64](a)}, diff: all1,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := Sum(g, a, from)
			return G.Nodes{dx}, err
		},
	}, x)
}

func spread[T kernel.Float](a Axes) func(out []T, in [][]T) {
	a = a.Compact()
	return func(out []T, in [][]T) { kernel.Spread(out, in[0], a) }
}

// fits checks that large has the elements of the view and small those it keeps.
func fits(name string, large, small tensor.Shape, a Axes) error {
	if large.TotalSize() != a.Dims[0]*a.Dims[1]*a.Dims[2] || small.TotalSize() != a.Size() {
		return fmt.Errorf("%s: shapes %v and %v do not fit %v", name, large, small, a)
	}
	return nil
}

// Reshape is a copy of x in another shape of the same size; so is its gradient.
// A copy and not a view of the same memory: every node owns its value, and no op
// can change another one's by writing its own.
func Reshape(x *G.Node, shape tensor.Shape) (*G.Node, error) {
	if shape.TotalSize() != x.Shape().TotalSize() {
		return nil, fmt.Errorf("reshape: %v does not fit %v", x.Shape(), shape)
	}
	from := x.Shape()
	return apply(rule{
		name: fmt.Sprintf("reshape%v", shape), shape: shape, kernels: kernels{same[float32], same[float64]}, diff: all1,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := Reshape(g, from)
			return G.Nodes{dx}, err
		},
	}, x)
}

func same[T kernel.Float](out []T, in [][]T) { copy(out, in[0]) }
