package compare

// Band is the mean of curves over the seeds, point by point, and how far they lie
// apart. A run that has diverged is left out from there on; one that has ended keeps
// its last point.
type Band struct {
	Problem, Optimizer string
	LearningRate       float64
	Evaluations        []float64
	Loss, Value        []Statistic // of what was made of the numbers
}

// Bands are those of all optimizers at their best learning rates, of the numbers or
// of what a function such as math.Log makes of each; nil leaves them.
func (r Result) Bands(of func(float64) float64) []Band {
	if of == nil {
		of = func(v float64) float64 { return v }
	}
	h, runs := r.Header, r.arranged()
	var list []Band
	for p, problem := range h.Problems {
		for o, optimizer := range h.Optimizers {
			rate, final := r.final(runs, p, o)
			b := Band{Problem: problem.Name, Optimizer: optimizer.Name, LearningRate: optimizer.LearningRates[rate]}
			for i := range longest(final) {
				var losses, values, evaluations []float64
				for _, record := range final {
					at := i
					if record != nil && record.Stopped != Diverged {
						at = min(i, len(record.Curve.Loss)-1)
					}
					if record == nil || at < 0 || at >= len(record.Curve.Loss) {
						continue
					}
					losses, values = append(losses, of(float64(record.Curve.Loss[at]))), append(values, of(float64(record.Curve.Value[at])))
					evaluations = append(evaluations, float64(record.Curve.Evaluations[at]))
				}
				b.Evaluations = append(b.Evaluations, float64(Describe(evaluations).Mean))
				b.Loss, b.Value = append(b.Loss, Describe(losses)), append(b.Value, Describe(values))
			}
			list = append(list, b)
		}
	}
	return list
}

// longest is the number of points of the longest curve.
func longest(runs []*Record) int {
	n := 0
	for _, record := range runs {
		if record != nil {
			n = max(n, len(record.Curve.Loss))
		}
	}
	return n
}
