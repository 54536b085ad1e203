package nn

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// useFast is UseFastBLAS for one test.
func useFast(t *testing.T) {
	t.Helper()
	if err := UseFastBLAS(); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { gorgonia.Use(gonum.Implementation{}) })
}

func TestUseFastBLAS(t *testing.T) {
	useFast(t)
	if _, ok := gorgonia.WhichBLAS().(fastBLAS); !ok {
		t.Errorf("gorgonia uses %T", gorgonia.WhichBLAS())
	}
	if _, ok := tensor.WhichBLAS().(fastBLAS); !ok {
		t.Errorf("tensor uses %T", tensor.WhichBLAS())
	}
}

// gemm is Sgemm or Dgemm.
type gemm[T kernel.Float] func(ta, tb blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

func draw[T kernel.Float](rng *rand.Rand, n int) []T {
	x := make([]T, max(0, n))
	for i := range x {
		x[i] = T(rng.NormFloat64())
	}
	return x
}

func testProducts[T kernel.Float](fast, slow gemm[T], epsilon float64) func(t *testing.T) {
	return func(t *testing.T) {
		rng := rand.New(rand.NewPCG(31, 1))
		transposes := []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
		factors := []T{0, 1, 1, 1, -1, 0.5}
		for range 2000 {
			m, n, k := rng.IntN(40), rng.IntN(40), rng.IntN(40)
			ta, tb := transposes[rng.IntN(3)], transposes[rng.IntN(3)]
			rowsA, colsA, rowsB, colsB := m, k, k, n
			if ta != blas.NoTrans {
				rowsA, colsA = k, m
			}
			if tb != blas.NoTrans {
				rowsB, colsB = n, k
			}
			lda, ldb, ldc := max(1, colsA)+rng.IntN(4), max(1, colsB)+rng.IntN(4), max(1, n)+rng.IntN(4)
			a, b := draw[T](rng, (rowsA-1)*lda+colsA), draw[T](rng, (rowsB-1)*ldb+colsB)
			c := draw[T](rng, (m-1)*ldc+n)
			alpha, beta := factors[rng.IntN(6)], factors[rng.IntN(6)]
			if beta == 0 {
				for i := range m {
					for j := range n {
						c[i*ldc+j] = T(math.NaN())
					}
				}
			}
			want := slices.Clone(c)
			slow(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, want, ldc)
			fast(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			for i, w := range want {
				if d := math.Abs(float64(c[i] - w)); !(d <= epsilon*float64(k+8)*4) {
					t.Fatalf("%c%c %dx%dx%d, strides %d %d %d, α %v, β %v: element %d is %v, gonum says %v",
						ta, tb, m, n, k, lda, ldb, ldc, alpha, beta, i, c[i], w)
				}
			}
		}
	}
}

// TestFastProducts compares the products with gonum's: random shapes, distances,
// transpositions and factors; NaN in c where β is 0; empty matrices.
func TestFastProducts(t *testing.T) {
	var g gonum.Implementation
	t.Run("float32", testProducts(fastBLAS{}.Sgemm, g.Sgemm, 0x1p-23))
	t.Run("float64", testProducts(fastBLAS{}.Dgemm, g.Dgemm, 0x1p-52))
}

// TestFastProductsComplain checks that wrong arguments are gonum's to complain of.
func TestFastProductsComplain(t *testing.T) {
	x := make([]float64, 12)
	for name, call := range map[string]func(g gemm[float64]){
		"short a":   func(g gemm[float64]) { g(blas.NoTrans, blas.NoTrans, 3, 4, 3, 1, x[:8], 3, x, 4, 0, x, 4) },
		"short b":   func(g gemm[float64]) { g(blas.NoTrans, blas.Trans, 3, 4, 3, 1, x, 3, x[:11], 3, 0, x, 4) },
		"short c":   func(g gemm[float64]) { g(blas.NoTrans, blas.NoTrans, 3, 4, 3, 1, x, 3, x, 4, 0, x[:11], 4) },
		"stride":    func(g gemm[float64]) { g(blas.NoTrans, blas.NoTrans, 3, 4, 3, 1, x, 2, x, 4, 0, x, 4) },
		"transpose": func(g gemm[float64]) { g('x', blas.NoTrans, 3, 4, 3, 1, x, 3, x, 4, 0, x, 4) },
		"negative":  func(g gemm[float64]) { g(blas.NoTrans, blas.NoTrans, -3, 4, 3, 1, x, 3, x, 4, 0, x, 4) },
	} {
		complaint := func(g gemm[float64]) (p any) {
			defer func() { p = recover() }()
			call(g)
			return nil
		}
		got, want := complaint(fastBLAS{}.Dgemm), complaint(gonum.Implementation{}.Dgemm)
		if want == nil || got != want {
			t.Errorf("%s: %v, gonum says %v", name, got, want)
		}
	}
}

// step runs a graph of two layers forwards and backwards on gorgonia's own machine
// and returns the loss and the gradients.
func step(t *testing.T, of tensor.Dtype) []float64 {
	t.Helper()
	rng := rand.New(rand.NewPCG(32, 1))
	g := gorgonia.NewGraph()
	matrix := func(name string, rows, cols int) *gorgonia.Node {
		var data any = draw[float64](rng, rows*cols)
		if of == tensor.Float32 {
			data = draw[float32](rng, rows*cols)
		}
		return gorgonia.NewMatrix(g, of, gorgonia.WithShape(rows, cols), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(data))))
	}
	x, w, v := matrix("x", 30, 17), matrix("w", 17, 40), matrix("v", 40, 5)
	hidden := gorgonia.Must(gorgonia.Tanh(gorgonia.Must(gorgonia.Mul(x, w))))
	loss := gorgonia.Must(gorgonia.Mean(gorgonia.Must(gorgonia.Square(gorgonia.Must(gorgonia.Mul(hidden, v))))))
	if _, err := gorgonia.Grad(loss, w, v); err != nil {
		t.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w, v))
	defer machine.Close()
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	var all []float64
	add := func(data any) {
		switch x := data.(type) {
		case []float64:
			all = append(all, x...)
		case []float32:
			for _, v := range x {
				all = append(all, float64(v))
			}
		case float64:
			all = append(all, x)
		case float32:
			all = append(all, float64(x))
		}
	}
	add(loss.Value().Data())
	for _, n := range []*gorgonia.Node{w, v} {
		grad, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		add(grad.Data())
	}
	return all
}

