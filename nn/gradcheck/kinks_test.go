package gradcheck_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// bent is sin 2x + jump·|x|, whose kink is at 0.
func bent(jump float64, kinks ...float64) activations.Activation {
	return activations.Activation{
		Name: "bent", Kinks: kinks,
		F: func(x float64) float64 { return math.Sin(2*x) + jump*math.Abs(x) },
		D: func(x float64) float64 { return 2*math.Cos(2*x) + math.Copysign(jump, x) },
	}
}

// TestNearKinks puts inputs at all distances from a kink of any size: each is
// skipped or has the right gradient.
func TestNearKinks(t *testing.T) {
	var x []float64
	for d := 1e-14; d < 2; d *= 1.25 {
		x = append(x, d, -d)
	}
	for _, jump := range []float64{1e-12, 1e-9, 1e-7, 1e-5, 1e-3, 1, 1000} {
		r, _ := gradcheck.Activation(bent(jump, 0), []int{len(x)}, gradcheck.Options{Seed: 4, Input: x})
		if e := r.Worst(); !(e <= gradcheck.SmoothBound) {
			t.Errorf("jump %v: error %.1e", jump, e)
		}
		// Nothing is skipped but what lies within the smallest steps.
		limit := 0
		for _, v := range x {
			if math.Abs(v) < 1e-5 {
				limit++
			}
		}
		if _, skipped := r.Coordinates(); skipped > limit || jump == 1 && skipped < limit/2 {
			t.Errorf("jump %v: %d skipped, %d within 1e-5", jump, skipped, limit)
		}
	}
}

// TestAtKinks checks functions exactly where they have no derivative.
func TestAtKinks(t *testing.T) {
	at := func(n int) []float64 { // n kinks among 100 numbers
		x := make([]float64, 100)
		for i := n; i < 100; i++ {
			x[i] = 1 + float64(i)/100
		}
		return x
	}
	for n := range 8 {
		for _, a := range []activations.Activation{activations.ReLU, activations.LeakyReLU, activations.SELU, bent(2, 0)} {
			r, err := gradcheck.Activation(a, []int{100}, gradcheck.Options{Input: at(n)})
			if _, skipped := r.Coordinates(); skipped != n {
				t.Errorf("%s: %d skipped, want %d", a, skipped, n)
			}
			if (err != nil) != (n > 5) || n > 5 && !strings.Contains(err.Error(), fmt.Sprintf("%d of 100 coordinates lie at a kink, more than 5 %%", n)) {
				t.Errorf("%s with %d kinks: %v", a, n, err)
			}
			if want := map[bool]float64{false: gradcheck.SmoothBound, true: gradcheck.KinkBound}[n > 0]; r.Bound != want {
				t.Errorf("%s with %d kinks: bound %v, want %v", a, n, r.Bound, want)
			}
		}
	}
	t.Run("every element", func(t *testing.T) {
		_, err := gradcheck.Activation(activations.ReLU, []int{3}, gradcheck.Options{Input: make([]float64, 3)})
		if err == nil || !strings.Contains(err.Error(), "not checked: every element lies at a kink") {
			t.Error(err)
		}
	})
	t.Run("loss", func(t *testing.T) {
		target := at(0)
		prediction := at(3)
		target[0], target[1], target[2] = 0, 0, 0
		target[3] -= 0.5
		for i := 4; i < 100; i++ {
			target[i] += 0.25
		}
		r, err := gradcheck.Loss(losses.MAE, 100, 1, gradcheck.Options{Input: prediction, Target: target})
		if _, skipped := r.Coordinates(); err != nil || skipped != 3 {
			t.Errorf("%d skipped, want 3: %v", skipped, err)
		}
	})
	t.Run("declared smooth", func(t *testing.T) {
		// Where D takes one side of the jump, no difference agrees with it.
		_, err := gradcheck.Activation(bent(2), []int{100}, gradcheck.Options{Input: at(1)})
		if err == nil || !strings.Contains(err.Error(), "gradient of input: error") {
			t.Errorf("a kink that is not declared: %v", err)
		}
	})
}

// TestKinksInNetwork counts parameters that move a unit across its kink: with no
// bias and an input of zeros, the whole first layer stands at it.
func TestKinksInNetwork(t *testing.T) {
	stock := nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Rectify(x) })
	for _, relu := range []nn.Layer{layers.Activation{Function: activations.ReLU}, stock} {
		net, err := nn.New(nn.Config{Seed: 1, Input: []int{3}}, layers.Dense{Units: 4}, relu, layers.Dense{Units: 2})
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float64, 3)
		if _, err := gradcheck.Network(net, x, nil, gradcheck.Options{}); err == nil || !strings.Contains(err.Error(), "at a kink") {
			t.Errorf("zeros: %v", err)
		}
		x = []float64{0.3, -0.2, 0.9}
		if _, err := gradcheck.Network(net, x, nil, gradcheck.Options{}); err != nil {
			t.Errorf("away from the kink: %v", err)
		}
	}
}
