package compare

import (
	"math"
	"slices"

	"nabla/train"
)

// Summary is what an optimizer reached on a problem at its best learning rate, over
// all seeds.
type Summary struct {
	Event        string  `json:"event"` // summary
	Problem      string  `json:"problem"`
	Optimizer    string  `json:"optimizer"`
	LearningRate float64 `json:"learning_rate"`
	AtEdge       bool    `json:"at_edge"` // it is the first or the last of several: a better one may lie beyond
	Runs         int     `json:"runs"`
	Diverged     int     `json:"diverged"` // they count in Reached, and nowhere else

	Value Statistic  `json:"value"` // of the metric at the end
	Test  *Statistic `json:"test"`  // of the test rows, if others are judged by
	Loss  Statistic  `json:"loss"`
	// Behind is the difference of Value to that of the best optimizer, seed by seed:
	// its interval is that of a paired test. nil for the best.
	Behind *Statistic `json:"behind"`

	Target  train.Number `json:"target"`  // NaN: there is none, since most runs diverged
	Reached int          `json:"reached"` // runs that did
	// Medians over all runs, where a run that does not reach the target takes forever.
	StepsToTarget       train.Number `json:"steps_to_target"`
	EvaluationsToTarget train.Number `json:"evaluations_to_target"`

	SecondsToTarget train.Number `json:"seconds_to_target"`
	Seconds         train.Number `json:"seconds"` // mean of the runs
}

// Sensitivity is how an optimizer depends on its learning rate on a problem, over
// the seeds that all rates were tried with.
type Sensitivity struct {
	Event         string         `json:"event"` // sensitivity
	Problem       string         `json:"problem"`
	Optimizer     string         `json:"optimizer"`
	Best          float64        `json:"best"`
	LearningRates []float64      `json:"learning_rates"`
	Mean          []train.Number `json:"mean"` // of the metric at the end; NaN where all runs diverged
	SD            []train.Number `json:"sd"`
	Runs          []int          `json:"runs"`
	Diverged      []int          `json:"diverged"`
}

// arranged are the records at their places.
func (r Result) arranged() map[place]Record {
	runs, _ := r.Header.arrange(r.Records) // Run and Read have seen that it is possible
	return runs
}

// Sensitivities describe all optimizers that have several learning rates.
func (r Result) Sensitivities() []Sensitivity {
	h, runs := r.Header, r.arranged()
	var list []Sensitivity
	for p, problem := range h.Problems {
		for o, optimizer := range h.Optimizers {
			if len(optimizer.LearningRates) < 2 {
				continue
			}
			s := Sensitivity{
				Event: "sensitivity", Problem: problem.Name, Optimizer: optimizer.Name,
				Best: optimizer.LearningRates[h.best(runs, p, o)], LearningRates: optimizer.LearningRates,
			}
			for _, rate := range h.rates(runs, p, o) {
				s.Mean, s.SD = append(s.Mean, rate.Value.Mean), append(s.SD, rate.Value.SD)
				s.Runs, s.Diverged = append(s.Runs, rate.Runs), append(s.Diverged, rate.Diverged)
			}
			list = append(list, s)
		}
	}
	return list
}

// final are the runs of an optimizer at its best learning rate, by seed.
func (r Result) final(runs map[place]Record, problem, optimizer int) (rate int, list []*Record) {
	rate = r.Header.best(runs, problem, optimizer)
	list = make([]*Record, len(r.Header.Seeds))
	for s := range list {
		if record, ok := runs[place{problem, optimizer, rate, s}]; ok {
			list[s] = &record
		}
	}
	return rate, list
}

// Summaries describe all optimizers on all problems, in the order of the plan.
func (r Result) Summaries() []Summary {
	h, runs := r.Header, r.arranged()
	var list []Summary
	for p := range h.Problems {
		target := r.target(runs, p)
		finals := make([][]*Record, len(h.Optimizers))
		from := len(list)
		for o := range h.Optimizers {
			var rate int
			rate, finals[o] = r.final(runs, p, o)
			list = append(list, r.summary(p, o, rate, finals[o], target))
		}
		h.compareToBest(p, list[from:], finals)
	}
	return list
}

