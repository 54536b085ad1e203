package optimizers

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

// lineSearches are gonum's, by the names of the option search.
var lineSearches = map[string]func(l LineSearch) optimize.Linesearcher{
	"more-thuente": func(l LineSearch) optimize.Linesearcher {
		return &optimize.MoreThuente{DecreaseFactor: *l.Decrease, CurvatureFactor: *l.Curvature}
	},
	"bisection": func(l LineSearch) optimize.Linesearcher {
		return &optimize.Bisection{CurvatureFactor: *l.Curvature}
	},
	"backtracking": func(l LineSearch) optimize.Linesearcher {
		return &optimize.Backtracking{DecreaseFactor: *l.Decrease}
	},
}

// LineSearch says how a method searches along a direction d for a step α. nil and
// the empty name are the method's own defaults.
//
//	f(x + αd) ≤ f(x) + Decrease·α·∇fᵀd        (Armijo)
//	|∇f(x + αd)ᵀd| ≤ Curvature·|∇fᵀd|         (with the first: strong Wolfe conditions)
//
// more-thuente meets both (Moré and Thuente, Line search algorithms with guaranteed
// sufficient decrease, 1994), bisection both with Decrease 0, backtracking the
// first only.
type LineSearch struct {
	Search    string
	Decrease  *float64 `range:"(0,1)"`
	Curvature *float64 `range:"(0,1)"`
}

// or fills in defaults.
func (l LineSearch) or(d LineSearch) LineSearch {
	return LineSearch{cmp.Or(l.Search, d.Search), cmp.Or(l.Decrease, d.Decrease), cmp.Or(l.Curvature, d.Curvature)}
}

// validate reports a search that there is not.
func (l LineSearch) validate() error {
	switch {
	case lineSearches[l.Search] == nil:
		return fmt.Errorf("search is more-thuente, bisection or backtracking, not %q", l.Search)
	case *l.Decrease >= *l.Curvature:
		return fmt.Errorf("decrease must be below curvature, got %v and %v", *l.Decrease, *l.Curvature)
	}
	return nil
}

// descend is an iteration of a method of gonum: its next direction, and one of
// gonum's searches along it. The loop asks for evaluations until the major
// iteration is complete.
func (l LineSearch) descend(o *Objective, d optimize.NextDirectioner) Iteration {
	direct := &directions{inner: d}
	guard := &guarded{inner: lineSearches[l.Search](l)}
	search := &optimize.LinesearchMethod{NextDirectioner: direct, Linesearcher: guard}
	begun := false
	return func(at *Point) Move {
		start := at.clone()
		loc := &optimize.Location{X: at.X, F: at.F, Gradient: at.G}
		for {
			next := search.Iterate
			if !begun {
				next = search.Init
			}
			begun = true
			op, err := next(loc)
			for err == nil && op != optimize.MajorIteration {
				if halt := o.Halted(); halt != "" {
					*at, begun = start, false
					return Move{End: halt}
				}
				if op&optimize.FuncEvaluation != 0 {
					loc.F = o.Func(loc.X)
				}
				if op&optimize.GradEvaluation != 0 && !o.Grad(loc.Gradient, loc.X) {
					loc.F = math.Inf(1)
				}
				op, err = search.Iterate(loc)
			}
			if err == nil {
				at.F = loc.F
				return Move{Length: guard.step, LineSearch: guard.String()}
			}
			*at = start.clone()
			loc = &optimize.Location{X: at.X, F: at.F, Gradient: at.G}
			begun = false
			if direct.steepest { // there is nothing simpler to try
				return Move{LineSearch: describe(err), End: hopeless(start, direct.slope)}
			}
		}
	}
}

// hopeless tells a failure from an end: where the decrease that the slope promises
// is below the rounding of f, the method has arrived.
func hopeless(at Point, slope float64) Status {
	if math.Abs(slope) <= rounding*math.Abs(at.F) {
		return FunctionTolerance
	}
	return LineSearchFailed
}

// rounding is the part of |f| that is noise.
const rounding = 1e-14

// describe words an error of gonum's searches.
func describe(err error) string {
	switch {
	case errors.Is(err, optimize.ErrNoProgress):
		return "the step is too small to change the point"
	case errors.Is(err, optimize.ErrLinesearcherBound):
		return "the step is at its upper bound"
	case errors.Is(err, optimize.ErrLinesearcherFailure):
		return "no acceptable step found"
	case errors.Is(err, optimize.ErrNonDescentDirection):
		return "the direction does not go down"
	}
	return err.Error()
}

// directions watches the directions of a method. One that is not finite or does
// not go down is replaced by steepest descent, from where the method starts anew.
type directions struct {
	inner    optimize.NextDirectioner
	slope    float64
	steepest bool
}

// InitDirection implements optimize.NextDirectioner.
func (d *directions) InitDirection(loc *optimize.Location, dir []float64) float64 {
	d.steepest = true
	step := d.inner.InitDirection(loc, dir)
	d.slope = floats.Dot(loc.Gradient, dir)
	return step
}

// NextDirection implements optimize.NextDirectioner.
func (d *directions) NextDirection(loc *optimize.Location, dir []float64) float64 {
	step := d.inner.NextDirection(loc, dir)
	d.slope = floats.Dot(loc.Gradient, dir)
	if !allFinite(dir) || !(d.slope < 0) || !(step > 0) {
		return d.InitDirection(loc, dir)
	}
	d.steepest = false
	return step
}

// guarded keeps what is not finite from a search of gonum, which would interpolate
// with it: the step becomes a tenth and the search starts again. It also ends
// searches that run on for ever.
type guarded struct {
	inner       optimize.Linesearcher
	f, g        float64 // at the start
	step        float64
	evaluations int
}

// searchLimit is the number of evaluations of one search; a good one takes two.
const searchLimit = 100

// Init implements optimize.Linesearcher.
func (s *guarded) Init(f, g, step float64) optimize.Operation {
	s.f, s.g, s.step, s.evaluations = f, g, step, 0
	return s.inner.Init(f, g, step)
}

// Iterate implements optimize.Linesearcher.
func (s *guarded) Iterate(f, g float64) (optimize.Operation, float64, error) {
	s.evaluations++
	switch {
	case s.evaluations > searchLimit:
		return optimize.NoOperation, s.step, optimize.ErrLinesearcherFailure
	case math.IsNaN(f) || math.IsInf(f, 1) || math.IsInf(g, 0):
		s.step /= 10
		return s.inner.Init(s.f, s.g, s.step), s.step, nil
	}
	op, step, err := s.inner.Iterate(f, g)
	s.step = step
	return op, step, err
}

// String says what the search found.
func (s *guarded) String() string {
	return fmt.Sprintf("step %.3g accepted after %d evaluations", s.step, s.evaluations)
}
