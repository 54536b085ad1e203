// Package schedules changes the learning rate during a run. A [Schedule] is a
// function of the number of the step that returns a factor on the base learning
// rate, so schedules compose as functions do:
//
//	cosine := schedules.Cosine(1000, 0.01)                // from 1 to 0.01 in 1000 steps
//	warm := schedules.Warmup(100, schedules.Cosine(900, 0))
//	half := func(step int) float64 { return 0.5 * cosine(step) }
//
// Here time is counted in steps, the updates of the weights, from 0. [Parse] reads
// the notation of the command line, where it is counted in epochs. [Plateau] is the
// one that watches how the run goes.
package schedules
