package nn_test

import (
	"testing"
	"unsafe"

	"nabla/internal/op"
	"nabla/layers"
	"nabla/nn"
)

// All parameters share one memory, each from the start of a cache line.
func TestFlat(t *testing.T) {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{3}}, layers.Dense{Units: 5}, layers.BatchNorm{}, layers.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	flat := net.Flat32()
	end := 0
	for _, p := range net.Params() {
		x, err := op.Slice[float32](p.Tensor())
		if err != nil {
			t.Fatal(err)
		}
		if p.Offset() < end {
			t.Errorf("%s starts at %d, before %d", p.Name, p.Offset(), end)
		}
		for _, v := range flat[end:p.Offset()] {
			if v != 0 {
				t.Errorf("%v between the parameters, want 0", v)
			}
		}
		if &flat[p.Offset()] != &x[0] {
			t.Errorf("%s is not at its offset %d", p.Name, p.Offset())
		}
		if uintptr(unsafe.Pointer(&x[0]))%64 != 0 {
			t.Errorf("%s does not start a cache line", p.Name)
		}
		end = p.Offset() + p.Size()
	}
	if net.Flat64() != nil {
		t.Error("a float32 network has float64 memory")
	}
	flat[0] = 42
	if got := net.Params()[0].Values()[0]; got != 42 {
		t.Errorf("the first weight is %v, want the 42 that was written", got)
	}
}
