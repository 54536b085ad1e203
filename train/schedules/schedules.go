package schedules

import "math"

// Schedule is the factor on the base learning rate for the step-th update of a
// run, counted from 0. 1 is the base rate itself.
type Schedule func(step int) float64

// Constant keeps the factor for ever.
func Constant(factor float64) Schedule {
	return func(int) float64 { return factor }
}

// Step multiplies by gamma every so many steps: gamma^⌊step/every⌋. An every below
// 1 counts as 1.
func Step(every int, gamma float64) Schedule {
	every = max(every, 1)
	return func(step int) float64 { return math.Pow(gamma, float64(step/every)) }
}

// Exponential multiplies by gamma at each step: gamma^step.
func Exponential(gamma float64) Schedule {
	return func(step int) float64 { return math.Pow(gamma, float64(step)) }
}

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
