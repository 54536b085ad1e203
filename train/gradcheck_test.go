package train_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// TestGradcheckEvery checks that a run with checks is the same run to the bit,
// with random masks, running statistics and weights of rows, and that it checks
// when it is told to.
func TestGradcheckEvery(t *testing.T) {
	data := flowers(t, 50, 1)
	weights := make([]float64, data.Len())
	for i := range weights {
		weights[i] = float64(i % 4)
	}
	for _, dtype := range dtypes {
		run := func(every int) (*train.Run, []byte) {
			net := network(t, nn.Config{Seed: 3, Input: data.Shape, DType: dtype},
				layers.Dense{Units: 8, Activation: activations.ReLU}, layers.BatchNorm{}, layers.Dropout{P: 0.3}, layers.Dense{Units: 3})
			r, err := train.Trainer{
				Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, MaxEpochs: 3, BatchSize: 16,
				SampleWeights: weights, Seed: 5, GradcheckEvery: every,
			}.Start(net, data)
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range r.Epochs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
			}
			var b bytes.Buffer
			if err := net.Save(&b, nil); err != nil {
				t.Fatal(err)
			}
			return r, b.Bytes()
		}
		plain, without := run(0)
		checked, with := run(5)
		if !bytes.Equal(with, without) {
			t.Errorf("%v: the weights differ", dtype)
		}
		for i, e := range plain.History {
			if other := checked.History[i]; e.Loss != other.Loss || e.GradientNorm != other.GradientNorm {
				t.Errorf("%v: epoch %d has loss %v, with checks %v", dtype, e.Epoch, e.Loss, other.Loss)
			}
		}
		if len(plain.Checks) != 0 || len(checked.Checks) != 3 { // before updates 1, 6 and 11 of 12
			t.Fatalf("%v: %d and %d checks", dtype, len(plain.Checks), len(checked.Checks))
		}
		for i, c := range checked.Checks {
			if c.Step != 5*i+1 || c.Epoch != 5*i/4+1 || len(c.Report.Tensors) != 7 || !(c.Report.Worst() < 1e-6) {
				t.Errorf("%v: check %d: epoch %d, step %d, %d tensors, error %.1e", dtype, i, c.Epoch, c.Step, len(c.Report.Tensors), c.Report.Worst())
			}
		}
	}
}

// TestGradcheckEveryFinds trains with a slope that is 1 % off: the run ends and
// names the parameter and the error.
func TestGradcheckEveryFinds(t *testing.T) {
	data := flowers(t, 30, 1)
	wrong := activations.Activation{Name: "bad", F: math.Tanh, D: func(x float64) float64 { return 1.01 * (1 - math.Pow(math.Tanh(x), 2)) }}
	net := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 4, Activation: wrong}, layers.Dense{Units: 3})
	trainer := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.SGD{}, LearningRate: 0.1, MaxEpochs: 2, BatchSize: 10, GradcheckEvery: 2}
	history, err := trainer.Fit(t.Context(), net, data)
	if err == nil || len(history) != 0 {
		t.Fatalf("%v after %d epochs", err, len(history))
	}
	for _, want := range []string{"train: epoch 1, step 1: ", "the gradient of 0.weight is wrong: relative error 0.0099", "differences give"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	trainer.GradcheckEvery = -1
	if _, err := trainer.Fit(t.Context(), net, data); err == nil || !strings.Contains(err.Error(), "GradcheckEvery must not be negative") {
		t.Error(err)
	}
}
