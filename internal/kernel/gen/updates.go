package main

// updates are the steps of optimizers. They round every operation, as their Go
// twins do: the results are equal to the bit at every level. Factors are, in this
// order: rate, decay, then those of the rule.
var updates = []kernel{
	{"sgd", "w grad", 2, func(l loop) { l.decayed(0, 1); l.step(0, factor(0)) }},
	{"momentum", "w grad v", 4, func(l loop) { l.decayed(0, 1); l.velocity(0, 1); l.step(1, factor(0)) }},
	{"nesterov", "w grad v", 4, func(l loop) {
		l.decayed(0, 1)
		l.velocity(0, 1)
		l.mul(factor(2), 1, 1)
		l.add(0, 1, 0)
		l.step(0, factor(0))
	}},
	{"adam", "w grad m v", 9, func(l loop) { adam(l, false) }},
	{"amsgrad", "w grad m v u", 9, func(l loop) { adam(l, true) }},
	{"rmsprop", "w grad s", 6, func(l loop) { rmsprop(l, false, false) }},
	{"rmspropMomentum", "w grad s v", 6, func(l loop) { rmsprop(l, false, true) }},
	{"rmspropCentered", "w grad s a", 6, func(l loop) { rmsprop(l, true, false) }},
	{"rmspropCenteredMomentum", "w grad s a v", 6, func(l loop) { rmsprop(l, true, true) }},
	{"adagrad", "w grad s", 3, func(l loop) {
		l.decayed(0, 1)
		l.get(2, 1)
		l.mul(0, 0, 2)
		l.add(1, 2, 1)
		l.put(1, 2)
		l.mul(factor(0), 0, 0)
		l.overRoot(0, 1, factor(2))
		l.stepBy(0)
	}},
	{"adadelta", "w grad s a", 5, adadelta},
	{"adamax", "w grad m u", 6, adamax},
	{"nadam", "w grad m v", 9, nadam},
	{"adabelief", "w grad m s", 8, adabelief},
	{"lion", "w grad m", 6, lion},
	{"adan", "w grad m v s p", 9, adan},
	{"rprop", "w grad p s", 4, rprop},
	{"approach", "to x", 1, func(l loop) { l.get(1, 0); l.approach(0, 0, 0, 1) }},
}

// decayed loads d = g + decay·w.
func (l loop) decayed(d, temp int) {
	l.get(0, temp)
	l.mul(factor(1), temp, temp)
	l.get(1, d)
	l.add(d, temp, d)
}

// velocity is v ← mu·v + share·d.
func (l loop) velocity(d, v int) {
	l.get(2, v)
	l.mul(factor(2), v, v)
	l.mul(factor(3), d, 2)
	l.add(v, 2, v)
	l.put(v, 2)
}

// step is w ← w − rate·d; stepBy subtracts d itself.
func (l loop) step(d, rate int) {
	l.mul(rate, d, d)
	l.stepBy(d)
}

func (l loop) stepBy(d int) {
	l.get(0, 3)
	l.sub(3, d, 3)
	l.put(3, 0)
}

// overRoot is d ← d/(√s + epsilon).
func (l loop) overRoot(d, s, epsilon int) {
	l.sqrt(s, s)
	l.add(s, epsilon, s)
	l.div(d, s, d)
}

// mean is m ← keep·m + share·d, or share·d·d; m is stream s and lands in its
// register.
func (l loop) mean(s, keep, share, d int, squared bool, m, temp int) {
	l.get(s, m)
	l.mul(keep, m, m)
	l.mul(share, d, temp)
	if squared {
		l.mul(temp, d, temp)
	}
	l.add(m, temp, m)
	l.put(m, s)
}

// adam's factors: rate, decay, keep, beta1, share1, beta2, share2, root, epsilon.
func adam(l loop, amsgrad bool) {
	l.decayed(0, 1)
	l.mean(2, factor(3), factor(4), 0, false, 1, 2)
	l.mean(3, factor(5), factor(6), 0, true, 3, 2)
	if amsgrad {
		l.get(4, 2)
		l.largest(2, 3, 3)
		l.put(3, 4)
	}
	l.sqrt(3, 3)
	l.mul(3, factor(7), 3)
	l.add(3, factor(8), 3)
	l.mul(factor(0), 1, 1)
	l.div(1, 3, 1)
	l.get(0, 3)
	l.mul(factor(2), 3, 3)
	l.sub(3, 1, 3)
	l.put(3, 0)
}

// rmsprop's factors: rate, decay, rho, share, epsilon, mu.
func rmsprop(l loop, centered, momentum bool) {
	l.decayed(0, 1)
	l.mean(2, factor(2), factor(3), 0, true, 1, 2)
	next := 3
	if centered {
		l.mean(next, factor(2), factor(3), 0, false, 3, 2)
		next++
		l.mul(3, 3, 3)
		l.sub(1, 3, 1)
		l.zero(l.v(3))
		l.largest(3, 1, 1)
	}
	l.overRoot(0, 1, factor(4))
	if momentum {
		l.get(next, 1)
		l.mul(factor(5), 1, 1)
		l.add(0, 1, 0)
		l.put(0, next)
	}
	l.step(0, factor(0))
}

