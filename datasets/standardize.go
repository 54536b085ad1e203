package datasets

import (
	"fmt"
	"math"
	"slices"
)

// Fit learns from the training rows, which must be as Apply left them, what the
// schema's policies need: means to fill in, means and population deviations
// (ddof 0) to standardise by. No other row may be looked at: what is learned
// from a test row makes the test worthless.
func (s *Schema) Fit(train *Dataset) error {
	if err := s.fit(train); err != nil {
		return fmt.Errorf("datasets: %s: %w", train.Name, err)
	}
	return nil
}

// fit computes statistics only where a policy asks for them.
func (s *Schema) fit(train *Dataset) error {
	if train.Len() == 0 {
		return fmt.Errorf("no training rows")
	}
	if err := s.fits(train); err != nil {
		return err
	}
	if s.Missing == MissingMean || s.InputScaling.Method == Standardized {
		mean, std, err := statistics(&train.X, train.Features)
		if err != nil {
			return err
		}
		if s.Missing == MissingMean {
			s.Fill = mean
		}
		if s.InputScaling.Method == Standardized {
			s.InputScaling.Mean, s.InputScaling.Std = mean, std
		}
	}
	if s.TargetScaling.Method == Standardized {
		mean, std, err := statistics(&train.Y, train.Targets)
		if err != nil {
			return err
		}
		s.TargetScaling.Mean, s.TargetScaling.Std = mean, std
	}
	return nil
}

// fits reports a data set whose columns are not the schema's.
func (s *Schema) fits(d *Dataset) error {
	if err := d.consistent(); err != nil {
		return err
	}
	switch {
	case d.X.Cols != s.width():
		return fmt.Errorf("%d features, the schema has %d", d.X.Cols, s.width())
	case s.Classes == nil && d.Y.Cols > 0 && d.Y.Cols != len(s.Targets):
		return fmt.Errorf("%d targets, the schema has %d", d.Y.Cols, len(s.Targets))
	}
	return nil
}

// statistics returns each column's mean over its known values, and its
// population deviation once the others are filled with that mean:
//
//	mean = sum(x) / known    std = sqrt(sum((x - mean)^2) / rows)
//
// A filled cell adds nothing to the sum of squares but counts as a row. A
// constant column has deviation 1: dividing by it leaves zeros, not the rounding
// of the sum blown up.
func statistics(m *Matrix, names []string) (mean, std []float64, err error) {
	mean, std = make([]float64, m.Cols), make([]float64, m.Cols)
	for j := range m.Cols {
		sum, known := 0.0, 0
		low, high := math.Inf(1), math.Inf(-1)
		for i := range m.Rows {
			if v := m.At(i, j); !math.IsNaN(v) {
				sum += v
				known++
				low, high = min(low, v), max(high, v)
			}
		}
		if known == 0 {
			return nil, nil, fmt.Errorf("no training row has a value of %s", shown(names[j]))
		}
		if mean[j], std[j] = sum/float64(known), 1; low == high {
			mean[j] = low // not a rounded sum
			continue
		}
		squares := 0.0
		for i := range m.Rows {
			if v := m.At(i, j); !math.IsNaN(v) {
				squares += (v - mean[j]) * (v - mean[j])
			}
		}
		std[j] = math.Sqrt(squares / float64(m.Rows))
		if math.IsInf(std[j], 0) || math.IsNaN(std[j]) || std[j] == 0 {
			return nil, nil, fmt.Errorf("the values of %s are too large or too close to standardise (mean %v, deviation %v)", shown(names[j]), mean[j], std[j])
		}
	}
	return mean, std, nil
}

// Standardize returns d with missing numbers filled, inputs scaled and the
// targets of a regression scaled, as the schema says; Fit comes first where it
// has to. Bytes that are only divided stay shared with d, all other values are
// new.
func (s *Schema) Standardize(d *Dataset) (*Dataset, error) {
	out, err := s.standardize(d)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", d.Name, err)
	}
	return out, nil
}

// standardize refuses to run on a schema that has nothing learned yet: raw values
// would pass for scaled ones.
func (s *Schema) standardize(d *Dataset) (*Dataset, error) {
	if err := s.fits(d); err != nil {
		return nil, err
	}
	if s.Missing == MissingMean && s.Fill == nil ||
		s.InputScaling.unfitted() || s.Classes == nil && d.Y.Cols > 0 && s.TargetScaling.unfitted() {
		return nil, fmt.Errorf("the schema was not fitted to training rows")
	}
	out := *d
	out.X = s.InputScaling.apply(&d.X, s.Fill)
	if s.Classes == nil {
		out.Y = s.TargetScaling.apply(&d.Y, nil)
	}
	return &out, nil
}

// unfitted reports whether Fit has still to come.
func (c *Scaling) unfitted() bool { return c.Method == Standardized && c.Mean == nil }

// apply returns m scaled, NaN replaced by fill.
func (c *Scaling) apply(m *Matrix, fill []float64) Matrix {
	if m.U8 != nil && c.Method == Divided {
		out := *m
		out.Scale = m.scale() / c.By
		return out
	}
	if c.Method != Standardized && c.Method != Divided && fill == nil || m.Cols == 0 {
		return *m
	}
	out := Matrix{Rows: m.Rows, Cols: m.Cols, F64: m.floats()}
	for i := range out.Rows {
		row := out.F64[i*out.Cols : (i+1)*out.Cols]
		for j := range row {
			if fill != nil && math.IsNaN(row[j]) {
				row[j] = fill[j]
			}
			switch c.Method {
			case Standardized:
				row[j] = (row[j] - c.Mean[j]) / c.Std[j]
			case Divided:
				row[j] /= c.By
			}
		}
	}
	return out
}

// Unscale turns predictions of a regression, rows of len(Targets) values, back
// into the units of the file, in place: y*std + mean.
func (s *Schema) Unscale(predictions []float64) {
	c := s.TargetScaling
	if c.Method != Standardized || c.Mean == nil || s.Classes != nil {
		return
	}
	for row := range slices.Chunk(predictions, len(c.Mean)) {
		for j := range row {
			row[j] = row[j]*c.Std[j] + c.Mean[j]
		}
	}
}
