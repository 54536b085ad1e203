package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Tiles of this size stay below the size at which gonum starts goroutines,
// which would allocate on every call.
const tileRows, tileCols = 64, 192

var transpose = map[bool]blas.Transpose{false: blas.NoTrans, true: blas.Trans}

// Gemm computes c = op(a)·op(b) + bias, where op transposes when its flag is
// set. c is m×n, op(a) is m×k and op(b) is k×n, all row-major and dense; bias
// has n elements and is added to every row, nil stands for zero.
//
// A zero in a skips its row of b, so that 0·Inf and 0·NaN count as 0.
func Gemm[T Float](transA, transB bool, m, n, k int, a, b, bias, c []T) {
	if m == 0 || n == 0 {
		return
	}
	for r := 0; r < m*n; r += n {
		if bias == nil {
			clear(c[r : r+n])
		} else {
			copy(c[r:r+n], bias)
		}
	}
	if k == 0 {
		return
	}
	// One row of op(a) and one column of op(b) further in memory.
	lda, stepA := k, k
	if transA {
		lda, stepA = m, 1
	}
	ldb, stepB := n, 1
	if transB {
		ldb, stepB = k, k
	}
	ta, tb := transpose[transA], transpose[transB]
	for i := 0; i < m; i += tileRows {
		for j := 0; j < n; j += tileCols {
			tile(ta, tb, min(tileRows, m-i), min(tileCols, n-j), k,
				a[i*stepA:], lda, b[j*stepB:], ldb, c[i*n+j:], n)
		}
	}
}

// tile adds one block of the product to c.
func tile[T Float](ta, tb blas.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	var impl gonum.Implementation
	switch a := any(a).(type) {
	case []float32:
		impl.Sgemm(ta, tb, m, n, k, 1, a, lda, any(b).([]float32), ldb, 1, any(c).([]float32), ldc)
	case []float64:
		impl.Dgemm(ta, tb, m, n, k, 1, a, lda, any(b).([]float64), ldb, 1, any(c).([]float64), ldc)
	}
}
