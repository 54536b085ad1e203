package compare_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/compare"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// iris is a problem on the flowers.
func iris(t *testing.T, validation float64) compare.Training {
	t.Helper()
	source, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), validation, 1)
	if err != nil {
		t.Fatal(err)
	}
	accuracy, err := metrics.ByName("accuracy")
	if err != nil {
		t.Fatal(err)
	}
	return compare.Training{
		Name: "iris",
		Network: func(seed uint64) (*nn.Network, error) {
			return nn.New(nn.Config{Seed: seed, Input: parts.Train.Shape},
				layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dropout{P: 0.1}, layers.Dense{Units: 3})
		},
		Trainer: train.Trainer{Loss: losses.CrossEntropy, BatchSize: 16, MaxEpochs: 4},
		Metric:  accuracy, Train: parts.Train, Validation: parts.Validation, Test: parts.Test,
	}
}

// first makes the runs of a plan on one problem.
func first(t *testing.T, p compare.Problem, list []compare.Optimizer, seeds ...uint64) []compare.Record {
	t.Helper()
	r, _ := whole(t, compare.Plan{Problems: []compare.Problem{p}, Optimizers: list, Seeds: seeds}, nil)
	return r.Records
}

// Optimizers that do not move anything see the same losses in all epochs: start,
// batches and random masks are those of the seed. Those of another seed differ.
func TestSameStartAndBatches(t *testing.T) {
	still := []float64{1e-30}
	runs := first(t, iris(t, 0), []compare.Optimizer{
		{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: still},
		{Name: "momentum", Rule: optimizers.SGD{Momentum: 0.9}, LearningRates: still},
		{Name: "adam", Rule: optimizers.Adam{}, LearningRates: still},
	}, 1, 2)
	for seed := range 2 {
		for o := 1; o < 3; o++ {
			if a, b := runs[seed].Curve, runs[2*o+seed].Curve; !slices.Equal(a.Loss, b.Loss) || !slices.Equal(a.Value, b.Value) || len(a.Loss) != 4 {
				t.Errorf("%s, seed %d: %v, sgd has %v", runs[2*o+seed].Optimizer, seed+1, b.Loss, a.Loss)
			}
		}
	}
	if slices.Equal(runs[0].Curve.Loss, runs[1].Curve.Loss) {
		t.Error("two seeds have the same losses")
	}
}

// A run is what a trainer of one's own reaches.
func TestRunIsThatOfTheTrainer(t *testing.T) {
	p := iris(t, 0.2)
	run := first(t, p, []compare.Optimizer{{Name: "adam", Rule: optimizers.Adam{}, LearningRates: []float64{0.01}}}, 7)[0]
	net, err := p.Network(7)
	if err != nil {
		t.Fatal(err)
	}
	own := p.Trainer
	own.Optimizer, own.LearningRate, own.Seed, own.Validation, own.Metrics = optimizers.Adam{}, 0.01, 7, p.Validation, []metrics.Row{p.Metric}
	history, err := own.Fit(context.Background(), net, p.Train)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range history {
		if float64(run.Curve.Loss[i]) != e.Loss || float64(run.Curve.Value[i]) != e.ValScores.Of("accuracy") || run.Curve.Steps[i] != e.Steps || run.Curve.Epoch[i] != e.Epoch {
			t.Errorf("epoch %d: %v, the trainer has %+v", e.Epoch, run.Curve, e)
		}
	}
	test, err := train.Evaluate(net, p.Trainer.Loss, nil, p.Test, []metrics.Row{p.Metric})
	if err != nil || run.Test == nil || float64(*run.Test) != test.Scores.Of("accuracy") {
		t.Errorf("test %v, the trainer has %v, %v", run.Test, test.Scores, err)
	}
}

