package calculus

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Newton's method on the gradient: so many steps at most, which is enough where it
// converges only linearly, at degenerate points.
const newtonSteps = 90

// space finds the critical points of a function of several variables.
func (f *finder) space() CriticalSet {
	var found [][]float64
	incomplete := "the last starts still found new ones"
search:
	for round := range searchRounds {
		before := len(found)
		for _, start := range f.starts(round) {
			if f.budget < 0 {
				incomplete = "the search was ended before its last start, as it takes too long"
				break search
			}
			for _, damped := range []bool{false, true} {
				x, ok := f.descend(start, damped, found)
				if ok && f.inside(x) {
					found = append(found, f.snapped(x))
				}
			}
		}
		if !f.news(found, before) {
			incomplete = ""
			break
		}
	}
	slices.SortStableFunc(found, func(a, b []float64) int {
		return cmp.Compare(f.gradientNorm(a), f.gradientNorm(b))
	})
	set := CriticalSet{Incomplete: incomplete}
	for _, x := range found {
		h, err := f.p.Hessian(x)
		if err != nil {
			continue
		}
		// Steps end far from a degenerate point, which makes several of one.
		near := 1e-6
		if values := Eigenvalues(h); secondOrder(values) == Degenerate {
			near = 1e-3
		}
		if !slices.ContainsFunc(set.Points, func(c CriticalPoint) bool { return distance(c.X, x) < near*max(1, norm(x)) }) {
			set.Points = append(set.Points, CriticalPoint{X: x})
		}
	}
	known := slices.Clone(set.Points)
	slices.SortStableFunc(known, func(a, b CriticalPoint) int { return cmp.Compare(norm(a.X), norm(b.X)) })
	points := set.Points[:0]
	for _, c := range known {
		c = f.classify(c.X, f.reach(c.X, isolated(f, known, c)))
		// Of a curve of critical points one is enough for each value.
		if c.Continuum && slices.ContainsFunc(points, func(d CriticalPoint) bool {
			return d.Continuum && math.Abs(d.Value-c.Value) <= 1e-9*max(1, math.Abs(c.Value))
		}) {
			continue
		}
		points = append(points, c)
	}
	set.Points = points
	slices.SortFunc(set.Points, func(a, b CriticalPoint) int { return slices.Compare(a.X, b.X) })
	return set
}

// news reports whether points from number first on are others than those before.
// Degenerate ones do not count: a curve of them never ends.
func (f *finder) news(found [][]float64, first int) bool {
	for i, x := range found[first:] {
		h, err := f.p.Hessian(x)
		if err != nil {
			continue
		}
		values := Eigenvalues(h)
		if slices.ContainsFunc(values, func(v float64) bool {
			return math.Abs(v) <= 1e-6*max(math.Abs(values[0]), math.Abs(values[len(values)-1]))
		}) {
			continue
		}
		if !slices.ContainsFunc(found[:first+i], func(y []float64) bool { return distance(x, y) < 1e-6*max(1, norm(x)) }) {
			return true
		}
	}
	return false
}

// isolated are the points that limit how far one may look around c: all, unless
// they are so many that they make a curve.
func isolated(f *finder, all []CriticalPoint, c CriticalPoint) []CriticalPoint {
	if h, err := f.p.Hessian(c.X); err == nil && secondOrder(Eigenvalues(h)) == Degenerate && len(all) > 40 {
		return nil
	}
	return all
}

// searchRounds bounds the rounds of starts, searchWork the operations of all steps:
// a few seconds.
const (
	searchRounds = 5
	searchWork   = 1.5e9
)

