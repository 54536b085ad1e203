package optimizers_test

import (
	"math"
	"testing"

	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// The critical points of functions that are known to have so many in their box.
func TestCriticalPoints(t *testing.T) {
	for _, c := range []struct {
		name                    string
		minima, saddles, maxima int
	}{
		{"quadratic", 1, 0, 0},
		{"rosenbrock", 1, 0, 0},
		{"himmelblau", 4, 4, 1},
		{"double-well", 2, 1, 0},
		{"saddle", 0, 1, 0},
		{"hill", 0, 0, 1},
		{"monkey-saddle", 0, 0, 0}, // degenerate
		{"six-hump-camel", 6, 7, 2},
		{"styblinski-tang", 4, 4, 1},
		{"wood", 0, 0, 0}, // four variables
	} {
		f, err := testfuncs.ByName(c.name)
		if err != nil {
			t.Fatal(err)
		}
		count := map[optimizers.Kind]int{}
		for _, p := range optimizers.CriticalPoints(f) {
			count[p.Kind]++
			g := make([]float64, f.Dim)
			f.Grad(g, p.X)
			if math.Hypot(g[0], g[1]) > 1e-6 {
				t.Errorf("%s: gradient %v at %v", c.name, g, p.X)
			}
		}
		if count[optimizers.MinimumPoint] != c.minima || count[optimizers.SaddlePoint] != c.saddles || count[optimizers.MaximumPoint] != c.maxima {
			t.Errorf("%s has %v, want %d, %d and %d", c.name, count, c.minima, c.saddles, c.maxima)
		}
	}
}
