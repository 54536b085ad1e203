package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

// product is a matrix product as data: what kernel.BindGemm wants to know besides
// the operands, which are inputs 0 and 1 and, if there is one, the bias as 2.
type product struct {
	transA, transB bool
	m, n, k        int
	bias           bool
	then           kernel.Epilogue
}

// After returns an op that computes inner and then f, over the inputs of inner,
// without keeping what lies between: a product followed by an activation. It
// reports whether there is such an op.
//
// It has no derivative: programs are compiled from graphs that hold theirs.
func (f *Fused) After(inner G.Op) (*Fused, bool) {
	first, ok := inner.(*Fused)
	if !ok || !f.inPlace || first.product == nil || first.product.then != kernel.Linear || first.f32 != nil || f.dtype != first.dtype {
		return nil, false
	}
	p := *first.product
	both := &Fused{rule: f.rule, in: first.in, dtype: f.dtype}
	both.name = fmt.Sprintf("%s(%s)", f.name, first.name)
	both.product, both.inPlace, both.grad, both.diff = &p, false, nil, none[:len(first.in)]
	if f.then != kernel.Linear {
		p.then, both.kernels = f.then, kernels{}
	}
	return both, true
}

// bindProduct returns a product and what comes behind it, in place.
func bindProduct[T kernel.Float](p *product, then func(out []T, in [][]T), pool *kernel.Pool, out []T, in [][]T) func() {
	var bias []T
	if p.bias {
		bias = in[2]
	}
	run := kernel.BindGemm(pool, p.then, p.transA, p.transB, p.m, p.n, p.k, in[0], in[1], bias, out)
	if then == nil {
		return run
	}
	self := [][]T{out}
	return func() {
		run()
		then(out, self)
	}
}
