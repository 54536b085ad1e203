package nn

import (
	"unsafe"

	"gorgonia.org/tensor"

	"nabla/internal/op"
)

// flat is the memory of all parameters, in the number type of the network; the
// other slice is nil.
type flat struct {
	f32 []float32
	f64 []float64
}

// line is the length of a cache line in bytes. A vector load across two lines
// takes twice as long, so every parameter starts a line of its own.
const line = 64

// Flat32 returns the memory of all parameters, one behind the other in the order
// of Params, each from its Offset; nil unless the network computes in Float32.
// What is written into it is seen by the next run of each graph. What lies between
// the parameters is 0 and means nothing; it must be finite.
func (n *Network) Flat32() []float32 { return n.flat.f32 }

// Flat64 is Flat32 for a network that computes in Float64.
func (n *Network) Flat64() []float64 { return n.flat.f64 }

// Offset returns where the parameter starts in Flat32 or Flat64.
func (p *Param) Offset() int { return p.offset }

// gather moves all parameters into one slice, so that what is done to each number
// can be done in one go.
func (n *Network) gather() {
	if n.config.DType == Float64 {
		n.flat.f64 = gather[float64](n.params)
	} else {
		n.flat.f32 = gather[float32](n.params)
	}
}

func gather[T float32 | float64](params []*Param) []T {
	size := 0
	for _, p := range params {
		p.offset = size
		size += aligned[T](p.Size())
	}
	all := Aligned[T](size)
	for _, p := range params {
		own := all[p.offset : p.offset+p.Size() : p.offset+p.Size()]
		old, _ := op.Slice[T](p.value) // just made, of this type
		copy(own, old)
		p.value = tensor.New(tensor.WithShape(p.Shape...), tensor.WithBacking(own))
	}
	return all
}

// aligned rounds a number of elements up to whole lines.
func aligned[T float32 | float64](n int) int {
	elements := line / int(unsafe.Sizeof(T(0)))
	return (n + elements - 1) / elements * elements
}

// Aligned allocates n zeros from the start of a cache line, as Flat32 and Flat64
// are.
func Aligned[T float32 | float64](n int) []T {
	size := int(unsafe.Sizeof(T(0)))
	x := make([]T, n+line/size)
	skip := 0
	if beyond := int(uintptr(unsafe.Pointer(unsafe.SliceData(x))) % line); beyond > 0 {
		skip = (line - beyond) / size
	}
	return x[skip : skip+n : skip+n]
}
