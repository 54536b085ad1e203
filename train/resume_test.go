package train_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// stopAfter is a context that ends when it has been asked so many times: the
// trainer asks before each batch.
type stopAfter struct {
	context.Context
	batches int
}

func (s *stopAfter) Err() error {
	if s.batches == 0 {
		return context.Canceled
	}
	s.batches--
	return nil
}

// noisy draws random numbers and knows float64 only.
var noisy = optimizers.Func(func(s optimizers.Step, w, g []float64) {
	for i := range w {
		w[i] -= s.LearningRate * (g[i] + 0.05*s.Rand.NormFloat64()*s.Loss)
	}
})

// experiment is a run that can be repeated.
type experiment struct {
	name   string
	data   func(t testing.TB, rows int, seed uint64) *datasets.Dataset
	hidden []nn.Layer
	change func(t *train.Trainer, data, validation *datasets.Dataset)
}

var experiments = []experiment{
	{"plain", flowers, nil, func(*train.Trainer, *datasets.Dataset, *datasets.Dataset) {}},
	{"dropout", plane, []nn.Layer{layers.Dropout{P: 0.3}, layers.Dense{Units: 4}, layers.Dropout{P: 0.2}}, nil},
	{"batchnorm", flowers, []nn.Layer{layers.BatchNorm{}, layers.Dense{Units: 4}, layers.BatchNorm{Cumulative: true}}, nil},
	{"schedule", plane, nil, func(t *train.Trainer, data, _ *datasets.Dataset) {
		t.Schedule = schedules.Cosine(t.MaxEpochs*t.StepsPerEpoch(data.Len()), 0.1)
	}},
	{"plateau", plane, nil, func(t *train.Trainer, _, v *datasets.Dataset) {
		t.Validation, t.Plateau, t.MaxEpochs, t.LearningRate = v, &schedules.Plateau{Factor: 0.5, Threshold: 0.2}, 5, 0.1
		t.Schedule = schedules.Exponential(0.99)
	}},
	{"accumulation", flowers, nil, func(t *train.Trainer, _, _ *datasets.Dataset) { t.BatchSize, t.Accumulate = 8, 3 }},
	{"weights", flowers, nil, func(t *train.Trainer, data, _ *datasets.Dataset) {
		t.SampleWeights, t.Accumulate, t.Loss.ClassWeights = ramp(data.Len()), 2, []float64{1, 0.5, 2}
	}},
	{"early stopping", plane, nil, func(t *train.Trainer, _, v *datasets.Dataset) {
		t.Validation, t.Patience, t.MaxEpochs, t.LearningRate = v, 2, 6, 0.3
	}},
	{"keep best", flowers, nil, func(t *train.Trainer, data, v *datasets.Dataset) {
		t.Validation, t.KeepBest, t.Metrics, t.LearningRate = v, true, metricsFor(data), 0.2
	}},
	{"regularisation", plane, nil, func(t *train.Trainer, _, _ *datasets.Dataset) {
		t.L1, t.L2, t.Decay, t.ClipNorm, t.ClipValue = 0.01, 0.02, 0.1, 0.5, 0.2
	}},
	{"groups", flowers, nil, func(t *train.Trainer, _, _ *datasets.Dataset) {
		t.Groups = []train.Group{
			{Match: "0.weight", Optimizer: noisy, LearningRate: 0.01},
			{Match: "*.bias", LearningRate: 0.002, Optimizer: optimizers.SGD{Momentum: 0.5}},
		}
	}},
	{"drop last", plane, nil, func(t *train.Trainer, _, _ *datasets.Dataset) { t.DropLast = true }},
	{"whole batch", flowers, nil, func(t *train.Trainer, _, _ *datasets.Dataset) { t.BatchSize, t.InOrder = 0, true }},
	{"everything", flowers, []nn.Layer{layers.BatchNorm{}, layers.Dropout{P: 0.25}}, func(t *train.Trainer, data, v *datasets.Dataset) {
		t.BatchSize, t.Accumulate, t.Validation, t.Patience, t.Metrics, t.ClipNorm = 7, 2, v, 3, metricsFor(data), 1
		t.Schedule, t.L2, t.LearningRate = schedules.Exponential(0.97), 0.001, 0.05
	}},
}

// start begins the experiment with weights of a seed.
func (e experiment) start(t testing.TB, rule optimizers.Rule, dtype nn.DType, seed uint64) (*train.Run, *nn.Network) {
	t.Helper()
	data, validation := e.data(t, 40, 1), e.data(t, 20, 2)
	list := append([]nn.Layer{layers.Dense{Units: 5, Activation: activations.Tanh}}, e.hidden...)
	net := network(t, nn.Config{Seed: seed, Input: data.Shape, DType: dtype}, append(list, layers.Dense{Units: data.Outputs()})...)
	trainer := train.Trainer{
		Loss: lossFor(data), Optimizer: rule, LearningRate: 0.01, BatchSize: 16, MaxEpochs: 2, Seed: 5,
	}
	if e.change != nil {
		e.change(&trainer, data, validation)
	}
	alone(&trainer)
	return start(t, trainer, net, data), net
}

