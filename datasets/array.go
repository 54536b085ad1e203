package datasets

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Array is a row-major array of an NPY, NPZ or IDX file: of shape (a, b, c) the
// value (i, j, k) is number (i*b + j)*c + k. Exactly one of the four slices holds
// the values, the one whose type keeps all that the file has without rounding.
type Array struct {
	Name  string // key in an NPZ file
	Shape []int  // no axis: a single value
	F32   []float32
	F64   []float64
	I64   []int64
	U8    []uint8 // also booleans, as 0 and 1
}

// Len returns the number of values.
func (a *Array) Len() int { return max(len(a.F32), len(a.F64), len(a.I64), len(a.U8)) }

// at returns value i as a float64.
func (a *Array) at(i int) float64 {
	switch {
	case a.F32 != nil:
		return float64(a.F32[i])
	case a.F64 != nil:
		return a.F64[i]
	case a.I64 != nil:
		return float64(a.I64[i])
	}
	return float64(a.U8[i])
}

// matrix returns the array as rows: its first axis counts them, the others make
// up a row, (n, 28, 28) is n rows of 784. Floats and integers become float64,
// bytes stay. A value that is not finite is an error: unlike a cell of a table,
// an array has no sign for a missing value, and one NaN would make the whole
// gradient NaN.
func (a *Array) matrix() (Matrix, error) {
	if len(a.Shape) == 0 {
		return Matrix{}, errors.New("a single value is no array of rows")
	}
	m := Matrix{Rows: a.Shape[0], Cols: 1}
	for _, n := range a.Shape[1:] {
		m.Cols *= n
	}
	if m.Rows == 0 || m.Cols == 0 {
		return Matrix{}, fmt.Errorf("shape %v is empty", a.Shape)
	}
	if a.U8 != nil {
		m.U8 = a.U8
		return m, nil
	}
	m.F64 = a.F64
	if m.F64 == nil {
		m.F64 = make([]float64, a.Len())
		for i := range m.F64 {
			m.F64[i] = a.at(i)
		}
	}
	if i := notFinite(m.F64); i >= 0 {
		return Matrix{}, fmt.Errorf("row %d, value %d is %v", i/m.Cols, i%m.Cols, m.F64[i])
	}
	return m, nil
}

// sizeOf returns the product of the axes times the bytes per value, or an error
// when it passes the limit, which no overflow can hide.
func sizeOf(shape []int, bytesPerValue int, limit int64) (int64, error) {
	size := int64(bytesPerValue)
	for _, n := range shape {
		if n < 0 {
			return 0, fmt.Errorf("shape %v has a negative axis", shape)
		}
		if n > 0 && size > limit/int64(n) {
			return 0, fmt.Errorf("an array of shape %v is larger than the limit of %d MiB", shape, limit>>20)
		}
		size *= int64(n)
	}
	return size, nil
}

// readExactly reads the values of an array, which must be all that is left. It
// believes the stated size only as far as bytes come.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, size+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) < size:
		return nil, fmt.Errorf("the file is cut short: %d bytes of values, its header wants %d", len(data), size)
	case int64(len(data)) > size:
		return nil, fmt.Errorf("the file goes on after the %d bytes of values its header announces", size)
	}
	return data, nil
}

// rowNames names the features of rows of a shape: pixel_r_c for images, else
// x1, x2, … .
func rowNames(shape []int) []string {
	var names []string
	if len(shape) == 2 {
		for r := range shape[0] {
			for c := range shape[1] {
				names = append(names, fmt.Sprintf("pixel_%d_%d", r, c))
			}
		}
		return names
	}
	size := 1
	for _, n := range shape {
		size *= n
	}
	for i := range size {
		names = append(names, fmt.Sprintf("x%d", i+1))
	}
	return names
}

// rowShape returns the shape of one row of an array.
func (a *Array) rowShape() []int {
	if len(a.Shape) == 1 {
		return []int{1}
	}
	return slices.Clone(a.Shape[1:])
}

// integerClasses takes a column of whole numbers as class labels: it returns
// the labels in numeric order and, for each row, the index of its own. Labels
// need not be consecutive or begin at 0; beyond 2^53 two of them could be one
// float64, so such are refused.
func integerClasses(m *Matrix) ([]string, []float64, error) {
	seen := make(map[float64]bool)
	for i := range m.Rows {
		v := m.At(i, 0)
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, nil, fmt.Errorf("row %d: the label %v is not a whole number", i, v)
		}
		seen[v] = true
		if len(seen) > maxClasses {
			return nil, nil, fmt.Errorf("more than %d different labels", maxClasses)
		}
	}
	var values []float64
	for v := range seen {
		values = append(values, v)
	}
	slices.Sort(values)
	names := make([]string, len(values))
	index := make(map[float64]float64, len(values))
	for c, v := range values {
		names[c] = fmt.Sprintf("%d", int64(v))
		index[v] = float64(c)
	}
	classes := make([]float64, m.Rows)
	for i := range classes {
		classes[i] = index[m.At(i, 0)]
	}
	return names, classes, nil
}
