package train_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"nabla/layers"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// bits are all that a network remembers.
func bits(net *nn.Network) (all []uint64) {
	for _, p := range net.Params() {
		values := make([]float64, p.Size())
		p.Read(values)
		for _, v := range values {
			all = append(all, math.Float64bits(v))
		}
	}
	return append(all, net.Tick())
}

// A range test leaves the network as it was, to the bit, however it ends.
func TestRangeTestRestores(t *testing.T) {
	data := flowers(t, 50, 1)
	for _, dtype := range dtypes {
		for _, c := range []struct {
			name string
			test train.RangeTest
			stop int // batches; 0 is none
		}{
			{"to the end", train.RangeTest{From: 1e-5, To: 1e-3, Steps: 20}, 0},
			{"diverging", train.RangeTest{To: 1e6}, 0},
			{"interrupted", train.RangeTest{}, 5},
		} {
			net := network(t, nn.Config{Seed: 3, Input: data.Shape, DType: dtype}, layers.BatchNorm{}, layers.Dropout{P: 0.2}, layers.Dense{Units: 6}, layers.BatchNorm{Cumulative: true}, layers.Dense{Units: 3})
			trainer := train.Trainer{Loss: lossFor(data), Optimizer: optimizers.Adam{}, LearningRate: 0.02, BatchSize: 8, MaxEpochs: 3, Seed: 5}
			fit(t, trainer, net, data) // running statistics that are not their first ones
			before := bits(net)
			ctx := t.Context()
			if c.stop > 0 {
				ctx = &stopAfter{ctx, c.stop}
			}
			result, err := trainer.FindLearningRate(ctx, net, data, c.test)
			if stopped := errors.Is(err, context.Canceled); stopped != (c.stop > 0) || err != nil && !stopped {
				t.Errorf("%s: %v", c.name, err)
			}
			if len(result.Points) < 5 {
				t.Errorf("%s: %d points", c.name, len(result.Points))
			}
			if !slices.Equal(before, bits(net)) {
				t.Errorf("%v, %s: the network has changed", dtype, c.name)
			}
		}
	}
}

