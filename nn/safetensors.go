package nn

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// The format (Hugging Face, safetensors) is
//
//	length of the header   8 bytes, little-endian
//	header                 JSON: {"__metadata__": {text: text}, name: tensor, …}
//	data                   the elements of all tensors, without gap or overlap
//
// where a tensor is {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}
// and the offsets count from the end of the header.

// Limits of a file, which the writer keeps and the reader enforces.
const (
	maxHeaderBytes   = 100_000_000 // as in every safetensors reader
	maxHeaderEntries = 1 << 16     // tensors, and as many metadata keys
	maxTensorRank    = 64          // as in PyTorch
)

// tensorMetadataKey is the header entry that holds strings instead of a tensor.
const tensorMetadataKey = "__metadata__"

// Both the key and the value of the checksum say whose it is, so that a file
// with a damaged key, or a damaged value, does not pass for one without a
// checksum.
const (
	checksumKey    = "nabla.checksum"
	checksumPrefix = "nabla-sha256:"
)

// dtypeBytes is the size of an element of each dtype of the safetensors format
// that fills whole bytes.
var dtypeBytes = map[string]int{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1,
	"I16": 2, "U16": 2, "F16": 2, "BF16": 2,
	"I32": 4, "U32": 4, "F32": 4,
	"I64": 8, "U64": 8, "F64": 8, "C64": 8,
}

// Tensor is one named array of a safetensors file.
type Tensor struct {
	Name  string
	DType string // "F32", "F64", "I64", "U64", "U8", … as the format spells it
	Shape []int  // empty for a scalar; a dimension of 0 makes an empty tensor
	Data  []byte // little-endian elements in row-major order
}

// TensorElement lists the Go types that a Tensor takes and gives.
type TensorElement interface {
	float32 | float64 | int64 | uint64
}

// NewTensor encodes values, row by row, as a tensor of dtype F32, F64, I64 or
// U64. WriteTensors refuses it when shape does not hold len(values) elements.
func NewTensor[T TensorElement](name string, shape []int, values []T) Tensor {
	data := make([]byte, 0, binary.Size(values))
	data, _ = binary.Append(data, binary.LittleEndian, values) // cannot fail for these types
	return Tensor{Name: name, DType: dtypeOf[T](), Shape: slices.Clone(shape), Data: data}
}

// Float32s decodes a tensor of dtype F32.
func (t Tensor) Float32s() ([]float32, error) { return decodeTensor[float32](t) }

// Float64s decodes a tensor of dtype F64, or of F32, whose every number is a
// float64 too.
func (t Tensor) Float64s() ([]float64, error) {
	if t.DType != "F32" {
		return decodeTensor[float64](t)
	}
	narrow, err := decodeTensor[float32](t)
	if err != nil {
		return nil, err
	}
	wide := make([]float64, len(narrow))
	for i, v := range narrow {
		wide[i] = float64(v)
	}
	return wide, nil
}

// Int64s decodes a tensor of dtype I64.
func (t Tensor) Int64s() ([]int64, error) { return decodeTensor[int64](t) }

// Uint64s decodes a tensor of dtype U64.
func (t Tensor) Uint64s() ([]uint64, error) { return decodeTensor[uint64](t) }

// decodeTensor is exact or an error: there is no conversion to a narrower type.
func decodeTensor[T TensorElement](t Tensor) ([]T, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if want := dtypeOf[T](); t.DType != want {
		return nil, fmt.Errorf("tensor %.60q holds %s, not %s", t.Name, t.DType, want)
	}
	values := make([]T, len(t.Data)/dtypeBytes[t.DType])
	if _, err := binary.Decode(t.Data, binary.LittleEndian, values); err != nil {
		return nil, fmt.Errorf("tensor %.60q: %w", t.Name, err)
	}
	return values, nil
}

func dtypeOf[T TensorElement]() string {
	var zero T
	switch any(zero).(type) {
	case float32:
		return "F32"
	case float64:
		return "F64"
	case int64:
		return "I64"
	default:
		return "U64"
	}
}

// check returns an error when Data does not fit DType and Shape.
func (t Tensor) check() error {
	n, err := t.byteSize()
	if err == nil && n != len(t.Data) {
		err = fmt.Errorf("%s %v takes %d bytes, Data has %d", t.DType, t.Shape, n, len(t.Data))
	}
	if err != nil {
		return fmt.Errorf("tensor %.60q: %w", t.Name, err)
	}
	return nil
}

// byteSize is the size that DType and Shape give. A product of the dimensions
// beyond the largest int is an error even when a dimension of 0 stands among
// them, so that no order of multiplying overflows.
func (t Tensor) byteSize() (int, error) {
	element, ok := dtypeBytes[t.DType]
	if !ok {
		return 0, fmt.Errorf("unknown dtype %.20q (have %s)", t.DType, strings.Join(slices.Sorted(maps.Keys(dtypeBytes)), ", "))
	}
	if len(t.Shape) > maxTensorRank {
		return 0, fmt.Errorf("shape has %d dimensions, more than %d", len(t.Shape), maxTensorRank)
	}
	n, empty := uint64(element), false
	for _, d := range t.Shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", t.Shape)
		}
		empty = empty || d == 0
		high, low := bits.Mul64(n, uint64(max(d, 1)))
		if high != 0 || low > math.MaxInt {
			return 0, fmt.Errorf("shape %v overflows the address space", t.Shape)
		}
		n = low
	}
	if empty {
		return 0, nil
	}
	return int(n), nil
}

// tensorChecksum is the SHA-256 of what a file says, however it is laid out: each
// metadata key and value in the order of the keys, then name, dtype, shape and
// data of each tensor in the order of the names. Every string goes in behind
// its length, every number as 8 little-endian bytes.
func tensorChecksum(tensors []Tensor, metadata map[string]string) string {
	h := sha256.New()
	number := func(n int) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:]) // a hash never returns an error
	}
	text := func(s string) {
		number(len(s))
		h.Write([]byte(s))
	}

	number(len(metadata))
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		text(key)
		text(metadata[key])
	}
	number(len(tensors))
	for _, t := range slices.SortedFunc(slices.Values(tensors), func(a, b Tensor) int { return cmp.Compare(a.Name, b.Name) }) {
		text(t.Name)
		text(t.DType)
		number(len(t.Shape))
		for _, d := range t.Shape {
			number(d)
		}
		number(len(t.Data))
		h.Write(t.Data)
	}
	return checksumPrefix + hex.EncodeToString(h.Sum(nil))
}

// strayChecksum finds a key other than checksumKey that holds a checksum.
func strayChecksum(metadata map[string]string) (key string, found bool) {
	for key, value := range metadata {
		if key != checksumKey && strings.HasPrefix(value, checksumPrefix) {
			return key, true
		}
	}
	return "", false
}

// verifyChecksum takes the checksum out of metadata and returns an error when
// it does not fit the rest. A file of another program has none and passes.
func verifyChecksum(tensors []Tensor, metadata map[string]string) error {
	if key, found := strayChecksum(metadata); found {
		return fmt.Errorf("metadata %.60q holds the checksum, which belongs to %q: the file is damaged", key, checksumKey)
	}
	want, ok := metadata[checksumKey]
	if !ok {
		return nil
	}
	delete(metadata, checksumKey)
	if tensorChecksum(tensors, metadata) != want {
		return errors.New("the checksum does not match: the file is damaged, or another program changed it")
	}
	return nil
}
