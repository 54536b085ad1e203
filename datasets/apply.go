package datasets

import (
	"errors"
	"fmt"
	"math"
)

// Report says what applying a schema did to the rows of a table.
type Report struct {
	Rows    []int // table row of each row of the data set
	Missing []int // table rows that lack a needed value: dropped or filled
	Dropped int   // how many of these were dropped
}

// Apply encodes a table that holds the targets too. Columns are found by name,
// in any order, others are ignored. Values come out as they stand in the file;
// Standardize scales them. Under MissingMean a missing number is NaN until
// Standardize fills it.
func (s *Schema) Apply(t *Table) (*Dataset, Report, error) { return s.apply(t, s.Targets) }

// ApplyInputs is Apply for rows that are to be predicted: no target column is
// needed or read, and Y has no columns.
func (s *Schema) ApplyInputs(t *Table) (*Dataset, Report, error) { return s.apply(t, nil) }

// apply encodes the inputs and the named targets. Rows are chosen first, by all
// the columns that are needed, so that X and Y keep the same ones.
func (s *Schema) apply(t *Table, targetNames []string) (*Dataset, Report, error) {
	inputNames := make([]string, len(s.Inputs))
	for i, c := range s.Inputs {
		inputNames[i] = c.Name
	}
	inputs, err := t.find(inputNames)
	if err != nil {
		return nil, Report{}, err
	}
	targets, err := t.find(targetNames)
	if err != nil {
		return nil, Report{}, err
	}
	report, err := t.complete(inputs, targets, s.Missing)
	if err != nil {
		return nil, Report{}, err
	}
	d := &Dataset{Name: t.Name, Features: s.Features(), Shape: s.Shape, Targets: s.Targets, Classes: s.Classes}
	if d.X, err = t.encode(inputs, s.Inputs, report.Rows); err != nil {
		return nil, Report{}, err
	}
	if len(targets) > 0 {
		if d.Y, err = t.encodeTargets(targets, s.Classes, report.Rows); err != nil {
			return nil, Report{}, err
		}
	}
	return d, report, nil
}

// find returns the columns of the given names.
func (t *Table) find(names []string) ([]int, error) {
	columns := make([]int, len(names))
	for i, name := range names {
		if columns[i] = t.Column(name); columns[i] >= 0 {
			continue
		}
		hint := ""
		if !t.Header {
			hint = " (no header line was found)"
		}
		return nil, fmt.Errorf("datasets: %s: model wants column %s, file has %s%s; name the columns as those it was trained on", t.Name, shown(name), list(t.Columns), hint)
	}
	return columns, nil
}

// complete applies the missing-value policy: it returns the rows to use.
func (t *Table) complete(inputs, targets []int, policy Missing) (Report, error) {
	var r Report
	for row := range t.Rows() {
		input, target := t.firstMissing(row, inputs), t.firstMissing(row, targets)
		if input < 0 && target < 0 {
			r.Rows = append(r.Rows, row)
			continue
		}
		r.Missing = append(r.Missing, row)
		switch {
		case policy == MissingError:
			column := max(input, target)
			return Report{}, t.errorAt(row, column, fmt.Errorf("missing value (%q); fill it in, or leave such rows out (--missing drop)", t.Cell(row, column)))
		case policy == MissingMean && target < 0:
			r.Rows = append(r.Rows, row)
		default:
			r.Dropped++
		}
	}
	if len(r.Rows) == 0 {
		return Report{}, t.allMissing(append(append([]int(nil), inputs...), targets...))
	}
	return r, nil
}

// firstMissing looks only where a value is needed: a column that is dropped may
// have holes. It returns the first of the columns that has no value in a row, -1
// when all have one.
func (t *Table) firstMissing(row int, columns []int) int {
	for _, column := range columns {
		if isMissing(t.Cell(row, column)) {
			return column
		}
	}
	return -1
}

// allMissing names the column that is to blame when no row is complete.
func (t *Table) allMissing(columns []int) error {
	worst, most := columns[0], 0
	for _, column := range columns {
		n := 0
		for row := range t.Rows() {
			if isMissing(t.Cell(row, column)) {
				n++
			}
		}
		if n > most {
			worst, most = column, n
		}
	}
	return fmt.Errorf("datasets: %s: every row lacks a value (rows without column %s: %d of %d); drop the column or fill in means (--missing mean)",
		t.Name, quote(t.Columns[worst]), most, t.Rows())
}

