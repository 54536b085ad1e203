package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"runtime"
	"slices"
	"time"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/kernel"
	"nabla/nn"
	"nabla/train/diagnose"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// Run is a training run between two batches. Its state is all that is needed to
// go on bit for bit: see Save.
type Run struct {
	History History
	// Stopped says why the run ended: max-epochs, early-stopping, interrupted or
	// diverged; of a full-batch method also converged, or how it failed. It is empty
	// while there are epochs left, and after another error.
	Stopped string
	// Checks are the gradient checks so far, of this process alone.
	Checks []GradientCheck
	// Samples are the measurements of Trainer.Watch so far, of this process alone;
	// the first is from before the first update.
	Samples []diagnose.Sample

	trainer   Trainer
	net       *nn.Network
	params    []*nn.Param // of the network, all of them: running statistics too
	data      *datasets.Dataset
	spec      spec
	engine    stepper
	validator evaluator        // nil without validation
	watch     *schedules.Watch // of the validation loss; nil without a plateau
	order     []int            // of the rows in this epoch
	outputs   []float64        // of the rows so far, when metrics are wanted
	sums      *checksums       // of the data, once they are wanted
	watcher   *watcher         // nil without Trainer.Watch
	method    *fullBatch       // nil for rules

	at   position
	best best
	// good are the parameters at the end of the last epoch, which were finite;
	// spare is memory for the next ones.
	good, spare [][]float64
	own         [][]float64 // the run's own parameters while the network holds others
	recalled    bool        // it does: the best ones, or those for evaluation
	keptBest    bool        // the run has ended with the weights of the smallest validation loss
	normKnown   bool        // position.Norm is that of the last batch
	start       time.Time   // of the epoch, or of its part after a resume
	err         error       // that ended the run
}

// position is where a run stands.
type position struct {
	Epoch  int    // epochs that are complete
	Row    int    // rows of the present epoch that have been used
	Steps  int    // updates
	Sum    Number // of the losses of the present epoch, each times its weight
	Weight float64

	// Batches whose gradients wait for an update.
	Waiting       int
	WaitingSum    Number
	WaitingWeight float64

	Rate    Number  // learning rate of the last update
	Norm    Number  // of the gradient of the last batch
	Seconds float64 // spent in the present epoch before a resume
}

// best is the state of early stopping.
type best struct {
	loss    float64 // smallest validation loss
	epoch   int     // in which it was reached; 0 is none
	weights [][]float64
}

// Values of Run.Stopped.
const (
	maxEpochs     = "max-epochs"
	earlyStopping = "early-stopping"
	interrupted   = "interrupted"
	diverged      = "diverged"
	converged     = "converged"
)

// Start prepares a run. It changes nothing in the network yet.
//
// Errors name the setting, layer or data set that does not fit.
func (t Trainer) Start(net *nn.Network, data *datasets.Dataset) (run *Run, err error) {
	defer caught("train", &err)
	if err := t.check(net, data); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if run, err = t.start(net, data); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return run, nil
}

// start is Start behind the checks of the settings. t is a copy, in which
// defaults are filled in; its slices are copied, so that what the caller does to
// them later changes no run.
func (t Trainer) start(net *nn.Network, data *datasets.Dataset) (*Run, error) {
	if t.BatchSize == 0 || t.BatchSize > data.Len() {
		t.BatchSize = data.Len()
	}
	t.Accumulate = max(t.Accumulate, 1)
	if _, ok := t.Optimizer.(optimizers.Method); ok {
		t.InOrder, t.DropLast = true, false // all rows at once
	}
	t.Groups, t.Metrics, t.SampleWeights = slices.Clone(t.Groups), slices.Clone(t.Metrics), slices.Clone(t.SampleWeights)
	if s, ok := t.Optimizer.(*solverRule); ok {
		t.LearningRate = s.rate
	}
	r := &Run{trainer: t, net: net, params: net.Params(), data: data, order: make([]int, data.Len()), best: best{loss: math.Inf(1)}}
	if t.Plateau != nil {
		r.watch = t.Plateau.Watch()
	}
	r.spec = spec{
		net: net, trained: t.trained(net), loss: t.Loss, cost: t.Cost, schema: t.Schema, weighted: t.SampleWeights != nil,
		compiler: exec.Compiler{Pool: kernel.NewPool(cmp.Or(t.Threads, runtime.GOMAXPROCS(0))), Every: t.DetectAnomaly},
	}
	if err := r.spec.encode(data); err != nil {
		return nil, err
	}
	if len(t.Metrics) > 0 {
		r.outputs = make([]float64, 0, data.Len()*size(net.OutputShape()))
	}
	if err := r.startEngine(); err != nil {
		return nil, err
	}
	if err := r.startValidation(); err != nil {
		return nil, err
	}
	if m, ok := t.Optimizer.(optimizers.Method); ok {
		if err := r.startMethod(m); err != nil {
			return nil, err
		}
	}
	var err error
	if r.watcher, err = newWatcher(r); err != nil {
		return nil, err
	}
	r.remember(&r.good)
	return r, nil
}

