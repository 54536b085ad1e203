package optimizers_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"nabla/train/optimizers"
)

// TestDescentOfEveryRule walks with each rule, wrapped and not, and compares the
// path with one made by hand.
func TestDescentOfEveryRule(t *testing.T) {
	names := optimizers.Names()
	for _, w := range optimizers.Wrappers() {
		names = append(names, w+"(momentum)")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			row, err := optimizers.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			p, f := problem(t, "himmelblau")
			const steps = 20
			run := func() (*optimizers.Descent, [][]float64) {
				d, err := optimizers.NewDescent(row.Rule, p, f.Start, optimizers.Steps{Count: steps, LearningRate: 1e-3, Seed: 3, Schedule: func(step int) float64 { return 1 / float64(step+1) }})
				if err != nil {
					t.Fatal(err)
				}
				var path [][]float64
				for d.Next(context.Background()) {
					path = append(path, slices.Clone(d.X()))
				}
				return d, path
			}
			d, path := run()
			if len(path) != steps || d.Iterations() != steps || d.Status() != optimizers.IterationLimit {
				t.Errorf("%d points, %d iterations, %s", len(path), d.Iterations(), d.Status())
			}
			_, again := run()
			if !slices.EqualFunc(path, again, slices.Equal[[]float64]) {
				t.Error("another path from the same seed")
			}
			if slices.Equal(path[steps-1], f.Start) {
				t.Error("it stands still")
			}
			want := steps
			if _, two := optimizers.Find[optimizers.TwoPass](row.Rule); two {
				want = 2 * steps
			}
			loss := 0
			if _, needs := optimizers.Find[optimizers.NeedsLoss](row.Rule); needs {
				loss = steps
			}
			if e := d.Evaluations(); e.Gradient != want || e.Function != loss || e.Total() != want+loss {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestDescentStops takes back a step to infinity, and can be interrupted.
func TestDescentStops(t *testing.T) {
	p, f := problem(t, "rosenbrock")
	d, err := optimizers.NewDescent(optimizers.SGD{}, p, f.Start, optimizers.Steps{Count: 100, LearningRate: 1})
	if err != nil {
		t.Fatal(err)
	}
	for d.Next(context.Background()) {
	}
	if x := d.X(); d.Status() != optimizers.NotFinite || d.Iterations() > 10 || math.IsNaN(x[0]) || math.IsInf(x[0], 0) {
		t.Errorf("%s after %d steps at %v", d.Status(), d.Iterations(), x)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d, err = optimizers.NewDescent(optimizers.SGD{}, p, f.Start, optimizers.Steps{Count: 3, LearningRate: 1e-4})
	if err != nil {
		t.Fatal(err)
	}
	if d.Next(ctx) || d.Status() != optimizers.Interrupted || !d.Next(context.Background()) {
		t.Errorf("%s", d.Status())
	}
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := optimizers.NewDescent(optimizers.SGD{}, p, f.Start, optimizers.Steps{LearningRate: rate}); err == nil || !strings.Contains(err.Error(), "learning rate") {
			t.Errorf("rate %v: %v", rate, err)
		}
	}
}
