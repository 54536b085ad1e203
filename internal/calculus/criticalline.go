package calculus

import (
	"math"
	"slices"
)

// gridCells is how many pieces an interval is cut into to isolate zeros of f', at
// first and at most. Their number is even, so that the middle of the interval is
// looked at itself.
const (
	gridCells    = 4000
	maxGridCells = 64 * gridCells
)

// grids scans with ever finer grids until two find the same number of places; many
// instructions leave time for fewer.
func (f *finder) grids(b Interval) (roots, kinks []float64, flat []Interval, settled bool) {
	roots, kinks, flat = f.scan(b, gridCells)
	most := min(maxGridCells, maxGridCells*16/len(f.p.code))
	for cells := 4 * gridCells; cells <= most; cells *= 4 {
		moreRoots, moreKinks, _ := f.scan(b, cells)
		settled = len(moreRoots) <= len(roots) && len(moreKinks) <= len(kinks)
		if settled {
			break
		}
		roots, kinks = moreRoots, moreKinks
	}
	return roots, kinks, flat, settled || most < 4*gridCells
}

// line finds the critical points of a function of one variable.
func (f *finder) line() CriticalSet {
	b := f.box[0]
	var set CriticalSet
	roots, kinks, flat, settled := f.grids(b)
	set.Flat = flat
	if !settled {
		set.Incomplete = "finer grids find more and more points: some lie closer together than can be told apart"
	}
	// Where one is, others may be close by: around each a grid a hundred times finer.
	if cell := b.width() / gridCells; len(roots) <= 100 {
		for _, r := range slices.Clone(roots) {
			more, _, _ := f.scan(Interval{max(b.Low, r-2*cell), min(b.High, r+2*cell)}, 401)
			roots = append(roots, more...)
		}
	}
	slices.Sort(roots)
	roots = slices.CompactFunc(roots, func(a, b float64) bool { return math.Abs(a-b) <= 1e-7*max(1, math.Abs(a)) })
	for _, r := range roots {
		set.Points = append(set.Points, CriticalPoint{X: []float64{r}})
	}
	known := slices.Clone(set.Points)
	set.Points = set.Points[:0]
	for _, r := range roots {
		if f.jumps(r) { // f' is 0 there by convention alone, as that of |x| at 0
			kinks = append(kinks, r)
			continue
		}
		set.Points = append(set.Points, f.classifyLine(r, f.reach([]float64{r}, known)))
	}
	for _, k := range kinks {
		if c, ok := f.classifyKink(k); ok {
			set.Points = append(set.Points, c)
		}
	}
	slices.SortFunc(set.Points, func(a, b CriticalPoint) int { return slices.Compare(a.X, b.X) })
	return set
}

// scan looks for zeros of f' and for jumps of f' over zero between the points of a
// grid, and for intervals of it where f' is zero throughout.
func (f *finder) scan(b Interval, cells int) (roots, kinks []float64, flat []Interval) {
	x, d := make([]float64, cells+1), make([]float64, cells+1)
	for i := range x {
		x[i] = b.Low + b.width()*float64(i)/float64(cells)
		if math.Abs(x[i]) < b.width()*1e-12 {
			x[i] = 0
		}
		d[i] = f.slope(x[i])
	}
	for i := 0; i <= cells; i++ {
		if d[i] == 0 { // how far does that go on?
			j := i
			for j < cells && d[j+1] == 0 {
				j++
			}
			if j-i < 3 {
				roots = append(roots, x[i:j+1]...)
			} else {
				flat = append(flat, Interval{x[i], x[j]})
			}
			i = j
		}
		if i > 0 && i < cells && math.IsNaN(d[i]) && d[i-1]*d[i+1] < 0 {
			kinks = append(kinks, x[i]) // a cusp, perhaps
		}
		if i == cells || math.IsNaN(d[i]) || math.IsNaN(d[i+1]) {
			continue
		}
		switch {
		case d[i]*d[i+1] < 0:
			roots, kinks = f.crossing(x[i], x[i+1], roots, kinks)
		case i > 0 && d[i] != 0 && math.Abs(d[i]) <= math.Abs(d[i-1]) && math.Abs(d[i]) <= math.Abs(d[i+1]):
			roots, kinks = f.touching(x[i-1], x[i+1], roots, kinks)
		}
	}
	return roots, kinks, flat
}

// bisect halves an interval in which g changes sign until it cannot be halved.
func bisect(g func(float64) float64, a, b float64) (float64, float64, bool) {
	negative := g(a) < 0
	for {
		m := a + (b-a)/2
		if m <= a || m >= b {
			return a, b, true
		}
		switch v := g(m); {
		case math.IsNaN(v):
			return a, b, false
		case v == 0:
			return m, m, true
		case (v < 0) == negative:
			a = m
		default:
			b = m
		}
	}
}

// crossing finds the zero of f' between a and b, where its sign changes: a zero, a
// kink where f' jumps, or a pole, which is no critical point.
func (f *finder) crossing(a, b float64, roots, kinks []float64) ([]float64, []float64) {
	before := max(math.Abs(f.slope(a)), math.Abs(f.slope(b)))
	l, r, ok := bisect(f.slope, a, b)
	at := f.slope(l)
	if math.Abs(f.slope(r)) < math.Abs(at) {
		at = f.slope(r)
		l = r
	}
	if ok && math.Abs(at) <= 1e-6*before {
		return append(roots, f.snapped([]float64{l})[0]), kinks
	}
	return roots, append(kinks, f.snappedKink(l)) // if f has a value there
}

// jumps reports whether f' does not go to 0 towards x, as that of |x| at 0.
func (f *finder) jumps(x float64) bool {
	near, far := 1e-9*max(1, math.Abs(x)), 1e-6*max(1, math.Abs(x))
	for _, side := range []float64{-1, 1} {
		if math.Abs(f.slope(x+side*near)) > 0.9*math.Abs(f.slope(x+side*far)) && f.slope(x+side*far) != 0 {
			return true
		}
	}
	return false
}

// snappedKink rounds a place to few digits when it is an ulp beside them.
func (f *finder) snappedKink(x float64) float64 {
	for digits := 0; digits <= 8; digits++ {
		scale := math.Pow10(digits)
		if r := math.Round(x*scale) / scale; math.Abs(r-x) <= 1e-14*max(1, math.Abs(x)) {
			return r + 0
		}
	}
	return x
}

// touching looks for zeros of f' near a point where |f'| is smallest: one where it
// touches zero, or two of opposite sign.
func (f *finder) touching(a, b float64, roots, kinks []float64) ([]float64, []float64) {
	if !(f.bend(a)*f.bend(b) < 0) {
		return roots, kinks
	}
	l, r, ok := bisect(f.bend, a, b)
	if !ok {
		return roots, kinks
	}
	m := l
	if math.Abs(f.slope(r)) < math.Abs(f.slope(l)) {
		m = r
	}
	around := max(math.Abs(f.slope(a)), math.Abs(f.slope(b)))
	switch v := f.slope(m); {
	case math.Abs(v) <= 1e-9*around:
		return append(roots, f.snapped([]float64{m})[0]), kinks
	case v*f.slope(a) < 0:
		roots, kinks = f.crossing(a, m, roots, kinks)
		return f.crossing(m, b, roots, kinks)
	}
	return roots, kinks
}
