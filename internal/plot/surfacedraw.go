package plot

import (
	"image/color"
	"math"
	"slices"
	"strings"
)

// spectral are the colours of heights, lowest first: viridis, whose lightness rises
// evenly, which all eyes see (Smith and van der Walt, 2015).
var spectral = []color.NRGBA{
	rgb(0x440154), rgb(0x482878), rgb(0x3e4989), rgb(0x31688e), rgb(0x26828e),
	rgb(0x1f9e89), rgb(0x35b779), rgb(0x6ece58), rgb(0xb5de2b), rgb(0xfde725),
}

// height is the colour of a place in [0, 1].
func height(at float64) color.NRGBA {
	at = min(max(at, 0), 1) * float64(len(spectral)-1)
	k := min(int(at), len(spectral)-2)
	return mix(spectral[k], spectral[k+1], at-float64(k))
}

// cells are those of the grid, cut at the upper edge of the box.
func (v *view) cells() []part {
	var list []part
	most := max(len(v.X), len(v.Y)) // lines between all of many cells would blacken the picture
	line := max(0.25, min(0.8, 24/float64(most)))
	for j := range len(v.Y) - 1 {
		for i := range len(v.X) - 1 {
			corners := []solid{v.corner(i, j), v.corner(i+1, j), v.corner(i+1, j+1), v.corner(i, j+1)}
			if slices.ContainsFunc(corners, func(p solid) bool { return !finite(p.z) }) {
				continue
			}
			middle := solid{(corners[0].x + corners[2].x) / 2, (corners[0].y + corners[2].y) / 2, 0}
			shade := v.shade(corners)
			corners = cut(corners)
			if len(corners) < 3 {
				continue
			}
			level := 0.0
			outline := make([]point, len(corners))
			for k, p := range corners {
				level += p.z / float64(len(corners))
				outline[k] = v.place(p)
			}
			fill := height(level)
			if shade > 0 {
				fill = mix(fill, rgb(0xffffff), shade)
			} else {
				fill = mix(fill, rgb(0x000000), -shade)
			}
			edge := stroke{color: mix(fill, rgb(0x000000), 0.3), width: line}
			list = append(list, part{v.depth(middle), outline, func(s *sheet) {
				s.area([][]point{outline}, fill)
				s.line(outline, edge, true)
			}})
		}
	}
	return list
}

// shade is how much lighter or darker a cell is for the light from above on the left.
func (v *view) shade(c []solid) float64 {
	dx, dy := c[1].x-c[0].x, c[3].y-c[0].y
	slopeX, slopeY := boxHeight*(c[1].z+c[2].z-c[0].z-c[3].z)/(2*dx), boxHeight*(c[2].z+c[3].z-c[0].z-c[1].z)/(2*dy)
	// The normal (−∂z/∂x, −∂z/∂y, 1) turned as the box is, and the direction of the light.
	right, back := -slopeX*v.cos+slopeY*v.sin, -slopeX*v.sin-slopeY*v.cos
	length := math.Sqrt(right*right + back*back + 1)
	light := (-0.5*right - 0.3*back + 0.81) / length
	return 0.3 * (light - 0.75)
}

// cut cuts off what of a polygon is above the box (Sutherland and Hodgman, 1974).
func cut(polygon []solid) []solid {
	var left []solid
	for k, p := range polygon {
		q := polygon[(k+1)%len(polygon)]
		if p.z <= 1 {
			left = append(left, p)
		}
		if (p.z <= 1) != (q.z <= 1) {
			t := (1 - p.z) / (q.z - p.z)
			left = append(left, solid{p.x + t*(q.x-p.x), p.y + t*(q.y-p.y), 1})
		}
	}
	return left
}

