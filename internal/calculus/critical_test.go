package calculus

import (
	"math"
	"strings"
	"testing"

	"nabla/internal/reference"
)

// cube is the box of the reference's searches.
func cube(n int) []Interval {
	box := make([]Interval, n)
	for i := range box {
		box[i] = Interval{-5, 5}
	}
	return box
}

// The search finds the reference's points, all of them and no others, with value,
// eigenvalues and class, and says what the degenerate ones are.
func TestReferenceCriticalPoints(t *testing.T) {
	var ref secondOrderFile
	reference.Load(t, "second_order.json", &ref)
	found := map[string][]CriticalPoint{}
	wanted := map[string]int{}
	for _, c := range ref.CriticalPoints {
		wanted[c.Name]++
		e := parsed(t, formulas[c.Name])
		if found[c.Name] == nil {
			set, err := CriticalPoints(e, cube(len(e.Variables)))
			if err != nil {
				t.Fatal(err)
			}
			found[c.Name] = set.Points
		}
		matched := false
		for _, got := range found[c.Name] {
			if distance(got.X, c.X.Data) > 1e-7 {
				continue
			}
			matched = true
			if err := reference.Compare(got.X, c.X.Data, 1e-9, 1e-9); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
			if err := reference.Compare(append([]float64{got.Value}, got.Eigenvalues...), append([]float64{c.F}, c.Eigenvalues.Data...), 1e-8, 1e-8); err != nil {
				t.Errorf("%s at %v: %v", c.Name, got.X, err)
			}
			if got.SecondOrder != c.Class {
				t.Errorf("%s at %v: second order says %s, want %s", c.Name, got.X, got.SecondOrder, c.Class)
			}
			truth := c.Class
			if c.Truth != "" {
				truth, _, _ = strings.Cut(c.Truth, " ")
			}
			if got.Kind != truth {
				t.Errorf("%s at %v is a %s (%s), want %s", c.Name, got.X, got.Kind, got.Reason, truth)
			}
		}
		if !matched {
			t.Errorf("%s: %v was not found", c.Name, c.X.Data)
		}
	}
	for name, n := range wanted {
		if len(found[name]) != n {
			t.Errorf("%s: %d points, want %d: %v", name, len(found[name]), n, found[name])
		}
	}
	t.Logf("%d points of %d functions, none left out", len(ref.CriticalPoints), len(wanted))
}

