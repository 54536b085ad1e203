package kernel

import (
	"math/rand/v2"
	"testing"
)

// The sums are the same bits wherever the operands lie in memory: where the heap
// puts a tensor must not show in a result.
func TestGemmDoesNotDependOnAlignment(t *testing.T) {
	t.Run("float32", testAlignment[float32])
	t.Run("float64", testAlignment[float64])
}

func testAlignment[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for _, trans := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
		m, n, k := 5, 7, 37
		a, _ := normals[T](rng, m*k)
		b, _ := normals[T](rng, k*n)
		want := make([]T, m*n)
		Gemm(trans[0], trans[1], m, n, k, a, b, nil, want)
		for shift := range 16 {
			am, bm, cm := make([]T, m*k+16), make([]T, k*n+16), make([]T, m*n+16)
			copy(am[shift:], a)
			copy(bm[16-shift:], b)
			Gemm(trans[0], trans[1], m, n, k, am[shift:shift+m*k], bm[16-shift:16-shift+k*n], nil, cm[shift:shift+m*n])
			for i, w := range want {
				if cm[shift+i] != w {
					t.Fatalf("%v, shifted by %d: c[%d] = %v, want %v", trans, shift, i, cm[shift+i], w)
				}
			}
		}
	}
}
