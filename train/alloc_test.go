package train_test

import (
	"fmt"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// A step allocates nothing once the programs are there, whatever is switched
// on; neither does the change from an epoch to the next with its shuffle.
func TestStepsAllocateNothing(t *testing.T) {
	classes, numbers := flowers(t, 40, 1), plane(t, 40, 1) // 2 whole batches and a short one
	for _, dtype := range dtypes {
		for _, rule := range rules(t) {
			for _, c := range []struct {
				name   string
				data   *datasets.Dataset
				hidden []nn.Layer
				change func(*train.Trainer)
			}{
				{"cross-entropy", classes, nil, nil},
				{"mse", numbers, nil, nil},
				{"dropout", classes, []nn.Layer{layers.Dropout{P: 0.3}}, nil},
				{"batchnorm", classes, []nn.Layer{layers.BatchNorm{}, layers.LayerNorm{}}, nil},
				{"recurrent", classes, []nn.Layer{layers.SimpleRNN{Units: 4, Sequence: true}, layers.Dense{Units: 2}, layers.Flatten{}}, nil},
				{"activations", numbers, []nn.Layer{
					layers.Activation{Function: activations.ReLU}, layers.Dense{Units: 3, Activation: activations.Sigmoid}, layers.Dense{Units: 3, Activation: activations.GELU},
				}, nil},
				{"clipping", classes, nil, func(t *train.Trainer) { t.ClipNorm, t.ClipValue = 0.1, 0.05 }},
				{"decay", numbers, nil, func(t *train.Trainer) { t.L1, t.L2, t.Decay = 0.01, 0.02, 0.03 }},
				{"accumulation", classes, nil, func(t *train.Trainer) { t.Accumulate = 2 }},
				{"schedule", classes, nil, func(t *train.Trainer) { t.Schedule = schedules.Cosine(100, 0.1) }},
				{"sample weights", numbers, nil, func(t *train.Trainer) { t.SampleWeights = ramp(40) }},
				{"class weights", classes, nil, func(t *train.Trainer) { t.Loss.ClassWeights = []float64{1, 2, 3} }},
				{"metrics", classes, nil, func(t *train.Trainer) { t.Metrics = metrics.Usual(metrics.Classification) }},
				{"groups", numbers, nil, func(t *train.Trainer) {
					t.Groups = []train.Group{{Match: "*.bias", LearningRate: 0.1, L2: new(0.0)}, {Match: "0.*", Frozen: true}}
				}},
				{"binary", classes, nil, func(t *train.Trainer) { t.Loss = losses.BinaryCrossEntropy }},
				{"anomaly", classes, nil, func(t *train.Trainer) { t.DetectAnomaly = true }},
			} {
				hidden := append([]nn.Layer{layers.Dense{Units: 5, Activation: activations.Tanh}}, c.hidden...)
				net := network(t, nn.Config{Seed: 1, Input: c.data.Shape, DType: dtype}, append(hidden, layers.Dense{Units: c.data.Outputs()})...)
				trainer := train.Trainer{
					Loss: lossFor(c.data), Optimizer: rule.Rule, LearningRate: 1e-3, BatchSize: 16, MaxEpochs: 1, Seed: 1,
				}
				if c.change != nil {
					c.change(&trainer)
				}
				alone(&trainer)
				checkStep(t, fmt.Sprintf("%v %s %s", dtype, rule.Name, c.name), start(t, trainer, net, c.data))
			}
		}
		// A rule of one's own that knows float64 only and draws random numbers.
		noisy := optimizers.Func(func(s optimizers.Step, w, g []float64) {
			for i := range w {
				w[i] -= s.LearningRate * (g[i] + 0.01*s.Rand.Float64())
			}
		})
		trainer := train.Trainer{Loss: losses.MSE, Optimizer: noisy, LearningRate: 1e-3, BatchSize: 16, MaxEpochs: 1}
		checkStep(t, fmt.Sprintf("%v custom rule", dtype), start(t, trainer, small(t, numbers, dtype, 1), numbers))
	}
}

// checkStep runs more than an epoch, a step at a time.
func checkStep(t *testing.T, name string, run *train.Run) {
	t.Helper()
	step := func() {
		if _, err := run.Step(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for range 4 {
		step()
	}
	if n := testing.AllocsPerRun(10, step); n != 0 {
		t.Errorf("%s: %v allocations a step, want 0", name, n)
	}
}

func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%4) + 0.5
	}
	return x
}
