package activations_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/nn/autodiff"
)

// theirs gives each kind of activations.json as one of ours.
var theirs = map[string]func(p parameters) activations.Activation{
	"relu":        func(parameters) activations.Activation { return activations.ReLU },
	"relu6":       func(parameters) activations.Activation { return activations.HardTanhBounds(0, 6) },
	"leaky_relu":  func(p parameters) activations.Activation { return activations.LeakyReLUSlope(p.NegativeSlope) },
	"elu":         func(p parameters) activations.Activation { return activations.ELUAlpha(p.Alpha) },
	"selu":        func(parameters) activations.Activation { return activations.SELU },
	"gelu":        func(p parameters) activations.Activation { return gelus[p.Approximate] },
	"silu":        func(parameters) activations.Activation { return activations.SiLU },
	"mish":        func(parameters) activations.Activation { return activations.Mish },
	"softplus":    func(p parameters) activations.Activation { return activations.SoftplusBeta(p.Beta) },
	"sigmoid":     func(parameters) activations.Activation { return activations.Sigmoid },
	"log_sigmoid": func(parameters) activations.Activation { return activations.LogSigmoid },
	"tanh":        func(parameters) activations.Activation { return activations.Tanh },
	"softsign":    func(parameters) activations.Activation { return activations.Softsign },
	"hardsigmoid": func(parameters) activations.Activation { return activations.HardSigmoid },
	"hardswish":   func(parameters) activations.Activation { return activations.HardSwish },
	"hardtanh":    func(p parameters) activations.Activation { return activations.HardTanhBounds(p.MinVal, p.MaxVal) },
	"softmax":     func(p parameters) activations.Activation { return activations.SoftmaxAxis(p.Axis) },
	"log_softmax": func(p parameters) activations.Activation { return activations.LogSoftmaxAxis(p.Axis) },
}

var gelus = map[string]activations.Activation{"none": activations.GELU, "tanh": activations.GELUTanh}

type parameters struct {
	Alpha, Beta   float64
	NegativeSlope float64 `json:"negative_slope"`
	MinVal        float64 `json:"min_val"`
	MaxVal        float64 `json:"max_val"`
	Approximate   string
	Axis          int
}

type referenceCase struct {
	Name, Group     string
	Params          parameters
	X, Upstream     reference.Tensor
	Y, VJP          reference.Tensor
	Derivative      reference.Tensor
	Jacobian        reference.Tensor
	YExact          reference.Tensor `json:"y_exact"`
	DerivativeExact reference.Tensor `json:"derivative_exact"`
	Single          reference.Tensor `json:"y_torch_float32"`
	SingleSlope     reference.Tensor `json:"derivative_torch_float32"`
}

func loadCases(t *testing.T) []referenceCase {
	var file struct{ Cases []referenceCase }
	reference.Load(t, "activations.json", &file)
	return file.Cases
}

// run applies a to x in a graph and returns y and the gradient of Σ upstream·y.
func run(t *testing.T, a activations.Activation, dtype tensor.Dtype, shape []int, x, upstream []float64) (y, dx []float64) {
	t.Helper()
	g := gorgonia.NewGraph()
	in, up := input(g, dtype, shape, "x", x), input(g, dtype, shape, "upstream", upstream)
	out, err := a.Apply(in)
	if err != nil {
		t.Fatal(err)
	}
	product, err := op.Mul(up, out)
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
	return compute(t, out), compute(t, grads[0])
}

func compute(t *testing.T, n *gorgonia.Node) []float64 {
	t.Helper()
	program, err := exec.Compile(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return floats(t, n.Value())
}

func input(g *gorgonia.ExprGraph, dtype tensor.Dtype, shape []int, name string, x []float64) *gorgonia.Node {
	var backing any = slices.Clone(x)
	if dtype == tensor.Float32 {
		single := make([]float32, len(x))
		for i, v := range x {
			single[i] = float32(v)
		}
		backing = single
	}
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))
	return gorgonia.NewTensor(g, dtype, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name), gorgonia.WithValue(value))
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

// TestReference compares y, f′ and vector-Jacobian products with PyTorch, in
// float64 and through a graph. An answer is right if it agrees with PyTorch or
// with the exact value, within the tolerance that the file asks for.
func TestReference(t *testing.T) {
	ran, loose := 0, 0
	left := map[string]bool{}
	for i, c := range loadCases(t) {
		ours, ok := theirs[c.Name]
		if !ok {
			left[c.Name] = true
			continue
		}
		ran++
		a := ours(c.Params)
		t.Run(fmt.Sprintf("%d/%s/%s", i, a, c.Group), func(t *testing.T) {
			if c.Jacobian.Data != nil {
				checkJacobian(t, a, c)
				return
			}
			y, vjp := run(t, a, tensor.Float64, c.X.Shape, c.X.Data, c.Upstream.Data)
			loose += check(t, "y", c, y, c.Y.Data, c.YExact.Data, nil)
			if c.Derivative.Data == nil {
				loose += check(t, "vjp", c, vjp, c.VJP.Data, nil, nil)
				return
			}
			_, d := run(t, a, tensor.Float64, c.X.Shape, c.X.Data, slices.Repeat([]float64{1}, len(c.X.Data)))
			exact := c.DerivativeExact.Data
			if c.Name == "hardsigmoid" {
				// PyTorch rounds 1/6 to single precision.
				exact = slices.Clone(c.Derivative.Data)
				for i, d := range exact {
					if d != 0 {
						exact[i] = 1. / 6
					}
				}
			}
			loose += check(t, "derivative", c, d, c.Derivative.Data, exact, nil)
			var exactVJP []float64
			for i, e := range exact {
				exactVJP = append(exactVJP, e*c.Upstream.Data[i])
			}
			loose += check(t, "vjp", c, vjp, c.VJP.Data, exactVJP, c.Upstream.Data)
		})
	}
	t.Logf("%d cases; left out: %d kinds %v; %d elements at NaN or ±Inf held to the limit instead of PyTorch's number", ran, len(left), left, loose)
}

