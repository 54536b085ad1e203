package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// kernel is a routine on streams of equal length.
type kernel struct {
	name    string
	streams string // parameters in the order of get and put; g would be a register
	factors int    // numbers at k, broadcast into registers 14, 13, …
	body    func(l loop)
}

// factor is the register of broadcast number i.
func factor(i int) int { return 14 - i }

// elementwise are the kernels that apply a formula to every element.
var elementwise = []kernel{
	{"add", "to a b", 0, func(l loop) { l.get(1, 0); l.get(2, 1); l.add(0, 1, 0); l.put(0, 0) }},
	{"sub", "to a b", 0, func(l loop) { l.get(1, 0); l.get(2, 1); l.sub(0, 1, 0); l.put(0, 0) }},
	{"mul", "to a b", 0, func(l loop) { l.get(1, 0); l.get(2, 1); l.mul(0, 1, 0); l.put(0, 0) }},
	{"scale", "to x", 1, func(l loop) { l.get(1, 0); l.mul(0, factor(0), 0); l.put(0, 0) }},
	{"relu", "to x", 0, func(l loop) { l.zero(l.v(1)); l.get(1, 0); l.largest(1, 0, 0); l.put(0, 0) }},
	{"leaky", "to x", 1, func(l loop) {
		l.get(1, 0)
		l.mul(0, factor(0), 1)
		l.zero(l.v(2))
		l.compare(greater, 0, 2, 2)
		l.choose(0, 1, 2, 2)
		l.put(2, 0)
	}},
	{"reluSlope", "to y grad", 0, func(l loop) {
		l.get(1, 0)
		l.get(2, 1)
		l.zero(l.v(3))
		l.zero(l.v(2))
		l.compare(greater, 0, 2, 2)
		l.choose(1, 3, 2, 2)
		l.put(2, 0)
	}},
	{"leakySlope", "to x grad", 1, func(l loop) {
		l.get(1, 0)
		l.get(2, 1)
		l.mul(1, factor(0), 3)
		l.zero(l.v(2))
		l.compare(greater, 0, 2, 2)
		l.choose(1, 3, 2, 2)
		l.put(2, 0)
	}},
	{"exp", "to x", 0, func(l loop) { l.get(1, 0); l.exp(0, 1); l.put(0, 0) }},
	{"sigmoid", "to x", 0, sigmoid},
	{"sigmoidSlope", "to y grad", 0, func(l loop) { // g·(y·(1 − y))
		l.get(1, 0)
		l.get(2, 1)
		l.set(1, 2)
		l.sub(2, 0, 2)
		l.mul(0, 2, 0)
		l.mul(1, 0, 0)
		l.put(0, 0)
	}},
	{"tanh", "to x", 0, tanh},
	{"tanhSlope", "to y grad", 0, func(l loop) { // g·((1 − y)·(1 + y))
		l.get(1, 0)
		l.get(2, 1)
		l.set(1, 2)
		l.sub(2, 0, 3)
		l.add(2, 0, 0)
		l.mul(3, 0, 0)
		l.mul(1, 0, 0)
		l.put(0, 0)
	}},
	{"log", "to x", 0, logarithm},
	{"softplus", "to x", 0, softplus},
	{"binaryLoss", "to x t", 0, binary},
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
	l.with("VORP"+l.suffix, l.signBit(), 0, 1)
	l.exp(1, 2)
	l.logOnePlus(1, 2)
	l.zero(l.v(2))
	l.largest(2, 0, 0)
	l.add(0, 1, 0)
	l.put(0, 0)
}

// binary is max(x, 0) − x·t + log(1 + e^−|x|).
func binary(l loop) {
	l.get(1, 0)
	l.with("VORP"+l.suffix, l.signBit(), 0, 1)
	l.exp(1, 2)
	l.logOnePlus(1, 2)
	l.zero(l.v(2))
	l.largest(2, 0, 3)
	l.get(2, 4)
	l.mul(0, 4, 4)
	l.sub(3, 4, 3)
	l.add(3, 1, 0)
	l.put(0, 0)
}

