package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/internal/plot"
	"nabla/train"
	"nabla/train/optimizers"
)

const lrfindLong = `Find a learning rate for DATA: train on mini-batches while the learning rate grows from
update to update, until the loss does too (Smith's range test).

Good learning rates lie where the loss falls fastest, or at a tenth of that of the minimum.
Nothing is kept of this training. The settings are those of nabla train.`

// lrfinder is the command with its flags.
type lrfinder struct {
	*console
	cmd  *cobra.Command
	test train.RangeTest
	plot string
}

// unmeant are the settings of a job that a range test has no use for.
var unmeant = []string{"lr", "schedule", "epochs", "patience", "save-best", "val-split", "out", "checkpoint-every", "detect-anomaly"}

// lrfindCommand has the flags of a job that make network, data and optimizer.
func lrfindCommand(c *console) *cobra.Command {
	f := &lrfinder{console: c}
	cmd := &cobra.Command{
		Use:   "lrfind DATA",
		Short: "Find a learning rate by trying all sizes",
		Long:  lrfindLong,
		Example: `  nabla lrfind iris
  nabla lrfind digits --optimizer sgd --set momentum=0.9 --plot lr.svg
  nabla lrfind houses.csv --from 1e-5 --to 1 --steps 200`,
		Args:              arguments("DATA"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			return usageOf(cmd, f.run(cmd.Context(), args[0]))
		},
	}
	f.cmd = cmd
	fs := cmd.Flags()
	fs.Float64Var(&f.test.From, "from", 1e-6, "first learning `RATE`")
	fs.Float64Var(&f.test.To, "to", 10, "last learning `RATE`, if the loss does not grow before")
	fs.IntVar(&f.test.Steps, "steps", 100, "`N` updates between them")
	fs.StringVar(&f.plot, "plot", "", "draw the loss by learning rate into a `FILE`, .png, .svg or .pdf")
	cmd.MarkFlagFilename("plot", "png", "svg", "pdf")
	jobFlags(cmd, unmeant)
	return cmd
}

// run is the command.
func (f *lrfinder) run(ctx context.Context, dataset string) error {
	switch {
	case !(f.test.From > 0) || math.IsInf(f.test.To, 0) || !(f.test.To > f.test.From):
		return usagef("--from %v --to %v: the learning rates must be positive and finite, --from the smaller", f.test.From, f.test.To)
	case f.test.Steps < 10 || f.test.Steps > maxEpochs:
		return usagef("--steps must be from 10 to %d, got %d", maxEpochs, f.test.Steps)
	}
	if err := checkPicture("plot", f.plot, plot.Still); err != nil {
		return err
	}
	j, err := fill(dataset, nil, f.cmd.Flags())
	if err != nil {
		return err
	}
	if optimizers.IsMethod(j.Optimizer) {
		return usagef("--optimizer %s: a full-batch method finds the length of its steps by itself; take one with a learning rate, such as adam", j.Optimizer)
	}
	s, err := j.prepare()
	if err != nil {
		return err
	}
	f.interruptible.Store(true)
	defer f.interruptible.Store(false)
	result, err := s.trainer.FindLearningRate(ctx, s.net, s.parts.Train, f.test)
	if err != nil {
		return err
	}
	if err := f.report(s, result); err != nil {
		return err
	}
	if f.plot != "" {
		if err := f.curves(s, result).Write(f.plot); err != nil {
			return advised(err, "choose another file with --plot")
		}
	}
	if math.IsNaN(result.MinimumTenth) {
		return advised(fmt.Errorf("the loss falls at no learning rate from %v to %v", f.test.From, f.test.To), "try other layers, a larger --batch, or lower rates")
	}
	return nil
}

// suggestion is the learning rate to try first, in two digits.
func suggestion(r train.RangeResult) float64 {
	rate := r.Steepest
	if math.IsNaN(rate) {
		rate = r.MinimumTenth
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(rate, 'g', 2, 64), 64) // its own text
	return short
}

