package plot

import "math"

// How many pixels are between places that are tried, and at least between labels.
const (
	apart    = 6.0
	clearing = 10.0
)

// taken is a rectangle in which something stands.
type taken struct{ x0, y0, x1, y1 float64 }

func (t taken) holds(p point) bool { return p.x > t.x0 && p.x < t.x1 && p.y > t.y0 && p.y < t.y1 }

func (t taken) meets(o taken) bool {
	return t.x0 < o.x1+clearing && o.x0 < t.x1+clearing && t.y0 < o.y1+clearing && o.y0 < t.y1+clearing
}

// label writes onto each line what the scale calls it, where the line runs flattest
// and nothing else is: neither another line nor a path nor a sign. A line without
// such a place, or hardly longer than its label, stays without.
func (m *contourMap) label(f *frame, lines [][][]point) {
	samples := make([][]sample, len(lines))
	for k, of := range lines {
		for _, line := range of {
			samples[k] = append(samples[k], alongLine(line)...)
		}
	}
	var busy []point
	for _, p := range m.Paths {
		way := make([]point, len(p.X))
		for k := range way {
			way[k] = f.place(p.X[k], p.Y[k])
		}
		for _, line := range f.clipped(way) {
			for _, s := range alongLine(line) {
				busy = append(busy, s.point)
			}
		}
	}
	var labels []taken
	for _, k := range m.Marks {
		if at := f.place(k.X, k.Y); real(at) {
			labels = append(labels, taken{at.x - 6, at.y - 6, at.x + 6, at.y + 6})
		}
	}
	free := func(t taken, level int) bool {
		if t.x0 < f.left+3 || t.x1 > f.right-3 || t.y0 < f.top+3 || t.y1 > f.bottom-3 {
			return false
		}
		for _, o := range labels {
			if t.meets(o) {
				return false
			}
		}
		for _, p := range busy {
			if t.holds(p) {
				return false
			}
		}
		for k, of := range samples {
			for _, s := range of {
				if k != level && t.holds(s.point) {
					return false
				}
			}
		}
		return true
	}
	for k := range lines {
		l := letters{size: tickSize - 1, color: f.ink, across: 0.5, down: 0.5}
		words := valueText(m.levels.steps[k])
		wide := l.width(words)
		if float64(len(samples[k]))*apart < 3*wide {
			continue
		}
		best, at := math.Inf(1), taken{}
		for _, s := range samples[k] {
			if t := (taken{s.x - wide/2 - 3, s.y - 7, s.x + wide/2 + 3, s.y + 7}); s.steep < best && free(t, k) {
				best, at = s.steep, t
			}
		}
		if finite(best) {
			labels = append(labels, at)
			f.area([][]point{rect(at.x0, at.y0, at.x1, at.y1)}, mix(m.band(f.sheet, k), m.band(f.sheet, k+1), 0.5))
			f.text(point{(at.x0 + at.x1) / 2, (at.y0 + at.y1) / 2}, words, l)
		}
	}
}

// sample is a place on a line and how steep the line is there.
type sample struct {
	point
	steep float64 // the sine of its angle
}

// alongLine are places along a line, a little apart.
func alongLine(line []point) []sample {
	var list []sample
	left := 0.0 // to the next one
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		for ; left < long; left += apart {
			t := left / long
			list = append(list, sample{point{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}, math.Abs(b.y-a.y) / long})
		}
		left -= long
	}
	return list
}
