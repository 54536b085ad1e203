package plot

import (
	"cmp"
	"image/color"
	"math"
	"slices"
)

// contourMap is a map ready to draw on, with paths of any length.
type contourMap struct {
	Contour
	box    Box
	grid   *grid
	levels levels
	x, y   axis
}

// prepare evaluates the function and chooses the levels.
func (c Contour) prepare() (*contourMap, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	box, err := c.box()
	if err != nil {
		return nil, err
	}
	m := &contourMap{Contour: c, box: box}
	m.x = axis{label: c.XLabel, min: box.XMin, max: box.XMax}
	m.y = axis{label: c.YLabel, min: box.YMin, max: box.YMax}
	n := max(cmp.Or(c.Grid, 500), 8)
	m.grid = evaluate(c.F, box, n, n)
	if !slices.ContainsFunc(m.grid.z, finite) {
		return nil, errorf(c.Title, "the function has no finite value in x %v to %v, y %v to %v", box.XMin, box.XMax, box.YMin, box.YMax)
	}
	if c.Levels != nil {
		m.levels.values = slices.Sorted(slices.Values(c.Levels))
		m.levels.values = slices.DeleteFunc(m.levels.values, func(v float64) bool { return !finite(v) })
		m.levels.steps = m.levels.values
		return m, nil
	}
	// The grid may miss the bottom, which marks and paths reach.
	lowest := math.Inf(1)
	reach := func(x, y float64) {
		if v := c.F(x, y); finite(v) && x >= box.XMin && x <= box.XMax && y >= box.YMin && y <= box.YMax {
			lowest = min(lowest, v)
		}
	}
	for _, k := range c.Marks {
		reach(k.X, k.Y)
	}
	for _, p := range c.Paths {
		if n := len(p.X); n > 0 {
			reach(p.X[n-1], p.Y[n-1])
		}
	}
	m.levels = chooseLevels(m.grid, lowest)
	return m, nil
}

// interpolated are a grid and levels between which to interpolate: logarithms above
// the base, where the levels are.
func (m *contourMap) interpolated() (*grid, []float64) {
	if !m.levels.log || len(m.levels.values) == 0 {
		return m.grid, m.levels.values
	}
	base := m.levels.values[0] - m.levels.steps[0]
	floor := m.levels.steps[0] / 100
	scale := func(v float64) float64 { return math.Log(math.Max(v-base, 0) + floor) }
	g := &grid{nx: m.grid.nx, ny: m.grid.ny, x: m.grid.x, y: m.grid.y, z: make([]float64, len(m.grid.z))}
	for k, v := range m.grid.z {
		g.z[k] = scale(v)
	}
	list := make([]float64, len(m.levels.values))
	for k, v := range m.levels.values {
		list[k] = scale(v)
	}
	return g, list
}

// background draws everything but the paths.
func (m *contourMap) background() *frame {
	s := newSheet(m.Theme, cmp.Or(m.Width, 800), cmp.Or(m.Height, 640), m.Title)
	keep := margins{right: barWidth}
	if len(m.levels.values) == 0 {
		keep.right = 0
	}
	f := newFrame(s, m.x, m.y, m.legend(), keep)
	m.bands(f)
	if len(m.levels.values) > 0 {
		m.scale(f)
	}
	return f
}

// band is the colour below level k.
func (m *contourMap) band(s *sheet, k int) color.NRGBA {
	n := len(m.levels.values)
	if n == 0 {
		return s.high
	}
	return mix(s.low, s.high, float64(k)/float64(n))
}

// bands fills the map from its highest band to its lowest, then draws the lines.
func (m *contourMap) bands(f *frame) {
	g, list := m.interpolated()
	closed := g.padded()
	f.area([][]point{rect(f.left, f.top, f.right, f.bottom)}, f.grid) // where the function is not defined
	f.area(f.onSheet(closed.isolines(math.MaxFloat64, true)), m.band(f.sheet, len(list)))
	for k := len(list) - 1; k >= 0; k-- {
		f.area(f.onSheet(closed.isolines(list[k], true)), m.band(f.sheet, k))
	}
	placed := make([][][]point, len(list))
	for k, level := range list {
		placed[k] = f.onSheet(g.isolines(level, false))
		f.lines(placed[k], stroke{color: clear(f.faint, 0.75), width: 0.8}, false)
	}
	if m.Labels {
		m.label(f, placed)
	}
}

// onSheet places lines of a map on the sheet.
func (f *frame) onSheet(lines [][]point) [][]point {
	var placed [][]point
	for _, line := range lines {
		points := make([]point, len(line))
		for i, p := range line {
			points[i] = f.place(p.x, p.y)
		}
		placed = append(placed, simplify(points, 0.08))
	}
	return placed
}

