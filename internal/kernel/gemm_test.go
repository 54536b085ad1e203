package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// naive is the definition that Gemm must follow, in float64.
func naive(ta, tb bool, m, n, k int, a, b, bias []float64) []float64 {
	c := make([]float64, m*n)
	for i := range m {
		for j := range n {
			var sum float64
			if bias != nil {
				sum = bias[j]
			}
			for l := range k {
				ia, ib := i*k+l, l*n+j
				if ta {
					ia = l*m + i
				}
				if tb {
					ib = j*k + l
				}
				sum += a[ia] * b[ib]
			}
			c[i*n+j] = sum
		}
	}
	return c
}

func normals[T Float](rng *rand.Rand, n int) ([]T, []float64) {
	x, y := make([]T, n), make([]float64, n)
	for i := range x {
		x[i] = T(rng.NormFloat64())
		y[i] = float64(x[i])
	}
	return x, y
}

func testGemm[T Float](t *testing.T, tol float64) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		m, n, k := rng.IntN(71), rng.IntN(71), rng.IntN(71)
		if rng.IntN(20) == 0 {
			m, n = m*4, n*7
		}
		ta, tb := rng.IntN(2) == 0, rng.IntN(2) == 0
		a, a64 := normals[T](rng, m*k)
		b, b64 := normals[T](rng, k*n)
		bias, bias64 := normals[T](rng, n)
		if rng.IntN(2) == 0 {
			bias, bias64 = nil, nil
		}
		c := make([]T, m*n)
		for i := range c {
			c[i] = T(math.NaN()) // must be overwritten, not added to
		}
		Gemm(ta, tb, m, n, k, a, b, bias, c)
		for i, want := range naive(ta, tb, m, n, k, a64, b64, bias64) {
			if d := math.Abs(float64(c[i]) - want); !(d <= tol*float64(k+1)) {
				t.Fatalf("%v %v %dx%dx%d: c[%d] = %v, want %v", ta, tb, m, n, k, i, c[i], want)
			}
		}
	}
}

func TestGemm(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testGemm[float32](t, 1e-6) })
	t.Run("float64", func(t *testing.T) { testGemm[float64](t, 1e-14) })
}

func TestGemmAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	a, _ := normals[float32](rng, 300*400)
	b, _ := normals[float32](rng, 400*500)
	c := make([]float32, 300*500)
	if n := testing.AllocsPerRun(10, func() { Gemm(false, false, 300, 500, 400, a, b, nil, c) }); n != 0 {
		t.Errorf("%v allocations a product, want 0", n)
	}
}
