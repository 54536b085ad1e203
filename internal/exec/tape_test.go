package exec_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// network is a multi-layer perceptron with a loss, to be built of our ops or of
// gorgonia's own.
type network struct {
	name  string
	batch int
	sizes []int
	act   string // tanh, sigmoid, relu or softplus
	loss  string // mse or cross-entropy
	seed  uint64
}

var networks = []network{
	{"2-8-2", 4, []int{2, 8, 2}, "tanh", "mse", 1},
	{"4-16-3", 1, []int{4, 16, 3}, "sigmoid", "cross-entropy", 2},
	{"4-16-3 batch 7", 7, []int{4, 16, 3}, "relu", "cross-entropy", 3},
	{"5-9-8-7-2", 6, []int{5, 9, 8, 7, 2}, "softplus", "mse", 4},
	{"64-64-32-10", 32, []int{64, 64, 32, 10}, "tanh", "cross-entropy", 5},
}

// graph is the built network: everything to compare.
type graph struct {
	params, outputs G.Nodes // outputs: hidden layers, prediction, loss
}

func (n network) values(dtype tensor.Dtype, rng *rand.Rand, scale float64, shape ...int) *tensor.Dense {
	t := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
	for i := range t.Shape().TotalSize() {
		v := scale * rng.NormFloat64()
		if dtype == tensor.Float32 {
			t.Set(i, float32(v))
		} else {
			t.Set(i, v)
		}
	}
	return t
}

// build makes the network; equal seeds give equal numbers.
func (n network) build(t *testing.T, dtype tensor.Dtype, stock bool) graph {
	t.Helper()
	must := func(x *G.Node, err error) *G.Node {
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	rng := rand.New(rand.NewPCG(n.seed, 1))
	g := G.NewGraph()
	input := func(name string, v *tensor.Dense) *G.Node {
		return G.NewTensor(g, dtype, v.Dims(), G.WithName(name), G.WithValue(v))
	}
	x := input("x", n.values(dtype, rng, 1, n.batch, n.sizes[0]))
	var built graph
	for i, units := range n.sizes[1:] {
		w := input(fmt.Sprint("w", i), n.values(dtype, rng, 1/math.Sqrt(float64(n.sizes[i])), n.sizes[i], units))
		b := input(fmt.Sprint("b", i), n.values(dtype, rng, 0.1, units))
		built.params = append(built.params, w, b)
		if stock {
			x = must(G.BroadcastAdd(must(G.Mul(x, w)), b, nil, []byte{0}))
		} else {
			x = must(op.Affine(x, w, b))
		}
		if i < len(n.sizes)-2 {
			x = must(n.activate(x, stock))
		}
		built.outputs = append(built.outputs, x)
	}
	target := n.values(dtype, rng, 1, n.batch, n.sizes[len(n.sizes)-1])
	if n.loss == "cross-entropy" {
		target.Zero()
		for i := range n.batch {
			at := i*n.sizes[len(n.sizes)-1] + rng.IntN(n.sizes[len(n.sizes)-1])
			if dtype == tensor.Float32 {
				target.Set(at, float32(1))
			} else {
				target.Set(at, 1.0)
			}
		}
	}
	built.outputs = append(built.outputs, must(n.cost(x, input("target", target), stock)))
	return built
}

func (n network) activate(x *G.Node, stock bool) (*G.Node, error) {
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	functions := map[string]struct {
		stock func(*G.Node) (*G.Node, error)
		ours  op.Unary
	}{
		"tanh": {G.Tanh, op.Unary{Name: "tanh", F: math.Tanh, D: func(x float64) float64 { y := math.Tanh(x); return 1 - y*y }}},
		"sigmoid": {G.Sigmoid, op.Unary{Name: "sigmoid", F: logistic,
			D: func(x float64) float64 { y := logistic(x); return y * (1 - y) }}},
		"relu": {G.Rectify, op.Unary{Name: "relu", F: func(x float64) float64 { return max(x, 0) }, D: func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return 0
		}}},
		"softplus": {G.Softplus, op.Unary{Name: "softplus", F: func(x float64) float64 { return math.Log1p(math.Exp(x)) }, D: logistic}},
	}
	f := functions[n.act]
	if stock {
		return f.stock(x)
	}
	return f.ours.Apply(x)
}

