package landscape

import "math"

// Plane is w(x, y) = Origin + x·X + y·Y in the space of the weights.
type Plane struct {
	Origin []float64
	X, Y   []float64 // the directions
}

// At writes the weights at (x, y) into dst.
func (p Plane) At(dst []float64, x, y float64) {
	for i, w := range p.Origin {
		dst[i] = w + x*p.X[i] + y*p.Y[i]
	}
}

// Place is the point of a plane that is nearest to some weights, and how far from it
// they are.
type Place struct {
	X, Y     float64
	Distance float64 // the 2-norm of what the plane does not show
}

// Project returns the place of the weights w on the plane: the least-squares
// solution (x, y) of Origin + x·X + y·Y ≈ w.
func (p Plane) Project(w []float64) Place {
	var xx, xy, yy, xd, yd float64
	for i, v := range w {
		d := v - p.Origin[i]
		xx, xy, yy = xx+p.X[i]*p.X[i], xy+p.X[i]*p.Y[i], yy+p.Y[i]*p.Y[i]
		xd, yd = xd+p.X[i]*d, yd+p.Y[i]*d
	}
	var at Place
	switch det := xx*yy - xy*xy; {
	case det > 1e-12*xx*yy:
		at.X, at.Y = (yy*xd-xy*yd)/det, (xx*yd-xy*xd)/det
	case xx > 0: // the directions are parallel
		at.X = xd / xx
	case yy > 0:
		at.Y = yd / yy
	}
	for i, v := range w {
		r := v - p.Origin[i] - at.X*p.X[i] - at.Y*p.Y[i]
		at.Distance += r * r
	}
	at.Distance = math.Sqrt(at.Distance)
	return at
}

// Cosine is that of the angle between the directions: 0 where a picture shows angles
// as they are.
func (p Plane) Cosine() float64 {
	if n := norm(p.X) * norm(p.Y); n > 0 {
		return dot(p.X, p.Y) / n
	}
	return 0
}

// Through returns the plane through the origin and two others,
// which lie at (1, 0) and (0, 1): linear interpolation between solutions.
//
// Goodfellow, Vinyals, Saxe, "Qualitatively characterizing neural network
// optimization problems", 2015.
func (l *Landscape) Through(x, y []float64) Plane {
	p := Plane{Origin: l.Origin(), X: make([]float64, l.Size()), Y: make([]float64, l.Size())}
	for i, w := range p.Origin {
		p.X[i], p.Y[i] = x[i]-w, y[i]-w
	}
	return p
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }

// scale multiplies in place.
func scale(a []float64, by float64) {
	for i := range a {
		a[i] *= by
	}
}
