package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// totals are the sums of a stream with what is added of an element.
func totals[T Float]() map[string]struct {
	run  func(x []T) float64
	term func(v float64) float64
} {
	type sum = struct {
		run  func(x []T) float64
		term func(v float64) float64
	}
	return map[string]sum{
		"total":          {Total[T], func(v float64) float64 { return v }},
		"square total":   {SquareTotal[T], func(v float64) float64 { return v * v }},
		"absolute total": {AbsoluteTotal[T], math.Abs},
	}
}

// testTotals adds in the documented order, and expects its bits.
func testTotals[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 1))
	for name, c := range totals[T]() {
		for n := range 300 {
			x, _ := guarded[T](rng, n)
			var side [16]float64
			for i, v := range x {
				side[i%16] += c.term(float64(v))
			}
			for half := 8; half > 0; half /= 2 {
				for i := range half {
					side[i] += side[i+half]
				}
			}
			if got := c.run(x); got != side[0] {
				t.Fatalf("%s of %d: %v, want %v", name, n, got, side[0])
			}
		}
		for _, v := range []float64{math.Inf(1), math.Inf(-1), math.NaN(), spacing[T](0)} {
			x := make([]T, 40)
			x[21] = T(v)
			if got := c.run(x); !same(got, c.term(v)) {
				t.Errorf("%s of zeros and %v: %v", name, v, got)
			}
		}
	}
}

// TestTotals compares bits at every length, at odd addresses.
func TestTotals(t *testing.T) { everyType(t, testTotals[float32], testTotals[float64]) }

func testFinite[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 1))
	largest := math.MaxFloat64
	if single[T]() {
		largest = math.MaxFloat32
	}
	for n := range 71 {
		x, _ := guarded[T](rng, n)
		for i := range x {
			x[i] *= T(largest / 16)
		}
		if !Finite(x) {
			t.Fatalf("%d large numbers are not finite", n)
		}
		for i := range x {
			was := x[i]
			for v, want := range map[float64]bool{
				math.NaN(): false, math.Inf(1): false, math.Inf(-1): false, largest: true, -largest: true, spacing[T](0): true,
			} {
				x[i] = T(v)
				if Finite(x) != want {
					t.Fatalf("%v at %d of %d: finite is %v", v, i, n, !want)
				}
			}
			x[i] = was
		}
	}
}

// TestFinite puts what is not finite in every place.
func TestFinite(t *testing.T) { everyType(t, testFinite[float32], testFinite[float64]) }

// TestTotalsAllocateNothing covers sums and Finite.
func TestTotalsAllocateNothing(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		x := make([]float32, 100)
		if n := testing.AllocsPerRun(3, func() { Total(x); SquareTotal(x); AbsoluteTotal(x); Finite(x) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
