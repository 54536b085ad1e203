package kernel

import (
	"sync/atomic"
	"unsafe"
)

// packBytes is the largest copy of a part of b: half of a usual second-level
// cache.
const packBytes = 512 << 10

// scratch is memory for one product at a time: for copies of parts of b and a, and
// for the plan of a product that is computed only once.
type scratch struct {
	bytes  [packBytes]byte
	rows   [128 << 10]byte // of a
	plan32 plan[float32]
	plan64 plan[float64]
}

// idle is memory that nobody uses. A sync.Pool would lose it at each garbage
// collection; as many products may run at once without allocating.
var idle [8]atomic.Pointer[scratch]

func takeScratch() *scratch {
	for i := range idle {
		if s := idle[i].Swap(nil); s != nil {
			return s
		}
	}
	return new(scratch)
}

func giveScratch(s *scratch) {
	for i := range idle {
		if idle[i].CompareAndSwap(nil, s) {
			return
		}
	}
}

func planOf[T Float](s *scratch) *plan[T] {
	if unsafe.Sizeof(T(0)) == 4 {
		return (*plan[T])(unsafe.Pointer(&s.plan32))
	}
	return (*plan[T])(unsafe.Pointer(&s.plan64))
}

// aligned returns memory that begins where a cache line does.
func aligned[T Float](bytes int) *T {
	const line = 64
	memory := make([]T, (bytes+line)/int(unsafe.Sizeof(T(0))))
	past := uintptr(unsafe.Pointer(&memory[0])) % line
	return (*T)(unsafe.Add(unsafe.Pointer(&memory[0]), (line-past)%line))
}

// copyRows copies k rows of n elements; ldb and step lead to the next ones, in
// bytes.
func copyRows[T Float](k, n int, b *T, ldb int, to *T, step int) {
	for l := range k {
		copy(unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(to), l*step)), n), unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(b), l*ldb)), n))
	}
}
