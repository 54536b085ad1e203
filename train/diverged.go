package train

import (
	"fmt"
	"math"

	"nabla/internal/kernel"
)

// DivergedError is a loss or a tensor that is no longer finite. The network
// holds the weights of the end of the last epoch that was, and the run is over.
type DivergedError struct {
	Epoch, Step  int     // counted from 1: the update that would have followed
	Loss         float64 // of the batch, the epoch or the validation
	Tensor       string  // the first tensor that is NaN or infinite, in the order of the computation
	LearningRate float64 // of the last update, or of the one that would have followed; 0 of a full-batch method
}

// Error names the epoch, the step and the tensor, and what may help.
func (e *DivergedError) Error() string {
	what := fmt.Sprintf("loss is %v", e.Loss)
	if finite(e.Loss) {
		what = "a tensor is not finite"
	}
	remedy := fmt.Sprintf("try a learning rate below %v, or clip the gradient norm", e.LearningRate)
	if e.LearningRate == 0 { // of a full-batch method, which steps on no such loss: it was there at the start
		remedy = "look for NaN in the data, or start with smaller weights"
	}
	return fmt.Sprintf("train: epoch %d, step %d: %s; first non-finite tensor: %s; %s", e.Epoch, e.Step, what, e.Tensor, remedy)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// diverged ends the run; tensor is what is not finite, "" when it has to be
// searched for. The search needs the values of the last batch, so it comes before
// the good weights are put back.
func (r *Run) diverged(loss float64, tensor string) error {
	if tensor == "" {
		tensor = r.engine.nonFinite()
	}
	if tensor == "" {
		tensor = "the loss"
	}
	rate := float64(r.at.Rate)
	if r.at.Steps == 0 {
		rate = r.trainer.LearningRate
	}
	r.recall(r.good)
	r.Stopped = diverged
	return &DivergedError{Epoch: r.at.Epoch + 1, Step: r.at.Steps + 1, Loss: loss, Tensor: tensor, LearningRate: rate}
}

// nonFinite names the first of the parameters with an element that is not
// finite, "" without.
func (r *Run) nonFinite(values [][]float64) string {
	for i, p := range r.params {
		if !kernel.Finite(values[i]) {
			return p.Name
		}
	}
	return ""
}