// TestFastBLASInAGraph checks that a graph on gorgonia's machine computes the same
// as before, to rounding.
func TestFastBLASInAGraph(t *testing.T) {
	for of, epsilon := range map[tensor.Dtype]float64{tensor.Float32: 2e-5, tensor.Float64: 1e-13} {
		t.Run(of.String(), func(t *testing.T) {
			before := step(t, of)
			useFast(t)
			after := step(t, of)
			if want := 1 + 17*40 + 40*5; len(before) != want || len(after) != want {
				t.Fatalf("%d and %d numbers, want %d", len(before), len(after), want)
			}
			for i, b := range before {
				if d := math.Abs(after[i] - b); !(d <= epsilon*math.Max(1, math.Abs(b))) {
					t.Fatalf("number %d is %v, was %v before", i, after[i], b)
				}
			}
		})
	}
}

// TestFasterThanGonum holds the product of a layer 784-256 with a batch of 128 to
// five times gonum's rate, on one core each.
func TestFasterThanGonum(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes time, and some quiet")
	}
	if kernel.ISA() == kernel.Generic {
		t.Skip("there are no kernels for this processor, or NABLA_ISA or the build leaves them out")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const m, n, k = 128, 256, 784
	rng := rand.New(rand.NewPCG(33, 1))
	a, b, c := draw[float32](rng, m*k), draw[float32](rng, k*n), make([]float32, m*n)
	took := func(g gemm[float32], times int) float64 {
		start := time.Now()
		for range times {
			g(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, k, b, n, 0, c, n)
		}
		return time.Since(start).Seconds() / float64(times)
	}
	var theirs, ours []float64
	for range 25 {
		theirs = append(theirs, took(gonum.Implementation{}.Sgemm, 1))
		ours = append(ours, took(fastBLAS{}.Sgemm, 12)) // about as long
	}
	slices.Sort(theirs)
	slices.Sort(ours)
	// Other load only adds to times: the best of each tell most.
	best, median := theirs[0]/ours[0], theirs[12]/ours[12]
	t.Logf("%.1f times gonum's rate (%.1f by medians) at level %v", best, median, kernel.ISA())
	if max(best, median) < 5 {
		t.Errorf("%.1f times gonum's rate, want at least 5", best)
	}
}

// Graphs that run on gorgonia's own machines can have the kernels too.
func ExampleUseFastBLAS() {
	if err := UseFastBLAS(); err != nil {
		log.Print(err) // gonum stays, and all goes on as before
	}
	defer gorgonia.Use(gonum.Implementation{})

	a := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))
	product, err := tensor.MatMul(a, a)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(product.Data())
	// Output: [7 10 15 22]
}
