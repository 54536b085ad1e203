package exec_test

import (
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// A step of a network of our ops allocates nothing.
func TestRunAllocatesNothing(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		g := networks[4].build(t, dtype, false)
		cost := g.outputs[len(g.outputs)-1]
		grads, err := autodiff.Grad(cost, g.params...)
		if err != nil {
			t.Fatal(err)
		}
		p, err := exec.Compile(append(grads, cost)...)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(10, func() {
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations a run, want 0", dtype, n)
		}
	}
}

// What nobody asks for is not computed: the gradient by the input of the network.
func TestCompileLeavesOutWhatIsNotWanted(t *testing.T) {
	g := networks[0].build(t, tensor.Float64, false)
	cost := g.outputs[len(g.outputs)-1]
	grads, err := autodiff.Grad(cost, g.params...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exec.Compile(append(grads, cost)...)
	if err != nil {
		t.Fatal(err)
	}
	if forward, all := 4, p.Steps(); all > forward+10 {
		t.Errorf("%d steps for a forward pass of %d", all, forward)
	}
	alone, err := exec.Compile(cost)
	if err != nil {
		t.Fatal(err)
	}
	if alone.Steps() != 4 { // affine with tanh, affine, the loss and its sum
		t.Errorf("the loss alone takes %d steps, want 4", alone.Steps())
	}
}

func vector(g *G.ExprGraph, name string, x ...float64) *G.Node {
	return G.NewTensor(g, tensor.Float64, 1, G.WithName(name), G.WithValue(tensor.New(tensor.WithShape(len(x)), tensor.WithBacking(x))))
}

// gorgonia's reshape returns an alias of its input, which the TapeMachine then
// overwrites; ours must not.
func TestReshapeOfAnOutputThatIsNeededAgain(t *testing.T) {
	g := G.NewGraph()
	x := vector(g, "x", 0.3, -0.2, 0.5, 0.9)
	y := G.Must(G.Tanh(x))
	cost := G.Must(G.Sum(G.Must(G.Square(G.Must(G.Reshape(y, tensor.Shape{2, 2}))))))
	grads, err := autodiff.Grad(cost, x)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exec.Compile(append(grads, cost)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, v := range []float64{0.3, -0.2, 0.5, 0.9} {
		y := math.Tanh(v)
		if got, want := numbers(t, grads[0].Value())[i], 2*y*(1-y*y); math.Abs(got-want) > 1e-15 {
			t.Errorf("gradient[%d] = %v, want %v", i, got, want)
		}
	}
}

// Slices and transposes of gorgonia are views; their values must be copied out.
func TestViews(t *testing.T) {
	g := G.NewGraph()
	m := G.NewMatrix(g, tensor.Float64, G.WithName("m"), G.WithValue(tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6}))))
	turned := G.Must(G.Transpose(m, 1, 0))
	col := G.Must(G.Slice(m, nil, G.S(1)))
	p, err := exec.Compile(turned, col)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	compare(t, "transpose", numbers(t, turned.Value()), []float64{1, 4, 2, 5, 3, 6}, 0)
	compare(t, "column", numbers(t, col.Value()), []float64{2, 5}, 0)
}

func TestErrors(t *testing.T) {
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float64, G.WithName("x"), G.WithShape(3))
	if _, err := exec.Compile(G.Must(G.Tanh(x))); err == nil || !strings.Contains(err.Error(), "input x has no value") {
		t.Errorf("an input without a value: %v", err)
	}
	// A negative index makes gorgonia's ByIndices panic.
	m := G.NewMatrix(g, tensor.Float64, G.WithName("m"), G.WithShape(2, 2), G.WithInit(G.Ones()))
	at := G.NewVector(g, tensor.Int, G.WithName("at"), G.WithValue(tensor.New(tensor.WithShape(1), tensor.WithBacking([]int{-1}))))
	if _, err := exec.Compile(G.Must(G.ByIndices(m, at, 0))); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("an op that panics: %v", err)
	}
}

func TestNonFinite(t *testing.T) {
	g := G.NewGraph()
	x := vector(g, "x", 1, 0)
	root := op.Unary{Name: "inverse", F: func(x float64) float64 { return 1 / x }, D: func(x float64) float64 { return -1 / (x * x) }}
	y, err := root.Apply(x)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exec.Compile(y)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	if n, bad := p.NonFinite(); !bad || n != y {
		t.Errorf("NonFinite found %v %v, want the inverse", n, bad)
	}
	xs, err := op.Slice[float64](x.Value())
	if err != nil {
		t.Fatal(err)
	}
	xs[1] = math.NaN()
	if n, bad := p.NonFinite(); !bad || n != x {
		t.Errorf("NonFinite found %v %v, want the input", n, bad)
	}
	xs[1] = 2
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	if n, bad := p.NonFinite(); bad {
		t.Errorf("NonFinite found %v in finite values", n)
	}
}
