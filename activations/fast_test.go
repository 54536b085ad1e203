package activations_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/kernel"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// TestKernels checks that the functions which networks use most run on kernels,
// value and gradient: the bits are theirs.
func TestKernels(t *testing.T) {
	type pair struct {
		f func(to, x []float32)
		d func(to, x, g []float32)
	}
	fromValue := func(f func(to, x []float32), d func(to, y, g []float32)) func(to, x, g []float32) {
		return func(to, x, g []float32) { f(to, x); d(to, to, g) }
	}
	want := map[string]pair{
		"relu": {kernel.Relu[float32], kernel.ReluSlope[float32]},
		"leaky-relu": {
			func(to, x []float32) { kernel.LeakyRelu(to, x, 0.01) },
			func(to, x, g []float32) { kernel.LeakyReluSlope(to, x, g, 0.01) },
		},
		"elu": {
			func(to, x []float32) { kernel.ELU(to, x, 1, 1) },
			func(to, x, g []float32) { kernel.ELUSlope(to, x, g, 1, 1) },
		},
		"sigmoid":   {kernel.Sigmoid[float32], fromValue(kernel.Sigmoid[float32], kernel.SigmoidSlope[float32])},
		"tanh":      {kernel.Tanh[float32], fromValue(kernel.Tanh[float32], kernel.TanhSlope[float32])},
		"gelu":      {kernel.GELU[float32], kernel.GELUSlope[float32]},
		"gelu-tanh": {kernel.GELUTanh[float32], kernel.GELUTanhSlope[float32]},
		"silu":      {kernel.SiLU[float32], kernel.SiLUSlope[float32]},
		"softplus": {kernel.Softplus[float32], func(to, x, g []float32) {
			kernel.Sigmoid(to, x)
			kernel.Mul(to, to, g)
		}},
	}
	rng := rand.New(rand.NewPCG(5, 1))
	x, up := make([]float64, 3000), make([]float64, 3000)
	x32, up32, y32 := make([]float32, 3000), make([]float32, 3000), make([]float32, 3000)
	for i := range x {
		x32[i], up32[i] = float32(3*rng.NormFloat64()), float32(rng.NormFloat64())
		x[i], up[i] = float64(x32[i]), float64(up32[i])
	}
	for name, k := range want {
		a, err := activations.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		g := gorgonia.NewGraph()
		in := input(g, tensor.Float32, []int{3000}, "x", x)
		y, err := a.Apply(in)
		if err != nil {
			t.Fatal(err)
		}
		product, err := op.Mul(y, input(g, tensor.Float32, []int{3000}, "up", up))
		if err != nil {
			t.Fatal(err)
		}
		cost, err := op.Total(product)
		if err != nil {
			t.Fatal(err)
		}
		grads, err := autodiff.Grad(cost, in)
		if err != nil {
			t.Fatal(err)
		}
		k.f(y32, x32)
		for i, v := range compute(t, y) {
			if v != float64(y32[i]) {
				t.Errorf("%s(%v) = %v, the kernel gives %v", name, x[i], v, y32[i])
				break
			}
		}
		k.d(y32, x32, up32)
		for i, v := range compute(t, grads[0]) {
			if v != float64(y32[i]) {
				t.Errorf("%v·%s′(%v) = %v, the kernel gives %v", up[i], name, x[i], v, y32[i])
				break
			}
		}
	}
	if kernel.ISA() == kernel.Generic {
		return // the loops may round as F does
	}
	differs := false
	kernel.GELU(y32, x32)
	for i, v := range x {
		differs = differs || y32[i] != float32(activations.GELU.F(v))
	}
	if !differs || math.IsNaN(float64(y32[0])) {
		t.Error("the kernel of gelu rounds as F does: the test cannot tell them apart")
	}
}
