package op_test

import (
	"fmt"
	"math"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/op"
)

// opCase is one op on inputs of given shapes. The first inputs are variables,
// the others constants.
type opCase struct {
	name      string
	shapes    [][]int
	variables int
	shape     []int // of the result
	build     func(in G.Nodes) (*G.Node, error)
	// want computes the result from the definition, slowly.
	want func(in [][]float64) []float64
	// prepare changes random inputs to ones that make sense, or is nil.
	prepare func(in []array)
}

func cases() []opCase {
	return slices.Concat(elementwiseCases(), matrixCases(), sumCases(), partCases(), softmaxCases(), normalizationCases(), lossCases())
}

func elementwiseCases() (list []opCase) {
	for _, shape := range [][]int{{}, {1}, {7}, {1, 1}, {1, 4}, {5, 3}, {2, 3, 4}} {
		two := [][]int{shape, shape}
		binary := func(name string, f func(a, b *G.Node) (*G.Node, error), want func(a, b float64) float64) opCase {
			return opCase{
				name: name, shapes: two, variables: 2, shape: shape,
				build: func(in G.Nodes) (*G.Node, error) { return f(in[0], in[1]) },
				want:  func(in [][]float64) []float64 { return zip(want, in[0], in[1]) },
			}
		}
		unary := func(name string, f func(*G.Node) (*G.Node, error), want func(x float64) float64) opCase {
			return opCase{
				name: name, shapes: two[:1], variables: 1, shape: shape,
				build: func(in G.Nodes) (*G.Node, error) { return f(in[0]) },
				want: func(in [][]float64) []float64 {
					return zip(func(x, _ float64) float64 { return want(x) }, in[0], in[0])
				},
			}
		}
		list = append(list,
			binary("add", op.Add, func(a, b float64) float64 { return a + b }),
			binary("sub", op.Sub, func(a, b float64) float64 { return a - b }),
			binary("mul", op.Mul, func(a, b float64) float64 { return a * b }),
			unary("scale", func(x *G.Node) (*G.Node, error) { return op.Scale(x, -2.5) }, func(x float64) float64 { return -2.5 * x }),
			unary("exp", op.Exp.Apply, math.Exp),
			unary("unary", tanh.Apply, math.Tanh),
		)
	}
	return list
}

var tanh = op.Unary{
	Name: "tanh", F: math.Tanh,
	D:  func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) },
	D2: func(x float64) float64 { return -2 * math.Tanh(x) * (1 - math.Tanh(x)*math.Tanh(x)) },
}

func zip(f func(a, b float64) float64, a, b []float64) []float64 {
	y := make([]float64, len(a))
	for i := range y {
		y[i] = f(a[i], b[i])
	}
	return y
}

func matrixCases() (list []opCase) {
	for _, s := range [][3]int{{1, 1, 1}, {1, 4, 3}, {5, 1, 3}, {3, 4, 1}, {7, 5, 3}} {
		m, k, n := s[0], s[1], s[2]
		for _, transA := range []bool{false, true} {
			for _, transB := range []bool{false, true} {
				list = append(list, opCase{
					name: "matmul", shapes: [][]int{flip(transA, m, k), flip(transB, k, n)}, variables: 2, shape: []int{m, n},
					build: func(in G.Nodes) (*G.Node, error) { return op.MatMul(in[0], in[1], transA, transB) },
					want: func(in [][]float64) []float64 {
						return product(transA, transB, m, k, n, in[0], in[1], make([]float64, n))
					},
				})
			}
		}
		list = append(list, opCase{
			name: "affine", shapes: [][]int{{m, k}, {k, n}, {n}}, variables: 3, shape: []int{m, n},
			build: func(in G.Nodes) (*G.Node, error) { return op.Affine(in[0], in[1], in[2]) },
			want:  func(in [][]float64) []float64 { return product(false, false, m, k, n, in[0], in[1], in[2]) },
		}, opCase{
			name: "affine without bias", shapes: [][]int{{m, k}, {k, n}}, variables: 2, shape: []int{m, n},
			build: func(in G.Nodes) (*G.Node, error) { return op.Affine(in[0], in[1], nil) },
			want: func(in [][]float64) []float64 {
				return product(false, false, m, k, n, in[0], in[1], make([]float64, n))
			},
		})
	}
	return list
}

func flip(trans bool, rows, cols int) []int {
	if trans {
		return []int{cols, rows}
	}
	return []int{rows, cols}
}

// product is op(a)·op(b) + bias.
func product(transA, transB bool, m, k, n int, a, b, bias []float64) []float64 {
	at := func(x []float64, trans bool, rows, cols, i, j int) float64 {
		if trans {
			return x[j*rows+i]
		}
		return x[i*cols+j]
	}
	y := make([]float64, m*n)
	for i := range m {
		for j := range n {
			y[i*n+j] = bias[j]
			for l := range k {
				y[i*n+j] += at(a, transA, m, k, i, l) * at(b, transB, k, n, l, j)
			}
		}
	}
	return y
}

