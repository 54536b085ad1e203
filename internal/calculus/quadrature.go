package calculus

import (
	"cmp"
	"container/heap"
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
	Unseen      bool // f was 0 wherever it was evaluated

	size float64 // the integral of |f|
}

// Accuracy asked of the quadrature of one variable, relative to the integral of |f|,
// and what is still accepted when halving intervals does not help any more.
const (
	wantedAccuracy   = 1e-11
	acceptedAccuracy = 1e-6
)

// caution is how many times the differences the reported error is: at jumps and poles
// these are smaller than what is missing.
const caution = 8

// legendreNodes is the order of the Gauss-Legendre rule on each piece.
const legendreNodes = 10

// piece is an interval with the rule's results on it.
type piece struct {
	low, high   float64
	value, size float64 // the integrals of f and |f|
	err         float64
	depth       int
	left, right [2]float64 // results of the halves
	trail       trail
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
// which cancel, count as what they are. Towards a pole at an end the pieces become a
// geometric series, which is summed.
type adaptive struct {
	effort
	f           func(t float64) float64
	nodes       [legendreNodes]float64
	weights     [legendreNodes]float64
	ends        []float64 // endWeights
	evaluations int
}

// rule applies the Gauss-Legendre rule to f and |f|. A kink or a jump between an end
// and the first node does not show in the sums, but in how far f at the
// end is from the polynomial through the nodes: beyond is that, as an integral.
func (a *adaptive) rule(low, high float64) (value, size, beyond float64) {
	half, middle := (high-low)/2, low+(high-low)/2
	atLow, atHigh := 0.0, 0.0
	for i, t := range a.nodes {
		v := a.f(middle + half*t)
		value += a.weights[i] * v
		size += a.weights[i] * math.Abs(v)
		atLow += a.ends[i] * v
		atHigh += a.ends[legendreNodes-1-i] * v
	}
	a.evaluations += legendreNodes
	if a.checked {
		away := half * (1 - math.Abs(a.nodes[0]))
		for _, miss := range [2]float64{a.f(low+nearEnd*away) - atLow, a.f(high-nearEnd*away) - atHigh} {
			if miss = math.Abs(miss); miss <= math.MaxFloat64 { // no pole
				beyond += miss * away
			}
		}
		a.evaluations += 2
	}
	return value * half, size * half, beyond
}

// measure computes a piece and its error.
func (a *adaptive) measure(low, high float64, whole [2]float64, depth int, t trail) *piece {
	middle := low + (high-low)/2
	p := &piece{low: low, high: high, depth: depth, trail: t}
	v, s, beyond := a.rule(low, middle)
	w, u, more := a.rule(middle, high)
	p.left, p.right = [2]float64{v, s}, [2]float64{w, u}
	p.value, p.size = v+w, s+u
	p.err = max(math.Abs(p.value-whole[0]), math.Abs(p.size-whole[1]))
	if beyond += more; beyond > 1e-13*p.size { // more than rounding
		p.err = max(p.err, beyond)
	}
	if math.IsNaN(p.err) {
		p.err = math.Inf(1)
	}
	return p
}

// divergent is where an integral has no finite value.
type divergent struct {
	low, high float64
	name      string
}

func (d divergent) Error() string {
	middle := d.low + (d.high-d.low)/2
	if math.Abs(middle) < 1e-9 {
		middle = 0
	}
	at := short(middle)
	switch {
	case math.IsInf(d.high, 1) || d.high > 1e12:
		at = "infinity"
	case math.IsInf(d.low, -1) || d.low < -1e12:
		at = "-infinity"
	}
	return fmt.Sprintf("calculus: the integral does not converge: too much of it is near %s = %s; it is infinite, or f swings there too often or falls off too slowly", d.name, at)
}

// run integrates over the intervals between breaks.
func (a *adaptive) run(breaks []float64) (Integral, error) {
	quad.Legendre{}.FixedLocations(a.nodes[:], a.weights[:], -1, 1)
	a.ends = endWeights(a.nodes[:], -1+nearEnd*(1-math.Abs(a.nodes[0])))
	var queue, done pieces
	for i := range len(breaks) - 1 {
		v, s, _ := a.rule(breaks[i], breaks[i+1])
		queue = append(queue, a.measure(breaks[i], breaks[i+1], [2]float64{v, s}, 0, trail{}))
	}
	heap.Init(&queue)
	size := 0.0
	for round := 0; ; round++ {
		value, rest, settled := 0.0, 0.0, 0.0
		// Adding up all pieces takes longer than a rule: not in each round.
		if len(queue) < 16 || round%32 == 0 || a.evaluations > a.budget {
			size = 0
			for _, p := range queue {
				value, size, rest = value+p.value, size+p.size, rest+p.err
			}
			for _, p := range done {
				value, size, settled = value+p.value, size+p.size, settled+p.err
			}
			result := Integral{Value: value, Error: caution * (rest + settled), Evaluations: a.evaluations, size: size}
			finite := size <= math.MaxFloat64
			if finite && rest+settled <= max(a.wanted*size, 1e-300) {
				return result, nil
			}
			if !finite || len(queue) == 0 || a.evaluations > a.budget || rest <= a.wanted*size/2 {
				if finite && rest+settled <= max(acceptedAccuracy, 10*a.wanted)*size {
					return result, nil
				}
				worst := append(done, queue...)
				p := slices.MaxFunc(worst, func(p, q *piece) int { return cmp.Compare(p.err, q.err) })
				return result, divergent{low: p.low, high: p.high}
			}
		}
		p := heap.Pop(&queue).(*piece)
		middle := p.low + (p.high-p.low)/2
		noise := 4 * rounded(max(math.Abs(p.low), math.Abs(p.high)), p) * p.size
		switch v, err := p.trail.rest(); {
		case err <= p.trail.tolerance(p, a.wanted)*max(size, math.Abs(v)):
			p.value, p.size, p.err = v, math.Abs(v), err
			done = append(done, p)
			continue
		case p.err <= noise, p.depth > 400, !(p.low < middle && middle < p.high), p.high-p.low < 4e-16*max(math.Abs(p.low), math.Abs(p.high)):
			// What is left is rounding.
			if p.err = max(4*p.err, noise); err < p.err && noise < 1e-7*p.size {
				p.value, p.size, p.err = v, math.Abs(v), err
			}
			done = append(done, p)
			continue
		}
		heap.Push(&queue, a.measure(p.low, middle, p.left, p.depth+1, p.trail.followed(false, p.right[0])))
		heap.Push(&queue, a.measure(middle, p.high, p.right, p.depth+1, p.trail.followed(true, p.left[0])))
	}
}
