package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// gateCases are the gated functions as streams.
func gateCases[T Float]() []streamCase[T] {
	var cases []streamCase[T]
	for _, g := range gates[T]() {
		cases = append(cases, streamCase[T]{name: g.name, streams: 2, changes: []int{0}, rounds: true,
			run:    func(s [][]T, k []T) { g.value(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{g.exact(x[1]).value} },
		}, streamCase[T]{name: g.name + " slope", streams: 3, changes: []int{0}, rounds: true,
			run:    func(s [][]T, k []T) { g.slope(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{x[2] * g.exact(x[1]).slope} },
		})
	}
	return cases
}

// gateCase is a gated function with its exact values and its bounds, in units in
// the last place, to which wide·|v| comes on the left.
type gateCase[T Float] struct {
	name               string
	value              func(to, x []T)
	slope              func(to, x, g []T)
	exact              func(x float64) gated       // good enough for float32
	precise            func(x *big.Float) bigGated // for float64
	left, right, steep float64                     // bounds of values on either side, and of slopes
	wide               float64
}

// gated is x·w, its slope w + x·w′ and what the error of the slope is measured by,
// w + |x|·w′; v is the argument of the exponential in w.
type gated struct{ value, slope, size, v float64 }

type bigGated struct{ w, d, v *big.Float } // w, x·w′, v

func gates[T Float]() []gateCase[T] {
	logistic := func(x, v, steep float64) gated {
		left, right := 1/(1+math.Exp(-v)), 1/(1+math.Exp(v))
		return gated{x * left, left + steep*left*right, left + math.Abs(steep)*left*right, v}
	}
	return []gateCase[T]{
		{"gelu", GELU[T], GELUSlope[T],
			func(x float64) gated {
				w, d := math.Erfc(-x/math.Sqrt2)/2, x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
				return gated{x * w, w + d, w + math.Abs(d), 0}
			},
			bigNormalGate, 6, 3, 4, 0},
		{"gelu-tanh", GELUTanh[T], GELUTanhSlope[T],
			func(x float64) gated {
				k := 2 * math.Sqrt(2/math.Pi)
				return logistic(x, k*(x+0.044715*x*x*x), k*(x+3*0.044715*x*x*x))
			},
			func(x *big.Float) bigGated {
				k := wide(0).Sqrt(wide(0).Quo(wide(8), pi()))
				cube := wide(0).Mul(wide(0.044715), wide(0).Mul(x, wide(0).Mul(x, x)))
				v := wide(0).Mul(k, wide(0).Add(x, cube))
				return bigLogisticGate(v, wide(0).Add(v, wide(0).Mul(k, wide(0).Add(cube, cube))))
			}, 4, 2, 4, 4},
		{"silu", SiLU[T], SiLUSlope[T],
			func(x float64) gated { return logistic(x, x, x) },
			func(x *big.Float) bigGated { return bigLogisticGate(x, x) }, 3, 2, 4, 0},
	}
}

func bigLogisticGate(v, steep *big.Float) bigGated {
	e := bigExp(wide(0).Neg(v))
	left := wide(0).Quo(wide(1), wide(0).Add(wide(1), e))
	d := wide(0).Mul(steep, wide(0).Mul(e, wide(0).Mul(left, left)))
	return bigGated{left, d, v}
}

func pi() *big.Float {
	p, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899", 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return p
}

// bigNormalGate is Φ(x) by its series around 0 and, further out, by Laplace's
// continued fraction 1/(a + 1/(a + 2/(a + …))).
func bigNormalGate(x *big.Float) bigGated {
	a := wide(0).Abs(x)
	square := wide(0).Mul(a, a)
	density := bigExp(wide(0).Quo(square, wide(-2)))
	density.Quo(density, wide(0).Sqrt(wide(0).Mul(wide(2), pi())))
	tail := wide(0)
	if a.Cmp(wide(8)) < 0 {
		sum, term := wide(0), wide(0).Set(a)
		for i := 3; i < 700; i += 2 {
			sum.Add(sum, term)
			term.Quo(term.Mul(term, square), wide(float64(i)))
		}
		tail.Sub(wide(0.5), sum.Mul(sum, density))
	} else {
		below := wide(0).Set(a)
		for i := 400; i > 0; i-- {
			below.Add(a, below.Quo(wide(float64(i)), below))
		}
		tail.Quo(density, below)
	}
	if x.Sign() > 0 {
		tail.Sub(wide(1), tail)
	}
	return bigGated{tail, wide(0).Mul(x, density), wide(0)}
}

// gateError is an error in units in the last place over what the bound grows by.
type gateError struct{ worst, at float64 }

func (e *gateError) see(got, want, beyond, unit, at float64) {
	if same(got, want) {
		return
	}
	if off := math.Abs(got-want-beyond) / unit; !(off <= e.worst) {
		e.worst, e.at = off, at
	}
}

func (e gateError) check(t *testing.T, name string, bound float64) {
	t.Helper()
	t.Logf("%-16s largest error %.3f of %v units in the last place, at %v", name, e.worst, bound, e.at)
	if !(e.worst <= bound) {
		t.Errorf("%s: %.3f units in the last place at %v, want at most %v", name, e.worst, e.at, bound)
	}
}

// TestGates32 holds the gated functions to their bounds over all float32, in
// blocks of neighbours.
func TestGates32(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		for _, c := range gates[float32]() {
			const block = 1 << 12
			x, y, d, ones := make([]float32, block), make([]float32, block), make([]float32, block), make([]float32, block)
			for i := range ones {
				ones[i] = 1
			}
			step := 397
			if testing.Short() {
				step = 2997
			}
			var left, right, slope gateError
			for start := 0; start < 0x7f800000/block; start += step {
				for i := range x {
					x[i] = math.Float32frombits(uint32(start*block + i))
					if start%2 == 1 {
						x[i] = -x[i]
					}
				}
				c.value(y, x)
				c.slope(d, x, ones)
				for i, v := range x {
					want := c.exact(float64(v))
					if want.size != want.size || math.Abs(float64(v)) > 1e3 {
						want = gated{max(float64(v), 0), positive(float64(v), 1, 0, false), 1, 0}
					}
					// The bound grows with |v|, as if the unit did.
					grow := 1 + c.wide*math.Abs(want.v)/c.left
					if v > 0 {
						right.see(float64(y[i]), want.value, 0, spacing[float32](want.value), float64(v))
						grow = 1
					} else {
						left.see(float64(y[i]), want.value, 0, grow*spacing[float32](want.value), float64(v))
					}
					slope.see(float64(d[i]), want.slope, 0, grow*spacing[float32](want.size), float64(v))
				}
			}
			left.check(t, c.name+" left", c.left)
			right.check(t, c.name+" right", c.right)
			slope.check(t, c.name+" slope", c.steep)
		}
	})
}

