package plot

import "math"

// Sizes of text in pixels.
const (
	titleSize = 15.0
	labelSize = 13.0
	tickSize  = 12.0
)

// entry is a line of a legend: a sample and its name.
type entry struct {
	name   string
	sample func(s *sheet, at point) // around the point, sampleWidth wide
}

const (
	sampleWidth = 30.0
	rowHeight   = 20.0
	otherFont   = 1.2 // how much wider a text may be where a browser lacks the font
)

// frame is a sheet with two axes, and the rectangle between them.
type frame struct {
	*sheet
	x, y                     axis
	left, top, right, bottom float64
}

// margins are what a frame keeps free beside its axes, in pixels.
type margins struct{ top, right float64 }

// newFrame lays a sheet out: title on top, the legend below the axes, so that
// neither covers data.
func newFrame(s *sheet, x, y axis, legend []entry, keep margins) *frame {
	f := &frame{sheet: s, x: x, y: y}
	f.top = 16 + keep.top
	if s.title != "" {
		f.top += titleSize + 10
	}
	rows := s.rows(legend)
	f.bottom = s.height - 12 - float64(len(rows))*rowHeight - tickSize - 10
	if x.label != "" {
		f.bottom -= labelSize + 9
	}
	if len(rows) > 0 {
		f.bottom -= 4
	}
	f.bottom = math.Max(f.bottom, f.top+40)
	wide := 0.0
	for _, t := range f.yTicks() {
		wide = math.Max(wide, letters{size: tickSize}.width(t.text))
	}
	f.left = 12 + wide + 10
	if y.label != "" {
		f.left += labelSize + 9
	}
	f.right = s.width - 24 - keep.right
	s.heading()
	y0 := s.height - 12 - float64(len(rows))*rowHeight
	for _, row := range rows {
		s.row(row, y0+rowHeight/2)
		y0 += rowHeight
	}
	return f
}

// heading writes the title, smaller if it is long.
func (s *sheet) heading() {
	l := letters{size: titleSize, bold: true, color: s.ink, across: 0.5, down: 0}
	for l.size > 11 && l.width(s.title) > s.width-20 {
		l.size--
	}
	s.text(point{s.width / 2, 14}, shorten(s.title, l, s.width-20), l)
}

// shorten cuts a text to a width.
func shorten(words string, l letters, width float64) string {
	runes := []rune(words)
	for len(runes) > 1 && l.width(words) > width {
		runes = runes[:len(runes)-1]
		words = string(runes) + "…"
	}
	return words
}

// rows breaks the legend into rows that fit the sheet.
func (s *sheet) rows(legend []entry) [][]entry {
	var rows [][]entry
	used := 0.0
	for _, e := range legend {
		width := e.width(s)
		if len(rows) == 0 || used+width > s.width-40 {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		used += width
	}
	return rows
}

// width of an entry with the space to the next.
func (e entry) width(s *sheet) float64 {
	return sampleWidth + 6 + letters{size: tickSize}.width(e.text(s)) + 22
}

// text is the name, cut if it alone fills a row.
func (e entry) text(s *sheet) string {
	return shorten(e.name, letters{size: tickSize}, s.width-40-sampleWidth-28)
}

// row draws entries centred at a height.
func (s *sheet) row(row []entry, y float64) {
	total := -22.0
	for _, e := range row {
		total += e.width(s)
	}
	x := (s.width - total) / 2
	for _, e := range row {
		e.sample(s, point{x + sampleWidth/2, y})
		s.text(point{x + sampleWidth + 6, y}, e.text(s), letters{size: tickSize, color: s.ink, down: 0.5})
		x += e.width(s)
	}
}

// xTicks are as many as have room side by side.
func (f *frame) xTicks() []tick {
	for n := int((f.right - f.left) / 70); ; n-- {
		list, end := f.x.ticks(n, false), math.Inf(-1)
		fits := true
		for _, t := range list {
			if t.text == "" {
				continue
			}
			half := letters{size: tickSize}.width(t.text) / 2
			at := f.left + t.at*(f.right-f.left)
			fits = fits && at-half > end+8
			end = at + half
		}
		if fits || n <= 2 {
			return list
		}
	}
}

func (f *frame) yTicks() []tick { return f.y.ticks(int((f.bottom-f.top)/48), false) }

// axes draws a light grid, the frame, marks, their numbers and the names of the
// axes. A map has no grid.
func (f *frame) axes(grid bool) {
	thin := stroke{color: f.ink, width: 1}
	number := letters{size: tickSize, color: f.ink}
	for _, t := range f.xTicks() {
		x, length := f.left+t.at*(f.right-f.left), 3.0
		if t.text != "" {
			length = 5
			if grid {
				f.line([]point{{x, f.top}, {x, f.bottom}}, stroke{color: f.grid, width: 1}, false)
			}
			n := number
			n.across = 0.5
			f.text(point{min(x, f.width-4-otherFont*n.width(t.text)/2), f.bottom + 9}, t.text, n)
		}
		f.line([]point{{x, f.bottom}, {x, f.bottom + length}}, thin, false)
	}
	for _, t := range f.yTicks() {
		y, length := f.bottom-t.at*(f.bottom-f.top), 3.0
		if t.text != "" {
			length = 5
			if grid {
				f.line([]point{{f.left, y}, {f.right, y}}, stroke{color: f.grid, width: 1}, false)
			}
			n := number
			n.across, n.down = 1, 0.5
			f.text(point{f.left - 9, y}, t.text, n)
		}
		f.line([]point{{f.left - length, y}, {f.left, y}}, thin, false)
	}
	name := letters{size: labelSize, color: f.ink, across: 0.5}
	f.text(point{(f.left + f.right) / 2, f.bottom + tickSize + 16}, f.x.label, name)
	name.turned = true
	f.text(point{14, (f.top + f.bottom) / 2}, f.y.label, name)
	f.line(rect(f.left, f.top, f.right, f.bottom), thin, true)
}

// place is where a pair of numbers is drawn, maybe outside the frame.
func (f *frame) place(x, y float64) point {
	return point{f.left + f.x.at(x)*(f.right-f.left), f.bottom - f.y.at(y)*(f.bottom-f.top)}
}

// inside reports whether a place is in the frame.
func (f *frame) inside(p point) bool {
	const edge = 0.5
	return p.x >= f.left-edge && p.x <= f.right+edge && p.y >= f.top-edge && p.y <= f.bottom+edge
}
