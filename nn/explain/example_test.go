package explain_test

import (
	"fmt"
	"log"
	"os"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/explain"
)

// The backward pass of a network of two layers, as a course writes it.
func ExampleNetwork() {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}}, layers.Dense{Units: 4, Activation: activations.ReLU}, layers.Dense{Units: 3})
	if err != nil {
		log.Fatal(err)
	}
	rows, classes := []float64{0.5, -1, 2, 0.25}, []float64{2, 0}
	t, err := explain.Network(net, losses.CrossEntropy, rows, classes, explain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, n := range t.Backward() {
		fmt.Printf("∂L/∂%-2s = %s\n", n.Name, n.Gradient.Formula)
	}
	formulas, differences := t.Off()
	fmt.Println(formulas < 1e-15, differences < 1e-9)
	// Output:
	// ∂L/∂L  = 1
	// ∂L/∂z2 = (ŷ − y)/n
	// ∂L/∂W2 = a1ᵀ·dz2
	// ∂L/∂b2 = column sums of dz2
	// ∂L/∂a1 = dz2·W2ᵀ
	// ∂L/∂z1 = da1 ⊙ relu′(z1)
	// ∂L/∂W1 = xᵀ·dz1
	// ∂L/∂b1 = column sums of dz1
	// ∂L/∂x  = dz1·W1ᵀ
	// true true
}

// x is used twice, so its gradient has two terms.
func ExampleExpression() {
	t, err := explain.Expression("w = z + x; z = x*y; loss = w^2", map[string]float64{"x": 2, "y": 3}, explain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	t.Symbolic = nil // the table of the three ways has rounding in it
	if err := t.Write(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Forward
	//   x           2
	//   y           3
	//   z = x·y     6
	//   w = z + x   8
	//   loss = w²  64
	//
	// Backward: local derivative × upstream gradient = gradient of loss
	//   loss  ∂loss/∂loss                   1
	//   w     ∂loss/∂w = 2w = 16   × 1  =  16
	//   z     ∂w/∂z = 1           × 16  =  16
	//   x     ∂w/∂x = 1           × 16  =  16
	//         ∂z/∂x = y = 3       × 16  =  48
	//                              sum  =  64
	//   y     ∂z/∂y = x = 2       × 16  =  32
}
