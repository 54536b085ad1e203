package kernel

// BindGemm checks the operands of GemmThen once and returns a function that
// computes the product from what they hold at each call. It gives the same bits
// as GemmThen, with any pool, and allocates nothing. The level is the one in use
// now. Calls must not overlap in time.
func BindGemm[T Float](pool *Pool, then Epilogue, transA, transB bool, m, n, k int, a, b, bias, c []T) func() {
	if m <= 0 || n <= 0 {
		return func() {}
	}
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	checkOperands(transA, transB, m, n, k, a, lda, b, ldb, bias, 0, c, n)
	e := engineOf[T]()
	if e == nil {
		return func() { gemmPortable(then, transA, transB, m, n, k, a, lda, b, ldb, bias, 0, c, n) }
	}
	return func() { e.gemm(then, transA, transB, m, n, k, a, lda, b, ldb, bias, 0, c, n) }
}
