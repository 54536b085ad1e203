package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

func testCopies[T Float](t *testing.T) {
	e := engineOf[T]()
	if e == nil {
		t.Skip("the portable products copy nothing")
	}
	rng := rand.New(rand.NewPCG(24, 1))
	p, size := newPage(t), int(unsafe.Sizeof(T(0)))
	for range 2000 {
		k, n := 1+rng.IntN(40), 1+rng.IntN(70)
		trans := rng.IntN(2) == 0
		rows, cols, run := k, n, e.collect
		if trans {
			rows, cols, run = n, k, e.transpose
		}
		ld := cols + rng.IntN(4)
		b := last[T](p, length(rows, cols, ld))
		for i := range b {
			b[i] = T(rng.NormFloat64())
		}
		groups := (n + e.lanes - 1) / e.lanes
		step := (k + rng.IntN(3)) * e.lanes
		to := make([]T, (groups-1)*step+k*e.lanes+16)
		for i := range to {
			to[i] = T(math.Inf(1))
		}
		run(k, n, &b[0], ld*size, &to[0], step*size)
		for i, got := range to {
			g := min(i/step, groups-1)
			l, lane := (i-g*step)/e.lanes, (i-g*step)%e.lanes
			j := g*e.lanes + lane
			switch {
			case l >= k: // between the vectors, and behind
				if !math.IsInf(float64(got), 1) {
					t.Fatalf("transposed %v, %dx%d, group %d: wrote behind row %d", trans, k, n, g, l)
				}
			case j >= n:
			case !trans && got != b[l*ld+j], trans && got != b[j*ld+l]:
				t.Fatalf("transposed %v, %dx%d: element %d,%d is %v", trans, k, n, l, j, got)
			}
		}
	}
}

// TestCopies holds the copies of operands to their definition, with operands that
// end where readable memory ends.
func TestCopies(t *testing.T) { everyType(t, testCopies[float32], testCopies[float64]) }

func testFlip[T Float](t *testing.T) {
	e := engineOf[T]()
	if e == nil {
		t.Skip("the portable products copy nothing")
	}
	rng := rand.New(rand.NewPCG(25, 1))
	from, into, size := newPage(t), newPage(t), int(unsafe.Sizeof(T(0)))
	for range 2000 {
		k, n := 1+rng.IntN(40), 1+rng.IntN(70)
		ldb, step := k+rng.IntN(4), n+rng.IntN(4)
		b, to := last[T](from, length(n, k, ldb)), last[T](into, length(k, n, step))
		for i := range b {
			b[i] = T(rng.NormFloat64())
		}
		for i := range to {
			to[i] = T(math.Inf(1))
		}
		e.flip(k, n, &b[0], ldb*size, &to[0], step*size)
		for i, got := range to {
			want := T(math.Inf(1)) // between the rows
			if l, j := i/step, i%step; j < n {
				want = b[j*ldb+l]
			}
			if got != want {
				t.Fatalf("%dx%d, row %d: element %d is %v, want %v", k, n, i/step, i%step, got, want)
			}
		}
	}
}

// TestFlip holds the transposition to its definition, with matrices that end where
// memory ends.
func TestFlip(t *testing.T) { everyType(t, testFlip[float32], testFlip[float64]) }
