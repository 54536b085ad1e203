package explain

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// table is lines of cells that stand below each other.
type table struct {
	lines [][]string
	right []bool // columns that are set to the right
}

func (t *table) add(cells ...string) { t.lines = append(t.lines, cells) }

// write writes the lines.
func (t *table) write(w io.Writer) {
	for _, line := range t.text() {
		fmt.Fprintln(w, line)
	}
}

// text are the lines, with two spaces between columns.
func (t *table) text() (list []string) {
	var width []int
	for _, line := range t.lines {
		for i, cell := range line {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range t.lines {
		text := ""
		for i, cell := range line {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i < len(t.right) && t.right[i] {
				text += "  " + gap + cell
			} else {
				text += "  " + cell + gap
			}
		}
		list = append(list, strings.TrimRight(text, " "))
	}
	return list
}

// writeScalars writes an expression: forwards a line a node; backwards a line for each
// use of a node, and their sum where there are several.
func (t Transcript) writeScalars(b *strings.Builder) {
	fmt.Fprintln(b, "Forward")
	forward := table{right: []bool{false, true}}
	for _, n := range t.Nodes {
		text := n.Name
		if n.Formula != "" {
			text += " = " + n.Formula
		}
		forward.add(text, short(n.Value[0]))
	}
	forward.write(b)
	cost := t.Nodes[len(t.Nodes)-1].Name
	fmt.Fprintf(b, "\nBackward: local derivative × upstream gradient = gradient of %s\n", cost)
	back := table{right: []bool{false, false, true, false, true}}
	for _, n := range t.Backward() {
		g := n.Gradient
		if n.Kind == Cost {
			back.add(n.Name, "", "1", "", "")
			back.lines[len(back.lines)-1] = []string{n.Name, "∂" + cost + "/∂" + cost, "", "", "1"}
			continue
		}
		name := n.Name
		for i, term := range g.Terms {
			if i > 0 {
				name = ""
			}
			up := math.NaN()
			if r, ok := t.Node(term.Reader); ok {
				up = r.Gradient.Value[0]
			}
			back.add(name, shortened("∂"+term.Reader+"/∂"+n.Name+" = "+term.label(true), longestLocal), "× "+short(up), "=", short(term.Value[0]))
		}
		if len(g.Terms) > 1 {
			back.add("", "", "sum", "=", short(g.Value[0]))
		}
	}
	back.write(b)
	if t.Symbolic != nil {
		t.writeSymbolic(b, cost)
	}
}

// writeSymbolic writes the derivatives in three ways.
func (t Transcript) writeSymbolic(b *strings.Builder, cost string) {
	fmt.Fprintln(b, "\nThe derivatives in symbols, by the graph and by differences")
	kinks := false
	ways := table{right: []bool{false, true, true, true, true}}
	ways.add("", "symbolic", "automatic", "numeric", "largest difference")
	for _, d := range t.Symbolic {
		numeric := short(d.Numeric)
		switch {
		case d.Kink:
			numeric, kinks = numeric+" (kink)", true
		case math.IsNaN(d.Numeric):
			numeric = "-"
		}
		ways.add("∂"+cost+"/∂"+d.Variable, short(d.Symbolic), short(d.Automatic), numeric, off(d.Off()))
	}
	ways.write(b)
	if kinks {
		fmt.Fprintln(b, "  At a kink the slopes on the two sides differ; numeric is their mean.")
	}
	for _, d := range t.Symbolic {
		fmt.Fprint(b, wrapped("  ∂"+cost+"/∂"+d.Variable+" = "+shortened(d.Formula, longestDerivative), 6))
	}
}

// How many characters of a local derivative, and of one of the whole expression, are
// written.
const (
	longestLocal      = 42
	longestDerivative = 500
)

// shortened cuts a text that is too long.
func shortened(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// wrapped breaks a line so that it fits into Width: at spaces, and anywhere in words
// that are longer than a line.
func wrapped(line string, indent int) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at > indent && at+1+n > Width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteByte(' ')
			at++
		}
		for _, r := range word {
			if at == Width {
				b.WriteString("\n" + strings.Repeat(" ", indent))
				at = indent
			}
			b.WriteRune(r)
			at++
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// Off is the largest difference of the three, of those that are there.
func (d Derivative) Off() float64 {
	off := largest([]float64{d.Symbolic}, []float64{d.Automatic})
	if math.IsNaN(d.Numeric) {
		return off
	}
	return math.Max(off, math.Max(largest([]float64{d.Symbolic}, []float64{d.Numeric}), largest([]float64{d.Automatic}, []float64{d.Numeric})))
}
