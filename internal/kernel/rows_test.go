package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func testColumnSums[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	for n := range 71 {
		rows := rng.IntN(71)
		x, _ := guarded[T](rng, rows*n)
		to, all := guarded[T](rng, n)
		ColumnSums(to, x)
		for j := range n {
			var want T // the order is fixed, so the bits are
			for i := range rows {
				want += x[i*n+j]
			}
			if to[j] != want {
				t.Fatalf("%dx%d: sum %d = %v, want %v", rows, n, j, to[j], want)
			}
			to[j] = T(math.NaN())
		}
		untouched(t, all)
	}
}

// untouched checks that memory which a test filled with NaN still is.
func untouched[T Float](t *testing.T, all []T) {
	t.Helper()
	for i, v := range all {
		if v == v {
			t.Fatalf("element %d outside was overwritten", i)
		}
	}
}

// TestColumnSums adds 0 to 70 rows and columns.
func TestColumnSums(t *testing.T) { everyType(t, testColumnSums[float32], testColumnSums[float64]) }

func testScaleRows[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	for n := range 71 {
		rows := rng.IntN(9)
		x, _ := guarded[T](rng, rows*n)
		factor, _ := guarded[T](rng, rows)
		to, all := guarded[T](rng, rows*n)
		ScaleRows(to, x, factor, n)
		for i := range to {
			if want := factor[i/n] * x[i]; to[i] != want {
				t.Fatalf("%dx%d: element %d = %v, want %v", rows, n, i, to[i], want)
			}
			to[i] = T(math.NaN())
		}
		untouched(t, all)
	}
}

// TestScaleRows scales 0 to 8 rows of 0 to 70 columns.
func TestScaleRows(t *testing.T) { everyType(t, testScaleRows[float32], testScaleRows[float64]) }

func testExpRows[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 1))
	epsilon := 8 * spacing[T](0.75)
	for n := 1; n <= 70; n++ {
		rows := rng.IntN(8)
		x, _ := guarded[T](rng, rows*n)
		to, toAll := guarded[T](rng, rows*n)
		top, topAll := guarded[T](rng, rows)
		sum, sumAll := guarded[T](rng, rows)
		for i := range x {
			x[i] *= 10
		}
		ExpRows(to, x, top, sum, n)
		for i := range rows {
			row := x[i*n : (i+1)*n]
			largest, total := slices.Max(row), 0.0
			for j, v := range row {
				want := math.Exp(float64(v) - float64(largest))
				total += want
				if got := float64(to[i*n+j]); !(math.Abs(got-want) <= epsilon) {
					t.Fatalf("%dx%d: e[%d,%d] = %v, want %v", rows, n, i, j, got, want)
				}
			}
			if top[i] != largest || !(math.Abs(float64(sum[i])-total) <= epsilon*total) {
				t.Fatalf("%dx%d: top %v and sum %v, want %v and %v", rows, n, top[i], sum[i], largest, total)
			}
		}
		for i, inner := range [][]T{to, top, sum} {
			for j := range inner {
				inner[j] = T(math.NaN())
			}
			untouched(t, [][]T{toAll, topAll, sumAll}[i])
		}
	}
}

// TestExpRows holds exponentials, largest element and sum to their definitions.
func TestExpRows(t *testing.T) { everyType(t, testExpRows[float32], testExpRows[float64]) }

func testSoftmaxExtremes[T Float](t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ x, want []float64 }{
		{[]float64{1e4, 1e4, 1e4}, []float64{1. / 3, 1. / 3, 1. / 3}},
		{[]float64{-1e4, 0, -inf}, []float64{0, 1, 0}},
		{[]float64{1e30, -1e30, 0}, []float64{1, 0, 0}},
		{[]float64{-inf, -inf, -inf}, []float64{nan, nan, nan}},
		{[]float64{inf, 0, 0}, []float64{nan, nan, nan}},
		{[]float64{nan, 0, 0}, []float64{nan, nan, nan}},
	} {
		for _, cols := range []int{3, 40} { // the rest is −Inf
			x, p := make([]T, 2*cols), make([]T, 2*cols)
			for j := range cols {
				x[j] = T(-inf)
				if j < 3 {
					x[j] = T(c.x[j])
				}
			}
			top, sum := make([]T, 2), make([]T, 2)
			ExpRows(p, x, top, sum, cols)
			for i, s := range sum {
				sum[i] = 1 / s
			}
			ScaleRows(p, p, sum, cols)
			for j, want := range c.want {
				if got := float64(p[j]); !same(got, want) && math.Abs(got-want) > 2*spacing[T](want) {
					t.Errorf("softmax%v of %d: %v, want %v", c.x, cols, p[:3], c.want)
				}
			}
			if got := float64(p[cols]); math.Abs(got-1/float64(cols)) > spacing[T](1) {
				t.Errorf("softmax%v of %d is felt in the next row: %v", c.x, cols, got)
			}
		}
	}
}

// TestSoftmaxExtremes checks that nothing overflows and that NaN stays in its
// row.
func TestSoftmaxExtremes(t *testing.T) {
	everyType(t, testSoftmaxExtremes[float32], testSoftmaxExtremes[float64])
}

// TestRowsAllocateNothing covers the kernels on matrices.
func TestRowsAllocateNothing(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		x, p, v, sum := make([]float32, 700), make([]float32, 700), make([]float32, 10), make([]float32, 10)
		if n := testing.AllocsPerRun(3, func() {
			ColumnSums(v, x)
			ExpRows(p, x, v, sum, 70)
			ScaleRows(p, p, sum, 70)
		}); n != 0 {
			t.Errorf("%v allocations, want 0", n)
		}
	})
}
