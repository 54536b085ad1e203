package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"nabla/datasets"
	"nabla/train"
	"nabla/train/optimizers"
)

// reporter tells how a run goes.
type reporter interface {
	start() error
	epoch(train.Epoch) error
	end(outcome) error
}

// textReport is for people.
type textReport struct {
	*console
	setup   *setup
	bar     *bar
	folder  *folder
	lines   bool      // print epochs
	printed int       // the last epoch that was
	at      time.Time // when
	last    train.Epoch
}

// start prints all that decides the outcome, so that a log alone tells how a run was
// made.
func (r *textReport) start() error {
	if r.quiet {
		return nil
	}
	s := r.setup
	fmt.Fprintf(r.out, "%s: %s\n\n", r.paint(bold, printable(s.source.Data.Name)), printable(describeData(s)))
	if err := s.net.Summary(r.out); err != nil {
		return err
	}
	text := wrapped(fmt.Sprintf("Loss: %s   Optimizer: %s", s.loss, describeOptimizer(s)), 2)
	fmt.Fprintf(r.out, "\n%s\n", strings.ReplaceAll(text, unbroken, " "))
	fmt.Fprintf(r.out, "Batch: %s, %s an epoch   Seed: %d\n\n", plural(s.batch(), "row"), plural(s.updates, "update"), s.job.Seed)
	return nil
}

// describeData is the header line: rows, columns, what is predicted.
func describeData(s *setup) string {
	parts := []string{plural(s.parts.Train.Len(), "training row")}
	if v := s.parts.Validation; v != nil {
		parts = append(parts, plural(v.Len(), "validation row"))
	}
	switch {
	case s.parts.Test == nil:
		parts = append(parts, "no test rows")
	case s.source.Test != nil:
		parts = append(parts, plural(s.parts.Test.Len(), "test row")+" (own files)")
	default:
		parts = append(parts, fmt.Sprintf("%s (%s)", plural(s.parts.Test.Len(), "test row"), s.job.TestSplit))
	}
	if n := s.source.Report.Dropped; n > 0 {
		parts = append(parts, fmt.Sprintf("%d left out for missing values", n))
	}
	parts = append(parts, plural(len(s.parts.Train.Features), "feature"))
	if classes := s.parts.Train.Classes; classes != nil {
		parts = append(parts, plural(len(classes), "class")+" of "+s.parts.Train.Targets[0])
	} else {
		parts = append(parts, plural(len(s.parts.Train.Targets), "target")+" "+strings.Join(s.parts.Train.Targets, ", "))
	}
	return strings.Join(parts, ", ")
}

// unbroken is a space at which a line is not broken.
const unbroken = "\u00a0"

// describeOptimizer names the optimizer with all its options.
func describeOptimizer(s *setup) string {
	t := &s.trainer
	var settings []string
	if !optimizers.IsMethod(s.job.Optimizer) {
		settings = append(settings, "lr "+number(t.LearningRate))
	}
	for _, o := range optimizers.Options(t.Optimizer) {
		settings = append(settings, o.Name+unbroken+o.Value)
	}
	text := s.job.Optimizer
	if len(settings) > 0 {
		text += " (" + strings.Join(settings, ", ") + ")"
	}
	if s.job.Schedule != "constant" {
		text += ", schedule " + s.job.Schedule
	}
	for _, extra := range []struct {
		name  string
		value float64
	}{{"l1", t.L1}, {"l2", t.L2}, {"clip-norm", t.ClipNorm}, {"clip-value", t.ClipValue}} {
		if extra.value != 0 {
			text += ", " + extra.name + " " + number(extra.value)
		}
	}
	if t.Accumulate > 1 {
		text += fmt.Sprintf(", %d batches an update", t.Accumulate)
	}
	return text
}

// fewEpochs are all printed; of more, about that many are.
const fewEpochs = 20

// epoch prints a line for some of the epochs: the first, the last, about twenty
// between, and one a second of a long run.
func (r *textReport) epoch(e train.Epoch) error {
	r.last = e
	r.bar.loss = fmt.Sprintf("  loss %.4f", e.Loss)
	every := (r.setup.job.Epochs + fewEpochs - 1) / fewEpochs
	if r.lines && (e.Epoch == 1 || e.Epoch%every == 0 || e.Epoch == r.setup.job.Epochs || time.Since(r.at) > time.Second && r.printed > 0) {
		r.print(e)
	}
	return nil
}

