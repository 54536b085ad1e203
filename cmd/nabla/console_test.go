package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Whatever panics, the program reports it in a line and exits with 1.
func TestPanic(t *testing.T) {
	old := commands
	defer func() { commands = old }()
	commands = append(commands[:len(commands):len(commands)], func(*console) *cobra.Command {
		return &cobra.Command{Use: "panic", RunE: func(*cobra.Command, []string) error { panic("slipped") }}
	})
	out, stderr, code := execute(t, "panic")
	if code != exitFailed || out != "" || stderr != "nabla: error: this is a bug: slipped; please report it with the command you ran\n" {
		t.Errorf("code %d, %q, %q", code, out, stderr)
	}
}

func TestReportError(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, 0, ""},
		{errors.New("it failed"), 1, "nabla: error: it failed\n"},
		{fmt.Errorf("datasets: x: %w", errors.New("train: bad\nline\x1b[2J")), 1, "nabla: error: x: bad line\\x1b[2J\n"},
		{usagef("no %s", "way"), 2, "nabla: error: no way; see nabla --help\n"},
		{usage("nabla train", usagef("no way")), 2, "nabla: error: no way; see nabla train --help\n"},
		{fmt.Errorf("stopped: %w", context.Canceled), 130, ""},
	} {
		var out, stderr bytes.Buffer
		if code := newConsole(nil, &out, &stderr).reportError(c.err); code != c.code || stderr.String() != c.want || out.Len() > 0 {
			t.Errorf("%v: code %d, %q", c.err, code, stderr.String())
		}
	}
}

// failingWriter is a full disk.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// A result that could not be written is a failure of every command.
func TestFullOutput(t *testing.T) {
	for _, args := range []string{"version", "version --json", "datasets", "datasets iris", "train iris --epochs 1", "train iris --epochs 1 --json",
		"summary iris", "gradcheck xor", "train iris --print-config", "completion fish", "train --help"} {
		var stderr bytes.Buffer
		if code := run(strings.Fields(args), failingWriter{}, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: code %d, %q", args, code, stderr.String())
		}
	}
}

func TestColor(t *testing.T) {
	for mode, colored := range map[string]bool{"auto": false, "always": true, "never": false} {
		out, _, _ := execute(t, "train", "iris", "--epochs", "1", "--color", mode)
		if strings.Contains(out, "\x1b[") != colored {
			t.Errorf("--color %s: %q", mode, out)
		}
	}
}

// Every flag that takes a word completes it, in every command.
func TestCompletion(t *testing.T) {
	free := map[string]bool{ // numbers, files, text of one's own
		"target": true, "data": true, "out": true, "at": true, "over": true, "config": true, "resume": true, "start": true,
	}
	checked := 0
	for _, command := range rootCommand(newConsole(nil, &bytes.Buffer{}, &bytes.Buffer{})).Commands() {
		command.Flags().VisitAll(func(f *pflag.Flag) {
			switch f.Value.Type() {
			case "bool", "int", "float64", "uint64":
				return
			}
			if free[f.Name] {
				return
			}
			checked++
			words := []string{"--" + f.Name, ""}
			if f.NoOptDefVal != "" {
				words = []string{"--" + f.Name + "="}
			}
			out, _, code := execute(t, append([]string{"__complete", command.Name()}, words...)...)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if code != 0 || len(lines) < 3 {
				t.Errorf("%s --%s: code %d, %q", command.Name(), f.Name, code, out)
			}
			for _, line := range lines[:len(lines)-1] {
				word, _, _ := strings.Cut(strings.TrimPrefix(line, "--"+f.Name+"="), "\t")
				if f.Value.Type() == "WORD" && f.Value.Set(word) != nil {
					t.Errorf("%s --%s: offers %q, which is refused", command.Name(), f.Name, word)
				}
			}
		})
	}
	if checked < 20 {
		t.Errorf("%d flags checked", checked)
	}
}

// Help has examples for every command.
func TestHelp(t *testing.T) {
	for _, command := range rootCommand(newConsole(nil, &bytes.Buffer{}, &bytes.Buffer{})).Commands() {
		if command.Name() == "help" {
			continue
		}
		if command.Short == "" || strings.Count(command.Example, "\n") < 1 {
			t.Errorf("%s: short %q, examples %q", command.Name(), command.Short, command.Example)
		}
		out, _, code := execute(t, command.Name(), "--help")
		for _, line := range strings.Split(out, "\n") {
			if utf8.RuneCountInString(line) > textWidth {
				t.Errorf("%s: a line of %d letters: %s", command.Name(), utf8.RuneCountInString(line), line)
			}
		}
		if code != 0 || !strings.Contains(out, "Usage:") {
			t.Errorf("%s --help: code %d", command.Name(), code)
		}
	}
}

func TestSparkline(t *testing.T) {
	ramp := make([]float64, 400)
	for i := range ramp {
		ramp[i] = float64(i)
	}
	for want, values := range map[string][]float64{
		"":         nil,
		"▁":        {3},
		"▁▁":       {3, 3},
		"▁█":       {1, 2},
		"█▁":       {2, -5},
		"▁▂▃▄▅▆▇█": {0, 1, 2, 3, 4, 5, 6, 7},
		"▁ █":      {0, math.NaN(), 1},
		"▁ ":       {0, math.Inf(1)},
		"  ":       {math.NaN(), math.Inf(-1)},
	} {
		if got := sparkline(values); got != want {
			t.Errorf("%v: %q, want %q", values, got, want)
		}
	}
	if got := sparkline(ramp); utf8.RuneCountInString(got) != sparkWidth || !strings.HasPrefix(got, "▁▁▁") || !strings.HasSuffix(got, "███") {
		t.Errorf("ramp: %q", got)
	}
}

func TestShellQuote(t *testing.T) {
	for word, want := range map[string]string{
		"iris": "iris", "16:tanh,8": "16:tanh,8", "a b": "'a b'", "": "''", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "x*": "'x*'",
	} {
		if got := shellQuote(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}
