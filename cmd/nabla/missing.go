package main

import (
	"fmt"
	"strconv"
	"strings"

	"nabla/datasets"
)

// warnMissing tells which rows lack a value and what became of them.
func (c *console) warnMissing(s *datasets.Source) {
	n, dropped := len(s.Report.Missing), s.Report.Dropped
	if n == 0 || s.Table == nil {
		return
	}
	const filled = "filled in with the training mean"
	what := fmt.Sprintf("%d left out, %d %s", dropped, n-dropped, filled)
	switch dropped {
	case n:
		what = "left out"
	case 0:
		what = filled
	}
	c.warn("%s: %s without a value: %s (%s)", s.Data.Name, plural(n, "row"), what, missingLines(s))
}

// warnUntrained names the classes that only rows kept from the training have: the
// network cannot learn them and gets all these rows wrong.
func (c *console) warnUntrained(s *setup) {
	d := s.parts.Train
	seen := make([]bool, len(d.Classes))
	for i := range d.Len() {
		if d.Classes != nil {
			seen[d.Class(i)] = true
		}
	}
	var never []string
	for class, name := range d.Classes {
		if !seen[class] {
			never = append(never, strconv.Quote(name))
		}
	}
	const most = 5
	if n := len(never); n > 0 {
		if n > most {
			never = append(never[:most], "…")
		}
		c.warn("%s: no training row is of %s %s, which cannot be learnt; add rows, or choose another --test-split or --val-split",
			s.source.Data.Name, strings.TrimPrefix(plural(n, "class"), "1 "), strings.Join(never, ", "))
	}
}

// missingLines names the lines of the file in which a value is missing.
func missingLines(s *datasets.Source) string {
	const most = 10
	text := "line"
	if len(s.Report.Missing) > 1 {
		text = "lines"
	}
	for i, row := range s.Report.Missing {
		if i == most {
			return text + ", …"
		}
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %d", s.Table.Line(row))
	}
	return text
}
