package exec_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// A product and its activation in one step give the bits that two steps give,
// for every activation of the table.
func TestJoinedStepsGiveTheSameBits(t *testing.T) {
	joined := 0
	for _, row := range activations.All() {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			var steps [2]int
			var results [2][][]float64
			for i, compiler := range []exec.Compiler{{}, {Every: true}} {
				rng := rand.New(rand.NewPCG(3, 1))
				g := G.NewGraph()
				input := func(name string, shape ...int) *G.Node {
					v := network{}.values(dtype, rng, 1, shape...)
					return G.NewTensor(g, dtype, len(shape), G.WithName(name), G.WithValue(v))
				}
				x, w, b := input("x", 5, 7), input("w", 7, 9), input("b", 9)
				y := G.Must(row.Apply(G.Must(op.Affine(x, w, b))))
				cost := G.Must(op.Total(G.Must(op.Mul(y, y))))
				grads, err := autodiff.Grad(cost, x, w, b)
				if err != nil {
					t.Fatal(err)
				}
				p, err := compiler.Compile(append(grads, y)...)
				if err != nil {
					t.Fatal(err)
				}
				if err := p.RunAll(); err != nil {
					t.Fatal(err)
				}
				steps[i] = p.Steps()
				for _, n := range append(grads, y) {
					results[i] = append(results[i], numbers(t, n.Value()))
				}
			}
			for i := range results[0] {
				if !slices.Equal(results[0][i], results[1][i]) {
					t.Errorf("%s %v: result %d differs", row.Name, dtype, i)
				}
			}
			if steps[0] < steps[1] {
				joined++
			}
		}
	}
	if joined < 6 { // relu, sigmoid and tanh in both precisions
		t.Errorf("%d graphs have joined steps, want at least 6", joined)
	}
}

// A product that somebody wants, or reads besides, keeps its step.
func TestProductsThatAreReadKeepTheirStep(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps int
		want  func(z, y *G.Node) G.Nodes
	}{
		{"only the activation", 1, func(_, y *G.Node) G.Nodes { return G.Nodes{y} }},
		{"both", 2, func(z, y *G.Node) G.Nodes { return G.Nodes{z, y} }},
		{"both in another order", 2, func(z, y *G.Node) G.Nodes { return G.Nodes{y, z} }},
		{"their sum", 3, func(z, y *G.Node) G.Nodes { return G.Nodes{G.Must(op.Add(z, y))} }},
	} {
		g := G.NewGraph()
		x := G.NewMatrix(g, tensor.Float64, G.WithName("x"), G.WithValue(tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float64{1, -2}))))
		w := G.NewMatrix(g, tensor.Float64, G.WithName("w"), G.WithValue(tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 0.5}))))
		z := G.Must(op.MatMul(x, w, false, false))
		y := G.Must(activations.ReLU.Apply(z))
		want := c.want(z, y)
		p, err := exec.Compile(want...)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		if p.Steps() != c.steps {
			t.Errorf("%s: %d steps, want %d", c.name, p.Steps(), c.steps)
		}
		for _, n := range want {
			expect := map[*G.Node]string{z: "[-5 1]", y: "[0 1]"}[n]
			if got := fmt.Sprint(numbers(t, n.Value())); expect != "" && got != expect {
				t.Errorf("%s: %v, want %v", c.name, got, expect)
			}
		}
	}
}

// What depends on constants alone is computed once, when the program is compiled.
func TestConstantsAreFolded(t *testing.T) {
	g := G.NewGraph()
	x := vector(g, "x", 1, 2)
	two := g.AddNode(G.NewConstant(2.0))
	wide, err := op.Spread(two, op.Axes{Dims: [3]int{1, 1, 2}}, tensor.Shape{2})
	if err != nil {
		t.Fatal(err)
	}
	y := G.Must(op.Mul(x, wide))
	p, err := exec.Compile(y)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	compare(t, "2x", numbers(t, y.Value()), []float64{2, 4}, 0)
	if p.Steps() != 1 {
		t.Errorf("%d steps, want 1", p.Steps())
	}
}
