package metrics_test

import (
	"math"
	"slices"
	"testing"

	"nabla/internal/reference"
	"nabla/train/metrics"
)

var nan = math.NaN()

// scores are eight rows of three classes; row 3 is a tie of the first two.
var scores = []float64{
	.7, .2, .1,
	.1, .8, .1,
	.2, .3, .5,
	.4, .4, .2,
	.1, .2, .7,
	.3, .6, .1,
	.2, .2, .6,
	.5, .1, .4,
}

var classes = []float64{0, 1, 2, 1, 2, 0, 2, 2}

// TestScalarMetrics compares every metric of the table with values that
// scikit-learn 1.2.1 gives for the same arrays (top-k with the first of equal
// scores ahead, which scikit-learn leaves open).
func TestScalarMetrics(t *testing.T) {
	binary, isOne := []float64{.9, .2, .5, .6, .4, .51}, []float64{1, 0, 0, 1, 1, 0}
	twoP, twoT := []float64{2.5, 1, 0, -1, 2, 3.5, 8, 0}, []float64{3, 1.5, -.5, -2, 2, 3, 7, 1}
	oneP, oneT := []float64{2.5, 0, 2, 8}, []float64{3, -.5, 2, 7}
	same := []float64{2, 2, 2}
	checked := map[string]bool{}
	for _, c := range []struct {
		metric             string
		prediction, target []float64
		columns            int
		want               float64
	}{
		{"accuracy", scores, classes, 3, 0.625},
		{"accuracy", binary, isOne, 1, 4.0 / 6},
		{"accuracy", []float64{nan, 1, .2, nan}, []float64{1, 0}, 2, 0},
		{"accuracy", []float64{nan, 1}, []float64{0, 1}, 1, 0.5},
		{"accuracy", []float64{math.Inf(-1), math.Inf(1)}, []float64{1}, 2, 1},
		{"top-3", scores, classes, 3, 1},
		{"top-3", []float64{5, 4, 3, 2, 2, 2, 2, 2, nan, 1, 1, 1}, []float64{3, 2, 1}, 4, 1.0 / 3},
		{"top-3", binary, isOne, 1, 1},
		{"top-5", []float64{1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1}, []float64{0, 4}, 6, 0.5},
		{"precision", scores, classes, 3, 0.611111111111111},
		{"recall", scores, classes, 3, 0.5833333333333334},
		{"f1", scores, classes, 3, 0.5857142857142857},
		{"f1", binary, isOne, 1, 4.0 / 6},
		{"rmse", twoP, twoT, 2, 0.7071067811865476},
		{"mae", twoP, twoT, 2, 0.625},
		{"r2", twoP, twoT, 2, 0.8795173386646641},
		{"rmse", oneP, oneT, 1, 0.6123724356957945},
		{"mae", oneP, oneT, 1, 0.5},
		{"r2", oneP, oneT, 1, 0.9486081370449679},
		{"r2", []float64{3, 2, 1}, []float64{1, 2, 3}, 1, -3},
		{"r2", same, same, 1, 1},
		{"r2", []float64{2, 2, 3}, same, 1, 0},
		{"r2", []float64{.3, .1, .1}, []float64{.1, .1, .1}, 1, 0}, // the mean of three 0.1 rounds
		{"r2", []float64{1, 2, 2, 2, 3, 2}, []float64{1, 2, 2, 2, 4, 2.5}, 2, (1 - 1/(14.0/3) + 1 - 0.25/(1.0/6)) / 2},
		{"r2", []float64{nan, 2, 2}, same, 1, nan},
		{"rmse", []float64{nan, 2, 2}, same, 1, nan},
		{"mae", []float64{nan, 2, 2}, same, 1, nan},
	} {
		row, err := metrics.ByName(c.metric)
		if err != nil {
			t.Fatal(err)
		}
		checked[c.metric] = true
		got, err := row.Func(c.prediction, c.target, c.columns)
		if err != nil || !reference.Close(got, c.want, 1e-14, 0) {
			t.Errorf("%s of %v, %v: %v, %v, want %v", c.metric, c.prediction, c.target, got, err, c.want)
		}
	}
	for _, name := range metrics.Names() {
		if !checked[name] {
			t.Errorf("no value of %s is checked", name)
		}
	}
}

