package op

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

// Softmax is exp(x_i) / Σ_j exp(x_j) along one axis, computed with the largest
// x subtracted, which cancels in the fraction and keeps exp from overflowing. A
// negative axis counts from the last one.
//
//	dx = y·(g − Σ g·y)
//
// because ∂y_j/∂x_i = y_j·(δ_ij − y_i): Σ_j g_j·y_j·(δ_ij − y_i) is
// y_i·(g_i − Σ_j g_j·y_j). It needs y alone, which is there already.
func Softmax(x *G.Node, axis int) (*G.Node, error) {
	a, err := along("softmax", x, axis)
	if err != nil {
		return nil, err
	}
	return apply(rule{
		name: fmt.Sprintf("softmax%v", a.Dims), shape: x.Shape(),
		kernels: kernels{softmax[float32](a, false), softmax[float64](a, false)}, diff: all1,
		grad: func(_ G.Nodes, y, g *G.Node) (G.Nodes, error) {
			gy, err := Mul(g, y)
			if err != nil {
				return nil, err
			}
			mean, err := sumBack(gy, a)
			if err != nil {
				return nil, err
			}
			d, err := Sub(g, mean)
			if err != nil {
				return nil, err
			}
			dx, err := Mul(y, d)
			return G.Nodes{dx}, err
		},
	}, x)
}

// LogSoftmax is x_i − log Σ_j exp(x_j) along one axis.
//
//	dx = g − exp(y)·Σ g
//
// because ∂y_j/∂x_i = δ_ij − p_i with p = softmax x = exp(y). It is not the
// logarithm of Softmax: that is −Inf where a probability is rounded to 0.
func LogSoftmax(x *G.Node, axis int) (*G.Node, error) {
	a, err := along("log-softmax", x, axis)
	if err != nil {
		return nil, err
	}
	return apply(rule{
		name: fmt.Sprintf("log-softmax%v", a.Dims), shape: x.Shape(),
		kernels: kernels{softmax[float32](a, true), softmax[float64](a, true)}, diff: all1,
		grad: func(_ G.Nodes, y, g *G.Node) (G.Nodes, error) {
			p, err := Exp.Apply(y)
			if err != nil {
				return nil, err
			}
			total, err := sumBack(g, a)
			if err != nil {
				return nil, err
			}
			pt, err := Mul(p, total)
			if err != nil {
				return nil, err
			}
			dx, err := Sub(g, pt)
			return G.Nodes{dx}, err
		},
	}, x)
}

// Exp is eˣ, its own derivative.
var Exp = Unary{Name: "exp", F: math.Exp, D: math.Exp, D2: math.Exp}

// along views x as [before, axis, after] and keeps what is not the axis: a line
// along the axis is every after-th element, and there are before·after lines.
func along(name string, x *G.Node, axis int) (Axes, error) {
	s := x.Shape()
	if axis < 0 {
		axis += len(s)
	}
	if axis < 0 || axis >= len(s) {
		return Axes{}, fmt.Errorf("%s: no axis %d in shape %v", name, axis, s)
	}
	a := Axes{Dims: [3]int{1, s[axis], 1}, Keep: [3]bool{true, false, true}}
	for i, d := range s {
		switch {
		case i < axis:
			a.Dims[0] *= d
		case i > axis:
			a.Dims[2] *= d
		}
	}
	return a, nil
}

// sumBack replaces each element by the sum over its axis: the Σ of the
// derivatives, in the shape that they need it in.
func sumBack(x *G.Node, a Axes) (*G.Node, error) {
	s, err := Sum(x, a, []int{a.Size()})
	if err != nil {
		return nil, err
	}
	return Spread(s, a, x.Shape())
}

// softmax computes line by line: along the last axis, where lines are rows in
// memory, by kernels.
func softmax[T kernel.Float](a Axes, log bool) func(out []T, in [][]T) {
	if a.Dims[2] == 1 {
		return softmaxRows[T](a.Dims[0], a.Dims[1], log)
	}
	return softmaxAcross[T](a, log)
}

func softmaxRows[T kernel.Float](rows, columns int, log bool) func(out []T, in [][]T) {
	top, sum := make([]T, rows), make([]T, rows)
	return func(out []T, in [][]T) {
		kernel.ExpRows(out, in[0], top, sum, columns)
		if !log {
			for i, s := range sum {
				sum[i] = 1 / s
			}
			kernel.ScaleRows(out, out, sum, columns)
			return
		}
		kernel.Log(sum, sum)
		for i, lse := range sum {
			x, y := in[0][i*columns:(i+1)*columns], out[i*columns:(i+1)*columns]
			for j, v := range x {
				y[j] = v - top[i] - lse // the large numbers cancel first
			}
		}
	}
}

// softmaxAcross takes any axis: span is the memory between the start of a line and
// the first element behind it, step that from one element to the next.
func softmaxAcross[T kernel.Float](a Axes, log bool) func(out []T, in [][]T) {
	step := a.Dims[2]
	span := a.Dims[1] * step
	return func(out []T, in [][]T) {
		for start := 0; start < len(out); start += span {
			for i := start; i < start+step; i++ {
				x, y := in[0][i:], out[i:]
				sum, top := sumExp(x, span, step)
				lse := math.Log(sum)
				for j := 0; j < span; j += step {
					if d := float64(x[j]) - top; log {
						y[j] = T(d - lse)
					} else {
						y[j] = T(math.Exp(d) / sum)
					}
				}
			}
		}
	}
}

// sumExp returns Σ exp(x − top) and top, the largest of every step-th element
// of x below span. The largest term is 1, so the sum is at least 1 and at most
// the number of elements: its logarithm and its inverse are safe.
func sumExp[T kernel.Float](x []T, span, step int) (sum, top float64) {
	top = math.Inf(-1)
	for j := 0; j < span; j += step {
		top = math.Max(top, float64(x[j]))
	}
	for j := 0; j < span; j += step {
		sum += math.Exp(float64(x[j]) - top)
	}
	return sum, top
}