// Which rows are judged, and that the loss can take the place of a metric.
func TestJudgedRows(t *testing.T) {
	adam := []compare.Optimizer{{Name: "adam", Rule: optimizers.Adam{}, LearningRates: []float64{0.01}}}
	p := iris(t, 0.2)
	for _, want := range []string{"validation", "test", "training"} {
		if got := p.Describe(); got.Rows != want || got.Metric != "accuracy" || !got.LargerIsBetter {
			t.Errorf("described as %+v, want %s rows", got, want)
		}
		if r := first(t, p, adam, 1)[0]; (r.Test != nil) != (want == "validation") || !(r.Value > 0) {
			t.Errorf("%s: value %v, test %v", want, r.Value, r.Test)
		}
		if want == "test" {
			p.Test = nil
		}
		p.Validation = nil
	}
	p.Metric = metrics.Row{}
	p.Trainer.InOrder = true
	if d := p.Describe(); d.Metric != "loss" || d.LargerIsBetter {
		t.Errorf("described as %+v", d)
	}
}

// Evaluations are batches, whatever an update accumulates, and a limit of them ends
// a run in the middle of an epoch.
func TestLimitOfEvaluations(t *testing.T) {
	list := []compare.Optimizer{{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: []float64{0.01}}}
	for _, c := range []struct {
		accumulate, limit, epochs, steps, evaluations int
		stopped                                       string
	}{ // 120 rows are 8 batches of 16
		{0, 0, 4, 32, 32, compare.MaxEpochs},
		{3, 0, 4, 12, 32, compare.MaxEpochs},
		{0, 20, 2, 20, 20, compare.Budget},
		{0, 16, 2, 16, 16, compare.Budget},
		{0, 3, 0, 3, 3, compare.Budget},
		{3, 10, 1, 4, 11, compare.Budget}, // 3 + 3 + 2 + 3
		{0, 32, 4, 32, 32, compare.MaxEpochs},
	} {
		p := iris(t, 0)
		p.Trainer.Accumulate, p.Limit.Evaluations = c.accumulate, c.limit
		r := first(t, p, list, 1)[0]
		if r.Epochs != c.epochs || r.Steps != c.steps || r.Evaluations != c.evaluations || r.Stopped != c.stopped {
			t.Errorf("%+v: %d epochs, %d steps, %d evaluations, %s", c, r.Epochs, r.Steps, r.Evaluations, r.Stopped)
		}
		points := (c.steps + 7) / 8
		if c.accumulate == 3 {
			points = (c.steps + 2) / 3
		}
		if n := len(r.Curve.Loss); n != points || r.Curve.Evaluations[n-1] != c.evaluations || !(r.Loss > 0) {
			t.Errorf("%+v: curve %+v", c, r.Curve)
		}
	}
}

// A limit of time ends a run that would go on for long.
func TestLimitOfSeconds(t *testing.T) {
	p := iris(t, 0)
	p.Trainer.MaxEpochs, p.Limit.Time = 1_000_000_000, 30*time.Millisecond
	r := first(t, p, []compare.Optimizer{{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: []float64{0.01}}}, 1)[0]
	if r.Stopped != compare.Budget || r.Seconds < 0.03 || r.Seconds > 5 || r.Steps == 0 || len(r.Curve.Loss) < 1 {
		t.Errorf("stopped %s after %v s, %d steps, %d points", r.Stopped, r.Seconds, r.Steps, len(r.Curve.Loss))
	}
	p.Limit.Time = 1 // no time at all: the start is what there is
	r = first(t, p, []compare.Optimizer{{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: []float64{0.01}}}, 1)[0]
	if r.Stopped != compare.Budget || r.Steps > 1 || !(r.Loss > 0) || !(r.Value >= 0) || len(r.Curve.Loss) != 1 {
		t.Errorf("without time: %+v", r)
	}
}

