package kernel

import (
	"math"
	"math/rand/v2"
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

// lossRow is the definition of ClassLoss and ClassSlope for one row.
func lossRow(x []float64, y int) (loss float64, p, slope []float64) {
	top, sum := math.Inf(-1), 0.0
	for _, v := range x {
		top = math.Max(top, v)
	}
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	for j, v := range x {
		e := math.Exp(v-top) / sum
		p, slope = append(p, e), append(slope, e)
		if j == y {
			loss, slope[j] = math.Log(sum)-(v-top), e-1
		}
	}
	return loss, p, slope
}

func testClassLoss[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	epsilon := 8 * spacing[T](0.75)
	for cols := 1; cols <= 70; cols++ {
		rows := rng.IntN(8)
		x, _ := guarded[T](rng, rows*cols)
		p, pAll := guarded[T](rng, rows*cols)
		d, dAll := guarded[T](rng, rows*cols)
		loss, lossAll := guarded[T](rng, rows)
		sum, sumAll := guarded[T](rng, rows)
		class, scale := make([]T, rows), make([]T, rows)
		for i := range class {
			class[i], scale[i] = T(rng.IntN(cols+2)-1), T(rng.NormFloat64())
		}
		for i := range x {
			x[i] *= 10
		}
		ClassLoss(loss, p, x, class, sum, cols)
		ClassSlope(d, p, class, scale, cols)
		for i, y := range class {
			row := make([]float64, cols)
			for j := range row {
				row[j] = float64(x[i*cols+j])
			}
			want, wantP, slope := lossRow(row, int(y))
			s := float64(scale[i])
			switch {
			case int(y) >= cols:
				want, s = math.NaN(), math.NaN()
			case y < 0:
				want, s = 0, 0
			}
			if got := float64(loss[i]); !same(got, want) && !(math.Abs(got-want) <= epsilon*(1+math.Abs(want))) {
				t.Fatalf("%dx%d: loss[%d] = %v, want %v", rows, cols, i, got, want)
			}
			for j := range cols {
				if got := float64(p[i*cols+j]); !(math.Abs(got-wantP[j]) <= epsilon) {
					t.Fatalf("%dx%d: p[%d,%d] = %v, want %v", rows, cols, i, j, got, wantP[j])
				}
				if got, want := float64(d[i*cols+j]), s*slope[j]; !same(got, want) && !(math.Abs(got-want) <= epsilon*(1+math.Abs(s))) {
					t.Fatalf("%dx%d: slope[%d,%d] = %v, want %v", rows, cols, i, j, got, want)
				}
			}
		}
		for i, inner := range [][]T{p, d, loss, sum} {
			for j := range inner {
				inner[j] = T(math.NaN())
			}
			untouched(t, [][]T{pAll, dAll, lossAll, sumAll}[i])
		}
	}
}

// TestClassLoss holds softmax, the loss and its gradient to their definitions,
// with classes that are left out and such that do not exist.
func TestClassLoss(t *testing.T) { everyType(t, testClassLoss[float32], testClassLoss[float64]) }

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
			SoftmaxRows(p, x, top, sum, cols)
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
		x, p, v, class, sum := make([]float32, 700), make([]float32, 700), make([]float32, 10), make([]float32, 10), make([]float32, 10)
		if n := testing.AllocsPerRun(3, func() {
			ColumnSums(v, x)
			ClassLoss(v, p, x, class, sum, 70)
			ClassSlope(p, p, class, v, 70)
		}); n != 0 {
			t.Errorf("%v allocations, want 0", n)
		}
	})
}
