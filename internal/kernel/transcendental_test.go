package kernel

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

var allFloat32 = flag.Bool("all", false, "try every float32, not a sample: about a minute a function and level")

// transcendental is a function with its exact values.
type transcendental struct {
	name    string
	f32     func(to, x []float32)
	f64     func(to, x []float64)
	exact   func(x float64) float64       // for float32
	precise func(x *big.Float) *big.Float // for float64
	dents   bool                          // it may fall by a unit in the last place
}

var transcendentals = []transcendental{
	{"exp", Exp[float32], Exp[float64], math.Exp, bigExp, false},
	{"sigmoid", Sigmoid[float32], Sigmoid[float64],
		func(x float64) float64 {
			e := math.Exp(-math.Abs(x))
			if x < 0 {
				return e / (1 + e)
			}
			return 1 / (1 + e)
		},
		func(x *big.Float) *big.Float {
			e := bigExp(new(big.Float).Neg(x))
			return e.Quo(wide(1), e.Add(e, wide(1)))
		}, false},
	{"tanh", Tanh[float32], Tanh[float64], math.Tanh,
		func(x *big.Float) *big.Float {
			if x.MantExp(nil) < -60 { // x − x³/3, more than eˣ − 1 can hold
				cube := wide(0).Mul(x, wide(0).Mul(x, x))
				return wide(0).Sub(x, cube.Quo(cube, wide(3)))
			}
			e := bigExp(new(big.Float).Add(x, x))
			return new(big.Float).Quo(wide(0).Sub(e, wide(1)), wide(0).Add(e, wide(1)))
		}, false},
	{"log", Log[float32], Log[float64], logarithm, bigLog, false},
	{"softplus", Softplus[float32], Softplus[float64],
		func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) },
		func(x *big.Float) *big.Float {
			e := bigExp(x)
			if e.MantExp(nil) < -60 { // e − e²/2, more than the sum 1 + e can hold
				square := wide(0).Mul(e, e)
				return e.Sub(e, square.Quo(square, wide(2)))
			}
			return bigLog(wide(0).Add(e, wide(1)))
		}, true},
}

const precision = 240

// bigLog is log x by Newton's method on eʸ = x.
func bigLog(x *big.Float) *big.Float {
	if x.Sign() <= 0 {
		return new(big.Float).SetInf(true)
	}
	m := new(big.Float)
	e := x.MantExp(m)
	start, _ := m.Float64()
	y := wide(math.Log(start) + float64(e)*math.Ln2)
	for range 3 {
		e := bigExp(y)
		y.Add(y, wide(0).Sub(wide(0).Quo(x, e), wide(1)))
	}
	return y
}

