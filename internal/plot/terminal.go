package plot

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Terminal is how Text draws with characters.
type Terminal struct {
	Width  int  // columns of the whole picture; 80 if 0, at least 40
	Height int  // rows of the drawing itself; 16 if 0, at least 4
	ASCII  bool // only characters of ASCII
	Color  bool // ANSI colours besides the different marks
}

// charset are the characters of a terminal picture.
type charset struct {
	series                    []rune // signs of curves
	upper, left, corner, tick rune   // the frame
	xtick, marker, failed     rune
	shades                    []rune // heights, lowest first
	kinds                     []rune // signs of places
}

// charsets are for ASCII and for Unicode.
var charsets = map[bool]charset{
	true: {
		series: []rune("*o+x#@%&"), upper: '-', left: '|', corner: '+', tick: '+', xtick: '+', marker: ':', failed: '!',
		shades: []rune(" .:-="), kinds: []rune{Minimum: '*', Saddle: '+', Maximum: '^', Trained: '#', Other: 'o'},
	},
	false: {
		series: []rune("●▲■◆○△□◇"), upper: '─', left: '│', corner: '└', tick: '┤', xtick: '┬', marker: '┊', failed: '✗',
		shades: []rune(" ·░▒▓"), kinds: []rune{Minimum: '★', Saddle: '✚', Maximum: '▵', Trained: '■', Other: '□'},
	},
}

// inks are the ANSI colours of curves, nearest to those of pictures.
var inks = []int{34, 31, 32, 35, 33, 36, 39}

// board is a rectangle of characters in which a picture is put together.
type board struct {
	charset
	Terminal
	columns, rows int // of the drawing itself
	cells         []rune
	dots          []uint8 // braille dots of each cell
	ink           []int   // 0 is none
	left          int     // columns of the numbers of the vertical axis and the line
	x, y          axis
}

// newBoard makes room for a drawing between two axes.
func newBoard(t Terminal, x, y axis) *board {
	b := &board{charset: charsets[t.ASCII], Terminal: t, x: x, y: y}
	b.Width, b.rows = max(cmp.Or(t.Width, 80), 40), max(cmp.Or(t.Height, 16), 4)
	for _, k := range b.y.ticks(b.rows/3, true) {
		b.left = max(b.left, utf8.RuneCountInString(k.text))
	}
	b.left += 2
	b.columns = b.Width - b.left - 1
	b.cells = []rune(strings.Repeat(" ", b.columns*b.rows))
	b.dots, b.ink = make([]uint8, len(b.cells)), make([]int, len(b.cells))
	return b
}

// set puts a character into a cell.
func (b *board) set(column, row int, r rune, ink int) {
	if column >= 0 && column < b.columns && row >= 0 && row < b.rows {
		b.cells[row*b.columns+column], b.ink[row*b.columns+column] = r, ink
	}
}

// cell is where a place of [0, 1]² is drawn, from the lower left corner.
func (b *board) cell(x, y float64) (column, row int) {
	return int(math.Round(x * float64(b.columns-1))), int(math.Round((1 - y) * float64(b.rows-1)))
}

// draw draws from place to place of [0, 1]²: with dots, of which a cell has two by
// four, or with the sign.
func (b *board) draw(x0, y0, x1, y1 float64, sign rune, ink int) {
	across, down := float64(b.columns-1), float64(b.rows-1)
	if !b.ASCII {
		across, down = float64(2*b.columns-1), float64(4*b.rows-1)
	}
	n := int(math.Ceil(math.Max(math.Abs(x1-x0)*across, math.Abs(y1-y0)*down)))
	for k := range n + 1 {
		t := 0.0
		if n > 0 {
			t = float64(k) / float64(n)
		}
		x, y := x0+t*(x1-x0), y0+t*(y1-y0)
		column, row := int(math.Round(x*across)), int(math.Round((1-y)*down))
		if b.ASCII {
			b.set(column, row, sign, ink)
		} else {
			b.dot(column, row, ink)
		}
	}
}

