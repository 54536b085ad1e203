package datasets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// The beginning of every NPY file, and limits on its header.
const (
	npyMagic  = "\x93NUMPY"
	maxHeader = 64 << 10 // bytes
	maxAxes   = 32       // NumPy's own limit
)

// npyTypes are the value types that are read, as NumPy spells them (< little
// endian, | of one byte; f float, i integer, u unsigned, b boolean; bytes per
// value): their size, and how a buffer of them becomes an array. Objects (|O) are
// pickles, which run code, and are never read.
var npyTypes = map[string]struct {
	size   int
	decode func(*Array, []byte)
}{
	"<f4": {4, func(a *Array, b []byte) {
		a.F32 = make([]float32, len(b)/4)
		for i := range a.F32 {
			a.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}},
	"<f8": {8, func(a *Array, b []byte) {
		a.F64 = make([]float64, len(b)/8)
		for i := range a.F64 {
			a.F64[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}},
	"<i4": {4, func(a *Array, b []byte) {
		a.I64 = make([]int64, len(b)/4)
		for i := range a.I64 {
			a.I64[i] = int64(int32(binary.LittleEndian.Uint32(b[4*i:])))
		}
	}},
	"<i8": {8, func(a *Array, b []byte) {
		a.I64 = make([]int64, len(b)/8)
		for i := range a.I64 {
			a.I64[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}},
	"|u1": {1, func(a *Array, b []byte) { a.U8 = b }},
	"|b1": {1, func(a *Array, b []byte) {
		for i, v := range b {
			b[i] = min(v, 1)
		}
		a.U8 = b
	}},
}

// ReadNPY reads an array in NumPy's format (R. Kern, NEP 1, "A simple file format
// for NumPy arrays"), versions 1.0 and 2.0:
//
//	\x93NUMPY  major minor  length of the header: 2 bytes, version 2.0: 4, little-endian
//	{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }  spaces, newline
//	values, row-major
//
// The types <f4 <f8 <i4 <i8 |u1 |b1 are read, in C order, at most 512 MiB. The
// data must end where the header says. The name stands in messages.
func ReadNPY(r io.Reader, name string) (Array, error) {
	a, err := decodeNPY(r, maxBytes)
	if err != nil {
		return Array{}, fmt.Errorf("datasets: %s: %w", name, err)
	}
	return a, nil
}

// decodeNPY reads an array that may take up to limit bytes.
func decodeNPY(r io.Reader, limit int64) (Array, error) {
	header, err := readNPYHeader(r)
	if err != nil {
		return Array{}, err
	}
	h, err := parseNPYHeader(header)
	if err != nil {
		return Array{}, fmt.Errorf("NPY header: %w", err)
	}
	typ, ok := npyTypes[h.descr]
	switch {
	case !ok:
		return Array{}, fmt.Errorf("values of type %s; <f4 <f8 <i4 <i8 |u1 |b1 are read", quote(h.descr))
	case h.fortran:
		return Array{}, errors.New("Fortran order; save it in C order (numpy.ascontiguousarray)")
	}
	size, err := sizeOf(h.shape, typ.size, limit)
	if err != nil {
		return Array{}, err
	}
	data, err := readExactly(r, size)
	if err != nil {
		return Array{}, err
	}
	a := Array{Shape: h.shape}
	typ.decode(&a, data)
	return a, nil
}

// readNPYHeader returns the text of the header.
func readNPYHeader(r io.Reader) (string, error) {
	var start [8]byte // magic, major and minor version
	if err := readHeader(r, start[:]); err != nil {
		return "", err
	}
	if !bytes.HasPrefix(start[:], []byte(npyMagic)) {
		return "", errors.New("not an NPY array")
	}
	lengthBytes := 2
	switch version := [2]byte(start[6:]); version {
	case [2]byte{1, 0}:
	case [2]byte{2, 0}:
		lengthBytes = 4
	default:
		return "", fmt.Errorf("NPY version %d.%d; 1.0 and 2.0 are read", version[0], version[1])
	}
	var length [4]byte // little-endian, so the two bytes of version 1 fit
	if err := readHeader(r, length[:lengthBytes]); err != nil {
		return "", err
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > maxHeader {
		return "", fmt.Errorf("NPY header of %d bytes, at most %d are read", n, maxHeader)
	}
	text := make([]byte, n)
	if err := readHeader(r, text); err != nil {
		return "", err
	}
	return string(text), nil
}

// WriteNPY writes an array in NPY version 1.0: F32 as <f4, F64 as <f8, I64 as
// <i8, U8 as |u1.
func WriteNPY(w io.Writer, a Array) error {
	if err := writeNPY(w, a); err != nil {
		return fmt.Errorf("datasets: array %s: %w", quote(a.Name), err)
	}
	return nil
}

// writeNPY writes the header, padded with spaces, and the values.
func writeNPY(w io.Writer, a Array) error {
	size := 1
	axes := new(strings.Builder)
	for _, n := range a.Shape {
		if n < 0 {
			return fmt.Errorf("shape %v has a negative axis", a.Shape)
		}
		size *= n
		fmt.Fprintf(axes, "%d,", n)
	}
	if size != a.Len() {
		return fmt.Errorf("shape %v does not hold %d values", a.Shape, a.Len())
	}
	var descr string
	var values any
	switch {
	case a.F32 != nil:
		descr, values = "<f4", a.F32
	case a.F64 != nil:
		descr, values = "<f8", a.F64
	case a.I64 != nil:
		descr, values = "<i8", a.I64
	default:
		descr, values = "|u1", a.U8
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, axes)
	const before = len(npyMagic) + 4
	header += strings.Repeat(" ", 63-(before+len(header))%64) + "\n" // values begin at a multiple of 64
	start := append([]byte(npyMagic), 1, 0, byte(len(header)), byte(len(header)>>8))
	if _, err := w.Write(append(start, header...)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, values)
}
