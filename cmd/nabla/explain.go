package main

import (
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/internal/calculus"
	"nabla/nn/explain"
)

// explainer is what explain and graph take: both run the same two passes.
type explainer struct {
	*console
	rows int
	at   namedValues
}

// explainedRows is a batch that fits on a page.
const explainedRows = 3

// mostExplainedRows keeps a slip of the keyboard from running for an hour.
const mostExplainedRows = 1000

// explainCommand writes backpropagation down.
func explainCommand(c *console) *cobra.Command {
	e := &explainer{console: c}
	cmd := &cobra.Command{
		Use:   "explain EXPR|DATA|MODEL",
		Short: "Backpropagation step by step: every value, every gradient",
		Long: `Write down one step of backpropagation, node by node.

EXPR: an expression at a point, 'w=z+x; z=x*y; loss=w^2' --at x=2,y=3 (statements in any order, the
one that no other uses is the result): values forwards, then a line for each use of a node backwards,
local derivative × upstream gradient, and the derivatives in symbols, by the graph and by differences.
DATA: the network that nabla train DATA starts with, on some rows of the data. MODEL: the network of a
model file with its weights, on rows of the data it was trained on, or on random rows. For networks
every formula (dL/dz2 = ŷ − y and so on, with the 1/n of the mean) is computed a second time apart from
the graph; where an op has no formula, its line says so. All in float64.

JSON: {"title", "notes", "nodes": [{"name", "kind", "formula", "from", "shape", "value", "summary",
"hand_off", "gradient": {"formula", "value", "summary", "hand_off", "numeric", "checked",
"numeric_off", "kinks", "terms": [{"reader", "local", "locals", "formula", "value"}]}}],
"derivatives": [{"variable", "formula", "symbolic", "automatic", "numeric", "kink"}]}. kind is input,
target, parameter, constant, value, shown or cost; hand_off and numeric_off are largest differences from
the formula and from differences, null where there is nothing to compare; checked are the places of the
numeric ones; value has the numbers of tensors of at most 4096, row by row; locals are those of a local
derivative that works element by element.`,
		Example: `  nabla explain 'w=z+x; z=x*y; loss=w^2' --at x=2,y=3
  nabla explain iris --layers 4:relu --rows 3
  nabla train iris --out runs/iris
  nabla explain runs/iris/model.safetensors --json`,
		Args:              arguments("EXPR|DATA|MODEL"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := e.transcript(args[0], cmd.Flags())
			if err != nil {
				return usageOf(cmd, err)
			}
			if c.json {
				return c.writeJSON(transcriptOf(t))
			}
			return t.Write(c.out)
		},
	}
	e.flags(cmd)
	return cmd
}

// flags declares what is explained.
func (e *explainer) flags(cmd *cobra.Command) {
	cmd.Flags().Var(&e.at, "at", "values of the variables of an expression: x=1,y=pi/2")
	cmd.Flags().IntVar(&e.rows, "rows", explainedRows, "`N` rows of the data")
	networkOnly(cmd)
}

// bareWord is what nobody writes for an expression of more than one letter.
var bareWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]+$`)

// isExpression tells an expression from the name of data or of a file, also from one
// that is misspelled.
func isExpression(text string) bool { return !isData(text) && !bareWord.MatchString(text) }

// isData reports whether a text names a data set or a file.
func isData(text string) bool {
	_, unknown := datasets.ByName(text)
	_, missing := os.Stat(text)
	return unknown == nil || missing == nil || datasets.IsFile(text) || strings.HasSuffix(text, ".safetensors")
}

// transcript runs the two passes of what an argument names.
func (e *explainer) transcript(name string, flags *pflag.FlagSet) (explain.Transcript, error) {
	title, expression, err := e.expressionAt(name, flags)
	switch {
	case err != nil:
		return explain.Transcript{}, err
	case expression:
		t, err := explain.Expression(name, e.at, explain.Options{Title: title})
		return t, e.expressionError(name, err)
	case e.rows < 1 || e.rows > mostExplainedRows:
		return explain.Transcript{}, usagef("--rows must be from 1 to %d, got %d", mostExplainedRows, e.rows)
	}
	return e.network(name, flags)
}

// expressionAt reports whether an argument is an expression, and what to call it at
// its point.
func (e *explainer) expressionAt(text string, flags *pflag.FlagSet) (title string, is bool, err error) {
	switch known := isData(text); {
	case isExpression(text) || flags.Changed("at") && !known:
	case flags.Changed("at"):
		return "", false, usagef("--at is for the variables of an expression; %s is data or a model", text)
	default:
		return "", false, nil
	}
	flags.Visit(func(f *pflag.Flag) {
		if own := flags.Lookup(f.Name); own != nil && networkFlag(f.Name) && err == nil {
			err = usagef("--%s is for the network of data; %q is an expression", f.Name, text)
		}
	})
	if err != nil {
		return "", true, err
	}
	parsed, err := parseExpression(text)
	if err != nil {
		return "", true, err
	}
	var given []string
	for _, v := range parsed.Variables {
		if x, ok := e.at[v]; ok {
			given = append(given, v+" = "+figure(x))
		}
	}
	if title = text; given != nil {
		title += "  at " + strings.Join(given, ", ")
	}
	return title, true, nil
}

// expressionError makes what is wrong with an expression a wrong command line, and
// says how to give values to variables that have none.
func (e *explainer) expressionError(text string, err error) error {
	if err == nil {
		return nil
	}
	if parsed, _ := calculus.Parse(text); parsed != nil {
		err = advisedPoint(err, parsed, e.at)
	}
	return usage("", err)
}

// networkFlag reports whether a flag is one of those that make data, network and step.
func networkFlag(name string) bool {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	j := newJob("")
	j.networkFlags(fs)
	j.trainingFlags(fs)
	j.batchFlags(fs)
	j.dataFlags(fs)
	return fs.Lookup(name) != nil || name == "rows" || name == "threads"
}
