package plot

import (
	"math"
	"math/rand/v2"
	"testing"
)

func rosenbrock(x, y float64) float64 { return 100*(y-x*x)*(y-x*x) + (1-x)*(1-x) }

// onEdge reports whether a place is on the edge of a box.
func onEdge(p point, b Box) bool {
	const near = 1e-12
	return math.Abs(p.x-b.XMin) < near || math.Abs(p.x-b.XMax) < near || math.Abs(p.y-b.YMin) < near || math.Abs(p.y-b.YMax) < near
}

// In the valley of Rosenbrock's function each line is in one piece, or in two that
// leave the box at both ends.
func TestValleyLinesAreWhole(t *testing.T) {
	for _, n := range []int{100, 200, 500} {
		box := Box{-2, 2, -1, 3}
		m, err := Contour{F: rosenbrock, Box: box, Grid: n, Marks: []Mark{{Minimum, 1, 1}}}.prepare()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.levels.values) < 8 || m.levels.base != 0 {
			t.Errorf("grid %d: levels %+v", n, m.levels)
		}
		g, levels := m.interpolated()
		for k, level := range levels {
			lines := g.isolines(level, false)
			if len(lines) == 0 || len(lines) > 2+k/4 {
				t.Errorf("grid %d: f = %v is in %d pieces", n, m.levels.values[k], len(lines))
			}
			for _, line := range lines {
				first, last := line[0], line[len(line)-1]
				if first != last && !(onEdge(first, box) && onEdge(last, box)) {
					t.Errorf("grid %d: f = %v ends at %v and %v", n, m.levels.values[k], first, last)
				}
				for _, p := range line {
					// A sixth of the distance to the next line, at the tip of the lowest.
					if v := rosenbrock(p.x, p.y); n == 500 && math.Abs(math.Log(v/m.levels.values[k])) > 0.7/6 {
						t.Errorf("f(%v) = %v on the line of %v", p, v, m.levels.values[k])
					}
				}
			}
		}
	}
}

// A line has lower values on its left, and one that encloses is closed; its area is
// that of the places below the level.
func TestIsolinesEnclose(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		a, b, c := rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
		f := func(x, y float64) float64 {
			v := math.Sin(3*a+4*x) + math.Cos(2*y*b+c*x)
			if x*x+y*y < 0.05 {
				return math.NaN()
			}
			return v
		}
		g := evaluate(f, Box{-1, 1, -1, 1}, 81, 81)
		level := 0.3 * rng.NormFloat64()
		area, below := 0.0, 0
		for _, line := range g.padded().isolines(level, true) {
			if line[0] != line[len(line)-1] {
				t.Fatalf("a line from %v to %v is open", line[0], line[len(line)-1])
			}
			for i := 1; i < len(line); i++ {
				area += (line[i-1].x*line[i].y - line[i].x*line[i-1].y) / 2
			}
		}
		for _, v := range g.z {
			if v < level {
				below++
			}
		}
		if want := 4 * float64(below) / float64(len(g.z)); math.Abs(area-want) > 0.08 {
			t.Errorf("area %v, want about %v", area, want)
		}
		for _, line := range g.isolines(level, false) {
			first, last := line[0], line[len(line)-1]
			box := Box{-1, 1, -1, 1}
			hole := math.Hypot(first.x, first.y) < 0.4 || math.Hypot(last.x, last.y) < 0.4
			if first != last && !hole && !(onEdge(first, box) && onEdge(last, box)) {
				t.Errorf("a line ends at %v and %v", first, last)
			}
		}
	}
}

