package compare

import (
	"math"

	"nabla/train"
)

// Record is what one run reached.
type Record struct {
	Problem      string  `json:"problem"`
	Optimizer    string  `json:"optimizer"`
	LearningRate float64 `json:"learning_rate"`
	Seed         uint64  `json:"seed"`
	Stopped      string  `json:"stopped"` // one of the words below

	Epochs      int           `json:"epochs"`      // that were completed; steps of a function
	Steps       int           `json:"steps"`       // updates of the weights
	Evaluations int           `json:"evaluations"` // of loss and gradient of a batch; those of a full-batch method count as many as an epoch has batches
	Loss        train.Number  `json:"loss"`        // of the last epoch, mean over the training rows; f at the end
	Value       train.Number  `json:"value"`       // of the metric at the end; NaN if the run diverged
	Test        *train.Number `json:"test"`        // of the metric on the test rows, if others are judged by
	Reached     *Mark         `json:"reached"`     // the first time that Value was as good as the target
	Curve       Curve         `json:"curve"`
	Seconds     float64       `json:"seconds"` // of training, without evaluations of the metric
}

// The words of Record.Stopped. A full-batch method that cannot go on ends with a
// Status of package optimizers.
const (
	MaxEpochs = "max-epochs" // all epochs are done
	Budget    = "budget"     // another budget is used up
	Diverged  = "diverged"   // a number is no longer finite
	Converged = "converged"  // a full-batch method is where it wanted to go
)

// Mark is how much work a run had done at some time.
type Mark struct {
	Epoch       int     `json:"epoch"`
	Steps       int     `json:"steps"`
	Evaluations int     `json:"evaluations"`
	Seconds     float64 `json:"seconds"`
}

// Curve is how a run went, with one element of each list for a point in time: the
// end of an epoch.
type Curve struct {
	Epoch       []int          `json:"epoch"`
	Steps       []int          `json:"steps"`
	Evaluations []int          `json:"evaluations"`
	Loss        []train.Number `json:"loss"`
	Value       []train.Number `json:"value"`
	Seconds     []float64      `json:"seconds"`
}

// newRecord is the record of a task before its first step.
func newRecord(problem string, t Task) Record {
	return Record{
		Problem: problem, Optimizer: t.Optimizer.Name, LearningRate: t.LearningRate, Seed: t.Seed,
		Loss: train.Number(math.NaN()), Value: train.Number(math.NaN()),
		Curve: Curve{Epoch: []int{}, Steps: []int{}, Evaluations: []int{}, Loss: []train.Number{}, Value: []train.Number{}, Seconds: []float64{}},
	}
}

// point appends to the curve where the run stands, with the loss and the value of
// the metric there.
func (r *Record) point(t Task, loss, value float64) {
	r.Loss, r.Value = train.Number(loss), train.Number(value)
	r.mark(t, value)
	c := &r.Curve
	c.Epoch = append(c.Epoch, r.Epochs)
	c.Steps = append(c.Steps, r.Steps)
	c.Evaluations = append(c.Evaluations, r.Evaluations)
	c.Loss = append(c.Loss, r.Loss)
	c.Value = append(c.Value, r.Value)
	c.Seconds = append(c.Seconds, r.Seconds)
}

// mark remembers the first time that the target was reached.
func (r *Record) mark(t Task, value float64) {
	if r.Reached == nil && t.reached(value) {
		r.Reached = &Mark{r.Epochs, r.Steps, r.Evaluations, r.Seconds}
	}
}

// diverged makes the record that of a run without an end.
func (r *Record) diverged() {
	r.Stopped, r.Loss, r.Value, r.Test = Diverged, train.Number(math.NaN()), train.Number(math.NaN()), nil
}

// to returns when the run reached a target, nil if it did not: what was marked
// during the run, or the first point of the curve.
func (r *Record) to(target float64, larger, marked bool) *Mark {
	if marked {
		return r.Reached
	}
	for i, v := range r.Curve.Value {
		if asGood(float64(v), target, larger) {
			return &Mark{r.Curve.Epoch[i], r.Curve.Steps[i], r.Curve.Evaluations[i], r.Curve.Seconds[i]}
		}
	}
	return nil
}

// finite reports whether v is a number.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
