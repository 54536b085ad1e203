package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nabla/internal/names"
	"nabla/train"
	"nabla/train/optimizers"
)

// configure builds a rule or a method with options.
func configure(name string, options map[string]string) (optimizers.Optimizer, error) {
	if optimizers.IsMethod(name) {
		return optimizers.ConfigureMethod(name, options)
	}
	return optimizers.Configure(name, options)
}

// parseOptimizer is optimizers.Parse whose error for a plain name knows the methods
// too.
func parseOptimizer(text string) (optimizers.Row, error) {
	row, err := optimizers.Parse(text)
	if err != nil && !strings.Contains(err.Error(), "did you mean") && !strings.ContainsAny(text, "( )") && !slices.Contains(optimizers.Wrappers(), text) {
		err = names.Unknown("optimizers", "optimizer", text, slices.Concat(optimizers.Names(), optimizers.MethodNames()))
	}
	return row, err
}

// completeAnyOptimizer offers rules, wrappers and methods.
func completeAnyOptimizer(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	words, directive := completeOptimizer(cmd, args, word)
	return append(words, prefixed("", optimizers.MethodNames(), word)...), directive
}

// checkMethod refuses what a full-batch method has no use for, by the names of the
// flags.
func (j *job) checkMethod() error {
	for _, f := range []struct {
		flag  string
		given bool
	}{
		{"lr", j.LearningRate != 0}, {"schedule", j.Schedule != "constant"}, {"l1", j.L1 != 0},
		{"clip-norm", j.ClipNorm != 0}, {"clip-value", j.ClipValue != 0}, {"accumulate", j.Accumulate > 1},
	} {
		if f.given {
			return usagef("--%s has no effect on %s, which finds its steps by itself from all rows; leave it out", f.flag, j.Optimizer)
		}
	}
	if j.CheckpointEvery > 0 {
		return usagef("--checkpoint-every: a run of %s cannot be resumed, since it keeps what it knows of the curvature to itself; leave it out", j.Optimizer)
	}
	return nil
}

// warnStopped tells that a full-batch method could not go on.
func (t *trainer) warnStopped(s *setup, run *train.Run) {
	if optimizers.Status(run.Stopped).Failed() {
		t.warn("%s could not go on after %s (%s) and keeps the best weights; trust-region is more robust, and so are smooth activations such as tanh",
			s.job.Optimizer, plural(run.Steps(), "iteration"), run.Stopped)
	}
}
