package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestApply(t *testing.T) {
	table := mustTable(t, animals)
	s, err := Infer(table, Options{})
	if err != nil {
		t.Fatal(err)
	}
	d, report, err := s.Apply(table)
	if err != nil || d.Validate() != nil {
		t.Fatal(err, d.Validate())
	}
	if want := []string{"legs", "colour=brown", "colour=black", "colour=white", "weight"}; !slices.Equal(d.Features, want) {
		t.Errorf("features %v", d.Features)
	}
	want := []float64{4, 1, 0, 0, 500, 4, 0, 1, 0, 600, 2, 0, 0, 1, 2, 4, 0, 0, 1, 4, 2, 1, 0, 0, 3}
	if !slices.Equal(d.X.F64, want) || !slices.Equal(d.Y.F64, []float64{0, 0, 1, 2, 1}) || len(report.Rows) != 5 {
		t.Errorf("X %v, Y %v, rows %v", d.X.F64, d.Y.F64, report.Rows)
	}

	// Another file: columns in another order, one more, numbers written otherwise.
	other := mustTable(t, "animal,id,weight,colour,legs\nhen,7,2.0,black,2e0\n")
	if d, _, err = s.Apply(other); err != nil || !slices.Equal(d.X.F64, []float64{2, 0, 1, 0, 2}) || d.Class(0) != 1 {
		t.Errorf("other order: %+v (%v)", d, err)
	}
	// To be predicted: no target column, or one that is not looked at.
	for _, text := range []string{"weight,colour,legs\n2,black,2\n", "weight,colour,legs,animal\n2,black,2,dodo\n"} {
		d, _, err := s.ApplyInputs(mustTable(t, text))
		if err != nil || !slices.Equal(d.X.F64, []float64{2, 0, 1, 0, 2}) || d.Y.Cols != 0 || d.Validate() != nil {
			t.Errorf("inputs of %q: %+v (%v)", text, d, err)
		}
		if err := CopyY([]float32{}, d, []int{0}); err != nil {
			t.Error(err)
		}
	}
}

func TestApplyErrors(t *testing.T) {
	s, err := Infer(mustTable(t, animals), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"missing column", "legs,colour,animal\n4,brown,cow\n", "x.csv: model wants column weight, file has legs, colour, animal; name the columns as those it was trained on"},
		{"missing target", "legs,colour,weight\n4,brown,3\n", "x.csv: model wants column animal, file has legs, colour, weight; name the columns as those it was trained on"},
		{"no header", "4,brown,500,cow\n4,black,600,cow\n", "x.csv: model wants column legs, file has column_1, column_2, column_3, column_4 (no header line was found); name the columns as those it was trained on"},
		{"unknown category", animals + "4,pink,3,cow\n", `x.csv:7: column 2: unknown category "pink" (have brown, black, white); correct the cell, or train on rows that have it`},
		{"unknown class", animals + "4,brown,3,cwo\n", `x.csv:7: column 4: unknown class "cwo", did you mean "cow"? (have cow, hen, cat); correct the cell, or train on rows that have it`},
		{"not a number", animals + "four,brown,3,cow\n", `x.csv:7: column 1: "four" is not a number; correct the cell, or leave it empty for a missing value`},
		{"infinite", animals + "4,brown,Inf,cow\n", `x.csv:7: column 3: "Inf" is not a finite number; correct the cell, or leave it empty for a missing value`},
	} {
		if _, _, err := s.Apply(mustTable(t, c.text)); err == nil || err.Error() != "datasets: "+c.want {
			t.Errorf("%s: %v, want datasets: %s", c.name, err, c.want)
		}
	}
	// The same mistakes in a file that is inferred.
	for _, c := range []struct{ text, want string }{
		{"a,b\n1,2\n3,x\n4,5\n", `x.csv:3: column 2: "x" is not a number; correct the cell, or leave it empty for a missing value`},
		{"a,b\n1,2\n-inf,3\n", `x.csv:3: column 1: "-inf" is not a finite number; correct the cell, or leave it empty for a missing value`},
		{"a,b\n1,2\n\n1e999,3\n", `x.csv:4: column 1: "1e999" is out of range; correct the cell, or leave it empty for a missing value`},
		{"a;b\n1,5;2\n2,5;3\n", `x.csv:2: column 1: "1,5" is not a number; write a decimal point and no thousands separator`},
	} {
		_, err := fromTable(mustTable(t, c.text), Options{}, LoadOptions{})
		if err == nil || err.Error() != "datasets: "+c.want {
			t.Errorf("%v, want datasets: %s", err, c.want)
		}
	}
}

// Row 1 lacks the number, row 2 the category, row 4 the target.
const holes = `a,b,y
1,p,10
?,q,20
3,NA,30
5,p,40
7,q,null
`

