package train_test

import (
	"context"
	"fmt"
	"log"
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

// Train a network on iris, look at each epoch and stop when it is good enough.
func Example() {
	source, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: parts.Train.Shape},
		layers.Dense{Units: 16, Activation: activations.ReLU},
		layers.Dense{Units: 3})
	if err != nil {
		log.Fatal(err)
	}
	t := train.Trainer{
		Loss:         losses.CrossEntropy,
		Optimizer:    optimizers.Adam{},
		LearningRate: 0.01,
		BatchSize:    16,
		MaxEpochs:    60,
		Seed:         1,
	}
	for epoch, err := range t.Epochs(context.Background(), net, parts.Train) {
		if err != nil {
			log.Fatal(err)
		}
		if epoch.Loss < 0.1 {
			break
		}
	}
	result, err := train.Evaluate(net, losses.CrossEntropy, nil, parts.Test, metrics.Usual(metrics.Classification))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("test accuracy above 0.85: %v\n", result.Scores.Of("accuracy") > 0.85)
	// Output: test accuracy above 0.85: true
}

// A custom optimizer is one type with two methods, or a function.
func ExampleTrainer_customRule() {
	signDescent := optimizers.Func(func(s optimizers.Step, w, g []float64) {
		for i := range w {
			w[i] -= s.LearningRate * math.Copysign(1, g[i])
		}
	})
	xor, err := datasets.Load("xor")
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: xor.Shape},
		layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dense{Units: 2})
	if err != nil {
		log.Fatal(err)
	}
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: signDescent, LearningRate: 0.01, MaxEpochs: 300}
	history, err := t.Fit(context.Background(), net, xor)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("loss below 0.1: %v\n", history[len(history)-1].Loss < 0.1)
	// Output: loss below 0.1: true
}
