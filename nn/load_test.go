package nn_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nabla/layers"
	"nabla/nn"
)

func TestLoadWeights(t *testing.T) {
	n := network(t, nn.Config{Input: []int{2}, DType: nn.Float64}, layers.Dense{Units: 3}, layers.BatchNorm{})
	weight := []float64{1, 2, 3, 4, 5, 6}
	file := func(change func(map[string]nn.Tensor)) *bytes.Reader {
		tensors := map[string]nn.Tensor{
			"0.weight": nn.NewTensor("0.weight", []int{2, 3}, weight),
			"0.bias":   nn.NewTensor("0.bias", []int{3}, []float32{7, 8, 9}), // float32 serves as well
			"1.weight": nn.NewTensor("1.weight", []int{3}, []float64{1, 1, 1}),
			"1.bias":   nn.NewTensor("1.bias", []int{3}, []float64{0, 0, 0}),
		}
		change(tensors)
		var list []nn.Tensor
		for _, t := range tensors {
			list = append(list, t)
		}
		var b bytes.Buffer
		if err := nn.WriteTensors(&b, list, nil); err != nil {
			t.Fatal(err)
		}
		return bytes.NewReader(b.Bytes())
	}
	same := func(map[string]nn.Tensor) {}
	if err := n.LoadWeights(file(same), false); err != nil {
		t.Fatal(err)
	}
	if got := n.Param("0.weight").Values(); !slices.Equal(got, weight) {
		t.Errorf("weight %v", got)
	}
	if got := n.Param("1.running_var").Values(); !slices.Equal(got, []float64{1, 1, 1}) {
		t.Errorf("running variance %v", got)
	}
	torch := func(m map[string]nn.Tensor) {
		m["0.weight"] = nn.NewTensor("0.weight", []int{3, 2}, []float64{1, 4, 2, 5, 3, 6})
		m["1.running_mean"] = nn.NewTensor("1.running_mean", []int{3}, []float64{1, 2, 3})
		m["count"] = nn.NewTensor("1.num_batches_tracked", nil, []int64{12})
	}
	if err := n.LoadWeights(file(torch), true); err != nil {
		t.Fatal(err)
	}
	if got := n.Param("0.weight").Values(); !slices.Equal(got, weight) {
		t.Errorf("torch layout: weight %v", got)
	}
	if got := n.Param("1.running_mean").Values(); !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("running mean %v", got)
	}
	for name, c := range map[string]struct {
		change func(map[string]nn.Tensor)
		torch  bool
		want   string
	}{
		"missing":     {func(m map[string]nn.Tensor) { delete(m, "0.bias") }, false, `nn: weights: the file has no tensor "0.bias" (has ["0.weight" "1.bias" "1.weight"])`},
		"torch shape": {torch, false, `nn: weights: tensor "0.weight" has shape [3 2], the network needs [2 3]`},
		"our shape":   {same, true, `nn: weights: tensor "0.weight" has shape [2 3], the network needs [3 2]`},
		"surplus":     {func(m map[string]nn.Tensor) { m["x"] = nn.NewTensor("2.weight", []int{1}, []float64{1}) }, false, `nn: weights: no layer asks for the tensor "2.weight"`},
		"integers":    {func(m map[string]nn.Tensor) { m["0.bias"] = nn.NewTensor("0.bias", []int{3}, []int64{1, 2, 3}) }, false, `nn: weights: tensor "0.bias" holds I64`},
		"not finite": {func(m map[string]nn.Tensor) {
			m["1.bias"] = nn.NewTensor("1.bias", []int{3}, []float64{0, math.Inf(-1), 0})
		}, false, `nn: weights: tensor "1.bias" holds NaN or infinite numbers`},
	} {
		before := saved(t, n, nil)
		if err := n.LoadWeights(file(c.change), c.torch); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got  %v\nwant %s", name, err, c.want)
		}
		if !bytes.Equal(saved(t, n, nil), before) {
			t.Errorf("%s: the network has changed", name)
		}
	}
}

