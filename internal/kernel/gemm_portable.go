package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Tiles of this size stay below the size at which gonum starts goroutines,
// which would allocate on every call.
const tileRows, tileCols = 64, 192

var transpose = map[bool]blas.Transpose{false: blas.NoTrans, true: blas.Trans}

// portable computes the product by gonum's BLAS, tile by tile.
func (p *product[T]) portable() {
	m, n, k, a, lda, b, ldb, init, ldi, c, ldc := p.m, p.n, p.k, p.a, p.lda, p.b, p.ldb, p.init, p.ldi, p.c, p.ldc
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		if init == nil {
			clear(row)
		} else {
			copy(row, init[i*ldi:])
		}
	}
	// gonum skips the zeros of a, and so misses 0·Inf and 0·NaN. Its inner
	// products are added up in an order that depends on where the vectors lie in
	// memory, so that two runs could differ in the last bit: op(b) = bᵀ goes
	// without it too.
	if p.transB || k > 0 && !allFinite(b, n, k, ldb) {
		plain(p.transA, p.transB, m, n, k, a, lda, b, ldb, c, ldc)
	} else if k > 0 {
		tiles(p.transA, m, n, k, a, lda, b, ldb, c, ldc)
	}
	if p.then == ReLU {
		for i := range m {
			row := c[i*ldc : i*ldc+n]
			for j, v := range row {
				if v < 0 {
					row[j] = 0
				}
			}
		}
	}
}

// tiles adds op(a)·b to c tile by tile.
func tiles[T Float](transA bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	step := lda // from one row of op(a) to the next in memory
	if transA {
		step = 1
	}
	for i := 0; i < m; i += tileRows {
		for j := 0; j < n; j += tileCols {
			tile(transpose[transA], min(tileRows, m-i), min(tileCols, n-j), k, a[i*step:], lda, b[j:], ldb, c[i*ldc+j:], ldc)
		}
	}
}

// allFinite reports whether b, k×n, holds neither NaN nor an infinity.
func allFinite[T Float](b []T, n, k, ldb int) bool {
	var sum T // of zeros, unless a product is NaN
	for l := range k {
		for _, v := range b[l*ldb : l*ldb+n] {
			sum += v * 0
		}
	}
	return sum == 0
}

// tile adds one block of the product to c.
func tile[T Float](ta blas.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	var impl gonum.Implementation
	switch a := any(a).(type) {
	case []float32:
		impl.Sgemm(ta, blas.NoTrans, m, n, k, 1, a, lda, any(b).([]float32), ldb, 1, any(c).([]float32), ldc)
	case []float64:
		impl.Dgemm(ta, blas.NoTrans, m, n, k, 1, a, lda, any(b).([]float64), ldb, 1, any(c).([]float64), ldc)
	}
}

// plain adds op(a)·op(b) to c, an inner product at a time in four partial sums.
func plain[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	rowA, colA, rowB, colB := lda, 1, ldb, 1
	if transA {
		rowA, colA = 1, lda
	}
	if transB {
		rowB, colB = 1, ldb
	}
	for i := range m {
		for j := range n {
			var s0, s1, s2, s3 T
			l, x, y := 0, i*rowA, j*colB
			for ; l+4 <= k; l += 4 {
				s0 += a[x] * b[y]
				s1 += a[x+colA] * b[y+rowB]
				s2 += a[x+2*colA] * b[y+2*rowB]
				s3 += a[x+3*colA] * b[y+3*rowB]
				x += 4 * colA
				y += 4 * rowB
			}
			for ; l < k; l++ {
				s0 += a[x] * b[y]
				x += colA
				y += rowB
			}
			c[i*ldc+j] += s0 + s1 + (s2 + s3)
		}
	}
}
