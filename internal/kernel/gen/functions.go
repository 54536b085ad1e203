package main

import "math"

// logarithm lifts numbers below the normal ones, and puts right what is not
// positive or not finite.
func logarithm(l loop) {
	e := exponentials[l.size]
	l.get(1, 0)
	l.set(e.normal, 2)
	l.compare(less, 0, 2, 1)
	l.c("VMULP", e.lift, 0, 3)
	l.choose(3, 0, 1, 4)
	l.zero(l.v(3))
	l.set(-e.lifted, 2)
	l.choose(2, 3, 1, 5)
	l.log(4, 5, 6)
	l.set(math.Inf(1), 1)
	l.compare(notLess, 0, 1, 2)
	l.choose(0, 4, 2, 4)
	l.set(math.NaN(), 1)
	l.compare(less, 0, 3, 2)
	l.choose(1, 4, 2, 4)
	l.set(math.Inf(-1), 1)
	l.compare(equal, 0, 3, 2)
	l.choose(1, 4, 2, 4)
	l.put(4, 0)
}

// softplus is max(x, 0) + log(1 + e^−|x|).
func softplus(l loop) {
	l.get(1, 0)
	l.minusAbsolute(0, 1)
	l.exp(1, 2)
	l.logOnePlus(1, 2)
	l.zero(l.v(2))
	l.largest(2, 0, 0)
	l.add(0, 1, 0)
	l.put(0, 0)
}

// sigmoid is e/(1 + e) with e = e^−|x|, or 1/(1 + e) on the right. The quotient
// is rounded nearly correctly, so that it rises wherever e does.
func sigmoid(l loop) {
	l.get(1, 0)
	l.minusAbsolute(0, 1)
	l.exp(1, 2)
	l.set(1, 2)
	if l.wide() { // the numerator
		l.op("VPMOV%s2M Z0, K2", map[int]string{4: "D", 8: "Q"}[l.size])
		l.op("VBLENDMP%s Z1, Z2, K2, Z0", l.suffix)
	} else {
		l.op("VBLENDVP%s Y0, Y1, Y2, Y0", l.suffix)
	}
	l.add(2, 1, 3)
	l.sub(3, 2, 4)
	l.sub(1, 4, 4) // what 1 + e lost
	l.zero(l.v(2))
	l.ratio(0, 2, 3, 4, 1, 5)
	l.put(1, 0)
}

// tanh is w/(2 − w) with w = 1 − e^−2|x|, computed without cancellation as
// −(2ⁿ·(eʳ − 1) + (2ⁿ − 1)), and the sign of x.
func tanh(l loop) {
	l.get(1, 0)
	l.minusAbsolute(0, 1)
	l.add(1, 1, 1)
	l.clamp(-exponentials[l.size].flat, 0, 1, 2)
	l.reduced(1, 2, 3)
	l.expMinusOne(1, 4, 5)
	l.power(2, 2)
	l.c("VSUBP", 1, 2, 5)
	l.move(5, 3)
	l.fma(4, 2, 3) // −w
	l.sub(5, 3, 5)
	l.fma(4, 2, 5) // what −w lost
	l.set(2, 7)
	l.add(7, 3, 4)
	l.sub(4, 7, 6)
	l.sub(3, 6, 6)
	l.add(6, 5, 6) // what 2 − w lost, besides
	l.ratio(3, 5, 4, 6, 1, 7)
	l.with("VANDP"+l.suffix, l.signBit(), 0, 0)
	l.absolute(1, 1)
	l.op("VORP%s %s, %s, %s", l.suffix, l.v(0), l.v(1), l.v(1))
	l.put(1, 0)
}

// elu is k0·x on the right and k1·(eˣ − 1) on the left, the latter as in tanh.
func elu(l loop) {
	const positive, zero = 6, 7
	l.get(1, 0)
	l.move(0, 1)
	l.clamp(-exponentials[l.size].flat, 0, 1, 2)
	l.reduced(1, 2, 3)
	l.expMinusOne(1, 4, 5)
	l.power(2, 2)
	l.c("VSUBP", 1, 2, 5)
	l.fma(4, 2, 5)
	l.mul(5, factor(1), 5)
	l.mul(0, factor(0), positive)
	l.zero(l.v(zero))
	l.compare(greater, 0, zero, zero)
	l.choose(positive, 5, zero, 0)
	l.put(0, 0)
}

// eluSlope is g·k0 on the right and g·k1·eˣ on the left.
func eluSlope(l loop) {
	const zero = 6
	l.get(1, 0)
	l.move(0, 1)
	l.exp(1, 2)
	l.mul(1, factor(1), 1)
	l.zero(l.v(zero))
	l.compare(greater, 0, zero, zero)
	l.choose(factor(0), 1, zero, 0)
	l.get(2, 1)
	l.mul(1, 0, 0)
	l.put(0, 0)
}
