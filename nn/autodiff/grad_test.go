package autodiff_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// stock are costs made of gorgonia's own ops. Each returns the cost and what it
// is differentiated by; twice says that the ops have second derivatives.
var stock = []struct {
	name  string
	twice bool
	build func(in *inputs) (cost *G.Node, wrt G.Nodes, err error)
}{
	{"square", true, elementwise(G.Square)},
	{"cube", true, elementwise(G.Cube)},
	{"exp", true, elementwise(G.Exp)},
	{"log", true, elementwise(G.Log)},
	{"log1p", true, elementwise(G.Log1p)},
	{"expm1", true, elementwise(G.Expm1)},
	{"sqrt", true, elementwise(G.Sqrt)},
	{"inverse", true, elementwise(G.Inverse)},
	{"sin", true, elementwise(G.Sin)},
	{"cos", true, elementwise(G.Cos)},
	{"tanh", true, elementwise(G.Tanh)},
	{"sigmoid", true, elementwise(G.Sigmoid)},
	{"softplus", true, elementwise(G.Softplus)},
	{"relu", true, elementwise(G.Rectify)},
	{"neg", true, elementwise(G.Neg)},
	{"a node used twice", true, elementwise(func(x *G.Node) (*G.Node, error) {
		y := G.Must(G.Exp(x))
		return G.HadamardProd(y, G.Must(G.Add(y, x)))
	})},
	{"softmax", false, elementwise(func(x *G.Node) (*G.Node, error) { return G.SoftMax(x, 1) })},
	{"mean of rows", true, elementwise(func(x *G.Node) (*G.Node, error) {
		return G.Square(G.Must(G.Mean(G.Must(G.Square(x)), 1)))
	})},
	{"reshape", true, elementwise(func(x *G.Node) (*G.Node, error) {
		return G.Square(G.Must(G.Reshape(G.Must(G.Sin(x)), tensor.Shape{4, 3})))
	})},
	{"concat", true, elementwise(func(x *G.Node) (*G.Node, error) {
		return G.Concat(0, G.Must(G.Square(x)), G.Must(G.Exp(x)))
	})},
	{"division", true, func(in *inputs) (*G.Node, G.Nodes, error) {
		a, b := in.normal("a", 3, 4), in.positive("b", 3, 4)
		cost, err := G.Sum(G.Must(G.HadamardDiv(a, b)))
		return cost, G.Nodes{a, b}, err
	}},
	{"network", true, func(in *inputs) (*G.Node, G.Nodes, error) {
		x, w1, w2, b := in.normal("x", 5, 4), in.normal("w1", 4, 3), in.normal("w2", 3, 2), in.normal("b", 3)
		hidden := G.Must(G.Tanh(G.Must(G.BroadcastAdd(G.Must(G.Mul(x, w1)), b, nil, []byte{0}))))
		cost, err := G.Mean(G.Must(G.Square(G.Must(G.Mul(hidden, w2)))))
		return cost, G.Nodes{w1, b, w2, x}, err
	}},
}

// elementwise is Σ c·f(x) with random c.
func elementwise(f func(x *G.Node) (*G.Node, error)) func(in *inputs) (*G.Node, G.Nodes, error) {
	return func(in *inputs) (*G.Node, G.Nodes, error) {
		x := in.positive("x", 3, 4)
		y, err := f(x)
		if err != nil {
			return nil, nil, err
		}
		c := in.normal("c", y.Shape()...)
		cost, err := G.Sum(G.Must(G.HadamardProd(y, c)))
		return cost, G.Nodes{x}, err
	}
}

// TestGradAgainstGorgonia compares gradients of stock ops with gorgonia's own,
// on its TapeMachine.
func TestGradAgainstGorgonia(t *testing.T) {
	for _, c := range stock {
		t.Run(c.name, func(t *testing.T) {
			cost, wrt, err := c.build(newInputs(1))
			if err != nil {
				t.Fatal(err)
			}
			grads, err := autodiff.Grad(cost, wrt...)
			if err != nil {
				t.Fatal(err)
			}
			compile(t, grads...)
			got := numbers(t, grads)

			in := newInputs(1)
			if cost, wrt, err = c.build(in); err != nil {
				t.Fatal(err)
			}
			theirs, err := G.Grad(cost, wrt...)
			if err != nil {
				t.Fatal(err)
			}
			results := make([]G.Value, len(theirs))
			for i, n := range theirs {
				G.Read(n, &results[i])
			}
			// Traced, so that registers in use are not overwritten.
			if err := G.NewTapeMachine(in.graph, G.TraceExec()).RunAll(); err != nil {
				t.Fatal(err)
			}
			var want []float64
			for i, v := range results {
				if !grads[i].Shape().Eq(wrt[i].Shape()) {
					t.Errorf("gradient %d has shape %v, want %v", i, grads[i].Shape(), wrt[i].Shape())
				}
				want = append(want, slice(t, v)...)
			}
			if e := off(got, want); !(e <= 1e-14) {
				t.Errorf("off by %.2g: %v, gorgonia has %v", e, got, want)
			}
		})
	}
}

