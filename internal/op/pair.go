package op

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

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
	Fast   *FastPair                     // F and D on whole slices, for c = 1; nil where there is no kernel
}

// targetProbes are for the targets what probes are for the predictions.
var targetProbes = []float64{0, 1, 0.3, -1}

// key identifies the loss by its name, its columns and by values of its
// functions, because closures cannot be compared: see Unary.key.
func (l Pair) key() string {
	h := fnv.New64a()
	for _, f := range []pairFunc{l.F, l.D, l.D2} {
		if f == nil {
			continue
		}
		for _, p := range probes {
			for _, t := range targetProbes {
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
// d does not depend on p. The gradient is one op, which takes g in.
func (l Pair) Apply(p, t, w *G.Node, by Divisor) (*G.Node, error) {
	if l.F == nil || l.D == nil {
		return nil, fmt.Errorf("%s: F and D must be set", l.Name)
	}
	if err := sameShape(l.Name+": prediction and target", p, t); err != nil {
		return nil, err
	}
	if p.Dims() == 0 {
		return nil, fmt.Errorf("%s: the prediction is a scalar, want rows", l.Name)
	}
	v := pair{Pair: l, p: p, t: t, w: w, by: by, column: l.Column}
	rows := p.Shape()[0]
	if w != nil && w.Shape().TotalSize() != rows {
		return nil, fmt.Errorf("%s: %d weights for %d rows", l.Name, w.Shape().TotalSize(), rows)
	}
	cols := p.Shape().TotalSize() / max(rows, 1)
	if v.column == nil {
		v.column = slices.Repeat([]float64{1}, cols)
	}
	if len(v.column) != cols {
		return nil, fmt.Errorf("%s: %d column weights for %d columns", l.Name, len(v.column), cols)
	}
	if w != nil || l.Column != nil || l.Fast != nil && !l.Fast.agrees(l) {
		v.Fast = nil
	}
	return v.value()
}

// pair is a Pair with its nodes, which were checked.
type pair struct {
	Pair
	p, t, w *G.Node
	by      Divisor
	column  []float64
}

// inputs are p, t, w if there are weights, and what comes behind them.
func (l pair) inputs(more ...*G.Node) G.Nodes {
	in := G.Nodes{l.p, l.t}
	if l.w != nil {
		in = append(in, l.w)
	}
	return append(in, more...)
}

func (l pair) value() (*G.Node, error) {
	in := l.inputs()
	r := rule{
		name: fmt.Sprintf("%s/%d", l.key(), l.by), shape: l.p.Shape(),
		kernels: kernels{pairValue[float32](l), pairValue[float64](l)},
		diff:    []bool{true, false, false}[:len(in)],
		grad: func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dp, err := l.slope(g, 1)
			return G.Nodes{dp, nil, nil}[:len(in)], err
		},
	}
	if l.Fast != nil {
		r.kernels = l.Fast.values(l.by)
	}
	return apply(r, in...)
}

// slope is g·w_i·f(p_ij, t_ij)/d, where f is the derivative of the given order. It
// is linear in g: with the gradient up of the slope itself, dg is a slope of up,
// and dp one of up·g and the next order.
func (l pair) slope(g *G.Node, order int) (*G.Node, error) {
	f := []pairFunc{l.F, l.D, l.D2, nil}[order]
	if f == nil {
		return nil, fmt.Errorf("%s has no derivative of order %d", l.Name, order)
	}
	in := l.inputs(g)
	diff := make([]bool, len(in))
	diff[0], diff[len(in)-1] = true, true
	r := rule{
		name: fmt.Sprintf("%s/%d%s", l.key(), l.by, strings.Repeat("′", order)), shape: l.p.Shape(),
		kernels: kernels{pairSlope[float32](l, f), pairSlope[float64](l, f)}, diff: diff,
		grad: func(in G.Nodes, _, up *G.Node) (G.Nodes, error) {
			both, err := Mul(up, g)
			if err != nil {
				return nil, err
			}
			grads := make(G.Nodes, len(in))
			if grads[0], err = l.slope(both, order+1); err != nil {
				return nil, err
			}
			grads[len(in)-1], err = l.slope(up, order)
			return grads, err
		},
	}
	if l.Fast != nil && order == 1 {
		r.kernels = l.Fast.slopes(l.by)
	}
	return apply(r, in...)
}

// pairFunc is ℓ or one of its derivatives.
type pairFunc = func(p, t, c float64) float64

// pairValue computes w_i·ℓ(p, t, c_j)/d for all elements, one call of ℓ each, in
// float64 whatever the tensors hold.
func pairValue[T kernel.Float](l pair) func(out []T, in [][]T) {
	cols := len(l.column)
	return func(out []T, in [][]T) {
		var w []T
		if l.w != nil {
			w = in[2]
		}
		d := divisor(l.by, len(out), cols, w)
		for i, p := range in[0] {
			v := l.F(float64(p), float64(in[1][i]), l.column[i%cols])
			if w != nil {
				v *= float64(w[i/cols])
			}
			out[i] = T(v / d)
		}
	}
}

// pairSlope computes g·w_i·f(p, t, c_j)/d.
func pairSlope[T kernel.Float](l pair, f pairFunc) func(out []T, in [][]T) {
	l.F = f
	slope := pairValue[T](l)
	return func(out []T, in [][]T) {
		slope(out, in)
		kernel.Mul(out, out, in[len(in)-1])
	}
}

// divisor is d. Weights that sum up to 0 give 0/0, NaN.
func divisor[T kernel.Float](by Divisor, elements, cols int, w []T) float64 {
	switch {
	case by == ByOne:
		return 1
	case by == ByWeight && w != nil:
		return kernel.Total(w) * float64(cols)
	}
	return float64(elements)
}