func wide(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// bigExp is eˣ: the series of e^(x/2⁴⁰), squared forty times.
func bigExp(x *big.Float) *big.Float {
	const halvings = 40
	r := wide(0).SetMantExp(wide(0).Set(x), -halvings)
	sum, term := wide(1), wide(1)
	for i := 1; i < 20; i++ {
		term.Quo(term.Mul(term, r), wide(float64(i)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// spacing is the distance to the next number of type T at x.
func spacing[T Float](x float64) float64 {
	_, e := math.Frexp(x)
	if x == 0 {
		e = -2000
	}
	if single[T]() {
		return math.Ldexp(1, max(e-24, -149))
	}
	return math.Ldexp(1, max(e-53, -1074))
}

func single[T Float]() bool { var x T; _, ok := any(x).(float32); return ok }

// TestTranscendental32 holds the functions to 2 units in the last place, and to
// rising, over all float32: blocks of neighbours, or really all with -all.
func TestTranscendental32(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		for _, f := range transcendentals {
			t.Run(f.name, func(t *testing.T) {
				const size = 1 << 12
				x, y := make([]float32, size), make([]float32, size)
				step := 997
				switch {
				case *allFloat32:
					step = 1
				case testing.Short():
					step = 9973
				}
				worst, at := 0.0, float32(0)
				// By bit pattern; negative numbers are reached by the sign below.
				for _, sign := range []float32{1, -1} {
					last := float32(math.NaN())
					for block := 0; block < 0x7f800000/size; block += step {
						for i := range x {
							x[i] = sign * math.Float32frombits(uint32(block*size+i))
						}
						f.f32(y, x)
						if step > 1 {
							last = y[0]
						}
						for i, got := range y {
							if sign*(got-last) < 0 && !f.dents {
								t.Fatalf("falls: %v at %v after %v", got, x[i], last)
							}
							last = got
							want := f.exact(float64(x[i]))
							if same(float64(float32(want)), float64(got)) {
								continue
							}
							if float32(want) != float32(want) || math.IsInf(float64(float32(want)), 0) || math.IsInf(float64(got), 0) || got != got {
								t.Fatalf("%v at %v, want %v", got, x[i], want)
							}
							if e := math.Abs(float64(got)-want) / spacing[float32](want); e > worst {
								worst, at = e, x[i]
							}
						}
					}
				}
				t.Logf("largest error %.3f units in the last place, at %v", worst, at)
				if worst > 2 {
					t.Errorf("%.3f units in the last place at %v, want at most 2", worst, at)
				}
			})
		}
	})
}

// TestTranscendental64 does so for float64, on random numbers of every size and
// on the neighbours of the points where the reduction of eˣ changes.
func TestTranscendental64(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	x := []float64{5e-324, 1e-310, 0x1p-1022, 1e300, -720, -740, 1, 0.99999, 1.00001}
	samples := 3000
	if testing.Short() {
		samples = 100
	}
	for range samples {
		x = append(x, math.Ldexp(1+rng.Float64(), rng.IntN(70)-60)*float64(1-2*rng.IntN(2)))
	}
	for range samples {
		x = append(x, rng.NormFloat64(), 250*rng.NormFloat64(), 20*rng.NormFloat64())
	}
	want, beyond := map[string][]float64{}, map[string][]float64{} // beyond: what float64 cuts off
	for _, f := range transcendentals {
		for _, v := range x {
			exact, rest := f.exact(v), 0.0
			if math.Abs(v) < 800 && exact == exact {
				p := f.precise(wide(v))
				exact, _ = p.Float64()
				if !math.IsInf(exact, 0) {
					rest, _ = p.Sub(p, wide(exact)).Float64()
				}
			}
			want[f.name], beyond[f.name] = append(want[f.name], exact), append(beyond[f.name], rest)
		}
	}
	everyLevel(t, func(t *testing.T) {
		for _, f := range transcendentals {
			t.Run(f.name, func(t *testing.T) {
				y := make([]float64, len(x))
				f.f64(y, x)
				worst, at := 0.0, 0.0
				for i, got := range y {
					w := want[f.name][i]
					if same(got, w) {
						continue
					}
					if e := math.Abs(got-w-beyond[f.name][i]) / spacing[float64](w); !(e <= worst) {
						worst, at = e, x[i]
					}
				}
				t.Logf("largest error %.3f units in the last place, at %v", worst, at)
				if worst > 2 {
					t.Errorf("%.3f units in the last place at %v, want at most 2", worst, at)
				}
				if ISA() > Generic && !f.dents {
					rises64(t, f.f64)
				}
			})
		}
	})
}

// rises64 compares neighbours around the places where n of x = n·log 2 + r
// changes, for x, 2x and x/2, and elsewhere.
func rises64(t *testing.T, f func(to, x []float64)) {
	t.Helper()
	const size = 257
	x, y := make([]float64, size), make([]float64, size)
	rng := rand.New(rand.NewPCG(8, 1))
	for trial := range 9000 {
		start := float64(trial%2200-1100) / 2 * math.Ln2 / float64(1+rng.IntN(2))
		if trial%3 == 0 {
			start = rng.NormFloat64() * math.Ldexp(1, rng.IntN(12)-6)
		}
		if start == 0 {
			continue
		}
		bits := math.Float64bits(start) - size/2
		for i := range x {
			x[i] = math.Float64frombits(bits + uint64(i))
		}
		f(y, x)
		for i := 1; i < size; i++ {
			if (y[i]-y[i-1])*(x[i]-x[i-1]) < 0 {
				t.Fatalf("falls: %v at %v, %v at %v", y[i-1], x[i-1], y[i], x[i])
			}
		}
	}
}

// TestTranscendentalLimits checks infinities, NaN and zeros.
func TestTranscendentalLimits(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{inf, -inf, nan, 0, math.Copysign(0, -1), 1e30, -1e30, 5e-324, -5e-324}
	want := map[string][]float64{
		"exp":      {inf, 0, nan, 1, 1, inf, 0, 1, 1},
		"sigmoid":  {1, 0, nan, 0.5, 0.5, 1, 0, 0.5, 0.5},
		"tanh":     {1, -1, nan, 0, math.Copysign(0, -1), 1, -1, 5e-324, -5e-324},
		"log":      {inf, nan, nan, -inf, -inf, math.Log(1e30), nan, logarithm(5e-324), nan},
		"softplus": {inf, 0, nan, math.Ln2, math.Ln2, 1e30, 0, math.Ln2, math.Ln2},
	}
	everyLevel(t, func(t *testing.T) {
		for _, f := range transcendentals {
			y := make([]float64, len(x))
			f.f64(y, x)
			x32, y32 := make([]float32, len(x)), make([]float32, len(x))
			for i, v := range x {
				x32[i] = float32(v)
			}
			x32[7], x32[8] = math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32
			f.f32(y32, x32)
			for i, w := range want[f.name] {
				if !same(y[i], w) && math.Abs(y[i]-w) > spacing[float64](w) || math.Signbit(y[i]) != math.Signbit(w) && w == w {
					t.Errorf("%s(%v) = %v, want %v", f.name, x[i], y[i], w)
				}
				w32 := float64(float32(w))
				if i >= 7 {
					w32 = float64(float32(f.exact(float64(x32[i]))))
				}
				if !same(float64(y32[i]), w32) && math.Abs(float64(y32[i])-w32) > spacing[float32](w32) {
					t.Errorf("float32: %s(%v) = %v, want %v", f.name, x32[i], y32[i], w32)
				}
			}
		}
	})
}
