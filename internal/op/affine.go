package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Affine is x·w + b: x is (rows, in), w is (in, units), b is (units) and is
// added to every row; b may be nil. The result is (rows, units).
//
//	dx = g·wᵀ    dw = xᵀ·g    db = the sum of g over the rows
//
// They follow from y_iu = Σ_j x_ij·w_ju + b_u: ∂y_iu/∂w_ju is x_ij, and g_iu
// times that, summed over the rows i in which w_ju takes part, is (xᵀ·g)_ju. The
// transposes are never made; the products read their operands the other way.
func Affine(x, w, b *G.Node) (*G.Node, error) {
	if b == nil {
		return MatMul(x, w, false, false)
	}
	if x.Dims() != 2 || w.Dims() != 2 || b.Dims() != 1 || x.Shape()[1] != w.Shape()[0] || w.Shape()[1] != b.Shape()[0] {
		return nil, fmt.Errorf("affine: shapes %v·%v + %v do not fit", x.Shape(), w.Shape(), b.Shape())
	}
	rows, in, units := x.Shape()[0], w.Shape()[0], w.Shape()[1]
	return apply(rule{
		name: "affine", shape: tensor.Shape{rows, units},
		product: &product{m: rows, n: units, k: in, bias: true},
		diff:    []bool{true, true, true},
		grad: func(n G.Nodes, _, g *G.Node) (G.Nodes, error) {
			return each(
				func() (*G.Node, error) { return MatMul(g, n[1], false, true) },
				func() (*G.Node, error) { return MatMul(n[0], g, true, false) },
				func() (*G.Node, error) { return Sum(g, columns(rows, units), tensor.Shape{units}) },
			)
		},
	}, x, w, b)
}

// MatMul is op(a)·op(b) for matrices, where op transposes when its flag is set:
// (m, k)·(k, n) is (m, n).
//
//	a·b:   da = g·bᵀ    db = aᵀ·g
//	aᵀ·b:  da = b·gᵀ    db = a·g
//	a·bᵀ:  da = g·b     db = gᵀ·a
//	aᵀ·bᵀ: da = bᵀ·gᵀ   db = gᵀ·aᵀ
//
// All rows are the first one with a or b read as its transpose, whose gradient
// is then transposed itself. The four products are closed under derivatives.
func MatMul(a, b *G.Node, transA, transB bool) (*G.Node, error) {
	if a.Dims() != 2 || b.Dims() != 2 {
		return nil, fmt.Errorf("matmul: %v and %v are not matrices", a.Shape(), b.Shape())
	}
	m, k := a.Shape()[0], a.Shape()[1]
	if transA {
		m, k = k, m
	}
	kb, n := b.Shape()[0], b.Shape()[1]
	if transB {
		kb, n = n, kb
	}
	if k != kb {
		return nil, fmt.Errorf("matmul: shapes %v and %v do not fit (transposed: %v, %v)", a.Shape(), b.Shape(), transA, transB)
	}
	return apply(rule{
		name: fmt.Sprintf("matmul(%v,%v)", transA, transB), shape: tensor.Shape{m, n},
		product: &product{transA: transA, transB: transB, m: m, n: n, k: k},
		diff:    all2,
		grad: func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			return each(
				func() (*G.Node, error) {
					if transA {
						return MatMul(in[1], g, transB, true)
					}
					return MatMul(g, in[1], false, !transB)
				},
				func() (*G.Node, error) {
					if transB {
						return MatMul(g, in[0], true, transA)
					}
					return MatMul(in[0], g, !transA, false)
				},
			)
		},
	}, a, b)
}
