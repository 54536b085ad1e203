package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nabla/datasets"
	"nabla/internal/names"
	"nabla/train"
	"nabla/train/metrics"
)

// demonstrator is the command with its flags.
type demonstrator struct {
	*console
	seeds    int
	folds    bool
	markdown bool
}

// demosCommand holds the demo models to the table of demoTargets: it is the proof of
// what the README says of them.
func demosCommand(c *console) *cobra.Command {
	d := &demonstrator{console: c}
	var known []string
	for _, t := range demoTargets {
		known = append(known, t.name)
	}
	cmd := &cobra.Command{
		Use:   "demos [NAME...]",
		Short: "Train the demo models and compare them with other programs",
		Long: `Train the demo model of each bundled data set with default flags, once for each seed, and print the
test accuracy (or RMSE) beside that of PyTorch, scikit-learn and a linear model on the same rows.
--folds adds the mean over the five test splits every-5th:0 to every-5th:4 with seed 1, for the
recipe and for a linear model of our own.

The exit code is 1 when a mean misses what is demanded: PyTorch's mean less the larger of two
standard deviations and one test row (RMSE: 2 %).`,
		Example: `  nabla demos
  nabla demos iris wine moons
  nabla demos --folds --markdown`,
		ValidArgs: known,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if !slices.Contains(known, name) {
					return usage(cmd.CommandPath(), names.Unknown("nabla", "demo", name, known))
				}
			}
			if d.seeds < 1 || d.seeds > 1000 {
				return usage(cmd.CommandPath(), fmt.Errorf("--seeds must be from 1 to 1000, got %d", d.seeds))
			}
			d.interruptible.Store(true)
			defer d.interruptible.Store(false)
			return d.run(cmd.Context(), args)
		},
	}
	fs := cmd.Flags()
	fs.IntVar(&d.seeds, "seeds", 5, "train with `N` seeds, from --seed on")
	fs.BoolVar(&d.folds, "folds", false, "add the means over five test splits")
	fs.BoolVar(&d.markdown, "markdown", false, "print the table as Markdown")
	return cmd
}

// demoResult is a row of the table.
type demoResult struct {
	Name        string        `json:"name"`
	Recipe      string        `json:"recipe"`
	Metric      string        `json:"metric"`
	Mean        train.Number  `json:"mean"`                   // over the seeds
	Std         train.Number  `json:"std"`                    // likewise, of the sample
	Folds       *train.Number `json:"folds,omitempty"`        // mean over the folds, with --folds; nil for data with test files of their own
	LinearFolds *train.Number `json:"linear_folds,omitempty"` // of the linear model, likewise
	PyTorch     train.Number  `json:"pytorch"`
	Sklearn     train.Number  `json:"sklearn"`
	Linear      train.Number  `json:"linear"`
	Demand      train.Number  `json:"demand"`
	Pass        bool          `json:"pass"`
}

// run trains the wanted demos, all without names. A demo that misses its demand is
// an error, but only after the whole table: one miss hides no other.
func (d *demonstrator) run(ctx context.Context, wanted []string) error {
	var results []demoResult
	var missed []string
	for _, target := range demoTargets {
		if len(wanted) > 0 && !slices.Contains(wanted, target.name) {
			continue
		}
		r, err := d.demo(ctx, target)
		if err != nil {
			return fmt.Errorf("%s: %w", target.name, err)
		}
		results = append(results, r)
		if !r.Pass {
			missed = append(missed, target.name)
		}
	}
	if d.json {
		if err := d.writeJSON(map[string][]demoResult{"demos": results}); err != nil {
			return err
		}
	} else {
		d.print(results)
	}
	if missed != nil {
		return fmt.Errorf("below what is demanded: %s; nabla train NAME --seed N shows a single run", strings.Join(missed, ", "))
	}
	return nil
}

