package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Every choice of kept parts: Sum against the definition, and Spread as its
// adjoint, <u, Sum x> = <Spread u, x>.
func TestSumAndSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for keep := range 8 {
		a := Axes{Dims: [3]int{2, 3, 5}, Keep: [3]bool{keep&1 != 0, keep&2 != 0, keep&4 != 0}}
		x, _ := normals[float64](rng, 30)
		u, _ := normals[float64](rng, a.Size())
		want := make(map[[3]int]float64)
		for i, v := range x {
			at := [3]int{i / 15, i / 5 % 3, i % 5}
			for d := range at {
				if !a.Keep[d] {
					at[d] = 0
				}
			}
			want[at] += v
		}
		sum, spread := make([]float64, a.Size()), make([]float64, 30)
		Sum(sum, x, a)
		Spread(spread, u, a)
		i := 0
		for o := range 2 {
			for c := range 3 {
				for n := range 5 {
					if at := [3]int{o, c, n}; (o == 0 || a.Keep[0]) && (c == 0 || a.Keep[1]) && (n == 0 || a.Keep[2]) {
						if math.Abs(sum[i]-want[at]) > 1e-14 {
							t.Errorf("%v: sum[%d] = %v, want %v", a, i, sum[i], want[at])
						}
						i++
					}
				}
			}
		}
		var left, right float64
		for i := range u {
			left += u[i] * sum[i]
		}
		for i := range x {
			right += spread[i] * x[i]
		}
		if math.Abs(left-right) > 1e-13 {
			t.Errorf("%v: <u, Sum x> = %v, <Spread u, x> = %v", a, left, right)
		}
	}
}

func normals[T Float](rng *rand.Rand, n int) ([]T, []float64) {
	x, y := make([]T, n), make([]float64, n)
	for i := range x {
		x[i] = T(rng.NormFloat64())
		y[i] = float64(x[i])
	}
	return x, y
}

// A compact view adds and copies the same elements, whichever parts there are.
func TestCompact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	for extents := range 8 {
		for keep := range 8 {
			var a Axes
			for d := range a.Dims {
				a.Dims[d], a.Keep[d] = 1, keep>>d&1 != 0
				if extents>>d&1 != 0 {
					a.Dims[d] = 3 + d
				}
			}
			c := a.Compact()
			size := a.Dims[0] * a.Dims[1] * a.Dims[2]
			if c.Size() != a.Size() || c.Dims[0]*c.Dims[1]*c.Dims[2] != size || c != c.Compact() {
				t.Fatalf("%v became %v", a, c)
			}
			x, _ := normals[float64](rng, size)
			u, _ := normals[float64](rng, a.Size())
			for i, pair := range [][2][]float64{
				{make([]float64, len(u)), make([]float64, len(u))}, {make([]float64, size), make([]float64, size)},
			} {
				if i == 0 {
					Sum(pair[0], x, a)
					Sum(pair[1], x, c)
				} else {
					Spread(pair[0], u, a)
					Spread(pair[1], u, c)
				}
				for k, v := range pair[0] {
					if math.Abs(v-pair[1][k]) > 1e-14 {
						t.Errorf("%v and %v differ: %v, %v", a, c, pair[0], pair[1])
						break
					}
				}
			}
		}
	}
}
