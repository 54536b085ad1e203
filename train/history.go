package train

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"nabla/train/optimizers"
)

// Epoch is what one pass over the training rows reached.
type Epoch struct {
	Epoch         int                     // counted from 1
	Loss          float64                 // mean over the rows, each computed before the update it led to
	Scores        Scores                  // of the same outputs
	ValLoss       float64                 // after the epoch; NaN without validation
	ValScores     Scores                  // likewise
	GradientNorm  float64                 // 2-norm of the last batch's gradient, before regularisation and clipping
	LearningRate  float64                 // of the last update
	Steps         int                     // updates since the start of the run
	Duration      time.Duration           // of the pass and its validation
	Best          bool                    // the smallest validation loss so far
	Evaluations   *optimizers.Evaluations // by a full-batch method since the start of the run; nil for rules
	LineSearch    string                  // of a full-batch method: how the search along its direction ended
	Watched       Scores                  // what Trainer.Watch measured, by names such as grad_norm:0.weight; nil in between
	hasValidation bool
}

// Score is the value of one metric.
type Score struct {
	Name  string
	Value float64
}

// Scores are values of metrics, in the order in which they were asked for.
type Scores []Score

// Of returns the value of a metric, NaN if it is not there.
func (s Scores) Of(name string) float64 {
	for _, v := range s {
		if v.Name == name {
			return v.Value
		}
	}
	return math.NaN()
}

// History is the epochs of a run. As JSON it is an array of epochs.
type History []Epoch

// WriteCSV writes a header and a line per epoch: epoch, loss, a column per
// metric, the same of the validation with val_ before the names, one per measurement
// of Trainer.Watch, grad_norm, learning_rate, steps, seconds. What an epoch lacks is left empty.
func (h History) WriteCSV(w io.Writer) (err error) {
	defer caught("train: history", &err)
	if w == nil {
		return errors.New("train: history: the writer is nil")
	}
	c := csv.NewWriter(w)
	columns := h.columns()
	if err := c.Write(columns); err != nil {
		return err
	}
	for _, e := range h {
		values, line := e.values(), make([]string, len(columns))
		for i, name := range columns {
			if v, ok := values[name]; ok {
				line[i] = strconv.FormatFloat(v, 'g', -1, 64)
			}
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// columns returns the names of the columns that any of the epochs fills.
func (h History) columns() []string {
	var scores, validation, watched, evaluations []string
	for _, e := range h {
		if e.Evaluations != nil {
			evaluations = []string{"evaluations"}
		}
		if e.hasValidation && len(validation) == 0 {
			validation = []string{"val_loss"}
		}
		scores = addNames(scores, "", e.Scores)
		validation = addNames(validation, "val_", e.ValScores)
		watched = addNames(watched, "", e.Watched)
	}
	return slices.Concat([]string{"epoch", "loss"}, scores, validation, watched, []string{"grad_norm", "learning_rate", "steps", "seconds"}, evaluations)
}

// addNames appends the names of scores that are not in the list.
func addNames(list []string, prefix string, scores Scores) []string {
	for _, s := range scores {
		if name := prefix + s.Name; !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// values returns what an epoch has by column.
func (e Epoch) values() map[string]float64 {
	values := map[string]float64{
		"epoch": float64(e.Epoch), "loss": e.Loss, "grad_norm": e.GradientNorm, "learning_rate": e.LearningRate,
		"steps": float64(e.Steps), "seconds": e.Duration.Seconds(),
	}
	for _, s := range slices.Concat(e.Scores, e.Watched) {
		values[s.Name] = s.Value
	}
	if e.Evaluations != nil {
		values["evaluations"] = float64(e.Evaluations.Total())
	}
	if e.hasValidation {
		values["val_loss"] = e.ValLoss
		for _, s := range e.ValScores {
			values["val_"+s.Name] = s.Value
		}
	}
	return values
}
