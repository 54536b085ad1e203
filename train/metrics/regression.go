package metrics

import (
	"errors"
	"fmt"
	"math"
)

var errNoRows = errors.New("metrics: no rows to measure")

// RMSE is the root of the mean squared error √(Σ(p − t)²/n) over all elements, in
// the unit of the target.
func RMSE(prediction, target []float64, columns int) (float64, error) {
	mean, err := meanError(prediction, target, columns, func(e float64) float64 { return e * e })
	return math.Sqrt(mean), err
}

// MAE is the mean absolute error Σ|p − t|/n over all elements, in the unit of the
// target.
func MAE(prediction, target []float64, columns int) (float64, error) {
	return meanError(prediction, target, columns, math.Abs)
}

// R2 is the coefficient of determination, the share of the target's variance that
// the prediction explains,
//
//	1 − Σ(p − t)² / Σ(t − mean t)²
//
// for one column, and the mean of that over the columns: 1 is perfect, 0 as good as
// the mean, and there is no lower limit. Of a target that is constant, or a single
// row, nothing can be explained: R2 is then 1 for a perfect prediction and 0 for
// any other.
func R2(prediction, target []float64, columns int) (float64, error) {
	if err := checkRegression(prediction, target, columns); err != nil {
		return 0, err
	}
	sum := 0.0
	for c := range columns {
		sum += r2(prediction[c:], target[c:], columns)
	}
	return sum / float64(columns), nil
}

// r2 is R2 of the first of every columns elements.
func r2(prediction, target []float64, columns int) float64 {
	mean, rows, constant := 0.0, 0.0, true
	for i := 0; i < len(target); i += columns {
		mean += target[i]
		rows++
		constant = constant && target[i] == target[0]
	}
	mean /= rows
	residual, total := 0.0, 0.0
	for i := 0; i < len(target); i += columns {
		e, d := prediction[i]-target[i], target[i]-mean
		residual += e * e
		total += d * d
	}
	switch {
	case !constant || math.IsNaN(residual):
		return 1 - residual/total
	case residual == 0:
		return 1
	}
	return 0
}

// meanError is the mean of f(p − t) over all elements.
func meanError(prediction, target []float64, columns int, f func(e float64) float64) (float64, error) {
	if err := checkRegression(prediction, target, columns); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, t := range target {
		sum += f(prediction[i] - t)
	}
	return sum / float64(len(target)), nil
}

func checkRegression(prediction, target []float64, columns int) error {
	if len(target) == 0 {
		return errNoRows
	}
	if columns < 1 || len(prediction) != len(target) || len(target)%columns != 0 {
		return fmt.Errorf("metrics: %d predictions and %d targets are not rows of %d columns each", len(prediction), len(target), columns)
	}
	return nil
}
