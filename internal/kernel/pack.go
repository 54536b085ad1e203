package kernel

import (
	"sync/atomic"
	"unsafe"
)

// buffer is memory for a packed part of b: half of a usual second-level cache.
type buffer struct{ bytes [512 << 10]byte }

// buffers that nobody uses. A sync.Pool would lose them at each garbage
// collection; as many products may run at once without allocating.
var buffers [8]atomic.Pointer[buffer]

func takeBuffer() *buffer {
	for i := range buffers {
		if b := buffers[i].Swap(nil); b != nil {
			return b
		}
	}
	return new(buffer)
}

func giveBuffer(b *buffer) {
	for i := range buffers {
		if buffers[i].CompareAndSwap(nil, b) {
			return
		}
	}
}

// packed copies k rows and n columns of b into panels of two vectors, in which
// the rows follow each other without a gap, and returns the copy and the bytes
// from panel to panel. What is behind column n of the last panel is undefined.
func (e *engine[T]) packed(to *buffer, b operand[T], trans bool, k, n int) (operand[T], int) {
	size := int(unsafe.Sizeof(T(0)))
	panel := 2 * e.lanes
	p := operand[T]{first: (*T)(unsafe.Pointer(to)), row: panel * size, col: size}
	for j := 0; j < n; j += panel {
		cols := min(panel, n-j)
		dst := unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(to), j*k*size)), k*panel)
		if trans {
			e.packColumns(dst, b.from(0, j), k, cols)
			continue
		}
		for l := range k {
			copy(dst[l*panel:l*panel+cols], unsafe.Slice(b.at(l, j), cols))
		}
	}
	return p, k * panel * size
}

// packColumns fills a panel from a matrix whose columns are rows in memory.
func (e *engine[T]) packColumns(dst []T, b operand[T], k, n int) {
	size := int(unsafe.Sizeof(T(0)))
	panel := 2 * e.lanes
	whole := k &^ (16/size - 1)
	j := 0
	for ; j+e.lanes <= n && whole > 0; j += e.lanes {
		e.transpose(whole, b.at(0, j), b.col, &dst[j], panel*size)
		for l := whole; l < k; l++ {
			for v := range e.lanes {
				dst[l*panel+j+v] = *b.at(l, j+v)
			}
		}
	}
	for ; j < n; j++ {
		for l, v := range unsafe.Slice(b.at(0, j), k) {
			dst[l*panel+j] = v
		}
	}
}
