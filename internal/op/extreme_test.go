package op_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/nn/autodiff"
)

// TestExtremeCrossEntropy holds cross-entropies of numbers at the edge to exact
// values: the loss of each row, its gradient and, times ones, its Hessian.
func TestExtremeCrossEntropy(t *testing.T) {
	inf, nan, tiny := math.Inf(1), math.NaN(), op.TinyProbability
	for _, c := range []struct {
		name                string
		entropy             op.CrossEntropy
		x                   []float64 // rows of two columns
		t                   []float64 // indexes
		loss, slope, second []float64
	}{
		{"large logits keep the small digits", op.CrossEntropy{}, []float64{1e15, 1e15}, []float64{0},
			[]float64{math.Ln2}, []float64{-0.5, 0.5}, []float64{0, 0}},
		{"far logits", op.CrossEntropy{}, []float64{1000, -1000, 1000, -1000}, []float64{0, 1},
			[]float64{0, 2000}, []float64{0, 0, 1, -1}, []float64{0, 0, 0, 0}},
		{"a masked class", op.CrossEntropy{}, []float64{3, -inf}, []float64{0},
			[]float64{0}, []float64{0, 0}, []float64{0, 0}},
		{"the masked class is right", op.CrossEntropy{}, []float64{3, -inf}, []float64{1},
			[]float64{inf}, []float64{1, -1}, []float64{0, 0}},
		{"left out, in the count and in the sum", op.CrossEntropy{By: op.ByWeight}, []float64{0, 0, nan, nan}, []float64{1, -1},
			[]float64{math.Ln2, 0}, []float64{0.5, -0.5, 0, 0}, []float64{0, 0, 0, 0}},
		{"no such class", op.CrossEntropy{}, []float64{0, 0, 0, 0}, []float64{2, nan},
			[]float64{nan, nan}, []float64{nan, nan, nan, nan}, []float64{nan, nan, nan, nan}},
		{"all left out", op.CrossEntropy{By: op.ByCount}, []float64{0, 0}, []float64{-1},
			[]float64{nan}, []float64{nan, nan}, []float64{nan, nan}},
		{"a probability of 0", op.CrossEntropy{Input: op.Probabilities}, []float64{0, 1, 0.5, 0.5}, []float64{0, 0},
			[]float64{-math.Log(tiny), math.Ln2}, []float64{-1 / tiny, 0, -2, 0}, []float64{0, 0, 4, 0}},
		{"log-probabilities", op.CrossEntropy{Input: op.LogProbabilities}, []float64{-inf, 0}, []float64{1},
			[]float64{0}, []float64{0, -1}, []float64{0, 0}},
	} {
		rows := len(c.t)
		g := G.NewGraph()
		x := input(g, tensor.Float64, "x", array{[]int{rows, 2}, c.x})
		ones := input(g, tensor.Float64, "ones", array{[]int{rows, 2}, []float64{1, 1, 1, 1}[:2*rows]})
		loss := must(t)(c.entropy.Apply(x, input(g, tensor.Float64, "t", array{[]int{rows}, c.t}), nil))
		cost := must(t)(op.Total(loss))
		slope, err := autodiff.Grad(cost, x)
		if err != nil {
			t.Fatal(err)
		}
		second, err := autodiff.HessianVector(cost, G.Nodes{x}, G.Nodes{ones})
		if err != nil {
			t.Fatal(err)
		}
		program, err := exec.Compile(loss, slope[0], second[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		for what, pair := range map[string][2][]float64{
			"loss": {values(t, loss), c.loss}, "slope": {values(t, slope...), c.slope}, "second": {values(t, second...), c.second},
		} {
			if err := reference.Compare(pair[0], pair[1], 1e-15, 1e-15); err != nil {
				t.Errorf("%s: %s: %v", c.name, what, err)
			}
		}
	}
}

// TestExtremeSoftmax checks that no exponential overflows and that NaN stays in
// its row.
func TestExtremeSoftmax(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	third := 1. / 3
	for _, c := range []struct{ x, want, log []float64 }{
		{[]float64{1e4, 1e4, 1e4}, []float64{third, third, third}, []float64{-math.Log(3), -math.Log(3), -math.Log(3)}},
		{[]float64{-1e4, 0, -inf}, []float64{0, 1, 0}, []float64{-1e4, 0, -inf}},
		{[]float64{1e308, -1e308, 0}, []float64{1, 0, 0}, []float64{0, -inf, -1e308}},
		{[]float64{-inf, -inf, -inf}, []float64{nan, nan, nan}, []float64{nan, nan, nan}},
		{[]float64{inf, 0, 0}, []float64{nan, nan, nan}, []float64{nan, nan, nan}},
		{[]float64{nan, 0, 0}, []float64{nan, nan, nan}, []float64{nan, nan, nan}},
	} {
		g := G.NewGraph()
		// The second row must not feel the first.
		x := input(g, tensor.Float64, "x", array{[]int{2, 3}, append(append([]float64{}, c.x...), 0, 0, 0)})
		soft, log := must(t)(op.Softmax(x, -1)), must(t)(op.LogSoftmax(x, -1))
		program, err := exec.Compile(soft, log)
		if err != nil {
			t.Fatal(err)
		}
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		calm := []float64{third, third, third, -math.Log(3), -math.Log(3), -math.Log(3)}
		if err := reference.Compare(values(t, soft), append(c.want, calm[:3]...), 1e-15, 0); err != nil {
			t.Errorf("softmax%v: %v", c.x, err)
		}
		if err := reference.Compare(values(t, log), append(c.log, calm[3:]...), 1e-15, 0); err != nil {
			t.Errorf("log-softmax%v: %v", c.x, err)
		}
	}
}

// TestLogistic holds both tails to exact values.
func TestLogistic(t *testing.T) {
	for _, c := range []struct{ x, logistic, softplus float64 }{
		{0, 0.5, math.Ln2}, {-745, 5e-324, 5e-324}, {745, 1, 745}, {-40, 4.248354255291589e-18, 4.248354255291589e-18},
		{1, 0.7310585786300049, 1.3132616875182228}, {-1, 0.2689414213699951, 0.3132616875182228},
		{math.Inf(1), 1, math.Inf(1)}, {math.Inf(-1), 0, 0}, {math.NaN(), math.NaN(), math.NaN()},
	} {
		if got := op.Logistic(c.x); !reference.Close(got, c.logistic, 1e-15, 0) {
			t.Errorf("Logistic(%v) = %v, want %v", c.x, got, c.logistic)
		}
		if got := op.LogOnePlusExp(c.x); !reference.Close(got, c.softplus, 1e-15, 0) {
			t.Errorf("LogOnePlusExp(%v) = %v, want %v", c.x, got, c.softplus)
		}
	}
}
