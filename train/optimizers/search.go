package optimizers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Limits say when a search ends. 0 is no limit, or the usual tolerance.
type Limits struct {
	Iterations  int // major iterations
	Evaluations int // of all kinds together; looked at between evaluations
	// GradientTolerance ends the search when no component of the gradient is larger
	// (default 1e-8).
	GradientTolerance float64
	// FunctionTolerance ends it when an iteration lowers f by less than this part of
	// |f|; by default only rounding does.
	FunctionTolerance float64
}

const usualGradientTolerance = 1e-8

// bottom is the value below which a function counts as unbounded.
const bottom = -1e20

// Search is a method at work on a problem, between two iterations.
type Search struct {
	objective  *Objective
	limits     Limits
	at         Point
	iterate    Iteration
	move       Move
	iterations int
	status     Status
}

// NewSearch prepares a search from a start, where it evaluates value and gradient.
//
// Errors: the problem has no Func or Grad, or lacks what the method needs; the
// value or the gradient at the start is not finite.
func NewSearch(m Method, p Problem, start []float64, limits Limits) (*Search, error) {
	switch {
	case m == nil || p.Func == nil || p.Grad == nil:
		return nil, errors.New("optimizers: a search needs a method and a problem with Func and Grad")
	case len(start) == 0 || !allFinite(start):
		return nil, fmt.Errorf("optimizers: %v is no start", start)
	}
	if err := Validate(m); err != nil {
		return nil, fmt.Errorf("optimizers: %w", err)
	}
	n := len(start)
	limits.GradientTolerance = cmp.Or(limits.GradientTolerance, usualGradientTolerance)
	o := &Objective{problem: p, n: n, limits: limits, ctx: context.Background(), best: Point{X: slices.Clone(start), F: math.Inf(1)}}
	s := &Search{objective: o, limits: limits, at: Point{X: slices.Clone(start), G: make([]float64, n)}}
	s.at.F = o.Func(s.at.X)
	if finite := o.Grad(s.at.G, s.at.X); !finite || math.IsInf(s.at.F, 0) {
		return nil, fmt.Errorf("optimizers: the value at the start is %v, its gradient finite: %v; start elsewhere", s.at.F, finite)
	}
	var err error
	if s.iterate, err = m.Begin(o, s.at.clone()); err != nil {
		return nil, fmt.Errorf("optimizers: %w", err)
	}
	return s, nil
}

func (p Point) clone() Point { return Point{slices.Clone(p.X), p.F, slices.Clone(p.G)} }

// Next makes one major iteration. It returns false, and does nothing more, once
// the search has ended: Status says why. The last iteration of a search, after
// which it ends, still returns true.
//
// When the context ends in the middle of an iteration, the point is that before
// it, and the search can go on with another context.
func (s *Search) Next(ctx context.Context) bool {
	if s.status == Interrupted && ctx.Err() == nil {
		s.status = ""
	}
	if s.status == "" && s.iterations == 0 && s.level() {
		s.status = GradientTolerance
	}
	if s.status == "" && ctx.Err() != nil {
		s.status = Interrupted
	}
	if s.status != "" {
		return false
	}
	s.objective.ctx = ctx
	before := s.at.F
	next := s.at.clone()
	s.move = s.iterate(&next)
	switch {
	case s.move.End == Interrupted:
		s.status = Interrupted
		return false
	case s.move.End != "":
		s.status = s.move.End
		if s.status.Failed() {
			s.restore()
		}
		return false
	}
	moved := !slices.Equal(s.at.X, next.X)
	s.at = next
	s.iterations++
	s.status = s.judge(before, moved)
	if s.status.Failed() {
		s.restore()
	}
	return true
}

// level reports whether the gradient is within the tolerance.
func (s *Search) level() bool { return largest([][]float64{s.at.G}) <= s.limits.GradientTolerance }

// judge says whether the search is over after an iteration.
func (s *Search) judge(before float64, moved bool) Status {
	l := s.limits
	switch change := before - s.at.F; {
	case !allFinite(s.at.X) || !allFinite(s.at.G) || math.IsNaN(s.at.F) || math.IsInf(s.at.F, 1):
		return NotFinite
	case s.at.F < bottom:
		return Unbounded
	case s.level():
		return GradientTolerance
	case !moved:
		return StepTolerance
	case l.FunctionTolerance > 0 && change >= 0 && change <= l.FunctionTolerance*math.Abs(before):
		return FunctionTolerance
	case l.Iterations > 0 && s.iterations >= l.Iterations:
		return IterationLimit
	}
	return s.objective.Halted()
}

// restore goes back to the lowest point of all that were evaluated.
func (s *Search) restore() {
	o := s.objective
	if best := o.best; best.F < s.at.F || !allFinite(s.at.X) || !allFinite(s.at.G) || math.IsInf(s.at.F, 0) {
		s.at.F = best.F
		copy(s.at.X, best.X)
		o.Grad(s.at.G, s.at.X)
	}
}

// Point returns where the search stands. It belongs to the search.
func (s *Search) Point() Point { return s.at }

// X returns the point's coordinates. They belong to the search.
func (s *Search) X() []float64 { return s.at.X }

// Move returns what the last iteration did.
func (s *Search) Move() Move { return s.move }

// Status returns why the search has ended, "" while it has not.
func (s *Search) Status() Status { return s.status }

// Iterations returns the number of major iterations.
func (s *Search) Iterations() int { return s.iterations }

// Evaluations returns what has been evaluated, the start included.
func (s *Search) Evaluations() Evaluations { return s.objective.count }

// Result is where a search ended.
type Result struct {
	Point
	Iterations  int
	Evaluations Evaluations
	Status      Status
	LineSearch  string // how the last search along a line ended
}

// Result returns where the search stands.
func (s *Search) Result() Result {
	return Result{s.at.clone(), s.iterations, s.objective.count, s.status, s.move.LineSearch}
}

// Minimize runs a search to its end.
func Minimize(ctx context.Context, m Method, p Problem, start []float64, limits Limits) (Result, error) {
	s, err := NewSearch(m, p, start, limits)
	if err != nil {
		return Result{}, err
	}
	for s.Next(ctx) {
	}
	return s.Result(), nil
}
