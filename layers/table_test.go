package layers_test

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
)

// TestTable checks that every row is documented, that its example keeps an input
// of four numbers a row, and that Parse and Load know it.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range layers.Table() {
		t.Run(row.Name, func(t *testing.T) {
			kind := reflect.TypeOf(row.Example)
			if row.Usage == "" || row.Doc == "" || seen[row.Name] || strings.ToLower(kind.Name()) != row.Name {
				t.Errorf("incomplete, repeated or misnamed: %+v", row)
			}
			seen[row.Name] = true
			n := network(t, []int{4}, row.Example)
			if got := n.OutputShape(); !slices.Equal(got, []int{4}) {
				t.Errorf("rows of shape [4] become %v", got)
			}
			for _, rows := range []int{1, 5} {
				if y, err := n.Predict(make([]float64, 4*rows)); err != nil || len(y) != 4*rows {
					t.Errorf("%d rows: %v, %v", rows, y, err)
				}
			}
			var b bytes.Buffer
			if err := n.Save(&b, nil); err != nil {
				t.Fatal(err)
			}
			again, _, err := layers.Load(&b)
			if err != nil {
				t.Fatal(err)
			}
			if got := again.Layers()[0]; reflect.TypeOf(got) != kind || nn.Describe(got) != nn.Describe(row.Example) {
				t.Errorf("loads as %v", got)
			}
			if spec, ok := specs[row.Name]; !ok {
				t.Error("the test has no notation for it")
			} else if list, err := layers.Parse(spec); err != nil || len(list) != 1 || reflect.TypeOf(list[0]) != kind {
				t.Errorf("%q is read as %v, %v", spec, list, err)
			}
		})
	}
	if !slices.Equal(layers.Names(), []string{"dense", "activation", "dropout", "batchnorm", "layernorm", "flatten", "residual", "simplernn"}) {
		t.Errorf("names %v", layers.Names())
	}
}

// specs has a notation for each row of the table.
var specs = map[string]string{
	"dense": "dense:16:tanh", "activation": "activation:relu", "dropout": "dropout:0.2",
	"batchnorm": "batchnorm", "layernorm": "layernorm", "flatten": "flatten", "residual": "residual(4:tanh,4)",
	"simplernn": "simplernn:4",
}

func TestParse(t *testing.T) {
	for spec, want := range map[string]string{
		"none":                                 "",
		" none ":                               "",
		"16":                                   "dense",
		"16:tanh,dropout:0.2,batchnorm,16":     "dense (tanh), dropout (0.2), batchnorm, dense",
		" 8 : , 4":                             "error",
		"8, 4":                                 "dense, dense",
		"16:identity":                          "dense",
		"16:hard-tanh:0:6":                     "dense (hard-tanh:0:6)",
		"flatten,layernorm,gelu,leaky-relu:.3": "flatten, layernorm, gelu, leaky-relu:0.3",
		"residual(16:tanh,residual(16)),2":     "residual (dense (tanh), residual (dense)), dense",
		"residual(none)":                       "residual ()",
		"dropout:0":                            "dropout (0)",
		"1048576":                              "dense",
		"simplernn:8,simplernn:4:relu":         "simplernn (tanh), simplernn (relu)",
		"simplernn:8:sequence,flatten":         "simplernn (tanh, sequence), flatten",
		"simplernn:8:elu:0.5:sequence":         "simplernn (elu:0.5, sequence)",
		"simplernn:8:identity":                 "simplernn (identity)",
	} {
		list, err := layers.Parse(spec)
		if (err != nil) != (want == "error") {
			t.Errorf("%q: %v", spec, err)
			continue
		}
		var got []string
		for _, layer := range list {
			got = append(got, nn.Describe(layer))
		}
		if text := strings.Join(got, ", "); err == nil && text != want {
			t.Errorf("%q is read as %s, want %s", spec, text, want)
		}
	}
	list, err := layers.Parse("16:tanh,dropout:0.2")
	want := []any{16, activations.Tanh.Name, 0.2}
	if got := []any{list[0].(layers.Dense).Units, list[0].(layers.Dense).Activation.Name, list[1].(layers.Dropout).P}; err != nil || !slices.Equal(got, want) {
		t.Errorf("read %v, %v, want %v", got, err, want)
	}
}

func TestParseErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":                            `layers: "": layer 0: the name is missing; want units, such as 16, a layer, or "none" alone for no layers`,
		"16,,16":                      `layers: "16,,16": layer 1: the name is missing`,
		":tanh":                       "the name is missing",
		"0":                           `layers: "0": layer 0: units must be positive, got 0`,
		"-16":                         "units must be positive, got -16",
		"-1.5":                        `units must be a whole number, got "-1.5"`,
		"1.5":                         `units must be a whole number, got "1.5"`,
		"1e3":                         `units must be a whole number, got "1e3"`,
		"16x":                         `units must be a whole number, got "16x"`,
		"+":                           `units must be a whole number, got "+"`,
		"dense":                       `units must be a whole number, got ""`,
		"-99999999999999999999":       "units must be positive, got -9999999999999999999",
		"1048577":                     "1048577 units are more than 1048576",
		"99999999999999999999":        "99999999999999999999 units are more than 1048576",
		"16:tnah":                     `layers: "16:tnah": layer 0: activations: unknown activation "tnah", did you mean "tanh"? (have identity, relu,`,
		"16:":                         `unknown activation ""`,
		"16:relu:3":                   `relu has no parameters`,
		"16,tnah":                     `layers: "16,tnah": layer 1: layers: unknown layer "tnah", did you mean "tanh"? (have dense, activation, dropout,`,
		"batchnrom":                   `unknown layer "batchnrom", did you mean "batchnorm"?`,
		"conv:3":                      `unknown layer "conv"`,
		"NaN":                         `unknown layer "NaN"`,
		"none,16":                     `unknown layer "none"`,
		"dropout":                     "want dropout:p",
		"dropout:1":                   `dropout: p must be a number from 0 to below 1, got "1"`,
		"dropout:-0.1":                `got "-0.1"`,
		"dropout:NaN":                 `got "NaN"`,
		"dropout:half":                `got "half"`,
		"dropout(0.5)":                "want dropout:p",
		"batchnorm:0.1":               `batchnorm takes no arguments, got ":0.1"`,
		"flatten()":                   `flatten takes no arguments, got "()"`,
		"simplernn":                   `units must be a whole number, got ""`,
		"simplernn:0":                 "units must be positive, got 0",
		"simplernn:sequence":          `units must be a whole number, got ""`,
		"simplernn:4:all":             `unknown activation "all"`,
		"residual":                    "want residual(layers), such as residual(16:tanh,16)",
		"residual:16":                 "want residual(layers)",
		"residual()":                  "the name is missing",
		"residual(16":                 "the parentheses do not match",
		"16),(16":                     "the parentheses do not match",
		"residual(16)x":               "want residual(layers)",
		"16(tanh)":                    `units must be a whole number, got "16(tanh)"`,
		"residual(residual(16:tnah))": `layers: "residual(residual(16:tnah))": layer 0: layer 0: layer 0: activations: unknown`,
		strings.Repeat("residual(", 20_000) + strings.Repeat(")", 20_000): "parentheses are nested more than 8 deep",
	} {
		_, err := layers.Parse(spec)
		if err == nil || !strings.HasPrefix(err.Error(), "layers: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got  %v\nwant %s", spec, err, want)
		}
		if err != nil && len(err.Error()) > 800 {
			t.Errorf("%.40q: an error of %d characters", spec, len(err.Error()))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, spec := range specs {
		f.Add(spec)
	}
	f.Add("16:tanh,dropout:0.2,batchnorm,residual(16,residual(none)),16")
	f.Fuzz(func(t *testing.T, spec string) {
		list, err := layers.Parse(spec)
		if err != nil && (list != nil || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q: %v, %v", spec, list, err)
		}
		for _, layer := range list {
			if layer == nil || nn.Describe(layer) == "" {
				t.Errorf("%q: layer %v", spec, layer)
			}
		}
	})
}