// trail are the steps of a path, each cut into pieces shorter than a cell, its start
// and its end.
func (v *view) trail(i int, size float64) []part {
	path := v.Paths[i]
	var list []part
	add := func(a, b solid) {
		near := min(v.depth(a), v.depth(b)) - 1.5*size
		from, to := v.place(a), v.place(b)
		list = append(list,
			part{near + 1e-9, nil, func(s *sheet) { s.line([]point{from, to}, stroke{color: clear(s.halo, 0.85), width: 4.5}, false) }},
			part{near, nil, func(s *sheet) { s.line([]point{from, to}, stroke{color: s.color(i), width: 2.2}, false) }})
	}
	for _, line := range v.along(i, size) {
		for k := 1; k < len(line); k++ {
			add(line[k-1], line[k])
		}
	}
	if n := len(path.X); n > 0 {
		if p, ok := v.on(path.X[n-1], path.Y[n-1]); ok {
			list = append(list, part{v.depth(p) - 1.6*size, nil, func(s *sheet) {
				s.disc(v.place(p), 5, s.color(i), stroke{color: s.halo, width: 1.5})
			}})
		}
		if p, ok := v.on(path.X[0], path.Y[0]); ok {
			list = append(list, part{v.depth(p) - 1.7*size, nil, func(s *sheet) { s.start(v.place(p)) }})
		}
	}
	return list
}

// along is a path on the surface in pieces shorter than a cell; where it leaves the
// surface another line begins.
func (v *view) along(i int, size float64) [][]solid {
	path := v.Paths[i]
	var lines [][]solid
	known := false
	add := func(x, y float64) {
		p, ok := v.on(x, y)
		if ok && !known {
			lines = append(lines, nil)
		}
		if known = ok; ok {
			lines[len(lines)-1] = append(lines[len(lines)-1], p)
		}
	}
	for k := range path.X {
		if k == 0 {
			add(path.X[0], path.Y[0])
			continue
		}
		x0, y0, x1, y1 := path.X[k-1], path.Y[k-1], path.X[k], path.Y[k]
		pieces := 1
		if long := math.Hypot(2*(v.x.at(x1)-v.x.at(x0)), 2*(v.y.at(y1)-v.y.at(y0))); finite(long) {
			pieces = min(max(1, int(math.Ceil(2*long/size))), 1000)
		}
		for n := 1; n <= pieces; n++ {
			t := float64(n) / float64(pieces)
			add(x0+t*(x1-x0), y0+t*(y1-y0))
		}
	}
	return lines
}

// ghost is a path as it is seen through the surface.
func (v *view) ghost(i int) [][]point {
	var lines [][]point
	for _, line := range v.along(i, math.Hypot(2/float64(len(v.X)-1), 2/float64(len(v.Y)-1))) {
		var points []point
		for _, p := range line {
			points = append(points, v.place(p))
		}
		lines = append(lines, simplify(points, 0.1))
	}
	return lines
}

// near are the sides of the box that face the eye: x = nearX and y = nearY.
func (v *view) near() (x, y float64) {
	side := func(towards float64) float64 {
		if towards > 0 {
			return -1
		}
		return 1
	}
	return side(v.sin), side(v.cos)
}

// room draws the floor and the two walls behind, with lines at the marks of the axes.
func (v *view) room(s *sheet) {
	nx, ny := v.near()
	wall := stroke{color: s.grid, width: 1}
	at := func(list ...solid) []point {
		points := make([]point, len(list))
		for k, p := range list {
			points[k] = v.place(p)
		}
		return points
	}
	for _, t := range v.x.ticks(5, false) {
		x := 2*t.at - 1
		s.line(at(solid{x, ny, 0}, solid{x, -ny, 0}, solid{x, -ny, 1}), wall, false)
	}
	for _, t := range v.y.ticks(5, false) {
		y := 2*t.at - 1
		s.line(at(solid{nx, y, 0}, solid{-nx, y, 0}, solid{-nx, y, 1}), wall, false)
	}
	for _, t := range v.zTicks() {
		if t.text != "" {
			s.line(at(solid{-nx, ny, t.at}, solid{-nx, -ny, t.at}, solid{nx, -ny, t.at}), wall, false)
		}
	}
	edge := stroke{color: s.faint, width: 1}
	s.line(at(solid{-1, -1, 0}, solid{1, -1, 0}, solid{1, 1, 0}, solid{-1, 1, 0}), edge, true)
	for _, c := range [][2]float64{{-nx, -ny}, {nx, -ny}, {-nx, ny}} {
		s.line(at(solid{c[0], c[1], 0}, solid{c[0], c[1], 1}), edge, false)
	}
	s.line(at(solid{-nx, ny, 1}, solid{-nx, -ny, 1}, solid{nx, -ny, 1}), edge, false)
}

