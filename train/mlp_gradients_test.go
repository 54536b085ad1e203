package train_test

import (
	"math"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/nn/autodiff"
)

// first computes output, loss and the gradients of all parameters, by name, of
// the whole set as one batch, before any step.
func (net wholeNetwork) first(t *testing.T) (output []float64, loss float64, grads map[string][]float64) {
	t.Helper()
	n := net.build(t)
	g, err := n.Build(net.X.Shape[0], true)
	if err != nil {
		t.Fatal(err)
	}
	numbers := func(n *gorgonia.Node) []float64 {
		x, err := op.Slice[float64](n.Value())
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	copy(numbers(g.Input), net.X.Data)
	shape := g.Output.Shape()
	if len(net.Y.Data) != shape.TotalSize() { // class indexes
		shape = tensor.Shape{net.X.Shape[0]}
	}
	target := gorgonia.NewTensor(g.G, tensor.Float64, len(shape), gorgonia.WithName("target"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(net.Y.Data))))
	cost, err := torchLosses[net.Spec.Loss].Build(g.Output, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	nodes, err := autodiff.Grad(cost, g.Params...)
	if err != nil {
		t.Fatal(err)
	}
	program, err := exec.Compile(append(gorgonia.Nodes{cost, g.Output}, nodes...)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	grads = map[string][]float64{}
	for i, p := range n.Trainable() {
		grads[p.Name] = numbers(nodes[i])
	}
	return numbers(g.Output), numbers(cost)[0], grads
}

// One backward pass gives the gradient of each parameter that PyTorch gives,
// down to the first of ten layers of sigmoids, where it has almost vanished.
func TestFirstGradientsArePyTorchs(t *testing.T) {
	const rtol = 1e-10
	var ref wholeNetworks
	reference.Load(t, "mlp_steps.json", &ref)
	compared := 0
	for _, net := range ref.Networks {
		t.Run(net.Name, func(t *testing.T) {
			output, loss, grads := net.first(t)
			if err := reference.Compare(output, net.Output.Data, rtol, 1e-14); err != nil {
				t.Errorf("output: %v", err)
			}
			if !reference.Close(loss, net.Loss, rtol, 0) {
				t.Errorf("loss %v, want %v", loss, net.Loss)
			}
			if len(grads) != len(net.Norms) || len(net.Norms) == 0 {
				t.Errorf("%d gradients, want %d", len(grads), len(net.Norms))
			}
			for name, norm := range net.Norms {
				got := 0.0
				for _, v := range grads[name] {
					got = math.Hypot(got, v)
				}
				if !reference.Close(got, norm, rtol, 0) {
					t.Errorf("norm of the gradient of %s: %v, want %v", name, got, norm)
				}
				want, ok := net.Grads[name]
				if !ok {
					continue // large networks have norms alone
				}
				compared++
				// An element may be small by cancellation: it is held to the size of its tensor.
				if err := reference.Compare(grads[name], transposed(want).Data, rtol, 1e-12*norm); err != nil {
					t.Errorf("gradient of %s: %v", name, err)
				}
			}
		})
	}
	t.Logf("%d gradients of %d networks; none left out", compared, len(ref.Networks))
	if compared == 0 {
		t.Error("no gradient was compared")
	}
}
