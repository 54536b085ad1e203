package main

// pairs are losses of a prediction and its target, times a factor, and their
// slopes, times the gradient as well.
var pairs = []kernel{
	{"square", "to p t", 1, func(l loop) { l.difference(); l.mul(factor(0), 0, 1); l.mul(1, 0, 0); l.put(0, 0) }},
	{"squareSlope", "to p t grad", 1, func(l loop) { l.difference(); l.add(0, 0, 0); l.pairSlope(0) }},
	{"absolute", "to p t", 1, func(l loop) { l.difference(); l.absolute(0, 0); l.mul(factor(0), 0, 0); l.put(0, 0) }},
	{"absoluteSlope", "to p t grad", 1, func(l loop) {
		l.difference()
		l.zero(l.v(3))
		l.set(1, 1)
		l.compare(greater, 0, 3, 2)
		l.choose(1, 0, 2, 1) // 1, or the difference: 0, negative or NaN
		l.set(-1, 4)
		l.compare(less, 0, 3, 2)
		l.choose(4, 1, 2, 0)
		l.pairSlope(0)
	}},
	{"huber", "to p t", 2, func(l loop) { // y·(d − y/2)
		l.difference()
		l.cut(0, 1)
		l.c("VMULP", 0.5, 1, 2)
		l.sub(0, 2, 0)
		l.mul(1, 0, 0)
		l.mul(factor(0), 0, 0)
		l.put(0, 0)
	}},
	{"huberSlope", "to p t grad", 2, func(l loop) { l.difference(); l.cut(0, 1); l.pairSlope(1) }},
	{"binary", "to x t", 1, binary},
	{"binarySlope", "to x t grad", 1, binarySlope},
}

// difference loads p − t.
func (l loop) difference() { l.get(1, 0); l.get(2, 1); l.sub(0, 1, 0) }

// cut is d, cut off at ± the second factor.
func (l loop) cut(d, to int) {
	l.minusAbsolute(factor(1), to)
	l.largest(to, d, to)
	l.smallest(factor(1), to, to)
}

// pairSlope stores g·(k·d).
func (l loop) pairSlope(d int) {
	l.mul(factor(0), d, 0)
	l.get(3, 1)
	l.mul(1, 0, 0)
	l.put(0, 0)
}

// binary is |x|·f + log(1 + e^−|x|) with f = 1 − t on the right and t on the
// left; the first part is 0 for f = 0 even where x is infinite.
func binary(l loop) {
	l.get(1, 0)
	l.minusAbsolute(0, 1)
	l.exp(1, 2)
	l.logOnePlus(1, 2)
	l.get(2, 2)
	l.set(1, 3)
	l.sub(3, 2, 3)
	l.zero(l.v(4))
	l.compare(greater, 0, 4, 5)
	l.choose(3, 2, 5, 2)
	l.absolute(0, 0)
	l.mul(0, 2, 0)
	l.compare(equal, 2, 4, 5)
	l.choose(4, 0, 5, 0)
	l.add(0, 1, 0)
	l.mul(factor(0), 0, 0)
	l.put(0, 0)
}

// binarySlope is (1 − t)·σ(x) − t·σ(−x), where nothing cancels for t of 0 and 1.
func binarySlope(l loop) {
	const near, far, one = 2, 1, 3 // σ(|x|) and σ(−|x|)
	l.get(1, 0)
	l.minusAbsolute(0, 1)
	l.exp(1, 2)
	l.set(1, one)
	l.add(1, one, near)
	l.div(one, near, near)
	l.mul(1, near, far)
	l.zero(l.v(4))
	l.compare(greater, 0, 4, 4)
	l.choose(near, far, 4, 5) // σ(x)
	l.choose(far, near, 4, 6) // σ(−x)
	l.get(2, 0)
	l.sub(one, 0, one)
	l.mul(one, 5, 5)
	l.mul(0, 6, 6)
	l.sub(5, 6, 0)
	l.pairSlope(0)
}
