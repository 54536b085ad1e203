package reference

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

//go:embed testdata/*.json
var files embed.FS

// Load decodes a reference file, "losses.json" say, into v and fails the test
// when it cannot.
func Load(t testing.TB, file string, v any) {
	t.Helper()
	data, err := files.ReadFile("testdata/" + file)
	if dir := os.Getenv("NABLA_REFERENCE"); dir != "" {
		data, err = os.ReadFile(filepath.Join(dir, file))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// Number is a JSON number or one of the strings "NaN", "Inf", "-Inf".
type Number float64

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case `"NaN"`:
		*n = Number(math.NaN())
	case `"Inf"`:
		*n = Number(math.Inf(1))
	case `"-Inf"`:
		*n = Number(math.Inf(-1))
	default:
		return json.Unmarshal(data, (*float64)(n))
	}
	return nil
}

// Tensor is a row-major array; a bare JSON number decodes to shape [] with one
// element.
type Tensor struct {
	Shape []int
	Data  []float64
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Tensor) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] != '{' {
		var n Number
		if err := n.UnmarshalJSON(data); err != nil {
			return err
		}
		*t = Tensor{Data: []float64{float64(n)}}
		return nil
	}
	var raw struct {
		Shape []int
		Data  []Number
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*t = Tensor{Shape: raw.Shape, Data: make([]float64, len(raw.Data))}
	for i, v := range raw.Data {
		t.Data[i] = float64(v)
	}
	return nil
}

// Compare returns an error that names the first element of got that differs
// from want by more than rtol*|want| + atol. NaN equals NaN, an infinity equals
// itself.
func Compare(got, want []float64, rtol, atol float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d elements, want %d", len(got), len(want))
	}
	for i, w := range want {
		if !Close(got[i], w, rtol, atol) {
			return fmt.Errorf("element %d is %v, want %v (difference %.3g)", i, got[i], w, got[i]-w)
		}
	}
	return nil
}

// Close reports whether got is within rtol*|want| + atol of want.
func Close(got, want, rtol, atol float64) bool {
	if math.IsNaN(want) || math.IsNaN(got) {
		return math.IsNaN(want) && math.IsNaN(got)
	}
	return got == want || math.Abs(got-want) <= rtol*math.Abs(want)+atol
}
