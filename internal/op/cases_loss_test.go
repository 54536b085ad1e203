package op_test

import (
	"fmt"
	"math"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/op"
)

func normalizationCases() (list []opCase) {
	const epsilon = 1e-3
	for _, dims := range [][3]int{{1, 1, 1}, {1, 3, 1}, {7, 3, 1}, {1, 4, 5}, {2, 3, 4}} {
		n := op.Normalization{Dims: dims, Epsilon: epsilon}
		shape, channels := dims[:], []int{dims[1]}
		count := float64(dims[0] * dims[2])
		// moments returns mean and biased variance by channel, and the channel of
		// each element.
		moments := func(x []float64) (mean, variance []float64, channel []int) {
			mean, variance, channel = make([]float64, dims[1]), make([]float64, dims[1]), make([]int, len(x))
			for i, v := range x {
				channel[i] = i / dims[2] % dims[1]
				mean[channel[i]] += v / count
			}
			for i, v := range x {
				d := v - mean[channel[i]]
				variance[channel[i]] += d * d / count
			}
			return mean, variance, channel
		}
		normalized := func(x, mean, variance []float64, channel []int) []float64 {
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = (v - mean[channel[i]]) / math.Sqrt(variance[channel[i]]+epsilon)
			}
			return y
		}
		list = append(list, opCase{
			name: "normalize", shapes: [][]int{shape}, variables: 1, shape: shape,
			build: func(in G.Nodes) (*G.Node, error) { return n.Apply(in[0]) },
			want: func(in [][]float64) []float64 {
				mean, variance, channel := moments(in[0])
				return normalized(in[0], mean, variance, channel)
			},
		}, opCase{
			name: "normalize with", shapes: [][]int{shape, channels, channels}, variables: 1, shape: shape,
			prepare: func(in []array) { positive(in[2]) },
			build:   func(in G.Nodes) (*G.Node, error) { return n.With(in[0], in[1], in[2]) },
			want: func(in [][]float64) []float64 {
				_, _, channel := moments(in[0])
				return normalized(in[0], in[1], in[2], channel)
			},
		}, opCase{
			name: "per channel", shapes: [][]int{channels, shape}, variables: 1, shape: shape,
			build: func(in G.Nodes) (*G.Node, error) { return n.PerChannel(in[0], in[1]) },
			want: func(in [][]float64) []float64 {
				_, _, channel := moments(in[1])
				y := make([]float64, len(channel))
				for i, c := range channel {
					y[i] = in[0][c]
				}
				return y
			},
		}, opCase{
			name: "mean", shapes: [][]int{shape}, shape: channels,
			build: func(in G.Nodes) (*G.Node, error) { mean, _, err := n.Moments(in[0]); return mean, err },
			want:  func(in [][]float64) []float64 { mean, _, _ := moments(in[0]); return mean },
		})
		if count > 1 {
			list = append(list, opCase{
				name: "variance", shapes: [][]int{shape}, shape: channels,
				build: func(in G.Nodes) (*G.Node, error) { _, variance, err := n.Moments(in[0]); return variance, err },
				want: func(in [][]float64) []float64 {
					_, variance, _ := moments(in[0])
					for c := range variance {
						variance[c] *= count / (count - 1)
					}
					return variance
				},
			})
		}
	}
	return list
}

func positive(a array) {
	for i, v := range a.data {
		a.data[i] = 0.2 + math.Abs(v)
	}
}

// bent is a loss without meaning that depends on all it is given.
var bent = op.Pair{
	Name: "bent",
	F:    func(p, t, c float64) float64 { return c*math.Sin(p) + t*p*p },
	D:    func(p, t, c float64) float64 { return c*math.Cos(p) + 2*t*p },
	D2:   func(p, t, c float64) float64 { return -c*math.Sin(p) + 2*t },
}

