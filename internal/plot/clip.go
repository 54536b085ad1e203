package plot

import "math"

// clipped cuts a line at the edges of the frame. Places that are not finite break it.
func (f *frame) clipped(points []point) [][]point {
	var lines [][]point
	var line []point
	end := func() {
		if len(line) > 1 {
			lines = append(lines, line)
		}
		line = nil
	}
	for i := 1; i < len(points); i++ {
		a, b, ok := f.segment(points[i-1], points[i])
		switch {
		case !ok:
			end()
			continue
		case len(line) == 0:
			line = append(line, a, b)
		case line[len(line)-1] == a:
			line = append(line, b)
		default:
			end()
			line = append(line, a, b)
		}
	}
	end()
	return lines
}

// segment is the part of a segment inside the frame (Liang and Barsky, 1984).
func (f *frame) segment(a, b point) (point, point, bool) {
	from, to := 0.0, 1.0
	dx, dy := b.x-a.x, b.y-a.y
	if math.IsNaN(dx) || math.IsNaN(dy) || math.IsInf(dx, 0) || math.IsInf(dy, 0) {
		return a, b, false
	}
	for _, side := range [][2]float64{{-dx, a.x - f.left}, {dx, f.right - a.x}, {-dy, a.y - f.top}, {dy, f.bottom - a.y}} {
		p, q := side[0], side[1]
		switch t := q / p; {
		case p == 0:
			if q < 0 {
				return a, b, false
			}
		case p < 0:
			from = max(from, t)
		default:
			to = min(to, t)
		}
	}
	if from > to {
		return a, b, false
	}
	start, stop := a, b
	if from > 0 {
		start = point{a.x + from*dx, a.y + from*dy}
	}
	if to < 1 {
		stop = point{a.x + to*dx, a.y + to*dy}
	}
	return start, stop, true
}

// simplify leaves out points nearer than a distance to the line without them
// (Ramer 1972; Douglas and Peucker, 1973).
func simplify(points []point, distance float64) []point {
	if len(points) < 3 {
		return points
	}
	keep := make([]bool, len(points))
	keep[0], keep[len(points)-1] = true, true
	type span struct{ from, to int }
	for stack := []span{{0, len(points) - 1}}; len(stack) > 0; {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, far := 0, distance
		a, b := points[s.from], points[s.to]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		for i := s.from + 1; i < s.to; i++ {
			p := points[i]
			d := math.Hypot(p.x-a.x, p.y-a.y)
			if length > 0 {
				along := ((p.x-a.x)*(b.x-a.x) + (p.y-a.y)*(b.y-a.y)) / (length * length)
				along = min(max(along, 0), 1)
				d = math.Hypot(p.x-a.x-along*(b.x-a.x), p.y-a.y-along*(b.y-a.y))
			}
			if d > far {
				worst, far = i, d
			}
		}
		if worst > 0 {
			keep[worst] = true
			stack = append(stack, span{s.from, worst}, span{worst, s.to})
		}
	}
	var left []point
	for i, p := range points {
		if keep[i] {
			left = append(left, p)
		}
	}
	return left
}
