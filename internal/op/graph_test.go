package op_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/kernel"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// array is a row-major tensor of numbers.
type array struct {
	shape []int
	data  []float64
}

func random(rng *rand.Rand, shape ...int) array {
	a := array{shape, make([]float64, tensor.Shape(shape).TotalSize())}
	for i := range a.data {
		a.data[i] = rng.NormFloat64()
	}
	return a
}

// graph is a computation of one op with everything that is checked of it:
// y, the gradient of Σ up·y and the Hessian of Σ up·y² times v.
type graph struct {
	inputs    []array
	in        G.Nodes
	y         *G.Node
	gradients G.Nodes // of Σ up·y, by the inputs that are not constant
	squares   G.Nodes // gradients of Σ up·y²
	products  G.Nodes // Hessian-vector products of Σ up·y²
	program   *exec.Program
}

// build makes and compiles the graph.
func build(t *testing.T, c opCase, dtype tensor.Dtype, inputs []array, up array, v []array) *graph {
	t.Helper()
	g := G.NewGraph()
	b := &graph{inputs: inputs}
	for i, a := range inputs {
		b.in = append(b.in, input(g, dtype, string(rune('a'+i)), a))
	}
	var err error
	if b.y, err = c.build(b.in); err != nil {
		t.Fatal(err)
	}
	want := G.Nodes{b.y}
	if c.variables > 0 {
		upstream := input(g, dtype, "up", up)
		if !slices.Equal([]int(b.y.Shape()), up.shape) {
			t.Fatalf("shape %v, want %v", b.y.Shape(), up.shape)
		}
		wrt := b.in[:c.variables]
		first := total(t, upstream, b.y)
		if b.gradients, err = autodiff.Grad(first, wrt...); err != nil {
			t.Fatal(err)
		}
		square := total(t, upstream, must(t)(op.Mul(b.y, b.y)))
		if b.squares, err = autodiff.Grad(square, wrt...); err != nil {
			t.Fatal(err)
		}
		var direction G.Nodes
		for i, a := range v {
			direction = append(direction, input(g, dtype, "v"+string(rune('a'+i)), a))
		}
		if b.products, err = autodiff.HessianVector(square, wrt, direction); err != nil {
			t.Fatal(err)
		}
		want = slices.Concat(want, b.gradients, b.squares, b.products)
	}
	if b.program, err = exec.Compile(want...); err != nil {
		t.Fatal(err)
	}
	return b
}

func must(t *testing.T) func(n *G.Node, err error) *G.Node {
	return func(n *G.Node, err error) *G.Node {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// total is Σ a·b.
func total(t *testing.T, a, b *G.Node) *G.Node {
	t.Helper()
	return must(t)(op.Total(must(t)(op.Mul(a, b))))
}

// run computes everything from the present inputs.
func (b *graph) run(t *testing.T) {
	t.Helper()
	if err := b.program.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// values returns the numbers of nodes, one after the other.
func values(t *testing.T, nodes ...*G.Node) []float64 {
	t.Helper()
	var all []float64
	for _, n := range nodes {
		all = append(all, numbers(t, n.Value())...)
	}
	return all
}

func numbers(t *testing.T, v G.Value) []float64 {
	t.Helper()
	if x, err := op.Slice[float32](v); err == nil {
		wide := make([]float64, len(x))
		for i, e := range x {
			wide[i] = float64(e)
		}
		return wide
	}
	x, err := op.Slice[float64](v)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(x)
}

// set overwrites an input.
func set(t *testing.T, n *G.Node, x []float64) {
	t.Helper()
	data, err := op.Slice[float64](n.Value())
	if err != nil {
		t.Fatal(err)
	}
	copy(data, x)
}

func input(g *G.ExprGraph, dtype tensor.Dtype, name string, a array) *G.Node {
	var value G.Value
	switch {
	case dtype == tensor.Float32 && len(a.shape) == 0:
		return G.NewScalar(g, dtype, G.WithName(name), G.WithValue(float32(a.data[0])))
	case len(a.shape) == 0:
		return G.NewScalar(g, dtype, G.WithName(name), G.WithValue(a.data[0]))
	case dtype == tensor.Float32:
		value = dense[float32](a)
	default:
		value = dense[float64](a)
	}
	return G.NewTensor(g, dtype, len(a.shape), G.WithShape(a.shape...), G.WithName(name), G.WithValue(value))
}

func dense[T kernel.Float](a array) *tensor.Dense {
	backing := make([]T, len(a.data))
	for i, v := range a.data {
		backing[i] = T(v)
	}
	return tensor.New(tensor.WithShape(a.shape...), tensor.WithBacking(backing))
}

// off returns the largest difference over the largest magnitude, as gradient
// checks do; NaN where one side alone is NaN.
func off(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	difference, size := 0.0, 1e-3
	for i := range got {
		difference = max(difference, math.Abs(got[i]-want[i]))
		size = max(size, math.Abs(got[i]), math.Abs(want[i]))
	}
	return difference / size
}
