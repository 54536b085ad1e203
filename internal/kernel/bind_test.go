package kernel

import (
	"math/rand/v2"
	"testing"
)

func testBind[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 1))
	for range 300 {
		m, n, k := rng.IntN(71), rng.IntN(71), rng.IntN(71)
		ta, tb, then := rng.IntN(2) == 0, rng.IntN(2) == 0, Epilogue(rng.IntN(2))
		a, _ := guarded[T](rng, m*k)
		b, _ := guarded[T](rng, k*n)
		c, _ := guarded[T](rng, m*n)
		var bias []T
		if rng.IntN(2) == 0 {
			bias, _ = guarded[T](rng, n)
		}
		run := BindGemm(nil, then, ta, tb, m, n, k, a, b, bias, c)
		want := make([]T, m*n)
		for range 2 { // the operands may change between calls
			run()
			GemmThen(then, ta, tb, m, n, k, a, b, bias, want)
			for i, w := range want {
				if c[i] != w {
					t.Fatalf("%v %v %v %dx%dx%d: c[%d] = %v, want %v", then, ta, tb, m, n, k, i, c[i], w)
				}
			}
			for i := range a {
				a[i] = T(rng.NormFloat64())
			}
		}
	}
}

// TestBind checks that bound products give the bits of GemmThen.
func TestBind(t *testing.T) { everyType(t, testBind[float32], testBind[float64]) }

func TestBindShort(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		for short := range 4 {
			x := [4][]float32{make([]float32, 6), make([]float32, 12), make([]float32, 4), make([]float32, 8)}
			x[short] = x[short][:len(x[short])-1]
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("operand %d is short and nothing happened", short)
					}
				}()
				BindGemm(nil, Linear, false, false, 2, 4, 3, x[0], x[1], x[2], x[3])
			}()
		}
	})
}
