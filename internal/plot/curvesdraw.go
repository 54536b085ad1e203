package plot

import (
	"cmp"
	"image/color"
	"math"
	"slices"
)

// draw puts the curves onto a sheet.
func (c Curves) draw() (*sheet, error) {
	x, y, err := c.axes()
	if err != nil {
		return nil, err
	}
	s := newSheet(c.Theme, cmp.Or(c.Width, 800), cmp.Or(c.Height, 500), c.Title)
	var legend []entry
	for i, one := range c.Series {
		if one.Name != "" {
			legend = append(legend, c.entry(s, i))
		}
	}
	if slices.ContainsFunc(c.Series, func(s Series) bool { return len(s.Failed) > 0 }) {
		legend = append(legend, entry{"failed", func(s *sheet, at point) { s.cross(at, 4, s.ink) }})
	}
	spots, rows := c.spots(s, x)
	f := newFrame(s, x, y, legend, margins{top: 15 * float64(rows)})
	f.axes(true)
	for i := range c.Series {
		c.band(f, i)
	}
	c.markers(f, spots)
	for i := range c.Series {
		c.curve(f, i)
	}
	return s, nil
}

// fitting is how far across a text must stand so that it stays between two edges,
// 0.5 where there is room.
func (l letters) fitting(words string, x, left, right float64) float64 {
	width := l.width(words)
	if width == 0 {
		return 0.5
	}
	return max(min(0.5, (x-left)/width), 1-(right-x)/width)
}

// spot is where the label of a marker stands: in a row above the frame, from 1,
// and how far across its line.
type spot struct {
	row    int
	across float64
}

// spots finds places for the labels of the markers on which they do not touch. Of
// labels too close to be centred side by side the first ends at its line, the last
// begins there, and those between go up a row each.
func (c Curves) spots(s *sheet, x axis) (list []spot, rows int) {
	l := letters{size: tickSize}
	list = make([]spot, len(c.Markers))
	order := make([]int, len(c.Markers))
	for i := range order {
		order[i] = i
		list[i] = spot{1, 0.5}
		rows = 1
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(c.Markers[i].X, c.Markers[j].X) })
	at := func(i int) float64 { return 60 + x.at(c.Markers[i].X)*(s.width-84) } // near enough
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) {
			i, j := order[to-1], order[to]
			if at(i)+l.width(c.Markers[i].Label)/2+14 < at(j)-l.width(c.Markers[j].Label)/2 {
				break
			}
			to++
		}
		if to-from > 1 {
			list[order[from]].across, list[order[to-1]].across = 1, 0
			for k := from + 1; k < to-1; k++ {
				list[order[k]].row = k - from + 1
				rows = max(rows, k-from+1)
			}
		}
		from = to
	}
	return list, rows
}

// markers draws the vertical lines with their labels.
func (c Curves) markers(f *frame, spots []spot) {
	for i, m := range c.Markers {
		p := f.place(m.X, f.y.value(0))
		if !real(p) || !f.inside(p) {
			continue
		}
		up := 15 * float64(spots[i].row-1)
		f.line([]point{{p.x, f.top - 2 - up}, {p.x, f.bottom}}, stroke{color: f.ink, width: 1.2, dash: []float64{4, 3}}, false)
		l := letters{size: tickSize, color: f.ink, down: 1, across: spots[i].across}
		label := m.Label
		shift := 0.0
		switch l.across {
		case 0:
			shift = 3
		case 1:
			shift = -3
		}
		if wide := l.width(label); wide > 0 {
			l.across = max(min(l.across, (p.x-6)/wide), 1-(f.width-6-p.x)/wide)
		}
		f.text(point{p.x + shift, f.top - 5 - up}, label, l)
	}
}

// stroke is the line of a series.
func (c Curves) stroke(s *sheet, i int) stroke {
	if c.Series[i].Faint {
		return stroke{color: clear(s.faint, 0.6), width: 1}
	}
	return stroke{color: s.color(c.rank(i)), width: 2, dash: dash(c.rank(i))}
}

