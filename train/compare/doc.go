// Package compare runs many optimizers side by side: every optimizer on every
// problem, from the same start and over the same batches, at one or several
// learning rates and with several seeds.
//
// A [Plan] says what is compared; its Run does the work on several cores and
// returns a [Result], which computes tables and curves of it: mean, deviation and
// confidence interval, work to a target, sensitivity to the learning rate,
// performance profiles.
//
//	result, err := compare.Plan{
//		Problems: []compare.Problem{compare.Training{…}},
//		Optimizers: []compare.Optimizer{
//			{Name: "sgd", Rule: optimizers.SGD{}, LearningRates: compare.LogGrid(1e-3, 1, 7)},
//			{Name: "adam", Rule: optimizers.Adam{}, LearningRates: compare.LogGrid(1e-4, 0.1, 7)},
//		},
//		Seeds: []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, TuneSeeds: 1,
//	}.Run(ctx, nil, nil)
//
// Read plan.go (what is compared), training.go and function.go (a single run),
// run.go (all of them), choose.go, summary.go and profile.go (what they say),
// store.go and merge.go (files, and parts that ran elsewhere).
//
// A run that diverges is a result: it counts as the worst. Equal plans give equal
// results on however many cores and in however many parts, seconds aside.
//
// The protocol of TuneSeeds is that of Schneider, Balles and Hennig, "DeepOBS: a
// deep learning optimizer benchmark suite", 2019.
package compare
