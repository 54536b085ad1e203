package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"nabla/datasets"
	"nabla/internal/plot"
	"nabla/train"
	"nabla/train/optimizers"
)

const trainLong = `Train a network on DATA, a bundled data set (nabla datasets lists them) or a .csv, .csv.gz, .tsv or .npz file.

With no flags a bundled data set trains its demo model. Settings come from the recipe of the
data set, then from --config, then from the flags. Nothing is written to disk without --out.
Ctrl-C stops after the batch, saves and reports; a second one stops at once.`

// trainer is the command with its flags.
type trainer struct {
	*console
	cmd         *cobra.Command
	config      string
	file        *config // of --config or --resume, without what the flags replace
	printConfig bool
	resume      string
	plot        string
}

// trainCommand declares the flags of a job with the defaults of no data set in
// particular; trainer.job fills them in once the data set is known.
func trainCommand(c *console) *cobra.Command {
	t := &trainer{console: c}
	cmd := &cobra.Command{
		Use:   "train DATA",
		Short: "Train a network and say how good it is",
		Long:  trainLong,
		Example: `  nabla train iris
  nabla train moons --layers 16:tanh,16:tanh --lr 0.01 --epochs 50
  nabla train houses.csv --target price --checkpoint-every 5 --out runs/houses
  nabla train --resume runs/houses --epochs 80`,
		Args:              arguments("[DATA]"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			return usageOf(cmd, t.run(cmd.Context(), append(args, "")[0]))
		},
	}
	t.cmd = cmd
	given := newJob("")
	given.flags(cmd.Flags())
	given.complete(cmd)
	fs := cmd.Flags()
	fs.StringVar(&t.resume, "resume", "", "continue the interrupted run in `FOLDER`, bit for bit")
	fs.StringVar(&t.config, "config", "", "read settings from a YAML `FILE`, lines of name: value with the names of the flags; paths in it start at its folder")
	fs.BoolVar(&t.printConfig, "print-config", false, "print all settings as such a file instead of training")
	fs.StringVar(&t.plot, "plot", "", "draw the losses of training and validation by epoch into a `FILE`, .png, .svg or .pdf")
	cmd.MarkFlagFilename("plot", "png", "svg", "pdf")
	cmd.MarkFlagDirname("resume")
	cmd.MarkFlagDirname("out")
	cmd.MarkFlagFilename("config", "yaml", "yml")
	return cmd
}

// run is the command: settings, data and network, folder, training.
func (t *trainer) run(ctx context.Context, dataset string) error {
	if err := checkPicture("plot", t.plot, plot.Still); err != nil {
		return err
	}
	j, err := t.job(dataset)
	if err != nil {
		return t.file.blame(err, t.cmd.Flags())
	}
	s, err := j.prepare()
	if err != nil {
		return t.file.blame(err, t.cmd.Flags())
	}
	if s.source.Entry == nil {
		t.warnMissing(s.source)
	}
	t.warnUntrained(s)
	if t.printConfig {
		return s.job.anywhere().write(t.out)
	}
	bar := t.newBar(s)
	if s.trainer.Schedule != nil {
		s.trainer.Schedule = bar.watch(s.trainer.Schedule)
	}
	run, err := s.trainer.Start(s.net, s.parts.Train)
	if err != nil {
		return err
	}
	folder, err := openFolder(s, run, t.resume != "")
	if err != nil {
		return err
	}
	var r reporter = &textReport{console: t.console, setup: s, bar: bar, folder: folder, lines: t.progress.value != "none" && !t.quiet}
	if t.json {
		r = &jsonReport{console: t.console, setup: s, run: run}
	}
	// From the first line on, Ctrl-C is answered with a summary.
	t.interruptible.Store(true)
	defer t.interruptible.Store(false)
	if err := r.start(); err != nil {
		return err
	}
	return t.train(ctx, s, run, folder, r, bar)
}

