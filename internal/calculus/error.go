package calculus

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a piece of a source: byte offsets, End exclusive.
type Span struct{ Start, End int }

// Error is a mistake in an expression, or a point at which it has no value, and
// the place of it.
type Error struct {
	Msg    string
	Source string
	Span   Span
}

// Error returns the message and the column, in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("calculus: %s (column %d)", e.Msg, e.Column())
}

// Column is the number of the first character meant, counted from 1.
func (e *Error) Column() int {
	return utf8.RuneCountInString(e.Source[:min(e.Span.Start, len(e.Source))]) + 1
}

// window is the widest piece of a source that Caret shows, in columns.
const window = 72

// Caret returns two lines: the source, or the part around the place when it is
// long, and below it a ^ under the place, drawn out with ~ to its end.
func (e *Error) Caret() string {
	type cell struct {
		text  string
		width int
	}
	var cells []cell
	start, end := -1, -1 // in cells
	first, last := e.near()
	for i, r := range e.Source[first:last] {
		if first+i >= e.Span.Start && start < 0 {
			start = len(cells)
		}
		if first+i >= e.Span.End && end < 0 {
			end = len(cells)
		}
		cells = append(cells, cell{string(shown(r)), width(r)})
	}
	if start < 0 {
		start = len(cells)
	}
	if end < 0 {
		end = len(cells)
	}
	end = max(end, start+1)
	from, to := 0, len(cells)
	before, after := "", ""
	if to > window {
		from = max(0, min(start-window/2, to-window))
		to = min(to, from+window)
		if first+from > 0 {
			before = "…"
		}
		if to < len(cells) || last < len(e.Source) {
			after = "…"
		}
	}
	var line, mark strings.Builder
	line.WriteString(before)
	mark.WriteString(strings.Repeat(" ", utf8.RuneCountInString(before)))
	for i := from; i < to; i++ {
		line.WriteString(cells[i].text)
		switch {
		case i == start:
			mark.WriteString("^" + strings.Repeat("~", max(0, cells[i].width-1)))
		case i > start && i < end:
			mark.WriteString(strings.Repeat("~", cells[i].width))
		case i < start:
			mark.WriteString(strings.Repeat(" ", cells[i].width))
		}
	}
	if start >= to {
		mark.WriteString("^")
	}
	return line.String() + after + "\n" + mark.String()
}

// near are the bytes of the source among which those of the window are: a source may
// be long.
func (e *Error) near() (first, last int) {
	const reach = (window + 1) * utf8.UTFMax
	place := min(e.Span.Start, len(e.Source))
	first, last = max(0, place-reach), min(place+reach, len(e.Source))
	for 0 < first && first < len(e.Source) && !utf8.RuneStart(e.Source[first]) {
		first--
	}
	for last < len(e.Source) && !utf8.RuneStart(e.Source[last]) {
		last++
	}
	return first, last
}

// shown is the character that stands for r where a terminal must not get r itself.
func shown(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsGraphic(r):
		return utf8.RuneError
	}
	return r
}

// wide are characters that take two columns of a terminal.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0xa4cf, Stride: 1}, {Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xff00, Hi: 0xff60, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1faff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1}},
}

// width is the number of columns of a character as Caret shows it.
func width(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}
