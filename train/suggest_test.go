package train

import (
	"math"
	"testing"
)

// Curves whose steepest place and minimum are known: loss(u) over u = ln η.
func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name            string
		loss            func(u float64) float64
		steepest, tenth float64 // ln
	}{
		{"step down and up", func(u float64) float64 { return 1/(1+math.Exp(2*(u+6))) + math.Exp(u) }, -6, math.NaN()},
		{"cosine", func(u float64) float64 { return math.Cos((u + 10) / 8 * math.Pi) }, -6, -2 - math.Ln10},
		{"a bump before", func(u float64) float64 {
			return 3*math.Exp(-2*(u+8.5)*(u+8.5)) + 1/(1+math.Exp(2*(u+4))) + math.Exp(3*u)
		}, -4, math.NaN()},
		{"rising", func(u float64) float64 { return u }, math.NaN(), math.NaN()},
	} {
		test, err := RangeTest{From: math.Exp(-10), To: 1, Steps: 201}.filled()
		if err != nil {
			t.Fatal(err)
		}
		var points []RangePoint
		for i := range test.Steps {
			rate := test.rate(i)
			points = append(points, RangePoint{LearningRate: rate, Loss: c.loss(math.Log(rate))})
		}
		test.smooth(points)
		steepest, tenth := suggest(points)
		off := func(got, want float64) bool {
			return math.IsNaN(got) != math.IsNaN(want) || math.Abs(math.Log(got)-want) > 0.12
		}
		if off(steepest, c.steepest) || !math.IsNaN(c.tenth) && off(tenth, c.tenth) || c.name == "rising" && !math.IsNaN(tenth) {
			t.Errorf("%s: %v and %v, want %v and %v", c.name, math.Log(steepest), math.Log(tenth), c.steepest, c.tenth)
		}
	}
	if a, b := suggest(nil); !math.IsNaN(a) || !math.IsNaN(b) {
		t.Errorf("no points: %v, %v", a, b)
	}
}