// rank numbers the series that have colours of their own.
func (c Curves) rank(i int) int {
	n := 0
	for _, s := range c.Series[:i] {
		if !s.Faint {
			n++
		}
	}
	return n
}

// entry is a series in the legend.
func (c Curves) entry(s *sheet, i int) entry {
	return entry{c.Series[i].Name, func(s *sheet, at point) {
		if c.Series[i].Low != nil {
			s.area([][]point{rect(at.x-15, at.y-5, at.x+15, at.y+5)}, clear(s.color(c.rank(i)), 0.2))
		}
		s.line([]point{{at.x - 15, at.y}, {at.x + 15, at.y}}, c.stroke(s, i), false)
		if c.Series[i].Dots {
			s.disc(at, 3, s.color(c.rank(i)), stroke{})
		}
	}}
}

// curve draws a series.
func (c Curves) curve(f *frame, i int) {
	s := c.Series[i]
	var points []point
	for j, v := range s.Y {
		p := f.place(s.x(j), v)
		if s.Steps && j > 0 {
			points = append(points, point{p.x, points[len(points)-1].y})
		}
		points = append(points, p)
	}
	var shown [][]point
	for _, line := range f.clipped(points) {
		shown = append(shown, simplify(line, 0.1))
	}
	f.lines(shown, c.stroke(f.sheet, i), false)
	// A point without neighbours is no line.
	for j, p := range points {
		alone := (j == 0 || !real(points[j-1])) && (j == len(points)-1 || !real(points[j+1]))
		if real(p) && f.inside(p) && (s.Dots || alone) {
			f.disc(p, 3, f.color(c.rank(i)), stroke{})
		}
	}
	for _, at := range s.Failed {
		// Crosses of several series at one place stand below each other.
		if p := f.place(at, f.y.value(1)); f.inside(p) {
			f.cross(point{p.x, f.top + 9 + 11*float64(c.failedBefore(i))}, 4, f.color(c.rank(i)))
		}
	}
}

// failedBefore counts the earlier series that have failures.
func (c Curves) failedBefore(i int) int {
	n := 0
	for _, s := range c.Series[:i] {
		if len(s.Failed) > 0 {
			n++
		}
	}
	return n
}

// real reports whether a place can be drawn.
func real(p point) bool { return finite(p.x) && finite(p.y) }

// band fills between the edges of a series' band, cut into the frame.
func (c Curves) band(f *frame, i int) {
	s := c.Series[i]
	if s.Low == nil {
		return
	}
	var upper, lower []point
	var areas [][]point
	end := func() {
		if len(upper) > 1 {
			slices.Reverse(upper)
			areas = append(areas, append(lower, upper...))
		}
		upper, lower = nil, nil
	}
	within := func(p point) point {
		p.y = min(max(p.y, f.top), f.bottom)
		return p
	}
	for j := range s.Low {
		low, high := f.place(s.x(j), s.Low[j]), f.place(s.x(j), s.High[j])
		if f.y.log && s.Low[j] <= 0 && finite(s.Low[j]) {
			low = point{high.x, f.bottom} // mean − deviation below 0
		}
		if !real(low) || !real(high) || low.x < f.left-0.5 || low.x > f.right+0.5 {
			end()
			continue
		}
		lower, upper = append(lower, within(low)), append(upper, within(high))
	}
	end()
	f.area(areas, clear(f.color(c.rank(i)), 0.2))
}

// cross draws an ×.
func (s *sheet) cross(at point, half float64, ink color.Color) {
	s.lines([][]point{
		{{at.x - half, at.y - half}, {at.x + half, at.y + half}},
		{{at.x - half, at.y + half}, {at.x + half, at.y - half}},
	}, stroke{color: ink, width: 2}, false)
}

// star draws a five-pointed star.
func (s *sheet) star(at point, radius float64, fill color.Color, rim stroke) {
	var points []point
	for k := range 10 {
		r := radius
		if k%2 == 1 {
			r *= 0.45
		}
		a := -math.Pi/2 - float64(k)*math.Pi/5
		points = append(points, point{at.x + r*math.Cos(a), at.y + r*math.Sin(a)})
	}
	s.area([][]point{points}, fill)
	s.line(points, rim, true)
}
