package losses_test

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/losses"
	"nabla/nn/autodiff"
)

// problem is what a loss is computed of.
type problem struct {
	prediction, target, weight reference.Tensor // weight.Data may be nil
}

// nodes makes inputs of the numbers in a new graph.
func (p problem) nodes(dtype tensor.Dtype) (prediction, target, weight *gorgonia.Node) {
	g := gorgonia.NewGraph()
	prediction, target = input(g, dtype, "prediction", p.prediction), input(g, dtype, "target", p.target)
	if p.weight.Data != nil {
		weight = input(g, dtype, "weight", p.weight)
	}
	return prediction, target, weight
}

func input(g *gorgonia.ExprGraph, dtype tensor.Dtype, name string, x reference.Tensor) *gorgonia.Node {
	var backing any = slices.Clone(x.Data)
	if dtype == tensor.Float32 {
		single := make([]float32, len(x.Data))
		for i, v := range x.Data {
			single[i] = float32(v)
		}
		backing = single
	}
	value := tensor.New(tensor.WithShape(x.Shape...), tensor.WithBacking(backing))
	return gorgonia.NewTensor(g, dtype, len(x.Shape), gorgonia.WithShape(x.Shape...), gorgonia.WithName(name), gorgonia.WithValue(value))
}

// run computes the loss and its gradient by the prediction. Without reduction the
// loss is that of the elements and the gradient that of their sum.
func run(t *testing.T, l losses.Loss, p problem, dtype tensor.Dtype, reduce bool) (value, gradient []float64) {
	t.Helper()
	prediction, target, weight := p.nodes(dtype)
	build := l.Build
	if !reduce {
		build = l.Elements
	}
	out, err := build(prediction, target, weight)
	if err != nil {
		t.Fatal(err)
	}
	cost := out
	if !reduce {
		if cost, err = op.Total(out); err != nil {
			t.Fatal(err)
		}
	}
	grads, err := autodiff.Grad(cost, prediction)
	if err != nil {
		t.Fatal(err)
	}
	program, err := exec.Compile(out, grads[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return floats(t, out.Value()), floats(t, grads[0].Value())
}

func floats(t *testing.T, v gorgonia.Value) []float64 {
	t.Helper()
	if x, err := op.Slice[float32](v); err == nil {
		wide := make([]float64, len(x))
		for i, e := range x {
			wide[i] = float64(e)
		}
		return wide
	}
	x, err := op.Slice[float64](v)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(x)
}
