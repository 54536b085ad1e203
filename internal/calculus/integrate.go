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
		return Integral{}, errors.New("calculus: a vector cannot be integrated")
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
	n := len(box)
	switch {
	case n != len(p.vars) || n == 0:
		return Integral{}, fmt.Errorf("calculus: %d ranges for %d variables", n, len(p.vars))
	case n > maxNested:
		return Integral{}, fmt.Errorf("calculus: quadrature is for up to %d variables, not %d", maxNested, n)
	}
	x := make([]float64, n)
	var failed error
	seen := false // a value that is not 0
	evaluations, allowed := 0, maxOperations/(len(p.code)+20)
	off, largest := 0.0, 0.0 // the largest error and value of inner integrals
	var over func(k int) (Integral, error)
	over = func(k int) (Integral, error) {
		effort := efforts[n]
		if n > 1 { // inner ones more exactly, or their errors look like a rough function
			effort.wanted *= times * math.Pow10(-k)
		}
		result, err := integrateLine(func(v float64) float64 {
			x[k] = v
			if failed != nil {
				return 0
			}
			if k < n-1 {
				line, err := over(k + 1)
				if failed == nil && err != nil {
					failed = err
				}
				off, largest = max(off, line.Error), max(largest, line.size)
				if math.Abs(line.Value) <= 1e-12*line.size {
					return 0 // what cancels by symmetry leaves rounding, which no quadrature integrates
				}
				return line.Value
			}
			if evaluations++; evaluations > allowed {
				failed = ErrTooLong
				return 0
			}
			y := p.Value(x)
			if math.IsNaN(y) {
				_, err := p.Eval(x)
				if located, ok := errors.AsType[*Error](err); ok && math.Abs(v) < 1e100 {
					failed = &Error{located.Msg + " at " + point(p.vars, x), located.Source, located.Span}
					return 0
				}
				return 0 // ∞·0 far out, as in x^2 e^(-x^2)
			}
			seen = seen || y != 0
			if w := weight(x); y != 0 {
				y *= w
			}
			return y
		}, box[k], effort)
		if d, ok := errors.AsType[divergent](err); ok {
			d.name = p.vars[k]
			err = d
		}
		return result, err
	}
	result, err := over(0)
	result.Evaluations, result.Unseen = evaluations, !seen
	if largest > 0 {
		result.Error += off / largest * result.size
	}
	if failed != nil {
		err = failed
	}
	if err != nil {
		return Integral{Value: math.NaN(), Error: math.NaN(), Evaluations: evaluations}, err
	}
	return result, nil
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
	if err != nil {
		return nil, err
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
			list = append(list, Estimate{n, mean, math.Sqrt(squares / float64(max(1, n-1)) / float64(n))})
			next *= 10
		}
	}
	return list, nil
}
