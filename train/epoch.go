package train

import (
	"fmt"
	"math"
	"slices"
	"time"

	"nabla/losses"
)

// endEpoch closes the books of an epoch: history, validation, best weights, the
// end of the run. Weights are looked at before anything is made of them: only
// those that are finite, and whose validation loss is, become the last good ones.
func (r *Run) endEpoch() (e Epoch, err error) {
	defer r.ends(&err)
	e = Epoch{
		Epoch: r.at.Epoch + 1, Loss: float64(r.at.Sum), ValLoss: math.NaN(), Steps: r.at.Steps,
		GradientNorm: r.GradientNorm(), LearningRate: float64(r.at.Rate),
	}
	r.method.report(&e)
	if r.trainer.Loss.Reduction != losses.Sum {
		e.Loss /= r.at.Weight
	}
	if !finite(e.GradientNorm) {
		return e, r.diverged(e.Loss, "")
	}
	r.remember(&r.spare)
	if name := r.nonFinite(r.spare); name != "" {
		return e, r.diverged(e.Loss, name)
	}
	if r.adopt() {
		r.remember(&r.spare)
	}
	if len(r.trainer.Metrics) > 0 {
		if e.Scores, err = r.spec.score(r.outputs, r.data, r.order, r.trainer.Metrics); err != nil {
			return e, r.located(err)
		}
	}
	if r.validator != nil {
		if err := r.validate(&e); err != nil {
			return e, err
		}
	}
	if r.watcher != nil {
		if err := r.watcher.epoch(&e); err != nil {
			return e, r.located(fmt.Errorf("watch: %w", err))
		}
	}
	r.good, r.spare = r.spare, r.good
	e.Duration = time.Duration((r.at.Seconds + time.Since(r.start).Seconds()) * float64(time.Second))
	r.nextEpoch()
	r.History = append(r.History, e)
	r.finish()
	return e, nil
}

// validate evaluates the validation rows and remembers the best weights.
func (r *Run) validate(e *Epoch) error {
	v, err := r.validator.evaluate(r.trainer.Validation, r.trainer.Metrics)
	if err != nil {
		return r.located(fmt.Errorf("validation: %w", err))
	}
	e.hasValidation, e.ValLoss, e.ValScores = true, v.Loss, v.Scores
	if !finite(v.Loss) {
		return r.diverged(v.Loss, "the validation loss")
	}
	if r.watch != nil {
		r.watch.Observe(v.Loss)
	}
	if e.Best = v.Loss < r.best.loss; e.Best {
		r.best.loss, r.best.epoch = v.Loss, e.Epoch
		r.remember(&r.best.weights)
	}
	return nil
}

// adopt lets the network hold the weights for evaluation, if the rules have any,
// until the next batch; the run's own are put aside.
func (r *Run) adopt() bool {
	if r.at.Steps == 0 || r.recalled {
		return false
	}
	r.remember(&r.own)
	r.recalled = r.engine.adopt()
	return r.recalled
}

// nextEpoch goes to the start of the next epoch.
func (r *Run) nextEpoch() {
	r.at.Epoch, r.at.Row, r.at.Sum, r.at.Weight, r.at.Seconds = r.at.Epoch+1, 0, 0, 0, 0
	r.outputs = r.outputs[:0]
}

// finish sees whether the run is over.
func (r *Run) finish() {
	t := &r.trainer
	switch {
	case r.Stopped != "":
		return
	case t.Patience > 0 && r.best.epoch > 0 && r.at.Epoch-r.best.epoch >= t.Patience:
		r.Stopped = earlyStopping
	case r.at.Epoch > 0 && r.method.ended() != "":
		r.Stopped = r.method.ended()
	case r.at.Epoch >= t.MaxEpochs:
		r.Stopped = maxEpochs
	default:
		return
	}
	if t.Patience > 0 || t.KeepBest {
		r.keptBest = r.RestoreBest()
	}
}

// BestEpoch returns the epoch of the smallest validation loss and that loss; 0
// and +Inf when there is none.
func (r *Run) BestEpoch() (epoch int, loss float64) { return r.best.epoch, r.best.loss }

// RestoreBest puts the weights of the smallest validation loss into the network
// and reports whether there are any. Epochs does that at the end of a run with
// Patience or KeepBest; after a break it is left to the caller. The run itself,
// if it goes on or is saved, does so with its last weights.
func (r *Run) RestoreBest() bool {
	if r.best.weights == nil {
		return false
	}
	if !r.recalled {
		r.remember(&r.own)
		r.recalled = true
	}
	r.recall(r.best.weights)
	return true
}

// remember copies the parameters, recall puts them back. The memory is used again
// from epoch to epoch, and float64 holds the numbers of both types exactly.
func (r *Run) remember(into *[][]float64) {
	if *into == nil {
		*into = make([][]float64, len(r.params))
	}
	for i, p := range r.params {
		(*into)[i] = slices.Grow((*into)[i][:0], p.Size())[:p.Size()]
		p.Read((*into)[i])
	}
}

func (r *Run) recall(from [][]float64) {
	for i, p := range r.params {
		if err := p.Set(from[i]); err != nil {
			panic(err) // the shapes are those of the same network
		}
	}
}
