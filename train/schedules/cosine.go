package schedules

import "math"

// Cosine falls from 1 to floor in total steps along half a cosine:
//
//	floor + (1 − floor)·(1 + cos(π·step/total))/2
//
// After total it rises again, with period 2·total, as PyTorch's CosineAnnealingLR
// does. A total below 1 counts as 1.
//
// Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts",
// 2017.
func Cosine(total int, floor float64) Schedule {
	total = max(total, 1)
	return func(step int) float64 {
		return floor + (1-floor)*(1+math.Cos(math.Pi*float64(step)/float64(total)))/2
	}
}

// WarmRestarts falls from 1 to floor along half a cosine again and again: the first
// time in so many steps, then each time in longer times as many. Values below 1
// count as 1.
//
// Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts",
// 2017.
func WarmRestarts(first, longer int, floor float64) Schedule {
	first, longer = max(first, 1), max(longer, 1)
	return func(step int) float64 {
		length := first
		if longer == 1 {
			step %= length
		}
		for step >= length {
			step -= length
			if length > math.MaxInt/longer {
				length = math.MaxInt
			} else {
				length *= longer
			}
		}
		return Cosine(length, floor)(step)
	}
}