// adadelta's factors: rate, decay, rho, share, epsilon.
func adadelta(l loop) {
	l.decayed(0, 1)
	l.mean(2, factor(2), factor(3), 0, true, 1, 2)
	l.add(1, factor(4), 1)
	l.sqrt(1, 1)
	l.get(3, 2)
	l.add(2, factor(4), 3)
	l.sqrt(3, 3)
	l.div(3, 1, 3)
	l.mul(3, 0, 0)
	l.mul(factor(2), 2, 2)
	l.mul(factor(3), 0, 3)
	l.mul(3, 0, 3)
	l.add(2, 3, 2)
	l.put(2, 3)
	l.step(0, factor(0))
}

// adamax's factors: rate, decay, beta1, share1, beta2, epsilon.
func adamax(l loop) {
	l.decayed(0, 1)
	l.mean(2, factor(2), factor(3), 0, false, 1, 2)
	l.absolute(0, 0)
	l.add(0, factor(5), 0)
	l.get(3, 2)
	l.mul(factor(4), 2, 2)
	l.largest(2, 0, 0)
	l.put(0, 3)
	l.mul(factor(0), 1, 1)
	l.div(1, 0, 1)
	l.stepBy(1)
}

// nadam's factors: rate, decay, extra, beta1, share1, beta2, share2, root, epsilon.
func nadam(l loop) {
	l.decayed(0, 1)
	l.mean(2, factor(3), factor(4), 0, false, 1, 2)
	l.mean(3, factor(5), factor(6), 0, true, 3, 2)
	l.sqrt(3, 3)
	l.mul(3, factor(7), 3)
	l.add(3, factor(8), 3)
	l.mul(factor(0), 1, 1)
	l.mul(factor(2), 0, 0)
	l.add(1, 0, 1)
	l.div(1, 3, 1)
	l.stepBy(1)
}

// adabelief's factors: rate, decay, beta1, share1, beta2, share2, root, epsilon.
func adabelief(l loop) {
	l.decayed(0, 1)
	l.mean(2, factor(2), factor(3), 0, false, 1, 2)
	l.sub(0, 1, 0)
	l.get(3, 3)
	l.mul(factor(4), 3, 3)
	l.mul(factor(5), 0, 2)
	l.mul(2, 0, 2)
	l.add(3, 2, 3)
	l.add(3, factor(7), 3)
	l.put(3, 3)
	l.sqrt(3, 3)
	l.mul(3, factor(6), 3)
	l.add(3, factor(7), 3)
	l.mul(factor(0), 1, 1)
	l.div(1, 3, 1)
	l.stepBy(1)
}

// sign replaces register x by size where it is positive, by −size where it is
// negative, and leaves it otherwise; t is the first of three registers.
func (l loop) sign(x, size, t int) {
	zero, minus, mask := t, t+1, t+2
	l.zero(l.v(zero))
	l.sub(zero, size, minus)
	// Both masks are of x as it was: a negative size must not count twice.
	l.compare(less, x, zero, mask)
	l.choose(minus, x, mask, minus)
	l.compare(greater, x, zero, mask)
	l.choose(size, minus, mask, x)
}

// lion's factors: rate, keep, beta1, share1, beta2, share2.
func lion(l loop) {
	l.get(1, 0)
	l.get(2, 1)
	l.mul(factor(2), 1, 2)
	l.mul(factor(3), 0, 3)
	l.add(2, 3, 2)
	l.mul(factor(4), 1, 1)
	l.mul(factor(5), 0, 3)
	l.add(1, 3, 1)
	l.put(1, 2)
	l.sign(2, factor(0), 3)
	l.get(0, 1)
	l.mul(factor(1), 1, 1)
	l.sub(1, 2, 1)
	l.put(1, 0)
}

// approach is m ← m + share·(x − m) for stream s, which lands in register m. It
// overwrites x.
func (l loop) approach(s, share, x, m int) {
	l.get(s, m)
	l.sub(x, m, x)
	l.mul(factor(share), x, x)
	l.add(m, x, m)
	l.put(m, s)
}

// adan's factors: rate, keep, share1, beta2, share2, share3, rate2, root, epsilon.
func adan(l loop) {
	l.get(1, 0)
	l.get(5, 1)
	l.sub(0, 1, 1) // the change of the gradient
	l.put(0, 5)
	l.move(0, 2)
	l.approach(2, 2, 2, 3)
	l.mul(factor(0), 3, 3)
	l.move(1, 2)
	l.approach(3, 4, 2, 4)
	l.mul(factor(6), 4, 4)
	l.add(3, 4, 3)
	l.mul(factor(3), 1, 1)
	l.add(0, 1, 0)
	l.mul(0, 0, 0)
	l.approach(4, 5, 0, 1)
	l.sqrt(1, 1)
	l.mul(1, factor(7), 1)
	l.add(1, factor(8), 1)
	l.div(3, 1, 3)
	l.get(0, 0)
	l.sub(0, 3, 0)
	l.mul(factor(1), 0, 0)
	l.put(0, 0)
}

// rprop's factors: plus, minus, low, high.
func rprop(l loop) {
	l.get(1, 0)
	l.get(2, 1)
	l.mul(0, 1, 1)
	l.zero(l.v(2))
	l.set(1, 4)
	l.compare(greater, 1, 2, 3)
	l.choose(factor(0), 4, 3, 4)
	l.compare(less, 1, 2, 3)
	l.choose(factor(1), 4, 3, 4)
	l.choose(2, 0, 3, 0)
	l.put(0, 2)
	l.get(3, 1)
	l.mul(1, 4, 1)
	l.largest(factor(2), 1, 1)
	l.smallest(factor(3), 1, 1)
	l.put(1, 3)
	l.sign(0, 1, 2)
	l.stepBy(0)
}
