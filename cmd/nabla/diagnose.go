package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/train"
	"nabla/train/diagnose"
)

// diagnoseCommand trains as train does, with the same flags, and looks at more.
func diagnoseCommand(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diagnose DATA",
		Short: "Train and name what is wrong with it",
		Long: `Train a network on DATA as nabla train does, measure gradients, units and curvature on the way, and name what
is wrong, each with evidence, threshold and remedy:
` + strings.Join(diseaseNames(), ", ") + `.

Nothing is written. A fifth of the training rows are for validation unless --val-split says otherwise. The exit code is
0 when the diagnosis is made, whatever it says.`,
		Example: `  nabla diagnose iris
  nabla diagnose moons --init zeros
  nabla diagnose iris --optimizer sgd --lr 30 --batch full --json`,
		Args:              arguments("DATA"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			if changed(cmd.Flags(), "watch") {
				return usage(cmd.CommandPath(), errors.New("--watch says nothing here: a diagnosis measures what it needs"))
			}
			c.interruptible.Store(true)
			defer c.interruptible.Store(false)
			d, err := newDiagnosis(cmd.Context(), args[0], cmd.Flags())
			if err != nil {
				return usageOf(cmd, err)
			}
			if err := d.report(c); err != nil {
				return err
			}
			return d.interrupted
		},
	}
	given := newJob("")
	fs := cmd.Flags()
	given.networkFlags(fs)
	given.trainingFlags(fs)
	given.batchFlags(fs)
	given.dataFlags(fs)
	given.seedFlag(fs)
	given.complete(cmd)
	_ = fs.MarkHidden("watch") // declared above
	return cmd
}

func diseaseNames() []string {
	var list []string
	for _, d := range diagnose.Diseases() {
		list = append(list, d.Name)
	}
	return list
}

// diagnosis is what a run was found to have.
type diagnosis struct {
	setup    *setup
	run      *train.Run
	verdicts []diagnose.Verdict

	interrupted error // after which only the epochs so far were examined
}

const (
	// looks is about how often a run is measured.
	looks = 10
	// validated is the part of the training rows that tells overfitting, of data
	// with at least so many rows.
	validated, validatedFrom = "0.2", 50
)

// newDiagnosis trains and examines.
func newDiagnosis(ctx context.Context, dataset string, flags *pflag.FlagSet) (*diagnosis, error) {
	j, err := fill(dataset, nil, flags)
	if err != nil {
		return nil, err
	}
	s, err := j.prepare()
	if err != nil {
		return nil, err
	}
	if !changed(flags, "val-split") && s.parts.Validation == nil && s.parts.Train.Len() >= validatedFrom {
		j.ValSplit = validated
		if s, err = j.prepare(); err != nil {
			return nil, err
		}
	}
	s.trainer.Watch = diagnose.Watch{Norms: true, Activations: true, Curvature: true, Every: max(1, j.Epochs/looks)}
	run, err := s.trainer.Start(s.net, s.parts.Train)
	if err != nil {
		return nil, err
	}
	var interrupted error
	for _, err := range run.Epochs(ctx) {
		if errors.Is(err, context.Canceled) {
			interrupted = err
			break
		}
		if _, diverged := errors.AsType[*train.DivergedError](err); err != nil && !diverged {
			return nil, err
		}
	}
	return &diagnosis{s, run, diagnose.Examine(run.Record()), interrupted}, nil
}

// diagnosisJSON is a diagnosis as JSON.
type diagnosisJSON struct {
	Dataset  string        `json:"dataset"`
	Epochs   int           `json:"epochs"`
	Stopped  string        `json:"stopped"`
	Healthy  bool          `json:"healthy"`
	Findings []findingJSON `json:"findings"`
	Passed   []string      `json:"passed"`
	Open     []openJSON    `json:"unexamined"`
}

// openJSON is what the run could not show.
type openJSON struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

type findingJSON struct {
	Name      string `json:"name"`
	Evidence  string `json:"evidence"`
	Threshold string `json:"threshold"`
	Remedy    string `json:"remedy"`
}

func (d *diagnosis) json() diagnosisJSON {
	v := diagnosisJSON{Dataset: d.setup.source.Data.Name, Epochs: len(d.run.History), Stopped: d.run.Stopped,
		Healthy: len(d.verdicts) == 0, Findings: []findingJSON{}, Passed: []string{}, Open: []openJSON{}}
	found := map[string]bool{} // or could not be
	for _, f := range d.verdicts {
		found[f.Name] = true
		v.Findings = append(v.Findings, findingJSON{f.Name, f.Evidence, f.Threshold, f.Remedy})
	}
	for _, o := range diagnose.Unexamined(d.run.Record()) {
		if !found[o.Name] {
			found[o.Name] = true
			v.Open = append(v.Open, openJSON(o))
		}
	}
	for _, name := range diseaseNames() {
		if !found[name] {
			v.Passed = append(v.Passed, name)
		}
	}
	return v
}

// report prints findings with what to do.
func (d *diagnosis) report(c *console) error {
	v := d.json()
	if c.json {
		return c.writeJSON(v)
	}
	if !c.quiet {
		rate := ""
		if lr := d.setup.trainer.LearningRate; lr > 0 { // methods have none
			rate = " (lr " + number(lr) + ")"
		}
		if d.interrupted != nil {
			rate += ", interrupted"
		}
		fmt.Fprintf(c.out, "%s: %s, %s%s\n", c.paint(bold, printable(v.Dataset)), plural(v.Epochs, "epoch"), d.setup.job.Optimizer, rate)
		if n := len(d.run.Samples); n > 0 {
			first, last := d.run.Samples[0], d.run.Samples[n-1]
			c.labelled("loss", fmt.Sprintf("%.4g before training, %.4g at epoch %d", first.Loss, last.Loss, last.Epoch))
		}
		c.measured(d.run.Samples)
		fmt.Fprintln(c.out)
	}
	for _, f := range v.Findings {
		fmt.Fprintln(c.out, c.paint(red, f.Name))
		for _, line := range [][2]string{{"evidence", f.Evidence}, {"threshold", f.Threshold}, {"remedy", f.Remedy}} {
			if c.quiet && line[0] != "evidence" {
				continue
			}
			c.labelled("  "+line[0], line[1])
		}
	}
	switch {
	case v.Healthy:
		fmt.Fprintf(c.out, "%s: %s passed\n", c.paint(green, "healthy"), plural(len(v.Passed), "check"))
	case !c.quiet:
		c.labelled("passed", strings.Join(v.Passed, ", "))
	}
	for _, o := range v.Open {
		c.labelled("not examined", o.Name+": "+o.Why)
	}
	return nil
}

// labelled prints a name and a text that goes on below itself.
func (c *console) labelled(name, text string) {
	const width = 18
	lines := wrap(text, textWidth-width)
	if utf8.RuneCountInString(name) > width-2 { // on a line of its own
		fmt.Fprintln(c.out, name)
		name = ""
	}
	fmt.Fprintf(c.out, "%-*s%s\n", width, name, strings.Join(lines, "\n"+strings.Repeat(" ", width)))
}