func sumCases() (list []opCase) {
	for _, dims := range [][3]int{{1, 1, 1}, {1, 5, 3}, {2, 3, 4}, {3, 1, 2}} {
		for bits := range 8 {
			a := op.Axes{Dims: dims, Keep: [3]bool{bits&1 > 0, bits&2 > 0, bits&4 > 0}}
			large, small := dims[:], []int{a.Size()}
			list = append(list, opCase{
				name: "sum", shapes: [][]int{large}, variables: 1, shape: small,
				build: func(in G.Nodes) (*G.Node, error) { return op.Sum(in[0], a, small) },
				want: func(in [][]float64) []float64 {
					y := make([]float64, a.Size())
					for i, at := range places(a) {
						y[at] += in[0][i]
					}
					return y
				},
			}, opCase{
				name: "spread", shapes: [][]int{small}, variables: 1, shape: large,
				build: func(in G.Nodes) (*G.Node, error) { return op.Spread(in[0], a, large) },
				want: func(in [][]float64) []float64 {
					y := make([]float64, tensor.Shape(large).TotalSize())
					for i, at := range places(a) {
						y[i] = in[0][at]
					}
					return y
				},
			})
		}
	}
	return append(list, opCase{
		name: "total", shapes: [][]int{{3, 5}}, variables: 1, shape: []int{},
		build: func(in G.Nodes) (*G.Node, error) { return op.Total(in[0]) },
		want: func(in [][]float64) []float64 {
			y := []float64{0}
			for _, v := range in[0] {
				y[0] += v
			}
			return y
		},
	}, opCase{
		name: "reshape", shapes: [][]int{{3, 4}}, variables: 1, shape: []int{2, 6},
		build: func(in G.Nodes) (*G.Node, error) { return op.Reshape(in[0], []int{2, 6}) },
		want:  func(in [][]float64) []float64 { return in[0] },
	})
}

// places gives for each element of the large tensor its place in the small one.
func places(a op.Axes) []int {
	var list []int
	for o := range a.Dims[0] {
		for c := range a.Dims[1] {
			for i := range a.Dims[2] {
				at := 0
				for d, index := range []int{o, c, i} {
					if a.Keep[d] {
						at = at*a.Dims[d] + index
					}
				}
				list = append(list, at)
			}
		}
	}
	return list
}

// partCases cuts a stretch out of each axis and puts one between zeros.
func partCases() (list []opCase) {
	for _, shape := range [][]int{{4}, {3, 5}, {2, 4, 3}} {
		for axis := range shape {
			for _, at := range [][2]int{{0, 1}, {1, 2}, {0, shape[axis]}, {shape[axis] - 1, 1}} {
				from, count, small := at[0], at[1], slices.Clone(shape)
				if from+count > shape[axis] {
					continue
				}
				small[axis] = count
				var inside []int // places of the part in the whole
				for i := range tensor.Shape(shape).TotalSize() {
					inner := tensor.Shape(shape[axis:]).TotalSize() / shape[axis]
					if index := i / inner % shape[axis]; index >= from && index < from+count {
						inside = append(inside, i)
					}
				}
				list = append(list, opCase{
					name: "part", shapes: [][]int{shape}, variables: 1, shape: small,
					build: func(in G.Nodes) (*G.Node, error) { return op.Part(in[0], axis, from, count) },
					want: func(in [][]float64) (y []float64) {
						for _, i := range inside {
							y = append(y, in[0][i])
						}
						return y
					},
				}, opCase{
					name: "place", shapes: [][]int{small}, variables: 1, shape: shape,
					build: func(in G.Nodes) (*G.Node, error) { return op.Place(in[0], axis, from, shape[axis]) },
					want: func(in [][]float64) []float64 {
						y := make([]float64, tensor.Shape(shape).TotalSize())
						for k, i := range inside {
							y[i] = in[0][k]
						}
						return y
					},
				})
			}
		}
	}
	return list
}

func softmaxCases() (list []opCase) {
	for _, shape := range [][]int{{1}, {4}, {1, 3}, {3, 1}, {5, 3}, {2, 3, 4}} {
		for axis := -1; axis < len(shape); axis++ {
			along := axis
			if axis < 0 {
				along = len(shape) - 1
			}
			line := lines(shape, along)
			for _, log := range []bool{false, true} {
				f := op.Softmax
				if log {
					f = op.LogSoftmax
				}
				list = append(list, opCase{
					name: fmt.Sprintf("softmax(log %v)", log), shapes: [][]int{shape}, variables: 1, shape: shape,
					build: func(in G.Nodes) (*G.Node, error) { return f(in[0], axis) },
					want: func(in [][]float64) []float64 {
						sums := map[int]float64{}
						for i, v := range in[0] {
							sums[line[i]] += math.Exp(v)
						}
						y := make([]float64, len(in[0]))
						for i, v := range in[0] {
							y[i] = math.Exp(v) / sums[line[i]]
							if log {
								y[i] = math.Log(y[i])
							}
						}
						return y
					},
				})
			}
		}
	}
	return list
}

// lines numbers the lines along an axis and gives for each element its line.
func lines(shape []int, axis int) []int {
	list := make([]int, tensor.Shape(shape).TotalSize())
	for i := range list {
		line, rest, step := 0, i, 1
		for d := len(shape) - 1; d >= 0; d-- {
			if d != axis {
				line += rest % shape[d] * step
				step *= shape[d]
			}
			rest /= shape[d]
		}
		list[i] = line
	}
	return list
}
