package calculus

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Interval is a range of a variable.
type Interval struct{ Low, High float64 }

func (i Interval) width() float64 { return i.High - i.Low }

// The kinds of critical points.
const (
	Minimum    = "minimum"
	Maximum    = "maximum"
	Saddle     = "saddle"
	Inflection = "inflection"
	Degenerate = "degenerate"
)

// CriticalPoint is a point where the gradient is zero, or where it jumps in a way
// that makes an extremum, as for |x| at 0.
type CriticalPoint struct {
	X     []float64
	Value float64
	// Kind is what the point is. Where the second derivatives do not decide, it comes
	// from values around the point; it is Degenerate where these do not decide either.
	Kind string
	// SecondOrder is what the second derivatives alone say: Degenerate where the
	// smallest is zero and none contradict.
	SecondOrder string
	Eigenvalues []float64 // of the Hessian, ascending; nil at a kink
	Reason      string    // what decided, in words
	// Continuum says that the point is one of a curve of critical points.
	Continuum bool
}

// CriticalSet is what a search in a box found.
type CriticalSet struct {
	Points []CriticalPoint // in order of their coordinates
	Flat   []Interval      // of one variable: where the function is constant, to rounding
	// Incomplete says why points are likely to be missing; it is empty where a finer
	// search found no others.
	Incomplete string
}

// maxSearched is the number of variables up to which a box can be searched.
const maxSearched = 6

// CriticalPoints finds the critical points of a function in a box, one interval for
// each of its variables. In one variable it isolates them between the points
// of grids, kinks and cusps among them; in several it runs Newton's method on the
// gradient from many starts, which finds no kinks but by chance, and takes seconds at
// most. Either search ends when a finer one finds nothing new, or says that it did
// not. Points closer together than the grid, or hidden from all starts, can be missed
// all the same.
func CriticalPoints(e *Expr, box []Interval) (CriticalSet, error) {
	n := len(e.Variables)
	if n > maxSearched {
		return CriticalSet{}, fmt.Errorf("calculus: critical points are searched in up to %d variables, not %d", maxSearched, n)
	}
	f, err := newFinder(e, box)
	switch {
	case err != nil || n == 0:
		return CriticalSet{}, err
	case n == 1:
		return f.line(), nil
	}
	return f.space(), nil
}

// Classify tells what kind of critical point x is. The box bounds the neighbourhood
// that is looked at where second derivatives do not decide.
func Classify(e *Expr, x []float64, box []Interval) (CriticalPoint, error) {
	f, err := newFinder(e, box)
	switch {
	case err != nil:
		return CriticalPoint{}, err
	case len(x) != len(box) || len(x) == 0:
		return CriticalPoint{}, fmt.Errorf("calculus: %d values for %d variables", len(x), len(box))
	case len(x) == 1:
		return f.classifyLine(x[0], f.reach(x, nil)), nil
	}
	return f.classify(x, f.reach(x, nil)), nil
}

// finder searches a box.
type finder struct {
	p    *Program
	node *Node
	vars []string
	box  []Interval

	orders []*Program // of derivatives
	budget int        // how many operations the steps may still take
}

// newFinder compiles a function; its box has a finite interval for each variable.
func newFinder(e *Expr, box []Interval) (*finder, error) {
	switch n := len(e.Variables); {
	case e.Vector:
		return nil, errors.New("calculus: a vector has no critical points")
	case len(box) != n:
		return nil, fmt.Errorf("calculus: %d intervals for %d variables", len(box), n)
	}
	for i, b := range box {
		if !(b.width() > 0) || math.IsInf(b.width(), 0) {
			return nil, fmt.Errorf("calculus: %s from %g to %g is no range", e.Variables[i], b.Low, b.High)
		}
	}
	p, err := e.Compile()
	return &finder{p: p, node: e.Outputs[0], vars: e.Variables, box: box, budget: searchWork}, err
}

// slope is f' of one variable, NaN where there is none.
func (f *finder) slope(x float64) float64 {
	g := [1]float64{}
	if _, err := f.p.Gradient([]float64{x}, g[:]); err != nil {
		return math.NaN()
	}
	return g[0]
}

// bend is f″ of one variable.
func (f *finder) bend(x float64) float64 {
	h := [1]float64{}
	if err := f.p.HessVec([]float64{x}, []float64{1}, h[:]); err != nil {
		return math.NaN()
	}
	return h[0]
}

// reach is how far around x the function may be looked at: a small part of the box,
// and less than half way to the nearest other point.
func (f *finder) reach(x []float64, others []CriticalPoint) float64 {
	r := math.Inf(1)
	for _, b := range f.box {
		r = min(r, b.width()/100)
	}
	for _, o := range others {
		if d := distance(x, o.X); d > 0 {
			r = min(r, 0.4*d)
		}
	}
	return r
}

func distance(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return math.Sqrt(sum)
}

// snapped rounds coordinates to few digits where the gradient does not get worse:
// points of textbooks have such coordinates, and a search ends an ulp beside them.
func (f *finder) snapped(x []float64) []float64 {
	best, norm := slices.Clone(x), f.gradientNorm(x)
	for digits := 0; digits <= 8; digits++ {
		scale := math.Pow10(digits)
		all := slices.Clone(best)
		for i, v := range best {
			r := math.Round(v*scale) / scale
			if math.Abs(r-v) > 1e-5*max(1, math.Abs(v))/scale {
				continue
			}
			all[i] = r + 0 // no -0
		}
		if g := f.gradientNorm(all); g <= norm {
			best, norm = all, g
		}
	}
	return best
}

// gradientNorm is the largest partial derivative, infinite where there is none.
func (f *finder) gradientNorm(x []float64) float64 {
	g := make([]float64, len(x))
	if _, err := f.p.Gradient(x, g); err != nil {
		return math.Inf(1)
	}
	var norm float64
	for _, v := range g {
		norm = max(norm, math.Abs(v))
	}
	return norm
}

// magnitude is the largest value on the way of the last evaluation; the result
// carries rounding errors in proportion to it.
func (p *Program) magnitude() float64 {
	var m float64
	for _, v := range p.value {
		if a := math.Abs(v); a <= math.MaxFloat64 {
			m = max(m, a)
		}
	}
	return m
}
