package autodiff_test

import (
	"fmt"
	"log"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/nn/autodiff"
)

// The cost (z + x)² with z = x·y has the gradient 64 and 32 at x = 2, y = 3.
func ExampleGrad() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithValue(2.0))
	y := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("y"), gorgonia.WithValue(3.0))
	z := gorgonia.Must(gorgonia.Mul(x, y))
	cost := gorgonia.Must(gorgonia.Square(gorgonia.Must(gorgonia.Add(z, x))))

	grads, err := autodiff.Grad(cost, x, y)
	if err != nil {
		log.Fatal(err)
	}
	if err := gorgonia.NewTapeMachine(g, gorgonia.TraceExec()).RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(cost.Value(), grads[0].Value(), grads[1].Value())
	// Output: 64 64 32
}

// The Hessian of Σ x³ is diagonal with 6x, so that H·v is 6x·v.
func ExampleHessianVector() {
	g := gorgonia.NewGraph()
	vector := func(name string, x ...float64) *gorgonia.Node {
		return gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName(name), gorgonia.WithShape(len(x)),
			gorgonia.WithValue(tensor.New(tensor.WithBacking(x))))
	}
	x, v := vector("x", 1, 2, 3), vector("v", 1, 0, -1)
	cost := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.Cube(x))))

	products, err := autodiff.HessianVector(cost, gorgonia.Nodes{x}, gorgonia.Nodes{v})
	if err != nil {
		log.Fatal(err)
	}
	if err := gorgonia.NewTapeMachine(g, gorgonia.TraceExec()).RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(products[0].Value().Data())
	// Output: [6 0 -18]
}
