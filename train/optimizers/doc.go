// Package optimizers turns gradients into steps. It knows slices of numbers and
// nothing else: no graph, no network.
//
// A [Rule] is an immutable value that holds hyper-parameters. What it remembers
// from one update to the next stands in slots, slices as long as the parameter,
// which the caller owns (see [NewSlots]); saving and resuming a run therefore
// needs nothing from the rule.
//
//	rule := optimizers.Adam{}                      // zero value: the defaults of the paper
//	slots := optimizers.NewSlots[float64](rule, len(w), 0.01)
//	for n := 1; n <= 100; n++ {
//		rule.Update(optimizers.Step{N: n, LearningRate: 0.01}, w, gradient(w), slots)
//	}
//
// A [Wrapper] is a rule around another one: [Lookahead], [SAM] and [EMA]. They
// compose in Go, EMA{Inner: SAM{Inner: Adam{}}}, and in text, which [Parse] reads:
// "ema(sam(adam))". In text the options of a wrapper have its name before them,
// "ema.decay", and those of the rule inside stand as ever, "beta1".
//
// Read the rules in the order of the table, from simple to elaborate: sgd.go,
// adagrad.go, rmsprop.go, adam.go, adamw.go, and then those you are curious about.
// In their formulas g is the gradient, w the weight, η the learning rate, t the
// number of the update, counted from 1; all operations are elementwise unless a
// norm says otherwise. The conventions are those of PyTorch, whose paths they
// follow to 1e-9: WeightDecay is L2, added to the gradient, except where a rule
// says decoupled.
//
// A [Method] works on all rows at once: it takes a [Problem], a function with its
// derivatives, and may evaluate it as often as it likes for one step. Line searches
// and quasi-Newton updates are gonum's; the methods of second order are in newton.go,
// gaussnewton.go, levenbergmarquardt.go, naturalgradient.go and trustregion.go. A
// [Search] runs a method, counts, and keeps the best point; [Minimize] runs it to its
// end.
//
//	f, err := testfuncs.ByName("rosenbrock")
//	r, err := optimizers.Minimize(ctx, optimizers.LBFGS{}, optimizers.TestProblem(f), f.Start, optimizers.Limits{})
//
// A new rule is one file and one row in table.go; the command line, the help and
// the tests range over that table. Settings with which each rule is known to reach
// its targets are in settings.go, see [Row.Setting]. A new method is one file and one row
// in methods_table.go.
package optimizers