// check compares one tensor and returns the number of elements where PyTorch's
// number is no requirement: f′ at NaN, and NaN for an infinite input.
func check(t *testing.T, what string, c referenceCase, got, want, exact, scale []float64) (loose int) {
	t.Helper()
	rows := c.Derivative.Data == nil // of softmax, where each element depends on others
	for i, w := range want {
		x := c.X.Data[i]
		atol := 1e-15 * math.Max(1, math.Abs(x))
		if rows || math.IsInf(x, 0) || math.IsNaN(x) {
			atol = 1e-15
		}
		if scale != nil {
			atol *= math.Max(1, math.Abs(scale[i]))
		}
		switch {
		case reference.Close(got[i], w, 1e-12, atol):
		case exact != nil && reference.Close(got[i], exact[i], 1e-12, atol):
		case !rows && math.IsNaN(x) && what != "y":
			loose++
		case !rows && math.IsInf(x, 0) && math.IsNaN(w) && !math.IsNaN(got[i]):
			loose++ // TestLimits knows the value
		default:
			t.Errorf("%s at %v: got %v, want %v", what, x, got[i], w)
		}
	}
	return loose
}

// TestTails compares F and D alone with the exact values, to relative precision
// however small they are. PyTorch's own formulas lose all digits there.
func TestTails(t *testing.T) {
	// The exact values were computed to 60 digits: 1 − tanh, once below them, is 0.
	const denormal, digits = 5e-324, 1e-60
	tail := func(got, want, x float64) bool {
		return want == 0 && math.Abs(got) < digits ||
			reference.Close(got, want, 1e-12, denormal*math.Max(1, math.Abs(x)))
	}
	ran := 0
	for _, c := range loadCases(t) {
		ours, ok := theirs[c.Name]
		if !ok || c.YExact.Data == nil {
			continue
		}
		ran++
		a := ours(c.Params)
		for i, x := range c.X.Data {
			if y := a.F(x); !tail(y, c.YExact.Data[i], x) {
				t.Errorf("%s(%v) = %v, want %v", a, x, y, c.YExact.Data[i])
			}
			if c.DerivativeExact.Data == nil {
				continue
			}
			if d := a.D(x); !tail(d, c.DerivativeExact.Data[i], x) {
				t.Errorf("%s′(%v) = %v, want %v", a, x, d, c.DerivativeExact.Data[i])
			}
		}
	}
	t.Logf("%d functions", ran)
}

func checkJacobian(t *testing.T, a activations.Activation, c referenceCase) {
	n := len(c.X.Data)
	for i := range n {
		unit := make([]float64, n)
		unit[i] = 1
		y, row := run(t, a, tensor.Float64, c.X.Shape, c.X.Data, unit)
		if err := reference.Compare(y, c.Y.Data, 1e-12, 1e-15); err != nil {
			t.Errorf("y: %v", err)
		}
		if err := reference.Compare(row, c.Jacobian.Data[i*n:(i+1)*n], 1e-12, 1e-15); err != nil {
			t.Errorf("row %d of the Jacobian: %v", i, err)
		}
	}
}

// TestSinglePrecision runs the groups of ordinary numbers in float32; the
// tolerance is that of its last digits.
func TestSinglePrecision(t *testing.T) {
	ran := 0
	for _, c := range loadCases(t) {
		ours, ok := theirs[c.Name]
		if !ok || c.Group != "ordinary" && c.Group != "batch1" {
			continue
		}
		ran++
		a := ours(c.Params)
		y, vjp := run(t, a, tensor.Float32, c.X.Shape, c.X.Data, c.Upstream.Data)
		if err := reference.Compare(y, c.Y.Data, 1e-6, 1e-6); err != nil {
			t.Errorf("%s: y: %v", a, err)
		}
		if err := reference.Compare(vjp, c.VJP.Data, 1e-6, 1e-6); err != nil {
			t.Errorf("%s: vjp: %v", a, err)
		}
	}
	t.Logf("%d cases", ran)
}

// TestExtremesInSinglePrecision compares float32 with PyTorch's float32 where
// numbers are large, tiny or cancel: to 4e-7 of the value, which is three units
// of its last place, and to one such unit of max(1, |x|), which PyTorch's
// formulas lose (its GELU of −8 is 0, the right one −5e-15).
func TestExtremesInSinglePrecision(t *testing.T) {
	const rtol, ulp = 4e-7, 0x1p-23
	ran := 0
	for _, c := range loadCases(t) {
		ours, ok := theirs[c.Name]
		if !ok || c.Single.Data == nil {
			continue
		}
		ran++
		a := ours(c.Params)
		y, d := run(t, a, tensor.Float32, c.X.Shape, c.X.Data, slices.Repeat([]float64{1}, len(c.X.Data)))
		for i, x := range c.X.Data {
			atol := ulp * math.Max(1, math.Abs(x))
			if !reference.Close(y[i], c.Single.Data[i], rtol, atol) {
				t.Errorf("%s(%v) = %v, PyTorch has %v", a, x, y[i], c.Single.Data[i])
			}
			if !reference.Close(d[i], c.SingleSlope.Data[i], rtol, atol) {
				t.Errorf("%s′(%v) = %v, PyTorch has %v", a, x, d[i], c.SingleSlope.Data[i])
			}
		}
	}
	t.Logf("%d functions; none left out", ran)
	if ran == 0 {
		t.Error("no case has values in single precision")
	}
}
