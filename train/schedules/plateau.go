package schedules

import (
	"fmt"
	"math"
)

// Plateau lowers the learning rate when a number, usually the validation loss, has
// stopped improving: after more than Patience epochs without a better one the factor
// is multiplied by Factor. It cannot be a function of the step alone, since it
// depends on how the run goes; a Trainer has a field for it. The zero value of a
// field but Factor and Patience means 0 or false.
type Plateau struct {
	Factor   float64 // in (0, 1)
	Patience int     // epochs without a better number that are put up with
	Cooldown int     // epochs after a reduction in which none are counted
	// Threshold is what counts as better: less than (1 − Threshold)·best, or than
	// best − Threshold if Absolute; for Larger, more than (1 + Threshold)·best or
	// best + Threshold.
	Threshold float64
	Absolute  bool
	Larger    bool    // larger numbers are better
	Floor     float64 // smallest factor
}

// Check reports settings out of their range.
func (p Plateau) Check() error {
	switch {
	case !(p.Factor > 0 && p.Factor < 1):
		return fmt.Errorf("schedules: plateau: Factor must be in (0,1), got %v", p.Factor)
	case p.Patience < 0 || p.Cooldown < 0:
		return fmt.Errorf("schedules: plateau: Patience and Cooldown must not be negative, got %d and %d", p.Patience, p.Cooldown)
	case !(p.Threshold >= 0) || math.IsInf(p.Threshold, 1):
		return fmt.Errorf("schedules: plateau: Threshold must be a finite number from 0, got %v", p.Threshold)
	case !(p.Floor >= 0 && p.Floor <= 1):
		return fmt.Errorf("schedules: plateau: Floor must be in [0,1], got %v", p.Floor)
	}
	return nil
}

// Watch follows a run by a Plateau. It is made by Plateau.Watch.
type Watch struct {
	plateau Plateau
	best    float64
	bad     int // epochs without a better number
	cooling int // epochs left in which none are counted
	factor  float64
}

// Watch begins with the factor 1.
func (p Plateau) Watch() *Watch {
	w := &Watch{plateau: p, best: math.Inf(1), factor: 1}
	if p.Larger {
		w.best = math.Inf(-1)
	}
	return w
}

// Factor is that for the epoch to come.
func (w *Watch) Factor() float64 { return w.factor }

// Observe takes the number of the epoch that has ended.
func (w *Watch) Observe(v float64) {
	if w.better(v) {
		w.best, w.bad = v, 0
	} else {
		w.bad++
	}
	if w.cooling > 0 {
		w.cooling--
		w.bad = 0
	}
	if w.bad > w.plateau.Patience {
		w.factor = max(w.factor*w.plateau.Factor, w.plateau.Floor)
		w.cooling, w.bad = w.plateau.Cooldown, 0
	}
}

// better compares with the best so far. The first number is better than none.
func (w *Watch) better(v float64) bool {
	p := w.plateau
	switch {
	case math.IsInf(w.best, 0):
		return !math.IsNaN(v)
	case p.Larger && p.Absolute:
		return v > w.best+p.Threshold
	case p.Larger:
		return v > w.best*(1+p.Threshold)
	case p.Absolute:
		return v < w.best-p.Threshold
	}
	return v < w.best*(1-p.Threshold)
}
