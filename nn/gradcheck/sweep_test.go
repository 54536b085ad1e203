package gradcheck_test

import (
	"math"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// TestSteps checks that the errors are a V with the slopes of theory: the error of
// a central difference falls by 100 a decade, that of a forward one by 10, and
// rounding makes both grow again by about 10 a decade.
func TestSteps(t *testing.T) {
	net, err := nn.New(nn.Config{Seed: 3, Input: []int{4}}, layers.Dense{Units: 6, Activation: activations.Tanh}, layers.Dropout{P: 0.3}, layers.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	x, target, _ := batch(5, []int{4}, 3, losses.CrossEntropy)
	s, err := gradcheck.Steps(net, x, gradcheck.Against(losses.CrossEntropy, target, nil), gradcheck.Options{Seed: 1, Coordinates: 10})
	if err != nil {
		t.Fatal(err)
	}
	if s.Coordinates != 10+6+10+3+10 {
		t.Errorf("%d coordinates", s.Coordinates)
	}
	at := func(h float64) gradcheck.Point {
		for _, p := range s.Points {
			if math.Abs(math.Log10(p.Step/h)) < 0.01 {
				return p
			}
		}
		t.Fatalf("no step %v", h)
		return gradcheck.Point{}
	}
	for _, c := range []struct {
		name      string
		ratio     float64
		low, high float64
	}{
		{"forward, 1e-2 to 1e-5", at(1e-2).Forward / at(1e-5).Forward, 500, 2000},
		{"central, 1e-1 to 1e-3", at(1e-1).Central / at(1e-3).Central, 5e3, 2e4},
		{"central, rounding of 1e-13 to that of 1e-9", at(1e-13).Central / at(1e-9).Central, 1e2, 1e6},
		{"forward, rounding of 1e-14 to that of 1e-10", at(1e-14).Forward / at(1e-10).Forward, 1e2, 1e6},
	} {
		if !(c.ratio >= c.low && c.ratio <= c.high) {
			t.Errorf("%s: errors fall by %.3g, want %v to %v", c.name, c.ratio, c.low, c.high)
		}
	}
	forward, central := s.Best()
	for _, c := range []struct{ got, want, reached, below float64 }{
		{forward.Step, gradcheck.BestForwardStep, forward.Forward, 1e-6}, {central.Step, gradcheck.BestCentralStep, central.Central, 1e-8},
	} {
		if d := math.Abs(math.Log10(c.got / c.want)); d > 1.5 || !(c.reached < c.below) {
			t.Errorf("best step %.1e with error %.1e, theory has about %.1e", c.got, c.reached, c.want)
		}
	}
	if _, err := gradcheck.Steps(net, x[:3], nil, gradcheck.Options{}); err == nil {
		t.Error("three numbers for rows of four pass")
	}
}
