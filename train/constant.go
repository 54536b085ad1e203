package train

import (
	"math"

	"nabla/datasets"
	"nabla/losses"
)

// constantLoss is the loss of the best answer that is the same for every row: the
// entropy of the classes for cross-entropy, the variance of the targets for the mean
// squared error. It is 0 for other losses, and where rows have weights.
func (r *Run) constantLoss() float64 {
	if r.trainer.SampleWeights != nil || r.spec.cost != nil {
		return 0
	}
	y := make([]float64, r.data.Len()*r.data.Y.Cols)
	rows := make([]int, r.data.Len())
	for i := range rows {
		rows[i] = i
	}
	if datasets.CopyY(y, r.data, rows) != nil {
		return 0
	}
	switch loss := r.spec.loss.String(); {
	case loss == losses.CrossEntropy.String() && r.data.Classes != nil:
		return entropy(y, len(r.data.Classes))
	case loss == losses.MSE.String() && r.data.Classes == nil:
		return variance(y, r.data.Y.Cols)
	}
	return 0
}

// entropy is −Σ p·ln p over the parts of the classes.
func entropy(y []float64, classes int) (sum float64) {
	counts := make([]float64, classes)
	for _, v := range y {
		if v >= 0 { // others are left out of the loss
			counts[int(v)]++
		}
	}
	for _, n := range counts {
		if p := n / float64(len(y)); p > 0 {
			sum -= p * math.Log(p)
		}
	}
	return sum
}

// variance is the mean over the columns of their variances.
func variance(y []float64, columns int) (sum float64) {
	mean := make([]float64, columns)
	n := float64(len(y) / columns)
	for i, v := range y {
		mean[i%columns] += v / n
	}
	for i, v := range y {
		d := v - mean[i%columns]
		sum += d * d / float64(len(y))
	}
	return sum
}
