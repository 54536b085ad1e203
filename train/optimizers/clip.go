package optimizers

import "math"

// Norm is the norm that clipping measures a gradient by.
type Norm int

// The zero value is the usual one.
const (
	L2   Norm = iota // root of the sum of squares
	L1               // sum of absolute values
	LInf             // largest absolute value
)

// GlobalNorm is the norm of all the tensors of a gradient taken as one vector.
// It is computed in float64 and does not overflow or vanish on the way: it is
// infinite only if an element is or if the norm itself is beyond float64, and NaN
// only if an element is.
func GlobalNorm[T Float](gradient [][]T, norm Norm) float64 {
	switch norm {
	case L1:
		return sumAbs(gradient)
	case LInf:
		return largest(gradient)
	}
	total := sumSquares(gradient, 1)
	if 1e-280 < total && total <= math.MaxFloat64 {
		return math.Sqrt(total)
	}
	// Some square overflowed or vanished: bring the elements near 1 by a power of
	// two, which rounds nothing.
	unit := largest(gradient)
	if unit == 0 || math.IsInf(unit, 0) || math.IsNaN(unit) {
		return unit
	}
	_, exponent := math.Frexp(unit)
	scale := math.Ldexp(1, -max(exponent, -1000))
	return math.Sqrt(sumSquares(gradient, scale)) / scale
}

// ClipNorm shortens a gradient whose global norm exceeds limit,
//
//	g ← g · min(1, limit/(norm + 1e-6)),
//
// and returns the norm before. It keeps the direction, and so cures a rare
// gradient that explodes without biasing the others. A limit that is not above
// zero clips nothing. A norm of +Inf turns infinite elements into NaN and the
// others into 0, a NaN norm all into NaN, as in PyTorch: a broken gradient stays
// visible.
//
// Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
// networks", 2013.
func ClipNorm[T Float](gradient [][]T, limit float64, norm Norm) float64 {
	total := GlobalNorm(gradient, norm)
	if !(limit > 0) || total+1e-6 <= limit {
		return total
	}
	scale := limit / (total + 1e-6)
	for _, g := range gradient {
		for i := range g {
			g[i] = T(float64(g[i]) * scale)
		}
	}
	return total
}

// ClipValue limits each element of a gradient to [−limit, limit]. Unlike ClipNorm
// it bends the direction. A limit that is not above zero clips nothing; NaN stays.
func ClipValue[T Float](gradient [][]T, limit float64) {
	if !(limit > 0) {
		return
	}
	high := T(limit)
	for _, g := range gradient {
		for i, x := range g {
			if x > high {
				g[i] = high
			} else if x < -high {
				g[i] = -high
			}
		}
	}
}

// sumSquares adds up (scale·x)², tensor by tensor.
func sumSquares[T Float](gradient [][]T, scale float64) float64 {
	total := 0.0
	for _, g := range gradient {
		part := 0.0
		for _, x := range g {
			y := scale * float64(x)
			part += y * y
		}
		total += part
	}
	return total
}

// sumAbs adds up |x|, tensor by tensor.
func sumAbs[T Float](gradient [][]T) float64 {
	total := 0.0
	for _, g := range gradient {
		part := 0.0
		for _, x := range g {
			part += math.Abs(float64(x))
		}
		total += part
	}
	return total
}

// largest is the largest absolute value, NaN if there is a NaN.
func largest[T Float](gradient [][]T) float64 {
	m := 0.0
	for _, g := range gradient {
		for _, x := range g {
			m = max(m, math.Abs(float64(x)))
		}
	}
	return m
}
