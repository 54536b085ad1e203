package op

import (
	"fmt"
	"hash"
	"hash/fnv"
	"slices"
	"unsafe"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// Fused is an op of this package, a gorgonia.SDOp whose shapes are known. One
// type serves all of them: what differs is in the rule that it was made of.
type Fused struct {
	rule
	in    []hm.Type // of the inputs, for gorgonia's type inference
	dtype tensor.Dtype
}

// kernels is one computation in both precisions. A kernel overwrites out, of
// whose old numbers it must not make use, and leaves in alone. What it needs
// besides, sizes and functions, it closes over when the node is made, so that a
// run allocates nothing.
type kernels struct {
	f32 func(out []float32, in [][]float32)
	f64 func(out []float64, in [][]float64)
}

// rule is what makes one op differ from another.
type rule struct {
	name    string       // what is computed, with every static parameter: it identifies the op
	shape   tensor.Shape // of the output
	kernels              // nil for a plain product
	product *product     // comes before the kernels, if there is one
	diff    []bool       // which inputs have a derivative
	// grad returns one gradient per input, nil where diff is false: given the
	// inputs, the output y and g = ∂cost/∂y it makes nodes of Σ g·∂y/∂input, the
	// chain rule. Whichever of inputs and output is cheaper may be used again. It
	// is nil where derivatives end.
	grad func(in G.Nodes, out, grad *G.Node) (G.Nodes, error)

	unread  []bool          // inputs that only the graph needs, not the kernels; nil: none
	inPlace bool            // the kernels may write over their only input
	then    kernel.Epilogue // does the same as the kernels behind a product, or Linear
	drawn   bool            // anew in each run: not a function of the inputs alone
}

// apply makes the node of a rule over its inputs, which share one dtype. The
// same rule over the same inputs is the same node: gorgonia tells nodes apart by
// hash, so that gradients share what they have in common.
func apply(r rule, in ...*G.Node) (*G.Node, error) {
	f := &Fused{rule: r, dtype: in[0].Dtype()}
	if f.dtype != tensor.Float64 && f.dtype != tensor.Float32 {
		return nil, fmt.Errorf("%s: dtype %v, want float32 or float64", r.name, f.dtype)
	}
	for i, n := range in {
		if n.Dtype() != f.dtype {
			return nil, fmt.Errorf("%s: input %d is %v, input 0 is %v", r.name, i, n.Dtype(), f.dtype)
		}
		f.in = append(f.in, n.Type())
	}
	return G.ApplyOp(f, in...)
}

// Arity implements gorgonia.Op.
func (f *Fused) Arity() int { return len(f.in) }

// Type implements gorgonia.Op: a function from the types of the inputs to that
// of the output. A scalar has no tensor type.
func (f *Fused) Type() hm.Type {
	var out hm.Type = f.dtype
	if len(f.shape) > 0 {
		out = G.TensorType{Dims: len(f.shape), Of: f.dtype}
	}
	return hm.NewFnType(append(slices.Clone(f.in), out)...)
}

// InferShape implements gorgonia.Op.
func (f *Fused) InferShape(...G.DimSizer) (tensor.Shape, error) { return f.shape.Clone(), nil }

// Do implements gorgonia.Op, for gorgonia's own machines; internal/exec binds.
func (f *Fused) Do(in ...G.Value) (G.Value, error) { return f.UsePreallocDo(f.Output(), in...) }

// UsePreallocDo implements gorgonia.UsePreallocDoer; it overwrites out.
func (f *Fused) UsePreallocDo(out G.Value, in ...G.Value) (G.Value, error) {
	run, err := f.Bind(nil, out, in...)
	if err != nil {
		return nil, err
	}
	run()
	return out, nil
}

// Output allocates a value for the result.
func (f *Fused) Output() G.Value {
	switch {
	case len(f.shape) > 0:
		return tensor.New(tensor.Of(f.dtype), tensor.WithShape(f.shape...))
	case f.dtype == tensor.Float32:
		return G.NewF32(0)
	default:
		return G.NewF64(0)
	}
}

// Bind returns a function that computes out from in each time it is called, on
// the cores of the pool, and allocates nothing. It keeps the slices behind the
// values. What Reads denies may be nil.
func (f *Fused) Bind(pool *kernel.Pool, out G.Value, in ...G.Value) (func(), error) {
	if f.dtype == tensor.Float32 {
		return bind(f, f.f32, pool, out, in)
	}
	return bind(f, f.f64, pool, out, in)
}

// bind looks the slices up once. What is left for a run is a call of the kernel.
func bind[T kernel.Float](f *Fused, k func([]T, [][]T), pool *kernel.Pool, out G.Value, in []G.Value) (func(), error) {
	o, err := Slice[T](out)
	if err != nil {
		return nil, fmt.Errorf("%s: output: %w", f.name, err)
	}
	x := make([][]T, len(in))
	for i, v := range in {
		if !f.Reads(i) {
			continue
		}
		if x[i], err = Slice[T](v); err != nil {
			return nil, fmt.Errorf("%s: input %d: %w", f.name, i, err)
		}
	}
	if f.product != nil {
		return bindProduct(f.product, k, pool, o, x), nil
	}
	return func() { k(o, x) }, nil
}

// Reads reports whether a run reads the numbers of an input.
func (f *Fused) Reads(input int) bool { return f.unread == nil || !f.unread[input] }

// Constant reports whether equal inputs give an equal result in every run.
func (f *Fused) Constant() bool { return !f.drawn }

// Slice returns the numbers of a dense row-major tensor or of a gorgonia
// scalar. The slice shares the memory of v. It allocates nothing.
func Slice[T kernel.Float](v G.Value) ([]T, error) {
	// Pointers pass through an interface without allocation, slices do not.
	var first any
	n := 1
	switch v := v.(type) {
	case *G.F32:
		first = (*float32)(v)
	case *G.F64:
		first = (*float64)(v)
	case *tensor.Dense:
		switch {
		case v.RequiresIterator() || v.DataOrder().IsColMajor():
			return nil, fmt.Errorf("%v is not a dense row-major tensor", v.Shape())
		case v.Dtype() == tensor.Float32:
			first, n = unsafe.SliceData(v.Float32s()), v.Shape().TotalSize()
		case v.Dtype() == tensor.Float64:
			first, n = unsafe.SliceData(v.Float64s()), v.Shape().TotalSize()
		}
	}
	if p, ok := first.(*T); ok {
		return unsafe.Slice(p, n), nil
	}
	var want T
	return nil, fmt.Errorf("%T of dtype %v does not hold %T", v, v.Dtype(), want)
}

// ReturnsPtr implements gorgonia.Op: the result is a tensor, not a copy.
func (f *Fused) ReturnsPtr() bool { return true }

// CallsExtern implements gorgonia.Op: there is no cgo and no GPU.
func (f *Fused) CallsExtern() bool { return false }

// OverwritesInput implements gorgonia.Op: −1 is no input.
func (f *Fused) OverwritesInput() int { return -1 }

// WriteHash implements gorgonia.Op. It must tell apart all ops that compute
// different things, or gorgonia would merge their nodes: hence the rule that the
// name holds every parameter.
func (f *Fused) WriteHash(h hash.Hash) { fmt.Fprintf(h, "nabla.%s:%v:%v", f.name, f.dtype, f.shape) }

// Hashcode implements gorgonia.Op.
func (f *Fused) Hashcode() uint32 {
	h := fnv.New32a()
	f.WriteHash(h)
	return h.Sum32()
}

// String implements fmt.Stringer.
func (f *Fused) String() string { return f.name }

// DiffWRT implements gorgonia.SDOp.
func (f *Fused) DiffWRT(int) []bool { return f.diff }

// SymDiff implements gorgonia.SDOp: the gradients as nodes, which can be
// differentiated again until an op has no grad.
func (f *Fused) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	if f.grad == nil {
		return nil, fmt.Errorf("%s has no further derivative", f.name)
	}
	return f.grad(in, out, grad)
}

// all and none are the common values of rule.diff.
var (
	all1, all2 = []bool{true}, []bool{true, true}
	none       = []bool{false, false, false, false}
)

// each runs gradient builders in turn and collects their nodes; a nil builder
// stands for an input without a derivative.
func each(builders ...func() (*G.Node, error)) (G.Nodes, error) {
	nodes := make(G.Nodes, len(builders))
	for i, build := range builders {
		if build == nil {
			continue
		}
		n, err := build()
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}
