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
// slices panic.
func Gemm[T Float](transA, transB bool, m, n, k int, a, b, bias, c []T) {
	GemmThen(Linear, transA, transB, m, n, k, a, b, bias, c)
}

// GemmThen is Gemm with an epilogue at the store, so that a layer's activation
// costs no pass of its own.
func GemmThen[T Float](then Epilogue, transA, transB bool, m, n, k int, a, b, bias, c []T) {
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	GemmStrided(then, transA, transB, m, n, k, a, lda, b, ldb, bias, 0, c, n)
}

// GemmStrided computes c = then(init + op(a)·op(b)) on parts of larger matrices:
// lda, ldb, ldi and ldc are the distances between their rows. init is nil for
// zero, one row for all with ldi 0, or a matrix; it may be c itself, with ldi =
// ldc, to add to what is there.
//
// The additions of an element of c run in one order, given by k alone: from init
// through its row of op(a). An element is the same whatever m and n are.
func GemmStrided[T Float](then Epilogue, transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, init []T, ldi int, c []T, ldc int) {
	if m <= 0 || n <= 0 {
		return
	}
	checkOperands(transA, transB, m, n, k, a, lda, b, ldb, init, ldi, c, ldc)
	if e := engineOf[T](); e != nil {
		e.gemm(then, transA, transB, m, n, k, a, lda, b, ldb, init, ldi, c, ldc)
		return
	}
	gemmPortable(then, transA, transB, m, n, k, a, lda, b, ldb, init, ldi, c, ldc)
}

// checkOperands panics unless the operands of GemmStrided are long enough.
func checkOperands[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, init []T, ldi int, c []T, ldc int) {
	if transA {
		fits("a", a, k, m, lda)
	} else {
		fits("a", a, m, k, lda)
	}
	if transB {
		fits("b", b, n, k, ldb)
	} else {
		fits("b", b, k, n, ldb)
	}
	fits("c", c, m, n, ldc)
	if init != nil {
		if ldi == 0 {
			fits("init", init, 1, n, n)
		} else {
			fits("init", init, m, n, ldi)
		}
	}
}

// fits panics unless x holds rows of the given length and distance: kernels in
// assembly check no bounds.
func fits[T Float](name string, x []T, rows, cols, ld int) {
	if rows > 0 && cols > 0 && (ld < cols && rows > 1 || len(x) < (rows-1)*ld+cols) {
		panic(fmt.Sprintf("kernel: gemm: %s has %d elements, want %d rows of %d at a distance of %d", name, len(x), rows, cols, ld))
	}
}

// microKernel computes a block of c; see micro in gen/gemm.go. All strides are
// in bytes.
type microKernel[T Float] func(k int, a *T, rsa, csa int, b *T, ldb int, init *T, ldi int, c *T, ldc int, n, relu int)

// engine holds the kernels of one level for products of one type.
type engine[T Float] struct {
	lanes     int // elements in a vector
	depth     int // largest part of k that is worked through at once
	heights   [3]int
	micro     [3][2]microKernel[T] // by height and by vectors
	transpose func(k int, b *T, ldb int, to *T, ldt int)
	fma       func(n int) // 12·n multiply-adds of whole vectors
}

// The engines in use; nil for portable code.
var (
	engine32 *engine[float32]
	engine64 *engine[float64]
)

func engineOf[T Float]() *engine[T] {
	if unsafe.Sizeof(T(0)) == 4 {
		return (*engine[T])(unsafe.Pointer(engine32))
	}
	return (*engine[T])(unsafe.Pointer(engine64))
}

// operand is a matrix as micro-kernels see it.
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

// Reading b in place is fastest unless its rows are strewn over so much memory,
// and used so often, that a packed copy pays.
const packRows, packSize = 64, 1 << 18

// gemm works through k in even parts of at most e.depth, and through the columns
// of c in parts whose copy of b fits the buffer if b is packed.
func (e *engine[T]) gemm(then Epilogue, transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, init []T, ldi int, c []T, ldc int) {
	av, bv, iv, cv := view(a, lda, transA), view(b, ldb, transB), view(init, ldi, false), view(c, ldc, false)
	width := n
	var pack *buffer
	if transB || m >= packRows && k*n >= packSize {
		pack = takeBuffer()
		defer giveBuffer(pack)
	}
	parts := max(1, (k+e.depth-1)/e.depth)
	step := max(1, (k+parts-1)/parts)
	if pack != nil {
		panel := 2 * e.lanes
		width = min(n, len(pack.bytes)/int(unsafe.Sizeof(T(0)))/step/panel*panel)
	}
	for j := 0; j < n; j += width {
		cols := min(width, n-j)
		for l := 0; l == 0 || l < k; l += step {
			deep := min(step, k-l)
			bPart, initPart, last := bv.from(l, j), iv.from(0, j), then
			if l > 0 {
				initPart = cv.from(0, j)
			}
			if l+deep < k {
				last = Linear
			}
			panelStep := 0
			if pack != nil {
				bPart, panelStep = e.packed(pack, bPart, transB, deep, cols)
			}
			e.block(last, m, cols, deep, av.from(0, l), bPart, panelStep, initPart, cv.from(0, j))
		}
	}
}

// block computes m rows of c with micro-kernels, the tallest first. Panels of b,
// the columns of two vectors, lie panelStep bytes apart, or side by side if it
// is 0.
func (e *engine[T]) block(then Epilogue, m, n, k int, a, b operand[T], panelStep int, init, c operand[T]) {
	panel := 2 * e.lanes
	if panelStep == 0 {
		panelStep = panel * b.col
	}
	height := 0
	for i := 0; i < m; {
		for e.heights[height] > m-i {
			height++
		}
		ai := a.at(i, 0)
		for j, bj := 0, 0; j < n; j, bj = j+panel, bj+panelStep {
			cols := n - j
			vectors := 0
			if cols > e.lanes {
				vectors, cols = 1, min(cols-e.lanes, e.lanes)
			}
			e.micro[height][vectors](k, ai, a.row, a.col, b.shift(bj), b.row, init.at(i, j), init.row, c.at(i, j), c.row, cols, int(then))
		}
		i += e.heights[height]
	}
}

// FMA runs at least n multiply-adds in registers, as fast as one core can, and
// returns how many floating-point operations that were, two for each: the roof
// over every product. It is 0 at the level Generic, which has no such roof.
func FMA[T Float](n int) int {
	e := engineOf[T]()
	if e == nil {
		return 0
	}
	each := 12 * e.lanes
	rounds := (n + each - 1) / each
	e.fma(rounds)
	return 2 * rounds * each
}
