package train

import (
	"context"
	"iter"

	"gorgonia.org/gorgonia"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/diagnose"
	"nabla/train/metrics"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// Trainer says how a network is trained. Loss, Optimizer, LearningRate and
// MaxEpochs must be set; the zero value of every other field means the usual.
type Trainer struct {
	Loss losses.Loss
	// Optimizer is an update rule, or a full-batch method: then an epoch is one major
	// iteration on all rows, and the reported loss that after it.
	Optimizer optimizers.Optimizer

	LearningRate float64            // η, positive; 0 for a full-batch method, which finds its steps
	Schedule     schedules.Schedule // factor on η by update, counted from 0; nil is constant
	// Plateau lowers η further when the validation loss has stopped improving; it needs
	// Validation.
	Plateau *schedules.Plateau
	Groups  []Group // parameters that are treated differently

	BatchSize int  // rows of a batch: 0 is all (batch descent), 1 stochastic, n mini-batch
	MaxEpochs int  // passes over the training rows, positive
	DropLast  bool // leave out the last batch when it is short
	InOrder   bool // do not shuffle
	// Accumulate is the number of batches whose gradients make one update, as one
	// batch of all their rows would; 0 and 1 are every batch. The last group of an
	// epoch may be smaller.
	Accumulate int

	// L1 and L2 add L1·sign(w) + L2·w to each gradient, the derivatives of
	// L1·Σ|w| + L2/2·Σw²; the reported loss is without them. Decay shrinks every
	// weight by the factor 1 − η·Decay before an update (decoupled decay).
	L1, L2, Decay float64
	ClipValue     float64 // clip each element of the gradient to ±ClipValue; 0 does not
	ClipNorm      float64 // scale the gradient so that its global 2-norm is at most ClipNorm; 0 does not

	// SampleWeights has a number for each training row, not negative; nil is 1
	// for all. A whole weight k is as good as k equal rows. A batch of rows that
	// all weigh 0 makes no update.
	SampleWeights []float64
	Validation    *datasets.Dataset // evaluated after each epoch
	Metrics       []metrics.Row     // computed on the training and the validation rows
	// Schema, if set, takes predictions and targets back to their units before
	// metrics are computed.
	Schema *datasets.Schema
	// Patience stops the run when the validation loss has not become smaller for
	// this many epochs, and restores the weights of the best one; 0 does not.
	Patience int
	KeepBest bool // restore the weights of the best validation loss at the end

	// DetectAnomaly looks for the first NaN or infinity in every tensor of every
	// step instead of in the loss only. It is slow.
	DetectAnomaly bool
	// Watch measures norms, activations and curvature after epochs, which takes time
	// but changes nothing in the run; the zero value is free. See Run.Samples.
	Watch diagnose.Watch
	// GradcheckEvery compares the gradients of the batch with differences of its
	// loss before every Nth update, the first included; 0 does not. See Run.Checks.
	GradcheckEvery int
	// Cost, if set, takes the place of Loss.Build: any scalar node made of the
	// graph, the target (a row of Y for each row, class indexes as numbers; nil
	// without targets) and the weights of the rows (nil without SampleWeights, and
	// in validation).
	// It should be the mean over the rows; if Loss is set as well, its Reduction
	// says what the cost divides by, and its Link makes predictions for metrics.
	Cost func(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error)

	// Threads is the number of cores that share large matrix products; 0 is all
	// that Go may use. The results are the same bits for any number.
	Threads int
	Seed    uint64 // of the shuffling and of rules that draw random numbers
}

// Group treats the parameters whose names match differently. The first group
// that matches a parameter counts; what a group leaves out is the trainer's.
type Group struct {
	Match         string          // pattern of path.Match over parameter names: "0.*", "*.bias"
	LearningRate  float64         // 0 is the trainer's
	Optimizer     optimizers.Rule // nil is the trainer's
	L1, L2, Decay *float64        // nil is the trainer's; new(0.0) leaves biases alone
	Frozen        bool            // keep the parameters as they are
}

// Fit trains the network for all epochs and returns what each of them reached.
// When the context ends it stops after the batch and returns the context's
// error beside the history so far.
func (t Trainer) Fit(ctx context.Context, net *nn.Network, data *datasets.Dataset) (History, error) {
	run, err := t.Start(net, data)
	if err != nil {
		return nil, err
	}
	for _, err := range run.Epochs(ctx) {
		if err != nil {
			return run.History, err
		}
	}
	return run.History, nil
}

// Epochs trains the network and yields each epoch as it ends. An error is the
// last thing that is yielded.
func (t Trainer) Epochs(ctx context.Context, net *nn.Network, data *datasets.Dataset) iter.Seq2[Epoch, error] {
	run, err := t.Start(net, data)
	if err != nil {
		return func(yield func(Epoch, error) bool) { yield(Epoch{}, err) }
	}
	return run.Epochs(ctx)
}

// StepsPerEpoch returns the number of updates that an epoch over so many rows
// makes: what a schedule needs that is given in epochs.
func (t Trainer) StepsPerEpoch(rows int) int {
	batch, group := t.BatchSize, max(t.Accumulate, 1)
	if batch <= 0 || batch > rows {
		batch = max(rows, 1)
	}
	batches := rows / batch
	if rows%batch > 0 && !t.DropLast {
		batches++
	}
	return (batches + group - 1) / group
}
