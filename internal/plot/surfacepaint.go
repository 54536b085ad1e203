package plot

import (
	"cmp"
	"math"
	"slices"
)

// part is a piece of the picture: a cell of the surface or a step of a path.
type part struct {
	depth   float64
	outline []point // of a cell, which hides what is behind it
	draw    func(s *sheet)
}

// paint draws the parts from the farthest to the nearest, so that what is in front
// covers what it hides (the painter's algorithm; Newell, Newell and Sancha, 1972).
// Cells of a surface above a plane never hide each other in a circle.
func (v *view) paint(s *sheet) {
	parts := v.cells()
	// Steps lie on their cells: a little nearer, they come after them.
	size := math.Hypot(2/float64(len(v.X)-1), 2/float64(len(v.Y)-1))
	for i := range v.Paths {
		parts = append(parts, v.trail(i, size)...)
	}
	for _, m := range v.Marks {
		if p, ok := v.on(m.X, m.Y); ok {
			parts = append(parts, part{v.depth(p) - 1.6*size, nil, func(s *sheet) { s.mark(m.Kind, v.place(p)) }})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.depth, a.depth) })
	for _, p := range parts {
		p.draw(s)
	}
	for i := range v.Paths { // what is hidden shows through, thin
		s.lines(v.ghost(i), stroke{color: clear(s.color(i), 0.7), width: 1, dash: []float64{3, 3}}, false)
	}
	for _, m := range v.Marks {
		if p, ok := v.on(m.X, m.Y); ok && hidden(v.place(p), v.depth(p)-1.6*size, parts) {
			s.hiddenMark(v.place(p))
		}
	}
}

// hidden reports whether a cell is in front of a place.
func hidden(at point, depth float64, parts []part) bool {
	return slices.ContainsFunc(parts, func(p part) bool { return p.depth < depth && surrounds(p.outline, at) })
}

// surrounds reports whether a place is in a polygon: a ray from it to the right
// crosses the outline an odd number of times (Shimrat, 1962).
func surrounds(outline []point, at point) bool {
	odd := false
	for k, p := range outline {
		q := outline[(k+1)%len(outline)]
		if (p.y > at.y) != (q.y > at.y) && at.x < p.x+(at.y-p.y)/(q.y-p.y)*(q.x-p.x) {
			odd = !odd
		}
	}
	return odd
}

// hiddenMark is the outline of a sign behind the surface, dark and light by turns.
func (s *sheet) hiddenMark(at point) {
	outline := rect(at.x-5.5, at.y-5.5, at.x+5.5, at.y+5.5)
	s.line(outline, stroke{color: rgb(0xffffff), width: 2}, true)
	s.line(outline, stroke{color: rgb(0x000000), width: 2, dash: []float64{3, 2.5}}, true)
}
