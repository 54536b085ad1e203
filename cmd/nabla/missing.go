package main

import (
	"fmt"

	"nabla/datasets"
)

// warnMissing tells which rows were left out.
func (c *console) warnMissing(s *datasets.Source) {
	if n := len(s.Report.Missing); n > 0 && s.Table != nil {
		what := "filled in with the training mean"
		if s.Report.Dropped > 0 {
			what = "left out"
		}
		c.warn("%s: %s without a value: %s (%s)", s.Data.Name, plural(n, "row"), what, missingLines(s))
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
