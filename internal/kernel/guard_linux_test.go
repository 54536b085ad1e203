package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// page hands out slices that end where readable memory ends.
type page struct{ memory []byte }

func newPage(t *testing.T) page {
	size := syscall.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 9*size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mprotect(memory[8*size:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	return page{memory[:8*size]}
}

func last[T Float](p page, n int) []T {
	bytes := n * int(unsafe.Sizeof(T(0)))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(p.memory[len(p.memory)-bytes:]))), n)
}

func testNothingBehind[T Float](t *testing.T) {
	pages := [6]page{}
	for i := range pages {
		pages[i] = newPage(t)
	}
	rng := rand.New(rand.NewPCG(15, 1))
	for range 500 {
		m, n, k := 1+rng.IntN(40), 1+rng.IntN(40), 1+rng.IntN(40)
		a, b, c, bias := last[T](pages[0], m*k), last[T](pages[1], k*n), last[T](pages[2], m*n), last[T](pages[3], n)
		GemmThen(ReLU, rng.IntN(2) == 0, rng.IntN(2) == 0, m, n, k, a, b, bias, c)
	}
	factors := make([]T, 9)
	for _, c := range streamCases[T]() {
		for n := 1; n < 70; n++ {
			s := make([][]T, c.streams)
			for i := range s {
				s[i] = last[T](pages[i], n)
			}
			c.run(s, factors)
		}
	}
	for n := 1; n < 70; n++ {
		x, p, v, sum := last[T](pages[0], 3*n), last[T](pages[1], 3*n), last[T](pages[3], 3), last[T](pages[4], 3)
		ExpRows(p, x, v, sum, n)
		ScaleRows(p, p, v, n)
		ColumnSums(last[T](pages[3], n), x)
		Total(x)
		Finite(x)
	}
}

// TestNothingBehind runs all kernels on operands that end at a page which must
// not be touched: reading one element too far would end the process.
func TestNothingBehind(t *testing.T) {
	everyType(t, testNothingBehind[float32], testNothingBehind[float64])
}
