package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// streamCase is a kernel on streams: what it does to them, and the definition in
// float64, which returns the new values of the streams it changes, in order.
type streamCase[T Float] struct {
	name    string
	streams int
	changes []int // indexes of the streams that it changes
	run     func(s [][]T, k []T)
	define  func(x []float64, k []float64) []float64
	root    []int // streams that must not be negative
	exact   bool  // rounded like its definition in T
	rounds  bool  // other levels may round otherwise
}

func streamCases[T Float]() []streamCase[T] {
	cases := []streamCase[T]{
		{name: "add", streams: 3, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { Add(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{x[1] + x[2]} }},
		{name: "sub", streams: 3, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { Sub(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{x[1] - x[2]} }},
		{name: "mul", streams: 3, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { Mul(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{x[1] * x[2]} }},
		{name: "scale", streams: 2, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { Scale(s[0], s[1], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{k[0] * x[1]} }},
		{name: "relu", streams: 2, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { Relu(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{positive(x[1], x[1], 0, true)} }},
		{name: "relu slope", streams: 3, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { ReluSlope(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{positive(x[1], x[2], 0, false)} }},
		{name: "leaky relu", streams: 2, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { LeakyRelu(s[0], s[1], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{positive(x[1], x[1], x[1]*k[0], false)} }},
		{name: "leaky relu slope", streams: 3, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { LeakyReluSlope(s[0], s[1], s[2], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{positive(x[1], x[2], x[2]*k[0], false)} }},
		{name: "sigmoid slope", streams: 3, changes: []int{0},
			run:    func(s [][]T, k []T) { SigmoidSlope(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{x[2] * (x[1] * (1 - x[1]))} }},
		{name: "tanh slope", streams: 3, changes: []int{0},
			run:    func(s [][]T, k []T) { TanhSlope(s[0], s[1], s[2]) },
			define: func(x, k []float64) []float64 { return []float64{x[2] * ((1 - x[1]) * (1 + x[1]))} }},
		{name: "exp", streams: 2, changes: []int{0}, rounds: true,
			run:    func(s [][]T, k []T) { Exp(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{math.Exp(x[1])} }},
		{name: "sigmoid", streams: 2, changes: []int{0}, rounds: true,
			run:    func(s [][]T, k []T) { Sigmoid(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{1 / (1 + math.Exp(-x[1]))} }},
		{name: "tanh", streams: 2, changes: []int{0}, rounds: true,
			run:    func(s [][]T, k []T) { Tanh(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{math.Tanh(x[1])} }},
		{name: "log", streams: 2, changes: []int{0}, rounds: true, root: []int{1},
			run:    func(s [][]T, k []T) { Log(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{math.Log(x[1])} }},
		{name: "softplus", streams: 2, changes: []int{0}, rounds: true,
			run:    func(s [][]T, k []T) { Softplus(s[0], s[1]) },
			define: func(x, k []float64) []float64 { return []float64{math.Log1p(math.Exp(x[1]))} }},
		{name: "elu", streams: 2, changes: []int{0}, rounds: true,
			run: func(s [][]T, k []T) { ELU(s[0], s[1], k[0], k[1]) },
			define: func(x, k []float64) []float64 {
				return []float64{positive(x[1], k[0]*x[1], k[1]*math.Expm1(x[1]), false)}
			}},
		{name: "elu slope", streams: 3, changes: []int{0}, rounds: true,
			run: func(s [][]T, k []T) { ELUSlope(s[0], s[1], s[2], k[0], k[1]) },
			define: func(x, k []float64) []float64 {
				return []float64{x[2] * positive(x[1], k[0], k[1]*math.Exp(x[1]), false)}
			}},
		{name: "limit", streams: 2, changes: []int{0}, exact: true,
			run:    func(s [][]T, k []T) { Limit(s[0], s[1], -k[0], k[1]) },
			define: func(x, k []float64) []float64 { return []float64{min(max(x[1], -k[0]), k[1])} }},
	}
	return slices.Concat(cases, gateCases[T](), pairCases[T](), updateCases[T](), adaptiveCases[T]())
}

// positive is yes for x > 0, otherwise no; NaN stays itself with keep.
func positive(x, yes, no float64, keep bool) float64 {
	if x > 0 || keep && x != x {
		return yes
	}
	return no
}

// testStreams holds each kernel to its definition, and those that only round to
// the portable loop, to the bit.
func testStreams[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	epsilon := 16 * spacing[T](0.75)
	for _, c := range streamCases[T]() {
		for n := range 71 {
			k, k64 := make([]T, 9), make([]float64, 9)
			for i := range k {
				k[i] = T(0.05 + 0.9*rng.Float64())
				k64[i] = float64(k[i])
			}
			var s, all, twin [][]T
			var before [][]float64
			for i := range c.streams {
				inner, outer := guarded[T](rng, n)
				for j := range inner {
					for _, r := range c.root {
						if r == i {
							inner[j] = T(100 + math.Abs(float64(inner[j]))) // no cancellation in s − a²
						}
					}
				}
				s, all = append(s, inner), append(all, outer)
				twin = append(twin, append([]T{}, inner...))
				x := make([]float64, n)
				for j, v := range inner {
					x[j] = float64(v)
				}
				before = append(before, x)
			}
			c.run(s, k)
			was := level
			use(Generic)
			c.run(twin, k)
			use(was)
			x := make([]float64, c.streams)
			for j := range n {
				for i := range x {
					x[i] = before[i][j]
				}
				want := c.define(x, k64)
				for i, stream := range c.changes {
					got := float64(s[stream][j])
					if !(math.Abs(got-want[i]) <= epsilon*(1+math.Abs(want[i]))) || c.exact && T(want[i]) != s[stream][j] {
						t.Fatalf("%s of %d: stream %d[%d] = %v, want %v", c.name, n, stream, j, got, want[i])
					}
				}
			}
			for i := range s {
				for j := range s[i] {
					if s[i][j] != twin[i][j] && !c.rounds {
						t.Fatalf("%s of %d: stream %d[%d] = %v, the portable loop gives %v", c.name, n, i, j, s[i][j], twin[i][j])
					}
					s[i][j] = T(math.NaN())
				}
				for j, v := range all[i] {
					if v == v {
						t.Fatalf("%s of %d: stream %d: element %d outside was overwritten", c.name, n, i, j)
					}
				}
			}
		}
	}
}

// TestStreams ranges over all kernels on streams, of 0 to 70 elements, at odd
// addresses and between guard values.
func TestStreams(t *testing.T) { everyType(t, testStreams[float32], testStreams[float64]) }

// testStreamSpecials compares with the portable loop on numbers that are not
// normal.
func testStreamSpecials[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 1))
	inf := T(math.Inf(1))
	special := []T{0, T(math.Copysign(0, -1)), 1, -2, inf, -inf, T(math.NaN()), T(spacing[T](0)), -3 * T(spacing[T](0)), 1e-30}
	for _, c := range streamCases[T]() {
		units := 0.0
		if c.rounds {
			units = 12
		}
		k := []T{0.5, 0.25, 1, 0.5, 0.5, 0.75, 0.25, 2, 1e-8}
		var s, twin [][]T
		for range c.streams {
			x := make([]T, 1000)
			for i := range x {
				x[i] = special[rng.IntN(len(special))]
			}
			s, twin = append(s, x), append(twin, append([]T{}, x...))
		}
		original := make([][]T, c.streams)
		for i := range s {
			original[i] = append([]T{}, s[i]...)
		}
		c.run(s, k)
		was := level
		use(Generic)
		c.run(twin, k)
		use(was)
		for i := range s {
			for j := range s[i] {
				got, want := float64(s[i][j]), float64(twin[i][j])
				if !same(got, want) && !(math.Abs(got-want) <= units*spacing[T](want)) {
					var in []T
					for _, o := range original {
						in = append(in, o[j])
					}
					t.Fatalf("%s of %v: stream %d = %v, the portable loop gives %v", c.name, in, i, got, want)
				}
			}
		}
	}
}

// TestStreamSpecials tries NaN, infinities, zeros and denormals in all places.
func TestStreamSpecials(t *testing.T) {
	everyType(t, testStreamSpecials[float32], testStreamSpecials[float64])
}

// TestStreamsAllocateNothing covers all kernels on streams.
func TestStreamsAllocateNothing(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		s := make([][]float32, 6)
		for i := range s {
			s[i] = make([]float32, 100)
		}
		k := make([]float32, 9)
		for _, c := range streamCases[float32]() {
			if n := testing.AllocsPerRun(3, func() { c.run(s, k) }); n != 0 {
				t.Errorf("%s: %v allocations, want 0", c.name, n)
			}
		}
	})
}