// outcome is all that a run leaves behind.
type outcome struct {
	Weights  []float64
	History  train.History
	Stopped  string
	Best     int
	BestLoss float64
	Tick     uint64
	Tensors  []nn.Tensor // of a checkpoint at the end: slots and remembered weights
	file     []byte      // the checkpoint
}

// differs reports any difference in any bit.
func (o outcome) differs(from outcome) string {
	if o.Stopped == from.Stopped && bytes.Equal(o.file, from.file) && sameBits(o.Weights, from.Weights) == nil {
		return ""
	}
	return "(-want +got)\n" + cmp.Diff(from, o, ignored...)
}

var ignored = []cmp.Option{cmpopts.IgnoreUnexported(outcome{}, train.Epoch{}), cmpopts.EquateNaNs()}

func outcomeOf(t testing.TB, run *train.Run, net *nn.Network) outcome {
	t.Helper()
	for i := range run.History {
		run.History[i].Duration = 0
	}
	o := outcome{Weights: weights(net), History: run.History, Stopped: run.Stopped, Tick: net.Tick()}
	o.Best, o.BestLoss = run.BestEpoch()
	o.file = saved(t, run)
	var err error
	if o.Tensors, _, err = nn.ReadTensors(bytes.NewReader(o.file)); err != nil {
		t.Fatal(err)
	}
	return o
}

