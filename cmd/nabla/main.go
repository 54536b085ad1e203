// Command nabla trains small neural networks on gorgonia and looks at them:
//
//	nabla train iris
//	nabla train measurements.csv --target species --out runs/first
//	nabla evaluate runs/first/model.safetensors measurements.csv
//	nabla predict runs/first/model.safetensors new.csv
//
// nabla help lists the commands, nabla COMMAND --help the flags of one. Results
// go to standard output, progress and warnings to standard error. The exit code
// is 0 when the work is done, 1 when it failed, 2 for wrong usage and 130 after
// Ctrl-C.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"nabla/internal/kernel"
	"nabla/internal/names"
)

// commands are all there are. Each has a file of its name.
var commands = []func(*console) *cobra.Command{
	trainCommand,
	lrfindCommand,
	compareCommand,
	mergeCommand,
	evaluateCommand,
	predictCommand,
	summaryCommand,
	inspectCommand,
	exportCommand,
	datasetsCommand,
	gradcheckCommand,
	deriveCommand,
	integrateCommand,
	explainCommand,
	graphCommand,
	traceCommand,
	diagnoseCommand,
	minimizeCommand,
	landscapeCommand,
	lessonCommand,
	benchCommand,

	demosCommand,
	versionCommand,
	completionCommand,
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run executes a command line and returns the exit code.
func run(args []string, out, stderr io.Writer) (code int) {
	c := newConsole(args, out, stderr)
	defer func() {
		if r := recover(); r != nil {
			c.reportPanic(r, debug.Stack())
			code = exitFailed
		}
	}()
	root := rootCommand(c)
	err := misspelled(root, args)
	if err == nil {
		ctx, stop := c.untilInterrupt()
		defer stop()
		root.SetArgs(minusBehind(root, args))
		err = root.ExecuteContext(ctx)
	}
	if err == nil || c.out.err != nil && errors.Is(err, c.out.err) {
		err = c.out.failure()
	}
	return c.reportError(err)
}

// rootCommand assembles the commands. What cobra would print or decide by itself
// (errors, completion, the order of flags) is switched off: errors are ours, in one
// line, and flags stay in the order of their subjects.
func rootCommand(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:           "nabla",
		Short:         "Train small neural networks and look into them",
		Long:          "nabla trains small neural networks on gorgonia, from a data set to a model file.",
		Example:       "  nabla train iris\n  nabla train data.csv --target species --out runs/first\n  nabla predict runs/first/model.safetensors new.csv",
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRun: func(*cobra.Command, []string) {
			if err := kernel.Err(); err != nil {
				c.warn("%v", err)
			}
		},
	}
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(usageTemplate(root.UsageTemplate()))
	c.flags(root.PersistentFlags())
	completeNames(root, "color", colorModes)
	completeNames(root, "progress", progressModes)
	for _, command := range commands {
		cmd := command(c)
		cmd.Flags().SortFlags = false
		cmd.Long = helpText(cmd.Long)
		for _, part := range cmd.Commands() {
			part.Long = helpText(part.Long)
		}
		root.AddCommand(cmd)
	}
	return root
}

// misspelled reports a first argument that is no command.
func misspelled(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[0], "__complete") {
		return nil
	}
	have := []string{"help"}
	for _, cmd := range root.Commands() {
		have = append(have, cmd.Name())
		if cmd.Name() == args[0] {
			return nil
		}
	}
	if args[0] == "help" {
		if len(args) > 1 {
			return misspelled(root, args[1:])
		}
		return nil
	}
	return usage("nabla", names.Unknown("nabla", "command", args[0], have))
}

// untilInterrupt returns a context that the first Ctrl-C ends. The second, or
// the first if the command does not look at the context, ends the program.
func (c *console) untilInterrupt() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for range signals {
			if !c.interruptible.Swap(false) {
				os.Exit(exitInterrupted)
			}
			cancel()
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}
