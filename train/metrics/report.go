package metrics

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"nabla/internal/names"
)

// Score is how well one class, or all of them on average, are found.
type Score struct {
	Precision float64 `json:"precision"` // of the rows predicted as the class, the share that are of it
	Recall    float64 `json:"recall"`    // of the rows of the class, the share predicted as it
	F1        float64 `json:"f1"`        // harmonic mean of both, 2·tp/(2·tp + fp + fn)
	Support   int     `json:"support"`   // rows of the class
}

// ClassScore is the score of one class.
type ClassScore struct {
	Class string `json:"class"`
	Score
}

// Report is precision, recall and F1 of a classification, by class and on average.
type Report struct {
	Classes  []ClassScore `json:"classes"`
	Accuracy float64      `json:"accuracy"`
	Macro    Score        `json:"macro"`    // every class counts the same, one without rows too
	Weighted Score        `json:"weighted"` // classes count by their support
}

// Report computes the scores of each class and their averages.
func (m ConfusionMatrix) Report() Report {
	var r Report
	rows, right := 0, 0
	predicted := make([]int, len(m.Classes))
	for i := range m.Classes {
		right += m.Counts[i][i]
		for j, count := range m.Counts[i] {
			predicted[j] += count
		}
	}
	for i, name := range m.Classes {
		support, hits := 0, float64(m.Counts[i][i])
		for _, count := range m.row(i) {
			support += count
		}
		s := Score{
			Precision: ratio(hits, float64(predicted[i])),
			Recall:    ratio(hits, float64(support)),
			F1:        ratio(2*hits, float64(predicted[i]+support)),
			Support:   support,
		}
		r.Classes = append(r.Classes, ClassScore{name, s})
		r.Macro.add(s, 1)
		r.Weighted.add(s, float64(support))
		rows += support
	}
	r.Macro.divide(float64(len(m.Classes)), rows)
	r.Weighted.divide(float64(rows), rows)
	r.Accuracy = ratio(float64(right), float64(rows))
	return r
}

// String lays the report out as scikit-learn's classification_report does. What
// a terminal would not show as itself is escaped in the names of the classes.
func (r Report) String() string {
	width := len("weighted avg")
	classes := make([]string, len(r.Classes))
	for i, c := range r.Classes {
		classes[i] = names.Printable(c.Class)
		width = max(width, utf8.RuneCountInString(classes[i]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support")
	line := func(name string, s Score) {
		fmt.Fprintf(&b, "%*s  %9.2f %9.2f %9.2f %9d\n", width, name, s.Precision, s.Recall, s.F1, s.Support)
	}
	for i, c := range r.Classes {
		line(classes[i], c.Score)
	}
	fmt.Fprintf(&b, "\n%*s  %9s %9s %9.2f %9d\n", width, "accuracy", "", "", r.Accuracy, r.Macro.Support)
	line("macro avg", r.Macro)
	line("weighted avg", r.Weighted)
	return b.String()
}

// Precision is the macro average of the precision of each class.
func Precision(prediction, target []float64, columns int) (float64, error) {
	macro, err := macroScore(prediction, target, columns)
	return macro.Precision, err
}

// Recall is the macro average of the recall of each class, also called balanced
// accuracy.
func Recall(prediction, target []float64, columns int) (float64, error) {
	macro, err := macroScore(prediction, target, columns)
	return macro.Recall, err
}

// F1 is the macro average of the F1 of each class.
func F1(prediction, target []float64, columns int) (float64, error) {
	macro, err := macroScore(prediction, target, columns)
	return macro.F1, err
}

func macroScore(prediction, target []float64, columns int) (Score, error) {
	m, err := Confusion(prediction, target, columns, nil)
	if err != nil {
		return Score{}, err
	}
	return m.Report().Macro, nil
}

// add adds weight times the shares of t.
func (s *Score) add(t Score, weight float64) {
	s.Precision += weight * t.Precision
	s.Recall += weight * t.Recall
	s.F1 += weight * t.F1
}

// divide makes sums into means over the given support.
func (s *Score) divide(weight float64, support int) {
	*s = Score{ratio(s.Precision, weight), ratio(s.Recall, weight), ratio(s.F1, weight), support}
}

// ratio is a/b, and 0 for 0/0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
