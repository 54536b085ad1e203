package main

import (
	"fmt"
	"strings"

	"nabla/nn/gradcheck"
	"nabla/train"
)

// checkJSON is one check as JSON.
type checkJSON struct {
	Name    string       `json:"name"`
	Error   train.Number `json:"error"` // the worst, relative
	Bound   train.Number `json:"bound"`
	Checked int          `json:"checked"`
	Skipped int          `json:"skipped"` // at kinks
	Tensors []tensorJSON `json:"tensors"`
	OK      bool         `json:"ok"`
}

// tensorJSON is one parameter or input of a check.
type tensorJSON struct {
	Name    string       `json:"name"`
	Size    int          `json:"size"`
	Checked int          `json:"checked"`
	Skipped int          `json:"skipped"`
	MaxAbs  train.Number `json:"max_abs"`
	Error   train.Number `json:"error"`
}

// json keeps of a report what a program can act on.
func (r namedReport) json() checkJSON {
	all, skipped := r.Coordinates()
	v := checkJSON{Name: r.Name, Error: train.Number(r.Worst()), Bound: train.Number(r.Bound),
		Checked: all - skipped, Skipped: skipped, Tensors: []tensorJSON{}, OK: r.err == nil}
	for _, t := range r.Tensors {
		v.Tensors = append(v.Tensors, tensorJSON{t.Name, t.Size, t.Checked, t.Skipped, train.Number(t.MaxAbs), train.Number(t.Error)})
	}
	return v
}

// reportNetwork prints a check by parameter and returns its error.
func (c *console) reportNetwork(r gradcheck.Report, err error) error {
	if len(r.Tensors) == 0 {
		return err // nothing was checked
	}
	n := namedReport{r, err}
	if c.json {
		if err := c.writeJSON(n.json()); err != nil {
			return err
		}
	} else {
		if !c.quiet {
			if err := r.Write(c.out); err != nil {
				return err
			}
			fmt.Fprintln(c.out)
		}
		all, skipped := r.Coordinates()
		verdict := c.paint(green, "ok")
		if err != nil {
			verdict = c.paint(red, "wrong")
		}
		fmt.Fprintf(c.out, "gradcheck: %s, %s, %d at kinks, worst error %.1e (bound %.0e)\n", verdict, plural(all-skipped, "coordinate"), skipped, r.Worst(), r.Bound)
	}
	if err != nil {
		return failed([]string{plain(err)})
	}
	return nil
}

// reportAll prints a line for each check and returns what was wrong.
func (c *console) reportAll(list []namedReport) error {
	var wrong []string
	checks := make([]checkJSON, len(list))
	for i, r := range list {
		checks[i] = r.json()
		if r.err != nil {
			wrong = append(wrong, plain(r.err))
		}
	}
	if c.json {
		if err := c.writeJSON(map[string][]checkJSON{"checks": checks}); err != nil {
			return err
		}
	} else {
		if !c.quiet {
			c.printChecks(list, checks)
		}
		fmt.Fprintf(c.out, "%d of %s ok\n", len(checks)-len(wrong), plural(len(checks), "check"))
	}
	if wrong != nil {
		return failed(wrong)
	}
	return nil
}

// printChecks prints the checks of each function below its name.
func (c *console) printChecks(list []namedReport, checks []checkJSON) {
	fmt.Fprintf(c.out, "%-34s  %7s  %8s  %7s  %7s  %s\n", "Function", "Checked", "At kinks", "Error", "At most", "Verdict")
	before := ""
	for i, v := range checks {
		verdict := "ok"
		if !v.OK {
			verdict = "WRONG"
		}
		function, what, _ := strings.Cut(list[i].Name, ": ")
		if function != before {
			fmt.Fprintln(c.out, function)
		}
		before = function
		fmt.Fprintf(c.out, "  %-32s  %7d  %8d  %7.1e  %7.0e  %s\n", what, v.Checked, v.Skipped, float64(v.Error), float64(v.Bound), verdict)
	}
	fmt.Fprintln(c.out)
}
