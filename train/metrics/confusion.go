package metrics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nabla/internal/names"
)

// ConfusionMatrix counts the rows of each true class by predicted class.
type ConfusionMatrix struct {
	Classes   []string `json:"classes"`             // names, in the order of the indexes
	Counts    [][]int  `json:"counts"`              // Counts[true][predicted]
	Undecided []int    `json:"undecided,omitempty"` // rows of each true class that predict none; nil if there are none
}

// Confusion counts predictions, by the classes that Classes finds, against the
// targets. names are the classes' names; nil names them by their index.
func Confusion(prediction, target []float64, columns int, names []string) (ConfusionMatrix, error) {
	n := classCount(columns)
	if names == nil {
		for i := range n {
			names = append(names, strconv.Itoa(i))
		}
	}
	if len(names) != n {
		return ConfusionMatrix{}, fmt.Errorf("metrics: %d names for %d classes", len(names), n)
	}
	m := ConfusionMatrix{Classes: slices.Clone(names), Counts: make([][]int, n)}
	for i := range m.Counts {
		m.Counts[i] = make([]int, n)
	}
	err := eachRow(prediction, target, columns, func(scores []float64, class int) {
		predicted := decide(scores)
		if predicted != Undecided {
			m.Counts[class][predicted]++
			return
		}
		if m.Undecided == nil {
			m.Undecided = make([]int, n)
		}
		m.Undecided[class]++
	})
	if err != nil {
		return ConfusionMatrix{}, err
	}
	return m, nil
}

// String lays the matrix out with a line per true class and a column per
// predicted one, with a last column NaN if there are undecided rows. What a
// terminal would not show as itself is escaped in the names of the classes.
func (m ConfusionMatrix) String() string {
	head := make([]string, len(m.Classes))
	for i, name := range m.Classes {
		head[i] = names.Printable(name)
	}
	lines := [][]string{append([]string{"true \\ predicted"}, head...)}
	if m.Undecided != nil {
		lines[0] = append(lines[0], "NaN")
	}
	for i, name := range head {
		cells := []string{name}
		for _, count := range m.row(i) {
			cells = append(cells, strconv.Itoa(count))
		}
		lines = append(lines, cells)
	}
	widths := make([]int, len(lines[0]))
	for _, cells := range lines {
		for j, cell := range cells {
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, cells := range lines {
		for j, cell := range cells {
			if j > 0 {
				b.WriteString("  ")
			}
			fmt.Fprintf(&b, "%*s", widths[j], cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// row is the counts of a true class, the undecided ones last if there are any.
func (m ConfusionMatrix) row(class int) []int {
	if m.Undecided == nil {
		return m.Counts[class]
	}
	return append(slices.Clone(m.Counts[class]), m.Undecided[class])
}
