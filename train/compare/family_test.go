package compare_test

import (
	"math"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
	"nabla/train/compare"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// All optimizers of the table, and one in each wrapper, are compared on a network and
// on a function.
func TestAllOptimizers(t *testing.T) {
	names := optimizers.Names()
	for _, wrapper := range optimizers.Wrappers() {
		names = append(names, wrapper+"(adam)")
	}
	var list []compare.Optimizer
	for _, name := range names {
		row, err := optimizers.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, compare.Optimizer{Name: name, Rule: row.Rule, LearningRates: []float64{row.LearningRate}})
	}
	bowl := compare.Function{
		Name: "bowl", Problem: optimizers.Problem{
			Func: func(x []float64) float64 { return x[0]*x[0] + 3*x[1]*x[1] }, Grad: func(g, x []float64) { g[0], g[1] = 2*x[0], 6*x[1] },
		},
		From: func(uint64) []float64 { return []float64{1, 1} }, Steps: 50,
	}
	r, _ := whole(t, compare.Plan{Problems: []compare.Problem{iris(t, 0), bowl}, Optimizers: list, Seeds: []uint64{1}}, nil)
	for _, record := range r.Records {
		name := record.Problem + ": " + record.Optimizer
		passes := 1
		if record.Optimizer == "sam(adam)" || record.Optimizer == "polyak" && record.Problem == "bowl" { // a second gradient, the value
			passes = 2
		}
		if record.Stopped != compare.MaxEpochs || record.Evaluations != passes*record.Steps {
			t.Errorf("%s: %s, %d steps, %d evaluations", name, record.Stopped, record.Steps, record.Evaluations)
		}
		if record.Problem == "bowl" && !(float64(record.Value) < 4) || math.IsNaN(float64(record.Loss)) {
			t.Errorf("%s: value %v", name, record.Value)
		}
	}
	t.Logf("%d optimizers", len(list))
}

// All full-batch methods are compared with a rule on a test function, from starts that
// are drawn.
func TestAllMethods(t *testing.T) {
	f, err := testfuncs.ByName("rosenbrock")
	if err != nil {
		t.Fatal(err)
	}
	list := []compare.Optimizer{{Name: "adam", Rule: optimizers.Adam{}, LearningRates: compare.LogGrid(0.01, 1, 3)}}
	for _, name := range optimizers.MethodNames() {
		row, err := optimizers.MethodByName(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, compare.Optimizer{Name: name, Rule: row.Method})
	}
	target := 1e-6
	p := compare.Plan{Problems: []compare.Problem{compare.Drawn(f, 2000)}, Optimizers: list, Seeds: []uint64{1, 2, 3}, TuneSeeds: 1, Target: &target}
	r, want := whole(t, p, nil)
	starts := map[uint64]bool{}
	for _, record := range r.Records {
		if method := optimizers.IsMethod(record.Optimizer); method != (record.LearningRate == 0) || record.Steps > 2000 {
			t.Errorf("%s: learning rate %v, %d steps", record.Optimizer, record.LearningRate, record.Steps)
		}
		if record.Optimizer == "levenberg-marquardt" && (record.Reached == nil || record.Stopped != compare.Converged) {
			t.Errorf("%s, seed %d: %s at %v", record.Optimizer, record.Seed, record.Stopped, record.Value)
		}
		starts[record.Seed] = true
	}
	if n := len(r.Records); n != 3+2+3*len(optimizers.MethodNames()) || len(starts) != 3 {
		t.Errorf("%d runs", n)
	}
	names, parts := parts(t, p, 3)
	merged, err := compare.Merge(names, parts)
	if err != nil {
		t.Fatal(err)
	}
	if lines(t, merged) != want {
		t.Error("merged: other numbers")
	}
	noisy := compare.Drawn(f, 10)
	noisy.Noise = 0.1
	if _, err := noisy.Run(t.Context(), compare.Task{Optimizer: list[1], Seed: 1}); err == nil {
		t.Error("a method takes noise")
	}
}

// Full-batch methods train the same networks as rules do, with evaluations that count
// as many batches as an epoch has.
func TestMethodsOnNetworks(t *testing.T) {
	p := iris(t, 0.2) // 96 rows are 6 batches
	p.Network = func(seed uint64) (*nn.Network, error) {
		return nn.New(nn.Config{Seed: seed, Input: p.Train.Shape, DType: nn.Float64}, layers.Dense{Units: 4, Activation: activations.Tanh}, layers.Dense{Units: 3})
	}
	p.Trainer.L2, p.Trainer.MaxEpochs = 0.01, 15
	list := []compare.Optimizer{{Name: "adam", Rule: optimizers.Adam{}, LearningRates: []float64{0.01}}}
	for _, name := range []string{"lbfgs", "levenberg-marquardt", "trust-region"} {
		row, err := optimizers.MethodByName(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, compare.Optimizer{Name: name, Rule: row.Method})
	}
	plan := compare.Plan{Problems: []compare.Problem{p}, Optimizers: list, Seeds: []uint64{1, 2}}
	r, want := whole(t, plan, nil)
	for _, record := range r.Records {
		method := record.Optimizer != "adam"
		if record.Evaluations%6 != 0 || method && record.Evaluations <= 6*record.Steps || !(record.Loss < 0.7) || record.Test == nil {
			t.Errorf("%s: %d steps, %d evaluations, loss %v, %s", record.Optimizer, record.Steps, record.Evaluations, record.Loss, record.Stopped)
		}
	}
	plan.Workers = 1
	if _, got := whole(t, plan, nil); got != want {
		t.Error("one worker: other numbers")
	}
	p.Limit.Evaluations = 60
	for _, record := range first(t, p, list, 1) {
		if record.Stopped != compare.Budget || record.Evaluations < 60 || record.Evaluations > 150 {
			t.Errorf("%s, limited: %s after %d evaluations", record.Optimizer, record.Stopped, record.Evaluations)
		}
	}
}
