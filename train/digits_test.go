package train_test

import (
	"strings"
	"testing"

	"nabla/activations"
	"nabla/internal/reference"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// Each optimizer, and each wrapper around momentum, learns digits as well as
// PyTorch's of its name, or as gradient descent where PyTorch has none: mean
// accuracy over five seeds on the test rows.
func TestDigitsByOptimizer(t *testing.T) {
	if testing.Short() {
		t.Skip("trains 125 networks")
	}
	var file struct {
		Jobs []struct {
			Name   string
			Demand float64 `json:"demand_mean_of_5_seeds"`
		}
	}
	reference.Load(t, "training_targets.json", &file)
	demands := map[string]float64{}
	for _, job := range file.Jobs {
		if name, ok := strings.CutPrefix(job.Name, "digits_cmp_"); ok {
			demands[name] = job.Demand
		}
	}
	names := optimizers.Names()
	for _, w := range optimizers.Wrappers() {
		names = append(names, w+"(momentum)")
	}
	parts := bundled(t, "digits")
	own := 0
	for _, name := range names {
		demand, ok := demands[name]
		if !ok {
			demand, ok = demands["sgd_"+name] // momentum and nesterov
		}
		if ok {
			own++
		} else {
			demand = demands["sgd"]
		}
		row, err := optimizers.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		s := row.Setting("digits")
		options := map[string]string{}
		for option := range strings.SplitSeq(s.Options, ",") {
			if key, value, ok := strings.Cut(option, "="); ok {
				options[key] = value
			}
		}
		rule, err := optimizers.Configure(name, options)
		if err != nil {
			t.Fatal(err)
		}
		const seeds = 5
		mean := 0.0
		for seed := range uint64(seeds) {
			net := network(t, nn.Config{Seed: seed, Input: parts.Train.Shape},
				layers.Flatten{}, layers.Dense{Units: 32, Activation: activations.ReLU}, layers.Dense{Units: 10})
			fit(t, train.Trainer{
				Loss: losses.CrossEntropy, Optimizer: rule, LearningRate: s.LearningRate, BatchSize: 32, MaxEpochs: 10, Seed: seed,
			}, net, parts.Train)
			r, err := train.Evaluate(net, losses.CrossEntropy, nil, parts.Test, metrics.Usual(metrics.Classification))
			if err != nil {
				t.Fatal(err)
			}
			mean += r.Scores.Of("accuracy") / seeds
		}
		t.Logf("%-22s %.4f, demanded %.4f (lr %v %s)", name, mean, demand, s.LearningRate, s.Options)
		if mean < demand {
			t.Errorf("%s: accuracy %.4f, want at least %.4f", name, mean, demand)
		}
	}
	if own != len(demands) {
		t.Errorf("%d of %d demands of the reference were used: %v", own, len(demands), demands)
	}
}
