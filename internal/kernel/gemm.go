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
// A zero in a may skip its products, so that 0·Inf and 0·NaN count as 0.
//
// Without transB the product is made of sums of rows, c_i += a_il·b_l, which
// gonum has in assembly and where each element is added up in the order of l,
// whatever the tiles. With it, it is made of inner products; see dots.
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
	lda, stepA := k, k // from one row of op(a) to the next in memory
	if transA {
		lda, stepA = m, 1
	}
	if transB {
		dots(transA, m, n, k, a, b, c)
		return
	}
	ta := transpose[transA]
	for i := 0; i < m; i += tileRows {
		for j := 0; j < n; j += tileCols {
			tile(ta, min(tileRows, m-i), min(tileCols, n-j), k,
				a[i*stepA:], lda, b[j:], n, c[i*n+j:], n)
		}
	}
}

// dots adds op(a)·bᵀ to c, an inner product at a time in four partial sums.
// gonum's inner products are added up in an order that depends on where the
// vectors lie in memory, so that two runs could differ in the last bit.
func dots[T Float](transA bool, m, n, k int, a, b, c []T) {
	row, col := k, 1
	if transA {
		row, col = 1, m
	}
	for i := range m {
		for j := range n {
			y := b[j*k : (j+1)*k]
			var s0, s1, s2, s3 T
			l, at := 0, i*row
			for ; l+4 <= k; l += 4 {
				s0 += a[at] * y[l]
				s1 += a[at+col] * y[l+1]
				s2 += a[at+2*col] * y[l+2]
				s3 += a[at+3*col] * y[l+3]
				at += 4 * col
			}
			for ; l < k; l++ {
				s0 += a[at] * y[l]
				at += col
			}
			c[i*n+j] += s0 + s1 + (s2 + s3)
		}
	}
}

// tile adds one block of the product to c: op(a) is m×k and b is k×n, lda, ldb
// and ldc are the lengths of the rows in memory that they are cut from.
func tile[T Float](ta blas.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	var impl gonum.Implementation
	switch a := any(a).(type) {
	case []float32:
		impl.Sgemm(ta, blas.NoTrans, m, n, k, 1, a, lda, any(b).([]float32), ldb, 1, any(c).([]float32), ldc)
	case []float64:
		impl.Dgemm(ta, blas.NoTrans, m, n, k, 1, a, lda, any(b).([]float64), ldb, 1, any(c).([]float64), ldc)
	}
}
