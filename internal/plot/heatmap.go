package plot

import (
	"cmp"
	"math"
	"strconv"
)

// HeatMap shows a table of numbers as colours: a grid of two settings, a confusion
// matrix. Cells of numbers that are not finite are crossed out.
type HeatMap struct {
	Title          string
	XLabel, YLabel string
	Columns, Rows  []string    // names, from left and from the top
	Values         [][]float64 // by rows
	ValueLabel     string
	Log            bool // colours by the logarithm; numbers of 0 and less are crossed out

	Width, Height int // in pixels; 800 and 600 if 0
	Theme         Theme
}

// Write draws the table into a .png, .svg or .pdf file.
func (h HeatMap) Write(file string) error {
	if err := CheckFile(file, Still); err != nil {
		return err
	}
	s, err := h.draw()
	if err != nil {
		return err
	}
	return write(file, s)
}

// scale is the axis of the colours.
func (h HeatMap) scale() (axis, error) {
	if len(h.Values) == 0 || len(h.Values) != len(h.Rows) {
		return axis{}, errorf(h.Title, "%d rows of numbers and %d names of rows", len(h.Values), len(h.Rows))
	}
	e := extent{log: h.Log}
	for i, row := range h.Values {
		if len(row) == 0 || len(row) != len(h.Columns) {
			return axis{}, errorf(h.Title, "row %s has %d numbers and there are %d names of columns", h.Rows[i], len(row), len(h.Columns))
		}
		for _, v := range row {
			e.add(v)
		}
	}
	if e.empty() {
		return axis{}, errorf(h.Title, "no number can be shown")
	}
	return e.axis(Range{}, 0), nil
}

// draw puts the table onto a sheet.
func (h HeatMap) draw() (*sheet, error) {
	z, err := h.scale()
	if err != nil {
		return nil, err
	}
	s := newSheet(h.Theme, cmp.Or(h.Width, 800), cmp.Or(h.Height, 600), h.Title)
	f := h.frame(s)
	f.sheet.heading()
	wide, high := (f.right-f.left)/float64(len(h.Columns)), (f.bottom-f.top)/float64(len(h.Rows))
	number := letters{size: tickSize, across: 0.5, down: 0.5}
	for i, row := range h.Values {
		for j, v := range row {
			x, y := f.left+float64(j)*wide, f.top+float64(i)*high
			cell := rect(x, y, x+wide, y+high)
			at := z.at(v)
			if !finite(at) {
				s.area([][]point{cell}, s.grid)
				s.cross(point{x + wide/2, y + high/2}, min(wide, high)/4, s.faint)
				continue
			}
			s.area([][]point{cell}, s.heat(at))
			number.color = rgb(0x111111)
			if at > 0.5 {
				number.color = rgb(0xffffff)
			}
			if text := cellText(v); high > tickSize+2 && number.width(text) < wide-4 {
				s.text(point{x + wide/2, y + high/2}, text, number)
			}
		}
	}
	h.names(f, wide, high)
	s.line(rect(f.left, f.top, f.right, f.bottom), stroke{color: s.ink, width: 1}, true)
	h.bar(f, z)
	return s, nil
}

// frame lays the sheet out around the names of the rows.
func (h HeatMap) frame(s *sheet) *frame {
	f := &frame{sheet: s, top: 20, left: 14, right: s.width - barWidth - 14, bottom: s.height - 20 - tickSize}
	if h.Title != "" {
		f.top += titleSize + 10
	}
	widest := 0.0
	for _, name := range h.Rows {
		widest = math.Max(widest, letters{size: tickSize}.width(name))
	}
	f.left += math.Min(widest, s.width/4) + 10
	if h.YLabel != "" {
		f.left += labelSize + 8
	}
	if h.XLabel != "" {
		f.bottom -= labelSize + 8
	}
	return f
}

// names writes the names of columns and rows, and of the axes.
func (h HeatMap) names(f *frame, wide, high float64) {
	l := letters{size: tickSize, color: f.ink, across: 0.5}
	for j, name := range h.Columns {
		f.text(point{f.left + (float64(j)+0.5)*wide, f.bottom + 7}, shorten(name, l, wide-2), l)
	}
	l.across, l.down = 1, 0.5
	for i, name := range h.Rows {
		f.text(point{f.left - 8, f.top + (float64(i)+0.5)*high}, shorten(name, l, f.width/4), l)
	}
	l = letters{size: labelSize, color: f.ink, across: 0.5}
	f.text(point{(f.left + f.right) / 2, f.bottom + tickSize + 14}, h.XLabel, l)
	l.turned = true
	f.text(point{14, (f.top + f.bottom) / 2}, h.YLabel, l)
}

// bar draws which colour is which number.
func (h HeatMap) bar(f *frame, z axis) {
	const parts = 64
	x0, x1 := f.right+20, f.right+36
	top := f.top
	if h.ValueLabel != "" {
		top += 18
		l := letters{size: tickSize, color: f.ink, down: 1}
		l.across = l.fitting(h.ValueLabel, (x0+x1)/2, 0, f.width-6)
		f.text(point{(x0 + x1) / 2, top - 6}, h.ValueLabel, l)
	}
	part := (f.bottom - top) / parts
	for k := range parts {
		y := f.bottom - float64(k+1)*part
		f.area([][]point{rect(x0, y, x1, min(y+part+1.5, f.bottom))}, f.heat((float64(k)+0.5)/parts))
	}
	for _, t := range z.ticks(int((f.bottom-top)/40), false) {
		if y := f.bottom - t.at*(f.bottom-top); t.text != "" {
			f.line([]point{{x1, y}, {x1 + 4, y}}, stroke{color: f.ink, width: 1}, false)
			f.text(point{x1 + 7, y}, t.text, letters{size: tickSize, color: f.ink, down: 0.5})
		}
	}
	f.line(rect(x0, top, x1, f.bottom), stroke{color: f.ink, width: 1}, true)
}

// cellText writes a number in three digits.
func cellText(v float64) string {
	if a := math.Abs(v); v == math.Trunc(v) && a < 1e6 {
		return signed(strconv.FormatFloat(v, 'f', 0, 64), false)
	} else if a >= 1e-3 && a < 1e6 {
		digits := max(0, 2-int(math.Floor(math.Log10(a))))
		return signed(strconv.FormatFloat(v, 'f', min(digits, 4), 64), false)
	}
	return valueText(v)
}
