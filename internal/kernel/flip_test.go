package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func testFlips[T Float](t *testing.T) {
	e := engineOf[T]()
	if e == nil {
		t.Skip("the portable products have one way")
	}
	rng := rand.New(rand.NewPCG(26, 1))
	flipped := 0
	for trial := range 200 {
		m, n, k := 1+rng.IntN(70), 1+rng.IntN(400), 1+rng.IntN(400)
		if trial%10 == 0 { // several parts of k
			k += 800
		}
		then, lda, ldb, ldc := Epilogue(rng.IntN(2)), k+rng.IntN(4), k+rng.IntN(4), n+rng.IntN(4)
		a, _ := guarded[T](rng, length(m, k, lda))
		b, _ := guarded[T](rng, length(n, k, ldb))
		got, all := guarded[T](rng, length(m, n, ldc))
		p := product[T]{then, false, true, m, n, k, a, lda, b, ldb, nil, 0, got, ldc}
		if e.flips(&p) {
			flipped++
		}
		was := append([]T(nil), got...)
		p.once()
		// With initial values, zeros though they are, no product flips.
		want, zeros := make([]T, len(got)), make([]T, n)
		GemmStrided(then, false, true, m, n, k, a, lda, b, ldb, zeros, 0, want, ldc)
		for i, v := range got {
			if i%ldc >= n {
				want[i] = was[i]
			}
			if v != want[i] {
				t.Fatalf("%v %dx%dx%d, strides %d %d %d: c[%d,%d] = %v, want %v", then, m, n, k, lda, ldb, ldc, i/ldc, i%ldc, v, want[i])
			}
			got[i] = T(math.NaN())
		}
		untouched(t, all)
	}
	if flipped == 0 {
		t.Error("no product flips")
	}
}

// TestGemmFlips checks that products give the same bits whether their transpose is
// computed instead or not.
func TestGemmFlips(t *testing.T) { everyType(t, testFlips[float32], testFlips[float64]) }