// Opposite corners that are high are joined or parted by the centre, without lines
// that cross.
func TestSaddleCells(t *testing.T) {
	for _, centre := range []float64{-0.2, 0.2} {
		g := &grid{nx: 2, ny: 2, x: []float64{0, 1}, y: []float64{0, 1}, z: []float64{1 + centre, -1, -1, 1 + centre}}
		for _, flip := range []bool{false, true} {
			if flip {
				g.z = []float64{-1, 1 + centre, 1 + centre, -1}
			}
			lines := g.isolines(0, false)
			if len(lines) != 2 || len(lines[0]) != 2 {
				t.Errorf("centre %v: %v", centre, lines)
			}
		}
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(x, y float64) float64
		log  bool
		base float64
	}{
		{"saddle", func(x, y float64) float64 { return x*x - y*y }, false, 0},
		{"slope", func(x, y float64) float64 { return x }, false, 0},
		{"bowl", func(x, y float64) float64 { return x*x + y*y }, true, 0},
		{"sunk bowl", func(x, y float64) float64 { return x*x + y*y - 7 }, true, -7},
		{"ravine", func(x, y float64) float64 { return x*x + 1e4*y*y }, true, 0},
	} {
		m, err := Contour{F: c.f, Box: Box{-2, 2, -2, 2}, Grid: 200, Marks: []Mark{{Minimum, 0, 0}}}.prepare()
		if err != nil {
			t.Fatal(err)
		}
		l := m.levels
		if l.log != c.log || l.base != c.base || len(l.values) < 6 || len(l.values) > 20 || len(l.steps) != len(l.values) {
			t.Errorf("%s: %+v", c.name, l)
		}
		for k := 1; k < len(l.values); k++ {
			if !(l.values[k] > l.values[k-1]) {
				t.Errorf("%s: levels do not rise: %v", c.name, l.values)
			}
		}
	}
	m, err := Contour{F: func(x, y float64) float64 { return 3 }, Box: Box{0, 1, 0, 1}}.prepare()
	if err != nil || len(m.levels.values) != 0 {
		t.Errorf("a constant has levels %v, %v", m.levels.values, err)
	}
	m, err = Contour{F: rosenbrock, Box: Box{0, 1, 0, 1}, Levels: []float64{5, 1, math.NaN()}}.prepare()
	if err != nil || len(m.levels.values) != 2 || m.levels.values[0] != 1 {
		t.Errorf("levels asked for: %v, %v", m.levels.values, err)
	}
}

// Ticks lie on the axis, rise, and are neither many nor none.
func TestTicks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for k := range 3000 {
		e := extent{log: k%2 == 0}
		size := math.Pow(10, 20*rng.NormFloat64())
		for range 3 {
			v := size * (1 + math.Pow(10, rng.NormFloat64()*2-1)*rng.NormFloat64())
			if e.log {
				v = math.Abs(v)
			}
			e.add(v)
		}
		a := e.axis(Range{}, 0.04)
		for _, n := range []int{4, 10} {
			named := 0
			last := math.Inf(-1)
			for _, tick := range a.ticks(n, k%3 == 0) {
				if !(tick.at > last) || tick.at < -1e-6 || tick.at > 1+1e-6 {
					t.Errorf("axis %v: tick %q at %v after %v", a, tick.text, tick.at, last)
				}
				last = tick.at
				if tick.text != "" {
					named++
				}
			}
			if named < 1 || named > 2*n+2 {
				t.Errorf("axis %v: %d named ticks, asked for %d", a, named, n)
			}
		}
	}
}

func TestTickTexts(t *testing.T) {
	for _, c := range []struct {
		a    axis
		n    int
		want string
	}{
		{axis{max: 1}, 5, "0 0.2 0.4 0.6 0.8 1.0"},
		{axis{min: -2, max: 2}, 4, "−2 −1 0 1 2"},
		{axis{min: 0, max: 3e7}, 3, "0 1×10⁷ 2×10⁷ 3×10⁷"},
		{axis{min: 0, max: 2e-6}, 2, "0 1×10⁻⁶ 2×10⁻⁶"},
		{axis{min: 0.001, max: 10, log: true}, 5, "0.001 0.01 0.1 1 10"},
		{axis{min: 1e-6, max: 1e-4, log: true}, 3, "10⁻⁶ 10⁻⁵ 10⁻⁴"},
		{axis{min: 1, max: 20, log: true}, 6, "1 2 5 10 20"},
		{axis{min: 1e-30, max: 1, log: true}, 3, "10⁻³⁰ 10⁻²⁰ 10⁻¹⁰ 1"},
	} {
		got := ""
		for _, tick := range c.a.ticks(c.n, false) {
			if tick.text != "" {
				got += " " + tick.text
			}
		}
		if got != " "+c.want {
			t.Errorf("%v: %q, want %q", c.a, got, c.want)
		}
	}
}

// Simplify keeps ends and stays within its distance.
func TestSimplify(t *testing.T) {
	var wave []point
	for k := range 1000 {
		wave = append(wave, point{float64(k), 50 * math.Sin(float64(k)/40)})
	}
	few := simplify(wave, 0.2)
	if few[0] != wave[0] || few[len(few)-1] != wave[999] || len(few) > 200 {
		t.Errorf("%d of 1000 points are left", len(few))
	}
	j := 0
	for _, p := range wave {
		for j+2 < len(few) && few[j+1].x < p.x {
			j++
		}
		a, b := few[j], few[j+1]
		y := a.y + (b.y-a.y)*(p.x-a.x)/(b.x-a.x)
		if math.Abs(y-p.y) > 0.5 {
			t.Fatalf("%v is %v away", p, y-p.y)
		}
	}
}
