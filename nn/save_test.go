package nn_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
)

func saved(t testing.TB, n *nn.Network, metadata map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := n.Save(&b, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRoundTrip loads networks of every layer of the table and saves them again.
func TestRoundTrip(t *testing.T) {
	for _, dtype := range []nn.DType{nn.Float32, nn.Float64} {
		nets := map[string]*nn.Network{
			"all":       every(t, dtype),
			"none":      network(t, nn.Config{Input: []int{2, 2}, DType: dtype}),
			"pointers":  network(t, nn.Config{Input: []int{4}, DType: dtype}, &layers.Dense{Units: 2}),
			"init":      network(t, nn.Config{Input: []int{4}, DType: dtype}, layers.Dense{Units: 2, Init: nn.Normal(0, 0.25)}),
			"own draws": network(t, nn.Config{Input: []int{4}, DType: dtype}, layers.Dense{Units: 2, Activation: activations.HardTanhBounds(0, 6)}),
		}
		for _, row := range layers.Table() {
			nets["the example of "+row.Name] = network(t, nn.Config{Seed: 1 << 63, Input: []int{3, 4}, DType: dtype}, row.Example)
		}
		for name, n := range nets {
			t.Run(dtype.String()+" "+name, func(t *testing.T) {
				first := saved(t, n, map[string]string{"note": "∇"})
				again, metadata, err := layers.Load(bytes.NewReader(first))
				if err != nil {
					t.Fatal(err)
				}
				if metadata["note"] != "∇" {
					t.Errorf("metadata %v", metadata)
				}
				if second := saved(t, again, map[string]string{"note": "∇"}); !bytes.Equal(first, second) {
					t.Error("the bytes differ after load and save")
				}
				x := ramp(3 * size(n.Config().Input))
				if got, want := predict(t, again, x), predict(t, n, x); !slices.Equal(got, want) {
					t.Errorf("predicts %v, before %v", got, want)
				}
			})
		}
	}
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func TestSaveErrors(t *testing.T) {
	c := nn.Config{Input: []int{2}}
	bad := network(t, c, layers.Dense{Units: 1})
	if err := bad.Param("0.bias").Set([]float64{math.NaN()}); err != nil {
		t.Fatal(err)
	}
	nameless := activations.Activation{F: math.Sin, D: math.Cos}
	for name, test := range map[string]struct {
		net      *nn.Network
		metadata map[string]string
		want     string
	}{
		"not finite": {bad, nil, `nn: save: parameter "0.bias" holds NaN or infinite numbers`},
		"own key":    {network(t, c), map[string]string{"nabla.format": "2"}, `nn: save: the metadata key "nabla.format" is taken`},
		"no name":    {network(t, c, layers.Dense{Units: 1, Activation: nameless}), nil, "nn: save: layer 0 (layers.Dense): "},
		"inner":      {network(t, c, layers.Residual{Layers: []nn.Layer{layers.Activation{Function: nameless}}}), nil, "nn: save: layer 0 (layers.Residual): 0 (layers.Activation): "},
	} {
		if err := test.net.Save(&bytes.Buffer{}, test.metadata); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
	if err := network(t, c).Save(full{}, nil); err == nil {
		t.Error("a full writer is no error")
	}
}

// TestLayersThatNeedCode saves networks that only their program can rebuild.
func TestLayersThatNeedCode(t *testing.T) {
	twice := forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Add(x, x) })
	for name, test := range map[string]struct {
		layers []nn.Layer
		want   string
	}{
		"function": {[]nn.Layer{layers.Dense{Units: 2}, twice},
			"nn: load: layer 1 (nn.LayerFunc): is not a layer of the library; build the network in code and use LoadWeights"},
		"inside": {[]nn.Layer{layers.Residual{Layers: []nn.Layer{twice, layers.Dense{Units: 2}}}},
			"nn: load: layer 0 (layers.Residual): 0 (nn.LayerFunc): is not a layer of the library; build the network in code and use LoadWeights"},
		"struct": {[]nn.Layer{ownLayer{Factor: 2}, layers.Dense{Units: 2}},
			"nn: load: layer 0 (nn_test.ownLayer): is not a layer of the library; build the network in code and use LoadWeights"},
		"activation": {[]nn.Layer{layers.Dense{Units: 2, Activation: activations.Activation{Name: "sine", F: math.Sin, D: math.Cos}}},
			`nn: load: layer 0 (layers.Dense): activations: unknown activation "sine"`},
	} {
		c := nn.Config{Seed: 8, Input: []int{2}}
		n := network(t, c, test.layers...)
		file := saved(t, n, nil)
		if _, _, err := layers.Load(bytes.NewReader(file)); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got  %v\nwant %s", name, err, test.want)
		}
		c.Seed++
		other := network(t, c, test.layers...)
		x := []float64{0.5, -0.25}
		if slices.Equal(predict(t, n, x), predict(t, other, x)) {
			t.Fatalf("%s: two seeds, one network", name)
		}
		if err := other.LoadWeights(bytes.NewReader(file), false); err != nil {
			t.Fatal(name, err)
		}
		if !slices.Equal(predict(t, n, x), predict(t, other, x)) {
			t.Errorf("%s: the weights were not loaded", name)
		}
	}
	// A catalog of the program has its own layers.
	n := network(t, nn.Config{Input: []int{2}}, ownLayer{Factor: 2})
	back, _, err := nn.Load(bytes.NewReader(saved(t, n, nil)), []nn.Layer{ownLayer{}})
	if err != nil || back.Layers()[0] != nn.Layer(ownLayer{Factor: 2}) {
		t.Errorf("own catalog: %v, %v", back, err)
	}
}

type ownLayer struct{ Factor float64 }

func (o ownLayer) Forward(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return gorgonia.Mul(x, gorgonia.NewConstant(float32(o.Factor)))
}