// curves are the losses by learning rate. Of the end, where the loss grows, only the
// beginning is shown: it would make the fall small.
func (f *lrfinder) curves(s *setup, r train.RangeResult) plot.Curves {
	raw := plot.Series{Name: "loss of a batch", Faint: true}
	smooth := plot.Series{Name: "smoothed"}
	lowest := 0
	for i, p := range r.Points {
		raw.X, raw.Y = append(raw.X, p.LearningRate), append(raw.Y, p.Loss)
		smooth.X, smooth.Y = append(smooth.X, p.LearningRate), append(smooth.Y, p.Smoothed)
		if p.Smoothed < r.Points[lowest].Smoothed {
			lowest = i
		}
	}
	c := plot.Curves{
		Title:  fmt.Sprintf("Learning-rate range test: %s, %s", printable(s.source.Data.Name), s.job.Optimizer),
		XLabel: "learning rate", YLabel: fmt.Sprintf("loss (%s)", s.loss), LogX: true,
		Series: []plot.Series{raw, smooth},
	}
	if low, high := smooth.Y[lowest], slices.Max(smooth.Y[:lowest+1]); high > low {
		c.Y = plot.Range{Min: low - 0.15*(high-low), Max: high + 0.4*(high-low)}
	}
	for _, m := range []struct {
		rate float64
		name string
	}{{r.Steepest, "steepest fall"}, {r.MinimumTenth, "minimum / 10"}} {
		if !math.IsNaN(m.rate) {
			c.Markers = append(c.Markers, plot.Marker{X: m.rate, Label: fmt.Sprintf("%s: %.2g", m.name, m.rate)})
		}
	}
	return c
}

// report prints what was found.
func (f *lrfinder) report(s *setup, r train.RangeResult) error {
	if f.json {
		return f.reportJSON(s, r)
	}
	line := func(name, format string, args ...any) {
		fmt.Fprintf(f.out, "%s  %s\n", f.paint(bold, fmt.Sprintf("%-12s", name)), fmt.Sprintf(format, args...))
	}
	if !f.quiet {
		picture, err := f.curves(s, r).Text(f.screen(14))
		if err != nil {
			return err
		}
		fmt.Fprintf(f.out, "%s\n", picture)
		last := r.Points[len(r.Points)-1].LearningRate
		how := "the last learning rate"
		if r.Diverged {
			how = "the loss grows"
		}
		line("stopped", "%s: %.2g, after %s", how, last, plural(len(r.Points), "update"))
	}
	if math.IsNaN(r.MinimumTenth) {
		return nil
	}
	if !math.IsNaN(r.Steepest) {
		line("steepest", "%.2g", r.Steepest)
	}
	line("minimum / 10", "%.2g", r.MinimumTenth)
	if f.plot != "" {
		line("plot", "%s", f.plot)
	}
	if !f.quiet {
		line("try", "%s", f.trainCommand(s, suggestion(r)))
	}
	return nil
}

// trainCommand is the command that trains with a learning rate and what else was
// given of the settings of a job.
func (f *lrfinder) trainCommand(s *setup, rate float64) string {
	words := "nabla train " + shellQuote(s.job.Dataset)
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(job).flags(own)
	f.cmd.Flags().Visit(func(flag *pflag.Flag) {
		switch {
		case flag.Name == "plot" || own.Lookup(flag.Name) == nil:
		case flag.NoOptDefVal != "":
			words += " --" + flag.Name + "=" + shellQuote(flag.Value.String())
		default:
			words += " --" + flag.Name + " " + shellQuote(flag.Value.String())
		}
	})
	return words + " --lr " + number(rate)
}

// reportJSON prints one object.
func (f *lrfinder) reportJSON(s *setup, r train.RangeResult) error {
	found := struct {
		Dataset       string         `json:"dataset"`
		Optimizer     string         `json:"optimizer"`
		Batch         int            `json:"batch"`
		Seed          uint64         `json:"seed"`
		LearningRates []float64      `json:"learning_rates"`
		Losses        []train.Number `json:"losses"`
		Smoothed      []train.Number `json:"smoothed"`
		Diverged      bool           `json:"diverged"`
		Steepest      train.Number   `json:"steepest"`
		MinimumTenth  train.Number   `json:"minimum_tenth"`
		Suggestion    train.Number   `json:"suggestion"`
	}{
		Dataset: s.source.Data.Name, Optimizer: s.job.Optimizer, Batch: s.batch(), Seed: s.job.Seed, Diverged: r.Diverged,
		Steepest: train.Number(r.Steepest), MinimumTenth: train.Number(r.MinimumTenth), Suggestion: train.Number(suggestion(r)),
	}
	for _, p := range r.Points {
		found.LearningRates = append(found.LearningRates, p.LearningRate)
		found.Losses = append(found.Losses, train.Number(p.Loss))
		found.Smoothed = append(found.Smoothed, train.Number(p.Smoothed))
	}
	return f.writeJSON(found)
}
