package main

import (
	"bytes"
	"fmt"
	"slices"
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
	{"limit", "to x", 2, func(l loop) {
		l.get(1, 0)
		l.largest(factor(0), 0, 0)
		l.smallest(factor(1), 0, 0)
		l.put(0, 0)
	}},
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
	{"elu", "to x", 2, elu},
	{"eluSlope", "to x grad", 2, eluSlope},
	{"gelu", "to x", 0, gelu(false)},
	{"geluSlope", "to x grad", 0, gelu(true)},
	{"geluTanh", "to x", 0, logisticGate(true, false)},
	{"geluTanhSlope", "to x grad", 0, logisticGate(true, true)},
	{"silu", "to x", 0, logisticGate(false, false)},
	{"siluSlope", "to x grad", 0, logisticGate(false, true)},
}

// vectors writes all kernels but the products, their declarations and the functions
// that choose among them.
func vectors() (text, stubs, absent bytes.Buffer) {
	c := constants{}
	for _, k := range slices.Concat(elementwise, pairs, updates) {
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
	totals(&text, &stubs, &absent, c)
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
				if strings.Contains(parameters, p+" *T") {
					fmt.Fprintf(stubs, ", (*%s)(unsafe.Pointer(%s))", e.goType, p)
				} else {
					fmt.Fprintf(stubs, ", %s", p)
				}
			}
			fmt.Fprint(stubs, ")\n")
		}
	}
	fmt.Fprint(stubs, "\t}\n\treturn true\n}\n\n")
}