// TestMisuse gives every metric of the table slices that do not fit together.
func TestMisuse(t *testing.T) {
	for _, name := range metrics.Names() {
		row, err := metrics.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			what               string
			prediction, target []float64
			columns            int
		}{
			{"nothing", nil, nil, 1},
			{"no columns", []float64{1}, []float64{1}, 0},
			{"negative columns", []float64{1}, []float64{1}, -1},
			{"too few predictions", []float64{1, 2}, []float64{0, 1, 1}, 1},
			{"too many predictions", []float64{1, 2, 3}, []float64{0, 1}, 1},
			{"a ragged row", []float64{1, 2, 3}, []float64{0, 1, 1}, 2},
		} {
			if v, err := row.Func(c.prediction, c.target, c.columns); err == nil || v != 0 {
				t.Errorf("%s of %s: %v, %v", name, c.what, v, err)
			}
		}
		for _, bad := range []float64{-1, 3, 0.5, nan, math.Inf(1)} {
			_, err := row.Func([]float64{1, 2, 3}, []float64{bad}, 3)
			if row.Task == metrics.Classification && err == nil {
				t.Errorf("%s takes %v for one of 3 classes", name, bad)
			}
		}
	}
	if _, err := metrics.TopK(0)(scores, classes, 3); err == nil {
		t.Error("top-0 is accepted")
	}
	if _, err := metrics.Classes([]float64{1, 2, 3}, 2); err == nil {
		t.Error("Classes takes a ragged row")
	}
}

func TestTopKGrowsToOne(t *testing.T) {
	accuracy, err := metrics.Accuracy(scores, classes, 3)
	if err != nil {
		t.Fatal(err)
	}
	last := 0.0
	for k := 1; k <= 4; k++ {
		v, err := metrics.TopK(k)(scores, classes, 3)
		if err != nil || v < last || k == 1 && v != accuracy || k >= 3 && v != 1 {
			t.Errorf("top-%d is %v, %v; accuracy is %v", k, v, err, accuracy)
		}
		last = v
	}
}

func TestRowsAreDocumented(t *testing.T) {
	for _, name := range metrics.Names() {
		row, err := metrics.ByName(name)
		if err != nil || row.Doc == "" || row.Func == nil || row.Task != metrics.Classification && row.Task != metrics.Regression {
			t.Errorf("row %q lacks something: %+v, %v", name, row, err)
		}
	}
	names := slices.Sorted(slices.Values(metrics.Names()))
	if len(slices.Compact(names)) != len(metrics.Names()) {
		t.Errorf("repeated names: %v", metrics.Names())
	}
	want := `metrics: unknown metric "acuracy", did you mean "accuracy"? (have accuracy, top-3, top-5, precision, recall, f1, rmse, mae, r2)`
	if _, err := metrics.ByName("acuracy"); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	for task, want := range map[metrics.Task][]string{
		metrics.Classification: {"accuracy"}, metrics.Regression: {"rmse", "mae", "r2"},
	} {
		var got []string
		for _, row := range metrics.Usual(task) {
			got = append(got, row.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s reports %v, want %v", task, got, want)
		}
	}
}

// TestPerfectAndWorst: a perfect prediction has the best value of each metric and
// a wrong one a worse, in the direction that the table states.
func TestPerfectAndWorst(t *testing.T) {
	n := 10
	target, perfect, wrong := make([]float64, n), make([]float64, n*n), make([]float64, n*n)
	for i := range n {
		target[i] = float64(i)
		perfect[i*n+i] = 1
		wrong[i*n+i] = -1
	}
	reversed := slices.Clone(target)
	slices.Reverse(reversed)
	for _, name := range metrics.Names() {
		row, _ := metrics.ByName(name)
		good, bad, columns := perfect, wrong, n
		if row.Task == metrics.Regression {
			good, bad, columns = target, reversed, 1
		}
		best, err1 := row.Func(good, target, columns)
		worse, err2 := row.Func(bad, target, columns)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		want := 0.0
		if row.LargerIsBetter {
			want = 1
		}
		if best != want || best == worse || best > worse != row.LargerIsBetter {
			t.Errorf("%s: %v when perfect, %v when wrong", name, best, worse)
		}
	}
}
