package calculus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// negligible is the magnitude up to which eigenvalues of a Hessian count as zero:
// 1e-8 of the largest, or of 1e-4 where all are smaller.
func negligible(values []float64) float64 {
	largest := 1e-4
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	return 1e-8 * largest
}

// secondOrder is what the eigenvalues of a Hessian say: a saddle if both signs
// occur, else degenerate if one is zero.
func secondOrder(values []float64) string {
	nothing := negligible(values)
	negative, zero, positive := 0, 0, 0
	for _, v := range values {
		switch {
		case math.Abs(v) <= nothing:
			zero++
		case v < 0:
			negative++
		default:
			positive++
		}
	}
	switch {
	case negative > 0 && positive > 0:
		return Saddle
	case zero > 0:
		return Degenerate
	case negative > 0:
		return Maximum
	}
	return Minimum
}

// onCurve ends the reason of a point in a continuum.
const onCurve = "; one of a curve of critical points, of which those with this value are not listed"

// classify decides by the eigenvalues of the Hessian, and where these leave it open
// by the values of f on small spheres around x.
func (f *finder) classify(x []float64, reach float64) CriticalPoint {
	value, _ := f.p.Eval(x)
	c := CriticalPoint{X: x, Value: value, Kind: Degenerate, SecondOrder: Degenerate}
	h, err := f.p.Hessian(x)
	if err != nil {
		c.Reason = "there is no second derivative"
		return c
	}
	values, vectors := eigen(h)
	c.Eigenvalues, c.SecondOrder = values, secondOrder(values)
	if c.Kind = c.SecondOrder; c.Kind != Degenerate {
		c.Reason = map[string]string{
			Minimum: "all eigenvalues of the Hessian are positive", Maximum: "all eigenvalues of the Hessian are negative",
			Saddle: "the Hessian has eigenvalues of both signs",
		}[c.Kind]
		if c.Kind == Saddle && f.continues(x, values, vectors) {
			c.Continuum = true
			c.Reason += onCurve
		}
		return c
	}
	var how string
	c.Kind, how = f.spheres(x, value, reach, vectors)
	zero, nothing := 0, negligible(values)
	for _, v := range values {
		zero += boolean(math.Abs(v) <= nothing)
	}
	c.Reason = fmt.Sprintf("%d of %d eigenvalues of the Hessian 0, which does not decide; %s", zero, len(values), how)
	if c.Continuum = f.continues(x, values, vectors); c.Continuum {
		c.Reason = strings.NewReplacer("larger in all directions", "nowhere smaller", "smaller in all directions", "nowhere larger").Replace(c.Reason) + onCurve
	}
	return c
}

// directionsAround are many directions, of any length: in two variables a quarter of
// a degree apart, in more at random, and both ways along the eigenvectors.
func directionsAround(vectors *mat.Dense) [][]float64 {
	n, _ := vectors.Dims()
	var list [][]float64
	if n == 2 {
		for i := range 1440 {
			s, c := math.Sincos(2 * math.Pi * float64(i) / 1440)
			list = append(list, []float64{c, s})
		}
	} else {
		rng := rand.New(rand.NewPCG(2, uint64(n)))
		for range 1500 * n {
			d := make([]float64, n)
			for i := range d {
				d[i] = rng.NormFloat64()
			}
			list = append(list, d)
		}
	}
	for k := range n {
		along, against := make([]float64, n), make([]float64, n)
		for i := range n {
			along[i], against[i] = vectors.At(i, k), -vectors.At(i, k)
		}
		list = append(list, along, against)
	}
	return list
}

// spheres compares f with its value at x in many directions, at several distances.
func (f *finder) spheres(x []float64, value, reach float64, vectors *mat.Dense) (kind, how string) {
	n := len(x)
	directions := directionsAround(vectors)
	f.p.Value(x)
	noise := 64 * 2.3e-16 * f.p.magnitude()
	// Farther spheres rise above the rounding, nearer ones say more about the point.
	for _, r := range []float64{0.03, 0.1, 0.3, 1} {
		up, down, missing := 0, 0, 0
		moved := make([]float64, n)
		for _, d := range directions {
			for i := range moved {
				moved[i] = x[i] + r*reach*d[i]/norm(d)
			}
			switch v := f.p.Value(moved) - value; {
			case math.IsNaN(v):
				missing++
			case v > noise:
				up++
			case v < -noise:
				down++
			}
		}
		if up+down < len(directions)/50 {
			continue // nothing but rounding, or almost
		}
		around := fmt.Sprintf("at distance %s around it f is ", short(r*reach))
		switch {
		case missing > 0:
			return Degenerate, "f has no value everywhere around it"
		case up > 0 && down > 0:
			return Saddle, around + "larger in some directions and smaller in others"
		case up == len(directions):
			return Minimum, around + "larger in all directions"
		case down == len(directions):
			return Maximum, around + "smaller in all directions"
		case up > 0:
			return Minimum, around + "nowhere smaller"
		}
		return Maximum, around + "nowhere larger"
	}
	return Degenerate, "f around it differs from it by no more than rounding"
}

// continues reports whether there are critical points next to x in a direction in
// which the Hessian is zero.
func (f *finder) continues(x []float64, values []float64, vectors *mat.Dense) bool {
	nothing := negligible(values)
	for k, v := range values {
		if math.Abs(v) > nothing {
			continue
		}
		for _, side := range []float64{1, -1} {
			moved := make([]float64, len(x))
			away := 1e-2 * side * f.box[0].width()
			for i := range x {
				moved[i] = x[i] + away*vectors.At(i, k)
			}
			if y, ok := f.descend(moved, true, nil); ok && distance(x, y) > math.Abs(away)/2 && distance(moved, y) < math.Abs(away)/2 {
				return true
			}
		}
	}
	return false
}

// point writes coordinates for messages: "x = 1, y = 2".
func point(vars []string, x []float64) string {
	var parts []string
	for i, v := range vars {
		parts = append(parts, v+" = "+short(x[i]))
	}
	return strings.Join(parts, ", ")
}
