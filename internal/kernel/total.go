package kernel

import "math"

// lanes is the number of sums that run side by side in a total: one after the
// other, each addition would wait for the last.
const lanes = 16

// total is the number in which a stream is added up, always in float64: a float32
// sum of n numbers would be off by up to n units of its last place. Element i goes
// into sum i mod lanes; then the upper half of the sums is added to the lower half
// until one is left. The bits are the same at all levels.
type total [lanes]float64

// fold adds the sums up.
func (s *total) fold() float64 {
	for half := lanes / 2; half > 0; half /= 2 {
		for i := range half {
			s[i] += s[i+half]
		}
	}
	return s[0]
}

// Total is Σ x.
func Total[T Float](x []T) float64 {
	var s total
	whole := len(x) / lanes
	if whole == 0 || !trySum(whole, &s[0], first(x, lanes)) {
		whole = 0
	}
	for i, v := range x[whole*lanes:] {
		s[i%lanes] += float64(v)
	}
	return s.fold()
}

// SquareTotal is Σ x².
func SquareTotal[T Float](x []T) float64 {
	var s total
	whole := len(x) / lanes
	if whole == 0 || !trySquareSum(whole, &s[0], first(x, lanes)) {
		whole = 0
	}
	for i, v := range x[whole*lanes:] {
		s[i%lanes] += float64(float64(v) * float64(v))
	}
	return s.fold()
}

// AbsoluteTotal is Σ |x|.
func AbsoluteTotal[T Float](x []T) float64 {
	var s total
	whole := len(x) / lanes
	if whole == 0 || !tryAbsoluteSum(whole, &s[0], first(x, lanes)) {
		whole = 0
	}
	for i, v := range x[whole*lanes:] {
		s[i%lanes] += math.Abs(float64(v))
	}
	return s.fold()
}

// Finite reports whether there is no infinity and no NaN in x: 0·x is 0 for all
// others.
func Finite[T Float](x []T) bool {
	var s total
	whole := len(x) / lanes
	if whole == 0 || !tryNothingSum(whole, &s[0], first(x, lanes)) {
		whole = 0
	}
	for i, v := range x[whole*lanes:] {
		s[i%lanes] += 0 * float64(v)
	}
	return s.fold() == 0
}
