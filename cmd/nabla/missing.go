package main

import (
	"fmt"

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
