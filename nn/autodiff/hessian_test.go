package autodiff_test

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn/autodiff"
)

// checkHessianVector compares H·v with central differences of gradients, and
// checks that H is symmetric.
func checkHessianVector(t *testing.T, in *inputs, cost *G.Node, wrt G.Nodes) {
	t.Helper()
	const h = 1e-6
	v := in.like(wrt)
	grads, err := autodiff.Grad(cost, wrt...)
	if err != nil {
		t.Fatal(err)
	}
	products, err := autodiff.HessianVector(cost, wrt, v)
	if err != nil {
		t.Fatal(err)
	}
	program := compile(t, append(grads, products...)...)
	got := numbers(t, products)

	// <u, H·v> = <v, H·u>, for u the gradient.
	u, old := numbers(t, grads), numbers(t, v)
	left := dot(u, got)
	at := 0
	for _, n := range v {
		x, err := op.Slice[float64](n.Value())
		if err != nil {
			t.Fatal(err)
		}
		at += copy(x, u[at:])
	}
	run(t, program)
	if right := dot(old, numbers(t, products)); off([]float64{left}, []float64{right}) > 1e-12 {
		t.Errorf("<u, H·v> = %v, <v, H·u> = %v", left, right)
	}
	at = 0
	for _, n := range v {
		x, err := op.Slice[float64](n.Value())
		if err != nil {
			t.Fatal(err)
		}
		at += copy(x, old[at:])
	}

	shift(t, wrt, v, h)
	run(t, program)
	numeric := numbers(t, grads)
	shift(t, wrt, v, -2*h)
	run(t, program)
	for i, g := range numbers(t, grads) {
		numeric[i] = (numeric[i] - g) / (2 * h)
	}
	if e := off(got, numeric); !(e <= 1e-6) {
		t.Errorf("off by %.2g: %v, differences give %v", e, got, numeric)
	}
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// TestHessianVector checks small networks: affine, an activation, something
// between, affine, and a loss, for one row and for odd numbers.
func TestHessianVector(t *testing.T) {
	between := map[string]func(x *G.Node, rows, units int) (*G.Node, error){
		"nothing": func(x *G.Node, _, _ int) (*G.Node, error) { return x, nil },
		"layer norm": func(x *G.Node, rows, units int) (*G.Node, error) {
			return op.Normalization{Dims: [3]int{1, rows, units}, Epsilon: 1e-5}.Apply(x)
		},
		"batch norm": func(x *G.Node, rows, units int) (*G.Node, error) {
			return op.Normalization{Dims: [3]int{rows, units, 1}, Epsilon: 1e-2}.Apply(x)
		},
	}
	smooth := losses.CrossEntropy
	smooth.Smoothing = 0.1
	for _, c := range []struct {
		activation activations.Activation
		between    string
		link       activations.Activation
		loss       losses.Loss
	}{
		{activations.Tanh, "nothing", activations.Identity, losses.CrossEntropy},
		{activations.GELU, "nothing", activations.Identity, smooth},
		{activations.Softplus, "nothing", activations.Identity, losses.MSE},
		{activations.Sigmoid, "nothing", activations.Identity, losses.BinaryCrossEntropy},
		{activations.Tanh, "nothing", activations.Softmax, losses.CrossEntropyProb},
		{activations.Tanh, "nothing", activations.Sigmoid, losses.BinaryCrossEntropyProb},
		{activations.SiLU, "nothing", activations.LogSoftmax, losses.NLL},
		{activations.Mish, "nothing", activations.LogSoftmax, losses.KLDivergence},
		{activations.ReLU, "nothing", activations.Identity, losses.LogCosh},
		{activations.ELU, "nothing", activations.Identity, losses.Huber},
		{activations.GELUTanh, "nothing", activations.Identity, losses.Poisson},
		{activations.Tanh, "layer norm", activations.Identity, losses.CrossEntropy},
		{activations.Sigmoid, "layer norm", activations.Softmax, losses.CrossEntropyProb},
		{activations.Tanh, "batch norm", activations.Identity, losses.MSE},
		{activations.Softplus, "batch norm", activations.Identity, losses.CrossEntropy},
	} {
		for _, rows := range []int{1, 5} {
			t.Run(fmt.Sprintf("%s/%s/%s/%s/%d", c.activation, c.between, c.link, c.loss, rows), func(t *testing.T) {
				const features, units, outputs = 4, 5, 3
				in := newInputs(7)
				x, target := in.normal("x", rows, features), in.distributions("target", rows, outputs)
				w1, b1 := in.normal("w1", features, units), in.normal("b1", units)
				w2, b2 := in.normal("w2", units, outputs), in.normal("b2", outputs)
				y := must(t)(op.Affine(x, w1, b1))
				y = must(t)(c.activation.Apply(y))
				y = must(t)(between[c.between](y, rows, units))
				y = must(t)(op.Affine(y, w2, b2))
				y = must(t)(c.link.Apply(y))
				cost := must(t)(c.loss.Build(y, target, nil))
				checkHessianVector(t, in, cost, G.Nodes{w1, b1, w2, b2, x})
			})
		}
	}
}

// distributions makes rows of positive numbers that add up to 1.
func (in *inputs) distributions(name string, rows, cols int) *G.Node {
	x := make([]float64, rows*cols)
	for i := range x {
		x[i] = in.rng.NormFloat64()
	}
	losses.Softmax.Apply(x, cols)
	return in.given(name, x, rows, cols)
}
