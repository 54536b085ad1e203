package calculus

import (
	"errors"
	"fmt"
	"math"
)

// Density is what a probability density p says.
type Density struct {
	// Support is where the density lives: the whole space, its positive part, or else
	// the range asked for; the first on which the integral of p is 1.
	Support []Interval
	Mass    float64 // the integral of p over the support: 1
	// Probability is that of the range asked for, ∫p.
	Probability Integral
	Mean        []float64 // E[X] of each variable; NaN where the integral does not converge
	Deviation   []float64 // the standard deviations
	Marginals   []Marginal
}

// Marginal is the density of one of two variables alone: the other one integrated
// away.
type Marginal struct {
	Variable string
	X, P     []float64
}

// marginalPoints is the length of the table of a marginal.
const marginalPoints = 9

// massTolerance is how far the integral of a density may be from 1.
const massTolerance = 1e-6

// ErrNoDensity is for functions whose integral is not 1, or that are negative.
var ErrNoDensity = errors.New("calculus: not a probability density")

// AnalyseDensity treats the result of e as the density of its one or two variables
// and computes probability, expectation and marginals.
func AnalyseDensity(e *Expr, over []Interval) (Density, error) {
	p, err := e.Compile()
	switch {
	case err != nil:
		return Density{}, err
	case e.Vector || len(e.Variables) == 0 || len(e.Variables) > 2:
		return Density{}, fmt.Errorf("calculus: a density has one variable or two, not %d", len(e.Variables))
	}
	unit := func([]float64) float64 { return 1 }
	var d Density
	if d.Probability, err = integrateBox(p, over, unit); err != nil {
		return d, err
	}
	if d.Support, d.Mass, err = support(p, over, d.Probability.Value); err != nil {
		return d, err
	}
	for i := range p.vars {
		mean, err := integrateBox(p, d.Support, func(x []float64) float64 { return x[i] })
		deviation := Integral{Value: math.NaN()}
		if err == nil {
			deviation, err = integrateBox(p, d.Support, func(x []float64) float64 { return (x[i] - mean.Value) * (x[i] - mean.Value) })
		}
		switch {
		case errors.Is(err, ErrTooLong): // which does not mean that there is none
			return d, err
		case err != nil:
			deviation.Value = math.NaN()
		}
		if math.Abs(mean.Value) < 1e-13*math.Sqrt(deviation.Value) {
			mean.Value = 0 // what symmetry leaves to rounding
		}
		d.Mean, d.Deviation = append(d.Mean, mean.Value), append(d.Deviation, math.Sqrt(deviation.Value))
	}
	if len(p.vars) == 2 {
		for i := range p.vars {
			m, err := marginal(p, d, over, i)
			if err != nil {
				return d, err
			}
			d.Marginals = append(d.Marginals, m)
		}
	}
	return d, nil
}

// support finds where the density integrates to 1.
func support(p *Program, over []Interval, probability float64) ([]Interval, float64, error) {
	line, half := make([]Interval, len(over)), make([]Interval, len(over))
	for i := range over {
		line[i], half[i] = Interval{math.Inf(-1), math.Inf(1)}, Interval{0, math.Inf(1)}
	}
	for _, s := range [][]Interval{line, half, over} {
		mass, err := integrateBox(p, s, func([]float64) float64 { return 1 })
		if err != nil || !(math.Abs(mass.Value-1) <= massTolerance) {
			continue
		}
		if x, v, ok := negative(p, s); ok {
			return nil, 0, fmt.Errorf("%w: it is %s at %s", ErrNoDensity, short(v), point(p.vars, x))
		}
		return s, mass.Value, nil
	}
	if x, v, ok := negative(p, over); ok {
		return nil, 0, fmt.Errorf("%w: it is %s at %s", ErrNoDensity, short(v), point(p.vars, x))
	}
	return nil, 0, fmt.Errorf("%w: its integral over the range is %s, and over the whole line it is not 1 either; divide by it, or give all of the range where it lives", ErrNoDensity, short(probability))
}

// negative looks for a point where the function is below zero.
func negative(p *Program, box []Interval) ([]float64, float64, bool) {
	const side = 64
	x := make([]float64, len(box))
	var look func(k int) (float64, bool)
	look = func(k int) (float64, bool) {
		if k == len(box) {
			v := p.Value(x)
			return v, v < 0
		}
		s := substituted(box[k])
		for i := range side {
			x[k], _ = s.at(s.from + (s.to-s.from)*(float64(i)+0.5)/side)
			if v, ok := look(k + 1); ok {
				return v, true
			}
		}
		return 0, false
	}
	v, ok := look(0)
	return x, v, ok
}

// marginal tabulates the density of variable i alone over the range asked for, or
// within two standard deviations where that is infinite.
func marginal(p *Program, d Density, over []Interval, i int) (Marginal, error) {
	m := Marginal{Variable: p.vars[i]}
	low, high := over[i].Low, over[i].High
	if math.IsInf(low, 0) || math.IsInf(high, 0) {
		low, high = max(low, d.Mean[i]-2*d.Deviation[i]), min(high, d.Mean[i]+2*d.Deviation[i])
	}
	for k := range marginalPoints {
		at := low + (high-low)*float64(k)/(marginalPoints-1)
		x := make([]float64, 2)
		x[i] = at
		v, err := integrateLine(func(y float64) float64 {
			x[1-i] = y
			if v := p.Value(x); !math.IsNaN(v) {
				return v
			}
			return 0
		}, d.Support[1-i], efforts[1])
		if err != nil {
			return m, err
		}
		m.X, m.P = append(m.X, at), append(m.P, v.Value)
	}
	return m, nil
}
