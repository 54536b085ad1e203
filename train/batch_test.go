package train_test

import (
	"fmt"
	"math"
	"testing"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// problem is a data set with a loss.
type problem struct {
	name string
	data func(t testing.TB, rows int, seed uint64) *datasets.Dataset
	loss losses.Loss
}

// with changes a loss.
func with(l losses.Loss, change func(*losses.Loss)) losses.Loss {
	change(&l)
	return l
}

func reduced(r losses.Reduction) func(*losses.Loss) {
	return func(l *losses.Loss) { l.Reduction = r }
}

func classWeights(l *losses.Loss) { l.ClassWeights = []float64{0.5, 2, 3} }

var problems = []problem{
	{"mse", plane, losses.MSE},
	{"mse, mean over count", plane, with(losses.MSE, reduced(losses.MeanOverCount))},
	{"mse, sum", plane, with(losses.MSE, reduced(losses.Sum))},
	{"cross-entropy", flowers, losses.CrossEntropy},
	{"cross-entropy, class weights", flowers, with(losses.CrossEntropy, classWeights)},
	{"cross-entropy, class weights, mean over count", flowers, with(with(losses.CrossEntropy, classWeights), reduced(losses.MeanOverCount))},
	{"cross-entropy, class weights, sum", flowers, with(with(losses.CrossEntropy, classWeights), reduced(losses.Sum))},
	{"cross-entropy, smoothing", flowers, with(losses.CrossEntropy, func(l *losses.Loss) { l.Smoothing = 0.2 })},
	{"bce, class weights", flowers, with(losses.BinaryCrossEntropy, classWeights)},
	{"hinge", flowers, losses.Hinge},
}

// trained returns the weights and the losses after a few epochs in float64.
func trained(t *testing.T, trainer train.Trainer, data *datasets.Dataset) []float64 {
	t.Helper()
	net := small(t, data, nn.Float64, 1)
	trainer.MaxEpochs, trainer.InOrder = 4, true
	history := fit(t, trainer, net, data)
	all := weights(net)
	for _, e := range history {
		all = append(all, e.Loss)
	}
	return all
}

// both are two rules with and without memory.
var both = []optimizers.Rule{optimizers.SGD{}, optimizers.Adam{}}

func TestWholeSetDoesNotDependOnTheOrderOfRows(t *testing.T) {
	for _, p := range problems {
		data := p.data(t, 30, 1)
		for _, rule := range both {
			trainer := train.Trainer{Loss: p.loss, Optimizer: rule, LearningRate: 0.01}
			if err := near(trained(t, trainer, reversed(t, data)), trained(t, trainer, data), 1e-12); err != nil {
				t.Errorf("%s, %T: %v", p.name, rule, err)
			}
		}
	}
}

// n batches of b rows that make one update are one batch of n·b rows, also when
// the last one is short and when the rows have weights.
func TestAccumulateIsALargerBatch(t *testing.T) {
	for _, p := range problems {
		for _, c := range []struct{ rows, batch, accumulate int }{{24, 4, 3}, {20, 8, 3}, {22, 5, 2}, {7, 1, 7}} {
			for _, weighted := range []bool{false, true} {
				data := p.data(t, c.rows, 1)
				for _, rule := range both {
					trainer := train.Trainer{Loss: p.loss, Optimizer: rule, LearningRate: 0.01, BatchSize: c.batch * c.accumulate}
					if weighted {
						trainer.SampleWeights = ramp(c.rows)
					}
					want := trained(t, trainer, data)
					trainer.BatchSize, trainer.Accumulate = c.batch, c.accumulate
					if err := near(trained(t, trainer, data), want, 1e-12); err != nil {
						t.Errorf("%s, %T, %+v, weighted %v: %v", p.name, rule, c, weighted, err)
					}
				}
			}
		}
	}
}

// A row of weight k is k rows; a row of weight 0 is none.
func TestSampleWeightsAreCopies(t *testing.T) {
	for _, p := range problems {
		if p.loss.Reduction == losses.MeanOverCount {
			continue // counts rows, whatever they weigh
		}
		data := p.data(t, 12, 1)
		var copies []int
		weight := make([]float64, data.Len())
		for i := range data.Len() {
			weight[i] = float64(i * 7 % 4)
			for range int(weight[i]) {
				copies = append(copies, i)
			}
		}
		for _, rule := range both {
			trainer := train.Trainer{Loss: p.loss, Optimizer: rule, LearningRate: 0.01}
			want := trained(t, trainer, subset(t, data, copies))
			trainer.SampleWeights = weight
			if err := near(trained(t, trainer, data), want, 1e-12); err != nil {
				t.Errorf("%s, %T: %v", p.name, rule, err)
			}
		}
	}
}

// Rows of weight 0 do nothing even when they have a batch for themselves, whose
// mean loss would be 0/0.
func TestRowsOfWeightZeroAreNotThere(t *testing.T) {
	for _, p := range problems {
		if p.loss.Reduction != losses.Mean {
			continue
		}
		data := p.data(t, 12, 1)
		weight, some := make([]float64, 12), []int{}
		for i := range weight {
			if i < 4 || i == 10 {
				weight[i] = 1
				some = append(some, i)
			}
		}
		for _, c := range []struct{ batch, accumulate int }{{1, 0}, {2, 0}, {1, 2}} {
			for _, rule := range both {
				trainer := train.Trainer{Loss: p.loss, Optimizer: rule, LearningRate: 0.01, BatchSize: c.batch, Accumulate: c.accumulate, DetectAnomaly: true}
				want := trained(t, trainer, subset(t, data, some))
				trainer.SampleWeights, trainer.Metrics = weight, metricsFor(data)
				if err := near(trained(t, trainer, data), want, 1e-12); err != nil {
					t.Errorf("%s, %T, %+v: %v", p.name, rule, c, err)
				}
			}
		}
	}

	// A class of weight 0 likewise.
	data := flowers(t, 12, 1) // classes 0, 1, 2, 0, …
	var others []int
	for i := range data.Len() {
		if data.Class(i) != 1 {
			others = append(others, i)
		}
	}
	trainer := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 1}
	want := trained(t, trainer, subset(t, data, others))
	trainer.Loss.ClassWeights = []float64{1, 0, 1}
	if err := near(trained(t, trainer, data), want, 1e-12); err != nil {
		t.Errorf("class of weight 0: %v", err)
	}
}