// TestStockHessianVector compares Hessian-vector products of stock ops, where
// gorgonia's Grad of Grad is wrong, with differences of gradients.
func TestStockHessianVector(t *testing.T) {
	for _, c := range stock {
		t.Run(c.name, func(t *testing.T) {
			in := newInputs(2)
			cost, wrt, err := c.build(in)
			if err != nil {
				t.Fatal(err)
			}
			if c.twice {
				checkHessianVector(t, in, cost, wrt)
				return
			}
			if _, err := autodiff.HessianVector(cost, wrt, in.like(wrt)); err == nil {
				t.Error("an op without a second derivative gives no error")
			} else {
				t.Log(err)
			}
		})
	}
}

// TestThirdDerivative differentiates Σ eˣ again and again.
func TestThirdDerivative(t *testing.T) {
	in := newInputs(3)
	x := in.given("x", []float64{0, 1, -2}, 3)
	cost := must(t)(G.Sum(must(t)(G.Exp(x))))
	for order := range 3 {
		grads, err := autodiff.Grad(cost, x)
		if err != nil {
			t.Fatal(err)
		}
		compile(t, grads...)
		if got, want := numbers(t, grads), []float64{1, math.E, math.Exp(-2)}; off(got, want) > 1e-15 {
			t.Errorf("derivative %d is %v, want %v", order+1, got, want)
		}
		cost = must(t)(op.Total(grads[0]))
	}
}

// TestZeroGradient asks for gradients by nodes that the cost does not depend on.
func TestZeroGradient(t *testing.T) {
	in := newInputs(4)
	x, apart, scalar := in.normal("x", 3), in.normal("apart", 2, 5), in.normal("scalar")
	cost := must(t)(op.Total(must(t)(G.Square(x))))
	grads, err := autodiff.Grad(cost, apart, x, scalar, apart)
	if err != nil {
		t.Fatal(err)
	}
	compile(t, grads...)
	for i, n := range (G.Nodes{apart, x, scalar, apart}) {
		if !grads[i].Shape().Eq(n.Shape()) {
			t.Errorf("gradient by %s has shape %v, want %v", n.Name(), grads[i].Shape(), n.Shape())
		}
		zero := true
		for _, v := range numbers(t, grads[i:i+1]) {
			zero = zero && v == 0
		}
		if zero != (n != x) {
			t.Errorf("gradient by %s: %v", n.Name(), grads[i].Value())
		}
	}
	hv, err := autodiff.HessianVector(must(t)(op.Total(x)), G.Nodes{x, apart}, in.like(G.Nodes{x, apart}))
	if err != nil {
		t.Fatal(err)
	}
	compile(t, hv...)
	if e := off(numbers(t, hv), make([]float64, 13)); e != 0 {
		t.Errorf("the Hessian of a linear cost is %v", numbers(t, hv))
	}
}

// TestCostItself checks the gradient of a cost by itself and by an input that is
// the cost.
func TestCostItself(t *testing.T) {
	in := newInputs(5)
	x := in.normal("x")
	y := must(t)(G.Square(x))
	for _, cost := range []*G.Node{x, y} {
		grads, err := autodiff.Grad(cost, cost)
		if err != nil {
			t.Fatal(err)
		}
		compile(t, grads...)
		if got := numbers(t, grads); got[0] != 1 {
			t.Errorf("gradient %v, want 1", got)
		}
	}
}

func TestErrors(t *testing.T) {
	in := newInputs(6)
	x, z, v := in.normal("x", 3), in.normal("z", 3), in.normal("v", 2)
	scalar := must(t)(op.Total(x))
	square := must(t)(G.Square(in.normal("y", 3))).Op().(G.SDOp)
	integer := G.NewScalar(in.graph, tensor.Int, G.WithName("i"), G.WithValue(1))
	grad := func(cost *G.Node, wrt ...*G.Node) error { _, err := autodiff.Grad(cost, wrt...); return err }
	hv := func(cost *G.Node, wrt, v G.Nodes) error { _, err := autodiff.HessianVector(cost, wrt, v); return err }
	for _, c := range []struct {
		err  error
		want string
	}{
		{grad(x, x), "autodiff: the cost has shape (3), want a scalar"},
		{grad(integer, x), "autodiff: dtype int, want float32 or float64"},
		{hv(scalar, G.Nodes{x}, nil), "autodiff: 0 parts of v for 1 nodes"},
		{grad(must(t)(op.Total(must(t)(G.ApplyOp(forgetful{square}, x)))), x), "autodiff: " + square.String() + ": 0 derivatives for 1 inputs"},
		{grad(must(t)(G.Sum(must(t)(G.ApplyOp(numeric{square}, z)))), z), "autodiff: " + square.String() + ": has no symbolic derivative"},
		{hv(scalar, G.Nodes{x}, G.Nodes{v}), "autodiff: part 0 of v: mul: shapes (3) and (2) differ"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
	if hv, err := autodiff.HessianVector(scalar, nil, nil); len(hv) != 0 || err != nil {
		t.Errorf("by nothing: %v, %v", hv, err)
	}
}

// forgetful is an op that gives no derivatives, numeric one that has none.
type (
	forgetful struct{ G.SDOp }
	numeric   struct{ G.Op }
)

func (forgetful) SymDiff(G.Nodes, *G.Node, *G.Node) (G.Nodes, error) { return nil, nil }
