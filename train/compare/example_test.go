package compare_test

import (
	"context"
	"fmt"
	"log"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/compare"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// Two optimizers on iris: three learning rates each with one seed, then the best
// rate of each with two more.
func Example() {
	source, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0.2, 1)
	if err != nil {
		log.Fatal(err)
	}
	accuracy, err := metrics.ByName("accuracy")
	if err != nil {
		log.Fatal(err)
	}
	result, err := compare.Plan{
		Problems: []compare.Problem{compare.Training{
			Name: "iris",
			Network: func(seed uint64) (*nn.Network, error) {
				return nn.New(nn.Config{Seed: seed, Input: parts.Train.Shape},
					layers.Dense{Units: 16, Activation: activations.ReLU}, layers.Dense{Units: 3})
			},
			Trainer: train.Trainer{Loss: losses.CrossEntropy, BatchSize: 16, MaxEpochs: 30},
			Metric:  accuracy,
			Train:   parts.Train, Validation: parts.Validation, Test: parts.Test,
		}},
		Optimizers: []compare.Optimizer{
			{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: compare.LogGrid(0.0001, 0.1, 3)},
			{Name: "adam", Rule: optimizers.Adam{}, LearningRates: compare.LogGrid(0.0001, 0.1, 3)},
		},
		Seeds: []uint64{1, 2, 3}, TuneSeeds: 1,
	}.Run(context.Background(), nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(result.Records), "runs")
	for _, s := range result.Summaries() {
		fmt.Printf("%s: best of three rates %v, test accuracy above 0.85: %v\n", s.Optimizer, s.LearningRate, s.Test.Mean > 0.85)
	}
	// Output:
	// 10 runs
	// sgd: best of three rates 0.1, test accuracy above 0.85: true
	// adam: best of three rates 0.1, test accuracy above 0.85: true
}

// A function of one's own instead of a network.
func ExampleFunction() {
	valley := compare.Function{
		Name: "valley",
		Problem: optimizers.Problem{
			Func: func(x []float64) float64 { return x[0]*x[0] + 25*x[1]*x[1] },
			Grad: func(g, x []float64) { g[0], g[1] = 2*x[0], 50*x[1] },
		},
		From:  func(uint64) []float64 { return []float64{3, 2} },
		Steps: 100,
	}
	target := 1e-3
	result, err := compare.Plan{
		Problems: []compare.Problem{valley},
		Optimizers: []compare.Optimizer{
			{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: []float64{0.03}},
			{Name: "momentum", Rule: optimizers.SGD{Momentum: 0.5}, LearningRates: []float64{0.03}},
			{Name: "too fast", Rule: optimizers.SGD{}, LearningRates: []float64{1e3}},
			{Name: "lbfgs", Rule: optimizers.LBFGS{}},
		},
		Seeds: []uint64{1}, Target: &target,
	}.Run(context.Background(), nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range result.Records {
		if r.Reached != nil {
			fmt.Println(r.Optimizer, "took", r.Reached.Evaluations, "evaluations")
		} else {
			fmt.Println(r.Optimizer, r.Stopped)
		}
	}
	// Output:
	// sgd took 74 evaluations
	// momentum took 31 evaluations
	// too fast diverged
	// lbfgs took 14 evaluations
}