func TestMissingPolicies(t *testing.T) {
	table := mustTable(t, holes)
	for _, c := range []struct {
		policy  Missing
		rows    []int
		missing []int
		dropped int
		x       string // after Standardize without scaling
	}{
		{MissingDrop, []int{0, 3}, []int{1, 2, 4}, 3, "[1 1 5 1]"},
		{MissingMean, []int{0, 1, 2, 3}, []int{1, 2, 4}, 1, "[1 1 0 3 0 1 3 0 0 5 1 0]"},
	} {
		s, err := Infer(table, Options{Missing: c.policy, Scaling: Scaling{Method: Unscaled}})
		if err != nil {
			t.Fatal(err)
		}
		d, report, err := s.Apply(table)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(report.Rows, c.rows) || !slices.Equal(report.Missing, c.missing) || report.Dropped != c.dropped {
			t.Errorf("%s: %+v", c.policy, report)
		}
		if err := s.Fit(d); err != nil {
			t.Fatal(err)
		}
		out, err := s.Standardize(d)
		if err != nil || fmt.Sprint(out.X.F64) != c.x || out.Validate() != nil {
			t.Errorf("%s: %v (%v), want %s", c.policy, out.X.F64, err, c.x)
		}
	}
	// A mean that was not fitted may not go unnoticed.
	s, err := Infer(table, Options{Missing: MissingMean, Scaling: Scaling{Method: Unscaled}})
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := s.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Standardize(d); err == nil || !strings.Contains(err.Error(), "the schema was not fitted to training rows") {
		t.Error(err)
	}
	_, err = Infer(table, Options{Missing: MissingError})
	if err == nil || err.Error() != `datasets: x.csv:3: column 1: missing value ("?"); fill it in, or leave such rows out (--missing drop)` {
		t.Error(err)
	}
	// The columns that are dropped may lack what they like.
	s, err = Infer(table, Options{Missing: MissingError, Drop: []string{"a", "b"}, Targets: nil})
	if err == nil {
		t.Errorf("no input is left, but %+v", s)
	}
	_, report, err := mustInferApply(t, "a,b,y\n1,,1\n2,,2\n", Options{Drop: []string{"b"}})
	if err != nil || report.Dropped != 0 {
		t.Errorf("%+v (%v)", report, err)
	}
}

func mustInferApply(t *testing.T, text string, o Options) (*Dataset, Report, error) {
	t.Helper()
	table := mustTable(t, text)
	s, err := Infer(table, o)
	if err != nil {
		t.Fatal(err)
	}
	return s.Apply(table)
}

// Classes and categories come from the rows that are kept, as the class order of
// the reference does.
func TestDroppedRowsTeachNothing(t *testing.T) {
	table := mustTable(t, "a,b,y\n,r,late\n1,p,first\n2,q,late\n")
	s, err := Infer(table, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Classes, []string{"first", "late"}) || !slices.Equal(s.Inputs[1].Categories, []string{"p", "q"}) {
		t.Errorf("classes %v, categories %v", s.Classes, s.Inputs[1].Categories)
	}
}

func TestAdopt(t *testing.T) {
	model := numbered(6, []string{"0", "1", "2"}, func(row int) int { return row % 3 })
	s := SchemaOf(model)
	part := numbered(4, []string{"0", "2"}, func(row int) int { return row % 2 })
	d, err := s.Adopt(part, true)
	if err != nil || d.Class(1) != 2 || d.Class(2) != 0 || d.Outputs() != 3 {
		t.Errorf("%+v (%v)", d, err)
	}
	if d, err = s.Adopt(part, false); err != nil || d.Y.Cols != 0 {
		t.Errorf("inputs only: %+v (%v)", d, err)
	}
	wide, _ := New("wide", Matrix{Rows: 1, Cols: 2, F64: []float64{1, 2}}, Matrix{Rows: 1, Cols: 1, F64: []float64{0}}, []string{"0", "1"})
	regression := numbered(3, nil, func(row int) int { return row })
	bad := numbered(3, []string{"0", "1"}, func(int) int { return 0 })
	bad.Y.F64[2] = math.NaN()
	for _, c := range []struct {
		data *Dataset
		want string
	}{
		{wide, "wide: inputs a row: the model wants 1, the data have 2; take data of that width"},
		{regression, "numbered: model is for classification, the data are for regression"},
		{numbered(3, []string{"0", "3"}, func(row int) int { return row % 2 }), `numbered: row 1: unknown class "3" (have 0, 1, 2)`},
		{bad, "numbered: row 2: NaN is not an index into 2 classes"},
		{&Dataset{Name: "empty", X: Matrix{Rows: 1, Cols: 1, F64: []float64{1}}, Features: []string{"x"}, Shape: []int{1}}, "empty: the data have no targets"},
	} {
		if _, err := s.Adopt(c.data, true); err == nil || !strings.HasPrefix(err.Error(), "datasets: "+c.want) {
			t.Errorf("%v, want datasets: %s", err, c.want)
		}
	}
	two := SchemaOf(regression)
	two.Targets = []string{"y1", "y2"}
	if _, err := two.Adopt(regression, true); err == nil || !strings.Contains(err.Error(), "targets: the model predicts 2, the data have 1") {
		t.Error(err)
	}
}
