package landscape_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/landscape"
	"nabla/train/optimizers"
)

// classified are points of three classes, numbered are targets of two numbers.
func classified(t *testing.T, rows int) *datasets.Dataset { return points(t, rows, 3) }
func numbered(t *testing.T, rows int) *datasets.Dataset   { return points(t, rows, 0) }

func points(t *testing.T, rows, classes int) *datasets.Dataset {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	x, y := datasets.Matrix{Rows: rows, Cols: 2}, datasets.Matrix{Rows: rows, Cols: 2}
	var names []string
	if classes > 0 {
		y.Cols, names = 1, []string{"a", "b", "c"}
	}
	for i := range rows {
		a, b := rng.NormFloat64(), rng.NormFloat64()
		x.F64 = append(x.F64, a, b)
		if classes > 0 {
			y.F64 = append(y.F64, float64(i%classes))
		} else {
			y.F64 = append(y.F64, a-2*b+0.3*rng.NormFloat64(), b+0.5)
		}
	}
	d, err := datasets.New("points", x, y, names)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// network makes one of two inputs.
func network(t *testing.T, dtype nn.DType, list ...nn.Layer) *nn.Network {
	t.Helper()
	net, err := nn.New(nn.Config{Seed: 3, Input: []int{2}, DType: dtype}, list...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// around is the landscape of a network on data.
func around(t *testing.T, net *nn.Network, loss losses.Loss, data *datasets.Dataset) *landscape.Landscape {
	t.Helper()
	l, err := landscape.New(net, loss, data)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// fitted trains a network a little, so that running statistics have moved.
func fitted(t *testing.T, net *nn.Network, loss losses.Loss, data *datasets.Dataset) *nn.Network {
	t.Helper()
	tr := train.Trainer{Loss: loss, Optimizer: optimizers.Adam{}, LearningRate: 0.02, BatchSize: 8, MaxEpochs: 10}
	if _, err := tr.Fit(context.Background(), net, data); err != nil {
		t.Fatal(err)
	}
	return net
}

// biggish has every kind of parameter.
func biggish(t *testing.T, dtype nn.DType) *nn.Network {
	t.Helper()
	return network(t, dtype,
		layers.Dense{Units: 6, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.3},
		layers.Residual{Layers: []nn.Layer{layers.Dense{Units: 6, Activation: activations.Softplus}, layers.LayerNorm{}}},
		layers.Dense{Units: 3})
}

// near reports numbers that differ by more than a tolerance times their size.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(math.Abs(want), 1)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
