package train

import (
	"fmt"
	"math"

	"nabla/losses"
)

// Step computes the next batch of the present epoch and, when enough batches
// have been accumulated, updates the weights. It returns the loss of the batch.
// Epochs calls it; it is here for those who want to look at every step. At the
// end of an epoch it begins the next one, without validation and history. The
// network holds the weights that the rule steps from.
func (r *Run) Step() (loss float64, err error) {
	if r.err != nil {
		return math.NaN(), r.err
	}
	defer r.ends(&err)
	if r.recalled {
		r.recall(r.own)
		r.recalled = false
	}
	if r.atEnd() {
		r.nextEpoch()
	}
	if r.at.Row == 0 {
		r.shuffle()
	}
	if r.watcher != nil && r.at.Steps == 0 && len(r.Samples) == 0 {
		if err := r.watcher.start(); err != nil {
			return math.NaN(), r.located(fmt.Errorf("watch: %w", err))
		}
	}
	t := &r.trainer
	rows := r.order[r.at.Row:min(r.at.Row+t.BatchSize, len(r.order))]
	if t.GradcheckEvery > 0 && r.at.Waiting == 0 && r.at.Steps%t.GradcheckEvery == 0 {
		if err := r.gradcheck(rows); err != nil {
			return math.NaN(), r.located(err)
		}
	}
	if r.method != nil {
		if r.watcher != nil {
			r.watcher.beforeUpdate()
			defer r.watcher.afterUpdate()
		}
		return r.iterate()
	}
	if loss, err = r.engine.batch(rows); err != nil {
		return loss, r.located(err)
	}
	weight := r.spec.weigh(r.data, t.SampleWeights, rows)
	if weight == 0 { // the mean over nothing: 0/0
		loss = 0
	} else if !finite(loss) {
		return loss, r.diverged(loss, "")
	} else if t.DetectAnomaly {
		if tensor := r.engine.nonFinite(); tensor != "" {
			return loss, r.diverged(loss, tensor)
		}
	}
	r.count(rows, weight, loss)
	if r.at.Waiting < t.Accumulate && !r.atEnd() {
		return loss, nil
	}
	return loss, r.update()
}

// count enters a batch into the books. The mean over an epoch is
// Σ w_b·loss_b / Σ w_b, so that a short last batch counts for its rows only. The
// norm of the gradient is left until somebody asks; of a batch without weight,
// whose gradient is 0/0, it is 0.
func (r *Run) count(rows []int, weight, loss float64) {
	at := &r.at
	if weight != 0 && r.trainer.Accumulate > 1 {
		r.engine.add(weight, at.WaitingWeight == 0)
	}
	at.Row += len(rows)
	at.Sum += Number(loss * weight)
	at.Weight += weight
	at.Waiting++
	at.WaitingSum += Number(loss * weight)
	at.WaitingWeight += weight
	if r.normKnown = weight == 0; r.normKnown {
		at.Norm = 0
	}
	if len(r.trainer.Metrics) > 0 {
		r.outputs = r.engine.output(r.outputs)
	}
}

// update changes the weights along the gradients that wait, whose books it
// closes first. A sum is not divided: its gradients add up as they are. The
// schedule counts updates from 0, rules count them from 1.
func (r *Run) update() error {
	at, t := &r.at, &r.trainer
	u := descent{N: at.Steps + 1, Factor: 1, Divisor: at.WaitingWeight, Loss: float64(at.WaitingSum)}
	at.Waiting, at.WaitingSum, at.WaitingWeight = 0, 0, 0
	if u.Divisor == 0 {
		return nil
	}
	if t.Loss.Reduction == losses.Sum {
		u.Divisor = 1
	}
	u.Loss /= u.Divisor
	if t.Schedule != nil {
		if u.Factor = t.Schedule(at.Steps); !finite(u.Factor) || u.Factor < 0 {
			return r.located(fmt.Errorf("the schedule gives the factor %v", u.Factor))
		}
	}
	if r.watch != nil {
		u.Factor *= r.watch.Factor()
	}
	if r.watcher != nil && r.atEnd() {
		r.watcher.beforeUpdate()
		defer r.watcher.afterUpdate()
	}
	if err := r.engine.update(u); err != nil {
		return r.located(err)
	}
	at.Steps, at.Rate = u.N, Number(t.LearningRate*u.Factor)
	return nil
}

// Steps returns the number of updates since the start of the run, over all
// interruptions.
func (r *Run) Steps() int { return r.at.Steps }

// Loss returns the mean loss of the batches of the present epoch so far, as Epoch
// has it at the end; NaN before the first one.
func (r *Run) Loss() float64 {
	if r.trainer.Loss.Reduction == losses.Sum {
		return float64(r.at.Sum)
	}
	return float64(r.at.Sum) / r.at.Weight
}

// GradientNorm returns the 2-norm of the gradient of the last batch, before
// regularisation and clipping; 0 before the first one.
func (r *Run) GradientNorm() float64 {
	if !r.normKnown {
		r.at.Norm, r.normKnown = Number(r.engine.norm()), true
	}
	return float64(r.at.Norm)
}

// ends turns a panic into an error, and makes an error the end of the run.
func (r *Run) ends(err *error) {
	if p := recover(); p != nil {
		*err = r.located(fmt.Errorf("panic: %v", p))
	}
	r.err = *err
}

// located says where an error came up.
func (r *Run) located(err error) error {
	return fmt.Errorf("train: epoch %d, step %d: %w", r.at.Epoch+1, r.at.Steps+1, err)
}
