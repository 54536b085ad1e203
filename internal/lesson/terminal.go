package lesson

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nabla/internal/plot"
)

// leastWidth is the narrowest text that still reads well.
const leastWidth = 60

// writer collects text of a certain width.
type writer struct {
	strings.Builder
	width int
	color bool
}

// Text writes the page for a terminal of so many columns, with ANSI colours in the
// plots if color is set.
func (p *Page) Text(width int, color bool) (string, error) {
	w := &writer{width: max(width, leastWidth), color: color}
	w.line(p.Lesson.Title)
	w.line(strings.Repeat("─", utf8.RuneCountInString(p.Lesson.Title)))
	for _, b := range p.blocks {
		w.line("")
		if err := b.text(w); err != nil {
			return "", err
		}
	}
	w.line("")
	w.line("Checked by this run:")
	for _, c := range p.Claims {
		sign := "✓"
		if !c.Holds() {
			sign = "✗"
		}
		w.wrap("  "+sign+" ", "    ", c.String())
	}
	w.line("")
	w.wrap("→ ", "  ", p.Seen)
	return w.String(), nil
}

// line writes one line.
func (w *writer) line(text string) { w.WriteString(text + "\n") }

// wrap breaks a text into lines behind the first prefix and then the second.
func (w *writer) wrap(first, rest, text string) {
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > w.width {
			w.line(line)
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	w.line(line)
}

func (p paragraph) text(w *writer) error {
	w.wrap("", "", strings.ReplaceAll(string(p), "`", ""))
	return nil
}

func (f formula) text(w *writer) error {
	if len := utf8.RuneCountInString(f.left + f.note); f.note != "" && len+10 <= w.width {
		w.line("    " + f.left + "      " + f.note)
		return nil
	}
	if utf8.RuneCountInString(f.left)+4 <= w.width {
		w.line("    " + f.left) // with its spaces
	} else {
		w.wrap("    ", "      ", f.left)
	}
	if f.note != "" {
		w.wrap("      ", "      ", f.note)
	}
	return nil
}

func (p picture) text(w *writer) error {
	text, err := p.drawing.text(plot.Terminal{Width: w.width, Height: 12, Color: w.color})
	if err != nil {
		return err
	}
	w.WriteString(strings.TrimRight(text, "\n") + "\n")
	return nil
}

// bars are the marks of a row of a histogram, from empty to full.
var bars = []rune(" ▁▂▃▄▅▆▇█")

// histogramText is a histogram as one row of bars for each group, over the same bins.
func histogramText(h plot.Histogram, t plot.Terminal) string {
	w := &writer{width: t.Width}
	w.line(h.Title)
	low, high, wide := math.Inf(1), math.Inf(-1), 0
	for _, g := range h.Groups {
		wide = max(wide, utf8.RuneCountInString(g.Name))
		for _, v := range g.Values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	n := min(t.Width-wide-4, 60)
	for _, g := range h.Groups {
		counts := make([]int, n)
		for _, v := range g.Values {
			if i := int((v - low) / (high - low) * float64(n)); !math.IsNaN(v) && !math.IsInf(v, 0) {
				counts[min(max(i, 0), n-1)]++
			}
		}
		most := max(slices.Max(counts), 1)
		row := make([]rune, n)
		for i, c := range counts {
			row[i] = bars[(c*(len(bars)-1)+most-1)/most]
		}
		w.line(strings.TrimRight(fmt.Sprintf("%*s  %s", -wide, g.Name, string(row)), " "))
	}
	left, right := strconv.FormatFloat(low, 'g', 3, 64), strconv.FormatFloat(high, 'g', 3, 64)
	middle := max(0, n-len(left)-len(right)-utf8.RuneCountInString(h.XLabel))
	w.line(strings.Repeat(" ", wide+2) + left + strings.Repeat(" ", middle/2) + h.XLabel + strings.Repeat(" ", middle-middle/2) + right)
	return w.String()
}
