package nn

import (
	"fmt"

	"gorgonia.org/tensor"

	"nabla/internal/names"
)

// DType is the number type of a network's parameters and of everything computed
// from them.
type DType int

const (
	Float32 DType = iota // the default: fast, about 7 digits
	Float64              // about 16 digits, for gradient checks and teaching
)

// dtypes is indexed by DType.
var dtypes = []struct {
	name        string
	bytes       int // of one number
	tensor      tensor.Dtype
	safetensors string
}{
	{"float32", 4, tensor.Float32, "F32"},
	{"float64", 8, tensor.Float64, "F64"},
}

func (d DType) valid() bool { return d >= 0 && int(d) < len(dtypes) }

// String returns "float32" or "float64".
func (d DType) String() string {
	if !d.valid() {
		return fmt.Sprintf("DType(%d)", int(d))
	}
	return dtypes[d].name
}

// MarshalText implements encoding.TextMarshaler.
func (d DType) MarshalText() ([]byte, error) {
	if !d.valid() {
		return nil, fmt.Errorf("nn: unknown DType %d", int(d))
	}
	return []byte(d.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *DType) UnmarshalText(text []byte) error {
	var have []string
	for i, row := range dtypes {
		if row.name == string(text) {
			*d = DType(i)
			return nil
		}
		have = append(have, row.name)
	}
	return names.Unknown("nn", "dtype", string(text), have)
}