// encode turns input columns into features: a matrix with a row for each of the
// given ones and, from left to right, one column for a number and k for a text of
// k categories, 1 in that of the cell and 0 in the others (one-hot).
func (t *Table) encode(columns []int, inputs []Column, rows []int) (Matrix, error) {
	s := Schema{Inputs: inputs}
	m := Matrix{Rows: len(rows), Cols: s.width()}
	m.F64 = make([]float64, m.Rows*m.Cols)
	at := 0
	for i, input := range inputs {
		categories := newLabels(input.Categories)
		for k, row := range rows {
			cell, out := t.Cell(row, columns[i]), m.F64[k*m.Cols+at:]
			if input.Categories == nil {
				v, err := t.numberOrNaN(row, columns[i])
				if err != nil {
					return Matrix{}, err
				}
				out[0] = v
				continue
			}
			if isMissing(cell) {
				continue // no category: all zeros
			}
			c, ok := categories.find(cell)
			if !ok {
				return Matrix{}, t.errorAt(row, columns[i], fmt.Errorf("unknown category %s; correct the cell, or train on rows that have it", unknown(cell, input.Categories)))
			}
			out[c] = 1
		}
		at += max(1, len(input.Categories))
	}
	return m, nil
}

// numberOrNaN reads a cell of a numeric column. A missing one is NaN: what stands
// in for it is known only after Fit.
func (t *Table) numberOrNaN(row, column int) (float64, error) {
	if isMissing(t.Cell(row, column)) {
		return math.NaN(), nil
	}
	return t.number(row, column)
}

// encodeTargets turns target columns into values or class indexes, as many
// columns as there are targets; of classes the one column counts from 0.
func (t *Table) encodeTargets(columns []int, classes []string, rows []int) (Matrix, error) {
	m := Matrix{Rows: len(rows), Cols: len(columns)}
	m.F64 = make([]float64, 0, m.Rows*m.Cols)
	index := newLabels(classes)
	for _, row := range rows {
		for _, column := range columns {
			if classes == nil {
				v, err := t.number(row, column)
				if err != nil {
					return Matrix{}, err
				}
				m.F64 = append(m.F64, v)
				continue
			}
			c, ok := index.find(t.Cell(row, column))
			if !ok {
				return Matrix{}, t.errorAt(row, column, fmt.Errorf("unknown class %s; correct the cell, or train on rows that have it", unknown(t.Cell(row, column), classes)))
			}
			m.F64 = append(m.F64, float64(c))
		}
	}
	return m, nil
}

// Adopt makes a data set that did not come from a table ready for the model of
// this schema: the inputs must be as many and of the same shape, classes are
// matched by name. Without targets nothing is asked of d's own.
func (s *Schema) Adopt(d *Dataset, targets bool) (*Dataset, error) {
	out, err := s.adopt(d, targets)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", d.Name, err)
	}
	return out, nil
}

// adopt checks what apply need not: a table is matched by column names, but
// features of arrays and images have only their place.
func (s *Schema) adopt(d *Dataset, targets bool) (*Dataset, error) {
	if err := d.consistent(); err != nil {
		return nil, err
	}
	if d.X.Cols != s.width() {
		return nil, fmt.Errorf("inputs a row: the model wants %d, the data have %d; take data of that width", s.width(), d.X.Cols)
	}
	out := *d
	out.Features, out.Shape, out.Targets, out.Classes = s.Features(), s.Shape, s.Targets, s.Classes
	if !targets {
		out.Y = Matrix{}
		return &out, nil
	}
	switch {
	case d.Y.Cols == 0:
		return nil, errors.New("the data have no targets; add them, or only predict")
	case (s.Classes == nil) != (d.Classes == nil):
		return nil, fmt.Errorf("model is for %s, the data are for %s; train a model on such data", task(s.Classes), task(d.Classes))
	case s.Classes == nil && d.Y.Cols != len(s.Targets):
		return nil, fmt.Errorf("targets: the model predicts %d, the data have %d; take data with such targets", len(s.Targets), d.Y.Cols)
	case s.Classes == nil:
		return &out, nil
	}
	if err := d.checkClasses(); err != nil {
		return nil, err
	}
	index := newLabels(s.Classes)
	out.Y = Matrix{Rows: d.Y.Rows, Cols: 1, F64: make([]float64, d.Y.Rows)}
	for i := range d.Y.Rows {
		name := d.Classes[d.Class(i)]
		c, ok := index.find(name)
		if !ok {
			return nil, fmt.Errorf("row %d: unknown class %s; train on rows that have it", i, unknown(name, s.Classes))
		}
		out.Y.F64[i] = float64(c)
	}
	return &out, nil
}

// task is Classification when there are classes.
func task(classes []string) Task {
	if classes != nil {
		return Classification
	}
	return Regression
}
