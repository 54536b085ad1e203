package export_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"nabla/datasets"
	"nabla/nn"
	"nabla/nn/export"
)

var tensors = []nn.Tensor{
	nn.NewTensor("0.weight", []int{2, 3}, []float32{1, -0.1, 1e-42, math.MaxFloat32, float32(math.Copysign(0, -1)), 1.0 / 3}),
	nn.NewTensor("0.bias", []int{3}, []float64{math.Pi, 5e-324, -1e308}),
	nn.NewTensor("scalar", nil, []int64{math.MinInt64}),
	nn.NewTensor("empty", []int{1 << 20, 0}, []float32{}),
}

var metadata = map[string]string{"nabla.network": `{"layers":[1,2]}`, "note": "a \"quoted\" {note", "half": "{"}

// NPZ gives every number back to the bit.
func TestNPZ(t *testing.T) {
	var b bytes.Buffer
	if err := export.Write(&b, "npz", tensors, metadata); err != nil {
		t.Fatal(err)
	}
	arrays, err := datasets.ReadNPZ(bytes.NewReader(b.Bytes()), int64(b.Len()), "model.npz")
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]string
	if err := json.Unmarshal(arrays[0].U8, &read); err != nil || arrays[0].Name != "metadata" || read["note"] != metadata["note"] || len(read) != len(metadata) {
		t.Errorf("metadata %v, %v", read, err)
	}
	if len(arrays) != len(tensors)+1 {
		t.Fatalf("%d arrays", len(arrays))
	}
	for i, want := range tensors {
		a := arrays[i+1]
		var back nn.Tensor
		switch {
		case a.F64 != nil:
			back = nn.NewTensor(a.Name, a.Shape, a.F64)
		case a.I64 != nil:
			back = nn.NewTensor(a.Name, a.Shape, a.I64)
		default:
			back = nn.NewTensor(a.Name, a.Shape, a.F32)
		}
		if back.Name != want.Name || !slices.Equal(back.Shape, want.Shape) || !bytes.Equal(back.Data, want.Data) {
			t.Errorf("%s: %v", want.Name, a)
		}
	}
}

// JSON has the shape of the tensors, and digits enough to give each number back.
func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := export.Write(&b, "json", tensors, metadata); err != nil {
		t.Fatal(err)
	}
	var file struct {
		Metadata map[string]any
		Tensors  struct {
			Weight struct {
				DType string
				Shape []int
				Data  [][]float32
			} `json:"0.weight"`
			Bias   struct{ Data []float64 } `json:"0.bias"`
			Scalar struct{ Data int64 }
			Empty  struct{ Data [][]float32 }
		}
	}
	if err := json.Unmarshal(b.Bytes(), &file); err != nil {
		t.Fatalf("%v in %s", err, b.Bytes())
	}
	w := file.Tensors.Weight
	if w.DType != "F32" || !slices.Equal(w.Shape, []int{2, 3}) || !bytes.Equal(nn.NewTensor("", w.Shape, slices.Concat(w.Data...)).Data, tensors[0].Data) {
		t.Errorf("weight %+v", w)
	}
	if !bytes.Equal(nn.NewTensor("", []int{3}, file.Tensors.Bias.Data).Data, tensors[1].Data) || file.Tensors.Scalar.Data != math.MinInt64 || len(file.Tensors.Empty.Data) != 0 {
		t.Errorf("%+v", file.Tensors)
	}
	if network, ok := file.Metadata["nabla.network"].(map[string]any); !ok || len(network["layers"].([]any)) != 2 || file.Metadata["note"] != metadata["note"] || file.Metadata["half"] != "{" {
		t.Errorf("metadata %v", file.Metadata)
	}
}

// Numbers that are not finite are words, as everywhere else.
func TestJSONNotFinite(t *testing.T) {
	var b bytes.Buffer
	odd := []nn.Tensor{nn.NewTensor("x", []int{3}, []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))})}
	if err := export.Write(&b, "json", odd, nil); err != nil || !strings.Contains(b.String(), `["NaN","Inf","-Inf"]`) || !json.Valid(b.Bytes()) {
		t.Errorf("%s %v", b.String(), err)
	}
}

func TestErrors(t *testing.T) {
	half := []nn.Tensor{{Name: "h", DType: "F16", Shape: []int{1}, Data: []byte{0, 0}}}
	taken := []nn.Tensor{nn.NewTensor("metadata", []int{1}, []float32{1})}
	short := []nn.Tensor{{Name: "s", DType: "F32", Shape: []int{2}, Data: []byte{0, 0, 0, 0}}}
	for _, c := range []struct {
		format, says string
		tensors      []nn.Tensor
	}{
		{"npy", `did you mean "npz"`, tensors},
		{"npz", `"h" holds F16`, half},
		{"json", `"h" holds F16`, half},
		{"npz", "metadata takes", taken},
		{"npz", `"s"`, short},
		{"json", `"s"`, short},
	} {
		if err := export.Write(&bytes.Buffer{}, c.format, c.tensors, nil); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.format, err, c.says)
		}
	}
}
