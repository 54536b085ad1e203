package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Merge joins the parts of a plan to the result that one machine would have had.
// All parts must be there, once and complete, and of equal settings. names stand
// for the parts in errors.
func Merge(names []string, parts []Result) (Result, error) {
	if len(parts) == 0 || len(names) != len(parts) {
		return Result{}, errors.New("compare: merge: no parts")
	}
	first := parts[0].Header
	of := first.shard().Of
	if of == 0 && len(parts) == 1 {
		return parts[0], incomplete(names[0], parts[0])
	}
	whole := first
	whole.Shard = ""
	at := make([]string, of+1) // the name of each part
	var records []Record
	for i, p := range parts {
		if d := first.differs(p.Header); d != "" {
			return Result{}, fmt.Errorf("compare: merge: %s and %s have other settings (%s)", names[0], names[i], d)
		}
		s := p.Header.shard()
		switch {
		case s.Of != of || s.Of == 0:
			return Result{}, fmt.Errorf("compare: merge: %s is %s, %s is %s", names[0], part(first.Shard), names[i], part(p.Header.Shard))
		case at[s.Index] != "":
			return Result{}, fmt.Errorf("compare: merge: %s and %s are both part %s", at[s.Index], names[i], p.Header.Shard)
		}
		if err := incomplete(names[i], p); err != nil {
			return Result{}, err
		}
		at[s.Index] = names[i]
		records = append(records, p.Records...)
	}
	if err := absent(at); err != nil {
		return Result{}, err
	}
	runs, err := whole.arrange(records)
	if err != nil {
		return Result{}, fmt.Errorf("compare: merge: %w", err)
	}
	r := whole.result(runs)
	if n := r.Missing(); n > 0 {
		return Result{}, fmt.Errorf("compare: merge: %d runs are missing", n)
	}
	return r, nil
}

// incomplete reports runs of a part that are missing.
func incomplete(name string, p Result) error {
	if n := p.Missing(); n > 0 {
		return fmt.Errorf("compare: merge: %s has %d of the %d runs of %s; give its command again: it makes the others", name, len(p.Records), p.Header.Count(), part(p.Header.Shard))
	}
	return nil
}

// absent reports parts without a name.
func absent(at []string) error {
	of := len(at) - 1
	var missing []string
	for i := 1; i <= of; i++ {
		if at[i] == "" {
			missing = append(missing, fmt.Sprintf("%d/%d", i, of))
		}
	}
	if missing == nil {
		return nil
	}
	const shown = 5
	if len(missing) > shown {
		missing = append(slices.Clone(missing[:shown]), fmt.Sprintf("and %d more", len(missing)-shown))
	}
	return fmt.Errorf("compare: merge: part %s is missing; run it with that shard", strings.Join(missing, ", "))
}
