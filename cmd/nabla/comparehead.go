package main

import (
	"fmt"

	"nabla/train/compare"
)

// start prints what is compared.
func (c *comparison) start(p compare.Plan, h compare.Header, setups []*setup, have int) {
	for _, s := range setups {
		_, parameters := s.net.Count()
		fmt.Fprintf(c.out, "%s: %s\n", c.paint(bold, printable(s.source.Data.Name)), printable(describeData(s)))
		fmt.Fprintf(c.out, "%s, layers %s, loss %s, batch of %s, %s%s\n", plural(parameters, "parameter"), s.job.Layers, s.loss,
			plural(s.batch(), "row"), describeLength(s, p), describeSchedule(s))
	}
	for _, problem := range p.Problems {
		if f, ok := problem.(compare.Function); ok {
			fmt.Fprintf(c.out, "%s: %s\n", c.paint(bold, f.Name), describeFunction(f))
		}
	}
	runs := plural(h.Count(), "run")
	if p.Shard != (compare.Shard{}) {
		runs = fmt.Sprintf("part %s has %s", p.Shard, runs)
	}
	if have > 0 {
		runs += fmt.Sprintf(", %d there already", have)
	}
	fmt.Fprintf(c.out, "%s, %s: %s%s\n\n", plural(len(h.Optimizers), "optimizer"), plural(len(h.Seeds), "seed"), runs, describeWorkers(p))
}

// describeLength is how long a run is.
func describeLength(s *setup, p compare.Plan) string {
	for _, problem := range p.Problems {
		t, ok := problem.(compare.Training)
		switch {
		case !ok:
		case t.Limit.Time > 0:
			return fmt.Sprintf("%v s", t.Limit.Time.Seconds())
		case t.Limit.Evaluations > 0:
			return plural(t.Limit.Evaluations, "evaluation")
		}
	}
	return plural(s.job.Epochs, "epoch")
}

// describeSchedule is empty for the usual one.
func describeSchedule(s *setup) string {
	if s.job.Schedule == "constant" {
		return ""
	}
	return ", schedule " + s.job.Schedule
}

// describeWorkers says whether seconds can be compared.
func describeWorkers(p compare.Plan) string {
	if p.Timed {
		return ", one at a time, since seconds are compared"
	}
	return ""
}
