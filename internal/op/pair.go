package op

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

// Pair is a loss ℓ(p, t) of a prediction p and its target t, element by
// element, with the derivatives by p. c is a constant of the column.
type Pair struct {
	Name   string
	F      func(p, t, c float64) float64 // ℓ
	D      func(p, t, c float64) float64 // ∂ℓ/∂p
	D2     func(p, t, c float64) float64 // ∂²ℓ/∂p²; nil if it is not wanted
	Column []float64                     // c by column; nil stands for 1
}

// key identifies the loss by its name, its columns and by values of its
// functions, because closures cannot be compared: see Unary.key.
func (l Pair) key() string {
	h := fnv.New64a()
	for _, f := range []pairFunc{l.F, l.D, l.D2} {
		if f == nil {
			continue
		}
		for _, p := range probes {
			for _, t := range []float64{0, 1, 0.3, -1} {
				fmt.Fprint(h, math.Float64bits(f(p, t, 1)), math.Float64bits(f(p, t, 2)), " ")
			}
		}
	}
	return fmt.Sprintf("%s#%x%v", l.Name, h.Sum64(), l.Column)
}

// Apply is w_i·ℓ(p_ij, t_ij)/d, element by element. p and t have one shape, w
// one element per row or is nil; d counts all elements, or the weights once per
// column. t and w are constants.
//
//	dp = g·w_i·ℓ′(p_ij, t_ij)/d
//
// d does not depend on p, so that the derivative is the same op with ℓ′ in place
// of ℓ, and the second derivative the same with ℓ″.
func (l Pair) Apply(p, t, w *G.Node, by Divisor) (*G.Node, error) {
	if l.F == nil || l.D == nil {
		return nil, fmt.Errorf("%s: F and D must be set", l.Name)
	}
	return l.apply(p, t, w, by, l.key(), []pairFunc{l.F, l.D, l.D2})
}

// pairFunc is ℓ or one of its derivatives.
type pairFunc = func(p, t, c float64) float64

// apply builds the first of the given derivatives; its gradient is the next.
func (l Pair) apply(p, t, w *G.Node, by Divisor, name string, orders []pairFunc) (*G.Node, error) {
	if err := sameShape(l.Name+": prediction and target", p, t); err != nil {
		return nil, err
	}
	if p.Dims() == 0 {
		return nil, fmt.Errorf("%s: the prediction is a scalar, want rows", l.Name)
	}
	in := G.Nodes{p, t}
	rows := p.Shape()[0]
	if w != nil {
		in = append(in, w)
		if w.Shape().TotalSize() != rows {
			return nil, fmt.Errorf("%s: %d weights for %d rows", l.Name, w.Shape().TotalSize(), rows)
		}
	}
	cols := p.Shape().TotalSize() / max(rows, 1)
	column := l.Column
	if column == nil {
		column = slices.Repeat([]float64{1}, cols)
	}
	if len(column) != cols {
		return nil, fmt.Errorf("%s: %d column weights for %d columns", l.Name, len(column), cols)
	}
	r := rule{
		name: fmt.Sprintf("%s/%d", name, by), shape: p.Shape(),
		kernels: kernels{pair[float32](orders[0], column, by), pair[float64](orders[0], column, by)},
		diff:    []bool{true, false, false}[:len(in)],
	}
	if len(orders) > 1 && orders[1] != nil {
		r.grad = func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			d, err := l.apply(p, t, w, by, name+"′", orders[1:])
			if err != nil {
				return nil, err
			}
			dp, err := Mul(g, d)
			return G.Nodes{dp, nil, nil}[:len(in)], err
		}
	}
	return apply(r, in...)
}

// pair computes w_i·f(p, t, c_j)/each for all elements, one call of f each, in
// float64 whatever the tensors hold. Weights that sum up to 0 give 0/0, NaN.
func pair[T kernel.Float](f pairFunc, column []float64, by Divisor) func(out []T, in [][]T) {
	cols := len(column)
	return func(out []T, in [][]T) {
		p, t := in[0], in[1]
		var w []T
		if len(in) > 2 {
			w = in[2]
		}
		each := float64(len(p))
		if w != nil && by == ByWeight {
			each = sumOf(w) * float64(cols)
		}
		if by == ByOne {
			each = 1
		}
		for i := range p {
			v := f(float64(p[i]), float64(t[i]), column[i%cols])
			if w != nil {
				v *= float64(w[i/cols])
			}
			out[i] = T(v / each)
		}
	}
}

// sumOf adds in float64: many float32 weights would lose the small ones.
func sumOf[T kernel.Float](x []T) (sum float64) {
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}
