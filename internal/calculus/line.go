package calculus

import (
	"errors"
	"math"
	"slices"
)

// substitution maps t onto an interval that may be infinite: x(t) and dx/dt.
type substitution struct {
	Interval
	from, to float64
}

// substituted chooses t ∈ (0,1] with x = a ± (1-t)/t for a half-line, t ∈ (-1,1)
// with x = t/(1-t²) for the line, and t = x for a finite interval.
func substituted(i Interval) substitution {
	switch low, high := math.IsInf(i.Low, -1), math.IsInf(i.High, 1); {
	case low && high:
		return substitution{i, -1, 1}
	case low, high:
		return substitution{i, 0, 1}
	}
	return substitution{i, i.Low, i.High}
}

// at is x(t) and dx/dt.
func (s substitution) at(t float64) (x, slope float64) {
	switch low, high := math.IsInf(s.Low, -1), math.IsInf(s.High, 1); {
	case low && high:
		d := (1 - t) * (1 + t)
		return t / d, (1 + t*t) / (d * d)
	case low:
		return s.High - (1-t)/t, 1 / (t * t)
	case high:
		return s.Low + (1-t)/t, 1 / (t * t)
	}
	return t, 1
}

// inverse is the t of an x inside.
func (s substitution) inverse(x float64) float64 {
	switch low, high := math.IsInf(s.Low, -1), math.IsInf(s.High, 1); {
	case low && high:
		if x == 0 {
			return 0
		}
		return 2 * x / (1 + math.Sqrt(1+4*x*x))
	case low:
		return 1 / (1 + (s.High - x))
	case high:
		return 1 / (1 + (x - s.Low))
	}
	return x
}

// effort is how much work goes into one quadrature: pieces to begin with, points in
// a factor of ten when peaks are looked for, evaluations at most, the accuracy, and
// whether the ends of pieces are checked.
type effort struct {
	pieces, perDecade, budget int
	wanted                    float64
	checked                   bool
	halves                    bool // half-lines are cut in two
}

// efforts go by the number of variables, as nested quadratures multiply. Accuracy is
// that of the outermost.
var efforts = [maxNested + 1]effort{1: {8, 200, 2000000, wantedAccuracy, true, true}, 2: {4, 24, 40000, 1e-9, true, false}, 3: {2, 4, 40000, 1e-7, false, false}}

// errNoRange is for intervals from a number to itself or backwards.
var errNoRange = errors.New("calculus: an integral needs a range from a smaller to a larger number")

// integrateLine integrates a function over an interval, which may be infinite.
// Narrow peaks are looked for on logarithmic grids first.
func integrateLine(f func(x float64) float64, i Interval, effort effort) (Integral, error) {
	switch {
	case !(i.Low < i.High):
		return Integral{}, errNoRange
	case effort.halves && math.IsInf(i.Low, -1) != math.IsInf(i.High, 1):
		// A pole at the finite end keeps its distances: the rest has the new variable.
		between := max(i.Low+1, math.Nextafter(i.Low, math.Inf(1)))
		if math.IsInf(i.Low, -1) {
			between = min(i.High-1, math.Nextafter(i.High, math.Inf(-1)))
		}
		effort.halves = false
		a, err := integrateLine(f, Interval{i.Low, between}, effort)
		if err != nil {
			return a, err
		}
		b, err := integrateLine(f, Interval{between, i.High}, effort)
		return Integral{Value: a.Value + b.Value, Error: a.Error + b.Error, Evaluations: a.Evaluations + b.Evaluations, size: a.size + b.size}, err
	}
	s := substituted(i)
	breaks := []float64{s.from}
	for k := 1; k < effort.pieces; k++ {
		breaks = append(breaks, s.from+(s.to-s.from)*float64(k)/float64(effort.pieces))
	}
	breaks = append(breaks, s.to)
	if math.IsInf(i.Low, 0) || math.IsInf(i.High, 0) {
		breaks = append(breaks, peaks(f, i, s, effort.perDecade)...)
	}
	slices.Sort(breaks)
	a := &adaptive{effort: effort, f: func(t float64) float64 {
		x, slope := s.at(t)
		v := f(x)
		if v == 0 {
			return 0 // also where the slope overflows
		}
		return v * slope
	}}
	breaks = slices.Compact(breaks)
	result, err := a.run(breaks)
	if d, ok := errors.AsType[divergent](err); ok && effort.checked {
		// A pole inside becomes one at the ends of two intervals.
		if at := d.low; at > s.from && at < s.to && !slices.Contains(breaks, at) {
			breaks = append(breaks, at)
			slices.Sort(breaks)
			if again, err := a.run(breaks); err == nil {
				return again, nil
			}
		}
	}
	if d, ok := errors.AsType[divergent](err); ok {
		low, _ := s.at(d.low)
		high, _ := s.at(d.high)
		return result, divergent{low: min(low, high), high: max(low, high)}
	}
	return result, err
}

// peaks are places in t around the largest |f| on grids of all sizes.
func peaks(f func(x float64) float64, i Interval, s substitution, perDecade int) []float64 {
	best, at, gap := 0.0, 0.0, 0.0
	for k := range 8 * perDecade {
		size := math.Pow(10, -2+float64(k)/float64(perDecade))
		for _, x := range []float64{size, -size} {
			if x > i.Low && x < i.High {
				if v := math.Abs(f(x)); v > best && v <= math.MaxFloat64 {
					best, at, gap = v, x, size*2.3/float64(perDecade)
				}
			}
		}
	}
	places := []float64{at - 10*gap, at - gap, at, at + gap, at + 10*gap}
	if perDecade < 10 {
		places = []float64{at}
	}
	var list []float64
	for _, x := range places {
		if best > 0 && x > i.Low && x < i.High {
			list = append(list, s.inverse(x))
		}
	}
	return list
}
