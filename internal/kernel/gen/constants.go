package main

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
)

// constants are the numbers that the routines of one file use, in memory: 32
// bytes of each, for vectors of AVX2; AVX-512 repeats the first by itself.
type constants map[string]string

// bits names a constant by its bits.
func (c constants) bits(e element, bits uint64) string {
	name := fmt.Sprintf("c%d_%0*x<>", 8*e.size, 2*e.size, bits)
	var text bytes.Buffer
	for at := 0; at < 32; at += e.size {
		fmt.Fprintf(&text, "DATA %s+%d(SB)/%d, $0x%0*x\n", name, at, e.size, 2*e.size, bits)
	}
	fmt.Fprintf(&text, "GLOBL %s(SB), RODATA|NOPTR, $32\n", name)
	c[name] = text.String()
	return name + "(SB)"
}

func (c constants) number(e element, x float64) string {
	if e.size == 4 {
		return c.bits(e, uint64(math.Float32bits(float32(x))))
	}
	return c.bits(e, math.Float64bits(x))
}

func (c constants) write(text *bytes.Buffer) {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintln(text, c[name])
	}
}

// exponential is what eˣ and its inverse take in one type.
type exponential struct {
	low, high  float64 // beyond, eˣ rounds to 0 and to +Inf
	flat       float64 // beyond, tanh(x/2) rounds to 1
	magic      float64 // 1.5·2^(mantissa): adding it rounds to an integer
	ln2, rest  float64 // log 2 = ln2 + rest
	polynomial []float64
	mantissa   int

	// For the logarithm: the bits of √½, the smallest normal number, what brings
	// numbers below it above, and log 2 in a part whose multiples are exact and a
	// rest.
	rootHalf       uint64
	normal         float64
	lift           float64
	lifted         float64 // log₂ of lift
	exact, inexact float64
	quotient       []float64
}

// The polynomials q make r + r²·q(r) equal to eʳ − 1 for |r| ≤ log(2)/2·1.0002.
// They interpolate at the Chebyshev nodes and miss it by 2·10⁻⁹ and 10⁻¹⁸ of
// itself, a small part of a rounding. Those of the logarithm are FreeBSD's
// (e_log.c, e_logf.c; Sun Microsystems 1993).
var exponentials = map[int]exponential{
	4: {
		low: -104, high: 89, flat: 20, magic: 0x1.8p23, mantissa: 23,
		ln2: 0.6931471824645996, rest: -1.9046542121259336e-09,
		polynomial: []float64{
			0.5, 0.1666666716337204, 0.041666463017463684, 0.00833331048488617, 0.0013933659065514803, 0.00019891001284122467,
		},
		rootHalf: 0x3f3504f3, normal: 0x1p-126, lift: 0x1p25, lifted: 25,
		exact: 6.9313812256e-01, inexact: 9.0580006145e-06,
		quotient: []float64{0xaaaaaa.0p-24, 0xccce13.0p-25, 0x91e9ee.0p-25, 0xf89e26.0p-26},
	},
	8: {
		low: -746, high: 710, flat: 44, magic: 0x1.8p52, mantissa: 52,
		ln2: math.Ln2, rest: 2.3190468138462996e-17,
		polynomial: []float64{
			0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326129, 0.0013888888888883744, 0.00019841269874840768,
			2.4801587325562125e-05, 2.7557255374658744e-06, 2.755727362486648e-07, 2.510522763655176e-08, 2.0914694560351592e-09,
		},
		rootHalf: 0x3fe6a09e667f3bcd, normal: 0x1p-1022, lift: 0x1p54, lifted: 54,
		exact: 6.93147180369123816490e-01, inexact: 1.90821492927058770002e-10,
		quotient: []float64{
			6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
			1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
		},
	},
}

// tails is what the gated functions take in one type. Beyond the ends, all of
// them round to 0 on the left and to x on the right.
type tails struct {
	normal, logistic, tanh float64 // ends of gelu, silu and gelu-tanh, and of their slopes
	above, below           []float64
}

// above/below is the tail of the normal distribution over its density without
// the constant, Φ(−a)·e^(a²/2), from 0 to the end: the rational function that
// meets it where a/(a + 3) (float32) and a/(a + 4) are Chebyshev nodes. It misses
// it by 8·10⁻⁹ and 2·10⁻¹⁸ of itself. No term is negative, so nothing cancels.
var gateTails = map[int]tails{
	4: {
		normal: 14.75, logistic: 110, tanh: 11,
		above: []float64{0.5, 0.4380325675010681, 0.18299554288387299, 0.04053928703069687, 0.0040986319072544575},
		below: []float64{1, 1.673949956893921, 1.2016059160232544, 0.4688268005847931, 0.1016232818365097, 0.010273630730807781},
	},
	8: {
		normal: 39, logistic: 754, tanh: 22,
		above: []float64{
			0.5, 0.8264390116762824, 0.677233305206694, 0.3554710849740133, 0.1311071375110668, 0.03534107463999677,
			0.007041273528835195, 0.001025071569350438, 0.00010474310614534726, 6.8301227250702235e-06, 2.1841939157224647e-07,
		},
		below: []float64{
			1, 2.4507625841554304, 2.8098922385043354, 1.9934920327604, 0.97465321348953, 0.3457670766572471,
			0.09112216947098654, 0.017911312346517043, 0.00258659395820462, 0.0002630995276560322, 1.7120578741890866e-05, 5.474962226425645e-07,
		},
	},
}
