package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"nabla/nn"
	"nabla/train"
	"nabla/train/compare"
)

// comparison is the report for people.
type comparison struct {
	*console
}

// end prints the tables of a whole result.
func (c *comparison) end(r compare.Result, timed bool) {
	summaries := r.Summaries()
	for _, p := range r.Header.Problems {
		list := slices.DeleteFunc(slices.Clone(summaries), func(s compare.Summary) bool { return s.Problem != p.Name })
		slices.SortStableFunc(list, func(a, b compare.Summary) int { return a.Compare(b, p.LargerIsBetter) })
		if len(r.Header.Problems) > 1 {
			fmt.Fprintf(c.out, "%s\n", c.paint(bold, printable(p.Name)))
		}
		c.table(p, list, timed)
		fmt.Fprintln(c.out)
	}
	c.sensitivities(r)
	c.profiles(r)
	c.notes(r, summaries, timed)
}

// table prints one problem, the best optimizer first.
func (c *comparison) table(p compare.Description, list []compare.Summary, timed bool) {
	title := p.Metric
	if p.Rows != "" {
		title = p.Rows + " " + p.Metric
	}
	head := []string{"optimizer", "lr", title, "95 % interval", "behind", "steps to " + short(list[0].Target)}
	withTest := slices.ContainsFunc(list, func(s compare.Summary) bool { return s.Test != nil })
	differ := slices.ContainsFunc(list, func(s compare.Summary) bool { return s.StepsToTarget != s.EvaluationsToTarget })
	if p.Rows != "" {
		head = slices.Insert(head, 5, "training loss")
	}
	if withTest {
		head = slices.Insert(head, 5, "test "+p.Metric)
	}
	if differ {
		head = append(head, "evaluations")
	}
	if timed {
		head = append(head, "time to it", "of")
	}
	rows := [][]string{head}
	for _, s := range list {
		rate := "–"
		if s.LearningRate > 0 {
			rate = number(s.LearningRate)
		}
		row := []string{printable(s.Optimizer), rate, plusMinus(s.Value), interval(s.Value), behind(s.Behind),
			fmt.Sprintf("%s (%d/%d)", count(s.StepsToTarget), s.Reached, s.Runs)}
		if p.Rows != "" {
			row = slices.Insert(row, 5, plusMinus(s.Loss))
		}
		if withTest {
			test := "–"
			if s.Test != nil {
				test = plusMinus(*s.Test)
			}
			row = slices.Insert(row, 5, test)
		}
		if differ {
			row = append(row, count(s.EvaluationsToTarget))
		}
		if timed {
			row = append(row, secondsText(s.SecondsToTarget), secondsText(s.Seconds))
		}
		if s.Diverged > 0 {
			row[2] += fmt.Sprintf(" (%d diverged)", s.Diverged)
		}
		rows = append(rows, row)
	}
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush()
}

// secondsText is a time with three digits, a dash for none.
func secondsText(v train.Number) string {
	if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) {
		return short(v)
	}
	return duration(time.Duration(float64(v) * float64(time.Second)))
}

// plusMinus is mean ± standard deviation.
func plusMinus(s compare.Statistic) string {
	switch {
	case s.N == 0:
		return "–"
	case s.N == 1:
		return short(s.Mean)
	}
	return short(s.Mean) + " ± " + short(s.SD)
}

// interval is the confidence interval of a mean.
func interval(s compare.Statistic) string {
	if s.N < 2 {
		return "–"
	}
	return "[" + short(s.Low) + ", " + short(s.High) + "]"
}

// behind is how far an optimizer is from the best, with half of its interval; a
// star says that the interval leaves 0 out.
func behind(s *compare.Statistic) string {
	switch {
	case s == nil:
		return "best"
	case s.N == 0:
		return "–"
	case s.N == 1:
		return short(s.Mean)
	}
	text := short(s.Mean) + " ± " + short((s.High-s.Low)/2)
	if s.Low > 0 || s.High < 0 {
		text += " *"
	}
	return text
}

