package explain

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Width is how wide the text of Write is at most, where names are not longer.
const Width = 80

// Most is how many rows and columns of a matrix Write shows; a larger one is
// summarised.
const Most = 8

// Write writes the transcript as text: the values forwards, then a line a node
// backwards, local derivative × upstream gradient, and how far the gradients of the
// graph are from the formulas and from differences.
func (t Transcript) Write(w io.Writer) error {
	var b strings.Builder
	if t.Title != "" {
		b.WriteString(wrapped(t.Title, 2))
	}
	for _, note := range t.Notes {
		b.WriteString(wrapped(note, 2))
	}
	if b.Len() > 0 {
		fmt.Fprintln(&b)
	}
	if t.scalars() {
		t.writeScalars(&b)
	} else {
		t.writeTensors(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scalars reports whether all nodes are numbers: then a node fits into a line.
func (t Transcript) scalars() bool {
	for _, n := range t.Nodes {
		if len(n.Shape) > 0 {
			return false
		}
	}
	return true
}

// writeTensors writes a network.
func (t Transcript) writeTensors(b *strings.Builder) {
	fmt.Fprintln(b, "Forward")
	for _, n := range t.Nodes {
		writeHead(b, n.head(), n.Shape)
		if len(n.Shape) > 0 {
			writeValue(b, n.Shape, n.Value)
		}
	}
	cost := t.Nodes[len(t.Nodes)-1].Name
	fmt.Fprintf(b, "\nBackward: local derivative × upstream gradient; dv stands for ∂%s/∂v\n", cost)
	for _, n := range t.Backward() {
		g := n.Gradient
		if n.Kind == Cost {
			fmt.Fprintf(b, "  d%s = 1\n", n.Name)
			continue
		}
		formula := g.brief()
		if formula == "" {
			formula = "(from the graph: no formula for " + g.without() + ")"
		}
		writeHead(b, "d"+n.Name+" = "+formula, n.Shape)
		for _, term := range g.Terms {
			if term.Locals != nil && term.Local != term.Formula && strings.Contains(term.Local, "′") && small(n.Shape) {
				fmt.Fprintf(b, "      %s =\n", term.Local)
				writeValue(b, n.Shape, term.Locals)
				fmt.Fprintf(b, "      d%s =\n", n.Name)
			}
		}
		writeValue(b, n.Shape, g.Value)
	}
	t.writeCheck(b)
}

// head is the name of a node with what it is.
func (n Node) head() string {
	switch {
	case n.Kind == Cost:
		return n.Name + " = " + n.Formula + " = " + short(n.Value[0])
	case len(n.From) == 0:
		return n.Name + ": " + n.Formula
	}
	return n.Name + " = " + n.Formula
}

// brief is the formula with the middle of a long sum left out.
func (g *Gradient) brief() string {
	n := len(g.Terms)
	minus := slices.ContainsFunc(g.Terms, func(t Term) bool { return strings.HasPrefix(t.Formula, "−") })
	if g.Formula == "" || n <= 4 || minus {
		return g.Formula
	}
	return g.Terms[0].Formula + " + " + g.Terms[1].Formula + " + … + " + g.Terms[n-1].Formula
}

// without names the readers that have no formula.
func (g *Gradient) without() string {
	var list []string
	for _, t := range g.Terms {
		if t.Value == nil {
			list = append(list, t.Reader)
		}
	}
	return strings.Join(list, ", ")
}

// writeHead writes a line with the shape at its end.
func writeHead(b *strings.Builder, head string, shape []int) {
	extent := extents(shape)
	if len(shape) == 0 {
		extent = ""
	}
	lines := strings.Split(strings.TrimSuffix(wrapped("  "+head, 6), "\n"), "\n")
	last := lines[len(lines)-1]
	gap := Width - utf8.RuneCountInString(last) - utf8.RuneCountInString(extent)
	if gap < 2 && extent != "" {
		last, gap = last+"\n", Width-utf8.RuneCountInString(extent)
	}
	lines[len(lines)-1] = strings.TrimRight(last+strings.Repeat(" ", max(gap, 0))+extent, " ")
	fmt.Fprintln(b, strings.Join(lines, "\n"))
}

// extents is a shape as people write it: "3×4".
func extents(shape []int) string {
	if len(shape) == 0 {
		return "1"
	}
	list := make([]string, len(shape))
	for i, d := range shape {
		list[i] = strconv.Itoa(d)
	}
	return strings.Join(list, "×")
}

func small(shape []int) bool {
	rows, cols := matrix(shape)
	return rows <= Most && cols <= Most && len(shape) <= 2
}

// matrix is a shape as rows and columns.
func matrix(shape []int) (rows, cols int) {
	rows, cols = 1, 1
	for i, d := range shape {
		if i == len(shape)-1 {
			cols = d
		} else {
			rows *= d
		}
	}
	return rows, cols
}

// writeValue writes numbers, or of many what can be said of them.
func writeValue(b *strings.Builder, shape []int, x []float64) {
	if !small(shape) {
		s := summarize(x)
		fmt.Fprintf(b, "      norm %s  mean %s  from %s to %s\n", short(s.norm), short(s.mean), short(s.low), short(s.high))
		return
	}
	rows, cols := matrix(shape)
	cell := cells(x)
	for i := range rows {
		line := "    "
		for j := range cols {
			line += fmt.Sprintf(" %8s", cell(x[i*cols+j]))
		}
		fmt.Fprintln(b, line)
	}
}

// summary is what is said of a large tensor.
type summary struct{ norm, mean, low, high float64 }

func summarize(x []float64) summary {
	s := summary{low: math.Inf(1), high: math.Inf(-1)}
	for _, v := range x {
		s.norm += v * v
		s.mean += v / float64(len(x))
		s.low, s.high = math.Min(s.low, v), math.Max(s.high, v)
	}
	s.norm = math.Sqrt(s.norm)
	if math.Abs(s.mean) < 1e-14*math.Max(-s.low, s.high) {
		s.mean = 0 // what rounding leaves of a sum that cancels
	}
	return s
}

// cells returns how the numbers of a tensor are written, in at most 8 characters and
// all with the same number of decimals; a zero is a plain 0.
func cells(x []float64) func(v float64) string {
	top := 0.0
	whole := true
	for _, v := range x {
		if a := math.Abs(v); a > top && !math.IsInf(a, 1) {
			top = a
		}
		whole = whole && v == math.Trunc(v)
	}
	form, decimals := byte('f'), 4
	switch {
	case whole && top < 1e6:
		decimals = 0
	case top >= 99999 || top < 0.01 && top > 0:
		form, decimals = 'e', 1
	case top >= 1000:
		decimals = 1
	case top >= 100:
		decimals = 2
	}
	return func(v float64) string {
		if v == 0 {
			return "0"
		}
		return minus(strconv.FormatFloat(v, form, decimals, 64))
	}
}

// short writes a single number with five digits, or up to nine before the point.
func short(v float64) string {
	if a := math.Abs(v); a >= 1e5 && a < 1e9 {
		return minus(strconv.FormatFloat(v, 'f', 0, 64))
	}
	return minus(strconv.FormatFloat(v, 'g', 5, 64))
}

// minus sets a true minus sign and drops that of a number that is rounded to zero.
func minus(text string) string {
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return strings.ReplaceAll(text, "-", "−")
}

// off writes a difference.
func off(v float64) string {
	if v == 0 {
		return "0"
	}
	return strconv.FormatFloat(v, 'e', 1, 64)
}

// writeCheck writes the table of the three ways.
func (t Transcript) writeCheck(b *strings.Builder) {
	fmt.Fprintf(b, "\nCheck: largest difference of the graph's gradient\n")
	ways := table{right: []bool{false, true, true, true, true, true}}
	ways.add("", "shape", "norm", "from formula", "from differences", "elements")
	kinks, checked := 0, 0
	for _, n := range t.Backward() {
		if n.Kind == Cost {
			continue
		}
		g := n.Gradient
		hand, numeric := "none", off(g.NumericOff)
		if g.Hand != nil {
			hand = off(g.HandOff)
		}
		if len(g.Checked) == 0 {
			numeric = "-"
		}
		elements := fmt.Sprintf("%d of %d", len(g.Checked), len(g.Value))
		kinks += g.Kinks
		checked += len(g.Checked)
		ways.add("d"+n.Name, extents(n.Shape), short(summarize(g.Value).norm), hand, numeric, elements)
	}
	ways.write(b)
	if kinks+checked == 0 {
		fmt.Fprintln(b, "  The network is too large for differences; nabla gradcheck takes some.")
	}
	if kinks > 0 {
		fmt.Fprintf(b, "  %s left out: a kink, such as that of relu, lies within the step.\n", count(kinks, "element"))
	}
}