// dot sets a braille dot.
func (b *board) dot(column, row, ink int) {
	if column < 0 || row < 0 || column >= 2*b.columns || row >= 4*b.rows {
		return
	}
	bits := [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
	k := row/4*b.columns + column/2
	b.dots[k] |= bits[row%4][column%2]
	b.cells[k], b.ink[k] = '\u2800'+rune(b.dots[k]), ink
}

// clip cuts a segment to the unit square.
func clip(x0, y0, x1, y1 float64) (a, b point, ok bool) {
	f := &frame{right: 1, bottom: 1}
	return f.segment(point{x0, y0}, point{x1, y1})
}

// paint wraps text into its colour.
func (b *board) paint(text string, ink int) string {
	if !b.Color || ink == 0 || text == "" {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", ink, text)
}

// inkOf is the colour of curve i.
func inkOf(i int) int { return inks[i%len(inks)] }

// sign is that of curve i of n: letters where there are not enough signs.
func (b *board) sign(i, n int) rune {
	if n > len(b.series) {
		return rune('a' + i%26)
	}
	return b.series[i]
}

// text is the drawing with its title, axes and legend, a line feed after each line.
func (b *board) text(title string, legend []words) string {
	var out strings.Builder
	line := func(text string) {
		out.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	cut := func(text string, width int) string {
		runes := []rune(b.pure(text))
		if len(runes) > width {
			runes = append(runes[:width-1], []rune(b.pure("…"))[0])
		}
		return string(runes)
	}
	if title != "" {
		line(cut(title, b.Width))
	}
	if b.y.label != "" {
		line(cut(b.y.label, b.Width))
	}
	numbers := map[int]string{}
	for _, k := range b.y.ticks(b.rows/3, true) {
		if _, row := b.cell(0, k.at); k.text != "" {
			numbers[row] = k.text
		}
	}
	for row := range b.rows {
		number, edge := numbers[row], b.charset.left
		if number != "" {
			edge = b.tick
		}
		line(fmt.Sprintf("%*s %c%s", b.left-2, number, edge, b.row(row)))
	}
	b.bottom(line)
	if b.x.label != "" {
		label := cut(b.x.label, b.columns)
		line(strings.Repeat(" ", b.left+max(0, (b.columns-utf8.RuneCountInString(label))/2)) + label)
	}
	for _, l := range b.wrapped(legend, cut) {
		line(l)
	}
	return out.String()
}

// row is a row of the drawing, coloured in stretches.
func (b *board) row(row int) string {
	var out strings.Builder
	for from := 0; from < b.columns; {
		k := row*b.columns + from
		to := from + 1
		for to < b.columns && b.ink[row*b.columns+to] == b.ink[k] {
			to++
		}
		stretch := string(b.cells[k : row*b.columns+to])
		if b.ink[k] == 0 && to == b.columns {
			stretch = strings.TrimRight(stretch, " ")
		}
		out.WriteString(b.paint(stretch, b.ink[k]))
		from = to
	}
	return out.String()
}

// bottom writes the horizontal axis with its numbers, as many as have room.
func (b *board) bottom(line func(string)) {
	edge := []rune(strings.Repeat(string(b.upper), b.columns))
	numbers := []rune(strings.Repeat(" ", b.Width))
	end := -1
	for _, k := range b.x.ticks(b.columns/12, true) {
		column, _ := b.cell(k.at, 0)
		width := utf8.RuneCountInString(k.text)
		from := min(b.left+column-width/2, b.Width-width)
		if width == 0 || column < 0 || column >= b.columns || from <= end {
			continue
		}
		edge[column] = b.xtick
		copy(numbers[max(from, 0):], []rune(k.text))
		end = from + width + 1
	}
	line(strings.Repeat(" ", b.left-1) + string(b.corner) + string(edge))
	line(string(numbers))
}

// words are text of one colour.
type words struct {
	text string
	ink  int
}

// wrapped puts the entries of the legend into lines.
func (b *board) wrapped(legend []words, cut func(string, int) string) []string {
	var lines []string
	used := 0
	for _, w := range legend {
		text, ink := cut(w.text, b.Width-b.left), w.ink
		width := utf8.RuneCountInString(text)
		if len(lines) == 0 || used+3+width > b.Width {
			lines = append(lines, strings.Repeat(" ", b.left)+b.paint(text, ink))
			used = b.left + width
			continue
		}
		lines[len(lines)-1] += "   " + b.paint(text, ink)
		used += 3 + width
	}
	return lines
}

// pure replaces what is not ASCII in text for such a terminal.
func (b *board) pure(text string) string {
	if !b.ASCII {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		plain, known := map[rune]string{'−': "-", '–': "-", '…': "..", '±': "+/-", '×': "x", '·': "*", '→': "->", '²': "^2", '³': "^3", '⁴': "^4", 'µ': "u"}[r]
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case known:
			out.WriteString(plain)
		default:
			out.WriteByte('?')
		}
	}
	return out.String()
}