// demo trains one data set.
func (d *demonstrator) demo(ctx context.Context, target demoTarget) (demoResult, error) {
	r := demoResult{Name: target.name, PyTorch: train.Number(target.torch),
		Sklearn: train.Number(target.sklearn), Linear: train.Number(target.linear), Demand: train.Number(target.demand)}
	e, err := datasets.ByName(target.name)
	if err != nil {
		return r, err
	}
	r.Recipe = strings.TrimPrefix(recipeCommand(e), "nabla train "+e.Name+" ")
	metric := demoMetric(e)
	r.Metric = metric.Name
	var scores []float64
	for seed := range d.seeds {
		j := newJob(e.Name)
		j.Seed = d.seed + uint64(seed)
		score, err := demoScore(ctx, j, metric.Name)
		if err != nil {
			return r, err
		}
		d.tell("%s seed %d: %s %.4f", e.Name, j.Seed, metric.Name, score)
		scores = append(scores, score)
	}
	mean, std := meanAndStd(scores)
	r.Mean, r.Std = train.Number(mean), train.Number(std)
	// The demand has four digits.
	r.Pass = mean >= target.demand-5e-5
	if !metric.LargerIsBetter {
		r.Pass = mean <= target.demand+5e-5
	}
	if !d.folds || e.Task == "" {
		return r, nil
	}
	if r.Folds, err = d.foldMean(ctx, newJob(e.Name), metric.Name); err == nil {
		r.LinearFolds, err = d.foldMean(ctx, linearJob(e.Name), metric.Name)
	}
	return r, err
}

// demoMetric is the first of the usual metrics of the data set's task.
func demoMetric(e *datasets.Entry) metrics.Row {
	if e.Task == datasets.Classification {
		return metrics.Usual(metrics.Classification)[0]
	}
	return metrics.Usual(metrics.Regression)[0]
}

// linearJob trains a linear model until it hardly changes.
func linearJob(name string) job {
	j := newJob(name)
	j.Layers, j.Optimizer, j.Set, j.LearningRate = "none", "adam", nil, 0.02
	j.Schedule, j.Epochs, j.WeightDecay = "cosine", 200, optional[float64]{}
	return j
}

// foldMean trains a job on each of the five splits and returns the mean; nil for
// data with test files of their own.
func (d *demonstrator) foldMean(ctx context.Context, j job, metric string) (*train.Number, error) {
	var scores []float64
	for k := range 5 {
		j.TestSplit = datasets.EveryFifth(k).String()
		score, err := demoScore(ctx, j, metric)
		// Data with test files refuse a split, see testSplit.
		if _, isUsage := errors.AsType[usageError](err); isUsage {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		d.tell("%s --layers %s --test-split %s: %s %.4f", j.Dataset, j.Layers, j.TestSplit, metric, score)
		scores = append(scores, score)
	}
	mean, _ := meanAndStd(scores)
	return new(train.Number(mean)), nil
}

// demoScore trains a job and returns a metric of its test rows.
func demoScore(ctx context.Context, j job, metric string) (float64, error) {
	if err := j.check(); err != nil {
		return 0, err
	}
	s, err := j.prepare()
	if err != nil {
		return 0, err
	}
	s.trainer.Metrics = nil // of the training rows; nobody looks at them
	if _, err := s.trainer.Fit(ctx, s.net, s.parts.Train); err != nil {
		return 0, err
	}
	result, err := train.Evaluate(s.net, s.loss, s.source.Schema, s.parts.Test, s.metrics)
	if err != nil {
		return 0, err
	}
	return result.Scores.Of(metric), nil
}

// meanAndStd computes the mean and the standard deviation of a sample (divisor
// n-1; 0 for a single value).
func meanAndStd(values []float64) (mean, std float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		std += (v - mean) * (v - mean) / max(float64(len(values)-1), 1)
	}
	return mean, math.Sqrt(std)
}

// tell prints progress.
func (d *demonstrator) tell(format string, args ...any) {
	if !d.quiet {
		fmt.Fprintf(d.err, format+"\n", args...)
	}
}
