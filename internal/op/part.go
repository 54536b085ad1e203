package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// Part is a run of consecutive slices of x along an axis: count of them, the first
// at index from. Time steps of a sequence (rows, steps, features) are cut out so.
//
// Each element of the result is one of x, so dx is g at the same place and 0
// around it: Place. Part and Place are the transposes of each other, and each is
// the derivative of the other.
func Part(x *G.Node, axis, from, count int) (*G.Node, error) {
	shape := x.Shape()
	if axis < 0 || axis >= len(shape) || from < 0 || count < 1 || from+count > shape[axis] {
		return nil, fmt.Errorf("part: %d slices from %d on axis %d of shape %v", count, from, axis, shape)
	}
	all, s := shape[axis], stretchOf(shape, axis, from, count)
	shape[axis] = count
	return apply(rule{
		name: fmt.Sprintf("part%v", s), shape: shape, kernels: kernels{part[float32](s), part[float64](s)}, diff: all1,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := Place(g, axis, from, all)
			return G.Nodes{dx}, err
		},
	}, x)
}

// Place puts x between zeros so that the axis has the extent all and x begins at
// index from: what Part cuts out again. dx is Part of g.
func Place(x *G.Node, axis, from, all int) (*G.Node, error) {
	shape := x.Shape()
	if axis < 0 || axis >= len(shape) || from < 0 || from+shape[axis] > all {
		return nil, fmt.Errorf("place: shape %v at %d of %d on axis %d", shape, from, all, axis)
	}
	count := shape[axis]
	shape[axis] = all
	s := stretchOf(shape, axis, from, count)
	return apply(rule{
		name: fmt.Sprintf("place%v", s), shape: shape, kernels: kernels{place[float32](s), place[float64](s)}, diff: all1,
		grad: func(_ G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := Part(g, axis, from, count)
			return G.Nodes{dx}, err
		},
	}, x)
}

// stretch is where the part lies in the whole, whose rows of all numbers hold
// size numbers of the part from the number first on.
type stretch struct{ all, first, size int }

func stretchOf(whole tensor.Shape, axis, from, count int) stretch {
	inner := 1
	for _, d := range whole[axis+1:] {
		inner *= d
	}
	return stretch{whole[axis] * inner, from * inner, count * inner}
}

func part[T kernel.Float](s stretch) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		for from := in[0][s.first:]; len(out) > 0; out = out[s.size:] {
			copy(out[:s.size], from)
			from = from[min(s.all, len(from)):]
		}
	}
}

func place[T kernel.Float](s stretch) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		clear(out)
		for x := in[0]; len(x) > 0; x = x[s.size:] {
			copy(out[s.first:], x[:s.size])
			out = out[s.all:]
		}
	}
}