// summary describes the runs of one optimizer.
func (r Result) summary(problem, optimizer, rate int, final []*Record, target float64) Summary {
	h := r.Header
	rates := h.Optimizers[optimizer].LearningRates
	s := Summary{
		Event: "summary", Problem: h.Problems[problem].Name, Optimizer: h.Optimizers[optimizer].Name, LearningRate: rates[rate],
		AtEdge: len(rates) > 1 && (rate == 0 || rate == len(rates)-1), Target: train.Number(target),
	}
	var values, losses, tests, seconds, steps, evaluations, times []float64
	for _, record := range final {
		if record == nil {
			continue
		}
		s.Runs++
		seconds = append(seconds, record.Seconds)
		m := record.to(target, h.Problems[problem].LargerIsBetter, h.Target != nil)
		if m == nil {
			m = &Mark{}
			steps, evaluations, times = append(steps, math.Inf(1)), append(evaluations, math.Inf(1)), append(times, math.Inf(1))
		} else {
			s.Reached++
			steps, evaluations, times = append(steps, float64(m.Steps)), append(evaluations, float64(m.Evaluations)), append(times, m.Seconds)
		}
		if record.Stopped == Diverged {
			s.Diverged++
			continue
		}
		values, losses = append(values, float64(record.Value)), append(losses, float64(record.Loss))
		if record.Test != nil {
			tests = append(tests, float64(*record.Test))
		}
	}
	s.Value, s.Loss = Describe(values), Describe(losses)
	if len(tests) > 0 {
		s.Test = new(Describe(tests))
	}
	s.StepsToTarget, s.EvaluationsToTarget = train.Number(median(steps)), train.Number(median(evaluations))
	s.SecondsToTarget, s.Seconds = train.Number(median(times)), Describe(seconds).Mean
	return s
}

// compareToBest fills in how far the others are behind the best optimizer.
func (h Header) compareToBest(problem int, list []Summary, finals [][]*Record) {
	best := 0
	for i := range list {
		if list[i].rank().compare(list[best].rank(), h.Problems[problem].LargerIsBetter) < 0 {
			best = i
		}
	}
	for i := range list {
		if i == best {
			continue
		}
		var differences []float64
		for s := range h.Seeds {
			a, b := finals[i][s], finals[best][s]
			if a != nil && b != nil && a.Stopped != Diverged && b.Stopped != Diverged {
				differences = append(differences, float64(a.Value-b.Value))
			}
		}
		list[i].Behind = new(Describe(differences))
	}
}

// rank is what optimizers are ordered by: as learning rates are.
func (s Summary) rank() Rate { return Rate{Diverged: s.Diverged, Value: s.Value, Loss: s.Loss} }

// target is that of the plan, or the median of what all runs at the best learning
// rates of a problem end with, where a diverged run is the worst.
func (r Result) target(runs map[place]Record, problem int) float64 {
	if r.Header.Target != nil {
		return float64(*r.Header.Target)
	}
	worst := math.Inf(1)
	if r.Header.Problems[problem].LargerIsBetter {
		worst = math.Inf(-1)
	}
	var values []float64
	for o := range r.Header.Optimizers {
		_, final := r.final(runs, problem, o)
		for _, record := range final {
			switch {
			case record == nil:
			case record.Stopped == Diverged:
				values = append(values, worst)
			default:
				values = append(values, float64(record.Value))
			}
		}
	}
	// Of two in the middle one is taken, so that the target is a value that was reached.
	slices.Sort(values)
	if len(values) == 0 || math.IsInf(values[len(values)/2], 0) {
		return math.NaN()
	}
	return values[len(values)/2]
}

// Compare is negative if s is better than another optimizer on the same problem: by
// fewer diverged runs, then the mean value, then the mean loss.
func (s Summary) Compare(other Summary, largerIsBetter bool) int {
	return s.rank().compare(other.rank(), largerIsBetter)
}
