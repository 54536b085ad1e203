package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Text draws the curves with characters, at most t.Width wide. Unicode curves are
// lines of dots on which each curve has its own sign now and then; in ASCII the
// signs are the curve. Bands are left out.
func (c Curves) Text(t Terminal) (string, error) {
	c.Series = slices.DeleteFunc(slices.Clone(c.Series), func(s Series) bool { return s.Faint })
	x, y, err := c.axes()
	if err != nil {
		return "", err
	}
	b := newBoard(t, x, y)
	var legend []words
	for _, m := range c.Markers {
		at := x.at(m.X)
		if !(at >= 0 && at <= 1) {
			continue
		}
		column, _ := b.cell(at, 0)
		for row := range b.rows {
			b.set(column, row, b.marker, 0)
		}
		legend = append(legend, words{string(b.marker) + " " + m.Label, 0})
	}
	var names []words
	failed := false
	for i, s := range c.Series {
		c.characters(b, i)
		name := string(b.sign(i, len(c.Series))) + " " + s.Name
		if n := len(s.Failed); n > 0 {
			name += fmt.Sprintf(" (%c %d)", b.failed, n)
		}
		if s.Name != "" || len(s.Failed) > 0 {
			names = append(names, words{name, inkOf(i)})
		}
		failed = failed || len(s.Failed) > 0
	}
	if !t.ASCII && len(c.Series) > 1 {
		for i := range c.Series {
			c.signs(b, i)
		}
	}
	for i, s := range c.Series {
		for _, at := range s.Failed {
			if at = x.at(at); at >= 0 && at <= 1 {
				column, _ := b.cell(at, 1)
				b.set(column, c.failedBefore(i), b.failed, inkOf(i))
			}
		}
	}
	if failed {
		names = append(names, words{string(b.failed) + " failed", 0})
	}
	return b.text(c.Title, append(names, legend...)), nil
}

// characters draws a series.
func (c Curves) characters(b *board, i int) {
	s := c.Series[i]
	sign, ink := b.sign(i, len(c.Series)), inkOf(i)
	var before point
	known := false
	for j, v := range s.Y {
		p := point{b.x.at(s.x(j)), b.y.at(v)}
		if !real(p) {
			known = false
			continue
		}
		corner := before
		if s.Steps && known {
			corner = point{p.x, before.y}
			b.segment(before, corner, sign, ink)
		}
		if known {
			b.segment(corner, p, sign, ink)
		} else {
			b.segment(p, p, sign, ink)
		}
		before, known = p, true
	}
}

// segment draws what of a segment lies on the board.
func (b *board) segment(from, to point, sign rune, ink int) {
	if from, to, ok := clip(from.x, from.y, to.x, to.y); ok {
		b.draw(from.x, from.y, to.x, to.y, sign, ink)
	}
}

// signs sets the sign of a series onto its curve at some columns, those of
// different series side by side.
func (c Curves) signs(b *board, i int) {
	s := c.Series[i]
	n := len(c.Series)
	every := max(12, 3*n)
	next := 2 + i*every/n
	for j := range s.Y {
		p := point{b.x.at(s.x(j)), b.y.at(s.Y[j])}
		if !real(p) || p.x < 0 || p.x > 1 || p.y < 0 || p.y > 1 {
			continue
		}
		column, row := b.cell(p.x, p.y)
		if s.X != nil && !slices.IsSorted(s.X) {
			continue
		}
		// Where points are far apart the sign stands on the line between them.
		for j+1 < len(s.Y) && next < column {
			next += every
		}
		if column >= next || j == len(s.Y)-1 {
			b.set(column, row, b.sign(i, len(c.Series)), inkOf(i))
			for next <= column {
				next += every
			}
		}
	}
}

// Text draws the map with characters, at most t.Width wide: shades for the height,
// the sign of each path along it, S where a path begins and a capital letter of its
// own, A for the first, where it ends.
func (c Contour) Text(t Terminal) (string, error) {
	c.Grid = 120 // enough for characters
	m, err := c.prepare()
	if err != nil {
		return "", err
	}
	b := newBoard(t, m.x, m.y)
	m.shade(b)
	var legend []words
	for _, k := range c.Marks {
		m.put(b, k.X, k.Y, b.kinds[k.Kind], 0)
	}
	for i, p := range c.Paths {
		m.trail(b, i)
		end := string(rune('A' + i%18))
		legend = append(legend, words{string(rune('a'+i%18)) + "…" + end + " " + p.Name, inkOf(i)})
	}
	for i := range c.Paths {
		m.ends(b, i)
	}
	if len(c.Paths) > 0 {
		legend = append(legend, words{"S " + cmp.Or(c.StartName, "start"), 0})
	}
	for kind, name := range kinds {
		if slices.ContainsFunc(c.Marks, func(k Mark) bool { return k.Kind == Kind(kind) }) {
			legend = append(legend, words{string(b.kinds[kind]) + " " + name, 0})
		}
	}
	legend = append(legend, words{"low '" + string(b.shades) + "' high", 0})
	return b.text(c.Title, legend), nil
}

// shade fills the board with heights.
func (m *contourMap) shade(b *board) {
	n := len(m.levels.values)
	for row := range b.rows {
		for column := range b.columns {
			x := m.x.value(float64(column) / float64(b.columns-1))
			y := m.y.value(1 - float64(row)/float64(b.rows-1))
			v := m.F(x, y)
			if !finite(v) || n == 0 {
				continue
			}
			below, _ := slices.BinarySearch(m.levels.values, v)
			b.set(column, row, b.shades[below*len(b.shades)/(n+1)], 0)
		}
	}
}

// put sets a sign at a place of the map.
func (m *contourMap) put(b *board, x, y float64, sign rune, ink int) {
	at := point{m.x.at(x), m.y.at(y)}
	if !real(at) || at.x < 0 || at.x > 1 || at.y < 0 || at.y > 1 {
		return
	}
	column, row := b.cell(at.x, at.y)
	b.set(column, row, sign, ink)
}

// trail draws path i with its letters.
func (m *contourMap) trail(b *board, i int) {
	p := m.Paths[i]
	letter, ink := rune('a'+i%18), inkOf(i)
	last := -1
	for k := range p.X {
		to := point{m.x.at(p.X[k]), m.y.at(p.Y[k])}
		if !real(to) {
			continue
		}
		if last >= 0 {
			m.stroke(b, point{m.x.at(p.X[last]), m.y.at(p.Y[last])}, to, letter, ink)
		}
		last = k
	}
}

// ends sets the letters where path i ends and begins.
func (m *contourMap) ends(b *board, i int) {
	p := m.Paths[i]
	for k := len(p.X) - 1; k >= 0; k-- {
		if finite(p.X[k]) && finite(p.Y[k]) {
			m.put(b, p.X[k], p.Y[k], rune('A'+i%18), inkOf(i))
			break
		}
	}
	if len(p.X) > 0 {
		m.put(b, p.X[0], p.Y[0], 'S', 0)
	}
}

// stroke writes a letter along a segment.
func (m *contourMap) stroke(b *board, from, to point, letter rune, ink int) {
	from, to, ok := clip(from.x, from.y, to.x, to.y)
	if !ok {
		return
	}
	n := int(math.Ceil(math.Max(math.Abs(to.x-from.x)*float64(b.columns), math.Abs(to.y-from.y)*float64(b.rows))))
	for k := range n + 1 {
		t := float64(k) / math.Max(1, float64(n))
		column, row := b.cell(from.x+t*(to.x-from.x), from.y+t*(to.y-from.y))
		b.set(column, row, letter, ink)
	}
}