// TestDenseAxes sends the rows of a three-dimensional input through one by one.
func TestDenseAxes(t *testing.T) {
	layer := layers.Dense{Units: 3, Activation: activations.SiLU}
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	deep, err := network(t, []int{2, 2}, layer).Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	flat, err := network(t, []int{2}, layer).Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(deep, flat) {
		t.Errorf("in two axes %v, in one %v", deep, flat)
	}
}

// TestGain checks that a layer tells the gain of its activation to the initializer.
func TestGain(t *testing.T) {
	weights := func(a activations.Activation) []float64 {
		return network(t, []int{3}, layers.Dense{Units: 2, Activation: a}).Param("0.weight").Values()
	}
	plain, relu := weights(activations.Activation{}), weights(activations.ReLU)
	for i := range plain {
		if r := relu[i] / plain[i]; r < 1.414 || r > 1.415 {
			t.Errorf("weight %d before relu is %v times that before nothing, want √2", i, r)
		}
	}
}

func TestVectorsAreRefused(t *testing.T) {
	vector := nn.LayerFunc(sumOfRow)
	for _, layer := range []nn.Layer{layers.Dense{Units: 1}, layers.BatchNorm{}, layers.LayerNorm{}} {
		_, err := nn.New(nn.Config{Input: []int{3}}, vector, layer)
		if want := fmt.Sprintf("layer 1 (%T): input of shape (2), want (rows, features)", layer); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	n := network(t, []int{3}, vector, layers.Flatten{}, layers.Dropout{P: 0.5}, layers.Activation{Function: activations.Tanh})
	if y, err := n.Predict([]float64{1, 2, -3}); err != nil || !slices.Equal(y, []float64{0}) {
		t.Errorf("a vector: %v, %v", y, err)
	}
}

// TestEpsilon: zero is a value of its own, also in a file; nil is the default.
func TestEpsilon(t *testing.T) {
	const step = 1e-3 // variance 1e-6, beside which 1e-5 is much
	for _, c := range []struct {
		layer nn.Layer
		want  float64
	}{
		{layers.LayerNorm{NoAffine: true}, 1 / math.Sqrt(11)},
		{layers.LayerNorm{NoAffine: true, Epsilon: new(1e-5)}, 1 / math.Sqrt(11)},
		{layers.LayerNorm{NoAffine: true, Epsilon: new(0.0)}, 1},
		{layers.BatchNorm{NoAffine: true}, 1 / math.Sqrt(11)},
		{layers.BatchNorm{NoAffine: true, Epsilon: new(0.0)}, 1},
	} {
		row, x := []int{2}, []float64{-step, step}
		if _, ok := c.layer.(layers.BatchNorm); ok {
			row = []int{1}
		}
		n := network(t, row, c.layer)
		var b bytes.Buffer
		if err := n.Save(&b, nil); err != nil {
			t.Fatal(err)
		}
		again, _, err := layers.Load(&b)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []*nn.Network{n, again} {
			y := run(t, n, true, x, []float64{1, 1}).y
			if math.Abs(y[0]+c.want) > 1e-9 || math.Abs(y[1]-c.want) > 1e-9 {
				t.Errorf("%+v: got %v, want ±%v", c.layer, y, c.want)
			}
		}
	}
	for _, wrong := range []float64{-1, math.NaN(), math.Inf(1)} {
		for _, layer := range []nn.Layer{layers.LayerNorm{Epsilon: &wrong}, layers.BatchNorm{Epsilon: &wrong}} {
			if _, err := nn.New(nn.Config{Input: []int{3}}, layer); err == nil || !strings.Contains(err.Error(), "Epsilon must be finite and not negative") {
				t.Errorf("%T, %v: %v", layer, wrong, err)
			}
		}
	}
}
