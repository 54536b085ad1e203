package compare_test

import (
	"math"
	"testing"

	"nabla/train/compare"
)

var nan = math.NaN()

// near compares to 9 digits; NaN is near NaN.
func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) || math.IsNaN(a) && math.IsNaN(b) || a == b
}

// Means, deviations and intervals by hand: t of 3 degrees of freedom is
// 3.182446305284263, of 1 it is 12.706204736432095.
func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		sample              []float64
		mean, sd, low, high float64
	}{
		{nil, nan, nan, nan, nan},
		{[]float64{5}, 5, nan, nan, nan},
		{[]float64{1, 2, 3, 4}, 2.5, math.Sqrt(5.0 / 3), 2.5 - 3.182446305284263*math.Sqrt(5.0/3)/2, 2.5 + 3.182446305284263*math.Sqrt(5.0/3)/2},
		{[]float64{0, 2}, 1, math.Sqrt2, 1 - 12.706204736432095, 1 + 12.706204736432095},
		{[]float64{7, 7, 7}, 7, 0, 7, 7},
	} {
		s := compare.Describe(c.sample)
		if s.N != len(c.sample) || !near(float64(s.Mean), c.mean) || !near(float64(s.SD), c.sd) || !near(float64(s.Low), c.low) || !near(float64(s.High), c.high) {
			t.Errorf("%v: got %+v", c.sample, s)
		}
	}
}

// The table of the summary, by hand: two optimizers, four seeds, of which one
// diverges for the second.
func TestSummary(t *testing.T) {
	values := map[string][]float64{"a": {1, 2, 3, 4}, "b": {2, 4, nan, 6}}
	p := compare.Plan{
		Problems: []compare.Problem{stub{name: "p", value: func(o string, _ float64, seed uint64) float64 { return values[o][seed] },
			steps: func(o string, seed uint64) int { return len(o) * int(seed+1) * map[string]int{"a": 10, "b": 4}[o] }}},
		Optimizers: named([]float64{0.1}, "a", "b"), Seeds: []uint64{0, 1, 2, 3},
	}
	r, _ := whole(t, p, nil)
	s := r.Summaries()
	a, b := s[0], s[1]
	// All values, the worst last: 1 2 2 3 4 4 6 ∞; the fifth is the target.
	if a.Target != 4 || b.Target != 4 || a.Reached != 4 || b.Reached != 2 {
		t.Errorf("target %v, reached %d and %d, want 4, 4 and 2", a.Target, a.Reached, b.Reached)
	}
	// a takes 10, 20, 30, 40 steps; b 4, 8, never, never.
	if a.StepsToTarget != 25 || !math.IsInf(float64(b.StepsToTarget), 1) {
		t.Errorf("steps %v and %v, want 25 and Inf", a.StepsToTarget, b.StepsToTarget)
	}
	if a.Behind != nil || b.Behind == nil || b.Behind.N != 3 || !near(float64(b.Behind.Mean), (1+2+2)/3.0) {
		t.Errorf("behind %v and %v", a.Behind, b.Behind)
	}
	if b.Diverged != 1 || b.Value.N != 3 || b.Value.Mean != 4 || b.Runs != 4 {
		t.Errorf("b: %+v", b)
	}
	// The fewest evaluations: seed 0 b (4 against 10), seed 1 b (8 against 20), then a.
	for i, want := range [][]float64{{0.5, 1}, {0.5, 0.5}} {
		profile := r.Profiles()[i]
		if got := []float64{profile.At(1), profile.At(2.5)}; got[0] != want[0] || got[1] != want[1] || profile.At(2.4) != want[0] {
			t.Errorf("profile %s: %v, want %v", profile.Optimizer, got, want)
		}
	}
}

// The best rate is that with the fewest diverged runs, then the best mean; larger or
// smaller is better as the problem says.
func TestChoice(t *testing.T) {
	values := map[float64][]float64{0.1: {5, 5}, 0.2: {1, nan}, 0.3: {4, 7}, 0.4: {6, 5}, 0.5: {nan, nan}}
	for larger, want := range map[bool]float64{false: 0.1, true: 0.3} { // of equal means the least
		p := compare.Plan{
			Problems:   []compare.Problem{stub{name: "p", larger: larger, value: func(_ string, rate float64, seed uint64) float64 { return values[rate][seed] }}},
			Optimizers: named([]float64{0.1, 0.2, 0.3, 0.4, 0.5}, "a"), Seeds: []uint64{0, 1},
		}
		r, _ := whole(t, p, nil)
		s := r.Sensitivities()[0]
		if s.Best != want || r.Summaries()[0].LearningRate != want || r.Summaries()[0].AtEdge != (want == 0.1) {
			t.Errorf("larger is better %v: best %v, want %v", larger, s.Best, want)
		}
		if s.Diverged[1] != 1 || s.Diverged[4] != 2 || s.Mean[2] != 5.5 || !math.IsNaN(float64(s.Mean[4])) || s.Mean[1] != 1 {
			t.Errorf("sensitivity %+v", s)
		}
	}
}