// print writes the line of an epoch.
func (r *textReport) print(e train.Epoch) {
	r.bar.clear()
	r.printed, r.at = e.Epoch, time.Now()
	width := len(fmt.Sprint(r.setup.job.Epochs))
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  loss %.4f", r.paint(bold, fmt.Sprintf("Epoch %*d/%d", width, e.Epoch, r.setup.job.Epochs)),
		r.paint(dim, fmt.Sprintf("%6s/step", duration(e.Duration/time.Duration(r.setup.updates)))), e.Loss)
	scores(&b, "", e.Scores)
	if !math.IsNaN(e.ValLoss) {
		fmt.Fprintf(&b, "  val_loss %.4f", e.ValLoss)
		scores(&b, "val_", e.ValScores)
	}
	fmt.Fprintf(&b, "  |g| %-6.3g", e.GradientNorm)
	if r.setup.job.Schedule != "constant" {
		fmt.Fprintf(&b, "  lr %.3g", e.LearningRate)
	}
	if e.Best {
		b.WriteString(r.paint(green, " *"))
	}
	fmt.Fprintln(r.out, strings.TrimRight(b.String(), " "))
}

// scores writes metrics, with a prefix to their names.
func scores(b *strings.Builder, prefix string, list train.Scores) {
	for _, s := range list {
		fmt.Fprintf(b, "  %s%s %.4f", prefix, s.Name, s.Value)
	}
}

// end prints the result, and how to have it again.
func (r *textReport) end(o outcome) error {
	if r.lines && r.last.Epoch > r.printed {
		r.print(r.last)
	}
	if !r.quiet {
		r.course(o)
	}
	if o.test != nil {
		r.result("test", *o.test, r.setup.parts.Test)
	} else {
		r.result("training", *o.fit, r.setup.parts.Train)
	}
	if o.model != "" {
		r.line("saved", "%s", o.model)
	}
	if o.plot != "" {
		r.line("plot", "%s", o.plot)
	}
	if len(o.watched) > 0 {
		r.paragraph("pictures", filepath.Join(r.folder.path, "watch-*.svg")+": "+strings.Join(o.watched, ", "))
	}
	if r.quiet {
		return nil
	}
	if o.model != "" {
		r.line("repeat", "nabla train --config %s", shellQuote(filepath.Join(r.folder.path, configFile)))
	} else {
		r.line("repeat", "%s", r.commandLine())
	}
	switch {
	case o.run.Stopped == "interrupted" && o.model != "":
		r.line("resume", "nabla train --resume %s", shellQuote(r.folder.path))
	case o.run.Stopped == "interrupted":
		r.line("", "nothing was saved; with --out FOLDER an interrupted run can be resumed")
	}
	return nil
}

// result prints how good the network is on some rows.
func (r *textReport) result(name string, result train.Result, rows *datasets.Dataset) {
	var b strings.Builder
	scores(&b, "", result.Scores)
	r.line(name, "loss %.4f%s  (%s)", result.Loss, b.String(), plural(rows.Len(), "row"))
}

// line prints a line of the end with its name.
func (r *textReport) line(name, format string, args ...any) {
	fmt.Fprintf(r.out, "%s  %s\n", r.paint(bold, fmt.Sprintf("%-*s", r.names(), name)), fmt.Sprintf(format, args...))
}

// paragraph prints a text that may need more lines than one.
func (r *textReport) paragraph(name, text string) {
	indent := r.names() + 2
	r.line(name, "%s", strings.Join(wrap(text, textWidth-indent), "\n"+strings.Repeat(" ", indent)))
}

// names is the width of the names of lines.
func (r *textReport) names() int {
	width := len("accuracy")
	if r.setup.parts.Validation != nil && !r.quiet {
		width += len("val_")
	}
	return width
}

// course prints how the run ended and the curves of its epochs.
func (r *textReport) course(o outcome) {
	speed := ""
	if o.seconds > 0 && o.steps > 0 {
		speed = fmt.Sprintf(" (%.0f steps/s)", float64(o.steps)/o.seconds)
	}
	if r.printed > 0 {
		fmt.Fprintln(r.out)
	}
	if n := len(o.run.History); n > 0 && o.run.History[n-1].Evaluations != nil {
		speed = fmt.Sprintf(", %s", plural(o.run.History[n-1].Evaluations.Total(), "evaluation"))
	}
	r.line("stopped", "%s after %s, %s, %.2f s%s", o.run.Stopped, plural(len(o.run.History), "epoch"), plural(o.run.Steps(), "step"), o.seconds, speed)
	if epoch, loss := o.run.BestEpoch(); epoch > 0 {
		restored := ""
		if r.setup.keepsBest() && o.run.Stopped != "diverged" {
			restored = ", restored"
		}
		r.line("best", "val_loss %.4f at epoch %d%s", loss, epoch, restored)
	}
	if text := describeChecks(o.run.Checks); text != "" {
		r.paragraph("checked", text)
	}
	if n := len(o.run.Samples); n > 0 {
		fmt.Fprintln(r.out)
		r.labelled("watched", fmt.Sprintf("%s; the last, at epoch %d:", plural(n, "time"), o.run.Samples[n-1].Epoch))
		r.measured(o.run.Samples)
		fmt.Fprintln(r.out)
	}
	for _, c := range curves(o.run.History) {
		if len(c.values) > 1 {
			r.line(c.name, "%s  %.4f -> %.4f", sparkline(c.values), c.values[0], c.values[len(c.values)-1])
		}
	}
}