func lossCases() (list []opCase) {
	divisors := []op.Divisor{op.ByOne, op.ByCount, op.ByWeight}
	for _, shape := range [][]int{{1}, {5}, {1, 1}, {1, 3}, {5, 3}, {2, 3, 4}} {
		for _, by := range divisors {
			for _, weighted := range []bool{false, true} {
				list = append(list, pairCase(shape, by, weighted))
			}
		}
	}
	for _, rows := range []int{1, 5} {
		for _, by := range divisors {
			for _, input := range []op.Input{op.Logits, op.LogProbabilities, op.Probabilities} {
				for _, smoothing := range []float64{0, 0.1} {
					for _, class := range [][]float64{nil, {0.5, 2, 1.25}} {
						c := op.CrossEntropy{Input: input, Smoothing: smoothing, Class: class, By: by}
						for flags := range 4 {
							list = append(list, entropyCase(c, rows, 3, flags&1 > 0, flags&2 > 0))
						}
					}
				}
			}
		}
	}
	return list
}

func pairCase(shape []int, by op.Divisor, weighted bool) opCase {
	rows := shape[0]
	cols := tensor.Shape(shape).TotalSize() / rows
	l := bent
	for j := range cols {
		l.Column = append(l.Column, 0.5+float64(j))
	}
	c := opCase{
		name: fmt.Sprintf("pair(by %d)", by), shapes: [][]int{shape, shape}, variables: 1, shape: shape,
		build: func(in G.Nodes) (*G.Node, error) { return l.Apply(in[0], in[1], nil, by) },
	}
	if weighted {
		c.shapes = append(c.shapes, []int{rows})
		c.prepare = func(in []array) { positive(in[2]) }
		c.build = func(in G.Nodes) (*G.Node, error) { return l.Apply(in[0], in[1], in[2], by) }
	}
	c.want = func(in [][]float64) []float64 {
		w := slices.Repeat([]float64{1}, rows)
		if weighted {
			w = in[2]
		}
		d := divided(by, float64(rows*cols), sum(w)*float64(cols))
		y := make([]float64, rows*cols)
		for i := range y {
			y[i] = w[i/cols] * l.F(in[0][i], in[1][i], l.Column[i%cols]) / d
		}
		return y
	}
	return c
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func divided(by op.Divisor, count, weight float64) float64 {
	return map[op.Divisor]float64{op.ByOne: 1, op.ByCount: count, op.ByWeight: weight}[by]
}

// entropyCase takes class indexes, one of them negative, or soft targets.
func entropyCase(e op.CrossEntropy, rows, cols int, indexed, weighted bool) opCase {
	c := opCase{
		name: fmt.Sprintf("cross-entropy%v(indexed %v)", e, indexed), shapes: [][]int{{rows, cols}, {rows, cols}}, variables: 1, shape: []int{rows},
		build: func(in G.Nodes) (*G.Node, error) { return e.Apply(in[0], in[1], nil) },
	}
	if indexed {
		c.shapes[1] = []int{rows}
	}
	if weighted {
		c.shapes = append(c.shapes, []int{rows})
		c.build = func(in G.Nodes) (*G.Node, error) { return e.Apply(in[0], in[1], in[2]) }
	}
	c.prepare = func(in []array) {
		if e.Input == op.Probabilities {
			positive(in[0])
		}
		if weighted {
			positive(in[2])
		}
		if positive(in[1]); indexed {
			for i := range in[1].data {
				in[1].data[i] = float64((2 * i) % cols)
			}
			if rows > 1 {
				in[1].data[1] = -100
			}
		}
	}
	c.want = func(in [][]float64) []float64 {
		y, count, weight := make([]float64, rows), 0.0, 0.0
		for i := range y {
			z := in[0][i*cols : (i+1)*cols]
			var norm float64
			for _, v := range z {
				norm += math.Exp(v)
			}
			w, counted := 1.0, 1.0
			if weighted {
				w = in[2][i]
			}
			if indexed && in[1][i] < 0 {
				continue
			}
			for j, v := range z {
				logp := map[op.Input]float64{op.Logits: math.Log(math.Exp(v) / norm), op.LogProbabilities: v, op.Probabilities: math.Log(v)}[e.Input]
				class, t := 1.0, 0.0
				if e.Class != nil {
					class = e.Class[j]
				}
				switch {
				case !indexed:
					t = in[1][i*cols+j]
				case int(in[1][i]) == j:
					t, counted = 1, class
				}
				y[i] -= w * class * ((1-e.Smoothing)*t + e.Smoothing/float64(cols)) * logp
			}
			count++
			weight += w * counted
		}
		for i := range y {
			y[i] /= divided(e.By, count, weight)
		}
		return y
	}
	return c
}
