package main

import "math"

// The gated functions are x·w(x), where w rises from 0 to 1 and w(x) + w(−x) = 1.
// With a = |x| they are computed from the left tail alone,
//
//	f(x)  = max(x, 0) − a·w(−a)
//	f′(x) = s for x < 0, else 1 − s,  s = w(−a) − a·w′(a)
//
// where w(−a) is an exponential times something of moderate size. The power of
// two of the exponential is multiplied last.

// Registers of the gated functions.
const (
	argument = 0 // x
	size     = 1 // a, limited
	exponent = 4 // n of the exponential, then its first power
	float    = 5 // n as a float, then its other power
	root     = 6 // the exponential without 2ⁿ, less 1; then the tail without 2ⁿ
)

// gateArgument loads x and a.
func (l loop) gateArgument(end float64) {
	l.get(1, argument)
	l.absolute(argument, size)
	l.set(end, 2)
	l.smallest(2, size, size)
}

// times multiplies register by by 1 + the root, rounded once, into the root.
func (l loop) times(by int) {
	l.fma(root, by, by)
	l.move(by, root)
}

// gateResult stores max(x, 0) − tail·2ⁿ.
func (l loop) gateResult() {
	l.timesPower(root, exponent, float, root)
	l.zero(l.v(3))
	l.largest(3, argument, argument)
	l.sub(argument, root, argument)
	l.put(argument, 0)
}

// gateSlope stores g·f′(x), where s is the tail times 2ⁿ.
func (l loop) gateSlope() {
	l.timesPower(root, exponent, float, root)
	l.set(1, 2)
	l.sub(2, root, 2)
	l.zero(l.v(3))
	l.compare(less, argument, 3, 3)
	l.choose(root, 2, 3, 0)
	l.get(2, 1)
	l.mul(1, 0, 0)
	l.put(0, 0)
}

// gelu has w = Φ, the normal distribution: w(−a) = m(a)·e^(−a²/2). slope says
// whether f′ is wanted.
func gelu(slope bool) func(l loop) {
	return func(l loop) {
		t := gateTails[l.size]
		l.gateArgument(t.normal)
		l.mul(size, size, 2)
		l.move(2, 3)
		l.fnma(size, size, 3) // what a² lost, negative
		l.c("VMULP", -0.5, 2, 2)
		l.c("VMULP", 0.5, 3, 3)
		l.reduced(2, exponent, float)
		l.add(2, 3, 2)
		l.expMinusOne(2, root, 7)
		l.powers(exponent, float, 7)
		l.polynomial(t.above, size, 2)
		l.polynomial(t.below, size, 3)
		l.div(2, 3, 2) // m
		if slope {
			l.c("VFNMADD231P", 1/math.Sqrt(2*math.Pi), size, 2)
			l.times(2)
			l.gateSlope()
			return
		}
		l.mul(size, 2, 2)
		l.times(2)
		l.gateResult()
	}
}

// logisticGate has w = σ(v), v(x) = x for silu and 2√(2/π)·(x + 0.044715·x³) for
// the approximation of gelu. w(−a) = e/(1 + e) with e = e^(−v(a)).
func logisticGate(cubic, slope bool) func(l loop) {
	return func(l loop) {
		const steep, one = 8, 3 // steep is a·v′(a)
		t := gateTails[l.size]
		if cubic {
			const c = 0.044715
			s := 2 * math.Sqrt(2/math.Pi)
			l.gateArgument(t.tanh)
			l.mul(size, size, 3)
			l.c("VMULP", s, size, steep)
			l.set(1, 2)
			l.c("VFMADD231P", c, 3, 2)
			l.mul(steep, 2, 2)
			l.set(1, 7)
			l.c("VFMADD231P", 3*c, 3, 7)
			l.mul(steep, 7, steep)
		} else {
			l.gateArgument(t.logistic)
			l.move(size, 2)
			l.move(size, steep)
		}
		l.minusAbsolute(2, 2)
		l.reduced(2, exponent, float)
		l.expMinusOne(2, root, 7)
		l.powers(exponent, float, 7)
		l.set(1, one)
		l.add(root, one, 2)
		l.timesPower(2, exponent, float, 2)
		l.add(2, one, 2) // 1 + e
		if slope {
			l.div(one, 2, 2)
			l.fnma(steep, 2, one)
			l.mul(one, 2, 2)
			l.times(2)
			l.gateSlope()
			return
		}
		l.times(size)
		l.div(root, 2, root)
		l.gateResult()
	}
}
