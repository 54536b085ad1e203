package diagnose

import "math"

// Range is where the outputs of an activation lie; the zero Range is unbounded.
type Range struct{ Low, High float64 }

// bounded reports whether both ends are known.
func (r Range) bounded() bool { return r.High > r.Low }

// edge is the part of a range next to its ends that counts as saturated. For
// tanh and sigmoid the slope there is less than a tenth of the largest one.
const edge = 0.025

// Layer is what the outputs of a layer are like over some rows.
type Layer struct {
	Name            string
	Mean, Deviation float64
	Units           int
	Nonlinear       bool    // it is hidden and has an activation: its units can be dead
	Dead            int     // units that give the same for every row, and so learn nothing
	Bounded         bool    // the activation has two ends at which it can saturate
	Saturated       float64 // share of the outputs that lie at one of them
}

// LayerOf describes outputs, a row of so many units after the other.
func LayerOf(name string, outputs []float64, units int, nonlinear bool, r Range) Layer {
	l := Layer{Name: name, Units: units, Nonlinear: nonlinear, Bounded: r.bounded()}
	n := float64(len(outputs))
	for _, v := range outputs {
		l.Mean += v / n
	}
	margin, ends := edge*(r.High-r.Low), 0
	for _, v := range outputs {
		l.Deviation += (v - l.Mean) * (v - l.Mean) / n
		if l.Bounded && (v <= r.Low+margin || v >= r.High-margin) {
			ends++
		}
	}
	l.Deviation, l.Saturated = math.Sqrt(l.Deviation), float64(ends)/n
	if !nonlinear || len(outputs) <= units {
		return l // of one row nothing can be said
	}
	for u := range units {
		dead := true
		for i := u; i < len(outputs) && dead; i += units {
			dead = outputs[i] == outputs[u]
		}
		if dead {
			l.Dead++
		}
	}
	return l
}

// RangeOf finds the ends of a function by its values far out: it is bounded if it
// does not change there any more.
func RangeOf(f func(float64) float64) Range {
	const far, farther, still = 1e4, 1e6, 1e-3
	low, high := f(-farther), f(farther)
	if math.Abs(low-f(-far)) > still || math.Abs(high-f(far)) > still || !(high > low) {
		return Range{}
	}
	return Range{low, high}
}
