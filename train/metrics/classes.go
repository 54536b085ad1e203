package metrics

import (
	"fmt"
	"math"
)

// Undecided is the class of a row of scores with a NaN in it.
const Undecided = -1

// Classes is the predicted class of each row: the column with the largest score,
// the first of equal ones. With a single column, a probability, it is 1 above 0.5
// and 0 otherwise.
func Classes(prediction []float64, columns int) ([]int, error) {
	if columns < 1 || len(prediction)%columns != 0 {
		return nil, fmt.Errorf("metrics: %d scores are no rows of %d columns", len(prediction), columns)
	}
	classes := make([]int, len(prediction)/columns)
	for i := range classes {
		classes[i] = decide(prediction[i*columns : (i+1)*columns])
	}
	return classes, nil
}

// Accuracy is the share of rows whose predicted class, as Classes has it, is the
// target.
func Accuracy(prediction, target []float64, columns int) (float64, error) {
	right := 0
	err := eachRow(prediction, target, columns, func(scores []float64, class int) {
		if decide(scores) == class {
			right++
		}
	})
	if err != nil {
		return 0, err
	}
	return float64(right) / float64(len(target)), nil
}

// TopK makes the metric that counts a row as right when its target is among the k
// largest scores; of equal scores the first ones are. TopK(1) is Accuracy.
func TopK(k int) Func {
	return func(prediction, target []float64, columns int) (float64, error) {
		if k < 1 {
			return 0, fmt.Errorf("metrics: top-k needs a positive k, got %d", k)
		}
		right := 0
		err := eachRow(prediction, target, columns, func(scores []float64, class int) {
			if len(scores) == 1 {
				scores = []float64{1 - scores[0], scores[0]}
			}
			before := 0
			for j, s := range scores {
				if math.IsNaN(s) {
					return
				}
				if s > scores[class] || s == scores[class] && j < class {
					before++
				}
			}
			if before < k {
				right++
			}
		})
		if err != nil {
			return 0, err
		}
		return float64(right) / float64(len(target)), nil
	}
}

// decide is the class that a row of scores predicts.
func decide(scores []float64) int {
	if len(scores) == 1 {
		switch p := scores[0]; {
		case math.IsNaN(p):
			return Undecided
		case p > 0.5:
			return 1
		}
		return 0
	}
	best := 0
	for j, s := range scores {
		if math.IsNaN(s) {
			return Undecided
		}
		if s > scores[best] {
			best = j
		}
	}
	return best
}

// classCount is the number of classes that rows of so many columns tell apart.
func classCount(columns int) int { return max(columns, 2) }

// eachRow checks the lengths and calls f with the scores and the true class of
// each row.
func eachRow(prediction, target []float64, columns int, f func(scores []float64, class int)) error {
	if len(target) == 0 {
		return errNoRows
	}
	if columns < 1 || len(prediction) != len(target)*columns {
		return fmt.Errorf("metrics: %d scores are not %d rows of %d columns", len(prediction), len(target), columns)
	}
	classes := classCount(columns)
	for i, t := range target {
		class := int(t)
		if float64(class) != t || class < 0 || class >= classes {
			return fmt.Errorf("metrics: row %d: target %v is not one of %d classes", i, t, classes)
		}
		f(prediction[i*columns:(i+1)*columns], class)
	}
	return nil
}
