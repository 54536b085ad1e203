package diagnose_test

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
	"nabla/train/diagnose"
	"nabla/train/optimizers"
)

// Seven layers of sigmoids: the gradient is gone before it reaches the first one.
func Example() {
	source, err := datasets.Open("moons", datasets.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	var stack []nn.Layer
	for range 7 {
		stack = append(stack, layers.Dense{Units: 16, Activation: activations.Sigmoid})
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: parts.Train.Shape}, append(stack, layers.Dense{Units: 2})...)
	if err != nil {
		log.Fatal(err)
	}
	t := train.Trainer{
		Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 32, MaxEpochs: 3,
		Watch: diagnose.Watch{Norms: true, Activations: true},
	}
	run, err := t.Start(net, parts.Train)
	if err != nil {
		log.Fatal(err)
	}
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		// The measurements so far may end the run early.
		if verdicts := diagnose.Examine(run.Record()); len(verdicts) > 0 {
			fmt.Println(verdicts[0].Name)
			fmt.Println(verdicts[0].Remedy)
			break
		}
	}
	// Output:
	// vanishing-gradients
	// relu-like activations, an initializer that fits (--init), normalisation or residual layers, fewer layers
}

// The largest eigenvalue of a matrix that is known by its products alone: here the
// diagonal 1, 2, … 100.
func ExampleExtremes() {
	product := func(dst, v []float64) error {
		for i := range dst {
			dst[i] = float64(i+1) * v[i]
		}
		return nil
	}
	smallest, largest, err := diagnose.Extremes(100, product, 60, 1)
	if err != nil {
		log.Fatal(err)
	}
	trace, deviation, err := diagnose.Trace(100, product, 1, 1)
	fmt.Printf("%.1f %.1f %v %v %v\n", smallest, largest, trace, deviation, err)
	// Output: 1.0 100.0 5050 NaN <nil>
}
