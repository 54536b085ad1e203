package lesson

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/nn/autodiff"
)

// array is a matrix of numbers as an input of a graph.
type array struct {
	rows, cols int
	values     []float64
}

// row is a matrix of one row.
func row(values ...float64) array { return array{1, len(values), values} }

// differentiate builds the graph of a scalar over inputs and computes its value and
// its gradient by each of them, by reverse accumulation.
func differentiate(cost func(x gorgonia.Nodes) (*gorgonia.Node, error), inputs ...array) (value float64, grads [][]float64, err error) {
	exec.Building.Lock()
	defer exec.Building.Unlock()
	g := gorgonia.NewGraph()
	var x gorgonia.Nodes
	for i, in := range inputs {
		x = append(x, gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(in.rows, in.cols), gorgonia.WithName(fmt.Sprint("x", i)),
			gorgonia.WithValue(tensor.New(tensor.WithShape(in.rows, in.cols), tensor.WithBacking(append([]float64{}, in.values...))))))
	}
	y, err := cost(x)
	if err != nil {
		return 0, nil, err
	}
	dx, err := autodiff.Grad(y, x...)
	if err != nil {
		return 0, nil, err
	}
	program, err := exec.Compile(append(gorgonia.Nodes{y}, dx...)...)
	if err != nil {
		return 0, nil, err
	}
	if err := program.RunAll(); err != nil {
		return 0, nil, err
	}
	for _, n := range dx {
		grads = append(grads, append([]float64{}, n.Value().Data().([]float64)...))
	}
	return y.Value().Data().(float64), grads, nil
}

// central is the central difference of f at x with the step h.
func central(f func(float64) float64, x, h float64) float64 { return (f(x+h) - f(x-h)) / (2 * h) }

// slope is the derivative of a smooth f by differences, extrapolated from two
// steps: its error is about 1e-11 where f and x are of order 1.
func slope(f func(float64) float64, x float64) float64 {
	h := 1e-3 * max(1, math.Abs(x))
	return (4*central(f, x, h/2) - central(f, x, h)) / 3
}

// slopes is the gradient of f at x by differences.
func slopes(f func(x []float64) float64, x []float64) []float64 {
	g := make([]float64, len(x))
	at := append([]float64{}, x...)
	for i := range x {
		g[i] = slope(func(v float64) float64 {
			at[i] = v
			defer func() { at[i] = x[i] }()
			return f(at)
		}, x[i])
	}
	return g
}
