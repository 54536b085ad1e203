package kernel

import "unsafe"

// engine holds the kernels of one level for products of one type.
type engine[T Float] struct {
	lanes   int           // elements in a vector
	depth   int           // largest part of k that is worked through at once
	shallow int           // the same where a strip has a line of the cache for each k, or two
	blocks  [2][]block[T] // kernels for blocks of one and of two vectors, tallest first

	// Copies of k rows and n columns of op(b), vector by vector; see gen/pack.go.
	transpose, collect func(k, n int, b *T, ldb int, to *T, step int)
	flip               func(k, n int, b *T, ldb int, to *T, step int) // to, of k rows, is the transpose of n rows

	fma func(n int) // 12·n multiply-adds of whole vectors
}

// block is a kernel and the rows of its blocks.
type block[T Float] struct {
	rows int
	run  func(s *sheet[T], b *T)
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