func (n network) cost(x, target *G.Node, stock bool) (*G.Node, error) {
	size := float64(n.batch)
	if stock {
		var each *G.Node
		var err error
		if n.loss == "mse" {
			each, err = G.Square(G.Must(G.Sub(x, target)))
			size *= float64(n.sizes[len(n.sizes)-1])
		} else {
			each, err = G.HadamardProd(target, G.Must(G.LogSoftMax(x, 1)))
			size = -size
		}
		if err != nil {
			return nil, err
		}
		sum := G.Must(G.Sum(each))
		if x.Dtype() == tensor.Float32 {
			return G.Mul(sum, G.NewConstant(float32(1/size)))
		}
		return G.Mul(sum, G.NewConstant(1/size))
	}
	rows, err := op.CrossEntropy{By: op.ByCount}.Apply(x, target, nil)
	if n.loss == "mse" {
		rows, err = op.Pair{
			Name: "mse", F: func(p, t, _ float64) float64 { return (p - t) * (p - t) },
			D: func(p, t, _ float64) float64 { return 2 * (p - t) },
		}.Apply(x, target, nil, op.ByCount)
	}
	if err != nil {
		return nil, err
	}
	return op.Total(rows)
}

func numbers(t *testing.T, v G.Value) []float64 {
	t.Helper()
	if x, err := op.Slice[float64](v); err == nil {
		return append([]float64(nil), x...)
	}
	x, err := op.Slice[float32](v)
	if err != nil {
		t.Fatal(err)
	}
	var wide []float64
	for _, e := range x {
		wide = append(wide, float64(e))
	}
	return wide
}

// compare demands that got differs from want by at most tol of the largest
// magnitude in want.
func compare(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	var largest, worst float64
	for i, w := range want {
		largest = max(largest, math.Abs(w))
		worst = max(worst, math.Abs(got[i]-w))
	}
	if len(got) != len(want) || !(worst <= tol*largest) {
		t.Errorf("%s: off by %.2g of %.2g, want at most %.0e of it", what, worst, largest, tol)
	}
}

// onTape runs a stock graph on gorgonia's TapeMachine and returns loss and
// gradients.
func onTape(t *testing.T, g graph) [][]float64 {
	t.Helper()
	cost := g.outputs[len(g.outputs)-1]
	grads, err := G.Grad(cost, g.params...)
	if err != nil {
		t.Fatal(err)
	}
	results := make([]G.Value, len(grads)+1)
	G.Read(cost, &results[0])
	for i, d := range grads {
		G.Read(d, &results[i+1])
	}
	vm := G.NewTapeMachine(cost.Graph())
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	var all [][]float64
	for _, v := range results {
		all = append(all, numbers(t, v))
	}
	return all
}

// onProgram compiles and runs loss and gradients twice: a second run must not
// add to the first.
func onProgram(t *testing.T, g graph) [][]float64 {
	t.Helper()
	cost := g.outputs[len(g.outputs)-1]
	grads, err := autodiff.Grad(cost, g.params...)
	if err != nil {
		t.Fatal(err)
	}
	want := append(G.Nodes{cost}, grads...)
	p, err := exec.Compile(want...)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
	}
	var all [][]float64
	for _, n := range want {
		all = append(all, numbers(t, n.Value()))
	}
	return all
}

// The TapeMachine on gorgonia's ops is the standard; our executor must agree
// with it on the same graph, and our ops on our executor as well.
func TestAgainstTapeMachine(t *testing.T) {
	for _, n := range networks {
		for _, c := range []struct {
			dtype tensor.Dtype
			tol   float64
		}{{tensor.Float64, 1e-12}, {tensor.Float32, 1e-5}} {
			t.Run(fmt.Sprintf("%s %s %s %v", n.name, n.act, n.loss, c.dtype), func(t *testing.T) {
				want := onTape(t, n.build(t, c.dtype, true))
				for name, got := range map[string][][]float64{
					"stock ops": onProgram(t, n.build(t, c.dtype, true)),
					"our ops":   onProgram(t, n.build(t, c.dtype, false)),
				} {
					compare(t, name+": loss", got[0], want[0], c.tol)
					for i := range want[1:] {
						compare(t, fmt.Sprintf("%s: gradient %d", name, i), got[i+1], want[i+1], c.tol)
					}
				}
			})
		}
	}
}
