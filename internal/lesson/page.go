package lesson

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"nabla/internal/plot"
)

// Page is what a lesson came to, in the order in which it is read.
type Page struct {
	Lesson   Lesson
	Settings Settings
	Claims   []Claim
	Seen     string // the last line: what was to be seen

	blocks  []block
	numbers []quantity
}

// block is a part of a page.
type block interface {
	text(w *writer) error
	html(w *pageWriter) error
}

// The kinds of blocks.
type (
	paragraph string
	formula   struct{ left, note string }
	grid      struct {
		caption string
		head    []string
		rows    [][]string
	}
	picture struct {
		name, caption string
		drawing       drawing
	}
)

// quantity is a number, or several of one kind, that the lesson found.
type quantity struct {
	name   string
	values []float64
	list   bool
}

// Say adds a paragraph. Words between backticks are typed as they stand.
func (p *Page) Say(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	p.blocks = append(p.blocks, paragraph(format))
}

// Formula adds a line of mathematics and, if not empty, what is to be said of it.
func (p *Page) Formula(text, note string) { p.blocks = append(p.blocks, formula{text, note}) }

// Table adds a table of cells. Columns whose cells are numbers are set to the right.
func (p *Page) Table(caption string, head []string, rows [][]string) {
	p.blocks = append(p.blocks, grid{caption, head, rows})
}

// Curves, Contour, HeatMap and Histogram add a picture with a name for its file.
func (p *Page) Curves(name, caption string, c plot.Curves) { p.picture(name, caption, curves(c)) }

// Contour adds a map; see Curves.
func (p *Page) Contour(name, caption string, c plot.Contour) { p.picture(name, caption, contour(c)) }

// HeatMap adds a table as colours; see Curves.
func (p *Page) HeatMap(name, caption string, h plot.HeatMap) { p.picture(name, caption, heatMap(h)) }

// Histogram adds a histogram; see Curves.
func (p *Page) Histogram(name, caption string, h plot.Histogram) {
	p.picture(name, caption, histogram(h))
}

func (p *Page) picture(name, caption string, d drawing) {
	p.blocks = append(p.blocks, picture{name, caption, d})
}

// Number records a number under a name, for JSON and for the test that builds the
// pages again. It should hardly depend on rounding.
func (p *Page) Number(name string, v float64) {
	p.numbers = append(p.numbers, quantity{name: name, values: []float64{v}})
}

// Numbers is Number for several of one kind.
func (p *Page) Numbers(name string, v []float64) {
	p.numbers = append(p.numbers, quantity{name, v, true})
}

// Relation is how the two sides of a claim compare.
type Relation string

// The relations.
const (
	Equal   Relation = "="
	Less    Relation = "<"
	Greater Relation = ">"
)

// Claim is something that the lesson says, as two numbers that were computed
// apart.
type Claim struct {
	Name      string
	Left      float64
	Relation  Relation
	Right     float64
	Tolerance float64 // of Equal: |Left − Right| is at most Tolerance·max(1, |Right|)

	yes bool // the claim is a sentence, which is true if Left is 1
}

// Holds reports whether the numbers are as the claim says. NaN never is.
func (c Claim) Holds() bool {
	switch c.Relation {
	case Less:
		return c.Left < c.Right
	case Greater:
		return c.Left > c.Right
	}
	return c.Left == c.Right || math.Abs(c.Left-c.Right) <= c.Tolerance*max(1, math.Abs(c.Right))
}

// String writes the claim with its numbers.
func (c Claim) String() string {
	left, relation, right := c.sides()
	if c.yes {
		return c.Name
	}
	return c.Name + ": " + left + " " + relation + " " + right
}

// sides are the parts of the claim as they are written: ≈ where the numbers agree
// within the tolerance and are not written alike. A sentence has none.
func (c Claim) sides() (left, relation, right string) {
	if c.yes {
		return "", "", ""
	}
	text := func(v float64) string {
		if math.Abs(v) < 1e-9 {
			return digits(v, 2)
		}
		return digits(v, 7)
	}
	left, relation, right = text(c.Left), string(c.Relation), text(c.Right)
	if c.Relation == Equal && left != right {
		relation = "≈"
	}
	return left, relation, right
}

// Equal claims that two numbers agree, up to tolerance·max(1, |right|).
func (p *Page) Equal(name string, left, right, tolerance float64) {
	p.Claims = append(p.Claims, Claim{Name: name, Left: left, Relation: Equal, Right: right, Tolerance: tolerance})
}

// True claims what is no matter of numbers: "x⁴ has a minimum at 0". In JSON it is
// 1 = 1, or 0 = 1 if it is false.
func (p *Page) True(name string, ok bool) {
	p.Claims = append(p.Claims, Claim{Name: name, Left: is(ok), Relation: Equal, Right: 1, yes: true})
}

// Less claims that a number is below another.
func (p *Page) Less(name string, left, right float64) {
	p.Claims = append(p.Claims, Claim{Name: name, Left: left, Relation: Less, Right: right})
}

// Greater claims that a number is above another.
func (p *Page) Greater(name string, left, right float64) {
	p.Claims = append(p.Claims, Claim{Name: name, Left: left, Relation: Greater, Right: right})
}

// See sets the last line.
func (p *Page) See(format string, args ...any) { p.Seen = fmt.Sprintf(format, args...) }

// raised are digits as exponents.
var raised = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// digits writes a number with at most n digits, with signs and exponents as in print.
func digits(v float64, n int) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	case v == 0:
		return "0"
	}
	text := strconv.FormatFloat(math.Abs(v), 'g', n, 64)
	if mantissa, exponent, ok := strings.Cut(text, "e"); ok {
		power, _ := strconv.Atoi(exponent)
		text = strings.TrimPrefix(mantissa+"·10", "1·") + raised.Replace(strconv.Itoa(power))
	}
	if v < 0 {
		return "−" + text
	}
	return text
}

// short is digits for tables and sentences.
func short(v float64) string { return digits(v, 4) }

// cells are numbers for a row of a table.
func cells(first string, values ...float64) []string {
	row := []string{first}
	for _, v := range values {
		row = append(row, short(v))
	}
	return row
}

// vector writes a point: "(1, −0.5)".
func vector(x []float64) string {
	text := "("
	for i, v := range x {
		if i > 0 {
			text += ", "
		}
		text += short(v)
	}
	return text + ")"
}
