package kernel

import (
	"fmt"
	"unsafe"
)

// Epilogue is what happens to an element of a product before it is stored.
type Epilogue int

// The epilogues.
const (
	Linear Epilogue = iota // nothing
	ReLU                   // max(x, 0); NaN stays
)

// Gemm computes c = op(a)·op(b) + bias, where op transposes when its flag is
// set. c is m×n, op(a) is m×k and op(b) is k×n, all row-major and dense; bias
// has n elements and is added to every row, nil stands for zero. c must not
// overlap the others.
//
// Every product counts, as IEEE 754 has it: 0·Inf and 0·NaN are NaN. Short
// slices panic. BindGemm is faster for a product that is computed repeatedly.
func Gemm[T Float](transA, transB bool, m, n, k int, a, b, bias, c []T) {
	GemmThen(Linear, transA, transB, m, n, k, a, b, bias, c)
}

// GemmThen is Gemm with an epilogue at the store, so that a layer's activation
// costs no pass of its own.
func GemmThen[T Float](then Epilogue, transA, transB bool, m, n, k int, a, b, bias, c []T) {
	p := dense(then, transA, transB, m, n, k, a, b, bias, c)
	p.once()
}

// GemmStrided computes c = then(init + op(a)·op(b)) on parts of larger matrices:
// lda, ldb, ldi and ldc are the distances between their rows. init is nil for
// zero, one row for all with ldi 0, or a matrix; it may be c itself, with ldi =
// ldc, to add to what is there.
//
// The additions of an element of c run in one order, given by k alone: from init
// through its row of op(a). An element is the same whatever m and n are.
func GemmStrided[T Float](then Epilogue, transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, init []T, ldi int, c []T, ldc int) {
	p := product[T]{then, transA, transB, m, n, k, a, lda, b, ldb, init, ldi, c, ldc}
	p.once()
}

// BindGemm checks the operands of GemmThen once and returns a function that
// computes the product of what they hold at each call. It gives the same bits as
// GemmThen, with any pool, and allocates nothing. The level is the one in use
// now. Calls must not overlap in time.
func BindGemm[T Float](pool *Pool, then Epilogue, transA, transB bool, m, n, k int, a, b, bias, c []T) func() {
	p := dense(then, transA, transB, m, n, k, a, b, bias, c)
	p.check()
	if m <= 0 || n <= 0 {
		return func() {}
	}
	if e := engineOf[T](); e != nil {
		return e.bind(pool, &p)
	}
	return p.bindPortable(pool)
}

// product holds the arguments of GemmStrided.
type product[T Float] struct {
	then           Epilogue
	transA, transB bool
	m, n, k        int
	a              []T
	lda            int
	b              []T
	ldb            int
	init           []T
	ldi            int
	c              []T
	ldc            int
}

func dense[T Float](then Epilogue, transA, transB bool, m, n, k int, a, b, bias, c []T) product[T] {
	p := product[T]{then, transA, transB, m, n, k, a, k, b, n, bias, 0, c, n}
	if transA {
		p.lda = m
	}
	if transB {
		p.ldb = k
	}
	return p
}

// once computes the product.
func (p *product[T]) once() {
	p.check()
	if p.m <= 0 || p.n <= 0 {
		return
	}
	if e := engineOf[T](); e != nil {
		e.once(p)
		return
	}
	p.portable()
}

// check panics if an operand is too short: kernels in assembly check no bounds.
func (p *product[T]) check() {
	if p.m <= 0 || p.n <= 0 {
		return
	}
	if p.transA {
		fits("a", p.a, p.k, p.m, p.lda)
	} else {
		fits("a", p.a, p.m, p.k, p.lda)
	}
	if p.transB {
		fits("b", p.b, p.n, p.k, p.ldb)
	} else {
		fits("b", p.b, p.k, p.n, p.ldb)
	}
	fits("c", p.c, p.m, p.n, p.ldc)
	if p.init != nil {
		if p.ldi == 0 {
			fits("init", p.init, 1, p.n, p.n)
		} else {
			fits("init", p.init, p.m, p.n, p.ldi)
		}
	}
}

// fits panics unless x holds rows of the given length and distance.
func fits[T Float](name string, x []T, rows, cols, ld int) {
	if rows > 0 && cols > 0 && (ld < cols && rows > 1 || len(x) < (rows-1)*ld+cols) {
		panic(fmt.Sprintf("kernel: gemm: %s has %d elements, want %d rows of %d at a distance of %d", name, len(x), rows, cols, ld))
	}
}

// operand is a matrix as kernels see it.
type operand[T Float] struct {
	first    *T  // nil when there are no elements
	row, col int // bytes to the next row and to the next column
}

func view[T Float](x []T, ld int, trans bool) operand[T] {
	size := int(unsafe.Sizeof(T(0)))
	o := operand[T]{row: ld * size, col: size}
	if len(x) > 0 {
		o.first = &x[0]
	}
	if trans {
		o.row, o.col = o.col, o.row
	}
	return o
}

// shift returns the address so many bytes behind the first element.
func (o operand[T]) shift(bytes int) *T {
	if o.first == nil {
		return nil
	}
	return (*T)(unsafe.Add(unsafe.Pointer(o.first), bytes))
}

// at returns the address of an element.
func (o operand[T]) at(row, col int) *T { return o.shift(row*o.row + col*o.col) }

// from is the part of o that begins with the element.
func (o operand[T]) from(row, col int) operand[T] {
	o.first = o.at(row, col)
	return o
}
