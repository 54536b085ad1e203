package op_test

import (
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/op"
	"nabla/nn/autodiff"
)

func TestErrors(t *testing.T) {
	g := G.NewGraph()
	of := func(shape ...int) *G.Node {
		return input(g, tensor.Float64, fmt.Sprint(shape), array{shape, make([]float64, tensor.Shape(shape).TotalSize())})
	}
	single := input(g, tensor.Float32, "single", array{[]int{2, 3}, make([]float64, 6)})
	integers := G.NewVector(g, tensor.Int, G.WithShape(3), G.WithName("integers"))
	fail := func(_ *G.Node, err error) error { return err }
	entropy := func(c op.CrossEntropy, x, y, w *G.Node) error { return fail(c.Apply(x, y, w)) }
	moments := func(n op.Normalization, x *G.Node) error { _, _, err := n.Moments(x); return err }
	axes := op.Axes{Dims: [3]int{1, 2, 3}, Keep: [3]bool{false, false, true}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{fail(op.Add(of(2, 3), of(3, 2))), "add: shapes (2, 3) and (3, 2) differ"},
		{fail(op.Sub(of(2, 3), of(3))), "sub: shapes (2, 3) and (3) differ"},
		{fail(op.Mul(of(2), of())), "mul: shapes (2) and () differ"},
		{fail(op.Add(of(2, 3), single)), "add: input 1 is float32, input 0 is float64"},
		{fail(op.Scale(integers, 2)), "scale(2): dtype int, want float32 or float64"},
		{fail(op.Affine(of(2, 3), of(4, 5), of(5))), "affine: shapes (2, 3)·(4, 5) + (5) do not fit"},
		{fail(op.Affine(of(2, 3), of(3, 5), of(4))), "affine: shapes (2, 3)·(3, 5) + (4) do not fit"},
		{fail(op.Affine(of(3), of(3, 5), of(5))), "affine: shapes (3)·(3, 5) + (5) do not fit"},
		{fail(op.Affine(of(2, 3), of(4, 5), nil)), "matmul: shapes (2, 3) and (4, 5) do not fit (transposed: false, false)"},
		{fail(op.MatMul(of(2, 3), of(3, 4), true, false)), "matmul: shapes (2, 3) and (3, 4) do not fit (transposed: true, false)"},
		{fail(op.MatMul(of(3), of(3, 4), false, false)), "matmul: (3) and (3, 4) are not matrices"},
		{fail(op.Sum(of(7), axes, tensor.Shape{3})), "sum: shapes (7) and (3) do not fit {[1 2 3] [false false true]}"},
		{fail(op.Sum(of(2, 3), axes, tensor.Shape{2})), "sum: shapes (2, 3) and (2) do not fit {[1 2 3] [false false true]}"},
		{fail(op.Spread(of(2), axes, tensor.Shape{2, 3})), "spread: shapes (2, 3) and (2) do not fit {[1 2 3] [false false true]}"},
		{fail(op.Reshape(of(2, 3), tensor.Shape{5})), "reshape: (2, 3) does not fit (5)"},
		{fail(op.Part(of(2, 3), 2, 0, 1)), "part: 1 slices from 0 on axis 2 of shape (2, 3)"},
		{fail(op.Part(of(2, 3), 1, 2, 2)), "part: 2 slices from 2 on axis 1 of shape (2, 3)"},
		{fail(op.Part(of(2, 3), 1, -1, 2)), "part: 2 slices from -1 on axis 1 of shape (2, 3)"},
		{fail(op.Place(of(2, 3), 1, 2, 4)), "place: shape (2, 3) at 2 of 4 on axis 1"},
		{fail(op.Softmax(of(2, 3), 2)), "softmax: no axis 2 in shape (2, 3)"},
		{fail(op.Softmax(of(), -1)), "softmax: no axis -1 in shape ()"},
		{fail(op.LogSoftmax(of(2, 3), -3)), "log-softmax: no axis -1 in shape (2, 3)"},
		{fail(op.Unary{Name: "f", F: math.Sin}.Apply(of(2))), "f: the derivative D is missing"},
		{fail(op.Unary{Name: "f", D: math.Sin}.Apply(of(2))), "f: the function F is missing"},
		{fail(op.Normalization{Dims: [3]int{2, 2, 1}}.Apply(of(2, 3))), "normalize: shape (2, 3) does not fit [2 2 1]"},
		{fail(op.Normalization{Dims: [3]int{2, 3, 1}}.With(of(2, 3), of(2), of(3))), "normalize: mean (2) and variance (3) are not one number a channel, 3"},
		{moments(op.Normalization{Dims: [3]int{2, 2, 1}}, of(2, 3)), "normalize: shape (2, 3) does not fit [2 2 1]"},
		{fail(bent.Apply(of(2, 3), of(3, 2), nil, op.ByOne)), "bent: prediction and target: shapes (2, 3) and (3, 2) differ"},
		{fail(bent.Apply(of(2, 3), of(2, 3), of(3), op.ByOne)), "bent: 3 weights for 2 rows"},
		{fail(bent.Apply(of(), of(), nil, op.ByOne)), "bent: the prediction is a scalar, want rows"},
		{fail(op.Pair{Name: "l", F: bent.F}.Apply(of(2), of(2), nil, op.ByOne)), "l: F and D must be set"},
		{fail(op.Pair{Name: "l", F: bent.F, D: bent.D, Column: []float64{1}}.Apply(of(2, 3), of(2, 3), nil, op.ByOne)), "l: 1 column weights for 3 columns"},
		{entropy(op.CrossEntropy{}, of(3), of(3), nil), "cross-entropy: prediction of shape (3), want (rows, classes)"},
		{entropy(op.CrossEntropy{}, of(2, 3), of(3), nil), "cross-entropy: target of shape (3) for a prediction of shape (2, 3)"},
		{entropy(op.CrossEntropy{}, of(2, 3), of(3, 2), nil), "cross-entropy: target of shape (3, 2) for a prediction of shape (2, 3)"},
		{entropy(op.CrossEntropy{}, of(2, 3), of(), nil), "cross-entropy: target of shape () for a prediction of shape (2, 3)"},
		{entropy(op.CrossEntropy{}, of(2, 3), of(2), of(3)), "cross-entropy: 3 weights for 2 rows"},
		{entropy(op.CrossEntropy{Class: []float64{1, 2}}, of(2, 3), of(2), nil), "cross-entropy: 2 class weights for 3 classes"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
}

// TestNoFurtherDerivative checks that a derivative that does not exist is an
// error, not a zero.
func TestNoFurtherDerivative(t *testing.T) {
	g := G.NewGraph()
	x := input(g, tensor.Float64, "x", array{[]int{2}, []float64{1, 2}})
	v := input(g, tensor.Float64, "v", array{[]int{2}, []float64{1, 1}})
	once := op.Unary{Name: "once", F: math.Sin, D: math.Cos}
	pair := op.Pair{Name: "pair", F: bent.F, D: bent.D}
	for _, y := range []*G.Node{must(t)(once.Apply(x)), must(t)(pair.Apply(x, v, nil, op.ByOne))} {
		cost := must(t)(op.Total(y))
		if _, err := autodiff.Grad(cost, x); err != nil {
			t.Errorf("%v: %v", y.Op(), err)
		}
		if _, err := autodiff.HessianVector(cost, G.Nodes{x}, G.Nodes{v}); err == nil {
			t.Errorf("%v: no error for the second derivative", y.Op())
		} else {
			t.Log(err)
		}
	}
}