// starts are a grid over the box, finer in later rounds, and random points in it.
func (f *finder) starts(round int) [][]float64 {
	n := len(f.box)
	side := [...]int{2: 21, 3: 9, 4: 5, 5: 4, 6: 3}[n]
	if n == 2 {
		side += 10 * round
	} else {
		side += round
	}
	var list [][]float64
	index := make([]int, n)
	for {
		x := make([]float64, n)
		for i, b := range f.box {
			x[i] = b.Low + b.width()*(float64(index[i])+0.5)/float64(side)
		}
		list = append(list, x)
		i := 0
		for ; i < n; i++ {
			if index[i]++; index[i] < side {
				break
			}
			index[i] = 0
		}
		if i == n {
			break
		}
	}
	rng := rand.New(rand.NewPCG(uint64(1+round), uint64(n)))
	for range 200 {
		x := make([]float64, n)
		for i, b := range f.box {
			x[i] = b.Low + b.width()*rng.Float64()
		}
		list = append(list, x)
	}
	return list
}

// inside reports points of the box, with its border.
func (f *finder) inside(x []float64) bool {
	for i, b := range f.box {
		if margin := 1e-9 * b.width(); x[i] < b.Low-margin || x[i] > b.High+margin {
			return false
		}
	}
	return true
}

func norm(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// descend runs Newton's method for ∇f = 0, x ← x - H⁻¹∇f, or, damped, the method of
// Levenberg and Marquardt for the least |∇f|². It gives up beyond the box, and stops
// early next to a point that is known.
func (f *finder) descend(start []float64, damped bool, known [][]float64) ([]float64, bool) {
	n := len(start)
	x, g := slices.Clone(start), make([]float64, n)
	if _, err := f.p.Gradient(x, g); err != nil {
		return nil, false
	}
	widest := 0.0
	for _, b := range f.box {
		widest = max(widest, b.width())
	}
	first := norm(g)
	mu := 1e-3
	for range newtonSteps {
		if norm(g) == 0 {
			return x, true
		}
		f.budget -= n*hessianWork*len(f.p.code) + eigenWork*n*n*n + n*len(known)
		for _, k := range known {
			if distance(k, x) < 1e-9*max(1, norm(x)) {
				return nil, false
			}
		}
		h, err := f.p.Hessian(x)
		if err != nil {
			return nil, false
		}
		step := newtonStep(h, g, damped, mu)
		if length := norm(step); length > widest/4 {
			for i := range step {
				step[i] *= widest / 4 / length
			}
		}
		next, nextG := make([]float64, n), make([]float64, n)
		for i := range x {
			next[i] = x[i] + step[i]
		}
		if _, err := f.p.Gradient(next, nextG); err != nil {
			if !damped {
				return nil, false
			}
			nextG[0] = math.Inf(1)
		}
		if damped {
			if norm(nextG) >= norm(g) {
				if mu *= 8; mu > 1e12 {
					break
				}
				continue
			}
			mu /= 4
		}
		x, g = next, nextG
		if norm(x) > 1e3*widest+1e3 {
			return nil, false
		}
		if norm(step) <= 1e-15*max(1, norm(x)) {
			break
		}
	}
	return x, norm(g) <= 1e-10*max(first, f.p.magnitude(), 1e-3)
}

// How many operations an instruction of a program takes in each row of a Hessian, and
// the eigenvalues of a matrix of order n, in units of n³.
const (
	hessianWork = 8
	eigenWork   = 60
)

// newtonStep solves H·step = -g; damped, (H² + μ|H|²)·step = -H·g. Eigenvalues of H
// that are nothing but rounding are left out.
func newtonStep(h [][]float64, g []float64, damped bool, mu float64) []float64 {
	n := len(g)
	values, vectors := eigen(h)
	step := make([]float64, n)
	if values == nil {
		return step
	}
	largest := max(math.Abs(values[0]), math.Abs(values[n-1]))
	for k, v := range values {
		along := mat.Dot(vectors.ColView(k), mat.NewVecDense(n, g))
		switch {
		case damped:
			along *= v / (v*v + mu*largest*largest + math.SmallestNonzeroFloat64)
		case math.Abs(v) <= 1e-15*largest || v == 0:
			continue
		default:
			along /= v
		}
		for i := range step {
			step[i] -= along * vectors.At(i, k)
		}
	}
	return step
}