func TestCriticalPoints(t *testing.T) {
	type want struct {
		kind string
		x    []float64
	}
	for _, c := range []struct {
		source string
		points []want
		flat   int
	}{
		{"x^2-2x+2", []want{{Minimum, []float64{1}}}, 0},
		{"x^3-3x", []want{{Maximum, []float64{-1}}, {Minimum, []float64{1}}}, 0},
		{"x^5", []want{{Inflection, []float64{0}}}, 0},
		{"-x^6", []want{{Maximum, []float64{0}}}, 0},
		{"(x-1/3)^4", []want{{Minimum, []float64{1. / 3}}}, 0},
		{"x^4 - 4x^3 + 6x^2 - 4x", []want{{Minimum, []float64{1}}}, 0}, // (x-1)⁴ - 1
		{"x^3 (x-2)^2", []want{{Inflection, []float64{0}}, {Maximum, []float64{1.2}}, {Minimum, []float64{2}}}, 0},
		{"sin x", []want{{Minimum, []float64{-math.Pi / 2}}, {Maximum, []float64{math.Pi / 2}}, {Maximum, []float64{-3 * math.Pi / 2}}, {Minimum, []float64{3 * math.Pi / 2}}}, 0},
		{"|x|", []want{{Minimum, []float64{0}}}, 0},
		{"-|x - 1.5|", []want{{Maximum, []float64{1.5}}}, 0},
		{"max(x, 2-x)", []want{{Minimum, []float64{1}}}, 0},
		{"x^x", []want{{Minimum, []float64{1 / math.E}}}, 0},
		{"x|x|", []want{{Inflection, []float64{0}}}, 0},
		{"cbrt(x)^2", []want{{Minimum, []float64{0}}}, 0},
		{"1 - sqrt|x-0.3|", []want{{Maximum, []float64{0.3}}}, 0},
		{"ln|x-0.3|", nil, 0},
		{"1/sqrt|x-0.3|", nil, 0},
		{"sign(x) (x-1)", nil, 0},
		{"x^(1/3)", nil, 0},
		{"1/x", nil, 0},
		{"1/x^2", nil, 0},
		{"tan x", nil, 0},
		{"ln x", nil, 0},
		{"e^x", nil, 0},
		{"x", nil, 0},
		{"5 + 0x", nil, 1},
		{"relu(x)", nil, 1},
		{"x + 1/x", []want{{Maximum, []float64{-1}}, {Minimum, []float64{1}}}, 0},
		{"sin(x)/x", []want{{Minimum, []float64{-4.493409457909064}}, {Minimum, []float64{4.493409457909064}}}, 0},
		{"x^2 + 1e-9 x", []want{{Minimum, []float64{-5e-10}}}, 0},
		{"1e-9x^2", []want{{Minimum, []float64{0}}}, 0},
		{"(x-1)^2 (x-1.001)^2", []want{{Minimum, []float64{1}}, {Maximum, []float64{1.0005}}, {Minimum, []float64{1.001}}}, 0},
		{"x^2+y^2", []want{{Minimum, []float64{0, 0}}}, 0},
		{"x*y", []want{{Saddle, []float64{0, 0}}}, 0},
		{"x^4+y^4", []want{{Minimum, []float64{0, 0}}}, 0},
		{"-x^4-y^4", []want{{Maximum, []float64{0, 0}}}, 0},
		{"x^2+y^3", []want{{Saddle, []float64{0, 0}}}, 0},
		{"x^2+y^4", []want{{Minimum, []float64{0, 0}}}, 0},
		{"(y-x^2)(y-2x^2)", []want{{Saddle, []float64{0, 0}}}, 0}, // a minimum along every line
		{"(x-y)^2", []want{{Minimum, []float64{math.NaN(), math.NaN()}}}, 0},
		{"x^2+y^2+z^2-x*y*z", nil, 0},                         // five points, counted below
		{"x*y*z+0x", []want{{Saddle, []float64{0, 0, 0}}}, 0}, // the axes
		{"x^2 - y^2 + z^2", []want{{Saddle, []float64{0, 0, 0}}}, 0},
		{"x + y", nil, 0},
	} {
		e := parsed(t, c.source)
		set, err := CriticalPoints(e, cube(len(e.Variables)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(c.source, "-x*y*z") {
			kinds := map[string]int{}
			for _, p := range set.Points {
				kinds[p.Kind]++
			}
			if len(set.Points) != 5 || kinds[Minimum] != 1 || kinds[Saddle] != 4 {
				t.Errorf("%s: %v", c.source, set.Points)
			}
			continue
		}
		if len(set.Points) != len(c.points) || len(set.Flat) != c.flat {
			t.Errorf("%s: %d points, want %d: %+v", c.source, len(set.Points), len(c.points), set)
			continue
		}
		for _, w := range c.points {
			ok := false
			for _, p := range set.Points {
				if d := distance(p.X, w.x); (d < 1e-7 || math.IsNaN(d) && p.Continuum) && p.Kind == w.kind && p.Reason != "" {
					ok = true
				}
			}
			if !ok {
				t.Errorf("%s: no %s at %v: %+v", c.source, w.kind, w.x, set.Points)
			}
		}
	}
}

// Many points are all found, by finer searches; where these never end, the result
// says so.
func TestManyCriticalPoints(t *testing.T) {
	for source, want := range map[string]int{
		"sin(1000x)":    3184, // (k + 1/2)π/1000 between -5 and 5
		"sin(x) sin(y)": 25,
		"20 + x^2 + y^2 - 10cos(2pi*x) - 10cos(2pi*y)": 21 * 21,
		"sin(1/x)": -1,
	} {
		e := parsed(t, source)
		set, err := CriticalPoints(e, cube(len(e.Variables)))
		if err != nil || (set.Incomplete == "") != (want >= 0) || want >= 0 && len(set.Points) != want {
			t.Errorf("%s: %d points, want %d; %q %v", source, len(set.Points), want, set.Incomplete, err)
		}
	}
}