// startEngine compiles the programs of the whole and of the short batch, so that
// what is wrong with them is found now.
func (r *Run) startEngine() (err error) {
	t := &r.trainer
	if r.net.Config().DType == nn.Float64 {
		r.engine = newEngine(r.spec, t, r.data, r.net.Flat64(), bind64)
	} else {
		r.engine = newEngine(r.spec, t, r.data, r.net.Flat32(), bind32)
	}
	if err := r.engine.prepare(t.BatchSize); err != nil {
		return err
	}
	if short := r.data.Len() % t.BatchSize; short > 0 && !t.DropLast {
		if err := r.engine.prepare(short); err != nil {
			return fmt.Errorf("the last batch of an epoch (rows: %d): %w", short, err)
		}
	}
	return nil
}

// startValidation checks the validation rows as those of the training were.
func (r *Run) startValidation() error {
	v := r.trainer.Validation
	if v == nil {
		return nil
	}
	if v.Len() == 0 {
		return fmt.Errorf("the validation set %s has no rows", v.Name)
	}
	s := r.spec
	s.weighted = false
	if err := s.encode(v); err != nil {
		return err
	}
	if !slices.Equal(v.Classes, r.data.Classes) {
		return fmt.Errorf("the classes are %q for training and %q for validation", r.data.Classes, v.Classes)
	}
	r.validator = newEvaluator(s)
	return nil
}

// Epochs runs the remaining epochs and yields each as it ends. After the last
// one, before it is yielded, the best weights are restored if that is wanted.
// While an epoch is yielded and at the end, the network holds the weights for
// evaluation of a rule that has some (optimizers.EvalWeights).
//
// When the context ends, the run stops after the batch and yields the context's
// error; it can be saved then, or continued by another call, as after a break
// out of the loop. Any other error is the end of the run: a loss that is not
// finite gives one of type *DivergedError.
func (r *Run) Epochs(ctx context.Context) iter.Seq2[Epoch, error] {
	return func(yield func(Epoch, error) bool) {
		if ctx == nil {
			yield(Epoch{}, errors.New("train: the context is nil"))
			return
		}
		if r.err != nil {
			yield(Epoch{}, r.err)
			return
		}
		if r.Stopped == interrupted {
			r.Stopped = ""
		}
		r.finish()
		for r.Stopped == "" {
			e, err := r.epoch(ctx)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// epoch runs the rest of the present epoch.
func (r *Run) epoch(ctx context.Context) (Epoch, error) {
	r.start = time.Now()
	for !r.atEnd() {
		if err := ctx.Err(); err != nil {
			r.Stopped = interrupted
			r.adopt()
			r.at.Seconds += time.Since(r.start).Seconds()
			return Epoch{}, fmt.Errorf("train: interrupted in epoch %d after %d of %d rows: %w", r.at.Epoch+1, r.at.Row, len(r.order), err)
		}
		if _, err := r.Step(); err != nil {
			return Epoch{}, err
		}
	}
	return r.endEpoch()
}

// shuffle puts the rows in the order of the present epoch, which follows from the
// seed and its number alone: a resumed run shuffles as this one did.
func (r *Run) shuffle() {
	if !r.trainer.InOrder {
		datasets.Shuffle(r.order, r.trainer.Seed, r.at.Epoch)
		return
	}
	for i := range r.order {
		r.order[i] = i
	}
}

// atEnd reports whether the present epoch has no batch left.
func (r *Run) atEnd() bool {
	left := len(r.order) - r.at.Row
	return left == 0 || r.trainer.DropLast && left < r.trainer.BatchSize
}

// caught turns a panic into an error.
func caught(what string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: panic: %v", what, p)
	}
}
