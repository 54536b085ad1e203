package op_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// each runs a test on every case with random inputs, a random upstream gradient
// and a random direction.
func each(t *testing.T, dtype tensor.Dtype, test func(t *testing.T, c opCase, b *graph, up array, v []array)) {
	list := cases()
	for i, c := range list {
		t.Run(fmt.Sprintf("%d/%s%v", i, c.name, c.shapes), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, uint64(i)))
			var inputs, v []array
			for k, shape := range c.shapes {
				inputs = append(inputs, random(rng, shape...))
				if k < c.variables {
					v = append(v, random(rng, shape...))
				}
			}
			if c.prepare != nil {
				c.prepare(inputs)
			}
			up := random(rng, c.shape...)
			b := build(t, c, dtype, inputs, up, v)
			b.run(t)
			test(t, c, b, up, v)
		})
	}
	t.Logf("%d cases", len(list))
}

func (b *graph) data() [][]float64 {
	var in [][]float64
	for _, a := range b.inputs {
		in = append(in, a.data)
	}
	return in
}

// TestForward compares values with the definition; in float32 the inputs are
// rounded too.
func TestForward(t *testing.T) {
	for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-14, tensor.Float32: 1e-5} {
		t.Run(dtype.String(), func(t *testing.T) {
			each(t, dtype, func(t *testing.T, c opCase, b *graph, _ array, _ []array) {
				if !slices.Equal([]int(b.y.Shape()), c.shape) {
					t.Errorf("shape %v, want %v", b.y.Shape(), c.shape)
				}
				if e := off(values(t, b.y), c.want(b.data())); !(e <= tolerance) {
					t.Errorf("off by %.2g", e)
				}
			})
		})
	}
}

// TestGradient compares gradients of Σ up·y with central differences.
func TestGradient(t *testing.T) {
	const h = 1e-6
	each(t, tensor.Float64, func(t *testing.T, c opCase, b *graph, up array, _ []array) {
		if c.variables == 0 {
			t.Skip("a constant")
		}
		got := values(t, b.gradients...)
		var numeric []float64
		for k, a := range b.inputs[:c.variables] {
			for i := range a.data {
				var cost [2]float64
				for side, step := range []float64{h, -h} {
					x := slices.Clone(a.data)
					x[i] += step
					set(t, b.in[k], x)
					b.run(t)
					for j, y := range values(t, b.y) {
						cost[side] += up.data[j] * y
					}
				}
				numeric = append(numeric, (cost[0]-cost[1])/(2*h))
			}
			set(t, b.in[k], a.data)
		}
		if e := off(got, numeric); !(e <= 1e-7) {
			t.Errorf("off by %.2g: %v, differences give %v", e, got, numeric)
		}
	})
}

// TestHessianVector compares Hessian-vector products of Σ up·y² with central
// differences of its gradients.
func TestHessianVector(t *testing.T) {
	const h = 1e-6
	each(t, tensor.Float64, func(t *testing.T, c opCase, b *graph, _ array, v []array) {
		if c.variables == 0 {
			t.Skip("a constant")
		}
		got := values(t, b.products...)
		var sides [2][]float64
		for side, step := range []float64{h, -h} {
			for k, a := range b.inputs[:c.variables] {
				x := slices.Clone(a.data)
				for i := range x {
					x[i] += step * v[k].data[i]
				}
				set(t, b.in[k], x)
			}
			b.run(t)
			sides[side] = values(t, b.squares...)
		}
		numeric := zip(func(a, b float64) float64 { return (a - b) / (2 * h) }, sides[0], sides[1])
		if e := off(got, numeric); !(e <= 1e-6) {
			t.Errorf("off by %.2g: %v, differences give %v", e, got, numeric)
		}
	})
}

// TestNoAllocation runs each op with all its gradients and second derivatives.
func TestNoAllocation(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		t.Run(dtype.String(), func(t *testing.T) {
			each(t, dtype, func(t *testing.T, _ opCase, b *graph, _ array, _ []array) {
				if n := testing.AllocsPerRun(10, func() { b.run(t) }); n != 0 {
					t.Errorf("%v allocations in a run", n)
				}
			})
		})
	}
}

// TestTapeMachine runs the ops on gorgonia's own machine: forward and gradient
// are the same numbers.
func TestTapeMachine(t *testing.T) {
	each(t, tensor.Float64, func(t *testing.T, c opCase, b *graph, _ array, _ []array) {
		nodes := append(G.Nodes{b.y}, b.gradients...)
		want := values(t, nodes...)
		results := make([]G.Value, len(nodes))
		for i, n := range nodes {
			G.Read(n, &results[i])
		}
		if err := G.NewTapeMachine(b.y.Graph()).RunAll(); err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, v := range results {
			got = append(got, numbers(t, v)...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
