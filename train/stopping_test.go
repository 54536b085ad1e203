package train_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// followed runs to the end and remembers the weights as they were after each
// epoch, which a run without Patience and KeepBest has in its loop.
func followed(t *testing.T, trainer train.Trainer, dtype nn.DType) (history train.History, after [][]float64) {
	t.Helper()
	trainer.Patience, trainer.KeepBest = 0, false
	data := plane(t, 40, 1)
	net := small(t, data, dtype, 1)
	run := start(t, trainer, net, data)
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		after = append(after, weights(net))
	}
	return run.History, after
}

// wobbling is a trainer whose validation loss goes up and down.
func wobbling(t *testing.T) train.Trainer {
	t.Helper()
	return train.Trainer{
		Loss: losses.MSE, Optimizer: optimizers.Adam{}, LearningRate: 0.25, BatchSize: 8, MaxEpochs: 40,
		Validation: plane(t, 25, 2), Seed: 3,
	}
}

func TestEarlyStoppingRestoresTheBestWeights(t *testing.T) {
	for _, dtype := range dtypes {
		trainer := wobbling(t)
		history, after := followed(t, trainer, dtype)
		seen := map[string]bool{}
		for patience := 1; patience <= 12; patience++ {
			// Counting by hand: patience epochs in a row that are not better.
			best, last, why := 0, len(history), "max-epochs"
			for i, e := range history {
				if e.ValLoss < history[best].ValLoss {
					best = i
				}
				if i-best >= patience {
					last, why = i+1, "early-stopping"
					break
				}
			}
			seen[why] = true
			trainer.Patience = patience
			data := plane(t, 40, 1)
			net := small(t, data, dtype, 1)
			run := start(t, trainer, net, data)
			var atTheEnd []float64
			for _, err := range run.Epochs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				atTheEnd = weights(net)
			}
			if run.Stopped != why || len(run.History) != last {
				t.Errorf("%v, patience %d: %s after %d epochs, want %s after %d", dtype, patience, run.Stopped, len(run.History), why, last)
			}
			if epoch, loss := run.BestEpoch(); epoch != best+1 || loss != history[best].ValLoss {
				t.Errorf("%v, patience %d: best epoch %d with %v, want %d with %v", dtype, patience, epoch, loss, best+1, history[best].ValLoss)
			}
			if err := sameBits(weights(net), after[best]); err != nil {
				t.Errorf("%v, patience %d: not the weights of the best epoch: %v", dtype, patience, err)
			}
			if err := sameBits(atTheEnd, after[best]); err != nil {
				t.Errorf("%v, patience %d: the loop body saw other weights at the last epoch: %v", dtype, patience, err)
			}
			for i, e := range run.History {
				if want := e.ValLoss < slices.Min(append(validationLosses(run.History[:i]), math.Inf(1))); e.Best != want {
					t.Errorf("%v, patience %d: epoch %d: Best is %v", dtype, patience, e.Epoch, e.Best)
				}
			}
		}
		if !seen["max-epochs"] || !seen["early-stopping"] {
			t.Errorf("%v: only saw %v", dtype, seen)
		}
	}
}

// validationLosses are the validation losses of a history.
func validationLosses(h train.History) []float64 {
	var list []float64
	for _, e := range h {
		list = append(list, e.ValLoss)
	}
	return list
}

func TestKeepBest(t *testing.T) {
	trainer := wobbling(t)
	history, after := followed(t, trainer, nn.Float32)
	best := slices.Index(validationLosses(history), slices.Min(validationLosses(history)))
	if best == len(history)-1 {
		t.Fatal("the last epoch is the best one: the test shows nothing")
	}
	data := plane(t, 40, 1)
	for _, keep := range []bool{true, false} {
		trainer.KeepBest = keep
		net := small(t, data, nn.Float32, 1)
		fit(t, trainer, net, data)
		want := after[len(after)-1]
		if keep {
			want = after[best]
		}
		if err := sameBits(weights(net), want); err != nil {
			t.Errorf("KeepBest %v: %v", keep, err)
		}
	}

	// After a break the caller restores; the run goes on as if that had not been.
	trainer.KeepBest = true
	net := small(t, data, nn.Float32, 1)
	run := start(t, trainer, net, data)
	if run.RestoreBest() {
		t.Error("there were best weights before the first epoch")
	}
	for e, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Epoch == best+3 {
			break
		}
	}
	if err := sameBits(weights(net), after[best+2]); err != nil {
		t.Errorf("after a break: %v", err)
	}
	if !run.RestoreBest() {
		t.Error("RestoreBest found nothing")
	}
	if err := sameBits(weights(net), after[best]); err != nil {
		t.Errorf("after RestoreBest: %v", err)
	}
	finish(t, run)
	if got := validationLosses(run.History); !slices.Equal(got, validationLosses(history)) {
		t.Error("RestoreBest has changed how the run goes on")
	}
}

