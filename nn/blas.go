package nn

import (
	"errors"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

// UseFastBLAS makes gorgonia and its tensors multiply matrices of float32 and
// float64 with this module's kernels, by gorgonia.Use. It is for graphs that run
// on gorgonia's own machines: networks of this module are fast without. Nothing
// changes before it is called.
//
// Products keep the meaning that BLAS gives them, with one difference to gonum:
// 0·Inf and 0·NaN are NaN. They run on one core, and sums round as they do in
// Gemm of the kernels, each in one fixed order. Products with α other than 1, and
// all other operations, stay gonum's.
//
// It changes nothing and returns an error where there are no kernels: the
// processor must have AVX2 and FMA, and the program must not be built with the tag
// noasm. To undo it, call gorgonia.Use(gonum.Implementation{}).
func UseFastBLAS() error {
	if kernel.ISA() == kernel.Generic {
		return errors.New("nn: fast BLAS: there are no kernels for this processor, or NABLA_ISA or the build leaves them out")
	}
	gorgonia.Use(fastBLAS{})
	return nil
}

// fastBLAS is gonum's BLAS with other products of matrices.
type fastBLAS struct{ gonum.Implementation }

// Sgemm computes c = α·op(a)·op(b) + β·c.
func (f fastBLAS) Sgemm(ta, tb blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if !multiply(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Sgemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dgemm computes c = α·op(a)·op(b) + β·c.
func (f fastBLAS) Dgemm(ta, tb blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if !multiply(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Dgemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// multiply computes the product if it is one for the kernels. It leaves those
// that are empty or wrong to gonum, which knows what to do or how to complain.
func multiply[T kernel.Float](ta, tb blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	if alpha != 1 || m <= 0 || n <= 0 || k <= 0 || !matrix(ta, m, k, a, lda) || !matrix(tb, k, n, b, ldb) || !matrix(blas.NoTrans, m, n, c, ldc) {
		return false
	}
	init := c
	switch beta {
	case 0: // also what is NaN in c
		init = nil
	case 1:
	default:
		for i := range m {
			row := c[i*ldc : i*ldc+n]
			kernel.Scale(row, row, beta)
		}
	}
	kernel.GemmStrided(kernel.Linear, ta != blas.NoTrans, tb != blas.NoTrans, m, n, k, a, lda, b, ldb, init, ldc, c, ldc)
	return true
}

// matrix reports whether x holds op(x) of so many rows and columns.
func matrix[T kernel.Float](trans blas.Transpose, rows, cols int, x []T, ld int) bool {
	switch trans {
	case blas.NoTrans:
	case blas.Trans, blas.ConjTrans:
		rows, cols = cols, rows
	default:
		return false
	}
	return ld >= cols && len(x) >= (rows-1)*ld+cols
}
