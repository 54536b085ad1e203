package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"nabla/train/schedules"
)

// barInterval is the time between two pictures of the bar; a run that is shorter
// shows none.
const barInterval = 100 * time.Millisecond

// bar is the progress of a run on standard error. It only shows: nothing waits
// for it, and what it knows is what it was told.
type bar struct {
	bar    *progressbar.ProgressBar // nil shows nothing
	epochs int
	per    int // updates in an epoch
	shown  time.Time
	loss   string // of the last epoch
	first  int    // update of this process
	steps  int    // updates so far, with those before a resume
}

// newBar returns the bar that --progress asks for.
func (t *trainer) newBar(s *setup) *bar {
	wanted := t.progress.value == "bar" || t.progress.value == "auto" && !t.quiet && isTerminal(t.err)
	b := &bar{epochs: s.job.Epochs, per: s.updates, shown: time.Now(), first: -1}
	if !wanted {
		return b
	}
	theme := progressbar.ThemeASCII
	if strings.Contains(strings.ToUpper(os.Getenv("LC_ALL")+os.Getenv("LC_CTYPE")+os.Getenv("LANG")), "UTF") {
		theme = progressbar.ThemeUnicode
	}
	b.bar = progressbar.NewOptions(s.updates*s.job.Epochs,
		progressbar.OptionSetWriter(t.err),
		progressbar.OptionSetTheme(theme),
		progressbar.OptionSetWidth(barWidth(t.err)),
		progressbar.OptionSetRenderBlankState(false),
		progressbar.OptionThrottle(barInterval/2),
		progressbar.OptionSetItsString("step"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionClearOnFinish())
	return b
}

// barWidth leaves room for the text beside the bar.
func barWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return min(max(columns-80, 5), 30)
		}
	}
	return 20
}

// watch returns a schedule that does what the given one does and lets the bar
// see which update the run is at: the trainer asks it once for each.
func (b *bar) watch(s schedules.Schedule) schedules.Schedule {
	return func(step int) float64 {
		if b.first < 0 {
			b.first = step
		}
		b.steps = step + 1
		b.show(step)
		return s(step)
	}
}

// show moves the bar if the last picture is old enough.
func (b *bar) show(step int) {
	if b.bar == nil {
		return
	}
	now := time.Now()
	if now.Sub(b.shown) < barInterval {
		return
	}
	b.shown = now
	b.bar.Describe(fmt.Sprintf("epoch %d/%d%s", step/b.per+1, b.epochs, b.loss))
	b.bar.Set(step)
}

// clear takes the bar off the screen before something else is printed.
func (b *bar) clear() {
	if b.bar != nil {
		b.bar.Clear()
	}
}
