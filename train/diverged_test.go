package train_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/op"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// poison makes a value of a data set NaN, behind the back of datasets.New.
func poison(d *datasets.Dataset, m *datasets.Matrix, row int) {
	m.F64[row*m.Cols] = math.NaN()
}

// A loss that is not finite ends the run: the error says where, the weights are
// those of the end of the last epoch, and nothing goes on.
func TestDivergence(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(trainer *train.Trainer, data *datasets.Dataset, net *nn.Network)
		at     int // the epoch after which the change is made
		tensor string
		epoch  int
		step   int // 0 is any
	}{
		{"NaN target", func(_ *train.Trainer, d *datasets.Dataset, _ *nn.Network) { poison(d, &d.Y, 9) }, 0, "target", 1, 2},
		{"NaN target later", func(_ *train.Trainer, d *datasets.Dataset, _ *nn.Network) { poison(d, &d.Y, 9) }, 2, "target", 3, 8},
		{"NaN input", func(_ *train.Trainer, d *datasets.Dataset, _ *nn.Network) { poison(d, &d.X, 0) }, 0, "input", 1, 1},
		{"NaN weight", func(_ *train.Trainer, _ *datasets.Dataset, n *nn.Network) {
			n.Param("1.bias").Set([]float64{0, math.NaN()})
		}, 1, "1.bias", 2, 4},
		{"infinite weight", func(_ *train.Trainer, _ *datasets.Dataset, n *nn.Network) {
			n.Param("1.bias").Set([]float64{0, math.Inf(-1)})
		}, 1, "1.bias", 2, 4},
	} {
		for _, dtype := range dtypes {
			data := plane(t, 20, 1)
			net := small(t, data, dtype, 1)
			trainer := train.Trainer{
				Loss: losses.MSE, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 8, MaxEpochs: 5, InOrder: true,
			}
			run := start(t, trainer, net, data)
			good := weights(net)
			if c.at == 0 {
				c.change(&trainer, data, net)
			}
			var got error
			for e, err := range run.Epochs(t.Context()) {
				if got = err; err == nil && e.Epoch == c.at {
					good = weights(net)
					c.change(&trainer, data, net)
				}
			}
			diverged, ok := errors.AsType[*train.DivergedError](got)
			if !ok {
				t.Fatalf("%s: error %v", c.name, got)
			}
			if diverged.Tensor != c.tensor || diverged.Epoch != c.epoch || diverged.Step != c.step || diverged.LearningRate != 0.01 || !math.IsNaN(diverged.Loss) && !math.IsInf(diverged.Loss, 0) {
				t.Errorf("%s, %v: %+v", c.name, dtype, *diverged)
			}
			for _, part := range []string{c.tensor, "epoch", "step", "0.01"} {
				if !strings.Contains(got.Error(), part) {
					t.Errorf("%s: %q does not say %q", c.name, got, part)
				}
			}
			if err := sameBits(weights(net), good); err != nil {
				t.Errorf("%s, %v: not the weights of the last good epoch: %v", c.name, dtype, err)
			}
			checkOver(t, run, got)
			if run.Stopped != "diverged" || len(run.History) != c.at {
				t.Errorf("%s: stopped %q after %d epochs", c.name, run.Stopped, len(run.History))
			}
		}
	}
}

// checkOver makes sure that a run that failed goes nowhere.
func checkOver(t *testing.T, run *train.Run, failed error) {
	t.Helper()
	count := 0
	for _, err := range run.Epochs(t.Context()) {
		count++
		if err != failed {
			t.Errorf("Epochs after the end: %v", err)
		}
	}
	if count != 1 {
		t.Errorf("Epochs after the end yields %d times", count)
	}
	if _, err := run.Step(); err != failed {
		t.Errorf("Step after the end: %v", err)
	}
	var b bytes.Buffer
	if err := run.Save(&b); !errors.Is(err, failed) || b.Len() > 0 {
		t.Errorf("Save after the end: %v, %d bytes", err, b.Len())
	}
}

