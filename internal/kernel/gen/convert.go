package main

import "bytes"

// converters writes the kernels that turn stored numbers into those that a
// network computes with. Every element goes through float64 and is rounded once,
// as in Go.
func converters() (text, stubs, absent bytes.Buffer) {
	for _, k := range []struct {
		name, parameters string
		arguments        []string // behind n
		from             int      // bytes of a stored number
	}{
		{"convert", "n int, to *T, x *float64", []string{"to", "x"}, 8},
		{"convertBytes", "n int, to *T, x *uint8, scale *float64", []string{"to", "x", "scale"}, 1},
	} {
		for _, i := range isas {
			for _, e := range elements {
				convert(begin(&text, &stubs, i, e, k.name, k.parameters), k.from)
			}
		}
		chooser(&stubs, &absent, k.name, k.parameters, k.arguments)
	}
	return text, stubs, absent
}

// convert works on as many numbers as float64 has lanes, then one by one.
func convert(r *routine, from int) {
	lanes := r.width / 8
	half := map[string]string{"Y": "X", "Z": "Y"}[r.reg] // as many numbers of half the size
	r.arg("to", "DI")
	r.arg("x", "SI")
	if from == 1 {
		r.arg("scale", "AX")
		r.op("VBROADCASTSD (AX), %s", r.v(1))
	}
	r.arg("n", "CX")
	r.op("SUBQ $%d, CX", lanes)
	r.op("JLT rest")
	r.label("loop")
	switch {
	case from == 8:
		r.op("VMOVUPD (SI), %s", r.v(0))
	case lanes == 4:
		r.op("VPMOVZXBD (SI), X0")
	default:
		r.op("VPMOVZXBD (SI), Y0")
	}
	if from == 1 {
		r.op("VCVTDQ2PD %s0, %s", half, r.v(0))
		r.op("VMULPD %s, %[2]s, %[2]s", r.v(1), r.v(0))
	}
	if r.size == 4 {
		r.op("VCVTPD2PS%s %s, %s0", map[string]string{"Y": "Y"}[r.reg], r.v(0), half)
		r.op("VMOVUPS %s0, (DI)", half)
	} else {
		r.op("VMOVUPD %s, (DI)", r.v(0))
	}
	r.op("ADDQ $%d, SI", lanes*from)
	r.op("ADDQ $%d, DI", lanes*r.size)
	r.op("SUBQ $%d, CX", lanes)
	r.op("JGE loop")
	r.label("rest")
	r.op("ADDQ $%d, CX", lanes)
	r.op("JZ done")
	r.label("one")
	if from == 8 {
		r.op("VMOVSD (SI), X0")
	} else {
		r.op("MOVBLZX (SI), AX")
		r.op("VXORPD X0, X0, X0")
		r.op("VCVTSI2SDL AX, X0, X0")
		r.op("VMULSD X1, X0, X0")
	}
	if r.size == 4 {
		r.op("VCVTSD2SS X0, X0, X0")
	}
	r.op("VMOVS%s X0, (DI)", r.suffix)
	r.op("ADDQ $%d, SI", from)
	r.op("ADDQ $%d, DI", r.size)
	r.op("DECQ CX")
	r.op("JNZ one")
	r.label("done")
	r.end()
}
