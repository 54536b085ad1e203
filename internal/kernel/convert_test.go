package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func testConvert[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 1))
	special := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1e300, 1e-300, 1e-40, 0.1}
	for n := range 71 {
		x, bytes := make([]float64, n), make([]uint8, n)
		for i := range x {
			x[i], bytes[i] = rng.NormFloat64(), uint8(rng.IntN(256))
			if rng.IntN(5) == 0 {
				x[i] = special[rng.IntN(len(special))]
			}
		}
		scale := rng.Float64()
		to, toAll := guarded[T](rng, n)
		scaled, scaledAll := guarded[T](rng, n)
		Convert(to, x)
		ConvertBytes(scaled, bytes, scale)
		for i := range n {
			if want := T(x[i]); !same(float64(to[i]), float64(want)) {
				t.Fatalf("%d of %d: %v, want %v", i, n, to[i], want)
			}
			if want := T(float64(bytes[i]) * scale); scaled[i] != want {
				t.Fatalf("byte %d of %d: %v, want %v", i, n, scaled[i], want)
			}
			to[i], scaled[i] = T(math.NaN()), T(math.NaN())
		}
		untouched(t, toAll)
		untouched(t, scaledAll)
	}
}

// TestConvert holds conversions to those of Go, bit for bit.
func TestConvert(t *testing.T) { everyType(t, testConvert[float32], testConvert[float64]) }
