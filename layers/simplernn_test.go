package layers_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/layers"
	"nabla/nn"
)

// recurrent runs a cell, which is one step, or a sequence of PyTorch, whose first
// axis is time. The first state is a parameter here, so that it has a gradient.
func recurrent(t *testing.T, c referenceCase) {
	y, upstream := c.Y, c.UpstreamY
	if c.Name == "rnn_cell" {
		c.X.Shape = append([]int{1}, c.X.Shape...)
		y, upstream = c.H, c.UpstreamH
	}
	steps, rows, features, units := c.X.Shape[0], c.X.Shape[1], c.X.Shape[2], c.Params.Hidden
	f, err := activations.ByName(c.Params.Nonlinearity)
	if err != nil {
		t.Fatal(err)
	}
	layer := nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		h := s.Param("h0", nn.Zeros, rows, units)
		if x.Shape()[0] != rows { // nn.New tries two
			var err error
			if h, err = op.Part(h, 0, 0, 1); err != nil {
				return nil, err
			}
			if h, err = op.Spread(h, op.Axes{Dims: [3]int{1, x.Shape()[0], units}, Keep: [3]bool{false, false, true}}, []int{x.Shape()[0], units}); err != nil {
				return nil, err
			}
		}
		states, err := layers.SimpleRNN{Units: units, Activation: f}.Unroll(s, x, h)
		if err != nil {
			return nil, err
		}
		// Side by side along the rows: any join of the states does here.
		var all *gorgonia.Node
		for i, h := range states {
			if h, err = op.Place(h, 1, i*units, steps*units); err != nil {
				return nil, err
			}
			if all == nil {
				all = h
			} else if all, err = op.Add(all, h); err != nil {
				return nil, err
			}
		}
		return all, nil
	})
	n := network(t, []int{steps, features}, layer)
	bias := slices.Clone(c.Weights["bias_ih"].Data)
	for i, b := range c.Weights["bias_hh"].Data {
		bias[i] += b
	}
	for name, w := range map[string]reference.Tensor{
		"0.h0": c.H0, "0.weight": transpose(c.Weights["weight_ih"]), "0.recurrent": transpose(c.Weights["weight_hh"]),
		"0.bias": {Data: bias},
	} {
		if err := n.Param(name).Set(w.Data); err != nil {
			t.Fatal(err)
		}
	}
	r := run(t, n, true, swap(c.X.Data, steps, rows), swap(upstream.Data, steps, rows))
	same(t, "y", swap(r.y, rows, steps), y)
	same(t, "dx", swap(r.dx, rows, steps), c.DX)
	same(t, "gradient of h0", r.dw["0.h0"], c.DH0)
	same(t, "gradient of weight", r.dw["0.weight"], transpose(c.DWeights["weight_ih"]))
	same(t, "gradient of recurrent", r.dw["0.recurrent"], transpose(c.DWeights["weight_hh"]))
	same(t, "gradient of bias", r.dw["0.bias"], c.DWeights["bias_ih"])
	same(t, "gradient of bias", r.dw["0.bias"], c.DWeights["bias_hh"])
	if last := r.y[len(r.y)-units:]; c.HLast.Data != nil {
		same(t, "last state of the last row", last, reference.Tensor{Data: c.HLast.Data[len(c.HLast.Data)-units:]})
	}
}

// swap exchanges the first two axes of (a, b, …).
func swap(x []float64, a, b int) []float64 {
	var out []float64
	size := len(x) / (a * b)
	for j := range b {
		for i := range a {
			out = append(out, x[(i*b+j)*size:(i*b+j+1)*size]...)
		}
	}
	return out
}

// TestSimpleRNN compares both outputs with the recurrence, step by step, for
// numbers of steps around powers of two.
func TestSimpleRNN(t *testing.T) {
	const rows, features, units = 3, 2, 4
	for steps := 1; steps <= 9; steps++ {
		for _, sequence := range []bool{false, true} {
			n := network(t, []int{steps, features}, layers.SimpleRNN{Units: units, Sequence: sequence, BiasInit: nn.Constant(0.3)})
			x := make([]float64, rows*steps*features)
			for i := range x {
				x[i] = math.Sin(float64(3 * i))
			}
			y, err := n.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			want := unrolled(n, x, rows, steps, features, units)
			shape := []int{steps, units}
			if !sequence {
				var last []float64
				for i := range rows {
					last = append(last, want[((i+1)*steps-1)*units:(i+1)*steps*units]...)
				}
				want, shape = last, []int{units}
			}
			if got := n.OutputShape(); !slices.Equal(got, shape) {
				t.Errorf("%d steps: rows of shape %v, want %v", steps, got, shape)
			}
			if err := reference.Compare(y, want, 1e-12, 1e-12); err != nil {
				t.Errorf("%d steps, sequence %v: %v", steps, sequence, err)
			}
		}
	}
}

// unrolled computes the states of a tanh network by the formula.
func unrolled(n *nn.Network, x []float64, rows, steps, features, units int) (all []float64) {
	w, u, b := n.Param("0.weight").Values(), n.Param("0.recurrent").Values(), n.Param("0.bias").Values()
	for i := range rows {
		h := make([]float64, units)
		for t := range steps {
			next := slices.Clone(b)
			for j := range units {
				for k := range features {
					next[j] += x[(i*steps+t)*features+k] * w[k*units+j]
				}
				for k := range units {
					next[j] += h[k] * u[k*units+j]
				}
				next[j] = math.Tanh(next[j])
			}
			h = next
			all = append(all, h...)
		}
	}
	return all
}

// TestSimpleRNNSettings: the zero activation is tanh and the identity is none,
// also in a file; a matrix of rows is a sequence of single numbers; wrong input
// is named.
func TestSimpleRNNSettings(t *testing.T) {
	x := []float64{0.5, -1, 2, 3, 0.1, -0.7}
	for _, a := range []activations.Activation{{}, activations.Tanh, activations.Identity, activations.ReLU} {
		layer := layers.SimpleRNN{Units: 3, Activation: a, Sequence: true, NoBias: true}
		n := network(t, []int{3}, layer)
		if all, _ := n.Count(); all != 3+9 {
			t.Errorf("%s: %d parameters, want 12", a, all)
		}
		y, err := n.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := n.Save(&b, nil); err != nil {
			t.Fatal(err)
		}
		again, _, err := layers.Load(&b)
		if err != nil {
			t.Fatal(err)
		}
		if loaded, err := again.Predict(x); err != nil || !slices.Equal(loaded, y) {
			t.Errorf("%s: %v becomes %v, %v in a file", a, y, loaded, err)
		}
		if bounded := slices.ContainsFunc(y, func(v float64) bool { return math.Abs(v) >= 1 }); bounded == (a.Name == "" || a.Name == "tanh") {
			t.Errorf("activation %q: states %v", a.Name, y)
		}
	}
	for want, row := range map[string][]int{
		"want (rows, steps, features)":  {2, 3, 4},
		"Units must be positive, got 0": {3},
	} {
		units := map[bool]int{true: 4}[len(row) > 1]
		if _, err := nn.New(nn.Config{Input: row}, layers.SimpleRNN{Units: units}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", row, err, want)
		}
	}
}
