package autodiff_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
)

// inputs makes named input nodes of one graph, filled from a seed.
type inputs struct {
	graph *G.ExprGraph
	rng   *rand.Rand
}

func newInputs(seed uint64) *inputs {
	return &inputs{G.NewGraph(), rand.New(rand.NewPCG(seed, 1))}
}

func (in *inputs) normal(name string, shape ...int) *G.Node {
	return in.filled(name, in.rng.NormFloat64, shape...)
}

// positive numbers lie between 0.2 and 2.2, away from the edges of logarithms
// and roots.
func (in *inputs) positive(name string, shape ...int) *G.Node {
	return in.filled(name, func() float64 { return 0.2 + 2*in.rng.Float64() }, shape...)
}

func (in *inputs) filled(name string, draw func() float64, shape ...int) *G.Node {
	x := make([]float64, tensor.Shape(shape).TotalSize())
	for i := range x {
		x[i] = draw()
	}
	return in.given(name, x, shape...)
}

func (in *inputs) given(name string, x []float64, shape ...int) *G.Node {
	if len(shape) == 0 {
		return G.NewScalar(in.graph, tensor.Float64, G.WithName(name), G.WithValue(x[0]))
	}
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
	return G.NewTensor(in.graph, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(value))
}

// like makes inputs of the shapes of other nodes.
func (in *inputs) like(nodes G.Nodes) G.Nodes {
	var list G.Nodes
	for _, n := range nodes {
		list = append(list, in.normal("like "+n.Name(), n.Shape()...))
	}
	return list
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

func compile(t *testing.T, nodes ...*G.Node) *exec.Program {
	t.Helper()
	program, err := exec.Compile(nodes...)
	if err != nil {
		t.Fatal(err)
	}
	run(t, program)
	return program
}

func run(t *testing.T, program *exec.Program) {
	t.Helper()
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// numbers returns the numbers of values, one after the other.
func numbers(t *testing.T, nodes G.Nodes) []float64 {
	t.Helper()
	var all []float64
	for _, n := range nodes {
		all = append(all, slice(t, n.Value())...)
	}
	return all
}

func slice(t *testing.T, v G.Value) []float64 {
	t.Helper()
	x, err := op.Slice[float64](v)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(x)
}

// shift adds step·v to the inputs.
func shift(t *testing.T, wrt, v G.Nodes, step float64) {
	t.Helper()
	for i, n := range wrt {
		x, err := op.Slice[float64](n.Value())
		if err != nil {
			t.Fatal(err)
		}
		for j, d := range slice(t, v[i].Value()) {
			x[j] += step * d
		}
	}
}

// off returns the largest difference over the largest magnitude.
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
