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

// MultiStep multiplies by gamma at each milestone, gamma^#{m ≤ step}. A milestone
// that is there twice counts twice.
func MultiStep(gamma float64, milestones ...int) Schedule {
	return func(step int) float64 {
		passed := 0
		for _, m := range milestones {
			if m <= step {
				passed++
			}
		}
		return math.Pow(gamma, float64(passed))
	}
}

// Exponential multiplies by gamma at each step: gamma^step.
func Exponential(gamma float64) Schedule {
	return func(step int) float64 { return math.Pow(gamma, float64(step)) }
}

// InverseTime falls as 1/(1 + decay·step): with a decay above 0 its sum diverges and
// that of its squares does not, which lets stochastic descent converge.
//
// Robbins and Monro, "A stochastic approximation method", 1951.
func InverseTime(decay float64) Schedule {
	return func(step int) float64 { return 1 / (1 + decay*float64(step)) }
}

// Polynomial falls from 1 to floor in total steps and stays there:
//
//	floor + (1 − floor)·(1 − step/total)^power
//
// Power 1 is a line. A total below 1 counts as 1.
func Polynomial(total int, power, floor float64) Schedule {
	total = max(total, 1)
	return func(step int) float64 {
		left := 1 - float64(min(step, total))/float64(total)
		return floor + (1-floor)*math.Pow(left, power)
	}
}
