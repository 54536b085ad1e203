package datasets

import (
	"fmt"

	"nabla/internal/kernel"
)

// Float is the type of the numbers a network computes with. Data are kept as
// float64, in which a float32 and every integer up to 2^53 is exact, and rounded
// once, where rows are copied into a batch.
type Float interface{ float32 | float64 }

// Matrix is a row-major table of numbers. The values are F64, or U8 times
// Scale: images stay bytes, an eighth of the memory, and are scaled while rows
// are copied out. Exactly one of F64 and U8 is set. Without a view value (i, j)
// is F64[i*Cols+j], or U8[i*Cols+j] * Scale.
//
// Split, Holdout and Subset give views: matrices with the same values and a list
// of rows. Folds of a cross-validation cost no memory but that list.
type Matrix struct {
	Rows, Cols int
	F64        []float64 // Rows*Cols values
	U8         []uint8   // Rows*Cols values, each worth Scale
	Scale      float64   // factor of the U8 values; 0 means 1

	index []int // stored row behind each row; nil: row i is stored row i
}

// At returns the value in row i and column j. The indexes are used as those of
// a slice are: one outside the matrix is a bug of the caller.
func (m *Matrix) At(i, j int) float64 {
	if m.index != nil {
		i = m.index[i]
	}
	if m.U8 != nil {
		return float64(m.U8[i*m.Cols+j]) * m.scale()
	}
	return m.F64[i*m.Cols+j]
}

// scale is the factor of the bytes: the zero value of Scale changes nothing.
func (m *Matrix) scale() float64 {
	if m.Scale == 0 {
		return 1
	}
	return m.Scale
}

// view returns the given rows of m without copying their values; rows is kept. A
// view of a view points at the stored rows directly, so that no chain of views
// makes a lookup slower.
func (m Matrix) view(rows []int) Matrix {
	index := rows
	if m.index != nil {
		index = make([]int, len(rows))
		for i, r := range rows {
			index[i] = m.index[r]
		}
	}
	m.Rows, m.index = len(rows), index
	return m
}

// floats returns a copy of the visible values, row after row.
func (m *Matrix) floats() []float64 {
	out := make([]float64, 0, m.Rows*m.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			out = append(out, m.At(i, j))
		}
	}
	return out
}

// check reports a matrix whose fields contradict each other.
func (m *Matrix) check() error {
	stored := len(m.F64) + len(m.U8)
	switch {
	case m.Rows < 0 || m.Cols < 0:
		return fmt.Errorf("%d x %d is no size", m.Rows, m.Cols)
	case m.F64 != nil && m.U8 != nil:
		return fmt.Errorf("both F64 and U8 are set")
	case m.index == nil && stored != m.Rows*m.Cols:
		return fmt.Errorf("%d values do not make %d rows of %d", stored, m.Rows, m.Cols)
	}
	return nil
}

// copyRows writes the given rows of m to dst, one after the other. It allocates
// nothing unless it fails.
func copyRows[T Float](dst []T, m *Matrix, rows []int) error {
	if len(dst) != len(rows)*m.Cols {
		return fmt.Errorf("%d rows of %d values do not fill %d places", len(rows), m.Cols, len(dst))
	}
	if m.Cols == 0 {
		return nil // rows to be predicted have no targets
	}
	stored := max(len(m.F64), len(m.U8))
	for i, r := range rows {
		if r < 0 || r >= m.Rows {
			return fmt.Errorf("row %d of %d does not exist", r, m.Rows)
		}
		if m.index != nil {
			r = m.index[r]
		}
		from, to := r*m.Cols, (r+1)*m.Cols
		if from < 0 || to > stored {
			return fmt.Errorf("row %d lies outside the %d stored values", r, stored)
		}
		out := dst[i*m.Cols : (i+1)*m.Cols]
		if m.U8 != nil {
			kernel.ConvertBytes(out, m.U8[from:to], m.scale())
			continue
		}
		kernel.Convert(out, m.F64[from:to])
	}
	return nil
}