// job makes the settings of the run.
func (t *trainer) job(dataset string) (job, error) {
	if t.resume != "" {
		return t.resumed(dataset)
	}
	if t.config != "" {
		file, err := readConfig(t.config)
		if err != nil {
			return job{}, err
		}
		t.file = file.vary(dataset, t.cmd.Flags())
		if dataset == "" {
			err = unknownData(file.value(datasetKey))
		}
		if err != nil {
			return job{}, err
		}
	}
	j, err := fill(dataset, t.file, t.cmd.Flags())
	if err != nil || j.CheckpointEvery == 0 || j.Out != "" {
		return j, err
	}
	if changed(t.cmd.Flags(), "checkpoint-every") {
		return j, usagef("--checkpoint-every needs --out, the folder to write to")
	}
	j.CheckpointEvery = 0 // the file of a run has it, but not the folder
	return j, nil
}

// unknownData reports a name in a config file that is neither bundled nor a path,
// by the name of its line.
func unknownData(name string) error {
	path := func(string) string { return "" }
	if _, err := datasets.ByName(name); err != nil && name != "" && locateData(name, path) != "" {
		return usagef("--%s: %s", datasetKey, plain(err))
	}
	return nil
}

// outcome is how a run ended.
type outcome struct {
	run     *train.Run
	test    *train.Result // nil without test rows
	fit     *train.Result // of the training rows, when there are no test rows
	steps   int           // updates of this process
	seconds float64       // of this process
	model   string        // path; empty if none was saved
	plot    string        // path; empty if none was drawn
	watched []string      // names of the pictures of measurements in the folder
}

// train runs the epochs and reports how it went.
func (t *trainer) train(ctx context.Context, s *setup, run *train.Run, folder *folder, r reporter, bar *bar) error {
	began, before := time.Now(), run.Steps()
	var failed error
	for e, err := range run.Epochs(ctx) {
		if err != nil {
			failed = err
			break
		}
		if err := r.epoch(e); err != nil {
			return err
		}
		if optimizers.IsMethod(s.job.Optimizer) { // whose iterations the bar cannot watch
			bar.show(e.Epoch)
		}
		if err := folder.epoch(e.Epoch); err != nil {
			bar.clear()
			return err
		}
	}
	bar.clear()
	// A run that diverged or was interrupted has good weights, which are saved and
	// scored like others before the error is returned.
	_, diverged := errors.AsType[*train.DivergedError](failed)
	interrupted := errors.Is(failed, context.Canceled)
	if failed != nil && !diverged && !interrupted {
		return failed
	}
	o := outcome{run: run, seconds: time.Since(began).Seconds(), steps: run.Steps() - before}
	if interrupted {
		if optimizers.IsMethod(s.job.Optimizer) { // see checkMethod
			t.warn("a run of %s cannot be resumed; its model is saved", s.job.Optimizer)
		} else if err := folder.checkpoint(); err != nil {
			return err
		}
		if s.keepsBest() {
			run.RestoreBest()
		}
	}
	t.warnStopped(s, run)
	var err error
	if o.model, err = folder.end(); err != nil {
		return err
	}
	rows, score := s.parts.Test, &o.test
	if rows == nil {
		rows, score = s.parts.Train, &o.fit
	}
	result, err := train.Evaluate(s.net, s.loss, s.source.Schema, rows, s.metrics)
	if err != nil {
		return err
	}
	*score = &result
	// A picture that cannot be written is no reason to keep the result back.
	var undrawn error
	if t.plot != "" && len(run.History) > 0 {
		if undrawn = advised(s.lossCurves(run).Write(t.plot), "choose another file with --plot"); undrawn == nil {
			o.plot = t.plot
		}
	}
	var unwatched error
	o.watched, unwatched = folder.watched()
	if err := r.end(o); err != nil {
		return err
	}
	return cmp.Or(failed, undrawn, unwatched)
}

// keepsBest reports whether the weights of the best validation loss are the
// outcome.
func (s *setup) keepsBest() bool { return s.trainer.KeepBest || s.trainer.Patience > 0 }

// usageOf names the command in an error of usage.
func usageOf(cmd *cobra.Command, err error) error {
	if _, ok := errors.AsType[usageError](err); ok {
		return usage(cmd.CommandPath(), err)
	}
	return err
}
