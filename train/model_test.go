package train_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// modelOf trains a network on a bundled data set for a moment.
func modelOf(t *testing.T, name string, loss losses.Loss, dtype nn.DType, list ...nn.Layer) (*train.Model, datasets.Parts) {
	t.Helper()
	source, err := datasets.Open(name, datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	net := network(t, nn.Config{Seed: 4, Input: parts.Train.Shape, DType: dtype}, list...)
	fit(t, train.Trainer{Loss: loss, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 32, MaxEpochs: 5}, net, parts.Train)
	return &train.Model{Network: net, Loss: loss, Schema: source.Schema, Dataset: name, Rows: train.Rows{TestSplit: "every-5th:4", Seed: 1}, Version: "test"}, parts
}

func written(t *testing.T, m *train.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A model that is read back says, predicts and reaches the same, to the bit.
func TestModelRoundTrip(t *testing.T) {
	for _, c := range []struct {
		data   string
		loss   losses.Loss
		layers []nn.Layer
	}{
		{"iris", losses.CrossEntropy, []nn.Layer{layers.Dense{Units: 6, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.1}, layers.Dense{Units: 3}}},
		{"iris", with(losses.CrossEntropy, func(l *losses.Loss) { l.Smoothing, l.ClassWeights = 0.1, []float64{1, 2, 3} }), []nn.Layer{layers.Dense{Units: 3}}},
		{"breast-cancer", losses.BinaryCrossEntropy, []nn.Layer{layers.Dense{Units: 1}}},
		{"penguins", losses.CrossEntropyProb, []nn.Layer{layers.Dense{Units: 3, Activation: activations.Softmax}}},
		{"diabetes", losses.MSE, []nn.Layer{layers.Dense{Units: 5, Activation: activations.ReLU}, layers.Residual{Layers: []nn.Layer{layers.Dense{Units: 5}}}, layers.Dense{Units: 1}}},
		{"auto-mpg", losses.HuberDelta(0.5), []nn.Layer{layers.LayerNorm{}, layers.Dense{Units: 1}}},
	} {
		for _, dtype := range dtypes {
			m, parts := modelOf(t, c.data, c.loss, dtype, c.layers...)
			file := written(t, m)
			back, err := train.ReadModel(bytes.NewReader(file))
			if err != nil {
				t.Fatalf("%s: %v", c.data, err)
			}
			if diff := cmp.Diff(m.Schema, back.Schema); diff != "" {
				t.Errorf("%s: schema: %s", c.data, diff)
			}
			if back.Dataset != c.data || back.Version != "test" || back.Loss.String() != c.loss.String() || back.Network.Config().DType != dtype || back.Network.Config().Seed != 4 {
				t.Errorf("%s: dataset %q, version %q, loss %v, %+v", c.data, back.Dataset, back.Version, back.Loss, back.Network.Config())
			}
			if diff := cmp.Diff(m.Rows, back.Rows); diff != "" {
				t.Errorf("%s: rows: %s", c.data, diff)
			}
			if c.loss.Link.String() != back.Loss.Link.String() {
				t.Errorf("%s: link %v, want %v", c.data, back.Loss.Link, c.loss.Link)
			}
			want, got := predicted(t, m, parts.Test), predicted(t, back, parts.Test)
			if err := sameBits(got, want); err != nil {
				t.Errorf("%s, %v: predictions: %v", c.data, dtype, err)
			}
			list := metricsFor(parts.Test)
			before, err := m.Evaluate(parts.Test, list)
			if err != nil {
				t.Fatal(err)
			}
			after, err := back.Evaluate(parts.Test, list)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("%s: evaluation: %s", c.data, diff)
			}
			if err := near(after.Predictions, want, 1e-6); err != nil {
				t.Errorf("%s: Evaluate and Predict differ: %v", c.data, err)
			}
			if !bytes.Equal(written(t, back), file) {
				t.Errorf("%s: the file that is written again is another", c.data)
			}
		}
	}
}

func predicted(t *testing.T, m *train.Model, data *datasets.Dataset) []float64 {
	t.Helper()
	y, err := m.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// Predictions of a regression are in the units of the data, probabilities add
// up to 1.
func TestPredictionsAreInUnits(t *testing.T) {
	m, parts := modelOf(t, "diabetes", losses.MSE, nn.Float64, layers.Dense{Units: 1})
	scaling := m.Schema.TargetScaling
	w, b := m.Network.Param("0.weight").Values(), m.Network.Param("0.bias").Values()
	var want []float64
	for i := range parts.Test.Len() {
		y := b[0]
		for j := range w {
			y += w[j] * parts.Test.X.At(i, j)
		}
		want = append(want, y*scaling.Std[0]+scaling.Mean[0])
	}
	if scaling.Std[0] < 10 {
		t.Fatal("the targets have no units to speak of")
	}
	if err := near(predicted(t, m, parts.Test), want, 1e-12); err != nil {
		t.Error(err)
	}
	// The metrics are in these units too, the loss is that of the scaled targets.
	result, err := m.Evaluate(parts.Test, metrics.Usual(metrics.Regression))
	if err != nil {
		t.Fatal(err)
	}
	if rmse := result.Scores.Of("rmse"); math.Abs(rmse-math.Sqrt(result.Loss)*scaling.Std[0]) > 1e-9 {
		t.Errorf("rmse %v, loss %v, deviation %v", rmse, result.Loss, scaling.Std[0])
	}

	iris, irisParts := modelOf(t, "iris", losses.CrossEntropy, nn.Float32, layers.Dense{Units: 3})
	for row := range slices.Chunk(predicted(t, iris, irisParts.Test), 3) {
		if sum := row[0] + row[1] + row[2]; math.Abs(sum-1) > 1e-12 || slices.Min(row) < 0 {
			t.Errorf("probabilities %v", row)
		}
	}
}

// A file keeps the number type of its network; weights pass between the types as
// far as they go.
func TestNumberTypesOfFiles(t *testing.T) {
	wide, parts := modelOf(t, "iris", losses.CrossEntropy, nn.Float64, layers.Dense{Units: 3})
	var file bytes.Buffer
	if err := wide.Network.Save(&file, nil); err != nil {
		t.Fatal(err)
	}
	narrow := network(t, nn.Config{Input: parts.Train.Shape, DType: nn.Float32}, layers.Dense{Units: 3})
	if err := narrow.LoadWeights(bytes.NewReader(file.Bytes()), false); err != nil {
		t.Fatal(err)
	}
	for i, v := range weights(wide.Network) {
		if got := weights(narrow)[i]; got != float64(float32(v)) {
			t.Errorf("weight %d: %v in float32, want %v", i, got, float32(v))
		}
	}
	back, err := train.ReadModel(bytes.NewReader(written(t, wide)))
	if err != nil {
		t.Fatal(err)
	}
	if err := sameBits(weights(back.Network), weights(wide.Network)); err != nil {
		t.Errorf("float64 through a file: %v", err)
	}

	// float32 into float64 is exact.
	file.Reset()
	if err := narrow.Save(&file, nil); err != nil {
		t.Fatal(err)
	}
	again := network(t, nn.Config{Input: parts.Train.Shape, DType: nn.Float64}, layers.Dense{Units: 3})
	if err := again.LoadWeights(bytes.NewReader(file.Bytes()), false); err != nil {
		t.Fatal(err)
	}
	if err := sameBits(weights(again), weights(narrow)); err != nil {
		t.Errorf("float32 into float64: %v", err)
	}
}

// Losses that are not of the table, or are changed, or are not there.
func TestModelsWithOtherLosses(t *testing.T) {
	data := plane(t, 8, 1)
	model := func(l losses.Loss) *train.Model {
		return &train.Model{Network: small(t, data, nn.Float32, 1), Loss: l, Schema: datasets.SchemaOf(data)}
	}
	own := losses.MSE
	own.Name, own.Link = "quartic", losses.Sigmoid
	own.F = func(p, t float64) float64 { return math.Pow(p-t, 4) }
	squashed := losses.MSE
	squashed.Link = losses.Sigmoid
	for _, c := range []struct {
		name  string
		loss  losses.Loss
		known bool
	}{{"own", own, false}, {"another link", squashed, true}, {"none", losses.Loss{}, false}} {
		m := model(c.loss)
		back, err := train.ReadModel(bytes.NewReader(written(t, m)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := sameBits(predicted(t, back, data), predicted(t, m, data)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := back.Evaluate(data, nil); c.known != (err == nil) {
			t.Errorf("%s: Evaluate: %v", c.name, err)
		}
	}
	own.Name = ""
	checkErrorOf(t, "unnamed loss", model(own).Save(&bytes.Buffer{}), "Name")
	own.Name = "mae"
	checkErrorOf(t, "another's name", model(own).Save(&bytes.Buffer{}), "mae")
	own.Name, own.Link = "mine", losses.Link{Name: "mine", Apply: func([]float64, int) {}}
	checkErrorOf(t, "own link", model(own).Save(&bytes.Buffer{}), "mine")
}

func TestHostileModels(t *testing.T) {
	m, parts := modelOf(t, "iris", losses.CrossEntropy, nn.Float32, layers.Dense{Units: 3})
	good := written(t, m)
	tensors, metadata, err := nn.ReadTensors(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string, file []byte, parts ...string) {
		t.Helper()
		back, err := train.ReadModel(bytes.NewReader(file))
		if back != nil {
			t.Errorf("%s: was read", name)
		}
		checkErrorOf(t, name, err, parts...)
		if err != nil && (strings.Contains(err.Error(), "panic") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %q", name, err)
		}
	}
	for n := range len(good) {
		if n%37 == 0 {
			read("truncated", good[:n])
		}
	}
	for at := 0; at < len(good); at += 29 {
		bad := slices.Clone(good)
		bad[at] ^= 1
		read("bit flipped", bad)
	}
	write := func(change func(metadata map[string]string)) []byte {
		t.Helper()
		all := map[string]string{}
		for k, v := range metadata {
			all[k] = v
		}
		change(all)
		var b bytes.Buffer
		if err := nn.WriteTensors(&b, tensors, all); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	read("without metadata", write(func(m map[string]string) { delete(m, "nabla.model") }), "nabla.model")
	for _, text := range []string{"", "{", "[]", "7", `{"loss":3}`, `{"link":"none such"}`, `{}`, `{"schema":null}`, `{"schema":{}}`, `null`} {
		read(text, write(func(m map[string]string) { m["nabla.model"] = text }), "nabla.model")
	}
	for name, change := range map[string]func(m map[string]any){
		"features": func(m map[string]any) {
			s := m["schema"].(map[string]any)
			s["inputs"] = s["inputs"].([]any)[:3]
		},
		"classes": func(m map[string]any) { m["schema"].(map[string]any)["classes"] = []string{"a", "b"} },
		"numbers": func(m map[string]any) { delete(m["schema"].(map[string]any), "classes") },
		"scaling": func(m map[string]any) {
			m["schema"].(map[string]any)["input_scaling"].(map[string]any)["mean"] = []float64{1}
		},
		"huge shape": func(m map[string]any) { m["schema"].(map[string]any)["shape"] = []int{1 << 40, 1 << 40} },
		"link":       func(m map[string]any) { m["link"] = "tanh" },
		"split":      func(m map[string]any) { m["rows"].(map[string]any)["test_split"] = "every-6th" },
	} {
		read(name, write(func(metadata map[string]string) {
			var all map[string]any
			if err := json.Unmarshal([]byte(metadata["nabla.model"]), &all); err != nil {
				t.Fatal(err)
			}
			change(all)
			text, err := json.Marshal(all)
			if err != nil {
				t.Fatal(err)
			}
			metadata["nabla.model"] = string(text)
		}), "nabla.model")
	}

	// What does not make a model is not written.
	for name, m := range map[string]*train.Model{
		"empty": {}, "no schema": {Network: m.Network, Loss: m.Loss}, "no network": {Schema: m.Schema, Loss: m.Loss},
		"another schema": {Network: m.Network, Loss: m.Loss, Schema: datasets.SchemaOf(plane(t, 3, 1))},
	} {
		var b bytes.Buffer
		checkErrorOf(t, name, m.Save(&b), "train: ")
		if b.Len() > 0 {
			t.Errorf("%s: %d bytes were written", name, b.Len())
		}
		if name != "another schema" {
			_, err := m.Predict(parts.Test)
			checkErrorOf(t, name, err, "train: ")
		}
	}
	checkErrorOf(t, "nil writer", m.Save(nil), "nil")
	checkErrorOf(t, "full disk", m.Save(full{}), errFull.Error())
	_, err = train.ReadModel(nil)
	checkErrorOf(t, "nil reader", err, "nil")
	_, err = m.Predict(nil)
	checkErrorOf(t, "nil data", err, "nil")
	_, err = m.Predict(plane(t, 3, 1))
	checkErrorOf(t, "other data", err, "takes 4 inputs")
	_, err = m.Evaluate(plane(t, 3, 1), nil)
	checkErrorOf(t, "other data", err, "takes 4 inputs")
}
