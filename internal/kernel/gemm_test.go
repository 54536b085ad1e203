package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// trial is a call of GemmStrided with its operands between guard values.
type trial[T Float] struct {
	then           Epilogue
	ta, tb         bool
	m, n, k        int
	lda, ldb, ldc  int
	ldi            int
	a, b, init, c  []T
	want           []float64 // c after the call
	slack          []float64 // sum of |a·b|, to measure errors by
	guarded, clone []T       // memory around c, before the call
}

// guarded returns a slice of n numbers, of which nothing before or behind is
// ours; offset shifts it to odd addresses.
func guarded[T Float](rng *rand.Rand, n int) (inner, all []T) {
	before := 1 + rng.IntN(5)
	all = make([]T, before+n+9)
	for i := range all {
		all[i] = T(math.NaN())
	}
	inner = all[before : before+n : before+n]
	for i := range inner {
		inner[i] = T(rng.NormFloat64())
	}
	return inner, all
}

func length(rows, cols, ld int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*ld + cols
}

func newTrial[T Float](rng *rand.Rand, m, n, k int) *trial[T] {
	p := &trial[T]{m: m, n: n, k: k, ta: rng.IntN(2) == 0, tb: rng.IntN(2) == 0, then: Epilogue(rng.IntN(2))}
	rowsA, colsA, rowsB, colsB := m, k, k, n
	if p.ta {
		rowsA, colsA = k, m
	}
	if p.tb {
		rowsB, colsB = n, k
	}
	p.lda, p.ldb, p.ldc = colsA+rng.IntN(4), colsB+rng.IntN(4), n+rng.IntN(4)
	if far := badStride / int(unsafe.Sizeof(T(0))); rng.IntN(8) == 0 { // rows that caches dislike
		p.lda, p.ldb = far*(1+colsA/far), far*(1+colsB/far)
	}
	p.a, _ = guarded[T](rng, length(rowsA, colsA, p.lda))
	p.b, _ = guarded[T](rng, length(rowsB, colsB, p.ldb))
	p.c, p.guarded = guarded[T](rng, length(m, n, p.ldc))
	switch rng.IntN(4) {
	case 0:
		p.init, _ = guarded[T](rng, n)
	case 1:
		p.ldi = n + rng.IntN(4)
		p.init, _ = guarded[T](rng, length(m, n, p.ldi))
	case 2:
		p.init, p.ldi = p.c, p.ldc
	}
	return p
}

// define computes want and slack, the definition that kernels must follow, in
// float64.
func (p *trial[T]) define() {
	p.want, p.slack = make([]float64, p.m*p.n), make([]float64, p.m*p.n)
	for i := range p.m {
		for j := range p.n {
			var sum, abs float64
			if p.init != nil {
				sum = float64(p.init[i*p.ldi+j])
				abs = math.Abs(sum)
			}
			for l := range p.k {
				ia, ib := i*p.lda+l, l*p.ldb+j
				if p.ta {
					ia = l*p.lda + i
				}
				if p.tb {
					ib = j*p.ldb + l
				}
				term := float64(p.a[ia]) * float64(p.b[ib])
				sum += term
				abs += math.Abs(term)
			}
			if p.then == ReLU && sum < 0 {
				sum = 0
			}
			p.want[i*p.n+j], p.slack[i*p.n+j] = sum, abs
		}
	}
	p.clone = append([]T(nil), p.guarded...)
}

func (p *trial[T]) run() {
	GemmStrided(p.then, p.ta, p.tb, p.m, p.n, p.k, p.a, p.lda, p.b, p.ldb, p.init, p.ldi, p.c, p.ldc)
}

// check compares c with want and looks at everything around c.
func (p *trial[T]) check(t *testing.T, epsilon float64) {
	t.Helper()
	for i := range p.m {
		for j := range p.n {
			got, want := float64(p.c[i*p.ldc+j]), p.want[i*p.n+j]
			if same(got, want) {
				continue
			}
			if d := math.Abs(got - want); !(d <= epsilon*float64(p.k+2)*p.slack[i*p.n+j]) {
				t.Fatalf("%v %v %v %dx%dx%d, strides %d %d %d %d: c[%d,%d] = %v, want %v",
					p.then, p.ta, p.tb, p.m, p.n, p.k, p.lda, p.ldb, p.ldi, p.ldc, i, j, got, want)
			}
			p.c[i*p.ldc+j] = 0
		}
	}
	for i := range p.m {
		for j := range p.n {
			p.c[i*p.ldc+j] = 0
		}
	}
	// What is left besides c must be as it was.
	was := p.clone[len(p.clone)-9-len(p.c):]
	for i := range p.m {
		for j := range p.n {
			was[i*p.ldc+j] = 0
		}
	}
	for i, v := range p.guarded {
		if !same(float64(v), float64(p.clone[i])) {
			t.Fatalf("%dx%dx%d: element %d outside of c was overwritten", p.m, p.n, p.k, i)
		}
	}
}