// A range test amid a run changes nothing of it: weights, slots, order of the rows.
func TestRangeTestAmidARun(t *testing.T) {
	data := flowers(t, 40, 2)
	trainer := train.Trainer{Loss: lossFor(data), Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 8, MaxEpochs: 6, Seed: 7}
	var ends [][]uint64
	for _, tested := range []bool{false, true} {
		net := network(t, nn.Config{Seed: 3, Input: data.Shape}, layers.Dropout{P: 0.2}, layers.Dense{Units: 5}, layers.BatchNorm{}, layers.Dense{Units: 3})
		run, err := trainer.Start(net, data)
		if err != nil {
			t.Fatal(err)
		}
		for range 13 {
			if _, err := run.Step(); err != nil {
				t.Fatal(err)
			}
		}
		if tested {
			if _, err := trainer.FindLearningRate(t.Context(), net, data, train.RangeTest{Steps: 30}); err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range run.Epochs(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		ends = append(ends, bits(net))
	}
	if !slices.Equal(ends[0], ends[1]) {
		t.Error("the run ends elsewhere after a range test")
	}
}

// Every rule is tried without leaving anything behind.
func TestRangeTestOfEveryRule(t *testing.T) {
	data := flowers(t, 40, 8)
	for _, row := range rules(t) {
		for _, dtype := range dtypes {
			net := small(t, data, dtype, 2)
			before := bits(net)
			trainer := train.Trainer{Loss: lossFor(data), Optimizer: row.Rule, LearningRate: 1, BatchSize: 8, MaxEpochs: 1, Seed: 5}
			result, err := trainer.FindLearningRate(t.Context(), net, data, train.RangeTest{From: 1e-5, To: 1, Steps: 20})
			if err != nil || len(result.Points) < 5 {
				t.Errorf("%s, %v: %d points, %v", row.Name, dtype, len(result.Points), err)
			}
			if !slices.Equal(before, bits(net)) {
				t.Errorf("%s, %v: the network has changed", row.Name, dtype)
			}
		}
	}
}

// The points of a range test are those of a run with the same rates.
func TestRangeTestPoints(t *testing.T) {
	data := plane(t, 40, 3)
	const steps = 25
	trainer := train.Trainer{Loss: lossFor(data), Optimizer: optimizers.SGD{Momentum: 0.9}, LearningRate: 0.5, BatchSize: 8, MaxEpochs: 9, Seed: 4}
	result, err := trainer.FindLearningRate(t.Context(), small(t, data, nn.Float64, 1), data, train.RangeTest{From: 1e-4, To: 1e-1, Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Points) != steps || result.Diverged {
		t.Fatalf("%d points, diverged %v", len(result.Points), result.Diverged)
	}
	rate := func(step int) float64 { return 1e-4 * math.Pow(1e3, float64(step)/(steps-1)) }
	trainer.LearningRate, trainer.Schedule = 1, rate
	run, err := trainer.Start(small(t, data, nn.Float64, 1), data)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range result.Points {
		loss, err := run.Step()
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p.LearningRate/rate(i)-1) > 1e-12 || math.Abs(p.Loss-loss) > 1e-12*math.Abs(loss) {
			t.Errorf("step %d: rate %v and loss %v, want %v and %v", i, p.LearningRate, p.Loss, rate(i), loss)
		}
	}
	if first, last := result.Points[0].LearningRate, result.Points[steps-1].LearningRate; math.Abs(first/1e-4-1) > 1e-12 || math.Abs(last/0.1-1) > 1e-12 {
		t.Errorf("rates from %v to %v", first, last)
	}
}

// Trained with a suggested rate, the network gets better than with the ends of the
// range.
func TestRangeTestSuggests(t *testing.T) {
	data := flowers(t, 120, 4)
	for name, rule := range map[string]optimizers.Rule{"sgd": optimizers.SGD{}, "adam": optimizers.Adam{}} {
		trainer := train.Trainer{Loss: lossFor(data), Optimizer: rule, LearningRate: 1, BatchSize: 16, MaxEpochs: 10}
		result, err := trainer.FindLearningRate(t.Context(), small(t, data, nn.Float32, 1), data, train.RangeTest{To: 1000})
		if err != nil {
			t.Fatal(err)
		}
		after := func(rate float64) float64 {
			trainer.LearningRate = rate
			h := fit(t, trainer, small(t, data, nn.Float32, 1), data)
			return h[len(h)-1].Loss
		}
		low, steepest, tenth := after(1e-4), after(result.Steepest), after(result.MinimumTenth)
		t.Logf("%s: steepest %.3g reaches %.3g, minimum / 10 %.3g reaches %.3g, 1e-4 reaches %.3g; %d points", name, result.Steepest, steepest, result.MinimumTenth, tenth, low, len(result.Points))
		if !(result.Steepest < 10*result.MinimumTenth) || steepest > low || tenth > low {
			t.Errorf("%s: %v, %v", name, result.Steepest, result.MinimumTenth)
		}
		if !result.Diverged || len(result.Points) == 100 {
			t.Errorf("%s: a rate of 1000 does no harm", name)
		}
	}
}

func TestRangeTestAccumulates(t *testing.T) {
	data := flowers(t, 48, 5)
	trainer := train.Trainer{Loss: lossFor(data), Optimizer: optimizers.SGD{}, LearningRate: 1, BatchSize: 8, Accumulate: 3, MaxEpochs: 1}
	result, err := trainer.FindLearningRate(t.Context(), small(t, data, nn.Float64, 1), data, train.RangeTest{To: 1e-3, Steps: 12})
	if err != nil || len(result.Points) != 12 {
		t.Errorf("%d points, %v", len(result.Points), err)
	}
}

func TestRangeTestRefuses(t *testing.T) {
	data := flowers(t, 20, 6)
	trainer := plainTrainer(data)
	for _, c := range []struct {
		test train.RangeTest
		part string
	}{
		{train.RangeTest{From: 1, To: 0.1}, "RangeTest goes from 1 to 0.1; From must be the smaller"},
		{train.RangeTest{From: -1}, "RangeTest.From must not be negative"},
		{train.RangeTest{To: math.Inf(1)}, "RangeTest.To is +Inf"},
		{train.RangeTest{Steps: 3}, "RangeTest.Steps must be at least 10, got 3"},
		{train.RangeTest{Stop: math.NaN()}, "RangeTest.Stop is NaN"},
	} {
		_, err := trainer.FindLearningRate(t.Context(), small(t, data, nn.Float64, 1), data, c.test)
		checkError(t, c.part, err, c.part)
	}
	trainer.Optimizer = nil
	_, err := trainer.FindLearningRate(t.Context(), small(t, data, nn.Float64, 1), data, train.RangeTest{})
	checkError(t, "no optimizer", err, "Optimizer is not set")
	trainer = plainTrainer(data)
	var none context.Context
	_, err = trainer.FindLearningRate(none, small(t, data, nn.Float64, 1), data, train.RangeTest{})
	checkError(t, "no context", err, "the context is nil")
}
