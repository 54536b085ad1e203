package train_test

import (
	"bytes"
	"fmt"
	"testing"

	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// The weights of a rule that averages them are what validation, metrics and the
// network at the end show; the run goes on from its own, and a checkpoint has both.
func TestWeightsForEvaluation(t *testing.T) {
	data, validation := flowers(t, 40, 1), flowers(t, 20, 2)
	for _, dtype := range dtypes {
		for name, c := range map[string]struct {
			rule, inner optimizers.Rule
			slot        int
		}{
			"ema":  {optimizers.EMA{Inner: optimizers.Adam{}, Decay: new(0.8)}, optimizers.Adam{}, 2},
			"asgd": {optimizers.ASGD{Lambda: new(0.0), T0: new(3.0)}, optimizers.SGD{}, 0},
		} {
			trainer := plainTrainer(data)
			trainer.BatchSize, trainer.MaxEpochs, trainer.LearningRate = 16, 4, 0.1
			trainer.Validation, trainer.Metrics = validation, metricsFor(data)

			trainer.Optimizer = c.inner
			plain := small(t, data, dtype, 1)
			plainHistory := fit(t, trainer, plain, data)

			trainer.Optimizer = c.rule
			net := small(t, data, dtype, 1)
			run := start(t, trainer, net, data)
			for e, err := range run.Epochs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				r, err := train.Evaluate(net, trainer.Loss, nil, validation, trainer.Metrics)
				if err != nil {
					t.Fatal(err)
				}
				if r.Loss != e.ValLoss || r.Scores.Of("accuracy") != e.ValScores.Of("accuracy") {
					t.Errorf("%s: epoch %d: validation %v, of the network %v", name, e.Epoch, e.ValLoss, r.Loss)
				}
				before := plainHistory[e.Epoch-1]
				if e.Loss != before.Loss || e.Epoch > 1 && e.ValLoss == before.ValLoss {
					t.Errorf("%s: epoch %d: loss %v and %v, validation %v and %v", name, e.Epoch, e.Loss, before.Loss, e.ValLoss, before.ValLoss)
				}
			}
			tensors, _, err := nn.ReadTensors(bytes.NewReader(saved(t, run)))
			if err != nil {
				t.Fatal(err)
			}
			held := map[string][]float64{}
			for _, tensor := range tensors {
				if held[tensor.Name], err = tensor.Float64s(); err != nil {
					t.Fatal(err)
				}
			}
			for i, p := range net.Params() {
				if err := sameBits(p.Values(), held[fmt.Sprintf("slot.%d.%s", c.slot, p.Name)]); err != nil {
					t.Errorf("%s: %s of the network is not the average: %v", name, p.Name, err)
				}
				if err := sameBits(plain.Params()[i].Values(), held["parameter."+p.Name]); err != nil {
					t.Errorf("%s: %s of the run is not that without averaging: %v", name, p.Name, err)
				}
			}
		}
	}
}

// The best weights are those that were evaluated, and an interrupted run shows
// the average too.
func TestBestAndInterruptedAverages(t *testing.T) {
	data, validation := plane(t, 40, 1), plane(t, 20, 2)
	trainer := plainTrainer(data)
	trainer.BatchSize, trainer.MaxEpochs, trainer.LearningRate = 8, 8, 0.3
	trainer.Optimizer = optimizers.Lookahead{Inner: optimizers.Adam{}, Steps: new(3)}
	trainer.Validation, trainer.KeepBest = validation, true
	net := small(t, data, nn.Float32, 1)
	run := start(t, trainer, net, data)
	finish(t, run)
	r, err := train.Evaluate(net, trainer.Loss, nil, validation, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, best := run.BestEpoch(); r.Loss != best {
		t.Errorf("the network's loss is %v, the best was %v", r.Loss, best)
	}

	net = small(t, data, nn.Float32, 1)
	run = start(t, trainer, net, data)
	first := weights(net)
	interrupt(t, run, 2) // before the first look
	if err := sameBits(weights(net), first); err != nil {
		t.Errorf("two updates ahead, the slow weights should be the first: %v", err)
	}
	if _, err := run.Step(); err != nil {
		t.Fatal(err)
	}
	if err := sameBits(weights(net), first); err == nil {
		t.Error("the third update changed nothing")
	}
	none := start(t, trainer, small(t, data, nn.Float32, 1), data)
	interrupt(t, none, 0) // no update, no average
}
