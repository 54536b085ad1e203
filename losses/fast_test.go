package losses_test

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/kernel"
	"nabla/internal/reference"
	"nabla/losses"
)

// TestKernels checks that losses without weights run on kernels, value and
// gradient: the bits are theirs. A loss whose F was replaced does not.
func TestKernels(t *testing.T) {
	const rows, cols = 7, 3
	type pair struct {
		value func(to, p, t []float32, c float32)
		slope func(to, p, t, g []float32, c float32)
	}
	for _, c := range []struct {
		loss losses.Loss
		pair
	}{
		{losses.MSE, pair{kernel.Square[float32], kernel.SquareSlope[float32]}},
		{losses.MAE, pair{kernel.Absolute[float32], kernel.AbsoluteSlope[float32]}},
		{losses.HuberDelta(0.5), pair{
			func(to, p, t []float32, c float32) { kernel.Huber(to, p, t, c, 0.5) },
			func(to, p, t, g []float32, c float32) { kernel.HuberSlope(to, p, t, g, c, 0.5) },
		}},
		{losses.BinaryCrossEntropy, pair{kernel.Binary[float32], kernel.BinarySlope[float32]}},
	} {
		problem := draw(c.loss, rows)
		problem.weight = reference.Tensor{}
		p, y := single(problem.prediction.Data), single(problem.target.Data)
		g, want := slices.Repeat([]float32{1}, rows*cols), make([]float32, rows*cols)

		value, gradient := run(t, c.loss, problem, tensor.Float32, false)
		if c.value(want, p, y, 1); !slices.Equal(single(value), want) {
			t.Errorf("%s: %v, the kernel gives %v", c.loss, value, want)
		}
		if c.slope(want, p, y, g, 1); !slices.Equal(single(gradient), want) {
			t.Errorf("%s: gradient %v, the kernel gives %v", c.loss, gradient, want)
		}
		value, gradient = run(t, c.loss, problem, tensor.Float32, true)
		if c.slope(want, p, y, g, 1./(rows*cols)); !slices.Equal(single(gradient), want) {
			t.Errorf("%s: gradient of the mean %v, the kernel gives %v", c.loss, gradient, want)
		}
		if c.value(want, p, y, 1./(rows*cols)); float32(value[0]) != float32(kernel.Total(want)) {
			t.Errorf("%s: mean %v, the kernels give %v", c.loss, value, kernel.Total(want))
		}
	}
	other := losses.MSE
	other.F = func(p, t float64) float64 { return 3 * losses.MSE.F(p, t) }
	problem := draw(other, rows)
	problem.weight = reference.Tensor{}
	value, _ := run(t, other, problem, tensor.Float64, false)
	for i, v := range value {
		if want := other.F(problem.prediction.Data[i], problem.target.Data[i]); v != want {
			t.Errorf("replaced F gives %v, want %v", v, want)
		}
	}
}

func single(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// A copy whose function was replaced calls the new one, though it gives the same
// values.
func TestReplacedFunctionsAreCalled(t *testing.T) {
	calls := 0
	mine := losses.MSE
	mine.F = func(p, t float64) float64 { calls++; return (p - t) * (p - t) }
	g := gorgonia.NewGraph()
	input := func(name string) *gorgonia.Node {
		return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName(name), gorgonia.WithShape(2, 3), gorgonia.WithInit(gorgonia.Ones()))
	}
	cost, err := mine.Build(input("p"), input("t"), nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exec.Compile(cost)
	if err != nil {
		t.Fatal(err)
	}
	calls = 0
	if err := p.RunAll(); err != nil || calls != 6 {
		t.Errorf("%d calls for six elements, error %v", calls, err)
	}
}
