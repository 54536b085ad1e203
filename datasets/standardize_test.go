package datasets

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestStandardize(t *testing.T) {
	x := Matrix{Rows: 4, Cols: 3, F64: []float64{1, 7, 0.1, 3, 7, 0.1, 5, 7, 0.1, 100, 200, 300}}
	y := Matrix{Rows: 4, Cols: 1, F64: []float64{10, 20, 30, 999}}
	all, err := New("d", x, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	train, err := all.Subset([]int{0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	s := SchemaOf(all)
	s.setScaling(Scaling{})
	if err := s.Fit(train); err != nil {
		t.Fatal(err)
	}
	// By hand: mean 3, population variance (4+0+4)/3; constants keep their value and 1.
	sd := math.Sqrt(8.0 / 3)
	if !slices.Equal(s.InputScaling.Mean, []float64{3, 7, 0.1}) || !slices.Equal(s.InputScaling.Std, []float64{sd, 1, 1}) {
		t.Errorf("inputs: mean %v, std %v", s.InputScaling.Mean, s.InputScaling.Std)
	}
	before := slices.Clone(x.F64)
	out, err := s.Standardize(all)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{-2 / sd, 0, 0, 0, 0, 0, 2 / sd, 0, 0, 97 / sd, 193, 299.9}; !slices.Equal(out.X.F64, want) {
		t.Errorf("X %v, want %v", out.X.F64, want)
	}
	if !slices.Equal(x.F64, before) {
		t.Error("Standardize changed its input")
	}
	yd := math.Sqrt(200.0 / 3)
	if want := []float64{-10 / yd, 0, 10 / yd, 979 / yd}; !slices.Equal(out.Y.F64, want) {
		t.Errorf("Y %v, want %v", out.Y.F64, want)
	}
	back := slices.Clone(out.Y.F64)
	s.Unscale(back)
	for i := range back {
		if math.Abs(back[i]-y.F64[i]) > 1e-12*y.F64[i] {
			t.Errorf("Unscale gives %v, want %v", back, y.F64)
		}
	}
}

func TestDividedBytesStayShared(t *testing.T) {
	d, err := New("d", Matrix{Rows: 2, Cols: 1, U8: []uint8{0, 255}}, Matrix{Rows: 2, Cols: 1, U8: []uint8{0, 1}}, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	s := SchemaOf(d)
	s.setScaling(defaultScaling(d))
	if err := s.Fit(d); err != nil {
		t.Fatal(err)
	}
	out, err := s.Standardize(d)
	if err != nil || &out.X.U8[0] != &d.X.U8[0] || out.X.At(1, 0) != 1 || d.X.At(1, 0) != 255 || out.Class(1) != 1 {
		t.Errorf("%+v (%v)", out, err)
	}
	// Standardised bytes become floats.
	s.setScaling(Scaling{Method: Standardized})
	if err := s.Fit(d); err != nil {
		t.Fatal(err)
	}
	if out, err = s.Standardize(d); err != nil || !slices.Equal(out.X.F64, []float64{-1, 1}) {
		t.Errorf("%+v (%v)", out, err)
	}
}

// A mean may be near the largest float, a variance may not pass it.
func TestFitErrors(t *testing.T) {
	one := func(values ...float64) *Dataset {
		return &Dataset{Name: "d", Features: []string{"a"}, Shape: []int{1}, X: Matrix{Rows: len(values), Cols: 1, F64: values}}
	}
	for _, c := range []struct {
		data *Dataset
		want string
	}{
		{one(1e300, -1e300), "the values of a are too large or too close to standardise"},
		{one(1e308, 1.7e308), "the values of a are too large or too close to standardise"},
		{one(), "no training rows"},
		{one(math.NaN(), math.NaN()), "no training row has a value of a"},
		{&Dataset{Name: "d", Features: []string{"a", "b"}, Shape: []int{2}, X: Matrix{Rows: 1, Cols: 2, F64: []float64{1, 2}}}, "2 features, the schema has 1"},
		{&Dataset{Name: "d", X: Matrix{Rows: 1, Cols: 1}}, "X: 0 values do not make 1 rows of 1"},
	} {
		s := SchemaOf(one(1))
		s.setScaling(Scaling{})
		if err := s.Fit(c.data); err == nil || !strings.HasPrefix(err.Error(), "datasets: d: "+c.want) {
			t.Errorf("%v, want datasets: d: %s", err, c.want)
		}
	}
	s := SchemaOf(one(1))
	s.setScaling(Scaling{})
	if _, err := s.Standardize(one(1)); err == nil || err.Error() != "datasets: d: the schema was not fitted to training rows" {
		t.Error(err)
	}
}

func TestParts(t *testing.T) {
	source, err := Open("auto-mpg", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := source.Parts(EveryFifth(4), 0.1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if p.Train.Len() != 283 || p.Validation.Len() != 31 || p.Test.Len() != 78 {
		t.Errorf("%d, %d and %d rows", p.Train.Len(), p.Validation.Len(), p.Test.Len())
	}
	// Only the training part has mean 0 and deviation 1.
	mean, std, err := statistics(&p.Train.X, p.Train.Features)
	if err != nil {
		t.Fatal(err)
	}
	for j := range mean {
		if math.Abs(mean[j]) > 1e-12 || math.Abs(std[j]-1) > 1e-12 {
			t.Errorf("%s: mean %v, deviation %v", p.Train.Features[j], mean[j], std[j])
		}
	}
	if mean, _, err = statistics(&p.Test.X, p.Test.Features); err != nil || math.Abs(mean[0]) < 1e-6 {
		t.Errorf("test mean %v (%v)", mean, err)
	}
	// With the schema of a model nothing is learned from the data.
	schema := *source.Schema
	part, err := Open("auto-mpg", LoadOptions{Schema: &schema})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(schema.InputScaling.Mean)
	q, err := part.Parts(Split{}, 0, 1)
	if err != nil || !slices.Equal(schema.InputScaling.Mean, want) || q.Test != nil || q.Validation != nil || q.Train.Len() != 392 {
		t.Errorf("%+v (%v)", q, err)
	}
}