// path draws the first steps of path i: a light rim, the line, its points if they
// are few, where it began and where it is.
func (m *contourMap) path(f *frame, i, steps int) {
	p := m.Paths[i]
	var points []point
	for k := range min(steps+1, len(p.X)) {
		points = append(points, f.place(p.X[k], p.Y[k]))
	}
	var shown [][]point
	for _, line := range f.clipped(points) {
		shown = append(shown, simplify(line, 0.1))
	}
	f.lines(shown, stroke{color: clear(f.halo, 0.85), width: 4}, false)
	f.lines(shown, stroke{color: f.color(i), width: 1.8, dash: dash(i)}, false)
	const few = 60
	if len(p.X) <= few && dash(i) == nil {
		for _, at := range points {
			if real(at) && f.inside(at) {
				f.disc(at, 2.2, f.color(i), stroke{})
			}
		}
	}
}

// head draws where path i began and where it stands after some steps.
func (m *contourMap) head(f *frame, i, steps int) {
	p := m.Paths[i]
	for k := min(steps, len(p.X)-1); k >= 0; k-- {
		if at := f.place(p.X[k], p.Y[k]); real(at) {
			if f.inside(at) {
				f.disc(at, 5, f.color(i), stroke{color: f.halo, width: 1.5})
			}
			break
		}
	}
	if len(p.X) > 0 {
		if at := f.place(p.X[0], p.Y[0]); real(at) && f.inside(at) {
			f.start(at)
		}
	}
}

// start marks where a path begins.
func (s *sheet) start(at point) { s.disc(at, 4.5, s.halo, stroke{color: s.ink, width: 1.8}) }

// marks draws the known places, under the paths so that what a path covers can be
// seen around it.
func (m *contourMap) marks(f *frame) {
	for _, k := range m.Marks {
		if at := f.place(k.X, k.Y); real(at) && f.inside(at) {
			f.mark(k.Kind, at)
		}
	}
}

// mark draws the sign of a kind of place.
func (s *sheet) mark(k Kind, at point) {
	rim := stroke{color: s.ink, width: 1}
	switch k {
	case Minimum:
		s.star(at, 9, rgb(0xf0e442), rim)
	case Saddle:
		s.lines([][]point{{{at.x - 6, at.y - 6}, {at.x + 6, at.y + 6}}, {{at.x - 6, at.y + 6}, {at.x + 6, at.y - 6}}}, stroke{color: s.halo, width: 5}, false)
		s.cross(at, 5.5, s.ink)
	case Trained:
		s.area([][]point{rect(at.x-5.5, at.y-5.5, at.x+5.5, at.y+5.5)}, rgb(0xf0e442))
		s.line(rect(at.x-5.5, at.y-5.5, at.x+5.5, at.y+5.5), rim, true)
	case Other:
		s.area([][]point{rect(at.x-5.5, at.y-5.5, at.x+5.5, at.y+5.5)}, s.paper)
		s.line(rect(at.x-5.5, at.y-5.5, at.x+5.5, at.y+5.5), stroke{color: s.ink, width: 1.8}, true)
	case Maximum:
		triangle := []point{{at.x - 7, at.y + 6}, {at.x + 7, at.y + 6}, {at.x, at.y - 7}}
		s.area([][]point{triangle}, s.halo)
		s.line(triangle, rim, true)
	}
}

// legend names the paths and the signs.
func (m *contourMap) legend() []entry {
	var list []entry
	for i, p := range m.Paths {
		if p.Name != "" {
			list = append(list, entry{p.Name, func(s *sheet, at point) {
				s.line([]point{{at.x - 15, at.y}, {at.x + 13, at.y}}, stroke{color: s.color(i), width: 2.2, dash: dash(i)}, false)
				s.disc(point{at.x + 11, at.y}, 4, s.color(i), stroke{color: s.halo, width: 1})
			}})
		}
	}
	if len(m.Paths) > 0 {
		list = append(list, entry{cmp.Or(m.StartName, "start"), func(s *sheet, at point) { s.start(point{at.x + 8, at.y}) }})
	}
	for k, name := range kinds {
		if slices.ContainsFunc(m.Marks, func(one Mark) bool { return one.Kind == Kind(k) }) {
			list = append(list, entry{name, func(s *sheet, at point) { s.mark(Kind(k), point{at.x + 6, at.y}) }})
		}
	}
	return list
}

// whole draws the finished picture.
func (m *contourMap) whole() *sheet {
	f := m.background()
	m.paths(f, math.MaxInt-1)
	return f.sheet
}

// paths draws so many steps of all paths over the background.
func (m *contourMap) paths(f *frame, steps int) {
	m.marks(f)
	for i := range m.Paths {
		m.path(f, i, steps)
	}
	for i := range m.Paths {
		m.head(f, i, steps)
	}
	f.axes(false)
}