// A run that diverges is a result, the target is marked when it is first reached,
// and an interruption is an error.
func TestOutcomes(t *testing.T) {
	p := iris(t, 0)
	target := 0.8
	r, _ := whole(t, compare.Plan{
		Problems: []compare.Problem{p}, Seeds: []uint64{1}, Target: &target,
		Optimizers: []compare.Optimizer{
			{Name: "wild", Rule: optimizers.SGD{}, LearningRates: []float64{1e38}},
			{Name: "adam", Rule: optimizers.Adam{}, LearningRates: []float64{0.05}},
		},
	}, nil)
	wild, adam := r.Records[0], r.Records[1]
	if wild.Stopped != compare.Diverged || wild.Reached != nil || wild.Value == wild.Value {
		t.Errorf("wild: %+v", wild)
	}
	i := slices.IndexFunc(adam.Curve.Value, func(v train.Number) bool { return v >= 0.8 })
	if i < 0 || adam.Reached == nil || adam.Reached.Epoch != i+1 || adam.Reached.Steps != 8*(i+1) {
		t.Errorf("adam: reached %+v, curve %v", adam.Reached, adam.Curve.Value)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	task := compare.Task{Optimizer: compare.Optimizer{Name: "sgd", Rule: optimizers.SGD{}}, LearningRate: 0.1, Seed: 1}
	if _, err := p.Run(ctx, task); err != context.Canceled {
		t.Errorf("interrupted: %v", err)
	}
	p.Trainer.Loss = losses.Loss{}
	if _, err := p.Run(context.Background(), task); err == nil || !strings.Contains(err.Error(), "iris: sgd") {
		t.Errorf("without a loss: %v", err)
	}
}

// Workers, parts and resumption change no number of real runs.
func TestTrainingOnSeveralCores(t *testing.T) {
	p := compare.Plan{
		Problems: []compare.Problem{iris(t, 0.2)}, Seeds: []uint64{1, 2, 3}, TuneSeeds: 1,
		Optimizers: []compare.Optimizer{
			{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: compare.LogGrid(1e-3, 1, 3)},
			{Name: "adam", Rule: optimizers.Adam{}, LearningRates: []float64{0.01}},
		},
		Workers: 1,
	}
	_, want := whole(t, p, nil)
	p.Workers = 4
	r, got := whole(t, p, nil)
	if got != want {
		t.Errorf("4 workers:\n%s\nwant\n%s", got, want)
	}
	if _, got = whole(t, p, r.Records[2:5]); got != want {
		t.Error("resumed: other numbers")
	}
	names, list := parts(t, p, 2)
	merged, err := compare.Merge(names, list)
	if err != nil {
		t.Fatal(err)
	}
	if lines(t, merged) != want {
		t.Error("merged: other numbers")
	}
}

// A function starts where its seed says, and its noise is that of the seed.
func TestFunction(t *testing.T) {
	f := compare.Function{
		Name: "bowl", Problem: optimizers.Problem{
			Func: func(x []float64) float64 { return x[0] * x[0] }, Grad: func(g, x []float64) { g[0] = 2 * x[0] },
		},
		From: func(seed uint64) []float64 { return []float64{float64(seed)} }, Steps: 3,
	}
	sgd := []compare.Optimizer{{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: []float64{0.25}}}
	runs := first(t, f, sgd, 1, 2)
	for i, start := range []float64{1, 2} { // halved at every step
		if v := float64(runs[i].Value); v != start*start/64 || runs[i].Evaluations != 3 || len(runs[i].Curve.Value) != 3 {
			t.Errorf("from %v: %+v", start, runs[i])
		}
	}
	f.Noise, f.Steps = 1, 1000
	sgd = append(sgd, compare.Optimizer{Name: "same", Rule: optimizers.SGD{}, LearningRates: []float64{0.25}})
	runs = first(t, f, sgd, 1, 2)
	if runs[0].Value != runs[2].Value || runs[1].Value != runs[3].Value || runs[0].Value == runs[1].Value {
		t.Errorf("noise: %v %v %v %v", runs[0].Value, runs[1].Value, runs[2].Value, runs[3].Value)
	}
	if n := len(runs[0].Curve.Value); n != 190 {
		t.Errorf("%d points", n)
	}
	f.Limit.Evaluations = 17
	if r := first(t, f, sgd, 1)[0]; r.Steps != 17 || r.Stopped != compare.Budget {
		t.Errorf("limit: %d steps, %s", r.Steps, r.Stopped)
	}
	if _, err := f.Run(context.Background(), compare.Task{Optimizer: compare.Optimizer{Rule: optimizers.SGD{}, L2: 0.1}, LearningRate: 0.1}); err == nil {
		t.Error("a function takes weight decay")
	}
	f.Problem.Grad = nil
	if _, err := f.Run(context.Background(), compare.Task{}); err == nil {
		t.Error("a function without gradient runs")
	}
}
