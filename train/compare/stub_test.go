package compare_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"nabla/train"
	"nabla/train/compare"
	"nabla/train/optimizers"
)

// stub is a problem whose runs end at once with what a function says.
type stub struct {
	name   string
	larger bool
	value  func(optimizer string, rate float64, seed uint64) float64 // NaN diverges
	steps  func(optimizer string, seed uint64) int                   // until the last value; nil: 10

	settings    []string
	pause       time.Duration
	now, widest *atomic.Int32 // runs at this moment, and the most there were
}

func (s stub) Describe() compare.Description {
	return compare.Description{Name: s.name, Metric: "value", LargerIsBetter: s.larger, Settings: append([]string{}, s.settings...)}
}

func (s stub) Run(ctx context.Context, t compare.Task) (compare.Record, error) {
	if s.now != nil {
		n := s.now.Add(1)
		defer s.now.Add(-1)
		for most := s.widest.Load(); n > most && !s.widest.CompareAndSwap(most, n); most = s.widest.Load() {
		}
	}
	time.Sleep(s.pause)
	if ctx.Err() != nil {
		return compare.Record{}, ctx.Err()
	}
	v, steps := s.value(t.Optimizer.Name, t.LearningRate, t.Seed), 10
	if s.steps != nil {
		steps = s.steps(t.Optimizer.Name, t.Seed)
	}
	r := compare.Record{
		Problem: s.name, Optimizer: t.Optimizer.Name, LearningRate: t.LearningRate, Seed: t.Seed, Stopped: compare.MaxEpochs,
		Epochs: 1, Steps: steps, Evaluations: steps, Loss: train.Number(v), Value: train.Number(v), Seconds: rand.Float64(),
		Curve: compare.Curve{Epoch: []int{1}, Steps: []int{steps}, Evaluations: []int{steps}, Loss: []train.Number{train.Number(v)}, Value: []train.Number{train.Number(v)}, Seconds: []float64{rand.Float64()}},
	}
	if math.IsNaN(v) {
		r.Stopped, r.Curve = compare.Diverged, compare.Curve{}
	} else if t.Target != nil && (t.Larger && v >= *t.Target || !t.Larger && v <= *t.Target) {
		r.Reached = &compare.Mark{Epoch: 1, Steps: steps, Evaluations: steps, Seconds: rand.Float64()}
	}
	return r, nil
}

// rugged is a value that depends on everything.
func rugged(optimizer string, rate float64, seed uint64) float64 {
	if optimizer == "wild" && rate > 0.5 {
		return math.NaN()
	}
	return math.Abs(math.Log10(rate)+2) + float64(seed%7)/100 + float64(len(optimizer))/50
}

// named makes optimizers that differ by name alone.
func named(rates []float64, names ...string) []compare.Optimizer {
	var list []compare.Optimizer
	for _, name := range names {
		list = append(list, compare.Optimizer{Name: name, Rule: optimizers.SGD{}, LearningRates: rates})
	}
	return list
}

// whole makes a plan and returns its lines without seconds.
func whole(t *testing.T, p compare.Plan, have []compare.Record) (compare.Result, string) {
	t.Helper()
	r, err := p.Run(context.Background(), have, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, lines(t, r)
}

var seconds = regexp.MustCompile(`"seconds[a-z_]*":(\[[^\]]*\]|[^,}]*)`)

// lines are the JSON lines of a result without its seconds.
func lines(t *testing.T, r compare.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if !seconds.Match(b.Bytes()) {
		t.Fatal("no seconds are written")
	}
	return seconds.ReplaceAllString(b.String(), `"seconds":0`)
}

// plans are of all shapes: one rate, a full grid, tuning with one or two seeds,
// several problems, a mixture.
func plans() map[string]compare.Plan {
	problem := func(name string, larger bool) compare.Problem { return stub{name: name, larger: larger, value: rugged} }
	grid := compare.LogGrid(1e-4, 1, 5)
	target := 0.3
	mixed := named(grid, "wild", "calm", "a")
	mixed[1].LearningRates = []float64{0.01}
	return map[string]compare.Plan{
		"one rate":     {Problems: []compare.Problem{problem("p", false)}, Optimizers: named([]float64{0.01}, "a", "bb"), Seeds: []uint64{3, 1, 2}},
		"grid":         {Problems: []compare.Problem{problem("p", true)}, Optimizers: named(grid, "a", "wild"), Seeds: []uint64{1, 2}, Target: &target},
		"tuned":        {Problems: []compare.Problem{problem("p", false)}, Optimizers: named(grid, "a", "wild", "ccc"), Seeds: []uint64{1, 2, 3, 4}, TuneSeeds: 1},
		"two problems": {Problems: []compare.Problem{problem("p", false), problem("q", true)}, Optimizers: mixed, Seeds: []uint64{5, 6, 7}, TuneSeeds: 2},
		"all wild":     {Problems: []compare.Problem{problem("p", false)}, Optimizers: named([]float64{0.9, 1}, "wild"), Seeds: []uint64{1, 2}, TuneSeeds: 1},
	}
}

// eachPlan runs a test for all plans.
func eachPlan(t *testing.T, test func(t *testing.T, p compare.Plan)) {
	for name, p := range plans() {
		t.Run(name, func(t *testing.T) { test(t, p) })
	}
}

// paused gives the runs a fresh random order of ending.
func paused(p compare.Plan) compare.Plan {
	list := append([]compare.Problem{}, p.Problems...)
	for i, problem := range list {
		if s, ok := problem.(stub); ok {
			s.pause = time.Duration(rand.IntN(50)) * time.Microsecond
			list[i] = s
		}
	}
	p.Problems = list
	return p
}

func part(i, n int) compare.Shard { return compare.Shard{Index: i, Of: n} }

func label(i, n int) string { return fmt.Sprintf("%d-of-%d", i, n) }
