package train_test

import (
	"testing"

	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// The learning rates of a run are those of its schedule times what the validation
// losses make of the plateau, an epoch later.
func TestPlateauFollowsTheValidationLoss(t *testing.T) {
	data, validation := plane(t, 40, 1), plane(t, 20, 2)
	plateau := schedules.Plateau{Factor: 0.5, Patience: 1, Threshold: 0.05}
	trainer := train.Trainer{
		Loss: lossFor(data), Optimizer: optimizers.SGD{}, LearningRate: 0.2, BatchSize: 8, MaxEpochs: 40,
		Validation: validation, Plateau: &plateau, Schedule: schedules.Exponential(0.999),
	}
	history := fit(t, trainer, small(t, data, nn.Float64, 1), data)
	watch, lowered := plateau.Watch(), 0
	for _, e := range history {
		if want := 0.2 * (schedules.Exponential(0.999)(e.Steps-1) * watch.Factor()); e.LearningRate != want {
			t.Fatalf("epoch %d: rate %v, want %v", e.Epoch, e.LearningRate, want)
		}
		before := watch.Factor()
		watch.Observe(e.ValLoss)
		if watch.Factor() < before {
			lowered++
		}
	}
	if lowered < 2 {
		t.Errorf("the rate was lowered %d times in %d epochs", lowered, len(history))
	}
	// The trainer has its own copy.
	run := start(t, trainer, small(t, data, nn.Float64, 1), data)
	plateau.Factor = 7
	finish(t, run)
	if run.History[39].LearningRate != history[39].LearningRate {
		t.Error("a change of the caller's plateau changes the run")
	}
}

func TestPlateauRefused(t *testing.T) {
	data := flowers(t, 20, 1)
	trainer := plainTrainer(data)
	trainer.Plateau = &schedules.Plateau{Factor: 0.5}
	refusal(t, "no validation", trainer, small(t, data, nn.Float64, 1), data, "Plateau needs Validation")
	trainer.Validation, trainer.Plateau = data, &schedules.Plateau{Factor: 2}
	refusal(t, "factor", trainer, small(t, data, nn.Float64, 1), data, "Factor must be in (0,1), got 2")
}
