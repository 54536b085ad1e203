package nn_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/layers"
	"nabla/nn"
)

// compile builds a graph and a program for its output and what Advance needs.
func compile(t *testing.T, n *nn.Network, rows int, training bool) (*nn.Graph, *exec.Program) {
	t.Helper()
	g, err := n.Build(rows, training)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exec.Compile(append([]*gorgonia.Node{g.Output}, g.Extra()...)...)
	if err != nil {
		t.Fatal(err)
	}
	return g, p
}

// step runs the program on x and advances; it returns the output.
func step(t *testing.T, g *nn.Graph, p *exec.Program, x []float64) []float64 {
	t.Helper()
	write(g.Input.Value(), x)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	y := read(g.Output.Value())
	if err := g.Advance(); err != nil {
		t.Fatal(err)
	}
	return y
}

// TestMasks checks that masks differ between places and steps and follow from
// seed and tick alone.
func TestMasks(t *testing.T) {
	const size = 64
	ones := slices.Repeat([]float64{1}, size)
	drop := layers.Dropout{P: 0.5}
	// Two masks of one layer, in parts of the same name.
	pair := forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		a, err := s.In("part").Mask(x, 0.5)
		if err != nil {
			return nil, err
		}
		b, err := s.In("part").Mask(x, 0.5)
		if err != nil {
			return nil, err
		}
		return gorgonia.Sub(a, b)
	})
	make := func(seed uint64, list ...nn.Layer) (*nn.Network, *nn.Graph, *exec.Program) {
		n := network(t, nn.Config{Seed: seed, Input: []int{size}}, list...)
		g, p := compile(t, n, 1, true)
		return n, g, p
	}
	_, g, p := make(1, pair)
	if y := step(t, g, p, ones); !slices.Contains(y, 2) || !slices.Contains(y, -2) {
		t.Errorf("two masks of one layer are equal: %v", y)
	}
	n, g, p := make(1, drop)
	first, second := step(t, g, p, ones), step(t, g, p, ones)
	if slices.Equal(first, second) {
		t.Error("two steps have one mask")
	}
	if n.Tick() != 2 {
		t.Errorf("tick %d after two steps", n.Tick())
	}
	n.SetTick(0)
	if !slices.Equal(step(t, g, p, ones), first) {
		t.Error("the mask does not follow from the tick")
	}
	_, g, p = make(1, drop)
	if !slices.Equal(step(t, g, p, ones), first) {
		t.Error("the mask does not follow from the seed")
	}
	_, g, p = make(2, drop)
	if slices.Equal(step(t, g, p, ones), first) {
		t.Error("two seeds have one mask")
	}
	_, g, p = make(1, drop, drop)
	if y := step(t, g, p, ones); !slices.Contains(y, 4) || slices.Equal(y, first) || slices.Index(y, 2) >= 0 {
		t.Errorf("two layers have one mask: %v", y)
	}
	n, _, _ = make(1, drop)
	if y := predict(t, n, ones); !slices.Equal(y, ones) {
		t.Errorf("evaluation drops: %v", y)
	}
}

// TestStates lets a state follow and another average the input of a row.
func TestStates(t *testing.T) {
	for _, dtype := range []nn.DType{nn.Float32, nn.Float64} {
		n := network(t, nn.Config{Input: []int{2}, DType: dtype}, forward(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			moving, mean, count := s.State("moving", 4, 2), s.State("mean", 100, 2), s.State("count", 0, 1)
			if !s.Training() {
				return gorgonia.BroadcastAdd(x, mean, nil, []byte{0})
			}
			sum, err := gorgonia.Sum(x, 0)
			if err != nil {
				return nil, err
			}
			s.Follow(moving, sum, 0.25)
			s.Average(mean, sum, count)
			return x, nil
		}))
		g, p := compile(t, n, 2, true)
		for range 3 { // advancing does not depend on what the run before left
			step(t, g, p, []float64{1, 2, 3, 4})
		}
		step(t, g, p, []float64{0, 0, 8, 2})
		want := map[string][]float64{
			"0.moving": {0.75*4 + 0.25*8 /* three steps towards 4, which it is */, 0.75*(0.75*(0.75*(0.75*4+0.25*6)+0.25*6)+0.25*6) + 0.25*2},
			"0.mean":   {(4 + 4 + 4 + 8) / 4., (6 + 6 + 6 + 2) / 4.},
			"0.count":  {4},
		}
		for name, w := range want {
			for i, got := range n.Param(name).Values() {
				if math.Abs(got-w[i]) > 1e-6 {
					t.Errorf("%s %s[%d] is %v, want %v", dtype, name, i, got, w[i])
				}
			}
		}
		if y := predict(t, n, []float64{1, 1}); math.Abs(y[0]-6) > 1e-6 || math.Abs(y[1]-6) > 1e-6 {
			t.Errorf("evaluation does not see the states: %v", y)
		}
		if allocs := testing.AllocsPerRun(10, func() { _ = g.Advance() }); allocs != 0 {
			t.Errorf("advancing allocates %v times", allocs)
		}
	}
}

func TestAdvanceNeedsTheExtraNodes(t *testing.T) {
	n := network(t, nn.Config{Input: []int{2}}, layers.BatchNorm{})
	g, err := n.Build(3, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Advance(); err == nil || !strings.Contains(err.Error(), "0.running_mean cannot follow its value") {
		t.Error(err)
	}
	if n.Tick() != 0 {
		t.Error("a step that failed counts")
	}
}

// TestSeveralGoroutines builds and runs networks at the same time.
func TestSeveralGoroutines(t *testing.T) {
	want := predict(t, every(t, nn.Float64), ramp(60))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			n, err := every(t, nn.Float32).Copy(nn.Float64)
			if err != nil {
				t.Error(err)
				return
			}
			for i, y := range predict(t, n, ramp(60)) {
				if math.Abs(y-want[i]) > 1e-6 {
					t.Errorf("row %d is %v, want %v", i, y, want[i])
				}
			}
		})
	}
	wg.Wait()
}

// Nodes are told by the layer that made them, from batch norm's statistics to the
// output; what is around the layers is nobody's.
func TestWhere(t *testing.T) {
	n, err := nn.New(nn.Config{Input: []int{3}}, layers.Dense{Units: 4}, layers.BatchNorm{}, layers.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	g, err := n.Build(5, true)
	if err != nil {
		t.Fatal(err)
	}
	loss, err := gorgonia.Sum(g.Output)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		node *gorgonia.Node
		want string
	}{
		{"input", g.Input, ""},
		{"weight of the first layer", g.Params[0], "layer 0 (layers.Dense)"},
		{"mean of the batch", g.Extra()[0], "layer 1 (layers.BatchNorm)"},
		{"output", g.Output, "layer 2 (layers.Dense)"},
		{"loss", loss, ""},
	} {
		if got := g.Where(c.node); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
