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
}

// newBar returns the bar that --progress asks for.
func (t *trainer) newBar(s *setup) *bar {
	wanted := t.progress.value == "bar" || t.progress.value == "auto" && !t.quiet && isTerminal(t.err)
	b := &bar{epochs: s.job.Epochs, per: s.updates, shown: time.Now()}
	if !wanted {
		return b
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(t.err),
		progressbar.OptionSetTheme(barTheme()),
		progressbar.OptionSetRenderBlankState(false),
		progressbar.OptionThrottle(barInterval / 2),
		progressbar.OptionSetItsString("step"),
		progressbar.OptionClearOnFinish(),
	}
	// A bar that does not fit its line would be drawn anew below at every step.
	columns := width(t.err)
	room := columns - len("epoch 10000/10000  loss 0.0000  100%  [10m:10m]")
	if counts := len(" (100000/100000, 10000 step/s)"); room > counts+shortestBar {
		room -= counts
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts())
	}
	if room < shortestBar {
		return b
	}
	b.bar = progressbar.NewOptions(s.updates*s.job.Epochs, append(options, progressbar.OptionSetWidth(min(room, 30)))...)
	return b
}

// shortestBar is the least number of columns that are worth a bar.
const shortestBar = 8

// barTheme draws with lines where the terminal is known to have them.
func barTheme() progressbar.Theme {
	if strings.Contains(strings.ToUpper(os.Getenv("LC_ALL")+os.Getenv("LC_CTYPE")+os.Getenv("LANG")), "UTF") {
		return progressbar.Theme{Saucer: "━", SaucerPadding: "─", BarStart: "", BarEnd: " "}
	}
	return progressbar.ThemeASCII
}

// width is the number of columns of a terminal.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 80
}

// watch returns a schedule that does what the given one does and lets the bar
// see which update the run is at: the trainer asks it once for each.
func (b *bar) watch(s schedules.Schedule) schedules.Schedule {
	return func(step int) float64 {
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