// A learning rate that is far too large, on real data.
func TestExplodingLearningRate(t *testing.T) {
	source, err := datasets.Open("diabetes", datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, dtype := range dtypes {
		for _, batch := range []int{0, 32} {
			net := network(t, nn.Config{Seed: 1, Input: parts.Train.Shape, DType: dtype},
				layers.Dense{Units: 16, Activation: activations.ReLU}, layers.Dense{Units: 1})
			trainer := train.Trainer{
				Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: 1e6, BatchSize: batch, MaxEpochs: 100,
				Validation: parts.Test, Metrics: metrics.Usual(metrics.Regression),
			}
			_, err := trainer.Fit(t.Context(), net, parts.Train)
			diverged, ok := errors.AsType[*train.DivergedError](err)
			if !ok || diverged.Tensor == "" || diverged.LearningRate != 1e6 {
				t.Fatalf("%v, batch %d: error %v", dtype, batch, err)
			}
			t.Log(err)
			for _, p := range net.Params() {
				if p.NonFinite() {
					t.Errorf("%v, batch %d: %s is not finite", dtype, batch, p.Name)
				}
			}
		}
	}
}

// The last update of an epoch may be the one that breaks the weights, with no
// loss after it to tell.
func TestWeightsThatBreakAtTheEnd(t *testing.T) {
	data := plane(t, 20, 1)
	net := small(t, data, nn.Float32, 1)
	before := weights(net)
	breaking := optimizers.Func(func(s optimizers.Step, w, _ []float64) {
		if s.N == 3 {
			w[0] = math.Inf(1)
		}
	})
	run := start(t, train.Trainer{Loss: losses.MSE, Optimizer: breaking, LearningRate: 0.1, BatchSize: 8, MaxEpochs: 1}, net, data)
	var got error
	for _, err := range run.Epochs(t.Context()) {
		got = err
	}
	if diverged, ok := errors.AsType[*train.DivergedError](got); !ok || diverged.Tensor != "0.weight" || diverged.Epoch != 1 {
		t.Errorf("error %v", got)
	}
	if err := sameBits(weights(net), before); err != nil {
		t.Error(err)
	}
	checkOver(t, run, got)
}

// A gradient or a validation loss that is not finite, beside a loss that is.
func TestDivergenceBesideTheLoss(t *testing.T) {
	data := plane(t, 20, 1)
	still := optimizers.Func(func(optimizers.Step, []float64, []float64) {})
	steep := losses.MSE
	steep.Name, steep.D = "steep", func(p, t float64) float64 { return math.Inf(1) }
	bad := plane(t, 5, 2)
	poison(bad, &bad.X, 3)
	for name, trainer := range map[string]train.Trainer{
		"mse":                 {Loss: steep},
		"the validation loss": {Loss: losses.MSE, Validation: bad, KeepBest: true},
	} {
		trainer.Optimizer, trainer.LearningRate, trainer.MaxEpochs = still, 0.1, 3
		run := start(t, trainer, small(t, data, nn.Float32, 1), data)
		var got error
		for _, err := range run.Epochs(t.Context()) {
			got = err
		}
		diverged, ok := errors.AsType[*train.DivergedError](got)
		if !ok || diverged.Epoch != 1 || diverged.Tensor == "" || name == "the validation loss" && diverged.Tensor != name {
			t.Errorf("%s: error %v", name, got)
			continue
		}
		checkOver(t, run, got)
		if epoch, _ := run.BestEpoch(); epoch != 0 {
			t.Errorf("%s: epoch %d is the best", name, epoch)
		}
	}
}

// An infinity that the output and the loss do not show: 1/∞ = 0.
func TestDetectAnomaly(t *testing.T) {
	flat := func(float64) float64 { return 0 }
	inverse := nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		hidden, err := op.Unary{Name: "infinity", F: func(float64) float64 { return math.Inf(1) }, D: flat}.Apply(x)
		if err != nil {
			return nil, err
		}
		gorgonia.WithName("hidden infinity")(hidden)
		return op.Unary{Name: "inverse", F: func(x float64) float64 { return 1 / x }, D: flat}.Apply(hidden)
	})
	data := plane(t, 8, 1)
	for _, detect := range []bool{false, true} {
		net := network(t, nn.Config{Seed: 1, Input: data.Shape}, layers.Dense{Units: 4}, inverse, layers.Dense{Units: 2})
		trainer := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: 0.01, MaxEpochs: 2, DetectAnomaly: detect}
		_, err := trainer.Fit(t.Context(), net, data)
		diverged, ok := errors.AsType[*train.DivergedError](err)
		switch {
		case !detect && err == nil:
		case detect && ok && diverged.Tensor == "hidden infinity" && !math.IsInf(diverged.Loss, 0) && strings.Contains(err.Error(), "a tensor is not finite"):
		default:
			t.Errorf("DetectAnomaly %v: error %v", detect, err)
		}
	}
}
