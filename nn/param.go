package nn

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/op"
)

// Param is a named tensor of a network. All graphs of the network share it:
// what is written into it is seen by the next run of each of them.
type Param struct {
	Name      string // the path of its layer and its own name: "0.weight"
	Shape     []int
	Trainable bool // false for running statistics; graphs built from then on heed it
	value     *tensor.Dense
	linear    bool // the W of x·W, with shape (in, out)
	offset    int
}

// Size returns the number of elements.
func (p *Param) Size() int { return tensor.Shape(p.Shape).TotalSize() }

// Tensor returns the tensor itself, not a copy.
func (p *Param) Tensor() *tensor.Dense { return p.value }

// Values returns a copy of the elements, row-major.
func (p *Param) Values() []float64 {
	x := make([]float64, p.Size())
	copyTo(x, p.value)
	return x
}

// Read copies the elements into x, as many as fit. It allocates nothing.
func (p *Param) Read(x []float64) { copyTo(x, p.value) }

// Set overwrites the elements, row-major.
func (p *Param) Set(x []float64) error {
	if len(x) != p.Size() {
		return fmt.Errorf("nn: %s has shape %v, %d elements; got %d", p.Name, p.Shape, p.Size(), len(x))
	}
	copyFrom(p.value, x)
	return nil
}

// NonFinite reports whether an element is NaN or infinite.
func (p *Param) NonFinite() bool {
	return slices.ContainsFunc(p.Values(), nonFinite)
}

func nonFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// copyTo reads a dense tensor or scalar of either dtype into x.
func copyTo(x []float64, v gorgonia.Value) {
	if f32, err := op.Slice[float32](v); err == nil {
		for i, e := range f32[:min(len(f32), len(x))] {
			x[i] = float64(e)
		}
	} else if f64, err := op.Slice[float64](v); err == nil {
		copy(x, f64)
	}
}

// copyFrom writes x into a dense tensor of either dtype.
func copyFrom(v gorgonia.Value, x []float64) {
	if f32, err := op.Slice[float32](v); err == nil {
		for i, e := range x {
			f32[i] = float32(e)
		}
	} else if f64, err := op.Slice[float64](v); err == nil {
		copy(f64, x)
	}
}
