package op

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"

	G "gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

// Unary is a function of one number, applied to every element. F, D and D2 work
// in float64 for float32 tensors as well: the function is written once, and its
// value is rounded once.
type Unary struct {
	Name string
	F    func(x float64) float64 // f
	D    func(x float64) float64 // f′
	D2   func(x float64) float64 // f″; nil if it is not wanted
	Fast *Fast                   // f and f′ on whole slices; nil where there is no kernel
}

// probes are the arguments by which two functions of the same name are told
// apart: closures over different parameters cannot be compared.
var probes = []float64{
	-1e6, -1e3, -170, -31.7, -4.1, -2.3, -1.1, -0.6, -0.17, -1e-3, 0,
	1e-3, 0.13, 0.7, 1.2, 2.1, 4.3, 29.9, 170, 1e3, 1e6,
}

// key identifies the function by its name and by values of f, f′ and f″. Without
// them two leaky ReLUs of different slope, under one name, would be one op.
func (u Unary) key() string {
	h := fnv.New64a()
	for _, f := range []func(float64) float64{u.F, u.D, u.D2} {
		if f == nil {
			continue
		}
		for _, x := range probes {
			fmt.Fprint(h, math.Float64bits(f(x)), " ")
		}
	}
	return fmt.Sprintf("%s#%x", u.Name, h.Sum64())
}

// Apply is f(x), element by element.
//
//	dx = g·f′(x)
//
// computed from x: f need not be one-to-one. Kernels that have f′ from y = f(x)
// take that.
func (u Unary) Apply(x *G.Node) (*G.Node, error) {
	if u.F == nil {
		return nil, fmt.Errorf("%s: the function F is missing", u.Name)
	}
	if u.D == nil {
		return nil, fmt.Errorf("%s: the derivative D is missing", u.Name)
	}
	r := rule{
		name: u.key(), shape: x.Shape(), kernels: kernels{unary[float32](u.F), unary[float64](u.F)},
		diff: all1, inPlace: true,
		grad: func(in G.Nodes, y, g *G.Node) (G.Nodes, error) {
			dx, err := u.slope(in[0], g, y)
			return G.Nodes{dx}, err
		},
	}
	if u.Fast != nil && u.Fast.agrees(u) {
		r.kernels, r.then = u.Fast.forward, u.Fast.then
	}
	return apply(r, x)
}

func unary[T kernel.Float](f func(float64) float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		for i, x := range in[0] {
			out[i] = T(f(float64(x)))
		}
	}
}

// slope is g·f′(x), one op instead of a product, so that f′ needs no memory; y is
// f(x). It is linear in g: with the gradient up of the slope itself, dg =
// up·f′(x), a slope again, and dx = up·g·f″(x), the slope of f′ for the gradient
// up·g.
func (u Unary) slope(x, g, y *G.Node) (*G.Node, error) {
	if err := sameShape(u.Name+"′", x, g); err != nil {
		return nil, err
	}
	r := rule{
		name: u.key() + "′", shape: x.Shape(), kernels: kernels{slope[float32](u.D), slope[float64](u.D)},
		diff: all2,
		grad: func(in G.Nodes, _, up *G.Node) (G.Nodes, error) {
			if u.D2 == nil {
				return nil, errors.New(u.Name + ": the second derivative D2 is missing")
			}
			both, err := Mul(up, in[1])
			if err != nil {
				return nil, err
			}
			second := Unary{Name: u.Name + "′", F: u.D, D: u.D2}
			grads := make(G.Nodes, len(in))
			if grads[0], err = second.slope(in[0], both, nil); err != nil {
				return nil, err
			}
			grads[1], err = u.slope(in[0], up, y)
			return grads, err
		},
	}
	in := G.Nodes{x, g}
	if u.Fast != nil && u.Fast.agrees(u) {
		r.kernels = u.Fast.backward
		if u.Fast.byValue { // y is a function of x: it has no derivative of its own
			in, r.diff, r.unread = append(in, y), []bool{true, true, false}, []bool{true, false, false}
		}
	}
	return apply(r, in...)
}

func slope[T kernel.Float](d func(float64) float64) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		g := in[1]
		for i, x := range in[0] {
			out[i] = g[i] * T(d(float64(x)))
		}
	}
}