// TestTorchTurnsOnlyLinear loads matrices that PyTorch does not transpose.
func TestTorchTurnsOnlyLinear(t *testing.T) {
	n := network(t, nn.Config{Input: []int{2, 3}}, layers.LayerNorm{})
	gamma := []float32{1, 2, 3, 4, 5, 6}
	tensors := []nn.Tensor{nn.NewTensor("0.weight", []int{2, 3}, gamma), nn.NewTensor("0.bias", []int{2, 3}, gamma)}
	if err := n.SetTensors(tensors, "", true); err != nil {
		t.Fatal(err)
	}
	if got := n.Param("0.weight").Values(); !slices.Equal(got, []float64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("γ is %v", got)
	}
}

// modelFile is a file whose description of the network is the given text.
func modelFile(t testing.TB, description string, tensors ...nn.Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	metadata := map[string]string{"nabla.network": description, "nabla.format": "1"}
	if err := nn.WriteTensors(&b, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileModels loads files that are whole but lie. None may take more
// memory than a file of its size deserves.
func TestHostileModels(t *testing.T) {
	dense := func(config string) string {
		return `{"input":[2],"dtype":"float32","layers":[{"type":"layers.Dense","config":` + config + `}]}`
	}
	weight := nn.NewTensor("0.weight", []int{2, 1}, []float32{1, 2})
	bias := nn.NewTensor("0.bias", []int{1}, []float32{0})
	good := dense(`{"Units":1}`)
	if _, _, err := layers.Load(bytes.NewReader(modelFile(t, good, weight, bias))); err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat(`{"type":"layers.Residual","config":{},"layers":[`, 3000) + strings.Repeat(`]}`, 3000)
	flat := strings.TrimSuffix(strings.Repeat(`{"type":"layers.Flatten","config":{}},`, 20_000), ",")
	for _, c := range []struct {
		name, text string
		tensors    []nn.Tensor
		want       string
	}{
		{"not JSON", "{", nil, "nabla.network: unexpected EOF"},
		{"more JSON", good + "1", nil, "something follows the JSON value"},
		{"unknown field", `{"input":[2],"colour":"red"}`, nil, `unknown field "colour"`},
		{"unknown field of a layer", dense(`{"Units":1,"Colour":"red"}`), nil, `layer 0 (layers.Dense): json: unknown field "Colour"`},
		{"dtype", `{"input":[2],"dtype":"float16"}`, nil, `unknown dtype "float16"`},
		{"no input", `{}`, nil, "Config.Input is empty"},
		{"huge input", `{"input":[4000000000,4000000000]}`, nil, "more than 16777216 elements"},
		{"large input", `{"input":[16777216],"layers":[{"type":"layers.Dense","config":{"Units":1}}]}`, nil, `the file has no tensor "0.weight"`},
		{"negative input", `{"input":[-2]}`, nil, "all extents must be positive"},
		{"huge number", `{"input":[1e400]}`, nil, "cannot unmarshal number 1e400"},
		{"huge units", dense(`{"Units":1000000000000}`), []nn.Tensor{weight, bias}, `tensor "0.weight" has shape [2 1], the network needs [2 1000000000000]`},
		{"overflowing units", dense(`{"Units":9223372036854775807}`), []nn.Tensor{weight, bias}, "the network needs [2 9223372036854775807]"},
		{"zero units", dense(`{"Units":0}`), nil, "layer 0 (layers.Dense): Units must be positive, got 0"},
		{"other width", strings.Replace(good, "[2]", "[3]", 1), []nn.Tensor{weight, bias}, `tensor "0.weight" has shape [2 1], the network needs [3 1]`},
		{"missing", good, []nn.Tensor{weight}, `layer 0 (layers.Dense): parameter "0.bias": the file has no tensor "0.bias"`},
		{"surplus", good, []nn.Tensor{weight, bias, nn.NewTensor("1.bias", []int{1}, []float32{0})}, `no layer asks for the tensor "1.bias"`},
		{"wrong dtype", good, []nn.Tensor{nn.NewTensor("0.weight", []int{2, 1}, []float64{1, 2}), bias}, `parameter "0.weight": the tensor holds F64, the network is float32`},
		{"not finite", good, []nn.Tensor{nn.NewTensor("0.weight", []int{2, 1}, []float32{1, float32(math.NaN())}), bias}, `tensor "0.weight" holds NaN or infinite numbers`},
		{"activation", dense(`{"Units":1,"Activation":"tnah"}`), nil, `unknown activation "tnah", did you mean "tanh"?`},
		{"unknown layer", `{"input":[2],"layers":[{"type":"layers.Conv","config":{}}]}`, nil, "layer 0 (layers.Conv): is not a layer of the library"},
		{"long name", `{"input":[2],"layers":[{"type":"` + strings.Repeat("x", 1e6) + `"}]}`, nil, "is not a layer of the library"},
		{"no config", `{"input":[2],"layers":[{"type":"layers.Flatten"}]}`, nil, "has no config"},
		{"null config", `{"input":[2],"layers":[{"type":"layers.Flatten","config":null}]}`, nil, "config null is not the fields of a layer"},
		{"layers in a leaf", `{"input":[2],"layers":[{"type":"layers.Flatten","config":{},"layers":[{"type":"layers.Flatten","config":{}}]}]}`, nil, "cannot hold layers"},
		{"deep", `{"input":[2],"layers":[` + deep + `]}`, nil, "nested more than 16 deep"},
		{"many", `{"input":[2],"layers":[` + flat + `]}`, nil, "more than 10000 layers"},
		{"many extents", `{"input":[1` + strings.Repeat(",1", 1000) + `]}`, nil, "1001 extents, more than 8"},
		{"dropout", `{"input":[2],"layers":[{"type":"layers.Dropout","config":{"P":3}}]}`, nil, "P must be from 0 to 1, got 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := modelFile(t, c.text, c.tensors...)
			var err error
			used := allocated(func() { _, _, err = layers.Load(bytes.NewReader(file)) })
			if err == nil || !strings.HasPrefix(err.Error(), "nn: load: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %.300v\nwant %s", err, c.want)
			}
			if err != nil && (len(err.Error()) > 600 || strings.Contains(err.Error(), "\n")) {
				t.Errorf("an error of %d characters", len(err.Error()))
			}
			if most := 1<<21 + 60*uint64(len(file)); used > most {
				t.Errorf("a file of %d bytes takes %d bytes to load", len(file), used)
			}
		})
	}
	t.Run("foreign", func(t *testing.T) {
		var b bytes.Buffer
		if err := nn.WriteTensors(&b, []nn.Tensor{weight}, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := layers.Load(&b); err == nil || !strings.Contains(err.Error(), "the file holds 1 tensors but no nabla network") {
			t.Error(err)
		}
	})
	t.Run("format", func(t *testing.T) {
		var b bytes.Buffer
		if err := nn.WriteTensors(&b, nil, map[string]string{"nabla.network": good, "nabla.format": "2"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := layers.Load(&b); err == nil || !strings.Contains(err.Error(), `the file has format "2", this program reads "1"`) {
			t.Error(err)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(`{"input":[2],"dtype":"float32","seed":1,"layers":[{"type":"layers.Dense","config":{"Units":1,"Activation":"tanh"}}]}`)
	f.Add(`{"input":[2,3],"layers":[{"type":"layers.Residual","config":{},"layers":[{"type":"layers.LayerNorm","config":{"NoAffine":true}}]}]}`)
	f.Add(`{"input":[1],"layers":[{"type":"layers.Dropout","config":{"P":0.5}},{"type":"layers.Flatten","config":{}}]}`)
	f.Add(`{"input":[9223372036854775807],"layers":null}`)
	f.Fuzz(func(t *testing.T, description string) {
		if !json.Valid([]byte(description)) || !utf8.ValidString(description) {
			return
		}
		file := modelFile(t, description,
			nn.NewTensor("0.weight", []int{2, 1}, []float32{1, 2}), nn.NewTensor("0.bias", []int{1}, []float32{0}))
		n, _, err := layers.Load(bytes.NewReader(file))
		if err != nil {
			return
		}
		again, _, err := layers.Load(bytes.NewReader(saved(t, n, nil)))
		if err != nil || !slices.EqualFunc(again.Layers(), n.Layers(), func(a, b nn.Layer) bool { return nn.Describe(a) == nn.Describe(b) }) {
			t.Errorf("what was loaded and saved loads as %v, %v", again, err)
		}
	})
}
