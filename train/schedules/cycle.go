package schedules

import (
	"cmp"
	"math"
)

// OneCycle rises from 1/Divide to 1 and falls to 1/(Divide·FinalDivide) in Total
// steps, while the momentum, if a loop wants it, goes the other way. Factor is the
// schedule.
//
// Smith and Topin, "Super-convergence: very fast training of neural networks using
// large learning rates", 2019.
type OneCycle struct {
	Total       int
	Rise        float64 // share of the steps that rise; 0.3 if 0
	Divide      float64 // 25 if 0
	FinalDivide float64 // 1e4 if 0
	Linear      bool    // in lines; along half cosines otherwise
	// ThreePhases falls to where it began as long as it rose, and to the end in the
	// rest.
	ThreePhases bool

	LowMomentum, HighMomentum float64 // 0.85 and 0.95 if 0
}

// Factor implements Schedule. After the last step it stays.
func (c OneCycle) Factor(step int) float64 {
	begin := 1 / cmp.Or(c.Divide, 25)
	end := begin / cmp.Or(c.FinalDivide, 1e4)
	if c.ThreePhases {
		return c.phase(step, begin, 1, begin, end)
	}
	return c.phase(step, begin, 1, end)
}

// Momentum is the momentum of a step: high, low at the largest rate, high again.
func (c OneCycle) Momentum(step int) float64 {
	low, high := cmp.Or(c.LowMomentum, 0.85), cmp.Or(c.HighMomentum, 0.95)
	if c.ThreePhases {
		return c.phase(step, high, low, high, high)
	}
	return c.phase(step, high, low, high)
}

// phase is the value of a step on the way through the given ones.
func (c OneCycle) phase(step int, values ...float64) float64 {
	rise := cmp.Or(c.Rise, 0.3)*float64(c.Total) - 1
	ends := []float64{rise, float64(c.Total - 1)}
	if c.ThreePhases {
		ends = []float64{rise, 2 * rise, float64(c.Total - 1)}
	}
	from, s := 0.0, float64(step)
	for i, end := range ends {
		if s > end && i < len(ends)-1 {
			from = end
			continue
		}
		t := 1.0
		if end > from {
			t = min(max((s-from)/(end-from), 0), 1)
		}
		if c.Linear {
			return values[i] + (values[i+1]-values[i])*t
		}
		return values[i+1] + (values[i]-values[i+1])/2*(1+math.Cos(math.Pi*t))
	}
	return values[len(values)-1]
}

// Cyclic rises from Low to 1 in Up steps and falls back in Down steps, in lines, for
// ever. Factor is the schedule.
//
// Smith, "Cyclical learning rates for training neural networks", 2017.
type Cyclic struct {
	Up, Down int     // steps, at least 1; a Down of 0 is Up
	Low      float64 // the smallest factor
	Halve    bool    // each cycle is half as high as the one before ("triangular2")

	LowMomentum, HighMomentum float64 // 0.8 and 0.9 if 0
}

// Factor implements Schedule.
func (c Cyclic) Factor(step int) float64 { return c.Low + (1-c.Low)*c.height(step) }

// Momentum is the momentum of a step: low where the rate is high.
func (c Cyclic) Momentum(step int) float64 {
	low, high := cmp.Or(c.LowMomentum, 0.8), cmp.Or(c.HighMomentum, 0.9)
	return high - (high-low)*c.height(step)
}

// height is where a step stands between the lowest, 0, and the highest, 1.
func (c Cyclic) height(step int) float64 {
	up := max(c.Up, 1)
	down := max(cmp.Or(c.Down, up), 1)
	cycle, at := step/(up+down), step%(up+down)
	h := float64(at) / float64(up)
	if at > up {
		h = 1 - float64(at-up)/float64(down)
	}
	if c.Halve {
		h = math.Ldexp(h, -cycle)
	}
	return h
}
