package datasets

import "math"

// splitMix is the SplitMix64 generator (Steele, Lea, Flood, "Fast Splittable
// Pseudorandom Number Generators", OOPSLA 2014): ten lines in any language, so
// that anyone can draw the same points. Its value is its state.
type splitMix uint64

// next advances the state by the golden ratio and mixes it to 64 random bits.
func (s *splitMix) next() uint64 {
	*s += 0x9E3779B97F4A7C15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// uniform draws from [0, 1): the upper 53 bits times 2^-53.
func (s *splitMix) uniform() float64 { return float64(s.next()>>11) * 0x1p-53 }

// normal draws from N(0, 1) by Box and Muller, the cosine half only:
// sqrt(-2 ln(1-u1)) cos(2 pi u2).
func (s *splitMix) normal() float64 {
	u1 := s.uniform()
	u2 := s.uniform()
	return math.Sqrt(-2*math.Log(1-u1)) * math.Cos(2*math.Pi*u2)
}
