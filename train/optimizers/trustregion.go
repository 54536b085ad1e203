package optimizers

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// TrustRegion takes the step d that makes the model gᵀd + ½·dᵀHd smallest within
// |d| ≤ Δ. The radius Δ follows the ratio ρ of the decrease to the one that the model
// promises: it shrinks where the model is bad, and grows where it is good and the
// step was cut off by it.
//
// With the Hessian itself the step is exact, from its eigenvalues (Moré and
// Sorensen, "Computing a trust region step", 1983), and leaves saddles along the
// direction of negative curvature. With products alone, or with many variables, it
// is found by conjugate gradients that stop at the radius (Steihaug, "The conjugate
// gradient method and trust regions in large scale optimization", 1983).
//
// Good at: hard small problems, where it is the most robust; with products, also at
// large ones.
//
// Conn, Gould and Toint, "Trust-region methods", 2000.
type TrustRegion struct {
	Radius *float64 `range:"(0,∞)"` // the first Δ; nil: 1
	CG     bool     // conjugate gradients also where eigenvalues would do
}

var trustDefaults = TrustRegion{Radius: new(1.0)}

func (TrustRegion) defaults() Method { return trustDefaults }

// Slots is 4, the vectors of the conjugate gradients, besides the matrix.
func (TrustRegion) Slots() int { return 4 }

const (
	maxEigen    = 300 // variables up to which eigenvalues are cheaper than their worth
	leastRadius = 1e-15
	mostRadius  = 1e15
)

// model finds steps within a radius at one point.
type model interface {
	// at looks at the next point, false where the curvature is not finite.
	at(p Point) bool
	// step writes the step and returns how much the model falls by it.
	step(d []float64, p Point, radius float64) (decrease float64)
}

// Begin implements Method.
func (m TrustRegion) Begin(o *Objective, _ Point) (Iteration, error) {
	n := o.Dim()
	var inner model
	switch exact := o.problem.Hess != nil && n <= maxEigen && !m.CG; {
	case exact:
		inner = &exactModel{o: o, h: make([]float64, n*n)}
	case o.problem.HessVec != nil || o.problem.Hess != nil && n <= maxDense:
		inner = newConjugate(o)
	default:
		return nil, errors.New("trust-region needs the Hessian or its products with vectors, which the problem does not have; lbfgs needs gradients alone")
	}
	radius := 0.0
	d, x, g := make([]float64, n), make([]float64, n), make([]float64, n)
	return func(at *Point) Move {
		if !inner.at(*at) {
			return Move{End: NotFinite}
		}
		promised := 0.0
		if radius == 0 {
			radius = or(m.Radius, trustDefaults.Radius)
			if e, ok := inner.(*exactModel); ok && m.Radius == nil && e.e.values[0] > 0 {
				radius = max(radius, e.length(0))
			}
		}
		for trial := 1; radius > leastRadius; trial++ {
			if halt := o.Halted(); halt != "" {
				return Move{End: halt}
			}
			promised = inner.step(d, *at, radius)
			floats.AddTo(x, at.X, d)
			if floats.Equal(x, at.X) || !(promised > 0) {
				break
			}
			f, length := o.Func(x), floats.Norm(d, 2)
			ratio := (at.F - f) / promised
			accepted := ratio >= least && o.Grad(g, x)
			switch {
			case !accepted || ratio < 0.25:
				radius = length / 4
			case ratio > 0.75 && length > 0.99*radius:
				radius = min(radius*expansion(ratio), mostRadius)
			}
			if accepted {
				copy(at.X, x)
				copy(at.G, g)
				at.F = f
				return Move{Length: 1, LineSearch: fmt.Sprintf("step of length %.3g accepted after %d trials", length, trial)}
			}
		}
		radius = or(m.Radius, trustDefaults.Radius)
		return Move{LineSearch: "no radius goes down", End: hopeless(*at, promised)}
	}, nil
}

// expansion is how much the radius grows: by more where the model is nearly exact.
func expansion(ratio float64) float64 {
	if math.Abs(ratio-1) < 0.1 {
		return 8
	}
	return 2
}

// exactModel knows all eigenvalues. In the coordinates of the eigenvectors the step
// for a shift λ ≥ max(0, −λ₁) is dᵢ = −gᵢ/(λᵢ + λ), and λ the one where |d| = Δ.
type exactModel struct {
	o *Objective
	h []float64
	e eigen
	g []float64 // in the coordinates of the eigenvectors
	d []float64
}

func (m *exactModel) at(p Point) (ok bool) {
	if !m.o.Hess(m.h, p.X) {
		return false
	}
	n := len(p.X)
	if m.e, ok = decompose(m.h, n); !ok {
		return false
	}
	m.g, m.d = make([]float64, n), make([]float64, n)
	m.e.into(m.g, p.G)
	return true
}

// length computes the step for a shift and returns |d|.
func (m *exactModel) length(shift float64) float64 {
	for i, v := range m.e.values {
		m.d[i] = 0
		if m.g[i] != 0 {
			m.d[i] = -m.g[i] / (v + shift)
		}
	}
	return floats.Norm(m.d, 2)
}

func (m *exactModel) step(d []float64, _ Point, radius float64) float64 {
	lowest := m.e.values[0]
	tiny := 1e-14 * max(m.e.magnitude(), 1e-300)
	low := max(0, -lowest)
	if lowest > tiny && m.length(0) <= radius {
		m.e.back(d, m.d)
		return m.decrease()
	}
	// |d| falls as the shift rises: bracket the shift and halve, in its logarithm
	// above low.
	small, large := tiny, floats.Norm(m.g, 2)/radius+m.e.magnitude()+tiny
	if m.length(low+small) < radius {
		// The gradient has no part along the lowest eigenvectors, so that even the
		// least shift gives a short step; the rest of the radius goes along the first
		// of them, downhill (the hard case).
		rest := math.Sqrt(radius*radius - floats.Dot(m.d, m.d))
		if lowest < 0 {
			m.d[0] += math.Copysign(rest, -m.g[0])
		}
		m.e.back(d, m.d)
		return m.decrease()
	}
	for range 100 {
		middle := math.Sqrt(small * large)
		if l := m.length(low + middle); l > radius {
			small = middle
		} else if large = middle; l > 0.999*radius {
			break
		}
	}
	m.length(low + large)
	m.e.back(d, m.d)
	return m.decrease()
}

// decrease is −(gᵀd + ½·dᵀHd).
func (m *exactModel) decrease() float64 {
	sum := 0.0
	for i, v := range m.e.values {
		sum -= m.g[i]*m.d[i] + v*m.d[i]*m.d[i]/2
	}
	return sum
}
