package calculus

import (
	"container/heap"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// Integral is the result of a quadrature.
type Integral struct {
	Value       float64
	Error       float64 // an estimate, not a bound
	Evaluations int
}

// Accuracy asked of a quadrature, relative to the integral of |f|, and what is still
// accepted when halving intervals does not help any more.
const (
	wantedAccuracy   = 1e-11
	acceptedAccuracy = 1e-6
)

// legendreNodes is the order of the Gauss-Legendre rule on each piece.
const legendreNodes = 10

// piece is an interval with the rule's results on it.
type piece struct {
	low, high   float64
	value, size float64 // the integrals of f and |f|
	err         float64
	depth       int
	left, right [2]float64 // results of the halves
}

// pieces is a heap by error.
type pieces []*piece

func (h pieces) Len() int           { return len(h) }
func (h pieces) Less(i, j int) bool { return h[i].err > h[j].err }
func (h pieces) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *pieces) Push(x any)        { *h = append(*h, x.(*piece)) }
func (h *pieces) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// adaptive integrates by Gauss-Legendre rules on pieces: each is compared with its
// halves, and the one with the largest difference is halved, until the
// differences are small. The same is done for |f|, so that poles of both signs,
// which cancel, count as what they are.
type adaptive struct {
	f           func(t float64) float64
	nodes       [legendreNodes]float64
	weights     [legendreNodes]float64
	evaluations int
	budget      int
}

// rule applies the Gauss-Legendre rule to f and |f|.
func (a *adaptive) rule(low, high float64) (value, size float64) {
	half, middle := (high-low)/2, low+(high-low)/2
	for i, t := range a.nodes {
		v := a.f(middle + half*t)
		value += a.weights[i] * v
		size += a.weights[i] * math.Abs(v)
	}
	a.evaluations += legendreNodes
	return value * half, size * half
}

// measure computes a piece and its error.
func (a *adaptive) measure(low, high float64, whole [2]float64, depth int) *piece {
	middle := low + (high-low)/2
	p := &piece{low: low, high: high, depth: depth}
	v, s := a.rule(low, middle)
	w, t := a.rule(middle, high)
	p.left, p.right = [2]float64{v, s}, [2]float64{w, t}
	p.value, p.size = v+w, s+t
	p.err = max(math.Abs(p.value-whole[0]), math.Abs(p.size-whole[1]))
	if math.IsNaN(p.err) {
		p.err = math.Inf(1)
	}
	return p
}

// divergent is where an integral has no finite value.
type divergent struct{ low, high float64 }

func (d divergent) Error() string {
	return fmt.Sprintf("calculus: the integral does not converge near %s", short(d.low+(d.high-d.low)/2))
}

// run integrates over the intervals between breaks.
func (a *adaptive) run(breaks []float64) (Integral, error) {
	quad.Legendre{}.FixedLocations(a.nodes[:], a.weights[:], -1, 1)
	var queue, done pieces
	for i := range len(breaks) - 1 {
		v, s := a.rule(breaks[i], breaks[i+1])
		queue = append(queue, a.measure(breaks[i], breaks[i+1], [2]float64{v, s}, 0))
	}
	heap.Init(&queue)
	for round := 0; ; round++ {
		value, size, rest, stuck := 0.0, 0.0, 0.0, 0.0
		// Adding up all pieces takes longer than a rule: not in each round.
		if len(queue) < 16 || round%32 == 0 || a.evaluations > a.budget {
			for _, p := range queue {
				value, size, rest = value+p.value, size+p.size, rest+p.err
			}
			for _, p := range done {
				value, size, stuck = value+p.value, size+p.size, stuck+p.err
			}
			result := Integral{value, rest + stuck, a.evaluations}
			finite := size <= math.MaxFloat64
			if finite && rest+stuck <= max(wantedAccuracy*size, 1e-300) {
				return result, nil
			}
			if !finite || len(queue) == 0 || a.evaluations > a.budget || rest <= wantedAccuracy*size/2 {
				if finite && rest+stuck <= acceptedAccuracy*size {
					return result, nil
				}
				worst := append(done, queue...)
				p := slices.MaxFunc(worst, func(p, q *piece) int { return int(sign(p.err - q.err)) })
				return result, divergent{p.low, p.high}
			}
		}
		p := heap.Pop(&queue).(*piece)
		middle := p.low + (p.high-p.low)/2
		if p.depth > 400 || !(p.low < middle && middle < p.high) || (p.high-p.low) < 4e-16*max(math.Abs(p.low), math.Abs(p.high)) {
			done = append(done, p)
			continue
		}
		heap.Push(&queue, a.measure(p.low, middle, p.left, p.depth+1))
		heap.Push(&queue, a.measure(middle, p.high, p.right, p.depth+1))
	}
}

// substitution maps t onto an interval that may be infinite: x(t) and dx/dt.
type substitution struct {
	Interval
	from, to float64
}

// substituted chooses t ∈ [0,1) with x = a ± t/(1-t) for a half-line, t ∈ (-1,1)
// with x = t/(1-t²) for the line, and t = x for a finite interval.
func substituted(i Interval) substitution {
	switch low, high := math.IsInf(i.Low, -1), math.IsInf(i.High, 1); {
	case low && high:
		return substitution{i, -1, 1}
	case low:
		return substitution{i, -1, 0}
	case high:
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
		return s.High + t/(1+t), 1 / ((1 + t) * (1 + t))
	case high:
		return s.Low + t/(1-t), 1 / ((1 - t) * (1 - t))
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
		return (x - s.High) / (1 - (x - s.High))
	case high:
		return (x - s.Low) / (1 + (x - s.Low))
	}
	return x
}

// effort is how much work goes into one quadrature: pieces to begin with, points in
// a factor of ten when peaks are looked for, and evaluations at most.
type effort struct{ pieces, perDecade, budget int }

// efforts go by the number of variables, as nested quadratures multiply.
var efforts = [maxNested + 1]effort{1: {8, 200, 200000}, 2: {4, 24, 40000}, 3: {2, 12, 4000}}

// errNoRange is for intervals from a number to itself or backwards.
var errNoRange = errors.New("calculus: an integral needs a range from a smaller to a larger number")

// integrateLine integrates a function over an interval, which may be infinite.
// Narrow peaks are looked for on logarithmic grids first.
func integrateLine(f func(x float64) float64, i Interval, effort effort) (Integral, error) {
	if !(i.Low < i.High) {
		return Integral{}, errNoRange
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
	a := &adaptive{budget: effort.budget, f: func(t float64) float64 {
		x, slope := s.at(t)
		v := f(x)
		if v == 0 {
			return 0 // also where the slope overflows
		}
		return v * slope
	}}
	result, err := a.run(slices.Compact(breaks))
	if d, ok := errors.AsType[divergent](err); ok {
		low, _ := s.at(d.low)
		high, _ := s.at(d.high)
		return result, divergent{low, high}
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
	var list []float64
	for _, x := range []float64{at - 10*gap, at - gap, at, at + gap, at + 10*gap} {
		if best > 0 && x > i.Low && x < i.High {
			list = append(list, s.inverse(x))
		}
	}
	return list
}
