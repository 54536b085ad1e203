package plot

import "math"

// grid holds the values of a function on nx × ny places of a box, row by row from
// below. Infinite means undefined.
type grid struct {
	nx, ny int
	x, y   []float64
	z      []float64
}

// at is the value of column i in row j.
func (g *grid) at(i, j int) float64 { return g.z[j*g.nx+i] }

// evaluate takes the function's values on the grid.
func evaluate(f func(x, y float64) float64, b Box, nx, ny int) *grid {
	x, y := between(b.XMin, b.XMax, nx), between(b.YMin, b.YMax, ny)
	return evaluateAt(b, nx, ny, func(i, j int) float64 { return f(x[i], y[j]) })
}

// evaluateAt takes the values of column i in row j.
func evaluateAt(b Box, nx, ny int, f func(i, j int) float64) *grid {
	g := &grid{nx: nx, ny: ny, x: between(b.XMin, b.XMax, nx), y: between(b.YMin, b.YMax, ny)}
	g.z = make([]float64, 0, nx*ny)
	for j := range ny {
		for i := range nx {
			v := f(i, j)
			if !finite(v) {
				v = math.Inf(1)
			}
			g.z = append(g.z, v)
		}
	}
	return g
}

// between are n equally spaced numbers.
func between(low, high float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		t := float64(i) / float64(n-1)
		list[i] = low*(1-t) + high*t
	}
	return list
}

// padded is the grid with a rim of no width on which the function is infinite, so
// that every line around lower values is closed.
func (g *grid) padded() *grid {
	p := &grid{nx: g.nx + 2, ny: g.ny + 2}
	rim := func(v []float64) []float64 {
		return append(append([]float64{v[0]}, v...), v[len(v)-1])
	}
	p.x, p.y = rim(g.x), rim(g.y)
	p.z = make([]float64, p.nx*p.ny)
	for k := range p.z {
		p.z[k] = math.Inf(1)
	}
	for j := range g.ny {
		copy(p.z[(j+1)*p.nx+1:], g.z[j*g.nx:(j+1)*g.nx])
	}
	return p
}

// side is an edge of a cell of the grid.
type side int

const (
	below side = iota
	rightOf
	above
	leftOf
)

// crossings are the pieces of line in a cell by which of its corners are high (1
// lower left, 2 lower right, 4 upper right, 8 upper left), from edge to edge with
// low values on the left. With opposite corners high, 5 and 10, the centre decides:
// the rows of 5 and 10 join the low corners, and 16 and 17 stand for them where
// the centre is high.
var crossings = [18][][2]side{
	1: {{leftOf, below}}, 14: {{below, leftOf}},
	2: {{below, rightOf}}, 13: {{rightOf, below}},
	4: {{rightOf, above}}, 11: {{above, rightOf}},
	8: {{above, leftOf}}, 7: {{leftOf, above}},
	3: {{leftOf, rightOf}}, 12: {{rightOf, leftOf}},
	6: {{below, above}}, 9: {{above, below}},
	5: {{leftOf, below}, {rightOf, above}}, 16: {{rightOf, below}, {leftOf, above}},
	10: {{below, rightOf}, {above, leftOf}}, 17: {{below, leftOf}, {above, rightOf}},
}

// isolines are the lines on which the function has a value, found with marching
// squares (Lorensen and Cline, 1987, in the plane). A line runs with lower values
// on its left; it is closed, ending where it began, unless it leaves the grid.
// Beside undefined values a line follows the last defined ones if it is to enclose
// an area, and ends there otherwise.
//
// Closed lines of less than speck cells each way are left out: where a valley gets
// as narrow as the cells, a line ends in a row of such beads.
func (g *grid) isolines(level float64, enclose bool) [][]point {
	next, starts := g.pieces(level, enclose)
	begun := make([]bool, len(next)) // has a piece before it
	for _, from := range starts {
		begun[next[from]-1] = true
	}
	var lines [][]point
	follow := func(from int) {
		line := []point{g.crossing(from, level)}
		for next[from] != 0 {
			to := int(next[from] - 1)
			next[from] = 0
			line, from = append(line, g.crossing(to, level)), to
		}
		if !g.speck(line) {
			lines = append(lines, line)
		}
	}
	for _, from := range starts {
		if !begun[from] {
			follow(from)
		}
	}
	for _, from := range starts {
		if next[from] != 0 {
			follow(from)
		}
	}
	return lines
}

// pieces are the pieces of line in all cells: next[e]-1 is the edge to which the
// piece from edge e goes, starts the edges with a piece.
func (g *grid) pieces(level float64, enclose bool) (next []int32, starts []int) {
	next = make([]int32, 2*len(g.z))
	for j := range g.ny - 1 {
		for i := range g.nx - 1 {
			row, ok := g.cell(i, j, level, enclose)
			if !ok {
				continue
			}
			for _, piece := range row {
				from, to := g.edge(i, j, piece[0]), g.edge(i, j, piece[1])
				next[from] = int32(to + 1)
				starts = append(starts, from)
			}
		}
	}
	return next, starts
}

// speck is the size below which closed lines are left out, in cells.
const speck = 4

// speck reports whether a line is closed and too small to be drawn.
func (g *grid) speck(line []point) bool {
	if line[0] != line[len(line)-1] {
		return false
	}
	x, y := extent{}, extent{}
	for _, p := range line {
		x.add(p.x)
		y.add(p.y)
	}
	wide, high := (g.x[g.nx-1]-g.x[0])/float64(g.nx-1), (g.y[g.ny-1]-g.y[0])/float64(g.ny-1)
	return x.max-x.min < speck*wide && y.max-y.min < speck*high
}

// cell are the pieces of line in a cell.
func (g *grid) cell(i, j int, level float64, enclose bool) ([][2]side, bool) {
	a, b, c, d := g.at(i, j), g.at(i+1, j), g.at(i+1, j+1), g.at(i, j+1)
	kind := 0
	if a >= level {
		kind |= 1
	}
	if b >= level {
		kind |= 2
	}
	if c >= level {
		kind |= 4
	}
	if d >= level {
		kind |= 8
	}
	high := (a+b+c+d)/4 >= level
	switch {
	case kind == 0 || kind == 15 || !enclose && math.IsInf(a+b+c+d, 1):
		return nil, false
	case kind == 5 && high:
		kind = 16
	case kind == 10 && high:
		kind = 17
	}
	return crossings[kind], true
}

// edge numbers the edges of the grid: the lower edge of each cell even, the left one odd.
func (g *grid) edge(i, j int, s side) int {
	switch s {
	case above:
		return 2 * ((j+1)*g.nx + i)
	case leftOf:
		return 2*(j*g.nx+i) + 1
	case rightOf:
		return 2*(j*g.nx+i+1) + 1
	}
	return 2 * (j*g.nx + i)
}

// crossing is where the line crosses an edge, by linear interpolation.
func (g *grid) crossing(edge int, level float64) point {
	i, j := edge/2%g.nx, edge/2/g.nx
	i2, j2 := i+1, j
	if edge%2 == 1 {
		i2, j2 = i, j+1
	}
	a, b := g.at(i, j), g.at(i2, j2)
	t := 0.0
	switch {
	case math.IsInf(b, 1):
	case math.IsInf(a, 1):
		t = 1
	default:
		t = (level - a) / (b - a)
	}
	return point{g.x[i]*(1-t) + g.x[i2]*t, g.y[j]*(1-t) + g.y[j2]*t}
}
