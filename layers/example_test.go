package layers_test

import (
	"fmt"
	"log"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
)

// Layers are plain values; a network is made of them.
func Example() {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{28, 28}},
		layers.Flatten{},
		layers.Dense{Units: 64, NoBias: true, Init: nn.HeNormal},
		layers.BatchNorm{},
		layers.Activation{Function: activations.ReLU},
		layers.Residual{Layers: []nn.Layer{
			layers.Dense{Units: 64, Activation: activations.GELU},
			layers.Dropout{P: 0.2},
		}},
		layers.Dense{Units: 10})
	if err != nil {
		log.Fatal(err)
	}
	all, trainable := net.Count()
	fmt.Println(net.OutputShape(), all, trainable)
	// Output: [10] 55242 55114
}

// The command line has a notation for layers.
func ExampleParse() {
	list, err := layers.Parse("16:tanh,dropout:0.2,batchnorm,residual(16:gelu)")
	if err != nil {
		log.Fatal(err)
	}
	for _, layer := range list {
		fmt.Println(nn.Describe(layer))
	}
	_, err = layers.Parse("16:tanh,dropout:1.5")
	fmt.Println(err)
	// Output:
	// dense (tanh)
	// dropout (0.2)
	// batchnorm
	// residual (dense (gelu))
	// layers: "16:tanh,dropout:1.5": layer 1: dropout: p must be a number from 0 to below 1, got "1.5"
}

func ExampleTable() {
	for _, row := range layers.Table() {
		fmt.Printf("%-39s %s\n", row.Usage, row.Doc)
	}
	// Output:
	// units[:activation]                      f(x·W + b), every unit sees every input
	// name of an activation                   f(x) by itself, after a normalisation say
	// dropout:p                               sets a share p of the numbers to 0 while training
	// batchnorm                               mean 0 and variance 1 of each feature over the batch, then scale and shift
	// layernorm                               mean 0 and variance 1 of each row, then scale and shift
	// flatten                                 one axis of all axes but the batch
	// residual(layers)                        x + f(x), f being layers that keep the shape
	// simplernn:units[:activation][:sequence] h = f(x·W + h·U + b) from step to step, f being tanh; the last h, or all
}
