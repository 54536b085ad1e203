package schedules

import "math"

// LinearWarmup rises from start at step 0 to 1 at the given step, in a line, and
// stays there.
func LinearWarmup(steps int, start float64) Schedule {
	return func(step int) float64 {
		if step >= steps {
			return 1
		}
		return start + (1-start)*float64(step)/float64(steps)
	}
}

// Then follows first for the given number of steps, then next, which starts from
// its own step 0.
func Then(first Schedule, steps int, next Schedule) Schedule {
	return func(step int) float64 {
		if step < steps {
			return first(step)
		}
		return next(step - steps)
	}
}

// Warmup rises in a line for the given number of steps, (step+1)/steps, and then
// follows next. No step is lost to a factor of 0, and the last one of the warm-up
// is at 1 already.
//
// Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour",
// 2017.
func Warmup(steps int, next Schedule) Schedule {
	return Then(LinearWarmup(steps-1, 1/float64(steps)), steps, next)
}

// Noam rises in a line to 1 at the last step of the warm-up, number warmup, and then
// falls with the root of the time: with s = step + 1,
//
//	min(s/warmup, √(warmup/s))
//
// It is min(s^−½, s·warmup^(−3/2)) divided by its largest value, warmup^−½, so that
// the base rate is the largest one. A warmup below 1 counts as 1.
//
// Vaswani and others, "Attention is all you need", 2017.
func Noam(warmup int) Schedule {
	w := float64(max(warmup, 1))
	return func(step int) float64 {
		s := float64(step + 1)
		return min(s/w, math.Sqrt(w/s))
	}
}