// sigmoid is e/(1 + e) with e = e^−|x|, or 1/(1 + e) on the right. The quotient
// is rounded nearly correctly, so that it rises wherever e does.
func sigmoid(l loop) {
	l.get(1, 0)
	l.with("VORP"+l.suffix, l.signBit(), 0, 1)
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
	l.with("VORP"+l.suffix, l.signBit(), 0, 1)
	l.add(1, 1, 1)
	l.clamp(-exponentials[l.size].flat, 0, 1, 2)
	l.reduced(1, 2, 3, 4, 5)
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
	l.with("VANDP"+l.suffix, l.notSignBit(), 1, 1)
	l.op("VORP%s %s, %s, %s", l.suffix, l.v(0), l.v(1), l.v(1))
	l.put(1, 0)
}

// The updates round every operation, as their Go twins do: the results are equal
// to the bit at every level. Factors are, in this order: rate, decay, then those
// of the rule.

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

// vectors writes all kernels but the products, their declarations and the functions
// that choose among them.
func vectors() (text, stubs, absent bytes.Buffer) {
	c := constants{}
	for _, k := range elementwise {
		names := strings.Fields(k.streams)
		parameters := "n int, " + strings.Join(names, " *T, ") + " *T"
		if k.factors > 0 {
			parameters += ", k *T"
			names = append(names, "k")
		}
		for _, i := range isas {
			for _, e := range elements {
				r := begin(&text, &stubs, i, e, k.name, parameters)
				r.consts = c
				for s, name := range strings.Fields(k.streams) {
					r.arg(name, pointers[s])
				}
				if k.factors > 0 {
					r.arg("k", "AX")
					for f := range k.factors {
						r.op("VBROADCASTS%s %d(AX), %s", r.suffix, f*r.size, r.v(factor(f)))
					}
				}
				r.arg("n", "DX")
				r.over("", k.body)
				r.end()
			}
		}
		chooser(&stubs, &absent, k.name, parameters, names)
	}
	rows(&text, &stubs, &absent, c)
	c.write(&text)
	return text, stubs, absent
}

// chooser writes the function that runs a kernel at the level in use, and its
// stand-in for builds without assembly. It is not a table of functions, because
// a call through one would send its arguments to the heap.
func chooser(stubs, absent *bytes.Buffer, name, parameters string, arguments []string) {
	head := fmt.Sprintf("func try%s[T Float](%s) bool {", strings.ToUpper(name[:1])+name[1:], parameters)
	fmt.Fprintf(absent, "%s return false }\n\n", head)
	fmt.Fprintf(stubs, "%s\n\tsingle := unsafe.Sizeof(T(0)) == 4\n\tswitch {\n", head)
	fmt.Fprint(stubs, "\tcase level == Generic:\n\t\treturn false\n")
	for i := len(isas) - 1; i >= 0; i-- {
		for _, e := range elements {
			condition := []string{fmt.Sprintf("level == %s", isas[i].name)}
			if e.size == 4 {
				condition = append(condition, "single")
			}
			if i == 0 {
				condition = condition[1:]
			}
			keyword := "case " + strings.Join(condition, " && ")
			if len(condition) == 0 {
				keyword = "default"
			}
			fmt.Fprintf(stubs, "\t%s:\n\t\t%s%s%s(n", keyword, name, isas[i].name, e.name)
			for _, p := range arguments {
				if strings.Contains(parameters, p+" int") {
					fmt.Fprintf(stubs, ", %s", p)
				} else {
					fmt.Fprintf(stubs, ", (*%s)(unsafe.Pointer(%s))", e.goType, p)
				}
			}
			fmt.Fprint(stubs, ")\n")
		}
	}
	fmt.Fprint(stubs, "\t}\n\treturn true\n}\n\n")
}
