// Package train fits networks to data: batch, mini-batch or stochastic descent
// with any rule of package optimizers.
//
// A [Trainer] says how, Fit does it; Epochs does the same as a loop in which the
// caller looks at each epoch and may break off. Start gives the [Run] itself,
// which can be saved at any batch and resumed bit for bit. A [Model] is what
// comes out of it: a network with all that prediction needs, in one file.
//
// Read in the order of the work: trainer.go, check.go and group.go (what may be
// asked for), run.go, step.go and epoch.go (the loop), program.go, engine.go and
// parameter.go (what a step computes), evaluate.go, risk.go, checkpoint.go, model.go.
//
// A step:
//
//	rows of the data → input, target and weight nodes → loss, output, gradients
//	gradients of Accumulate batches → their weighted mean
//	  + L1·sign(w) + L2·w → clip by value → clip by norm → w·(1 − η·Decay) → rule
//
// Equal seeds give equal bits, however often the run was interrupted and on
// however many threads it ran.
package train
