package nn

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	foreign "github.com/nlpodyssey/safetensors"
)

// sampleTensors has each dtype that NewTensor makes, raw bytes, a scalar and
// empty tensors.
func sampleTensors() []Tensor {
	return []Tensor{
		NewTensor("0/dense/weight", []int{2, 3}, []float32{1, -2.5, 0, float32(math.Inf(1)), math.MaxFloat32, math.SmallestNonzeroFloat32}),
		NewTensor("0/dense/bias", []int{3}, []float64{math.Pi, math.Copysign(0, -1), math.NaN()}),
		NewTensor("step", nil, []int64{math.MinInt64}),
		{Name: "bytes", DType: "U8", Shape: []int{5}, Data: []byte("nabla")},
		NewTensor("streams", []int{1, 2}, []uint64{1, math.MaxUint64}),
		NewTensor("empty", []int{3, 0, 2}, []float32{}),
		NewTensor("also empty", []int{0}, []float64(nil)),
		NewTensor(`"∇"	<&> \ \u0000`+"\x00\u2028", []int{1}, []float32{7}),
	}
}

var sampleMetadata = map[string]string{
	"architecture": `{"layers":[{"kind":"dense","units":16}]}`,
	"classes":      "setosa\nversicolor\n日本",
	"":             "empty key",
	"seed":         "",
}

