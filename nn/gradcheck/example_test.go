package gradcheck_test

import (
	"fmt"
	"log"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// Check all gradients of a network with a loss on a batch.
func Example() {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}},
		layers.Dense{Units: 8, Activation: activations.Tanh},
		layers.Dense{Units: 1})
	if err != nil {
		log.Fatal(err)
	}
	x := []float64{0, 0, 0, 1, 1, 0, 1, 1}
	xor := []float64{0, 1, 1, 0}
	report, err := gradcheck.Network(net, x, gradcheck.Against(losses.BinaryCrossEntropy, xor, nil), gradcheck.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range report.Tensors {
		fmt.Printf("%-8s %2d checked, error at most 1e-7: %v\n", t.Name, t.Checked, t.Error <= 1e-7)
	}
	// Output:
	// 0.weight 16 checked, error at most 1e-7: true
	// 0.bias    8 checked, error at most 1e-7: true
	// 1.weight  8 checked, error at most 1e-7: true
	// 1.bias    1 checked, error at most 1e-7: true
	// input     8 checked, error at most 1e-7: true
}

// A derivative with a mistake is found.
func ExampleActivation() {
	cube := activations.Activation{
		Name: "cube",
		F:    func(x float64) float64 { return x * x * x },
		D:    func(x float64) float64 { return 2 * x * x }, // 3·x² is right
	}
	report, err := gradcheck.Activation(cube, []int{1}, gradcheck.Options{Input: []float64{2}})
	t := report.Tensors[0]
	fmt.Printf("%v, %.3f of the right gradient\n", err != nil, t.Analytic/t.Numeric)

	cube.D = func(x float64) float64 { return 3 * x * x }
	_, err = gradcheck.Activation(cube, []int{3, 4}, gradcheck.Options{})
	fmt.Println(err)
	// Output:
	// true, 0.667 of the right gradient
	// <nil>
}

// Every row of the tables has its checks.
func ExampleCases() {
	worst, checks := 0.0, 0
	for _, c := range gradcheck.Cases(layers.Dense{Units: 4, Activation: activations.ReLU}, layers.LayerNorm{}) {
		report, err := c.Check(1)
		if err != nil {
			log.Fatal(err)
		}
		checks++
		worst = math.Max(worst, report.Worst())
	}
	fmt.Println(checks > 100, worst <= gradcheck.SmoothBound)
	// Output: true true
}

// A layer of your own is checked alone: its input and its parameters, for a random
// upstream gradient.
func ExampleLayer() {
	scale := nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		w := s.Param("weight", nn.Constant(1), x.Shape()[1], 2)
		y, err := gorgonia.Mul(x, w)
		if err != nil {
			return nil, err
		}
		return gorgonia.Tanh(y)
	})
	report, err := gradcheck.Layer(scale, []int{5, 3}, gradcheck.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range report.Tensors {
		fmt.Println(t.Name, t.Checked, t.Error <= report.Bound)
	}
	// Output:
	// 0.weight 6 true
	// input 15 true
}

// No step of a difference is small enough: below about 1e-5 rounding takes over.
func ExampleSteps() {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}}, layers.Dense{Units: 4, Activation: activations.Tanh}, layers.Dense{Units: 1})
	if err != nil {
		log.Fatal(err)
	}
	x, xor := []float64{0, 0, 0, 1, 1, 0, 1, 1}, []float64{0, 1, 1, 0}
	sweep, err := gradcheck.Steps(net, x, gradcheck.Against(losses.BinaryCrossEntropy, xor, nil), gradcheck.Options{})
	if err != nil {
		log.Fatal(err)
	}
	_, best := sweep.Best()
	tiny := sweep.Points[len(sweep.Points)-1]
	fmt.Println(best.Central < 1e-8, tiny.Step < 2e-15, tiny.Central > 1e-2)
	// Output: true true true
}
