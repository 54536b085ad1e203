package main

import (
	"bytes"
	"math"
)

// rows writes the kernels on matrices.
func rows(text, stubs, absent *bytes.Buffer, c constants) {
	for _, k := range []struct {
		name, parameters string
		arguments        []string // behind n
		write            func(r *routine)
	}{
		{"columnSums", "n int, rows int, to *T, x *T", []string{"rows", "to", "x"}, columnSums},
		{"expRows", "n int, rows int, to *T, x *T, top *T, sum *T", []string{"rows", "to", "x", "top", "sum"}, expRows},
		{"scaleRows", "n int, rows int, to *T, x *T, factor *T", []string{"rows", "to", "x", "factor"}, scaleRows},
	} {
		for _, i := range isas {
			for _, e := range elements {
				r := begin(text, stubs, i, e, k.name, k.parameters)
				r.consts = c
				k.write(r)
				r.end()
			}
		}
		chooser(stubs, absent, k.name, k.parameters, k.arguments)
	}
}

// columnSums adds the rows, at least one, of x, which has n columns. A column is
// added from top to bottom.
func columnSums(r *routine) {
	r.arg("to", pointers[0])
	r.arg("x", pointers[1])
	r.arg("rows", "R12")
	r.arg("n", "DX")
	r.op("MOVQ DX, R9")
	r.op("SHLQ $%d, R9", r.shift)
	r.over("", func(l loop) {
		again := map[bool]string{false: "row", true: "lastrow"}[l.masked]
		l.op("LEAQ (%s)(BX*1), R11", pointers[1])
		l.op("MOVQ R12, CX")
		l.zero(l.v(0))
		l.label(again)
		l.load("(R11)", l.v(1), l.masked)
		l.add(0, 1, 0)
		l.op("ADDQ R9, R11")
		l.op("DECQ CX")
		l.op("JNZ %s", again)
		l.put(0, 0)
	})
}

// expRows replaces each of the rows of x, at least one, by e^(x − top), where top
// is the largest of the row, and writes top and the sum of the row.
func expRows(r *routine) {
	const acc, top = 8, 9
	r.arg("to", pointers[0])
	r.arg("x", pointers[1])
	r.arg("top", "R8")
	r.arg("sum", "R9")
	r.arg("rows", "R11")
	r.arg("n", "R12")
	r.label("row")
	r.set(math.Inf(-1), acc)
	r.op("MOVQ R12, DX")
	r.over("top", func(l loop) {
		l.get(1, 0)
		if l.masked {
			l.set(math.Inf(-1), 1)
			l.inside(0, 1)
		}
		l.largest(acc, 0, acc)
	})
	r.across("VMAXP", acc, 0)
	r.op("VMOVS%s X%d, (R8)", r.suffix, acc)
	r.op("VBROADCASTS%s X%d, %s", r.suffix, acc, r.v(top))
	r.zero(r.v(acc))
	r.op("MOVQ R12, DX")
	r.over("exp", func(l loop) {
		l.get(1, 0)
		l.sub(0, top, 0)
		l.exp(0, 1)
		l.put(0, 0)
		if l.masked {
			l.zero(l.v(1))
			l.inside(0, 1)
		}
		l.add(acc, 0, acc)
	})
	r.across("VADDP", acc, 0)
	r.op("VMOVS%s X%d, (R9)", r.suffix, acc)
	r.nextRow(0, 1)
	r.op("ADDQ $%d, R8", r.size)
	r.op("ADDQ $%d, R9", r.size)
	r.op("DECQ R11")
	r.op("JNZ row")
}

// scaleRows multiplies each of the rows of x, at least one, by its factor.
func scaleRows(r *routine) {
	const factor = 8
	r.arg("to", pointers[0])
	r.arg("x", pointers[1])
	r.arg("factor", "R8")
	r.arg("rows", "R11")
	r.arg("n", "R12")
	r.label("row")
	r.op("VBROADCASTS%s (R8), %s", r.suffix, r.v(factor))
	r.op("MOVQ R12, DX")
	r.over("scale", func(l loop) {
		l.get(1, 0)
		l.mul(0, factor, 0)
		l.put(0, 0)
	})
	r.nextRow(0, 1)
	r.op("ADDQ $%d, R8", r.size)
	r.op("DECQ R11")
	r.op("JNZ row")
}

// nextRow moves streams on by a row of as many elements as R12 says.
func (r *routine) nextRow(streams ...int) {
	for _, s := range streams {
		r.op("LEAQ (%s)(R12*%d), %[1]s", pointers[s], r.size)
	}
}

// inside replaces x by outside where the mask of the last vector is not set.
func (l loop) inside(x, outside int) {
	if l.wide() {
		l.op("VBLENDMP%s %s, %s, K1, %s", l.suffix, l.v(x), l.v(outside), l.v(x))
		return
	}
	l.op("VBLENDVP%s Y15, %s, %s, %s", l.suffix, l.v(x), l.v(outside), l.v(x))
}

// across combines the elements of a vector into its first one, halving it.
func (r *routine) across(name string, v, temp int) {
	if r.wide() {
		r.op("VEXTRACTF64X4 $1, Z%d, Y%d", v, temp)
		r.op("%s%s Y%d, Y%d, Y%d", name, r.suffix, temp, v, v)
	}
	r.op("VEXTRACTF128 $1, Y%d, X%d", v, temp)
	r.op("%s%s X%d, X%d, X%d", name, r.suffix, temp, v, v)
	for _, order := range []int{0xe, 1}[:3-r.size/4] {
		r.op("VPSHUFD $%d, X%d, X%d", order, v, temp)
		r.op("%s%s X%d, X%d, X%d", name, r.suffix, temp, v, v)
	}
}
