package optimizers

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// conjugate solves H·d = −g by conjugate gradients until the radius, a direction of
// negative curvature or a small residual ends it. It uses the products of the
// problem, or makes them of its Hessian.
type conjugate struct {
	o        *Objective
	x, h     []float64
	r, p, hp []float64
}

func newConjugate(o *Objective) *conjugate {
	c := &conjugate{o: o, r: make([]float64, o.n), p: make([]float64, o.n), hp: make([]float64, o.n)}
	if o.problem.HessVec == nil {
		c.h = make([]float64, o.n*o.n)
	}
	return c
}

func (c *conjugate) at(p Point) bool {
	c.x = p.X
	return c.h == nil || c.o.Hess(c.h, p.X)
}

// times writes H·v.
func (c *conjugate) times(dst, v []float64) bool {
	if c.h == nil {
		return c.o.HessVec(dst, c.x, v)
	}
	n := len(v)
	for i := range dst {
		dst[i] = floats.Dot(c.h[i*n:(i+1)*n], v)
	}
	return true
}

// step stops at a residual of min(½, √|g|)·|g|, which keeps the convergence of
// Newton's method better than linear (Dembo, Eisenstat and Steihaug, 1982).
func (c *conjugate) step(d []float64, at Point, radius float64) float64 {
	clear(d)
	copy(c.r, at.G) // the residual H·d + g
	for i, v := range c.r {
		c.p[i] = -v
	}
	size := floats.Norm(at.G, 2)
	enough := size * min(0.5, math.Sqrt(size))
	rr := floats.Dot(c.r, c.r)
	decrease := 0.0
	for range 2*len(d) + 10 {
		if !c.times(c.hp, c.p) || c.o.Halted() != "" {
			break
		}
		curvature := floats.Dot(c.p, c.hp)
		length := rr / curvature
		if beyond := toRadius(d, c.p, radius); curvature <= 0 || length >= beyond {
			decrease += beyond*rr - beyond*beyond*curvature/2
			floats.AddScaled(d, beyond, c.p)
			break
		}
		decrease += length*rr - length*length*curvature/2
		floats.AddScaled(d, length, c.p)
		floats.AddScaled(c.r, length, c.hp)
		next := floats.Dot(c.r, c.r)
		if math.Sqrt(next) <= enough {
			break
		}
		for i, v := range c.r {
			c.p[i] = -v + next/rr*c.p[i]
		}
		rr = next
	}
	return decrease
}

// toRadius is the t ≥ 0 with |d + t·p| = radius.
func toRadius(d, p []float64, radius float64) float64 {
	a, b, c := floats.Dot(p, p), floats.Dot(d, p), floats.Dot(d, d)-radius*radius
	return (-b + math.Sqrt(max(0, b*b-a*c))) / a
}
