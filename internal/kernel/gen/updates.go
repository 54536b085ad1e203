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
