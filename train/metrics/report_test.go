package metrics_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nabla/train/metrics"
)

var iris = []string{"setosa", "versicolor", "virginica"}

// reports are the texts that scikit-learn 1.2.1 prints, with zero_division=0.
var reports = []struct {
	name   string
	matrix metrics.ConfusionMatrix
	want   string
}{
	{"three classes", metrics.ConfusionMatrix{Classes: iris, Counts: [][]int{{1, 1, 0}, {1, 1, 0}, {1, 0, 3}}}, `
              precision    recall  f1-score   support

      setosa       0.33      0.50      0.40         2
  versicolor       0.50      0.50      0.50         2
   virginica       1.00      0.75      0.86         4

    accuracy                           0.62         8
   macro avg       0.61      0.58      0.59         8
weighted avg       0.71      0.62      0.65         8
`},
	{"a long name, a class never predicted", metrics.ConfusionMatrix{
		Classes: []string{"a", "a very long class name", "é"},
		Counts:  [][]int{{900, 100, 0}, {50, 200, 0}, {3, 0, 0}},
	}, `
                        precision    recall  f1-score   support

                     a       0.94      0.90      0.92      1000
a very long class name       0.67      0.80      0.73       250
                     é       0.00      0.00      0.00         3

              accuracy                           0.88      1253
             macro avg       0.54      0.57      0.55      1253
          weighted avg       0.89      0.88      0.88      1253
`},
	{"two classes", metrics.ConfusionMatrix{Classes: []string{"0", "1"}, Counts: [][]int{{2, 1}, {1, 2}}}, `
              precision    recall  f1-score   support

           0       0.67      0.67      0.67         3
           1       0.67      0.67      0.67         3

    accuracy                           0.67         6
   macro avg       0.67      0.67      0.67         6
weighted avg       0.67      0.67      0.67         6
`},
}

func TestReportLayout(t *testing.T) {
	for _, c := range reports {
		if got := c.matrix.Report().String(); got != c.want[1:] {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want[1:])
		}
	}
}

func TestConfusion(t *testing.T) {
	m, err := metrics.Confusion(scores, classes, 3, iris)
	if err != nil || !reflect.DeepEqual(m, reports[0].matrix) {
		t.Errorf("%+v, %v, want %+v", m, err, reports[0].matrix)
	}
	want := strings.TrimPrefix(`
true \ predicted  setosa  versicolor  virginica
          setosa       1           1          0
      versicolor       1           1          0
       virginica       1           0          3
`, "\n")
	if m.String() != want {
		t.Errorf("got\n%s\nwant\n%s", m, want)
	}
	if _, err := metrics.Confusion(scores, classes, 3, iris[:2]); err == nil {
		t.Error("two names for three classes are accepted")
	}
	if m, err := metrics.Confusion(scores, classes[1:], 3, iris); err == nil || m.Counts != nil {
		t.Errorf("mismatched lengths: %v, %v", m, err)
	}
	binary, err := metrics.Confusion([]float64{.9, .5, .2}, []float64{1, 1, 0}, 1, nil)
	if err != nil || !reflect.DeepEqual(binary.Counts, [][]int{{1, 0}, {1, 1}}) || !slices.Equal(binary.Classes, []string{"0", "1"}) {
		t.Errorf("%+v, %v", binary, err)
	}
}

// TestUndecided: rows of NaN are rows of their class that no class gets.
func TestUndecided(t *testing.T) {
	m, err := metrics.Confusion([]float64{1, 0, nan, 1, 0, 1, 1000, nan}, []float64{0, 0, 1, 1}, 2, []string{"no", "yes"})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
true \ predicted  no  yes  NaN
              no   1    0    1
             yes   0    1    1
`, "\n")
	if m.String() != want {
		t.Errorf("got\n%s\nwant\n%s", m, want)
	}
	r := m.Report()
	half := metrics.Score{Precision: 1, Recall: 0.5, F1: 2.0 / 3, Support: 2}
	if r.Accuracy != 0.5 || r.Classes[0].Score != half || r.Classes[1].Score != half || r.Macro.Support != 4 {
		t.Errorf("%+v", r)
	}
}

// TestHostileNames: names of classes come from files and may hold anything.
func TestHostileNames(t *testing.T) {
	m := metrics.ConfusionMatrix{Classes: []string{"red\x1b[31m\nx", "b"}, Counts: [][]int{{1, 0}, {2, 3}}}
	want := strings.TrimPrefix(`
true \ predicted  red\x1b[31m\nx  b
  red\x1b[31m\nx               1  0
               b               2  3
`, "\n")
	if m.String() != want {
		t.Errorf("got\n%s\nwant\n%s", m, want)
	}
	text := m.Report().String()
	if lines := strings.Split(text, "\n"); lines[2] != `red\x1b[31m\nx       0.33      1.00      0.50         1` || strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
}

// TestEmpty: matrices without rows, or without anything, are all zeros.
func TestEmpty(t *testing.T) {
	m := metrics.ConfusionMatrix{Classes: []string{"a", "b"}, Counts: [][]int{{0, 0}, {0, 0}}}
	if r := m.Report(); r.Accuracy != 0 || r.Macro != (metrics.Score{}) || r.Weighted != (metrics.Score{}) {
		t.Errorf("%+v", r)
	}
	if r := (metrics.ConfusionMatrix{}).Report(); r.Accuracy != 0 || len(r.Classes) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestJSON(t *testing.T) {
	for _, c := range reports {
		r := c.matrix.Report()
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again metrics.Report
		if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(r, again) {
			t.Errorf("%s: %+v became %+v, %v", c.name, r, again, err)
		}
	}
	const want = `{"classes":[{"class":"no","precision":1,"recall":0.5,"f1":0.6666666666666666,"support":2},` +
		`{"class":"yes","precision":0.5,"recall":1,"f1":0.6666666666666666,"support":1}],"accuracy":0.6666666666666666,` +
		`"macro":{"precision":0.75,"recall":0.75,"f1":0.6666666666666666,"support":3},` +
		`"weighted":{"precision":0.8333333333333334,"recall":0.6666666666666666,"f1":0.6666666666666666,"support":3}}`
	m := metrics.ConfusionMatrix{Classes: []string{"no", "yes"}, Counts: [][]int{{1, 1}, {0, 1}}}
	if data, err := json.Marshal(m.Report()); err != nil || string(data) != want {
		t.Errorf("%s, %v\nwant %s", data, err, want)
	}
	if data, err := json.Marshal(m); err != nil || string(data) != `{"classes":["no","yes"],"counts":[[1,1],[0,1]]}` {
		t.Errorf("%s, %v", data, err)
	}
}
