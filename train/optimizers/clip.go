package optimizers

import (
	"math"

	"nabla/internal/kernel"
)

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
	total := 0.0
	for _, g := range gradient {
		total += kernel.SquareTotal(g)
	}
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
	total = 0
	for _, g := range gradient {
		for _, x := range g {
			y := scale * float64(x)
			total += y * y
		}
	}
	return math.Sqrt(total) / scale
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
	// In float32 a factor below the normal numbers has too few digits: it is split.
	for ; 0 < scale && scale < tiny; scale /= tiny {
		multiply(gradient, T(tiny))
	}
	multiply(gradient, T(scale))
	return total
}

// tiny is a power of two, by which products round nothing in float32 but what is
// too small itself.
const tiny = 0x1p-100

func multiply[T Float](gradient [][]T, factor T) {
	for _, g := range gradient {
		kernel.Scale(g, g, factor)
	}
}

// ClipValue limits each element of a gradient to [−limit, limit]. Unlike ClipNorm
// it bends the direction. A limit that is not above zero clips nothing; NaN stays.
func ClipValue[T Float](gradient [][]T, limit float64) {
	if !(limit > 0) {
		return
	}
	for _, g := range gradient {
		kernel.Limit(g, g, T(-limit), T(limit))
	}
}

// sumAbs adds up |x|, tensor by tensor.
func sumAbs[T Float](gradient [][]T) float64 {
	total := 0.0
	for _, g := range gradient {
		total += kernel.AbsoluteTotal(g)
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
