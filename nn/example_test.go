package nn_test

import (
	"bytes"
	"fmt"
	"log"
	"os"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
)

// A network is a chain of layers; its parameters exist from the start.
func Example() {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{4}},
		layers.Dense{Units: 16, Activation: activations.Tanh},
		layers.BatchNorm{},
		layers.Dense{Units: 3})
	if err != nil {
		log.Fatal(err)
	}
	if err := net.Summary(os.Stdout); err != nil {
		log.Fatal(err)
	}
	for _, p := range net.Params() {
		fmt.Println(p.Name, p.Shape, p.Trainable)
	}
	// Output:
	// Layer (type)    Output shape  Param #
	// input           (-, 4)
	// 0 dense (tanh)  (-, 16)            80
	// 1 batchnorm     (-, 16)            64
	// 2 dense         (-, 3)             51
	// Total params: 195 (780 B, float32)
	// Trainable: 163   Non-trainable: 32
	// 0.weight [4 16] true
	// 0.bias [16] true
	// 1.running_mean [16] false
	// 1.running_var [16] false
	// 1.weight [16] true
	// 1.bias [16] true
	// 2.weight [16 3] true
	// 2.bias [3] true
}

// A layer of your own is a function. It may use any op of gorgonia; here tanh(x·W)
// of stock ones, trained by hand with gorgonia's machine and solver.
func ExampleLayerFunc() {
	layer := nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		w := s.Param("weight", nn.GlorotUniform, x.Shape()[1], 1)
		xw, err := gorgonia.Mul(x, w)
		if err != nil {
			return nil, err
		}
		return gorgonia.Tanh(xw)
	})
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}, DType: nn.Float64}, layer)
	if err != nil {
		log.Fatal(err)
	}

	// The graph for four rows, with the mean squared error as its cost.
	g, err := net.Build(4, true)
	if err != nil {
		log.Fatal(err)
	}
	target := gorgonia.NewMatrix(g.G, tensor.Float64, gorgonia.WithName("target"), gorgonia.WithValue(
		tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float64{0, 0.7, -0.7, 0}))))
	difference := gorgonia.Must(gorgonia.Sub(g.Output, target))
	cost := gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(difference))))
	if _, err := gorgonia.Grad(cost, g.Params...); err != nil {
		log.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(g.G, gorgonia.BindDualValues(g.Params...))
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.5))
	copy(g.Input.Value().Data().([]float64), []float64{0, 0, 1, 0, 0, 1, 1, 1})
	for range 200 {
		if err := machine.RunAll(); err != nil {
			log.Fatal(err)
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(g.Params)); err != nil {
			log.Fatal(err)
		}
		machine.Reset()
	}

	// Every other graph of the network has the same weights.
	y, err := net.Predict([]float64{1, 0, 0, 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s = %.3f\n", net.Params()[0].Name, net.Params()[0].Values())
	fmt.Printf("f(1, 0) = %.3f, f(0, 1) = %.3f\n", y[0], y[1])
	// Output:
	// 0.weight = [0.867 -0.867]
	// f(1, 0) = 0.700, f(0, 1) = -0.700
}

// A model file holds the architecture, the parameters and what the caller adds.
func ExampleNetwork_Save() {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}}, layers.Dense{Units: 1})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := net.Save(&file, map[string]string{"classes": "cat,dog"}); err != nil {
		log.Fatal(err)
	}
	again, metadata, err := layers.Load(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(nn.Describe(again.Layers()[0]), again.Config().Input, metadata["classes"])
	// Output: dense [2] cat,dog
}

// A Runner computes outputs again and again without allocating.
func ExampleNetwork_Runner() {
	net, err := nn.New(nn.Config{Input: []int{2}, DType: nn.Float64}, layers.Dense{Units: 1, Init: nn.Constant(2)})
	if err != nil {
		log.Fatal(err)
	}
	r, err := net.Runner(1)
	if err != nil {
		log.Fatal(err)
	}
	for i := range 3 {
		copy(r.Input().Data().([]float64), []float64{float64(i), 1})
		if err := r.Run(); err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.Output().Data())
	}
	// Output:
	// [2]
	// [4]
	// [6]
}