func saved(t testing.TB, run *train.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := run.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// finish runs all remaining epochs.
func finish(t testing.TB, run *train.Run) {
	t.Helper()
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// interrupt runs so many batches; it reports whether the run ended before.
func interrupt(t testing.TB, run *train.Run, batches int) (ended bool) {
	t.Helper()
	for _, err := range run.Epochs(&stopAfter{t.Context(), batches}) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	return run.Stopped != "interrupted"
}

// A run that is saved after any batch and resumed in another network ends with
// the same bits as one that was never interrupted.
func TestResumedRunIsTheSameRun(t *testing.T) {
	count := 0
	for i, e := range experiments {
		for _, dtype := range dtypes {
			for k, rule := range append(rules(t), optimizers.Row{Name: "custom", Rule: nil}) {
				if k%3 != i%3 && i > 0 && i < len(experiments)-1 {
					continue // the first and the last experiment have all rules
				}
				var r optimizers.Rule = noisy
				if rule.Rule != nil {
					r = rule.Rule
				}
				t.Run(fmt.Sprintf("%s/%v/%s", e.name, dtype, rule.Name), func(t *testing.T) {
					count += resumeEverywhere(t, e, r, dtype)
				})
			}
		}
	}
	t.Logf("%d checkpoints resumed", count)
}

func resumeEverywhere(t *testing.T, e experiment, rule optimizers.Rule, dtype nn.DType) (resumed int) {
	run, net := e.start(t, rule, dtype, 1)
	finish(t, run)
	want := outcomeOf(t, run, net)
	for k := 0; ; k++ {
		first, _ := e.start(t, rule, dtype, 1)
		ended := interrupt(t, first, k)
		checkpoint := saved(t, first)

		second, net := e.start(t, rule, dtype, 7)
		if err := second.Resume(bytes.NewReader(checkpoint)); err != nil {
			t.Fatalf("after %d batches: %v", k, err)
		}
		if !bytes.Equal(saved(t, second), checkpoint) {
			t.Fatalf("after %d batches: a resumed run saves another checkpoint than it came from", k)
		}
		finish(t, second)
		if diff := outcomeOf(t, second, net).differs(want); diff != "" {
			t.Fatalf("after %d batches: %s", k, diff)
		}
		resumed++
		if ended {
			return resumed
		}
	}
}

// The same holds for a run that is driven by Step and saved before the books of
// the epoch are closed.
func TestResumeAtTheEndOfAnEpoch(t *testing.T) {
	for _, e := range experiments {
		whole, wholeNet := e.start(t, optimizers.Adam{}, nn.Float32, 1)
		finish(t, whole)
		run, _ := e.start(t, optimizers.Adam{}, nn.Float32, 1)
		for range 2 {
			if _, err := run.Step(); err != nil {
				t.Fatal(err)
			}
		}
		resumed, net := e.start(t, optimizers.Adam{}, nn.Float32, 9)
		if err := resumed.Resume(bytes.NewReader(saved(t, run))); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		if e.name != "whole batch" { // whose second step is in the second epoch
			finish(t, resumed)
			if diff := outcomeOf(t, resumed, net).differs(outcomeOf(t, whole, wholeNet)); diff != "" {
				t.Errorf("%s: %s", e.name, diff)
			}
		}
	}

	// All three batches of an epoch, then Epochs closes it.
	e := experiments[7]
	whole, wholeNet := e.start(t, optimizers.Adam{}, nn.Float64, 1)
	finish(t, whole)
	run, _ := e.start(t, optimizers.Adam{}, nn.Float64, 1)
	for range 3 {
		if _, err := run.Step(); err != nil {
			t.Fatal(err)
		}
	}
	resumed, net := e.start(t, optimizers.Adam{}, nn.Float64, 9)
	if err := resumed.Resume(bytes.NewReader(saved(t, run))); err != nil {
		t.Fatal(err)
	}
	if got, want := resumed.GradientNorm(), run.GradientNorm(); got != want || got == 0 {
		t.Errorf("gradient norm after resume %v, want %v", got, want)
	}
	finish(t, resumed)
	if diff := outcomeOf(t, resumed, net).differs(outcomeOf(t, whole, wholeNet)); diff != "" {
		t.Error(diff)
	}
}

// A run that has ended can be resumed with more epochs; it goes on from its last
// weights, though the network holds the best ones.
func TestResumeForMoreEpochs(t *testing.T) {
	data, validation := plane(t, 40, 1), plane(t, 20, 2)
	trainer := train.Trainer{
		Loss: losses.MSE, Optimizer: optimizers.Adam{}, LearningRate: 0.5, BatchSize: 8, MaxEpochs: 9, KeepBest: true, Validation: validation,
	}
	longNet := small(t, data, nn.Float32, 1)
	long := start(t, trainer, longNet, data)
	finish(t, long)

	trainer.MaxEpochs = 4
	short := start(t, trainer, small(t, data, nn.Float32, 1), data)
	finish(t, short)
	if best, _ := short.BestEpoch(); best == 4 {
		t.Fatal("the last epoch is the best one: the test shows nothing")
	}
	trainer.MaxEpochs = 9
	net := small(t, data, nn.Float32, 2)
	resumed := start(t, trainer, net, data)
	if err := resumed.Resume(bytes.NewReader(saved(t, short))); err != nil {
		t.Fatal(err)
	}
	if resumed.Stopped != "" {
		t.Errorf("stopped %q before the epochs that are left", resumed.Stopped)
	}
	finish(t, resumed)
	if diff := outcomeOf(t, resumed, net).differs(outcomeOf(t, long, longNet)); diff != "" {
		t.Error(diff)
	}
}

// A checkpoint of a run that has ended is one: nothing is left to be done, and
// the network holds the best weights.
func TestResumeAnEndedRun(t *testing.T) {
	for _, e := range experiments {
		ended, endedNet := e.start(t, optimizers.Adam{}, nn.Float32, 1)
		finish(t, ended)
		resumed, net := e.start(t, optimizers.Adam{}, nn.Float32, 2)
		if err := resumed.Resume(bytes.NewReader(saved(t, ended))); err != nil {
			t.Fatal(err)
		}
		if diff := outcomeOf(t, resumed, net).differs(outcomeOf(t, ended, endedNet)); diff != "" {
			t.Errorf("%s: %s", e.name, diff)
		}
		for range resumed.Epochs(t.Context()) {
			t.Errorf("%s: an epoch after the end", e.name)
		}
	}
}

// Step goes on in the middle of an epoch, with its rows.
func TestStepAfterResume(t *testing.T) {
	for _, e := range experiments {
		run, net := e.start(t, optimizers.Adam{}, nn.Float64, 1)
		for range 2 {
			if _, err := run.Step(); err != nil {
				t.Fatal(err)
			}
		}
		resumed, resumedNet := e.start(t, optimizers.Adam{}, nn.Float64, 2)
		if err := resumed.Resume(bytes.NewReader(saved(t, run))); err != nil {
			t.Fatal(err)
		}
		for k := range 5 {
			want, err := run.Step()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := resumed.Step(); err != nil || got != want {
				t.Errorf("%s: step %d: loss %v, want %v (%v)", e.name, k, got, want, err)
			}
		}
		if err := sameBits(weights(resumedNet), weights(net)); err != nil {
			t.Errorf("%s: %v", e.name, err)
		}
	}
}

// The time of an epoch is that of its parts.
func TestDurationOverAnInterruption(t *testing.T) {
	const nap = 3 * time.Millisecond
	slow := optimizers.Func(func(s optimizers.Step, w, g []float64) {
		if len(s.Shape) == 2 && len(w) == 10 { // one of the parameters
			time.Sleep(nap)
		}
	})
	e := experiments[1]
	e.hidden, e.change = nil, func(t *train.Trainer, _, _ *datasets.Dataset) { t.MaxEpochs = 1 }
	run, _ := e.start(t, slow, nn.Float32, 1)
	interrupt(t, run, 2)
	resumed, _ := e.start(t, slow, nn.Float32, 1)
	if err := resumed.Resume(bytes.NewReader(saved(t, run))); err != nil {
		t.Fatal(err)
	}
	finish(t, resumed)
	if d := resumed.History[0].Duration; d < 3*nap {
		t.Errorf("the epoch took %v, its three batches at least %v", d, 3*nap)
	}
}