// same is equality that takes NaN for NaN.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func testGemm[T Float](epsilon float64) func(t *testing.T) {
	return func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 1))
		for trial := range 500 {
			m, n, k := rng.IntN(71), rng.IntN(71), rng.IntN(71)
			if trial%100 == 0 { // several parts of k; packed in several parts of n
				m, n, k = rng.IntN(20), rng.IntN(700), 400+rng.IntN(1300)
			}
			if trial%100 == 50 { // a is far
				m, n, k = 100+rng.IntN(100), rng.IntN(40), 1+farBytes/400
			}
			p := newTrial[T](rng, m, n, k)
			p.define()
			p.run()
			p.check(t, epsilon)
		}
	}
}

// TestGemm holds the products of every level to the definition: random shapes,
// strides, transpositions, initial values and epilogues.
func TestGemm(t *testing.T) {
	everyType(t, testGemm[float32](0x1p-23), testGemm[float64](0x1p-52))
}

func testSpecial[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	inf, nan := T(math.Inf(1)), T(math.NaN())
	special := []T{0, 0, 0, 1, -1, inf, -inf, nan, 1e-40, T(math.SmallestNonzeroFloat64)}
	for range 300 {
		p := newTrial[T](rng, 1+rng.IntN(15), 1+rng.IntN(40), rng.IntN(5))
		for _, x := range [][]T{p.a, p.b, p.init} {
			for i := range x {
				x[i] = special[rng.IntN(len(special))]
			}
		}
		p.define()
		for i := range p.slack { // Inf would allow anything
			p.slack[i] = 1
		}
		p.run()
		p.check(t, 0x1p-23)
	}
}

// TestGemmSpecialValues checks that NaN, infinities, zeros and denormals follow
// IEEE 754, 0·Inf = NaN among them.
func TestGemmSpecialValues(t *testing.T) {
	everyType(t, testSpecial[float32], testSpecial[float64])
}

func testRowsAlone[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for _, trans := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
		ta, tb := trans[0], trans[1]
		m, n, k := 160, 300, 900
		a, _ := guarded[T](rng, m*k)
		b, _ := guarded[T](rng, k*n)
		c, row := make([]T, m*n), make([]T, n)
		Gemm(ta, tb, m, n, k, a, b, nil, c)
		lda, next, ldb := k, k, n
		if ta {
			lda, next = m, 1
		}
		if tb {
			ldb = k
		}
		for i := range m {
			GemmStrided(Linear, ta, tb, 1, n, k, a[i*next:], lda, b, ldb, nil, 0, row, n)
			for j := range row {
				if row[j] != c[i*n+j] {
					t.Fatalf("transposed %v: c[%d,%d] = %v in the whole, %v alone", trans, i, j, c[i*n+j], row[j])
				}
			}
		}
	}
}

// TestGemmRowsAlone checks that a row of a product is the same to the bit when
// it is computed by itself.
func TestGemmRowsAlone(t *testing.T) { everyType(t, testRowsAlone[float32], testRowsAlone[float64]) }

func TestGemmAllocatesNothing(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2, 1))
		a, _ := guarded[float32](rng, 300*400)
		b, _ := guarded[float32](rng, 400*800)
		c := make([]float32, 300*800)
		for _, tb := range []bool{false, true} {
			for _, m := range []int{32, 300} {
				run := func() { GemmThen(ReLU, false, tb, m, 800, 400, a, b, nil, c) }
				if n := testing.AllocsPerRun(3, run); n != 0 {
					t.Errorf("%d rows, transposed %v: %v allocations a product, want 0", m, tb, n)
				}
			}
		}
	})
}

// TestGemmShort checks that operands which are too short panic at every level:
// kernels in assembly would read on.
func TestGemmShort(t *testing.T) {
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
				Gemm(false, false, 2, 4, 3, x[0], x[1], x[2], x[3])
			}()
		}
	})
}
