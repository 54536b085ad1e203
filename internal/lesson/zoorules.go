package lesson

import (
	"iter"

	"nabla/datasets"
	"nabla/train/optimizers"
)

// heaping is gradient descent that may forget to clear the gradients of the steps
// before.
type heaping struct{ planted bool }

// Slots implements optimizers.Rule: the gradients so far.
func (heaping) Slots() int { return 1 }

// Update implements optimizers.Rule.
func (r heaping) Update(s optimizers.Step, w, g []float64, slots [][]float64) {
	for i := range w {
		if !r.planted {
			slots[0][i] = 0
		}
		slots[0][i] += g[i]
		w[i] -= s.LearningRate * slots[0][i]
	}
}

// climbing is gradient descent that may have lost its minus.
type climbing struct{ planted bool }

// Slots implements optimizers.Rule.
func (climbing) Slots() int { return 0 }

// Update implements optimizers.Rule.
func (r climbing) Update(s optimizers.Step, w, g []float64, _ [][]float64) {
	for i := range w {
		if r.planted {
			w[i] += s.LearningRate * g[i]
		} else {
			w[i] -= s.LearningRate * g[i]
		}
	}
}

// handout is a batch as a training loop gets it: the inputs of some rows and their
// targets, which the next batch overwrites.
type handout struct{ x, y []float64 }

// source hands out the batches of an epoch.
type source func(data *datasets.Dataset, size int, seed uint64) iter.Seq[handout]

// fill copies the rows of a batch.
func (h *handout) fill(data *datasets.Dataset, x, y []int) {
	h.x, h.y = make([]float64, len(x)*data.X.Cols), make([]float64, len(y)*data.Y.Cols)
	// The rows are those of the data.
	_ = datasets.CopyX(h.x, data, x)
	_ = datasets.CopyY(h.y, data, y)
}

// staleBatches may copy the inputs too late, so that a batch has those of the one
// before.
func staleBatches(planted bool) source {
	return func(data *datasets.Dataset, size int, seed uint64) iter.Seq[handout] {
		return func(yield func(handout) bool) {
			var before []int
			for rows := range datasets.Batches(datasets.Order(data.Len(), seed, 0), size, false) {
				x := rows
				if planted && before != nil {
					x = before[:min(len(rows), len(before))]
				}
				before = rows
				var h handout
				if h.fill(data, x, rows); !yield(h) {
					return
				}
			}
		}
	}
}

// apartBatches may shuffle inputs and targets each for themselves.
func apartBatches(planted bool) source {
	return func(data *datasets.Dataset, size int, seed uint64) iter.Seq[handout] {
		return func(yield func(handout) bool) {
			order, targets := datasets.Order(data.Len(), seed, 0), datasets.Order(data.Len(), seed, 0)
			if planted {
				targets = datasets.Order(data.Len(), seed, 1)
			}
			for from := 0; from < len(order); from += size {
				to := min(from+size, len(order))
				var h handout
				if h.fill(data, order[from:to], targets[from:to]); !yield(h) {
					return
				}
			}
		}
	}
}

// shortBatches may stop before a last batch that is not full.
func shortBatches(planted bool) source {
	return func(data *datasets.Dataset, size int, seed uint64) iter.Seq[handout] {
		return func(yield func(handout) bool) {
			for rows := range datasets.Batches(datasets.Order(data.Len(), seed, 0), size, planted) {
				var h handout
				if h.fill(data, rows, rows); !yield(h) {
					return
				}
			}
		}
	}
}
