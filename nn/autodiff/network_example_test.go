package autodiff_test

import (
	"fmt"
	"log"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
)

// small is the network tanh(x·W1 + b1)·W2 + b2 with numbers that are easy to follow.
func small(units int) *nn.Network {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}, DType: nn.Float64}, layers.Dense{Units: 2, Activation: activations.Tanh}, layers.Dense{Units: units})
	if err != nil {
		log.Fatal(err)
	}
	if err := net.Param("0.weight").Set([]float64{1, -0.5, 0.5, 1}); err != nil {
		log.Fatal(err)
	}
	if err := net.Param("1.weight").Set([]float64{1, 2, -1, 0.5}[:2*units]); err != nil {
		log.Fatal(err)
	}
	return net
}

// constant makes an input node that holds the numbers.
func constant(g *nn.Graph, name string, numbers []float64, shape ...int) *gorgonia.Node {
	return gorgonia.NewTensor(g.G, tensor.Float64, len(shape), gorgonia.WithName(name),
		gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(numbers))))
}

// The Jacobian of a network's output y by its input x, ∂y_i/∂x_j, a row at a time: the
// gradient of u·y for the unit vector u = e_i. The graph is compiled once, and u
// is written anew for each row.
func ExampleGrad_jacobian() {
	g, err := small(2).Build(1, false)
	if err != nil {
		log.Fatal(err)
	}
	copy(g.Input.Value().Data().([]float64), []float64{0.5, -1})
	unit := []float64{0, 0}
	u := constant(g, "u", unit, 1, 2)
	cost := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(u, g.Output))))
	rows, err := autodiff.Grad(cost, g.Input)
	if err != nil {
		log.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g.G)
	defer vm.Close()
	for i := range unit {
		clear(unit)
		unit[i] = 1
		if err := vm.RunAll(); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.4f\n", rows[0].Value().Data())
		vm.Reset()
	}
	// Output:
	// [1.1402 0.2196]
	// [1.9299 1.1402]
}

// The Hessian of a network's loss by all its parameters, a column at a time: H·v for
// the unit vectors v. It is symmetric, and its diagonal is the curvature along
// each weight.
func ExampleHessianVector_network() {
	net := small(1)
	g, err := net.Build(2, true)
	if err != nil {
		log.Fatal(err)
	}
	copy(g.Input.Value().Data().([]float64), []float64{0.5, -1, 1, 0.25})
	cost, err := losses.MSE.Build(g.Output, constant(g, "target", []float64{1, -1}, 2, 1), nil)
	if err != nil {
		log.Fatal(err)
	}
	var v gorgonia.Nodes
	var unit [][]float64
	for _, p := range net.Trainable() {
		part := make([]float64, p.Size())
		unit = append(unit, part)
		v = append(v, constant(g, "v of "+p.Name, part, p.Shape...))
	}
	products, err := autodiff.HessianVector(cost, g.Params, v)
	if err != nil {
		log.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g.G)
	defer vm.Close()
	var hessian [][]float64
	for _, part := range unit {
		for i := range part {
			part[i] = 1
			if err := vm.RunAll(); err != nil {
				log.Fatal(err)
			}
			part[i] = 0
			var column []float64
			for _, p := range products {
				column = append(column, p.Value().Data().([]float64)...)
			}
			hessian = append(hessian, column)
			vm.Reset()
		}
	}
	symmetric, trace := true, 0.0
	for i := range hessian {
		trace += hessian[i][i]
		for j := range i {
			d := hessian[i][j] - hessian[j][i]
			symmetric = symmetric && d*d < 1e-24
		}
	}
	fmt.Printf("%d × %d, symmetric: %v, trace %.4f\n", len(hessian), len(hessian), symmetric, trace)
	// Output: 9 × 9, symmetric: true, trace 9.1411
}