// The weight of a class is that of its rows.
func TestClassWeightsAreSampleWeights(t *testing.T) {
	data := flowers(t, 20, 1)
	trainer := train.Trainer{Loss: with(losses.CrossEntropy, classWeights), Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 6}
	want := trained(t, trainer, data)
	trainer.SampleWeights = make([]float64, data.Len())
	for i := range trainer.SampleWeights {
		trainer.SampleWeights[i] = trainer.Loss.ClassWeights[data.Class(i)]
	}
	trainer.Loss = losses.CrossEntropy
	if err := near(trained(t, trainer, data), want, 1e-12); err != nil {
		t.Error(err)
	}
}

// The loss of a data set that is computed in pieces is that of its rows.
func TestEvaluateInPieces(t *testing.T) {
	for _, p := range problems {
		all := p.data(t, 300, 1)
		net := small(t, all, nn.Float64, 1)
		evaluate := func(rows []int, scored bool) train.Result {
			list := metricsFor(all)
			if !scored {
				list = nil
			}
			r, err := train.Evaluate(net, p.loss, nil, subset(t, all, rows), list)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			return r
		}
		var sum, weight float64
		var rows []int
		var predictions []float64
		for i := range all.Len() {
			one := evaluate([]int{i}, false)
			w := 1.0
			if p.loss.ClassWeights != nil && p.loss.Target == losses.Index && p.loss.Reduction == losses.Mean {
				w = p.loss.ClassWeights[all.Class(i)]
			}
			sum += w * one.Loss
			weight += w
			rows = append(rows, i)
			predictions = append(predictions, one.Predictions...)
			if n := i + 1; n != 1 && n != 255 && n != 256 && n != 257 && n != 300 {
				continue
			}
			want := sum / weight
			if p.loss.Reduction == losses.Sum {
				want = sum
			}
			got := evaluate(rows, true)
			if err := near([]float64{got.Loss}, []float64{want}, 1e-12); err != nil {
				t.Errorf("%s, %d rows: loss: %v", p.name, i+1, err)
			}
			if err := near(got.Predictions, predictions, 1e-13); err != nil {
				t.Errorf("%s, %d rows: predictions: %v", p.name, i+1, err)
			}
			if len(got.Scores) != len(metricsFor(all)) {
				t.Errorf("%s: scores %v", p.name, got.Scores)
			}
		}
	}
}

func TestStepsPerEpoch(t *testing.T) {
	for _, c := range []struct{ rows, batch, accumulate, steps, dropping int }{
		{10, 0, 0, 1, 1}, {10, 1, 0, 10, 10}, {10, 4, 0, 3, 2}, {10, 5, 1, 2, 2}, {10, 4, 2, 2, 1}, {10, 20, 3, 1, 1}, {10, 3, 4, 1, 1}, {0, 0, 0, 0, 0},
	} {
		for _, dropping := range []bool{false, true} {
			trainer := train.Trainer{BatchSize: c.batch, Accumulate: c.accumulate, DropLast: dropping}
			want := c.steps
			if dropping {
				want = c.dropping
			}
			if got := trainer.StepsPerEpoch(c.rows); got != want {
				t.Errorf("%+v, DropLast %v: %d steps, want %d", c, dropping, got, want)
			}
		}
	}
}

// The loss and the scores of an epoch are those of the outputs before each
// update: with a learning rate that changes nothing, those of Evaluate.
func TestEpochMeansAreThoseOfTheRows(t *testing.T) {
	for _, p := range problems {
		data := p.data(t, 23, 1)
		net := small(t, data, nn.Float64, 1)
		want, err := train.Evaluate(net, p.loss, nil, data, metricsFor(data))
		if err != nil {
			t.Fatal(err)
		}
		still := optimizers.Func(func(optimizers.Step, []float64, []float64) {})
		for _, batch := range []int{0, 1, 5} {
			trainer := train.Trainer{Loss: p.loss, Optimizer: still, LearningRate: 1, BatchSize: batch, MaxEpochs: 2, Metrics: metricsFor(data), Validation: data}
			for _, e := range fit(t, trainer, net, data) {
				name := fmt.Sprintf("%s, batch %d, epoch %d", p.name, batch, e.Epoch)
				if err := near([]float64{e.Loss, e.ValLoss}, []float64{want.Loss, want.Loss}, 1e-12); err != nil {
					t.Errorf("%s: loss: %v", name, err)
				}
				for i, s := range want.Scores {
					if e.Scores[i].Name != s.Name || e.ValScores[i] != s || math.Abs(e.Scores[i].Value-s.Value) > 1e-12 {
						t.Errorf("%s: scores %v and %v, want %v", name, e.Scores, e.ValScores, want.Scores)
					}
				}
			}
		}
	}
}
