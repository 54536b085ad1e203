package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/internal/kernel"
	"nabla/nn/explain"
	"nabla/train"
	"nabla/train/optimizers"
)

// tracer is the command with its flags.
type tracer struct {
	*explainer
	steps int
}

// traceCommand lists what the engine runs.
func traceCommand(c *console) *cobra.Command {
	t := &tracer{explainer: &explainer{console: c}}
	cmd := &cobra.Command{
		Use:   "trace EXPR|DATA|MODEL",
		Short: "List what the engine runs in one step of training, with times",
		Long: `List what the engine runs in one step of training, in its order: forward, loss, backward, update. explain
writes down every line of a textbook; the engine leaves out what nobody reads, computes a product and the
activation behind it in one step, and what depends on constants alone only once. Symbols are those of explain.

DATA: the network, batch and optimizer that nabla train DATA starts with; its flags change them. MODEL: the
network of a model file, on batches of the data it was trained on, or of random rows. EXPR: an expression and
its derivatives at a point. Times are usual ones of --steps; training goes on meanwhile, nothing is written.

A result that a textbook has no symbol for has the number of its step: (3). memory is where it lies: memory of
its own, allocated once; gradients and weights, those of all parameters side by side; fresh, allocated in each
run by an op of another library.

JSON: {"title", "notes", "steps": [{"phase", "names", "formula", "op", "from", "shape", "memory", "bytes",
"seconds"}], "joined", "never", "once", "seconds"}. phase is forward, loss, backward, statistics or update;
joined are values that are not kept, never those that are not computed, once what was computed before.`,
		Example: `  nabla trace iris
  nabla trace digits --layers 64:relu,batchnorm --optimizer sgd --batch 128
  nabla trace 'w=z+x; z=x*y; loss=w^2' --at x=2,y=3`,
		Args:              arguments("EXPR|DATA|MODEL"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := t.program(args[0], cmd.Flags())
			if err != nil {
				return usageOf(cmd, err)
			}
			if c.json {
				return c.writeJSON(programOf(p))
			}
			return p.Write(c.out)
		},
	}
	fs := cmd.Flags()
	fs.Var(&t.at, "at", "values of the variables of an expression: x=1,y=pi/2")
	fs.IntVar(&t.steps, "steps", 100, "`N` steps of training to take times of")
	jobFlags(cmd, untraced)
	return cmd
}

// untraced are the settings of a job that change nothing of a step.
var untraced = []string{"epochs", "patience", "save-best", "val-split", "out", "checkpoint-every", "watch", "gradcheck-every", "detect-anomaly"}

// mostTraced keeps a slip of the keyboard from running for an hour.
const mostTraced = 100_000

// program traces what an argument names.
func (t *tracer) program(name string, flags *pflag.FlagSet) (p explain.Program, err error) {
	if t.steps < 1 || t.steps > mostTraced {
		return p, usagef("--steps must be from 1 to %d, got %d", mostTraced, t.steps)
	}
	title, expression, err := t.expressionAt(name, flags)
	if err != nil {
		return p, err
	}
	if expression {
		p, err = explain.ExpressionProgram(name, t.at, t.steps)
		p.Title = title
		return p, t.expressionError(name, err)
	}
	run, title, err := t.start(name, flags)
	if err != nil {
		return p, err
	}
	p, err = run.Trace(t.steps)
	p.Title = title
	return p, err
}

// start begins a run of the network of a model file, or of the job that the flags
// make for data.
func (t *tracer) start(name string, flags *pflag.FlagSet) (*train.Run, string, error) {
	model := isModel(name)
	dataset := name
	var m *train.Model
	if model {
		var err error
		if m, err = readJudge(name); err == nil {
			err = onlyData(name, flags)
		}
		if err != nil {
			return nil, "", err
		}
		if dataset = m.Dataset; !isBundled(dataset) {
			dataset = ""
		}
	}
	j, err := fill(dataset, nil, flags)
	if err != nil {
		return nil, "", err
	}
	if optimizers.IsMethod(j.Optimizer) {
		return nil, "", usagef("--optimizer %s: a full-batch method runs the program as often as its line search asks; take one with a step of its own, such as adam", j.Optimizer)
	}
	if !model {
		return t.startData(j, name)
	}
	t.rows = checkedRows
	if j.rows() > 0 {
		t.rows = j.rows()
	}
	data, which, err := t.modelRows(m, j.Seed)
	if err != nil {
		return nil, "", err
	}
	rule, l2, err := j.rule()
	if err != nil {
		return nil, "", err
	}
	trainer := train.Trainer{Loss: m.Loss, Optimizer: rule, LearningRate: j.LearningRate, MaxEpochs: 1, L1: j.L1, L2: l2,
		ClipValue: j.ClipValue, ClipNorm: j.ClipNorm, Accumulate: j.Accumulate, Seed: j.Seed, Threads: j.Threads}
	run, err := trainer.Start(m.Network, data)
	return run, fmt.Sprintf("%s on %s: loss %s, %s, %s", printable(filepath.Base(name)), which, m.Loss, j.Optimizer, engineText(m.Network.Config().DType.String())), err
}

// startData begins the run of a job.
func (t *tracer) startData(j job, name string) (*train.Run, string, error) {
	s, err := j.prepare()
	if err != nil {
		return nil, "", err
	}
	run, err := s.trainer.Start(s.net, s.parts.Train)
	return run, fmt.Sprintf("%s, batches of %s: layers %s, loss %s, %s, %s", printable(filepath.Base(name)), plural(s.batch(), "row"),
		s.job.Layers, s.loss, s.job.Optimizer, engineText(s.job.DType.value)), err
}

// engineText is what the times depend on.
func engineText(dtype string) string { return dtype + ", " + kernel.ISA().String() }

func isBundled(name string) bool {
	_, err := datasets.ByName(name)
	return err == nil
}

// programJSON is a program as JSON; the help of trace documents it.
type programJSON struct {
	Title   string     `json:"title"`
	Notes   []string   `json:"notes"`
	Steps   []stepJSON `json:"steps"`
	Joined  []string   `json:"joined"`
	Never   []string   `json:"never"`
	Once    []string   `json:"once"`
	Seconds float64    `json:"seconds"`
}

type stepJSON struct {
	Phase   explain.Phase  `json:"phase"`
	Names   []string       `json:"names"`
	Formula string         `json:"formula"`
	Op      string         `json:"op"`
	From    []string       `json:"from"`
	Shape   []int          `json:"shape"`
	Memory  explain.Memory `json:"memory"`
	Bytes   int            `json:"bytes"`
	Seconds float64        `json:"seconds"`
}

func programOf(p explain.Program) programJSON {
	v := programJSON{Title: p.Title, Notes: append([]string{}, p.Notes...), Joined: append([]string{}, p.Joined...),
		Never: append([]string{}, p.Never...), Once: append([]string{}, p.Once...), Seconds: p.Whole.Seconds()}
	for _, s := range p.Steps {
		v.Steps = append(v.Steps, stepJSON{s.Phase, s.Names, s.Formula, s.Op, append([]string{}, s.From...), append([]int{}, s.Shape...), s.Memory, s.Bytes, s.Time.Seconds()})
	}
	return v
}
