package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/internal/calculus"
	"nabla/internal/names"
)

// The exit codes. Scripts can tell what to mend: the command line or its data.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// usageError is a command line that cannot be meant.
type usageError struct {
	error
	command string // whose help to read: "nabla train"
}

func (e usageError) Unwrap() error { return e.error }

// usage makes an error one of usage, or names the command in one that is: what finds
// it need not know which command it serves.
func usage(command string, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[usageError](err); ok {
		err = known.error
	}
	return usageError{err, command}
}

// usagef is usage where the command is not known; usageOf adds it.
func usagef(format string, args ...any) error { return usage("", fmt.Errorf(format, args...)) }

// advised adds the next step to an error.
func advised(err error, step string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w; %s", err, step)
}

// reportError prints an error as one line, with the place below it if it is one in
// an expression, and returns the exit code.
func (c *console) reportError(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	code, text := exitFailed, plain(err)
	located, inExpression := errors.AsType[*calculus.Error](err)
	if u, ok := errors.AsType[usageError](err); ok {
		code = exitUsage
		if u.command == "" {
			u.command = "nabla"
		}
		if !inExpression {
			text += "; see " + u.command + " --help"
		}
	}
	if !inExpression {
		fmt.Fprintf(c.err, "%s %s\n", c.paintErr(red, "nabla: error:"), text)
		return code
	}
	// The expression and a mark under the place say more than a column.
	text = strings.Replace(text, fmt.Sprintf(" (column %d)", located.Column()), "", 1)
	fmt.Fprintf(c.err, "%s %s\n", c.paintErr(red, "nabla: error:"), text)
	if line, mark, ok := strings.Cut(located.Caret(), "\n"); ok && located.Source != "" {
		fmt.Fprintf(c.err, "  %s\n  %s\n", line, mark)
	}
	return code
}

// reportPanic prints what must not happen.
func (c *console) reportPanic(reason any, stack []byte) {
	fmt.Fprintf(c.err, "%s this is a bug: %v; please report it with the command you ran\n", c.paintErr(red, "nabla: error:"), reason)
	if os.Getenv("NABLA_TRACE") != "" {
		c.err.Write(stack)
	}
}

// packagePrefix is what errors of the library start with, also inside others.
var packagePrefix = regexp.MustCompile(`(^|: )(activations|calculus|compare|datasets|diagnose|exec|explain|export|gradcheck|landscape|layers|lesson|losses|metrics|nabla|nn|optimizers|plot|schedules|testfuncs|train): `)

// plain is the text of an error for people: one line, without the names of
// packages and with what a file may have brought in escaped.
func plain(err error) string {
	text := err.Error()
	for packagePrefix.MatchString(text) {
		text = packagePrefix.ReplaceAllString(text, "$1")
	}
	return printable(strings.ReplaceAll(text, "\n", " "))
}

// printable escapes what a terminal could take for a command.
func printable(text string) string { return names.Printable(text) }

// flagError words what pflag finds wrong.
func flagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing):
		err = unknownFlag(cmd, missing)
	case errors.As(err, &value):
		err = badValue(value.GetFlag(), value.GetValue(), value.Unwrap())
	case errors.Is(err, pflag.ErrHelp):
		return err
	}
	return usage(cmd.CommandPath(), err)
}

// unknownFlag names the flag that was probably meant.
func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	if short := e.GetSpecifiedShortnames(); short != "" {
		if strings.Contains(cmd.Use, "EXPR") {
			return fmt.Errorf("unknown flag -%s (an expression that begins with a minus goes last, behind --)", short)
		}
		return fmt.Errorf("unknown flag -%s", short)
	}
	var have []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			have = append(have, f.Name)
		}
	})
	name := e.GetSpecifiedName()
	if near, ok := names.Nearest(name, have); ok {
		return fmt.Errorf("unknown flag --%s, did you mean --%s?", name, near)
	}
	return fmt.Errorf("unknown flag --%s (have --%s)", name, strings.Join(have, ", --"))
}

// kinds are the types of flags in words.
var kinds = map[string]string{"float64": "a number", "int": "a whole number", "uint64": "a whole number from 0", "bool": "true or false"}

// badValue says what a flag wants.
func badValue(f *pflag.Flag, value string, cause error) error {
	kind, known := kinds[f.Value.Type()]
	switch {
	case errors.Is(cause, strconv.ErrRange):
		return fmt.Errorf("--%s: %s is too large", f.Name, value)
	case known:
		return fmt.Errorf("--%s: %q is not %s", f.Name, value, kind)
	}
	return fmt.Errorf("--%s: %s", f.Name, plain(cause))
}

// arguments wants exactly these positional arguments; those in [brackets] may be
// left out.
func arguments(args ...string) cobra.PositionalArgs {
	least := 0
	for _, name := range args {
		if !strings.HasPrefix(name, "[") {
			least++
		}
	}
	return func(cmd *cobra.Command, got []string) error {
		switch {
		case len(got) > len(args) && len(args) == 0:
			return usage(cmd.CommandPath(), fmt.Errorf("%s takes no arguments, got %q", cmd.CommandPath(), got))
		case len(got) > len(args):
			return usage(cmd.CommandPath(), fmt.Errorf("%s takes %s, got %d arguments: %q", cmd.CommandPath(), strings.NewReplacer("[", "", "]", "").Replace(strings.Join(args, " and ")), len(got), got))
		case len(got) < least:
			return usage(cmd.CommandPath(), fmt.Errorf("%s needs %s", cmd.CommandPath(), strings.Join(args[len(got):least], " and ")))
		}
		return nil
	}
}

// fileError is err without the call that met it: "x.csv: no such file".
func fileError(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}
