package train_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"

	"gorgonia.org/gorgonia"

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

// Fit trains for all epochs, or until the validation loss gets worse, and
// returns what each epoch reached.
func ExampleTrainer_Fit() {
	source, err := datasets.Open("sine", datasets.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0.2, 1)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: parts.Train.Shape},
		layers.Dense{Units: 16, Activation: activations.Tanh}, layers.Dense{Units: 1})
	if err != nil {
		log.Fatal(err)
	}
	history, err := train.Trainer{
		Loss:         losses.MSE,
		Optimizer:    optimizers.Adam{},
		LearningRate: 0.02,
		BatchSize:    16,
		MaxEpochs:    200,
		Validation:   parts.Validation,
		Patience:     20,
	}.Fit(context.Background(), net, parts.Train)
	if err != nil {
		log.Fatal(err)
	}
	first, last := history[0], history[len(history)-1]
	fmt.Println("the loss fell to less than half:", last.Loss < first.Loss/2)
	// Output: the loss fell to less than half: true
}

// A run can be saved at any batch. Resumed in another process, it ends with the
// same weights as if it had not been interrupted.
func ExampleRun_Save() {
	data, err := datasets.Load("moons")
	if err != nil {
		log.Fatal(err)
	}
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 32, MaxEpochs: 5, Seed: 1}
	begin := func(seed uint64) (*nn.Network, *train.Run) {
		net, err := nn.New(nn.Config{Seed: seed, Input: data.Shape},
			layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dropout{P: 0.1}, layers.Dense{Units: 2})
		if err != nil {
			log.Fatal(err)
		}
		run, err := t.Start(net, data)
		if err != nil {
			log.Fatal(err)
		}
		return net, run
	}
	finish := func(run *train.Run) {
		for _, err := range run.Epochs(context.Background()) {
			if err != nil {
				log.Fatal(err)
			}
		}
	}
	whole, run := begin(1)
	finish(run)

	_, run = begin(1)
	for range 7 { // batches
		if _, err := run.Step(); err != nil {
			log.Fatal(err)
		}
	}
	var file bytes.Buffer // nn.WriteFile(path, run.Save) writes a file
	if err := run.Save(&file); err != nil {
		log.Fatal(err)
	}

	resumed, run := begin(2) // the weights come from the checkpoint
	if err := run.Resume(&file); err != nil {
		log.Fatal(err)
	}
	finish(run)
	same := true
	for i, p := range whole.Params() {
		q := resumed.Params()[i]
		for j, v := range p.Values() {
			same = same && q.Values()[j] == v
		}
	}
	fmt.Println(run.Stopped, len(run.History), same)
	// Output: max-epochs 5 true
}

// A model file holds all that prediction needs.
func ExampleModel() {
	source, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: parts.Train.Shape}, layers.Dense{Units: 3})
	if err != nil {
		log.Fatal(err)
	}
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.05, MaxEpochs: 100}
	if _, err := t.Fit(context.Background(), net, parts.Train); err != nil {
		log.Fatal(err)
	}
	model := train.Model{Network: net, Loss: t.Loss, Schema: source.Schema, Dataset: "iris"}
	var file bytes.Buffer
	if err := model.Save(&file); err != nil {
		log.Fatal(err)
	}

	read, err := train.ReadModel(&file)
	if err != nil {
		log.Fatal(err)
	}
	probabilities, err := read.Predict(parts.Test)
	if err != nil {
		log.Fatal(err)
	}
	classes, err := metrics.Classes(probabilities[:3], 3)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the first test row is", read.Schema.Classes[classes[0]])
	// Output: the first test row is setosa
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

// Any scalar can be made small: here the error of an autoencoder, whose target
// is its input.
func ExampleTrainer_cost() {
	data, err := datasets.Load("blobs")
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: data.Shape},
		layers.Dense{Units: 1}, layers.Dense{Units: data.X.Cols})
	if err != nil {
		log.Fatal(err)
	}
	t := train.Trainer{
		Cost: func(g *nn.Graph, _, _ *gorgonia.Node) (*gorgonia.Node, error) {
			return losses.MSE.Build(g.Output, g.Input, nil)
		},
		Optimizer: optimizers.Adam{}, LearningRate: 0.02, BatchSize: 32, MaxEpochs: 30,
	}
	history, err := t.Fit(context.Background(), net, data)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the error fell to less than half:", history[len(history)-1].Loss < history[0].Loss/2)
	// Output: the error fell to less than half: true
}

// A solver of gorgonia trains a network too.
func ExampleFromSolver() {
	rule, err := train.FromSolver(func() gorgonia.Solver {
		return gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.02))
	})
	if err != nil {
		log.Fatal(err)
	}
	xor, err := datasets.Load("xor")
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: xor.Shape},
		layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dense{Units: 2})
	if err != nil {
		log.Fatal(err)
	}
	history, err := train.Trainer{Loss: losses.CrossEntropy, Optimizer: rule, MaxEpochs: 300}.Fit(context.Background(), net, xor)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("loss below 0.1: %v\n", history[len(history)-1].Loss < 0.1)

	_, err = train.FromSolver(func() gorgonia.Solver { return gorgonia.NewAdamW() })
	fmt.Println(err)
	// Output:
	// loss below 0.1: true
	// train: *gorgonia.AdamW of gorgonia v0.9.18 never changes a weight and has wrong beta terms; use optimizers.AdamW
}

// Groups treat some parameters otherwise: here biases are not regularised, and
// the first layer keeps its weights.
func ExampleGroup() {
	data, err := datasets.Load("iris")
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: data.Shape},
		layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dense{Units: 3})
	if err != nil {
		log.Fatal(err)
	}
	before := net.Param("0.weight").Values()
	t := train.Trainer{
		Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, MaxEpochs: 3, L2: 0.1,
		Groups: []train.Group{{Match: "0.*", Frozen: true}, {Match: "*.bias", L2: new(0.0)}},
	}
	if _, err := t.Fit(context.Background(), net, data); err != nil {
		log.Fatal(err)
	}
	fmt.Println("still the same weight:", net.Param("0.weight").Values()[0] == before[0])
	// Output: still the same weight: true
}
