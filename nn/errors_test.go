package nn_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
)

// nested is a residual in a residual, and so on.
func nested(depth int) nn.Layer {
	var layer nn.Layer = layers.Flatten{}
	for range depth {
		layer = layers.Residual{Layers: []nn.Layer{layer}}
	}
	return layer
}

func forward(f func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error)) nn.Layer {
	return nn.LayerFunc(f)
}

func TestNewErrors(t *testing.T) {
	four := []int{4}
	dense := layers.Dense{Units: 3}
	param := func(name string, shape ...int) nn.Layer {
		return forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Param(name, nn.Constant(0), shape...)
			return x, nil
		})
	}
	for _, c := range []struct {
		name   string
		config nn.Config
		layers []nn.Layer
		want   string
	}{
		{"no input", nn.Config{}, nil, "nn: Config.Input is empty"},
		{"zero extent", nn.Config{Input: []int{4, 0}}, nil, "nn: Config.Input is [4 0]; all extents must be positive"},
		{"huge input", nn.Config{Input: []int{1 << 40, 1 << 40}}, nil, "more than 16777216 elements"},
		{"many extents", nn.Config{Input: slices.Repeat([]int{1}, 9)}, nil, "9 extents, more than 8"},
		{"dtype", nn.Config{Input: four, DType: 7}, nil, "unknown DType 7"},
		{"units", nn.Config{Input: four}, []nn.Layer{dense, layers.Dense{}}, "layer 1 (layers.Dense): Units must be positive, got 0"},
		{"huge units", nn.Config{Input: four}, []nn.Layer{layers.Dense{Units: 1 << 40}}, "layer 0 (layers.Dense): parameter \"0.weight\": its shape [4 1099511627776] makes more than 268435456"},
		{"overflow", nn.Config{Input: four}, []nn.Layer{layers.Dense{Units: math.MaxInt}}, "makes more than 268435456"},
		{"together", nn.Config{Input: four}, []nn.Layer{layers.Dense{Units: 1 << 10}, layers.Dense{Units: 1 << 18}}, "layer 1 (layers.Dense): parameter \"1.weight\""},
		{"dropout", nn.Config{Input: four}, []nn.Layer{layers.Dropout{P: 1.5}}, "layer 0 (layers.Dropout): P must be from 0 to 1, got 1.5"},
		{"not a number", nn.Config{Input: four}, []nn.Layer{layers.Dropout{P: math.NaN()}}, "got NaN"},
		{"momentum", nn.Config{Input: four}, []nn.Layer{layers.BatchNorm{Momentum: 2}}, "Momentum must be from 0 to 1, got 2"},
		{"epsilon", nn.Config{Input: four}, []nn.Layer{layers.LayerNorm{Epsilon: new(-1.0)}}, "Epsilon must be finite and not negative, got -1"},
		{"activation", nn.Config{Input: four}, []nn.Layer{layers.Dense{Units: 1, Activation: activations.Activation{Name: "f", F: math.Sin}}}, "layer 0 (layers.Dense): activations: f: the derivative D is missing"},
		{"residual", nn.Config{Input: four}, []nn.Layer{layers.Residual{Layers: []nn.Layer{dense}}}, "turn shape (2, 4) into (2, 3)"},
		{"inner", nn.Config{Input: four}, []nn.Layer{layers.Residual{Layers: []nn.Layer{layers.Dense{Units: -1}}}}, "layer 0 (layers.Residual): 0 (layers.Dense): Units must be positive, got -1"},
		{"initializer", nn.Config{Input: four}, []nn.Layer{layers.Dense{Units: 1, Init: nn.Uniform(2, 1)}}, "parameter \"0.weight\": initializer"},
		{"nil", nn.Config{Input: four}, []nn.Layer{dense, nil}, "layer 1 (<nil>): the layer is nil"},
		{"panic", nn.Config{Input: four}, []nn.Layer{nn.LayerFunc(nil)}, "layer 0 (nn.LayerFunc): panic:"},
		{"nested", nn.Config{Input: four}, []nn.Layer{nested(100)}, "nested more than 16 deep"},
		{"many", nn.Config{Input: four}, slices.Repeat([]nn.Layer{layers.Flatten{}}, 10_001), "more than 10000 layers"},
		{"no node", nn.Config{Input: four}, []nn.Layer{forward(func(*nn.Scope, *gorgonia.Node) (*gorgonia.Node, error) { return nil, nil })}, "returned no node"},
		{"other graph", nn.Config{Input: four}, []nn.Layer{forward(func(*nn.Scope, *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.NewMatrix(gorgonia.NewGraph(), tensor.Float32, gorgonia.WithShape(2, 4), gorgonia.WithName("x")), nil
		})}, "a node of another graph"},
		{"other dtype", nn.Config{Input: four}, []nn.Layer{forward(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.NewMatrix(x.Graph(), tensor.Float64, gorgonia.WithShape(2, 4), gorgonia.WithName("x")), nil
		})}, "the output is float64, the network float32"},
		{"rows", nn.Config{Input: four}, []nn.Layer{forward(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(x) })}, "does not start with the 2 rows"},
		{"nameless", nn.Config{Input: four}, []nn.Layer{param("", 2)}, "a parameter of shape [2] has no name"},
		{"shapeless", nn.Config{Input: four}, []nn.Layer{param("w")}, "parameter \"0.w\" has no shape"},
		{"negative", nn.Config{Input: four}, []nn.Layer{param("w", 2, -1)}, "parameter \"0.w\" has shape [2 -1]; all extents must be positive"},
		{"twice", nn.Config{Input: four}, []nn.Layer{forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Param("w", nn.Constant(0), 2)
			s.Param("w", nn.Constant(0), 2)
			return x, nil
		})}, "parameter \"0.w\" is taken twice"},
		{"follow shape", nn.Config{Input: four}, []nn.Layer{forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Follow(s.State("s", 0, 3), x, 0.1)
			return x, nil
		})}, "state \"0.s\" has shape [3]"},
		{"follow no state", nn.Config{Input: four}, []nn.Layer{forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Follow(x, x, 0.1)
			return x, nil
		})}, "input is not a state of the network"},
		{"follow momentum", nn.Config{Input: four}, []nn.Layer{forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Follow(s.State("s", 0, 2, 4), x, 1.5)
			return x, nil
		})}, "momentum 1.5"},
		{"average count", nn.Config{Input: four}, []nn.Layer{forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Average(s.State("s", 0, 2, 4), x, s.State("n", 0, 2))
			return x, nil
		})}, "state \"0.n\" has shape [2]"},
		{"first error", nn.Config{Input: four}, []nn.Layer{forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			s.Param("w", nn.Constant(0), -3)
			panic("later")
		})}, "parameter \"0.w\" has shape [-3]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := nn.New(c.config, c.layers...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestBuildErrors(t *testing.T) {
	n := network(t, nn.Config{Input: []int{2}}, forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		switch rows := x.Shape()[0]; rows {
		case 3:
			s.Param("w", nn.Constant(0), 3)
		case 4:
			s.Param("other", nn.Constant(0), 2)
		case 5: // takes none
		case 6:
			s.Param("w", nn.Constant(0), 2)
			return gorgonia.Sum(x, 1)
		default:
			s.Param("w", nn.Constant(0), 2)
		}
		return x, nil
	}))
	for rows, want := range map[int]string{
		0:         "a graph for 0 rows",
		-1:        "a graph for -1 rows",
		3:         "parameter \"0.w\" has shape [2], this graph needs [3]",
		4:         "parameter \"0.other\" was not asked for when the network was made",
		5:         "parameter \"0.w\" is not used in a graph for 5 rows",
		6:         "a row of the output has shape [] for 6 rows and had [2] before",
		1 << 40:   "more than 1073741824 elements",
		1<<62 + 1: "more than 1073741824 elements",
	} {
		if _, err := n.Build(rows, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d rows: got %v, want %s", rows, err, want)
		}
	}
	if _, err := n.Build(7, true); err != nil {
		t.Error(err)
	}
	bn := network(t, nn.Config{Input: []int{2}}, layers.BatchNorm{})
	if _, err := bn.Build(1, true); err == nil || !strings.Contains(err.Error(), "layer 0 (layers.BatchNorm): training needs more than one row") {
		t.Errorf("one row for batch normalisation: %v", err)
	}
}
