package lesson

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"nabla/internal/plot"
)

// gap is the room between the columns of a table.
const gap = 2

func (g grid) text(w *writer) error {
	if g.caption != "" {
		w.wrap("", "", g.caption)
	}
	right := g.numeric()
	widths := g.widths(right, w.width)
	for k, row := range append([][]string{g.head}, g.rows...) {
		for _, cells := range broken(row, widths) {
			line := strings.Repeat(" ", gap/2)
			for i, cell := range cells {
				pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
				if right[i] {
					line += " " + pad + cell + " "
				} else {
					line += " " + cell + pad + " "
				}
			}
			w.line(strings.TrimRight(line, " "))
		}
		if k == 0 {
			w.line(strings.Repeat(" ", gap) + strings.Repeat("─", total(widths)-gap))
		}
	}
	return nil
}

// total is the width of columns with the room between them.
func total(widths []int) (sum int) {
	for _, n := range widths {
		sum += n + gap
	}
	return sum
}

// widths are those of the columns. Where the table would be wider than it may, the
// widest columns of text become narrower, down to their longest word.
func (g grid) widths(right []bool, most int) []int {
	widths, least := make([]int, len(g.head)), make([]int, len(g.head))
	for _, row := range append([][]string{g.head}, g.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			for word := range strings.FieldsSeq(cell) {
				least[i] = max(least[i], utf8.RuneCountInString(word))
			}
		}
	}
	for total(widths) > most {
		widest := -1
		for i, n := range widths {
			if !right[i] && n > least[i] && (widest < 0 || n > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// broken is a row as lines, each cell broken at blanks where it is too wide.
func broken(row []string, widths []int) (lines [][]string) {
	for i, cell := range row {
		w := writer{width: max(widths[i], 1)}
		if utf8.RuneCountInString(cell) <= widths[i] {
			w.line(cell)
		} else {
			w.wrap("", "", cell)
		}
		for k, part := range strings.Split(strings.TrimSuffix(w.String(), "\n"), "\n") {
			if k == len(lines) {
				lines = append(lines, make([]string, len(row)))
			}
			lines[k][i] = part
		}
	}
	return lines
}

// numeric tells which columns hold numbers.
func (g grid) numeric() []bool {
	right := make([]bool, len(g.head))
	for i := range right {
		right[i] = len(g.rows) > 0
		for _, row := range g.rows {
			if i < len(row) && strings.Trim(row[i], "0123456789.,−+-∞%×·⁻⁰¹²³⁴⁵⁶⁷⁸⁹ ") != "" && row[i] != "NaN" && row[i] != "–" {
				right[i] = false
			}
		}
	}
	return right
}

// heatText is a heat map as a table of its numbers: with two digits each or, if that
// is too wide, with two places behind the point.
func heatText(h plot.HeatMap, t plot.Terminal) string {
	table := func(format func(v float64) string) (grid, int) {
		g := grid{head: append([]string{h.YLabel + " \\ " + h.XLabel}, h.Columns...)}
		for i, values := range h.Values {
			row := []string{h.Rows[i]}
			for _, v := range values {
				row = append(row, format(v))
			}
			g.rows = append(g.rows, row)
		}
		right := g.numeric()
		return g, total(g.widths(right, t.Width))
	}
	g, wide := table(func(v float64) string { return digits(v, 2) })
	if wide > t.Width {
		g, wide = table(func(v float64) string {
			return minus(strconv.FormatFloat(math.Round(v*100)/100+0, 'f', 2, 64)) // + 0: no −0.00
		})
	}
	if wide > t.Width {
		g.head[0] = ""
	}
	w := &writer{width: t.Width}
	w.line(h.Title)
	g.text(w)
	return w.String()
}
