package kernel

import (
	"math"
	"testing"
)

// pairCases are the losses of pairs; the factor is k[0].
func pairCases[T Float]() []streamCase[T] {
	limited := func(d, delta float64) float64 { return min(max(d, -delta), delta) }
	return []streamCase[T]{
		{name: "square", streams: 3, changes: []int{0},
			run:    func(s [][]T, k []T) { Square(s[0], s[1], s[2], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{k[0] * (x[1] - x[2]) * (x[1] - x[2])} }},
		{name: "square slope", streams: 4, changes: []int{0},
			run:    func(s [][]T, k []T) { SquareSlope(s[0], s[1], s[2], s[3], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{x[3] * k[0] * 2 * (x[1] - x[2])} }},
		{name: "absolute", streams: 3, changes: []int{0},
			run:    func(s [][]T, k []T) { Absolute(s[0], s[1], s[2], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{k[0] * math.Abs(x[1]-x[2])} }},
		{name: "absolute slope", streams: 4, changes: []int{0},
			run: func(s [][]T, k []T) { AbsoluteSlope(s[0], s[1], s[2], s[3], k[0]) },
			define: func(x, k []float64) []float64 {
				return []float64{x[3] * k[0] * (positive(x[1]-x[2], 1, 0, false) - positive(x[2]-x[1], 1, 0, false))}
			}},
		{name: "huber", streams: 3, changes: []int{0},
			run: func(s [][]T, k []T) { Huber(s[0], s[1], s[2], k[0], k[1]) },
			define: func(x, k []float64) []float64 {
				d := x[1] - x[2]
				if math.Abs(d) <= k[1] {
					return []float64{k[0] * d * d / 2}
				}
				return []float64{k[0] * k[1] * (math.Abs(d) - k[1]/2)}
			}},
		{name: "huber slope", streams: 4, changes: []int{0},
			run:    func(s [][]T, k []T) { HuberSlope(s[0], s[1], s[2], s[3], k[0], k[1]) },
			define: func(x, k []float64) []float64 { return []float64{x[3] * k[0] * limited(x[1]-x[2], k[1])} }},
		{name: "binary", streams: 3, changes: []int{0}, rounds: true,
			run: func(s [][]T, k []T) { Binary(s[0], s[1], s[2], k[0]) },
			define: func(x, k []float64) []float64 {
				return []float64{k[0] * (math.Log1p(math.Exp(x[1])) - x[1]*x[2])}
			}},
		{name: "binary slope", streams: 4, changes: []int{0}, rounds: true,
			run: func(s [][]T, k []T) { BinarySlope(s[0], s[1], s[2], s[3], k[0]) },
			define: func(x, k []float64) []float64 {
				return []float64{x[3] * k[0] * (1/(1+math.Exp(-x[1])) - x[2])}
			}},
	}
}

func testBinaryExtremes[T Float](t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	e40 := math.Exp(-40)
	for _, c := range []struct{ x, t, loss, slope float64 }{
		{0, 0, math.Ln2, 0.5}, {0, 1, math.Ln2, -0.5},
		{40, 1, e40, -e40}, {-40, 0, e40, e40}, {40, 0, 40, 1}, {-40, 1, 40, -1},
		{80, 1, math.Exp(-80), -math.Exp(-80)}, {1000, 0.875, 125, 0.125}, {-1000, 0.125, 125, -0.125},
		{inf, 1, 0, 0}, {-inf, 0, 0, 0}, {inf, 0, inf, 1}, {-inf, 1, inf, -1}, {inf, 0.5, inf, 0.5},
		{nan, 0, nan, nan}, {nan, 1, nan, nan}, {1, nan, nan, nan},
	} {
		for _, n := range []int{1, 20} {
			x, y, loss, g := make([]T, n), make([]T, n), make([]T, n), make([]T, n)
			for i := range x {
				x[i], y[i], g[i] = T(c.x), T(c.t), 2
			}
			Binary(loss, x, y, 2)
			BinarySlope(g, x, y, g, 2)
			for i := range x {
				near := func(got T, want float64) bool {
					return same(float64(got), want) || math.Abs(float64(got)-want) <= 4*spacing[T](want)
				}
				if !near(loss[i], 2*c.loss) || !near(g[i], 4*c.slope) {
					t.Fatalf("x = %v, t = %v: loss %v, slope %v, want %v, %v", c.x, c.t, loss[i]/2, g[i]/4, c.loss, c.slope)
				}
			}
		}
	}
}

// TestBinaryExtremes holds the cross-entropy of far logits to values that are
// small because nothing cancelled.
func TestBinaryExtremes(t *testing.T) {
	everyType(t, testBinaryExtremes[float32], testBinaryExtremes[float64])
}
