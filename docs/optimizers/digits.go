package main

import (
	"context"
	"fmt"
	"math"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// digits is the training of a network on handwritten digits, as in
//
//	nabla train digits --layers 32:relu --batch 32 --epochs 10 --optimizer … --lr …
type digits struct {
	parts      datasets.Parts
	seeds      uint64 // 1, 2 … so many
	epochs     int    // of a rule
	iterations int    // of a full-batch method
}

// The usual training, and the batches of all.
const (
	usualSeeds      = 5
	usualEpochs     = 10
	usualIterations = 30
	hiddenUnits     = 32
	batchRows       = 32
)

func openDigits() (digits, error) {
	source, err := datasets.Open("digits", datasets.LoadOptions{})
	if err != nil {
		return digits{}, err
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	return digits{parts, usualSeeds, usualEpochs, usualIterations}, err
}

// accuracy is the share of the test rows that is right, over the seeds.
type accuracy struct {
	mean, deviation float64
	refused         bool // the method does not take so many weights
}

// measure trains with an optimizer at its documented setting.
func (d digits) measure(e entry) (accuracy, error) {
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: e.optimizer, MaxEpochs: d.iterations}
	if !e.method() {
		s := e.row.Setting("digits")
		rule, err := optimizers.Configure(e.name, options(s))
		if err != nil {
			return accuracy{}, err
		}
		t.Optimizer, t.LearningRate, t.BatchSize, t.MaxEpochs = rule, s.LearningRate, batchRows, d.epochs
	}
	var shares []float64
	for t.Seed = 1; t.Seed <= d.seeds; t.Seed++ {
		net, err := nn.New(nn.Config{Seed: t.Seed, Input: d.parts.Train.Shape},
			layers.Flatten{}, layers.Dense{Units: hiddenUnits, Activation: activations.ReLU}, layers.Dense{Units: d.parts.Train.Outputs()})
		if err != nil {
			return accuracy{}, err
		}
		history, err := t.Fit(context.Background(), net, d.parts.Train)
		if err != nil && e.method() && len(history) == 0 {
			return accuracy{refused: true}, nil
		}
		if err != nil {
			return accuracy{}, fmt.Errorf("digits: %s: %w", e.name, err)
		}
		r, err := train.Evaluate(net, losses.CrossEntropy, nil, d.parts.Test, metrics.Usual(metrics.Classification))
		if err != nil {
			return accuracy{}, err
		}
		shares = append(shares, r.Scores.Of("accuracy"))
	}
	return summarize(shares), nil
}

// summarize is the mean with the deviation of the sample.
func summarize(shares []float64) accuracy {
	var a accuracy
	n := float64(len(shares))
	for _, v := range shares {
		a.mean += v / n
	}
	for _, v := range shares {
		a.deviation += (v - a.mean) * (v - a.mean) / math.Max(1, n-1)
	}
	a.deviation = math.Sqrt(a.deviation)
	return a
}

// String is the cell of a table.
func (a accuracy) String() string {
	if a.refused {
		return "–"
	}
	return fmt.Sprintf("%.1f ± %.1f %%", 100*a.mean, 100*a.deviation)
}
