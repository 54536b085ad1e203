package calculus

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// maxNested is the number of variables up to which quadratures are nested.
const maxNested = 3

// maxOperations bounds a whole quadrature, some seconds of work.
const maxOperations = 400_000_000

// ErrTooLong is for integrals that take too many evaluations.
var ErrTooLong = errors.New("calculus: the quadrature does not converge in reasonable time")

var errVector = errors.New("calculus: a vector cannot be integrated")

// Integrate computes the integral of the result of e over a box, one interval for
// each variable of e; they may be infinite. It uses adaptive Gauss-Legendre
// quadrature, nested for several variables. Integrals that converge only because
// positive and negative parts cancel do not count as convergent.
func Integrate(e *Expr, box []Interval) (Integral, error) {
	p, err := e.Compile()
	if err != nil {
		return Integral{}, err
	}
	if e.Vector {
		return Integral{}, errVector
	}
	return integrateBox(p, box, func([]float64) float64 { return 1 })
}

// looser are the accuracies, in terms of that of efforts, that nested quadratures
// fall back to when they take too long.
var looser = []float64{1, 1e3}

// integrateBox integrates weight·f over a box.
func integrateBox(p *Program, box []Interval, weight func(x []float64) float64) (Integral, error) {
	for _, times := range looser {
		if result, err := integrateTo(p, box, weight, times); !errors.Is(err, ErrTooLong) {
			return result, err
		}
	}
	return Integral{Value: math.NaN(), Error: math.NaN()}, ErrTooLong
}

// integrateTo integrates with some times the error of efforts.
func integrateTo(p *Program, box []Interval, weight func(x []float64) float64, times float64) (Integral, error) {
	if err := fits(box, p.vars); err != nil {
		return Integral{}, err
	}
	if n := len(box); n > maxNested {
		return Integral{}, fmt.Errorf("calculus: quadrature is for up to %d variables, not %d", maxNested, n)
	}
	q := &nested{p: p, box: box, weight: weight, times: times, x: make([]float64, len(box)), allowed: maxOperations / (len(p.code) + 20)}
	result, err := q.over(0)
	result.Evaluations, result.Unseen = q.evaluations, !q.seen
	if q.largest > 0 {
		result.Error += q.off / q.largest * result.size
	}
	if q.failed != nil {
		err = q.failed
	}
	if err != nil {
		return Integral{Value: math.NaN(), Error: math.NaN(), Evaluations: q.evaluations}, err
	}
	return result, nil
}

// fits reports ranges that are not one for each of the variables.
func fits(box []Interval, vars []string) error {
	if len(box) != len(vars) || len(box) == 0 {
		return fmt.Errorf("calculus: %d ranges for %d variables", len(box), len(vars))
	}
	return nil
}

// nested is a quadrature in several variables: the integral over a variable has the
// integral over the next one as its function.
type nested struct {
	p      *Program
	box    []Interval
	weight func(x []float64) float64
	times  float64
	x      []float64 // where it is

	evaluations, allowed int
	seen                 bool    // a value that is not 0
	off, largest         float64 // the largest error and value of inner integrals
	failed               error   // after which all is 0
}

// over integrates over variable k and those behind it, with the others as they are.
func (q *nested) over(k int) (Integral, error) {
	effort := efforts[len(q.box)]
	if len(q.box) > 1 { // inner ones more exactly, or their errors look like a rough function
		effort.wanted *= q.times * math.Pow10(-k)
	}
	result, err := integrateLine(func(v float64) float64 {
		q.x[k] = v
		switch {
		case q.failed != nil:
			return 0
		case k < len(q.box)-1:
			return q.inner(k + 1)
		}
		return q.value(v)
	}, q.box[k], effort)
	if d, ok := errors.AsType[divergent](err); ok {
		d.name = q.p.vars[k]
		err = d
	}
	return result, err
}

// inner is the integral over variable k as a value.
func (q *nested) inner(k int) float64 {
	line, err := q.over(k)
	if q.failed == nil && err != nil {
		q.failed = err
	}
	q.off, q.largest = max(q.off, line.Error), max(q.largest, line.size)
	if math.Abs(line.Value) <= 1e-12*line.size {
		return 0 // what cancels by symmetry leaves rounding, which no quadrature integrates
	}
	return line.Value
}

// value is weight·f at the point, whose last coordinate is v.
func (q *nested) value(v float64) float64 {
	if q.evaluations++; q.evaluations > q.allowed {
		q.failed = ErrTooLong
		return 0
	}
	y := q.p.Value(q.x)
	if math.IsNaN(y) {
		_, err := q.p.Eval(q.x)
		if located, ok := errors.AsType[*Error](err); ok && math.Abs(v) < 1e100 {
			q.failed = &Error{located.Msg + " at " + point(q.p.vars, q.x), located.Source, located.Span}
		}
		return 0 // also ∞·0 far out, as in x^2 e^(-x^2)
	}
	if y == 0 {
		return 0
	}
	q.seen = true
	return y * q.weight(q.x)
}

// Estimate is an integral by random points: the volume times the mean of f, and its
// standard error, the standard deviation over √n.
type Estimate struct {
	Samples       int
	Value         float64
	StandardError float64
}

// MonteCarlo estimates the integral over a box from random points in it, after
// 100, 1000, … and all samples. Infinite ranges are mapped onto finite ones.
func MonteCarlo(e *Expr, box []Interval, samples int, seed uint64) ([]Estimate, error) {
	p, err := e.Compile()
	if err == nil {
		err = fits(box, p.vars)
	}
	switch {
	case err != nil:
		return nil, err
	case e.Vector:
		return nil, errVector
	}
	maps := make([]substitution, len(box))
	volume := 1.0
	for i, b := range box {
		if !(b.Low < b.High) {
			return nil, errNoRange
		}
		maps[i] = substituted(b)
		volume *= maps[i].to - maps[i].from
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	x := make([]float64, len(box))
	var list []Estimate
	mean, squares := 0.0, 0.0
	next := 100
	for n := 1; n <= samples; n++ {
		weight := volume
		for i, m := range maps {
			v, slope := m.at(m.from + (m.to-m.from)*rng.Float64())
			x[i] = v
			weight *= slope
		}
		y := p.Value(x)
		if math.IsNaN(y) {
			_, err := p.Eval(x)
			return nil, err
		}
		if y != 0 {
			y *= weight
		}
		// Welford's update of mean and sum of squared deviations.
		d := y - mean
		mean += d / float64(n)
		squares += d * (y - mean)
		if n == next || n == samples {
			list = append(list, Estimate{n, mean, math.Sqrt(squares / float64(n-1) / float64(n))}) // NaN for one
			next *= 10
		}
	}
	return list, nil
}
