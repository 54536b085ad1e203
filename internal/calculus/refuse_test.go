package calculus

import (
	"math"
	"strings"
	"testing"
)

// What makes no sense is refused, and none of it panics.
func TestRefused(t *testing.T) {
	side := Interval{-1, 1}
	for _, c := range []struct {
		source string
		box    []Interval
		want   string // of integrals, and of critical points
		search string
	}{
		{"x*y", []Interval{side}, "1 ranges for 2 variables", "1 intervals for 2 variables"},
		{"x", []Interval{side, side}, "2 ranges for 1 variables", "2 intervals for 1 variables"},
		{"x", nil, "0 ranges for 1 variables", "0 intervals for 1 variables"},
		{"[x, x]", []Interval{side}, "a vector cannot be integrated", "a vector has no critical points"},
		{"x", []Interval{{1, -1}}, "needs a range", "x from 1 to -1 is no range"},
		{"x", []Interval{{math.NaN(), 1}}, "needs a range", "x from NaN to 1 is no range"},
		{"a+b+c+d+e1+e2+e3", []Interval{side, side, side, side, side, side, side}, "quadrature is for up to 3 variables, not 7", "searched in up to 6 variables, not 7"},
	} {
		e := parsed(t, c.source)
		refused := func(what, want string, err error) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %s over %v: %v, want %q", what, c.source, c.box, err, want)
			}
		}
		_, err := Integrate(e, c.box)
		refused("integral", c.want, err)
		_, err = CriticalPoints(e, c.box)
		refused("critical points", c.search, err)
		if len(c.box) == 7 {
			continue // random points, and single ones, do not mind
		}
		_, err = MonteCarlo(e, c.box, 10, 1)
		refused("Monte Carlo", c.want, err)
		_, err = Classify(e, make([]float64, len(e.Variables)), c.box)
		refused("kind", c.search, err)
	}
	if _, err := Classify(parsed(t, "x^2"), []float64{0, 0}, []Interval{side}); err == nil || !strings.Contains(err.Error(), "2 values for 1 variables") {
		t.Errorf("a point of the wrong dimension: %v", err)
	}
}