func mustWrite(t testing.TB, tensors []Tensor, metadata map[string]string) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := WriteTensors(&file, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// byName makes tensors comparable whatever their order, nil and empty slices
// being the same.
func byName(tensors []Tensor) map[string]string {
	m := map[string]string{}
	for _, t := range tensors {
		m[t.Name] = fmt.Sprintf("%s %v %x", t.DType, t.Shape, t.Data)
	}
	return m
}

func TestTensorsRoundTrip(t *testing.T) {
	file := mustWrite(t, sampleTensors(), sampleMetadata)
	got, metadata, err := ReadTensors(iotest.OneByteReader(bytes.NewReader(file)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byName(sampleTensors()), byName(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(sampleMetadata, metadata); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, g := range got {
		names = append(names, g.Name)
	}
	want := []string{"0/dense/bias", "step", "streams", "also empty", "0/dense/weight", "empty", `"∇"	<&> \ \u0000` + "\x00\u2028", "bytes"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("order: wide elements first, else as given:\n%s", diff)
	}
	if !bytes.Equal(file, mustWrite(t, got, metadata)) {
		t.Error("what was read is written with other bytes")
	}
	if n := binary.LittleEndian.Uint64(file); n%8 != 0 || file[8] != '{' {
		t.Errorf("header of %d bytes that starts with %q", n, file[8])
	}
	for range 20 { // map order must not show
		if !bytes.Equal(file, mustWrite(t, sampleTensors(), maps.Clone(sampleMetadata))) {
			t.Fatal("equal arguments gave other bytes")
		}
	}
}

func TestNoTensors(t *testing.T) {
	got, metadata, err := ReadTensors(bytes.NewReader(mustWrite(t, nil, nil)))
	if err != nil || len(got) != 0 || metadata == nil || len(metadata) != 0 {
		t.Errorf("%v, %v, %v", got, metadata, err)
	}
}

func TestTensorValues(t *testing.T) {
	single := []float32{1.5, -0.1, math.MaxFloat32}
	if got, err := NewTensor("w", []int{3}, single).Float32s(); err != nil || !slices.Equal(got, single) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := NewTensor("w", []int{3}, single).Float64s(); err != nil || !slices.Equal(got, []float64{1.5, float64(float32(-0.1)), math.MaxFloat32}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := NewTensor("w", []int{1, 2}, []float64{math.Pi, -1}).Float64s(); err != nil || !slices.Equal(got, []float64{math.Pi, -1}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := NewTensor("n", nil, []int64{-5}).Int64s(); err != nil || !slices.Equal(got, []int64{-5}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := NewTensor("n", []int{2}, []uint64{0, math.MaxUint64}).Uint64s(); err != nil || !slices.Equal(got, []uint64{0, math.MaxUint64}) {
		t.Errorf("%v, %v", got, err)
	}

	wrong := map[string]func() error{
		`tensor "w" holds F64, not F32`: func() error {
			_, err := NewTensor("w", nil, []float64{1}).Float32s()
			return err
		},
		`tensor "w" holds F16, not F64`: func() error {
			_, err := Tensor{Name: "w", DType: "F16", Shape: []int{1}, Data: []byte{0, 60}}.Float64s()
			return err
		},
		`tensor "n" holds I64, not U64`: func() error {
			_, err := NewTensor("n", nil, []int64{1}).Uint64s()
			return err
		},
		`tensor "n" holds F32, not I64`: func() error {
			_, err := NewTensor("n", nil, []float32{1}).Int64s()
			return err
		},
		`tensor "w": F32 [2] takes 8 bytes, Data has 12`: func() error {
			_, err := NewTensor("w", []int{2}, single).Float64s()
			return err
		},
	}
	for want, f := range wrong {
		if err := f(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestWriteTensorsRefuses(t *testing.T) {
	one := NewTensor("w", nil, []float32{1})
	many := make([]Tensor, maxHeaderEntries+1)
	for i := range many {
		many[i] = NewTensor(fmt.Sprint(i), nil, []float32{1})
	}
	cases := []struct {
		want     string
		tensors  []Tensor
		metadata map[string]string
	}{
		{`two tensors are called "w"`, []Tensor{one, one}, nil},
		{`"__metadata__" is reserved`, []Tensor{NewTensor("__metadata__", nil, []float32{1})}, nil},
		{`tensor name "\xff" is not UTF-8`, []Tensor{NewTensor("\xff", nil, []float32{1})}, nil},
		{`unknown dtype "F33" (have BF16, BOOL,`, []Tensor{{Name: "w", DType: "F33"}}, nil},
		{"takes 8 bytes, Data has 4", []Tensor{NewTensor("w", []int{2}, []float32{1})}, nil},
		{"negative dimension", []Tensor{NewTensor("w", []int{-1, -1}, []float32{1})}, nil},
		{"overflows", []Tensor{NewTensor("w", []int{math.MaxInt, 2}, []float32{1})}, nil},
		{"overflows", []Tensor{NewTensor("w", []int{0, math.MaxInt, math.MaxInt}, []float32{})}, nil},
		{"65 dimensions", []Tensor{NewTensor("w", make([]int, 65), []float32{})}, nil},
		{`metadata "k" is not UTF-8`, nil, map[string]string{"k": "\xff"}},
		{`metadata key "nabla.checksum" is reserved`, nil, map[string]string{checksumKey: ""}},
		{`"nabla-sha256:", which is reserved`, nil, map[string]string{"k": checksumPrefix}},
		{"65537 header entries", many, nil},
	}
	for _, c := range cases {
		var file bytes.Buffer
		err := WriteTensors(&file, c.tensors, c.metadata)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if file.Len() != 0 {
			t.Errorf("%s: %d bytes were written", c.want, file.Len())
		}
	}
	if err := WriteTensors(io.Discard, many[:maxHeaderEntries], nil); err != nil {
		t.Error(err)
	}
}

func TestWriteTensorsRefusesLargeHeader(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a header of 100 MB")
	}
	err := WriteTensors(io.Discard, nil, map[string]string{"k": strings.Repeat("x", maxHeaderBytes)})
	if err == nil || !strings.Contains(err.Error(), "header takes 100000") {
		t.Error(err)
	}
}

func TestWriteTensorsReportsTheWriter(t *testing.T) {
	full := errors.New("no space left")
	for n := range 2 + len(sampleTensors()) {
		if err := WriteTensors(&failingWriter{writes: n, err: full}, sampleTensors(), nil); !errors.Is(err, full) {
			t.Errorf("failure of write %d: %v", n, err)
		}
	}
}

// failingWriter fails after a number of writes.
type failingWriter struct {
	writes int
	err    error
}

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.writes--; w.writes < 0 {
		return len(p) / 2, w.err
	}
	return len(p), nil
}

// TestForeignReader opens our files with the reader of another project.
func TestForeignReader(t *testing.T) {
	file := mustWrite(t, sampleTensors(), sampleMetadata)
	got, err := foreign.Deserialize(file)
	if err != nil {
		t.Fatal(err)
	}
	var tensors []Tensor
	for _, g := range got.Tensors() {
		shape := []int{}
		for _, d := range g.TensorView.Shape() {
			shape = append(shape, int(d))
		}
		tensors = append(tensors, Tensor{Name: g.Name, DType: g.TensorView.DType().String(), Shape: shape, Data: g.TensorView.Data()})
	}
	if diff := cmp.Diff(byName(sampleTensors()), byName(tensors)); diff != "" {
		t.Error(diff)
	}
	_, header, err := foreign.ReadMetadata(file)
	if err != nil {
		t.Fatal(err)
	}
	metadata := header.Metadata()
	if !strings.HasPrefix(metadata[checksumKey], checksumPrefix) {
		t.Errorf("checksum is %q", metadata[checksumKey])
	}
	delete(metadata, checksumKey)
	if diff := cmp.Diff(sampleMetadata, metadata); diff != "" {
		t.Error(diff)
	}
}

// TestForeignWriter reads what another project wrote, and what it wrote again
// from a file of ours: the checksum holds for another layout of the same
// content.
func TestForeignWriter(t *testing.T) {
	ours, err := foreign.Deserialize(mustWrite(t, sampleTensors(), sampleMetadata))
	if err != nil {
		t.Fatal(err)
	}
	views := map[string]foreign.TensorView{}
	for _, v := range ours.Tensors() {
		views[v.Name] = v.TensorView
	}
	sum := map[string]string{checksumKey: tensorChecksum(sampleTensors(), sampleMetadata)}
	maps.Copy(sum, sampleMetadata)
	for _, metadata := range []map[string]string{nil, {"format": "pt"}, sum} {
		file, err := foreign.Serialize(views, metadata)
		if err != nil {
			t.Fatal(err)
		}
		got, gotMetadata, err := ReadTensors(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(byName(sampleTensors()), byName(got)); diff != "" {
			t.Error(diff)
		}
		want := maps.Clone(metadata)
		delete(want, checksumKey)
		if !maps.Equal(want, gotMetadata) {
			t.Errorf("metadata %v, want %v", gotMetadata, want)
		}
	}
	views["0/dense/weight"].Data()[0] ^= 1
	file, err := foreign.Serialize(views, sum)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := ReadTensors(bytes.NewReader(file)); err == nil || !strings.Contains(err.Error(), "checksum does not match") {
		t.Errorf("changed weight under the old checksum: %v", err)
	}
}
