package train_test

import (
	"math"
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

func bundled(t *testing.T, name string) datasets.Parts {
	t.Helper()
	source, err := datasets.Open(name, datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// A network that has learned nothing yet gives every class the same chance: its
// loss is the logarithm of their number.
func TestInitialLoss(t *testing.T) {
	for _, name := range []string{"iris", "wine", "digits", "penguins"} {
		data := bundled(t, name).Train
		for seed := range uint64(3) {
			net := network(t, nn.Config{Seed: seed, Input: data.Shape},
				layers.Flatten{}, layers.Dense{Units: 32, Activation: activations.Tanh}, layers.Dense{Units: len(data.Classes), Init: nn.Normal(0, 0.01)})
			r, err := train.Evaluate(net, losses.CrossEntropy, nil, data, nil)
			if err != nil {
				t.Fatal(err)
			}
			if want := math.Log(float64(len(data.Classes))); math.Abs(r.Loss-want) > 0.1*want {
				t.Errorf("%s, seed %d: loss %v, want about %v", name, seed, r.Loss, want)
			}
		}
	}
}

// A few rows can be learned by heart.
func TestOverfit(t *testing.T) {
	all := bundled(t, "digits").Train
	rows := make([]int, 20)
	for i := range rows {
		rows[i] = i * 31
	}
	data := subset(t, all, rows)
	for _, dtype := range dtypes {
		for name, rule := range map[string]optimizers.Rule{"adam": optimizers.Adam{}, "momentum": optimizers.SGD{Momentum: 0.9}} {
			net := network(t, nn.Config{Seed: 1, Input: data.Shape, DType: dtype},
				layers.Flatten{}, layers.Dense{Units: 32, Activation: activations.ReLU}, layers.Dense{Units: 10})
			history := fit(t, train.Trainer{
				Loss: losses.CrossEntropy, Optimizer: rule, LearningRate: 0.01, BatchSize: 5, MaxEpochs: 100,
				Metrics: metrics.Usual(metrics.Classification),
			}, net, data)
			last := history[len(history)-1]
			if accuracy := last.Scores.Of("accuracy"); accuracy != 1 || last.Loss > 0.05 {
				t.Errorf("%v, %s: accuracy %v, loss %v", dtype, name, accuracy, last.Loss)
			}
		}
	}
}

// XOR needs the hidden layer: without one the loss stays at log 2.
func TestXOR(t *testing.T) {
	data, err := datasets.Load("xor")
	if err != nil {
		t.Fatal(err)
	}
	trainer := train.Trainer{Loss: losses.BinaryCrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.05, MaxEpochs: 400}
	for _, dtype := range dtypes {
		net := network(t, nn.Config{Seed: 1, Input: data.Shape, DType: dtype},
			layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dense{Units: 1})
		if last := fit(t, trainer, net, data)[399]; last.Loss > 0.01 {
			t.Errorf("%v: loss %v", dtype, last.Loss)
		}
		line := network(t, nn.Config{Seed: 1, Input: data.Shape, DType: dtype}, layers.Dense{Units: 1})
		if last := fit(t, trainer, line, data)[399]; math.Abs(last.Loss-math.Ln2) > 1e-3 {
			t.Errorf("%v: loss without a hidden layer %v, want log 2", dtype, last.Loss)
		}
	}
}
