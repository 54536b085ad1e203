package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"nabla/internal/lesson"
)

// allBugs stands for every bug of the zoo.
const allBugs = "all"

// injectedJSON is a planted bug and what its detector says.
type injectedJSON struct {
	Name         string `json:"name"`
	Seam         string `json:"seam"`
	Planted      string `json:"planted"`
	Right        string `json:"right"`
	Detector     string `json:"detector"`
	Found        bool   `json:"found"`
	Evidence     string `json:"evidence"`
	TwinPasses   bool   `json:"twin_passes"`
	TwinEvidence string `json:"twin_evidence"`
	Lesson       string `json:"lesson"`
}

// ok reports whether the detector told the bug from its twin.
func (i injectedJSON) ok() bool { return i.Found && i.TwinPasses }

// inject plants a bug, or all, and reports what finds it on rows of data, or
// without any on random ones.
func (c *console) inject(name string, data []string, flags *pflag.FlagSet) error {
	bugs := lesson.Zoo()
	if name != allBugs {
		b, err := lesson.BugByName(name)
		if err != nil {
			return usagef("--inject: %s", plain(err))
		}
		bugs = []lesson.Bug{b}
	}
	trial := lesson.Trial{Seed: seedOf(flags)}
	if len(data) > 0 {
		b, err := checked(data[0], flags)
		if err != nil {
			return err
		}
		trial.X, trial.Columns = b.x, b.columns
	}
	list := make([]injectedJSON, len(bugs))
	var missed []string
	for k, b := range bugs {
		planted, twin, err := b.Examine(trial)
		if err != nil {
			return err
		}
		list[k] = injectedJSON{b.Name, string(b.Seam), b.Planted, b.Right, b.Detector, planted.Found, planted.Evidence, !twin.Found, twin.Evidence, b.Lesson}
		if !list[k].ok() {
			missed = append(missed, b.Name)
		}
	}
	switch {
	case c.json:
		if err := c.writeJSON(map[string][]injectedJSON{"bugs": list}); err != nil {
			return err
		}
	case name == allBugs:
		c.printZoo(list)
	default:
		c.printBug(list[0])
	}
	if missed != nil {
		return fmt.Errorf("the detector does not tell the mistake from its right twin: %s", strings.Join(missed, ", "))
	}
	return nil
}

// printBug prints one bug in full.
func (c *console) printBug(i injectedJSON) {
	what := ""
	for _, d := range lesson.Detectors() {
		if d.Name == i.Detector {
			what = d.What
		}
	}
	verdict := map[bool]string{true: c.paint(green, "found"), false: c.paint(red, "missed")}[i.Found]
	twin := map[bool]string{true: c.paint(green, "passes"), false: c.paint(red, "accused")}[i.TwinPasses]
	for _, line := range [][2]string{
		{"bug", i.Name + ", a wrong " + strings.TrimSuffix(i.Seam, "es")},
		{"planted", i.Planted},
		{"right", i.Right},
		{"detector", i.Detector + ": compares " + what},
		{"verdict", verdict + ": " + i.Evidence},
		{"twin", twin + ": " + i.TwinEvidence},
		{"lesson", i.Lesson},
	} {
		if c.quiet && line[0] != "verdict" && line[0] != "twin" {
			continue
		}
		text := wrap(line[1], textWidth-labelWidth)
		fmt.Fprintf(c.out, "%s%s\n", c.paint(bold, fmt.Sprintf("%-*s", labelWidth, line[0])), strings.Join(text, "\n"+strings.Repeat(" ", labelWidth)))
	}
}

// labelWidth is the width of the names before the text.
const labelWidth = 10

// printZoo prints a line for each bug.
func (c *console) printZoo(list []injectedJSON) {
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "Bug\tWrong\tDetector\tVerdict\tTwin")
	found, passing := 0, 0
	for _, i := range list {
		verdict, twin := "MISSED", "ACCUSED"
		if i.Found {
			verdict = "found"
			found++
		}
		if i.TwinPasses {
			twin = "passes"
			passing++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", i.Name, i.Seam, i.Detector, verdict, twin)
	}
	if !c.quiet {
		t.Flush()
		fmt.Fprintln(c.out)
	}
	fmt.Fprintf(c.out, "%d of %d bugs found, %d of %d right twins pass\n", found, len(list), passing, len(list))
	if !c.quiet {
		fmt.Fprintf(c.out, "nabla gradcheck --inject %s shows how one is found\n", list[0].Name)
	}
}
