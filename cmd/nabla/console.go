package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// console is where a command writes, and in which manner.
type console struct {
	out   *results
	err   io.Writer // warnings and progress
	json  bool
	quiet bool
	color choice
	// Commands that train or draw rows have a seed of their own, which is this one
	// under another default; for the others it is accepted and means nothing.
	seed     uint64
	progress choice
	args     []string // of the command line
	// interruptible is set while a command stops by itself when its context ends.
	interruptible atomic.Bool
}

// newConsole takes the command line because the end of a run prints it: it is how
// the run is repeated.
func newConsole(args []string, out, err io.Writer) *console {
	return &console{args: args, out: &results{w: out}, err: err, color: choice{value: "auto", of: colorModes}, progress: choice{value: "auto", of: progressModes}}
}

// progressModes are the words of --progress.
var progressModes = []string{"auto", "bar", "plain", "none"}

// flags declares what every command takes, so that a script need not know which
// of them make use of it.
func (c *console) flags(fs *pflag.FlagSet) {
	fs.BoolVar(&c.json, "json", false, "print JSON: one object, or one a line for train")
	fs.BoolVarP(&c.quiet, "quiet", "q", false, "print the result alone, and no warnings")
	fs.Var(&c.color, "color", "colours: auto, always or never; NO_COLOR counts as never for auto")
	fs.Var(&c.progress, "progress", "of training: bar on standard error, plain (epoch lines alone) or none; auto is bar on a terminal")
	fs.Uint64Var(&c.seed, "seed", 1, "`SEED` of all random numbers, where there are any")
}

// warn prints a line for people beside the results.
func (c *console) warn(format string, args ...any) {
	if !c.quiet {
		fmt.Fprintf(c.err, "%s %s\n", c.paintErr(yellow, "nabla: warning:"), printable(fmt.Sprintf(format, args...)))
	}
}

// writeJSON prints one object as one line.
func (c *console) writeJSON(v any) error {
	e := json.NewEncoder(c.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("JSON: %w", err)
	}
	return nil
}

// results is standard output. It keeps the first error, which is reported when
// the command has ended.
type results struct {
	w   io.Writer
	err error
}

// Write implements io.Writer. After the first error nothing is written: what comes
// later would be a result with a hole.
func (r *results) Write(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	var n int
	n, r.err = r.w.Write(p)
	return n, r.err
}

// failure is the error to end with. Commands print without looking at errors; this
// is where a full disk or a closed pipe is seen.
func (r *results) failure() error {
	if r.err == nil {
		return nil
	}
	return advised(fileError("the results cannot be written: standard output", r.err), "free the disk or write elsewhere")
}

// isTerminal reports whether people read what is written there.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// style is an ANSI code of a colour or weight.
type style string

// Few colours, and none that alone carries a meaning.
const (
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "32"
	yellow style = "33"
)

// colorModes are the words of --color.
var colorModes = []string{"auto", "always", "never"}

// paint styles text for standard output, paintErr for standard error.
func (c *console) paint(s style, text string) string    { return c.painted(c.out.w, s, text) }
func (c *console) paintErr(s style, text string) string { return c.painted(c.err, s, text) }

// painted styles text when the writer is a terminal that is known to take it, or
// when colours were asked for; see no-color.org.
func (c *console) painted(w any, s style, text string) string {
	if c.color.value == "never" || c.color.value == "auto" && !(isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb") {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// commandLine is the command of this process as it can be typed again.
func (c *console) commandLine() string {
	words := []string{"nabla"}
	for _, word := range c.args {
		words = append(words, shellQuote(word))
	}
	return strings.Join(words, " ")
}
