package compare

import (
	"cmp"
	"math"
)

// Rate is how an optimizer did at one learning rate, over the seeds that all rates
// were tried with.
type Rate struct {
	LearningRate float64
	Runs         int // that there are
	Diverged     int
	Value        Statistic // of those that did not diverge
	Loss         Statistic
}

// rates describes all learning rates of an optimizer.
func (h Header) rates(runs map[place]Record, problem, optimizer int) []Rate {
	var list []Rate
	for i, rate := range h.Optimizers[optimizer].LearningRates {
		r := Rate{LearningRate: rate}
		var values, losses []float64
		for s := range h.seedsOf(optimizer) {
			record, ok := runs[place{problem, optimizer, i, s}]
			switch {
			case !ok:
				continue
			case record.Stopped == Diverged:
				r.Diverged++
			default:
				values, losses = append(values, float64(record.Value)), append(losses, float64(record.Loss))
			}
			r.Runs++
		}
		r.Value, r.Loss = Describe(values), Describe(losses)
		list = append(list, r)
	}
	return list
}

// best is the index of the learning rate that counts: of those with the fewest
// diverged runs that with the best mean of the final values, of several such that
// with the least mean loss, then the least.
func (h Header) best(runs map[place]Record, problem, optimizer int) int {
	larger, best := h.Problems[problem].LargerIsBetter, 0
	list := h.rates(runs, problem, optimizer)
	for i, r := range list {
		if r.compare(list[best], larger) < 0 {
			best = i
		}
	}
	return best
}

// compare is negative if r is better than another rate. A rate without any outcome
// is the worst.
func (r Rate) compare(other Rate, larger bool) int {
	sign := 1.0
	if larger {
		sign = -1
	}
	return cmp.Or(
		cmp.Compare(r.Diverged, other.Diverged),
		worse(sign*float64(r.Value.Mean), sign*float64(other.Value.Mean)),
		worse(float64(r.Loss.Mean), float64(other.Loss.Mean)),
		cmp.Compare(r.LearningRate, other.LearningRate),
	)
}

// worse orders numbers from small to large, NaN last.
func worse(a, b float64) int {
	switch {
	case math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return 1
	case math.IsNaN(b):
		return -1
	}
	return cmp.Compare(a, b)
}
