package gradcheck_test

import (
	"fmt"
	"hash"
	"math"
	"strings"
	"testing"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// TestWrongDerivatives checks that mistakes are found, and where.
func TestWrongDerivatives(t *testing.T) {
	function := func(d func(float64) float64) func(o gradcheck.Options) (gradcheck.Report, error) {
		return func(o gradcheck.Options) (gradcheck.Report, error) {
			return gradcheck.Activation(activations.Activation{Name: "f", F: math.Sin, D: d}, []int{5, 3}, o)
		}
	}
	loss := func(d func(p, t float64) float64) func(o gradcheck.Options) (gradcheck.Report, error) {
		return func(o gradcheck.Options) (gradcheck.Report, error) {
			square := func(p, t float64) float64 { return (p - t) * (p - t) }
			return gradcheck.Loss(losses.Loss{Name: "square", F: square, D: d}, 5, 3, o)
		}
	}
	matrix := func(wrong int) func(o gradcheck.Options) (gradcheck.Report, error) {
		return func(o gradcheck.Options) (gradcheck.Report, error) {
			return gradcheck.Layer(nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
				return gorgonia.ApplyOp(product{rows: x.Shape()[0], wrong: wrong}, x, s.Param("weight", nn.GlorotUniform, 4, 4))
			}), []int{5, 4}, o)
		}
	}
	for _, c := range []struct {
		name  string
		check func(o gradcheck.Options) (gradcheck.Report, error)
		want  string // the tensor at fault, "" for none
	}{
		{"right slope", function(math.Cos), ""},
		{"1 % off", function(func(x float64) float64 { return 1.01 * math.Cos(x) }), "input"},
		{"1e-6 off", function(func(x float64) float64 { return (1 + 1e-6) * math.Cos(x) }), "input"},
		{"swapped sign", function(func(x float64) float64 { return -math.Cos(x) }), "input"},
		{"no slope", function(func(float64) float64 { return 0 }), "input"},
		{"not a number", function(func(float64) float64 { return math.NaN() }), "input"},
		{"infinite", function(func(float64) float64 { return math.Inf(1) }), "input"},
		{"wrong beyond 1", function(func(x float64) float64 {
			if x > 1 {
				return 0
			}
			return math.Cos(x)
		}), "input"},
		{"right loss", loss(func(p, t float64) float64 { return 2 * (p - t) }), ""},
		{"missing factor", loss(func(p, t float64) float64 { return p - t }), "prediction"},
		{"target for prediction", loss(func(p, t float64) float64 { return 2 * (t - p) }), "prediction"},
		{"right matrix", matrix(none), ""},
		{"input not transposed", matrix(inputNotTransposed), "input"},
		{"weight transposed", matrix(weightTransposed), "0.weight"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(5) {
				_, err := c.check(gradcheck.Options{Seed: seed})
				switch {
				case c.want == "" && err != nil:
					t.Errorf("a right derivative: %v", err)
				case c.want != "" && (err == nil || !strings.Contains(err.Error(), "gradient of "+c.want+": error ")):
					t.Errorf("seed %d: got %v, want an error in %s", seed, err, c.want)
				}
			}
		})
	}
}

// TestWrongInNetwork hides a slope that is 1 % off in a deep network with kinks.
func TestWrongInNetwork(t *testing.T) {
	wrong := activations.Tanh
	wrong.Name, wrong.D = "wrong tanh", func(x float64) float64 { return 1.01 * activations.Tanh.D(x) }
	net, err := nn.New(nn.Config{Seed: 2, Input: []int{4}},
		layers.Dense{Units: 8, Activation: activations.ReLU},
		layers.Dense{Units: 8, Activation: wrong},
		layers.Dense{Units: 3, Activation: activations.ReLU},
		layers.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	x, target, weight := batch(9, []int{4}, 2, losses.MSE)
	r, err := gradcheck.Network(net, x, gradcheck.Against(losses.MSE, target, weight), gradcheck.Options{})
	if err == nil {
		t.Fatal("the wrong slope is not found")
	}
	for _, tensor := range r.Tensors {
		before := strings.HasPrefix(tensor.Name, "0.") || strings.HasPrefix(tensor.Name, "1.") || tensor.Name == "input"
		if wrong := !(tensor.Error <= r.Bound); wrong != before {
			t.Errorf("%s: error %.1e, at most %.0e; the fault lies behind layer 1", tensor.Name, tensor.Error, r.Bound)
		}
	}
}

// product is x·W for square W, as an op of its own whose derivative may be wrong.
type product struct{ rows, wrong int }

const (
	none = iota
	inputNotTransposed
	weightTransposed
)

func (p product) Arity() int { return 2 }

func (p product) Type() hm.Type {
	m := gorgonia.TensorType{Dims: 2, Of: tensor.Float64}
	return hm.NewFnType(m, m, m)
}

func (p product) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return tensor.Shape{p.rows, 4}, nil
}

func (p product) Do(in ...gorgonia.Value) (gorgonia.Value, error) {
	return in[0].(*tensor.Dense).MatMul(in[1].(*tensor.Dense))
}

func (p product) DiffWRT(int) []bool { return []bool{true, true} }

func (p product) SymDiff(in gorgonia.Nodes, _, g *gorgonia.Node) (gorgonia.Nodes, error) {
	dx, err := op.MatMul(g, in[1], false, p.wrong != inputNotTransposed)
	if err != nil {
		return nil, err
	}
	dw, err := op.MatMul(in[0], g, true, false)
	if p.wrong == weightTransposed {
		dw, err = op.MatMul(g, in[0], true, false)
	}
	return gorgonia.Nodes{dx, dw}, err
}

func (p product) ReturnsPtr() bool      { return true }
func (p product) CallsExtern() bool     { return false }
func (p product) OverwritesInput() int  { return -1 }
func (p product) WriteHash(h hash.Hash) { fmt.Fprint(h, p) }
func (p product) Hashcode() uint32      { return uint32(100*p.rows + p.wrong) }
func (p product) String() string        { return "product" }
