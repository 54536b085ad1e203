package op_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// scaled is a family of functions that share a name and, around 0, their values.
func scaled(bound float64) op.Unary {
	return op.Unary{
		Name: "clip",
		F:    func(x float64) float64 { return max(-bound, min(bound, x)) },
		D: func(x float64) float64 {
			if math.Abs(x) < bound {
				return 1
			}
			return 0
		},
		D2: func(float64) float64 { return 0 },
	}
}

// TestIdentity checks that nodes which compute different things are different
// nodes: gorgonia merges those whose ops hash to the same number.
func TestIdentity(t *testing.T) {
	g := G.NewGraph()
	x := input(g, tensor.Float64, "x", array{[]int{2, 3}, make([]float64, 6)})
	y := input(g, tensor.Float64, "y", array{[]int{2, 3}, make([]float64, 6)})
	square := input(g, tensor.Float64, "square", array{[]int{3, 3}, make([]float64, 9)})
	w := input(g, tensor.Float64, "w", array{[]int{2}, make([]float64, 2)})
	clock := &op.Clock{}
	bentBy := func(column []float64) op.Pair { l := bent; l.Column = column; return l }
	withoutD2 := op.Unary{Name: tanh.Name, F: tanh.F, D: tanh.D}
	node := must(t)
	families := map[string][]*G.Node{
		"unary parameters": {
			node(scaled(1).Apply(x)), node(scaled(2).Apply(x)), node(scaled(40).Apply(x)), node(scaled(50).Apply(x)), node(scaled(500).Apply(x)),
		},
		"unary derivatives": {node(tanh.Apply(x)), node(withoutD2.Apply(x))},
		"scale":             {node(op.Scale(x, 2)), node(op.Scale(x, 2.0000001)), node(op.Scale(x, -2))},
		"softmax axes":      {node(op.Softmax(x, 0)), node(op.Softmax(x, 1)), node(op.LogSoftmax(x, 0)), node(op.LogSoftmax(x, 1))},
		"matmul flags": {
			node(op.MatMul(square, square, false, false)), node(op.MatMul(square, square, true, false)),
			node(op.MatMul(square, square, false, true)), node(op.MatMul(square, square, true, true)),
		},
		"sum axes": {
			node(op.Sum(square, op.Axes{Dims: [3]int{1, 3, 3}, Keep: [3]bool{false, true, false}}, tensor.Shape{3})),
			node(op.Sum(square, op.Axes{Dims: [3]int{1, 3, 3}, Keep: [3]bool{false, false, true}}, tensor.Shape{3})),
			node(op.Sum(square, op.Axes{Dims: [3]int{3, 3, 1}, Keep: [3]bool{false, true, false}}, tensor.Shape{3})),
		},
		"reshape": {node(op.Reshape(x, tensor.Shape{6})), node(op.Reshape(x, tensor.Shape{3, 2})), node(op.Reshape(x, tensor.Shape{6, 1}))},
		"part and place": {
			node(op.Part(square, 0, 0, 2)), node(op.Part(square, 0, 1, 2)), node(op.Part(square, 1, 0, 2)), node(op.Part(square, 1, 1, 1)),
			node(op.Place(x, 0, 0, 3)), node(op.Place(x, 0, 1, 3)), node(op.Place(x, 1, 0, 4)), node(op.Place(x, 1, 1, 5)),
		},
		"normalization": {
			node(op.Normalization{Dims: [3]int{2, 3, 1}, Epsilon: 1e-5}.Apply(x)), node(op.Normalization{Dims: [3]int{1, 2, 3}, Epsilon: 1e-5}.Apply(x)),
			node(op.Normalization{Dims: [3]int{1, 2, 3}, Epsilon: 1e-3}.Apply(x)),
		},
		"mask": {node(op.Mask(x, 0.1, clock, 0)), node(op.Mask(x, 0.9, clock, 0)), node(op.Mask(x, 0.1, clock, 1))},
		"pair": {
			node(bent.Apply(x, y, nil, op.ByOne)), node(bent.Apply(x, y, nil, op.ByCount)), node(bent.Apply(x, y, w, op.ByCount)),
			node(bent.Apply(x, y, w, op.ByWeight)), node(bentBy([]float64{1, 2, 1}).Apply(x, y, nil, op.ByOne)),
			node(bentBy([]float64{1, 2, 2}).Apply(x, y, nil, op.ByOne)), node(bent.Apply(y, x, nil, op.ByOne)),
			node(op.Pair{Name: bent.Name, F: bent.F, D: bent.D}.Apply(x, y, nil, op.ByOne)),
			node(op.Pair{Name: bent.Name, F: bent.D, D: bent.D2}.Apply(x, y, nil, op.ByOne)),
		},
		"cross-entropy": {
			node(op.CrossEntropy{}.Apply(x, y, nil)), node(op.CrossEntropy{}.Apply(x, w, nil)), node(op.CrossEntropy{}.Apply(x, y, w)),
			node(op.CrossEntropy{By: op.ByCount}.Apply(x, y, nil)), node(op.CrossEntropy{By: op.ByWeight}.Apply(x, y, nil)),
			node(op.CrossEntropy{Input: op.LogProbabilities}.Apply(x, y, nil)), node(op.CrossEntropy{Input: op.Probabilities}.Apply(x, y, nil)),
			node(op.CrossEntropy{Smoothing: 0.1}.Apply(x, y, nil)), node(op.CrossEntropy{Smoothing: 0.2}.Apply(x, y, nil)),
			node(op.CrossEntropy{Class: []float64{1, 2, 1}}.Apply(x, y, nil)), node(op.CrossEntropy{Class: []float64{1, 1, 2}}.Apply(x, y, nil)),
		},
	}
	for name, nodes := range families {
		for i, a := range nodes {
			for _, b := range nodes[:i] {
				if a == b {
					t.Errorf("%s: %v and another are one node", name, a.Op())
				}
			}
		}
	}
	for name, same := range map[string][2]*G.Node{
		"unary":         {node(scaled(2).Apply(x)), node(scaled(2).Apply(x))},
		"affine":        {node(op.Affine(x, square, nil)), node(op.Affine(x, square, nil))},
		"cross-entropy": {node(op.CrossEntropy{Smoothing: 0.1}.Apply(x, y, w)), node(op.CrossEntropy{Smoothing: 0.1}.Apply(x, y, w))},
	} {
		if same[0] != same[1] {
			t.Errorf("%s: the same computation is two nodes", name)
		}
	}
}

// TestGradientIdentity runs two functions of one name in one graph: neither may
// use the derivative of the other.
func TestGradientIdentity(t *testing.T) {
	g := G.NewGraph()
	x := input(g, tensor.Float64, "x", array{[]int{3}, []float64{0.5, 1.5, 2.5}})
	sum := must(t)(op.Add(must(t)(scaled(1).Apply(x)), must(t)(scaled(2).Apply(x))))
	grads, err := autodiff.Grad(must(t)(op.Total(sum)), x)
	if err != nil {
		t.Fatal(err)
	}
	program, err := exec.Compile(grads...)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	if got := values(t, grads...); off(got, []float64{2, 1, 0}) != 0 {
		t.Errorf("gradient %v, want [2 1 0]", got)
	}
}
