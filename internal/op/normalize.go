package op

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// Normalization sees a tensor as [outer, channel, inner] and brings every
// channel to mean 0 and variance 1 (Ioffe, Szegedy 2015; Ba, Kiros, Hinton 2016).
// Batch normalisation of (rows, features) is
// {rows, features, 1}, layer normalisation is {1, rows, features}.
type Normalization struct {
	Dims    [3]int
	Epsilon float64 // added to the variance
}

func (n Normalization) check(x *G.Node) error {
	if x.Shape().TotalSize() != n.Dims[0]*n.Dims[1]*n.Dims[2] {
		return fmt.Errorf("normalize: shape %v does not fit %v", x.Shape(), n.Dims)
	}
	return nil
}

// Apply is x̂ = (x − μ)/√(σ² + ε), μ and σ² being those of the channel.
//
//	dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε)
//
// x_i reaches the output directly, through μ and through σ²: with
// r = 1/√(σ² + ε) and m elements in the channel, ∂μ/∂x_i = 1/m,
// ∂σ²/∂x_i = 2·(x_i − μ)/m and ∂r/∂σ² = −r³/2 give the three terms. What is left
// of g is orthogonal to the two directions, all ones and x̂, along which x can
// move without a change of x̂ (exactly so for ε = 0).
func (n Normalization) Apply(x *G.Node) (*G.Node, error) {
	if err := n.check(x); err != nil {
		return nil, err
	}
	return apply(rule{
		name: fmt.Sprintf("normalize%v", n), shape: x.Shape(),
		kernels: kernels{normalize[float32](n), normalize[float64](n)}, diff: all1,
		grad: func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := n.slope(g, in[0])
			return G.Nodes{dx}, err
		},
	}, x)
}

// slope is the gradient above. It is linear in g, with the matrix
// r·(I − 1·1ᵀ/m − x̂·x̂ᵀ/m), which is symmetric: its transpose, the derivative by
// g, is slope once more, of up.
func (n Normalization) slope(g, x *G.Node) (*G.Node, error) {
	return apply(rule{
		name: fmt.Sprintf("normalize′%v", n), shape: x.Shape(),
		kernels: kernels{normalizeSlope[float32](n), normalizeSlope[float64](n)}, diff: all2,
		grad: func(in G.Nodes, _, up *G.Node) (G.Nodes, error) {
			return each(
				func() (*G.Node, error) { return n.slope(up, in[1]) },
				func() (*G.Node, error) { return n.curve(up, in[0], in[1]) },
			)
		},
	}, g, x)
}

// curve is the derivative of <up, slope(g, x)> by x: with r = 1/√(σ² + ε),
// p = mean(up·x̂), q = mean(g·x̂) and a = mean(up·g) − mean(up)·mean(g) it is
// −r²·(a − pq)·x̂ − r·(q·slope(up, x) + p·slope(g, x)).
//
// It is the product rule on <up, slope(g, x)> = m·r·(a − pq), with
// ∂r/∂x = −r²·x̂/m, ∂p/∂x = slope(up, x)/m and ∂q/∂x = slope(g, x)/m; a does not
// depend on x. It has no derivative itself.
func (n Normalization) curve(up, g, x *G.Node) (*G.Node, error) {
	return apply(rule{
		name: fmt.Sprintf("normalize″%v", n), shape: x.Shape(),
		kernels: kernels{normalizeCurve[float32](n), normalizeCurve[float64](n)}, diff: none[:3],
	}, up, g, x)
}

// With is (x − mean)/√(variance + ε) with a mean and a variance per channel
// that are given and constant, as batch normalisation does in evaluation. As
// they do not move with x, dx is g/√(variance + ε): the same op with mean 0.
func (n Normalization) With(x, mean, variance *G.Node) (*G.Node, error) {
	if err := n.check(x); err != nil {
		return nil, err
	}
	if c := n.Dims[1]; mean.Shape().TotalSize() != c || variance.Shape().TotalSize() != c {
		return nil, fmt.Errorf("normalize: mean %v and variance %v are not one number a channel, %d", mean.Shape(), variance.Shape(), c)
	}
	zero, err := Scale(mean, 0)
	if err != nil {
		return nil, err
	}
	return apply(rule{
		name: fmt.Sprintf("normalizeWith%v", n), shape: x.Shape(),
		kernels: kernels{normalizeWith[float32](n), normalizeWith[float64](n)}, diff: []bool{true, false, false},
		grad: func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			dx, err := n.With(g, zero, in[2])
			return G.Nodes{dx, nil, nil}, err
		},
	}, x, mean, variance)
}

