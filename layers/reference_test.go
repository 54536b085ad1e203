package layers_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/layers"
	"nabla/nn"
)

// referenceCase is a case of layers.json of any kind.
type referenceCase struct {
	Name, Group, Error string
	Params             struct {
		Out               int
		Bias              bool
		Eps, P            float64
		Momentum          *float64
		Affine            *bool
		ElementwiseAffine *bool `json:"elementwise_affine"`
		Hidden            int
		Nonlinearity      string
	}
	X, Upstream, Y, DX reference.Tensor
	Weights, DWeights  map[string]reference.Tensor
	Steps              []normStep
	StateBefore        map[string]reference.Tensor `json:"state_before"`
	Mask               reference.Tensor            `json:"mask_keep"`
	YTrain             reference.Tensor            `json:"y_train"`
	DXTrain            reference.Tensor            `json:"dx_train"`
	YEval              reference.Tensor            `json:"y_eval"`
	DXEval             reference.Tensor            `json:"dx_eval"`
	W, DW              reference.Tensor
	H0, DH0, H         reference.Tensor // of a recurrent layer
	UpstreamH          reference.Tensor `json:"upstream_h"`
	UpstreamY          reference.Tensor `json:"upstream_y"`
	HLast              reference.Tensor `json:"h_last"`
}

// normStep is one pass of a batch normalisation.
type normStep struct {
	Mode               string
	X, Upstream, Y, DX reference.Tensor
	DWeights           map[string]reference.Tensor
	StateAfter         map[string]reference.Tensor `json:"state_after"`
}

// kinds has the test of each kind of case that this package has layers for.
var kinds = map[string]func(t *testing.T, c referenceCase){
	"linear":               linear,
	"batchnorm1d":          batchNorm,
	"batchnorm2d":          batchNorm,
	"layernorm":            layerNorm,
	"flatten":              flatten,
	"dropout":              dropout,
	"tied_weight_residual": tiedResidual,
	"rnn_cell":             recurrent,
	"rnn":                  recurrent,
}

type lawCase struct {
	P         float64
	N         int
	Expected  float64 `json:"kept_fraction_expected"`
	Tolerance float64 `json:"tolerance_5_sigma_of_kept_fraction"`
}

func TestReference(t *testing.T) {
	var file struct {
		Cases []referenceCase
		Law   []lawCase `json:"dropout_law"`
	}
	reference.Load(t, "layers.json", &file)
	ran, left := map[string]int{}, map[string]int{}
	for i, c := range file.Cases {
		test, ok := kinds[c.Name]
		if !ok {
			left[c.Name]++
			continue
		}
		ran[c.Name]++
		t.Run(fmt.Sprintf("%d %s %s", i, c.Name, c.Group), func(t *testing.T) { test(t, c) })
	}
	for _, c := range file.Law {
		ran["dropout_law"]++
		t.Run(fmt.Sprintf("dropout law %v", c.P), func(t *testing.T) { dropoutLaw(t, c) })
	}
	for _, kind := range append(slices.Collect(maps.Keys(kinds)), "dropout_law") {
		if ran[kind] == 0 {
			t.Errorf("no case of %s", kind)
		}
	}
	t.Logf("ran %s; left out, for want of such layers: %s", counts(ran), counts(left))
}

func counts(m map[string]int) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, fmt.Sprintf("%d %s", m[name], name))
	}
	return strings.Join(list, ", ")
}

