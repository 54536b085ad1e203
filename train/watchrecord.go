package train

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"nabla/datasets"
	"nabla/losses"
	"nabla/train/diagnose"
)

// Record is the run for a diagnosis. Much of it is there only if the trainer
// watches.
func (r *Run) Record() diagnose.Record {
	record := diagnose.Record{Samples: slices.Clone(r.Samples), Constant: r.constantLoss(), Inputs: sizes(r.data.X.Cols, r.data.Features, r.data, datasets.CopyX)}
	// Logarithms of means and probabilities suit numbers of all sizes.
	if r.data.Classes == nil && r.spec.loss.Input == losses.Any {
		record.Targets = sizes(r.data.Y.Cols, r.data.Targets, r.data, datasets.CopyY)
	}
	if r.keptBest {
		record.Kept = r.best.epoch
	}
	for _, e := range r.History {
		record.Losses = append(record.Losses, e.Loss)
		if e.hasValidation {
			record.ValLosses = append(record.ValLosses, e.ValLoss)
		}
	}
	if v := r.trainer.Validation; v != nil {
		record.ValRows = v.Len()
	}
	if d, ok := errors.AsType[*DivergedError](r.err); ok {
		record.Diverged = fmt.Sprintf("epoch %d, step %d: the loss is %v; first tensor that is not finite: %s", d.Epoch, d.Step, d.Loss, d.Tensor)
	}
	return record
}

// sizes measures columns, whose rows are read by copy.
func sizes(columns int, names []string, data *datasets.Dataset, copy func([]float64, *datasets.Dataset, []int) error) []diagnose.Feature {
	list := make([]diagnose.Feature, columns)
	row := make([]float64, columns)
	at := []int{0}
	for at[0] = range data.Len() {
		_ = copy(row, data, at) // the rows are there
		for j, v := range row {
			list[j].Size += v * v / float64(data.Len())
		}
	}
	for j := range list {
		list[j].Size = math.Sqrt(list[j].Size)
		if j < len(names) {
			list[j].Name = names[j]
		}
	}
	return list
}
