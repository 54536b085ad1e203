package datasets

import (
	"fmt"
	"math"
	"slices"
)

// Dataset is rows of numbers with what they mean. Row i of X is an input, row i
// of Y what should be predicted from it: the values of the targets, or, when
// Classes is set, the one index into Classes.
type Dataset struct {
	Name     string
	Features []string // names of X's columns, after encoding
	Shape    []int    // shape of one input row: [4], or [28 28] for an image
	X        Matrix
	Y        Matrix   // no columns when the rows are only to be predicted
	Targets  []string // what is predicted
	Classes  []string // class names; nil means regression
}

// New makes a data set of values of one's own: rows of X are inputs, Y holds a
// class index for each, or, when classes is nil, the values to predict. Features
// are named x1, x2, …, targets class or y1, y2, … ; all can be changed.
func New(name string, x, y Matrix, classes []string) (*Dataset, error) {
	d := &Dataset{Name: name, Shape: []int{x.Cols}, X: x, Y: y, Classes: classes}
	if classes != nil {
		d.Targets = []string{"class"}
	} else {
		for j := range y.Cols {
			d.Targets = append(d.Targets, fmt.Sprintf("y%d", j+1))
		}
	}
	if err := x.check(); err != nil {
		return nil, fmt.Errorf("datasets: %s: X: %w", name, err)
	}
	d.Features = rowNames(d.Shape)
	if err := d.Validate(); err != nil {
		return nil, err
	}
	return d, nil
}

// Len returns the number of rows.
func (d *Dataset) Len() int { return d.X.Rows }

// Outputs returns how many numbers a network puts out for a row: one a class,
// or one a target.
func (d *Dataset) Outputs() int {
	if d.Classes != nil {
		return len(d.Classes)
	}
	return d.Y.Cols
}

// Class returns the class index of a row of a classification data set.
func (d *Dataset) Class(row int) int { return int(d.Y.At(row, 0)) }

// Subset returns the given rows, in that order, as a view: the values stay
// where they are. A row may be named more than once.
func (d *Dataset) Subset(rows []int) (*Dataset, error) {
	if err := d.consistent(); err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", d.Name, err)
	}
	for _, r := range rows {
		if r < 0 || r >= d.Len() {
			return nil, fmt.Errorf("datasets: %s: row %d of %d does not exist", d.Name, r, d.Len())
		}
	}
	return d.subset(slices.Clone(rows)), nil
}

// subset keeps rows, which must be valid.
func (d *Dataset) subset(rows []int) *Dataset {
	sub := *d
	sub.X = d.X.view(rows)
	if d.Y.Rows > 0 {
		sub.Y = d.Y.view(rows)
	}
	return &sub
}

// Validate reports the first contradiction in a data set that was made by hand:
// sizes that do not fit, a NaN or infinite value, a class index outside Classes.
func (d *Dataset) Validate() error {
	if err := d.validate(); err != nil {
		return fmt.Errorf("datasets: %s: %w", d.Name, err)
	}
	return nil
}

// validate looks at sizes first, so that the values can be reached, then at each
// value.
func (d *Dataset) validate() error {
	if err := d.consistent(); err != nil {
		return err
	}
	if i, j, v := d.X.firstNonFinite(); i >= 0 {
		return fmt.Errorf("row %d: %s is %v", i, shown(d.Features[j]), v)
	}
	if i, j, v := d.Y.firstNonFinite(); i >= 0 {
		return fmt.Errorf("row %d: %s is %v", i, shown(d.Targets[j]), v)
	}
	return d.checkClasses()
}

// consistent checks the sizes and names, which costs nothing; what it passes
// can be indexed.
func (d *Dataset) consistent() error {
	if err := d.X.check(); err != nil {
		return fmt.Errorf("X: %w", err)
	}
	if err := d.Y.check(); err != nil {
		return fmt.Errorf("Y: %w", err)
	}
	switch {
	case len(d.Features) != d.X.Cols:
		return fmt.Errorf("%d feature names for %d columns of X", len(d.Features), d.X.Cols)
	case d.Y.Cols > 0 && d.Y.Rows != d.X.Rows:
		return fmt.Errorf("rows: %d of X, %d of Y", d.X.Rows, d.Y.Rows)
	case d.Y.Cols > 0 && len(d.Targets) != d.Y.Cols:
		return fmt.Errorf("%d target names for %d columns of Y", len(d.Targets), d.Y.Cols)
	case d.Classes != nil && d.Y.Cols > 1:
		return fmt.Errorf("classes are one column of Y, not %d", d.Y.Cols)
	}
	return checkShape(d.Shape, d.X.Cols)
}

// checkClasses reports a class index outside Classes.
func (d *Dataset) checkClasses() error {
	if d.Classes == nil || d.Y.Cols == 0 {
		return nil
	}
	for i := range d.Y.Rows {
		if c := d.Y.At(i, 0); c != math.Trunc(c) || c < 0 || c >= float64(len(d.Classes)) {
			return fmt.Errorf("row %d: %v is not an index into %d classes", i, c, len(d.Classes))
		}
	}
	return nil
}

// firstNonFinite returns the place of the first NaN or infinity, i < 0 without.
func (m *Matrix) firstNonFinite() (i, j int, v float64) {
	if m.U8 != nil {
		return -1, 0, 0
	}
	for i := range m.Rows {
		for j := range m.Cols {
			if v := m.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return i, j, v
			}
		}
	}
	return -1, 0, 0
}

// CopyX writes the inputs of the given rows to dst, which has len(rows)*X.Cols
// places. It allocates nothing. A size that does not fit or a row that does not
// exist is an error.
func CopyX[T Float](dst []T, d *Dataset, rows []int) error {
	if err := copyRows(dst, &d.X, rows); err != nil {
		return fmt.Errorf("datasets: %s: inputs: %w", d.Name, err)
	}
	return nil
}

// CopyY writes the targets (class indexes in classification) of the given rows
// to dst, which has len(rows)*Y.Cols places. It allocates nothing.
func CopyY[T Float](dst []T, d *Dataset, rows []int) error {
	if err := copyRows(dst, &d.Y, rows); err != nil {
		return fmt.Errorf("datasets: %s: targets: %w", d.Name, err)
	}
	return nil
}

// CopyOneHot writes the classes of the given rows to dst as indicator vectors:
// len(rows) times len(Classes) places, 1 at the row's class and 0 elsewhere. It
// allocates nothing.
func CopyOneHot[T Float](dst []T, d *Dataset, rows []int) error {
	k := len(d.Classes)
	if k == 0 || d.Y.Cols != 1 {
		return fmt.Errorf("datasets: %s: one-hot targets need classes", d.Name)
	}
	if len(dst) != len(rows)*k {
		return fmt.Errorf("datasets: %s: %d rows of %d classes do not fill %d places", d.Name, len(rows), k, len(dst))
	}
	if err := d.Y.check(); err != nil {
		return fmt.Errorf("datasets: %s: Y: %w", d.Name, err)
	}
	clear(dst)
	for i, r := range rows {
		if r < 0 || r >= d.Y.Rows {
			return fmt.Errorf("datasets: %s: row %d of %d does not exist", d.Name, r, d.Y.Rows)
		}
		c := d.Class(r)
		if c < 0 || c >= k {
			return fmt.Errorf("datasets: %s: row %d: %d is not an index into %d classes", d.Name, r, c, k)
		}
		dst[i*k+c] = 1
	}
	return nil
}
