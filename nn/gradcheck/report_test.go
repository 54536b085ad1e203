package gradcheck_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

func TestReport(t *testing.T) {
	r := gradcheck.Report{Name: "network", Bound: gradcheck.KinkBound, Tensors: []gradcheck.Tensor{
		{Name: "0.weight", Size: 64, Checked: 62, Skipped: 2, MaxAbs: 1.5e-9, Error: 3e-9, Worst: 5, Analytic: 0.5, Numeric: 0.5},
		{Name: "0.bias", Size: 16, Checked: 16, MaxAbs: 0.02, Error: 0.04, Worst: 3, Analytic: 0.5, Numeric: 0.48},
		{Name: "input", Size: 4, Checked: 4, MaxAbs: math.NaN(), Error: math.NaN(), Analytic: math.NaN(), Numeric: 1},
	}}
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `
parameter  checked   skipped  max abs err  error    verdict
0.weight   62 of 64  2        1.5e-09      3.0e-09  ok
0.bias     16 of 16  0        2.0e-02      4.0e-02  wrong: element 3 is 0.5, differences give 0.48
input      4 of 4    0        NaN          NaN      wrong: element 0 is NaN, differences give 1
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
	const first = "gradcheck: network: gradient of 0.bias: error 0.04, at most 1e-04: wrong: element 3 is 0.5, differences give 0.48"
	if err := r.Err(); err == nil || err.Error() != first {
		t.Errorf("got  %v\nwant %s", err, first)
	}
	if all, skipped := r.Coordinates(); all != 84 || skipped != 2 {
		t.Errorf("%d coordinates, %d skipped", all, skipped)
	}
	if !math.IsNaN(r.Worst()) {
		t.Errorf("worst error %v", r.Worst())
	}
	r.Tensors = r.Tensors[:1]
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	net, err := nn.New(nn.Config{Input: []int{2}}, layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	o := gradcheck.Options{}
	network := func(net *nn.Network, x []float64, cost gradcheck.Cost) error {
		_, err := gradcheck.Network(net, x, cost, o)
		return err
	}
	layer := func(l nn.Layer, shape ...int) error {
		_, err := gradcheck.Layer(l, shape, o)
		return err
	}
	activation := func(a activations.Activation, o gradcheck.Options, shape ...int) error {
		_, err := gradcheck.Activation(a, shape, o)
		return err
	}
	loss := func(l losses.Loss, rows, columns int, o gradcheck.Options) error {
		_, err := gradcheck.Loss(l, rows, columns, o)
		return err
	}
	log := activations.Activation{Name: "log", F: math.Log, D: func(x float64) float64 { return 1 / x }}
	x := []float64{1, 2}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"no rows", network(net, nil, nil), "0 numbers are no rows of 2 inputs"},
		{"half a row", network(net, x[:1], nil), "1 numbers are no rows of 2 inputs"},
		{"targets", network(net, x, gradcheck.Against(losses.MSE, x, nil)), "cost: 2 numbers for target of shape [1 1]"},
		{"weights", network(net, x, gradcheck.Against(losses.MSE, x[:1], x)), "2 weights for 1 rows"},
		{"cost", network(net, x, func(*nn.Graph) (*gorgonia.Node, error) { return nil, errors.New("no idea") }), "cost: no idea"},
		{"no cost", network(net, x, func(*nn.Graph) (*gorgonia.Node, error) { return nil, nil }), "there is no output to check"},
		{"panic", network(net, x, func(g *nn.Graph) (*gorgonia.Node, error) {
			return gorgonia.Must(gorgonia.Add(g.Output, g.Input)), nil
		}), "cost: panic: "},
		{"units", layer(layers.Dense{}, 3, 4), "layer 0 (layers.Dense): Units must be positive"},
		{"batch of one", layer(layers.BatchNorm{}, 1, 4), "training needs more than one row"},
		{"vector", layer(layers.Flatten{}, 4), "shape [4], want (rows, …)"},
		{"negative", layer(layers.Flatten{}, -1, 4), "shape [-1 4], want (rows, …)"},
		{"no shape", activation(activations.Tanh, o), "numbers for input of shape []"},
		{"negative shape", activation(activations.Tanh, o, 3, -1), "numbers for input of shape [3 -1]"},
		{"other shape", activation(activations.Tanh, gradcheck.Options{Input: x}, 3), "2 numbers for input of shape [3]"},
		{"bad function", activation(activations.Activation{Name: "f", F: math.Sin}, o, 3), "f: the derivative D is missing"},
		{"outside the domain", activation(log, gradcheck.Options{Input: []float64{-1, 1}}, 2), "the output is not finite"},
		{"edge of the domain", activation(log, gradcheck.Options{Input: []float64{1e-300, 1}}, 2), "differences give NaN"},
		{"no columns", loss(losses.MSE, 3, 0, o), "rows and columns must be positive"},
		{"one class", loss(losses.CrossEntropy, 3, 1, o), "one output is no choice between classes"},
		{"target", loss(losses.MSE, 3, 1, gradcheck.Options{Target: x}), "2 numbers for target"},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), "gradcheck: ") || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: got  %v\nwant %s", c.name, c.err, c.want)
		}
	}
}
