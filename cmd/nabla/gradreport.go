package main

import (
	"fmt"
	"text/tabwriter"

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
		fmt.Fprintf(c.out, "gradcheck: %s checked, %d at kinks, worst relative error %.1e (at most %.0e): %s\n", plural(all-skipped, "coordinate"), skipped, r.Worst(), r.Bound, verdict)
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
		t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "Function\tChecked\tAt kinks\tError\tAt most\tVerdict")
		for _, v := range checks {
			verdict := "ok"
			if !v.OK {
				verdict = "WRONG"
			}
			fmt.Fprintf(t, "%s\t%d\t%d\t%.1e\t%.0e\t%s\n", v.Name, v.Checked, v.Skipped, float64(v.Error), float64(v.Bound), verdict)
		}
		t.Flush()
	}
	if wrong != nil {
		return failed(wrong)
	}
	return nil
}