func same(t *testing.T, what string, got []float64, want reference.Tensor) {
	t.Helper()
	if err := reference.Compare(got, want.Data, 1e-10, 1e-12); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// check compares all that a pass gives; torch's matrices are [out, in].
func check(t *testing.T, r result, y, dx reference.Tensor, dw map[string]reference.Tensor) {
	t.Helper()
	same(t, "y", r.y, y)
	same(t, "dx", r.dx, dx)
	if len(r.dw) != len(dw) {
		t.Errorf("gradients of %d parameters, want %d", len(r.dw), len(dw))
	}
	for name, want := range dw {
		same(t, "gradient of "+name, r.dw["0."+name], want)
	}
}

// load sets the parameters of layer 0 from torch's.
func load(t *testing.T, n *nn.Network, weights ...map[string]reference.Tensor) {
	t.Helper()
	var list []nn.Tensor
	for _, m := range weights {
		for name, w := range m {
			list = append(list, nn.NewTensor("0."+name, w.Shape, w.Data))
		}
	}
	if err := n.SetTensors(list, "", true); err != nil {
		t.Fatal(err)
	}
}

func linear(t *testing.T, c referenceCase) {
	n := network(t, c.X.Shape[1:], layers.Dense{Units: c.Params.Out, NoBias: !c.Params.Bias})
	load(t, n, c.Weights)
	c.DWeights["weight"] = transpose(c.DWeights["weight"])
	check(t, run(t, n, true, c.X.Data, c.Upstream.Data), c.Y, c.DX, c.DWeights)
}

func transpose(m reference.Tensor) reference.Tensor {
	rows, cols := m.Shape[0], m.Shape[1]
	out := reference.Tensor{Shape: []int{cols, rows}, Data: make([]float64, len(m.Data))}
	for i, v := range m.Data {
		out.Data[i%cols*rows+i/cols] = v
	}
	return out
}

func batchNorm(t *testing.T, c referenceCase) {
	layer := layers.BatchNorm{Epsilon: &c.Params.Eps, NoAffine: c.Params.Affine != nil && !*c.Params.Affine}
	if m := c.Params.Momentum; m != nil {
		layer.Momentum = *m
	} else {
		layer.Cumulative = true
	}
	row := c.X.Shape
	if len(c.Steps) > 0 {
		row = c.Steps[0].X.Shape
	}
	n := network(t, row[1:], layer)
	if c.Error != "" {
		if _, err := n.Build(c.X.Shape[0], true); err == nil || !strings.Contains(err.Error(), "more than one row") {
			t.Errorf("PyTorch says %q, we %v", c.Error, err)
		}
		return
	}
	before := maps.Clone(c.StateBefore)
	delete(before, "num_batches_tracked") // ours counts only where the mean is cumulative, from 0
	load(t, n, c.Weights, before)
	if len(c.Steps) == 0 {
		check(t, run(t, n, true, c.X.Data, c.Upstream.Data), c.Y, c.DX, c.DWeights)
	}
	for i, s := range c.Steps {
		if s.Mode != "train" && s.Mode != "eval" {
			t.Fatalf("mode %q", s.Mode)
		}
		check(t, run(t, n, s.Mode == "train", s.X.Data, s.Upstream.Data), s.Y, s.DX, s.DWeights)
		for name, want := range s.StateAfter {
			p := n.Param("0." + name)
			if name == "num_batches_tracked" {
				if p = n.Param("0.batches"); p == nil {
					continue
				}
			}
			same(t, fmt.Sprintf("%s after step %d", name, i), p.Values(), want)
		}
	}
}

func layerNorm(t *testing.T, c referenceCase) {
	plain := c.Params.ElementwiseAffine != nil && !*c.Params.ElementwiseAffine
	n := network(t, c.X.Shape[1:], layers.LayerNorm{Epsilon: &c.Params.Eps, NoAffine: plain})
	load(t, n, c.Weights)
	for _, training := range []bool{true, false} {
		check(t, run(t, n, training, c.X.Data, c.Upstream.Data), c.Y, c.DX, c.DWeights)
	}
}

func flatten(t *testing.T, c referenceCase) {
	n := network(t, c.X.Shape[1:], layers.Flatten{})
	check(t, run(t, n, true, c.X.Data, c.Upstream.Data), c.Y, c.DX, nil)
	if got := append([]int{c.X.Shape[0]}, n.OutputShape()...); !slices.Equal(got, c.Y.Shape) {
		t.Errorf("shape %v, want %v", got, c.Y.Shape)
	}
}

// dropout runs the given mask as a constant, and the layer with its own masks,
// which must be such masks.
func dropout(t *testing.T, c referenceCase) {
	p := c.Params.P
	given := nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		factor := slices.Clone(c.Mask.Data)
		for i := range factor {
			if factor[i] != 0 {
				factor[i] /= 1 - p
			}
		}
		if x.Shape()[0] != c.X.Shape[0] { // nn.New tries two rows
			return x, nil
		}
		return op.Mul(x, gorgonia.NewTensor(x.Graph(), tensor.Float64, len(c.Mask.Shape), gorgonia.WithName("mask"),
			gorgonia.WithValue(tensor.New(tensor.WithShape(c.Mask.Shape...), tensor.WithBacking(factor)))))
	})
	check(t, run(t, network(t, c.X.Shape[1:], given), true, c.X.Data, c.Upstream.Data), c.YTrain, c.DXTrain, nil)

	n := network(t, c.X.Shape[1:], layers.Dropout{P: p})
	check(t, run(t, n, false, c.X.Data, c.Upstream.Data), c.YEval, c.DXEval, nil)
	r := run(t, n, true, c.X.Data, c.Upstream.Data)
	if p == 0 || p == 1 {
		check(t, r, c.YTrain, c.DXTrain, nil)
	}
	for i, x := range c.X.Data {
		kept := r.dx[i] != 0 && reference.Close(r.y[i], x/(1-p), 1e-10, 1e-12) && reference.Close(r.dx[i], c.Upstream.Data[i]/(1-p), 1e-10, 1e-12)
		if dropped := r.y[i] == 0 && r.dx[i] == 0; !kept && !dropped {
			t.Errorf("element %d: x %v becomes %v, upstream %v becomes %v: neither kept nor dropped", i, x, r.y[i], c.Upstream.Data[i], r.dx[i])
		}
	}
}

// dropoutLaw counts what is kept of many ones.
func dropoutLaw(t *testing.T, c lawCase) {
	n := network(t, []int{c.N}, layers.Dropout{P: c.P})
	ones := slices.Repeat([]float64{1}, c.N)
	r := run(t, n, true, ones, ones)
	var kept, sum float64
	for _, y := range r.y {
		sum += y
		if y != 0 {
			kept++
		}
	}
	size := float64(c.N)
	if off := math.Abs(kept/size - c.Expected); off > c.Tolerance {
		t.Errorf("keeps %v, want %v ± %v", kept/size, c.Expected, c.Tolerance)
	}
	if c.P < 1 && math.Abs(sum/size-1) > c.Tolerance/(1-c.P) {
		t.Errorf("mean %v, want 1 ± %v", sum/size, c.Tolerance/(1-c.P))
	}
}

// tiedResidual is y = tanh(W·tanh(W·x)) + x: one parameter in two places.
func tiedResidual(t *testing.T, c referenceCase) {
	tied := nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		w := s.Param("w", nn.GlorotUniform, c.W.Shape...)
		for range 2 {
			var err error
			if x, err = op.MatMul(x, w, false, false); err != nil {
				return nil, err
			}
			if x, err = activations.Tanh.Apply(x); err != nil {
				return nil, err
			}
		}
		return x, nil
	})
	n := network(t, c.X.Shape[1:], layers.Residual{Layers: []nn.Layer{tied}})
	load(t, n, map[string]reference.Tensor{"0.w": c.W})
	check(t, run(t, n, true, c.X.Data, c.Upstream.Data), c.Y, c.DX, map[string]reference.Tensor{"0.w": transpose(c.DW)})
}