// short is a number with four digits behind the point, or four in all; a dash for
// none.
func short(v train.Number) string {
	x := float64(v)
	switch {
	case math.IsNaN(x):
		return "–"
	case math.IsInf(x, 0):
		return "never"
	case x == math.Trunc(x) && math.Abs(x) < 1e6:
		return fmt.Sprintf("%.0f", x)
	case math.Abs(x) >= 1e-3 && math.Abs(x) < 10:
		return fmt.Sprintf("%.4f", x)
	}
	return fmt.Sprintf("%.4g", x)
}

// sensitivities draws the final value over the learning rates.
func (c *comparison) sensitivities(r compare.Result) {
	list := r.Sensitivities()
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(c.out, "sensitivity to the learning rate (high is good; blank: diverged)")
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, s := range list {
		problem := slices.IndexFunc(r.Header.Problems, func(p compare.Description) bool { return p.Name == s.Problem })
		values := make([]float64, len(s.Mean))
		for i, v := range s.Mean {
			if values[i] = float64(v); !r.Header.Problems[problem].LargerIsBetter {
				values[i] = -math.Log(max(values[i], math.SmallestNonzeroFloat64))
			}
		}
		name := printable(s.Optimizer)
		if len(r.Header.Problems) > 1 {
			name = printable(s.Problem) + "\t" + name
		}
		n := len(s.LearningRates)
		fmt.Fprintf(t, "%s\t%s\t%s … %s\tbest %s\n", name, sparkline(values), number(s.LearningRates[0]), number(s.LearningRates[n-1]), number(s.Best))
	}
	t.Flush()
	fmt.Fprintln(c.out)
}

// ratios are the columns of the table of profiles.
var ratios = []float64{1, 1.5, 2, 4}

// profiles prints the performance profiles at a few ratios.
func (c *comparison) profiles(r compare.Result) {
	list := r.Profiles()
	if len(list) < 2 {
		return
	}
	instances := len(r.Header.Seeds) * len(r.Header.Problems)
	fmt.Fprintf(c.out, "performance profile: share of the %s in which the evaluations to the target were at most τ times the fewest\n", plural(instances, "instance"))
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "optimizer")
	for _, ratio := range ratios {
		fmt.Fprintf(t, "\tτ=%v", ratio)
	}
	fmt.Fprint(t, "\tever\n")
	for _, p := range list {
		fmt.Fprint(t, printable(p.Optimizer))
		for _, ratio := range append(slices.Clone(ratios), math.Inf(1)) {
			fmt.Fprintf(t, "\t%.2f", p.At(ratio))
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	fmt.Fprintln(c.out)
}

// notes say how to read the tables.
func (c *comparison) notes(r compare.Result, summaries []compare.Summary, timed bool) {
	if c.quiet {
		return
	}
	c.line("±", "standard deviation over the seeds; intervals of the mean and of the paired difference to the best (* leaves 0 out): 95 %%, Student's t")
	target := "the median of what all end with (--target sets another)"
	if r.Header.Target != nil {
		target = "as --target has it"
	}
	if timed {
		target += "; time: to the target, of the whole run"
	}
	c.line("target", "%s; steps: median, never counting as forever, and the runs that arrived", target)
	for _, s := range summaries {
		if s.AtEdge {
			c.warn("%s on %s: the best learning rate %s is at the edge of its grid; widen --lr", s.Optimizer, s.Problem, number(s.LearningRate))
		}
	}
}

// line prints a line of the end with its name.
func (c *comparison) line(name, format string, args ...any) {
	fmt.Fprintf(c.out, "%s  %s\n", c.paint(bold, fmt.Sprintf("%-6s", name)), fmt.Sprintf(format, args...))
}

// writeTables writes the result as CSV and pictures into a folder.
func writeTables(folder string, r compare.Result) error {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{{runsFile, r.WriteRuns}, {summaryFile, r.WriteSummary}, {curvesFile, r.WriteCurves}} {
		if err := nn.WriteFile(filepath.Join(folder, file.name), file.write); err != nil {
			return advised(err, "choose another folder with --out")
		}
	}
	return writePictures(folder, r)
}
