package train_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// dtypes are the number types that the tests range over.
var dtypes = []nn.DType{nn.Float32, nn.Float64}

// flowers are rows of 4 inputs whose 3 classes follow from them, with noise.
func flowers(t testing.TB, rows int, seed uint64) *datasets.Dataset {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	x, y := make([]float64, rows*4), make([]float64, rows)
	for i := range rows {
		y[i] = float64(i % 3)
		for j := range 4 {
			x[4*i+j] = rng.NormFloat64() + math.Cos(y[i]+float64(j))
		}
	}
	return made(t, "flowers", datasets.Matrix{Rows: rows, Cols: 4, F64: x}, datasets.Matrix{Rows: rows, Cols: 1, F64: y}, []string{"a", "b", "c"})
}

// plane are rows of 3 inputs with 2 numbers that depend on them almost linearly.
func plane(t testing.TB, rows int, seed uint64) *datasets.Dataset {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 2))
	x, y := make([]float64, rows*3), make([]float64, rows*2)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	for i := range rows {
		a, b, c := x[3*i], x[3*i+1], x[3*i+2]
		y[2*i], y[2*i+1] = 1+2*a-b+0.1*c*c, 0.5*a*b-c
	}
	return made(t, "plane", datasets.Matrix{Rows: rows, Cols: 3, F64: x}, datasets.Matrix{Rows: rows, Cols: 2, F64: y}, nil)
}

func made(t testing.TB, name string, x, y datasets.Matrix, classes []string) *datasets.Dataset {
	t.Helper()
	d, err := datasets.New(name, x, y, classes)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// network makes a network or ends the test.
func network(t testing.TB, c nn.Config, list ...nn.Layer) *nn.Network {
	t.Helper()
	net, err := nn.New(c, list...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// small is a network of two layers for a data set.
func small(t testing.TB, data *datasets.Dataset, dtype nn.DType, seed uint64) *nn.Network {
	t.Helper()
	return network(t, nn.Config{Seed: seed, Input: data.Shape, DType: dtype},
		layers.Dense{Units: 5, Activation: activations.Tanh}, layers.Dense{Units: data.Outputs()})
}

// lossFor is the usual loss of a data set.
func lossFor(data *datasets.Dataset) losses.Loss {
	if data.Classes != nil {
		return losses.CrossEntropy
	}
	return losses.MSE
}

// metricsFor are the usual metrics of a data set.
func metricsFor(data *datasets.Dataset) []metrics.Row {
	if data.Classes != nil {
		return metrics.Usual(metrics.Classification)
	}
	return metrics.Usual(metrics.Regression)
}

// fit trains or ends the test.
func fit(t testing.TB, trainer train.Trainer, net *nn.Network, data *datasets.Dataset) train.History {
	t.Helper()
	history, err := trainer.Fit(t.Context(), net, data)
	if err != nil {
		t.Fatal(err)
	}
	return history
}

// start starts a run or ends the test.
func start(t testing.TB, trainer train.Trainer, net *nn.Network, data *datasets.Dataset) *train.Run {
	t.Helper()
	run, err := trainer.Start(net, data)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// weights are all parameters of a network, one after the other.
func weights(net *nn.Network) []float64 {
	var all []float64
	for _, p := range net.Params() {
		all = append(all, p.Values()...)
	}
	return all
}

// sameBits reports a difference between two lists of numbers in any bit.
func sameBits(got, want []float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d numbers, want %d", len(got), len(want))
	}
	for i, w := range want {
		if math.Float64bits(got[i]) != math.Float64bits(w) {
			return fmt.Errorf("number %d is %v, want %v", i, got[i], w)
		}
	}
	return nil
}

// near reports the first number that differs by more than tolerance, relative
// to the largest magnitude.
func near(got, want []float64, tolerance float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d numbers, want %d", len(got), len(want))
	}
	scale := 1e-3
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tolerance*scale) {
			return fmt.Errorf("number %d is %v, want %v (difference %.2g)", i, got[i], w, got[i]-w)
		}
	}
	return nil
}

// rules are the rows of the table of optimizers, and some of them wrapped.
func rules(t testing.TB) []optimizers.Row {
	t.Helper()
	var rows []optimizers.Row
	for _, name := range append(optimizers.Names(), "lookahead(rprop)", "sam(nadam)", "ema(muon)", "lookahead(sam(ema(sgd)))") {
		row, err := optimizers.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// alone takes away what a rule of two passes cannot be combined with.
func alone(t *train.Trainer) {
	if _, ok := optimizers.Find[optimizers.TwoPass](t.Optimizer); ok {
		t.Accumulate, t.Groups = 1, nil
	}
}

// reversed are the rows of a data set from the last to the first.
func reversed(t testing.TB, data *datasets.Dataset) *datasets.Dataset {
	t.Helper()
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = data.Len() - 1 - i
	}
	return subset(t, data, rows)
}

func subset(t testing.TB, data *datasets.Dataset, rows []int) *datasets.Dataset {
	t.Helper()
	d, err := data.Subset(slices.Clone(rows))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
