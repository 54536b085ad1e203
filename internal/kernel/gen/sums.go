package main

import "bytes"

// lanes is the number of float64 sums that run side by side, at every level, so
// that all of them add in the same order. Element i goes into sum i mod lanes.
const lanes = 16

// sums are the totals over a stream: what is done to an element before it is
// added. Register 7 is 0.
var sums = []struct {
	name string
	body func(r *routine, x int)
}{
	{"sum", func(*routine, int) {}},
	{"squareSum", func(r *routine, x int) { r.op("VMULPD %s, %[1]s, %[1]s", r.v(x)) }},
	{"absoluteSum", func(r *routine, x int) {
		r.with("VANDPD", r.consts.bits(elements[1], 1<<63-1), x, x)
	}},
	{"nothingSum", func(r *routine, x int) { r.op("VMULPD %s, %s, %[2]s", r.v(7), r.v(x)) }},
}

// totals writes them. n counts blocks of as many elements as there are lanes; at
// least one.
func totals(text, stubs, absent *bytes.Buffer, c constants) {
	const parameters, first = "n int, to *float64, x *T", 8
	for _, k := range sums {
		for _, i := range isas {
			for _, e := range elements {
				r := begin(text, stubs, i, e, k.name, parameters)
				r.consts = c
				r.arg("to", "SI")
				r.arg("x", "DI")
				r.arg("n", "DX")
				registers, step := 8*lanes/r.width, r.width/8
				for v := range registers {
					r.zero(r.v(first + v))
				}
				r.zero(r.v(7))
				r.label("block")
				for v := range registers {
					convert := map[int]string{4: "VCVTPS2PD", 8: "VMOVUPD"}[r.size]
					r.op("%s %d(DI), %s", convert, v*step*r.size, r.v(v))
					k.body(r, v)
					r.op("VADDPD %s, %s, %[2]s", r.v(v), r.v(first+v))
				}
				r.op("ADDQ $%d, DI", lanes*r.size)
				r.op("DECQ DX")
				r.op("JNZ block")
				for v := range registers {
					r.op("VMOVUPD %s, %d(SI)", r.v(first+v), v*r.width)
				}
				r.end()
			}
		}
		chooser(stubs, absent, k.name, parameters, []string{"to", "x"})
	}
}