func (v *view) zTicks() []tick { return v.z.ticks(6, false) }

// names writes numbers and names of the axes: those of x and y along the edges in
// front, that of z along the edge farthest to the left.
func (v *view) names(s *sheet) {
	nx, ny := v.near()
	v.edge(s, v.x, v.x.ticks(5, false), func(t float64) solid { return solid{2*t - 1, ny, 0} }, solid{0, ny, 0})
	v.edge(s, v.y, v.y.ticks(5, false), func(t float64) solid { return solid{nx, 2*t - 1, 0} }, solid{nx, 0, 0})
	left := solid{nx, -ny, 0}
	if other := (solid{-nx, ny, 0}); v.place(other).x < v.place(left).x {
		left = other
	}
	widest := 0.0
	l := letters{size: tickSize, color: s.ink, across: 1, down: 0.5}
	for _, t := range v.zTicks() {
		p := v.place(solid{left.x, left.y, t.at})
		if t.text == "" {
			continue
		}
		s.line([]point{{p.x - 5, p.y}, p}, stroke{color: s.ink, width: 1}, false)
		l.down = 0.5
		if t.at < 0.04 { // beside the first number of the floor
			l.down = 1.2
		}
		s.text(point{p.x - 9, p.y}, t.text, l)
		widest = max(widest, l.width(t.text))
	}
	bottom, top := v.place(left), v.place(solid{left.x, left.y, 1})
	s.line([]point{bottom, top}, stroke{color: s.ink, width: 1}, false)
	s.text(point{bottom.x - widest - 26, (bottom.y + top.y) / 2}, v.ZLabel, letters{size: labelSize, color: s.ink, across: 0.5, turned: true})
}

// edge writes numbers and the name of an axis outside of an edge of the floor, in the
// direction of out from the middle.
func (v *view) edge(s *sheet, a axis, ticks []tick, at func(t float64) solid, out solid) {
	middle, end := v.place(solid{}), v.place(out)
	dx, dy := end.x-middle.x, end.y-middle.y
	length := math.Hypot(dx, dy)
	dx, dy = dx/length, dy/length
	l := letters{size: tickSize, color: s.ink, across: 0.5 - dx/1.4, down: 0.5 - dy/2}
	widest := 0.0
	for _, t := range ticks {
		p := v.place(at(t.at))
		s.line([]point{p, {p.x + 5*dx, p.y + 5*dy}}, stroke{color: s.ink, width: 1}, false)
		lower := 0.0
		if t.at < 0.02 || t.at > 0.98 {
			lower = 3
		}
		s.text(point{p.x + 9*dx, p.y + 9*dy + lower}, t.text, l)
		widest = max(widest, l.width(t.text))
	}
	s.line([]point{v.place(at(0)), v.place(at(1))}, stroke{color: s.ink, width: 1}, false)
	p := v.place(at(0.5))
	// The name ends, or begins, where the edge rises beside it; a long one has two lines.
	room := 16 + widest*math.Abs(dx) + tickSize*math.Abs(dy)
	x, y := p.x+room*dx, p.y+room*dy+4
	l.size, l.across = labelSize, min(max(l.across, 0), 1)
	first, second, _ := strings.Cut(a.label, ", ")
	if l.width(a.label) < 130 {
		first, second = a.label, ""
	}
	for k, words := range []string{first, second} {
		if wide := l.width(words); wide > 0 {
			l.across = min(max(l.across, 1-(s.width-4-x)/wide), (x-4)/wide)
		}
		s.text(point{x, y + float64(k)*(labelSize+4)}, words, l)
	}
}