// TestGates64 does so for float64 on random numbers, with a margin of 40 of the
// smallest numbers far out.
func TestGates64(t *testing.T) {
	rng := rand.New(rand.NewPCG(18, 1))
	x := []float64{5e-324, 1e-310, 1e300, -37, -38, -38.4, -38.6, -740, -745, -21, -21.5}
	samples := 1500
	if testing.Short() {
		samples = 100
	}
	for range samples {
		x = append(x, math.Ldexp(1+rng.Float64(), rng.IntN(40)-30)*float64(1-2*rng.IntN(2)))
		x = append(x, 2*rng.NormFloat64(), -39*rng.Float64(), -8*rng.Float64())
	}
	for _, c := range gates[float64]() {
		want, beyond := make([]gated, len(x)), make([]gated, len(x))
		for i, v := range x {
			if math.Abs(v) > 900 {
				want[i] = gated{max(v, 0), positive(v, 1, 0, false), 1, 0}
				continue
			}
			p := c.precise(wide(v))
			split := func(p *big.Float) (f, rest float64) {
				f, _ = p.Float64()
				rest, _ = wide(0).Sub(p, wide(f)).Float64()
				return f, rest
			}
			want[i].value, beyond[i].value = split(wide(0).Mul(p.w, wide(v)))
			want[i].slope, beyond[i].slope = split(wide(0).Add(p.w, p.d))
			want[i].size, _ = wide(0).Add(p.w, wide(0).Abs(p.d)).Float64()
			want[i].v, _ = p.v.Float64()
		}
		everyLevel(t, func(t *testing.T) {
			y, d, ones := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
			for i := range ones {
				ones[i] = 1
			}
			c.value(y, x)
			c.slope(d, x, ones)
			var left, right, slope gateError
			for i, v := range x {
				grow := 1 + c.wide*math.Abs(want[i].v)/c.left
				unit := func(v float64) float64 {
					return max(spacing[float64](v), 10*spacing[float64](0))
				}
				if v > 0 {
					right.see(y[i], want[i].value, beyond[i].value, unit(want[i].value), v)
					grow = 1
				} else {
					left.see(y[i], want[i].value, beyond[i].value, grow*unit(want[i].value), v)
				}
				slope.see(d[i], want[i].slope, beyond[i].slope, grow*unit(want[i].size), v)
			}
			left.check(t, c.name+" left", c.left)
			right.check(t, c.name+" right", c.right)
			slope.check(t, c.name+" slope", c.steep)
		})
	}
}

func testGateLimits[T Float](t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	least := spacing[T](0) // the smallest number
	x := []float64{inf, -inf, nan, 0, math.Copysign(0, -1), 1e30, -1e30, 1000, -1000, 4 * least, -4 * least}
	want := []float64{inf, 0, nan, 0, math.Copysign(0, -1), 1e30, 0, 1000, 0, 2 * least, -2 * least}
	slopes := []float64{1, 0, nan, 0.5, 0.5, 1, 0, 1, 0, 0.5, 0.5}
	for _, c := range gates[T]() {
		in, y, d, g := make([]T, len(x)), make([]T, len(x)), make([]T, len(x)), make([]T, len(x))
		for i, v := range x {
			in[i], g[i] = T(v), -3
		}
		c.value(y, in)
		c.slope(d, in, g)
		for i, v := range x {
			if !same(float64(y[i]), float64(T(want[i]))) || math.Signbit(float64(y[i])) != math.Signbit(want[i]) && v == v {
				t.Errorf("%s(%v) = %v, want %v", c.name, v, y[i], want[i])
			}
			if !same(float64(d[i]), -3*slopes[i]) {
				t.Errorf("-3·%s′(%v) = %v, want %v", c.name, v, d[i], -3*slopes[i])
			}
		}
	}
}

// TestGateLimits checks infinities, NaN, zeros and denormals.
func TestGateLimits(t *testing.T) { everyType(t, testGateLimits[float32], testGateLimits[float64]) }