// Moments returns the mean and the unbiased variance of every channel, which
// running statistics follow: Σ(x − μ)²/(m − 1), unlike the σ² of Apply, which
// divides by m. They are constants. Of a single element the variance is NaN.
func (n Normalization) Moments(x *G.Node) (mean, variance *G.Node, err error) {
	if err := n.check(x); err != nil {
		return nil, nil, err
	}
	moment := func(second bool) (*G.Node, error) {
		return apply(rule{
			name: fmt.Sprintf("moment%v%v", second, n), shape: tensor.Shape{n.Dims[1]},
			kernels: kernels{moment[float32](n, second), moment[float64](n, second)}, diff: none[:1],
		}, x)
	}
	if mean, err = moment(false); err != nil {
		return nil, nil, err
	}
	variance, err = moment(true)
	return mean, variance, err
}

// PerChannel spreads one number a channel over the shape of x.
func (n Normalization) PerChannel(v, x *G.Node) (*G.Node, error) {
	return Spread(v, channel(n.Dims), x.Shape())
}

// over calls f for each element of channel c.
func (n Normalization) over(c int, f func(i int)) {
	inner := n.Dims[2]
	for o := range n.Dims[0] {
		start := (o*n.Dims[1] + c) * inner
		for i := start; i < start+inner; i++ {
			f(i)
		}
	}
}

// count is the number of elements of a channel.
func (n Normalization) count() float64 { return float64(n.Dims[0] * n.Dims[2]) }

// stats returns the mean and the biased variance of channel c, in float64 and in
// two passes: E(x²) − μ² would cancel where the mean is large.
func stats[T kernel.Float](n Normalization, x []T, c int) (mean, variance float64) {
	n.over(c, func(i int) { mean += float64(x[i]) })
	mean /= n.count()
	n.over(c, func(i int) { d := float64(x[i]) - mean; variance += d * d })
	return mean, variance / n.count()
}

// normalize computes the moments of a channel and uses them at once: nothing of
// the size of x is kept for the derivatives, which compute them again. That
// costs two passes and saves the memory.
func normalize[T kernel.Float](n Normalization) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		x := in[0]
		for c := range n.Dims[1] {
			mean, variance := stats(n, x, c)
			r := 1 / math.Sqrt(variance+n.Epsilon)
			n.over(c, func(i int) { out[i] = T((float64(x[i]) - mean) * r) })
		}
	}
}

// normalizeSlope is r·(g − mg − x̂·mgx) with mg = mean(g) and mgx = mean(g·x̂).
func normalizeSlope[T kernel.Float](n Normalization) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		g, x := in[0], in[1]
		for c := range n.Dims[1] {
			mean, variance := stats(n, x, c)
			r := 1 / math.Sqrt(variance+n.Epsilon)
			var mg, mgx float64
			n.over(c, func(i int) {
				mg += float64(g[i])
				mgx += float64(g[i]) * (float64(x[i]) - mean) * r
			})
			mg, mgx = mg/n.count(), mgx/n.count()
			n.over(c, func(i int) { out[i] = T(r * (float64(g[i]) - mg - (float64(x[i])-mean)*r*mgx)) })
		}
	}
}

// normalizeCurve is the formula of curve with h for x̂, su for slope(up, x) and
// sg for slope(g, x).
func normalizeCurve[T kernel.Float](n Normalization) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		u, g, x := in[0], in[1], in[2]
		for c := range n.Dims[1] {
			mean, variance := stats(n, x, c)
			r := 1 / math.Sqrt(variance+n.Epsilon)
			var mu, mg, a, p, q float64
			n.over(c, func(i int) {
				h, ui, gi := (float64(x[i])-mean)*r, float64(u[i]), float64(g[i])
				mu, mg, a, p, q = mu+ui, mg+gi, a+ui*gi, p+ui*h, q+gi*h
			})
			k := n.count()
			mu, mg, p, q = mu/k, mg/k, p/k, q/k
			a = a/k - mu*mg
			n.over(c, func(i int) {
				h := (float64(x[i]) - mean) * r
				su := r * (float64(u[i]) - mu - h*p)
				sg := r * (float64(g[i]) - mg - h*q)
				out[i] = T(-r*r*(a-p*q)*h - r*(q*su+p*sg))
			})
		}
	}
}

func normalizeWith[T kernel.Float](n Normalization) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		x, mean, variance := in[0], in[1], in[2]
		for c := range n.Dims[1] {
			m, r := float64(mean[c]), 1/math.Sqrt(float64(variance[c])+n.Epsilon)
			n.over(c, func(i int) { out[i] = T((float64(x[i]) - m) * r) })
		}
	}
}

func moment[T kernel.Float](n Normalization, second bool) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		for c := range out {
			mean, variance := stats(n, in[0], c)
			if second {
				mean = variance * n.count() / (n.count() - 1)
			}
			out[c] = T(mean)
		}
	}
}
