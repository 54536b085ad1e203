package main

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"nabla/train/compare"
)

// runBar is the progress over the runs on standard error.
type runBar struct {
	*console
	bar   *progressbar.ProgressBar // nil shows nothing
	plain bool                     // a line for each run
	shown time.Time
	ended int
	total int
}

// newRunBar returns the bar that --progress asks for, at the runs that are there.
func (c *console) newRunBar(total, have int) *runBar {
	b := &runBar{console: c, ended: have, total: total, plain: c.progress.value == "plain" && !c.quiet}
	wanted := c.progress.value == "bar" || c.progress.value == "auto" && !c.quiet && isTerminal(c.err)
	room := width(c.err) - len("adamw lr 0.000316228 seed 10 diverged  100% (10000/10000) [10m:10m]")
	if !wanted || room < shortestBar {
		return b
	}
	b.bar = progressbar.NewOptions(total,
		progressbar.OptionSetWriter(c.err), progressbar.OptionSetTheme(barTheme()), progressbar.OptionSetRenderBlankState(false),
		progressbar.OptionThrottle(barInterval/2), progressbar.OptionSetItsString("run"), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionSetWidth(min(room, 30)))
	if have > 0 {
		b.bar.Set(have)
	}
	b.shown = time.Now()
	return b
}

// done shows a run that has ended.
func (b *runBar) done(r compare.Record) {
	b.ended++
	if b.plain {
		fmt.Fprintf(b.err, "%d/%d %s: %s %s\n", b.ended, b.total, printable(r.Problem), describeRun(r), duration(time.Duration(r.Seconds*float64(time.Second))))
	}
	if b.bar == nil || time.Since(b.shown) < barInterval {
		return
	}
	b.shown = time.Now()
	b.bar.Set(b.ended)
	b.bar.Describe(describeRun(r))
}

// describeRun names a run.
func describeRun(r compare.Record) string {
	text := fmt.Sprintf("%s lr %s seed %d", printable(r.Optimizer), number(r.LearningRate), r.Seed)
	if r.Stopped == compare.Diverged {
		text += " diverged"
	}
	return text
}

// clear takes the bar off the screen.
func (b *runBar) clear() {
	if b.bar != nil {
		b.bar.Clear()
	}
}