// A validation loss that stays as it is does not get better.
func TestPatienceOnAPlateau(t *testing.T) {
	trainer := wobbling(t)
	trainer.Optimizer = optimizers.Func(func(optimizers.Step, []float64, []float64) {})
	trainer.Patience = 4
	data := plane(t, 40, 1)
	run := start(t, trainer, small(t, data, nn.Float32, 1), data)
	finish(t, run)
	if epoch, _ := run.BestEpoch(); epoch != 1 || len(run.History) != 5 || run.Stopped != "early-stopping" {
		t.Errorf("best epoch %d of %d, stopped %q", epoch, len(run.History), run.Stopped)
	}
}

// A run that has ended does not begin again.
func TestEndedRunStaysEnded(t *testing.T) {
	data := plane(t, 40, 1)
	net := small(t, data, nn.Float32, 1)
	trainer := wobbling(t)
	trainer.MaxEpochs = 3
	run := start(t, trainer, net, data)
	finish(t, run)
	before := weights(net)
	for e := range run.Epochs(t.Context()) {
		t.Errorf("epoch %d after the end", e.Epoch)
	}
	if err := sameBits(weights(net), before); err != nil || run.Stopped != "max-epochs" || len(run.History) != 3 {
		t.Errorf("%v, stopped %q, %d epochs", err, run.Stopped, len(run.History))
	}
}

// The end of the context stops after the batch; the run can be continued.
func TestInterruptedRunContinues(t *testing.T) {
	data := plane(t, 40, 1) // 5 batches an epoch
	trainer := wobbling(t)
	trainer.MaxEpochs = 3
	wholeNet := small(t, data, nn.Float64, 1)
	whole := start(t, trainer, wholeNet, data)
	finish(t, whole)
	want := outcomeOf(t, whole, wholeNet)

	net := small(t, data, nn.Float64, 1)
	run := start(t, trainer, net, data)
	for k := range 15 {
		var got error
		epochs := 0
		for _, err := range run.Epochs(&stopAfter{t.Context(), 1}) {
			if got = err; err == nil {
				epochs++
			}
		}
		if k == 14 { // no batch is left to be interrupted
			if got != nil || run.Stopped != "max-epochs" {
				t.Errorf("at the end: %v, stopped %q", got, run.Stopped)
			}
			break
		}
		if !errors.Is(got, context.Canceled) || run.Stopped != "interrupted" {
			t.Fatalf("batch %d: error %v, stopped %q", k, got, run.Stopped)
		}
		if run.Steps() != k+1 || len(run.History) != (k+1)/5 {
			t.Errorf("after batch %d: %d steps and %d epochs", k, run.Steps(), len(run.History))
		}
	}
	if diff := outcomeOf(t, run, net).differs(want); diff != "" {
		t.Error(diff)
	}

	// Fit gives the error beside the history so far, and says where it stopped.
	net = small(t, data, nn.Float64, 1)
	history, err := trainer.Fit(&stopAfter{t.Context(), 7}, net, data)
	if len(history) != 1 || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "epoch 2 after 16 of 40 rows") {
		t.Errorf("%d epochs, error %v", len(history), err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	before := weights(net)
	if _, err := trainer.Fit(canceled, net, data); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := sameBits(weights(net), before); err != nil {
		t.Errorf("a context that had ended before: %v", err)
	}
}
