package layers_test

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn"
	"nabla/nn/autodiff"
)

// result is what a network makes of some rows.
type result struct {
	y, dx []float64
	dw    map[string][]float64 // by parameter
}

func network(t *testing.T, row []int, list ...nn.Layer) *nn.Network {
	t.Helper()
	n, err := nn.New(nn.Config{Seed: 1, Input: row, DType: nn.Float64}, list...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// run computes the output for x, and the gradients of Σ upstream·y. A training
// run ends with a step of the states.
func run(t *testing.T, n *nn.Network, training bool, x, upstream []float64) result {
	t.Helper()
	g, err := n.Build(len(x)/tensor.Shape(n.Config().Input).TotalSize(), training)
	if err != nil {
		t.Fatal(err)
	}
	copy(g.Input.Value().Data().([]float64), x)
	up := gorgonia.NewTensor(g.G, tensor.Float64, g.Output.Dims(), gorgonia.WithName("upstream"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(g.Output.Shape()...), tensor.WithBacking(slices.Clone(upstream)))))
	product, err := op.Mul(up, g.Output)
	if err != nil {
		t.Fatal(err)
	}
	cost, err := op.Total(product)
	if err != nil {
		t.Fatal(err)
	}
	grads, err := autodiff.Grad(cost, append([]*gorgonia.Node{g.Input}, g.Params...)...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exec.Compile(slices.Concat(gorgonia.Nodes{g.Output}, grads, g.Extra())...)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	if training {
		if err := g.Advance(); err != nil {
			t.Fatal(err)
		}
	}
	r := result{y: floats(t, g.Output), dx: floats(t, grads[0]), dw: map[string][]float64{}}
	for i, w := range n.Trainable() {
		r.dw[w.Name] = floats(t, grads[i+1])
	}
	return r
}

func floats(t *testing.T, n *gorgonia.Node) []float64 {
	t.Helper()
	x, err := op.Slice[float64](n.Value())
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(x)
}

// sumOfRow makes a vector of the rows.
func sumOfRow(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(x, 1) }
