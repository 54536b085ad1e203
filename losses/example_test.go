package losses_test

import (
	"fmt"
	"log"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/losses"
)

// Losses of single elements are functions with derivatives.
func Example() {
	for _, name := range []string{"mse", "mae", "huber:0.5", "log-cosh"} {
		l, err := losses.Parse(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-9s of 3 for 1: %.4f, derivative %.4f\n", l, l.F(3, 1), l.D(3, 1))
	}
	// Output:
	// mse       of 3 for 1: 4.0000, derivative 4.0000
	// mae       of 3 for 1: 2.0000, derivative 1.0000
	// huber:0.5 of 3 for 1: 0.8750, derivative 0.5000
	// log-cosh  of 3 for 1: 1.3250, derivative 0.9640
}

// matrix makes an input node of two columns.
func matrix(g *gorgonia.ExprGraph, name string, x ...float64) *gorgonia.Node {
	value := tensor.New(tensor.WithShape(len(x)/2, 2), tensor.WithBacking(x))
	return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName(name), gorgonia.WithShape(len(x)/2, 2), gorgonia.WithValue(value))
}

// The gradient of the cross-entropy by the logits is (softmax − target)/rows.
func ExampleLoss_Build() {
	g := gorgonia.NewGraph()
	logits := matrix(g, "logits", 0, 0, math.Log(3), 0)
	target := matrix(g, "target", 1, 0, 1, 0)
	cost, err := losses.CrossEntropy.Build(logits, target, nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := gorgonia.Grad(cost, logits); err != nil {
		log.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(logits))
	if err := vm.RunAll(); err != nil {
		log.Fatal(err)
	}
	gradient, err := logits.Grad()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n%.4f\n", cost.Value(), gradient.Data())
	// Output:
	// 0.4904
	// [-0.2500 0.2500 -0.1250 0.1250]
}

// A loss of your own is a function of prediction and target with its derivative
// by the prediction.
func ExampleLoss_custom() {
	quantile := losses.Loss{
		Name: "quantile-90",
		F:    func(p, t float64) float64 { return math.Max(0.9*(t-p), 0.1*(p-t)) },
		D: func(p, t float64) float64 {
			if p < t {
				return -0.9
			}
			return 0.1
		},
	}
	g := gorgonia.NewGraph()
	cost, err := quantile.Build(matrix(g, "p", 1, 2, 3, 4), matrix(g, "t", 2, 2, 2, 2), nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := gorgonia.NewTapeMachine(g).RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", cost.Value())
	// Output: 0.30
}

// Settings are fields, and have a text.
func ExampleLoss_String() {
	l := losses.CrossEntropy
	l.Smoothing = 0.1
	l.ClassWeights = []float64{1, 2.5}
	fmt.Println(l)

	l = losses.MSE
	l.Smoothing = 0.1
	_, err := l.Build(nil, nil, nil)
	fmt.Println(err)
	// Output:
	// cross-entropy:smoothing=0.1:class-weights=1,2.5
	// losses: mse has no Smoothing; cross-entropy, cross-entropy-prob, nll have
}

// The link of a loss turns outputs into what people read.
func ExampleLink() {
	x := []float64{0, math.Log(3)}
	losses.CrossEntropy.Link.Apply(x, 2)
	fmt.Printf("%s %.2f\n", losses.CrossEntropy.Link, x)
	// Output: softmax [0.25 0.75]
}
