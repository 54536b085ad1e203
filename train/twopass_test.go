package train_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// sharpNet has what could go wrong in a second pass: random masks and running
// statistics.
func sharpNet(t *testing.T, data *datasets.Dataset) *nn.Network {
	return network(t, nn.Config{Seed: 3, Input: data.Shape, DType: nn.Float64},
		layers.Dense{Units: 6, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.3}, layers.Dense{Units: data.Outputs()})
}

// A step of SAM is one of the rule inside with the gradient at the point that lies
// Radius up the slope, computed with the same masks; all that is reported is of
// the weights themselves.
func TestSAMTakesTheGradientUpTheSlope(t *testing.T) {
	const radius, rate = 0.3, 0.2
	data := flowers(t, 24, 1)
	trainer := plainTrainer(data)
	trainer.BatchSize, trainer.MaxEpochs, trainer.Metrics = 0, 1, metricsFor(data)

	// The gradient at w, and then at w + e, from steps of plain descent.
	trainer.Optimizer, trainer.LearningRate = optimizers.SGD{}, 1
	at := sharpNet(t, data)
	w := trainable(at)
	plain := fit(t, trainer, at, data)[0]
	g, norm := trainable(at), 0.0
	for i := range g {
		g[i] = w[i] - g[i]
		norm += g[i] * g[i]
	}
	norm = math.Sqrt(norm)
	up := sharpNet(t, data)
	raised := slices.Clone(w)
	for i := range raised {
		raised[i] += radius * g[i] / norm
	}
	setTrainable(t, up, raised)
	fit(t, trainer, up, data)
	want := trainable(up)
	for i := range want {
		want[i] = w[i] - rate*(raised[i]-want[i])
	}

	trainer.Optimizer, trainer.LearningRate = optimizers.SAM{Inner: optimizers.SGD{}, Radius: new(radius)}, rate
	net := sharpNet(t, data)
	got := fit(t, trainer, net, data)[0]
	if err := near(trainable(net), want, 1e-13); err != nil {
		t.Errorf("weights: %v", err)
	}
	if got.Loss != plain.Loss || got.GradientNorm != plain.GradientNorm || got.Scores.Of("accuracy") != plain.Scores.Of("accuracy") {
		t.Errorf("reported %v, of the weights themselves it is %v", got, plain)
	}
	for i, p := range net.Params() {
		if strings.Contains(p.Name, "running") || !slices.Contains(net.Trainable(), p) {
			if err := sameBits(p.Values(), at.Params()[i].Values()); err != nil {
				t.Errorf("%s has seen the second pass: %v", p.Name, err)
			}
		}
	}
	if net.Tick() != at.Tick() {
		t.Errorf("tick %d, want %d", net.Tick(), at.Tick())
	}
}

func trainable(net *nn.Network) (all []float64) {
	for _, p := range net.Trainable() {
		all = append(all, p.Values()...)
	}
	return all
}

func setTrainable(t *testing.T, net *nn.Network, values []float64) {
	t.Helper()
	for _, p := range net.Trainable() {
		if err := p.Set(values[:p.Size()]); err != nil {
			t.Fatal(err)
		}
		values = values[p.Size():]
	}
}

// Without a radius SAM is the rule inside, bit for bit.
func TestSAMWithoutRadius(t *testing.T) {
	data := plane(t, 30, 1)
	for _, dtype := range dtypes {
		trainer := plainTrainer(data)
		trainer.BatchSize, trainer.MaxEpochs, trainer.ClipNorm, trainer.L1 = 8, 3, 0.5, 0.01
		trainer.Optimizer, trainer.LearningRate = optimizers.Adam{}, 0.01
		a, b := small(t, data, dtype, 1), small(t, data, dtype, 1)
		fit(t, trainer, a, data)
		trainer.Optimizer = optimizers.SAM{Inner: optimizers.Adam{}, Radius: new(0.0)}
		fit(t, trainer, b, data)
		if err := sameBits(weights(b), weights(a)); err != nil {
			t.Errorf("%v: %v", dtype, err)
		}
	}
}

// What two passes cannot be combined with is refused before anything is compiled.
func TestTwoPassRefusals(t *testing.T) {
	data := plane(t, 20, 1)
	trainer := plainTrainer(data)
	trainer.Optimizer = optimizers.EMA{Inner: optimizers.SAM{Inner: optimizers.SGD{}}}
	net := small(t, data, nn.Float32, 1)
	accumulated := trainer
	accumulated.BatchSize, accumulated.Accumulate = 4, 2
	refusal(t, "accumulate", accumulated, net, data, "Accumulate must be 1, got 2")
	mixed := trainer
	mixed.Groups = []train.Group{{Match: "*.bias", Optimizer: optimizers.SGD{}}}
	refusal(t, "groups", mixed, net, data, "that of 1.bias does not")
	mixed.Groups[0].Optimizer = optimizers.SAM{Inner: optimizers.Adam{}, Radius: new(0.1)}
	start(t, mixed, net, data)
	empty := trainer
	empty.Optimizer = optimizers.Lookahead{}
	refusal(t, "nothing inside", empty, net, data, "lookahead has no rule inside")
}

// Polyak's step is divided by the norm over all parameters, after clipping.
func TestPolyakSeesAllParameters(t *testing.T) {
	data := plane(t, 20, 1)
	trainer := plainTrainer(data)
	trainer.BatchSize, trainer.MaxEpochs = 0, 1
	trainer.Optimizer, trainer.LearningRate = optimizers.SGD{}, 1
	a, b := small(t, data, nn.Float64, 1), small(t, data, nn.Float64, 1)
	w := weights(a)
	e := fit(t, trainer, a, data)[0]
	rate := e.Loss / (e.GradientNorm * e.GradientNorm)
	want := weights(a)
	for i := range want {
		want[i] = w[i] + rate*(want[i]-w[i])
	}
	trainer.Optimizer, trainer.LearningRate = optimizers.Polyak{}, 1e6
	fit(t, trainer, b, data)
	if err := near(weights(b), want, 1e-12); err != nil {
		t.Error(err)
	}
}
