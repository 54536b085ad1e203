package main

import (
	"bytes"
	"fmt"
	"strings"
)

const microParameters = "k int, a *T, rsa int, csa int, b *T, ldb int, init *T, ldi int, c *T, ldc int, n int, relu int"

// gemm writes the micro-kernels, the transposing copy and the table of both that
// the driver in gemm.go works with.
func gemm() (text, stubs bytes.Buffer) {
	var tables bytes.Buffer
	for _, i := range isas {
		for _, e := range elements {
			heights := strings.Trim(strings.ReplaceAll(fmt.Sprint(i.rows), " ", ", "), "[]")
			fmt.Fprintf(&tables, "var engine%s%s = engine[%s]{\n", i.name, e.name, e.goType)
			fmt.Fprintf(&tables, "\tlanes: %d, depth: %d, heights: [3]int{%s},\n", i.width/e.size, 3200/e.size, heights)
			fmt.Fprintf(&tables, "\ttranspose: transpose%s%s, fma: fma%[1]s%[2]s,\n\tmicro: [3][2]microKernel[%s]{\n", i.name, e.name, e.goType)
			for _, rows := range i.rows {
				fmt.Fprint(&tables, "\t\t{")
				for vectors := 1; vectors <= 2; vectors++ {
					name := fmt.Sprintf("gemm%dx%d", rows, vectors)
					micro(begin(&text, &stubs, i, e, name, microParameters), rows, vectors)
					fmt.Fprintf(&tables, "%s%s%s", name, i.name, e.name)
					if vectors == 1 {
						fmt.Fprint(&tables, ", ")
					}
				}
				fmt.Fprint(&tables, "},\n")
			}
			fmt.Fprint(&tables, "\t},\n}\n\n")
			peak(begin(&text, &stubs, i, e, "fma", "n int"))
			transpose(begin(&text, &stubs, i, e, "transpose", "k int, b *T, ldb int, to *T, ldt int"))
		}
	}
	tables.WriteTo(&stubs)
	return text, stubs
}

// micro writes a block of c = init + a·b with the given rows and the columns of
// one or two vectors, the last of which has n columns. Strides are in bytes:
// rsa and csa lead to the next row and column of a. init is nil for zero; ldi is
// 0 if all rows start from the same one. If relu is not 0, max(c, 0) is stored.
//
// The block lives in registers while k rows of b pass by. Each row needs its
// vectors loaded once, and one broadcast per row of a.
func micro(r *routine, rows, vectors int) {
	b := r.v
	temp := func(row int) string { return r.v(vectors + row%r.temps) }
	acc := func(row, v int) string { return r.v(vectors + r.temps + row*vectors + v) }
	each := func(do func(row, v int), next func()) {
		for row := range rows {
			for v := range vectors {
				do(row, v)
			}
			if row+1 < rows {
				next()
			}
		}
	}
	at := func(v int, register string) string { return fmt.Sprintf("%d(%s)", v*r.width, register) }

	r.arg("n", "CX")
	r.mask("CX")
	r.arg("k", "CX")
	r.arg("a", "SI")
	r.arg("rsa", "R9")
	r.arg("csa", "DX")
	r.arg("b", "DI")
	r.arg("ldb", "BX")
	r.arg("init", "AX")
	r.arg("ldi", "R12")
	if rows > 3 {
		r.op("LEAQ (R9)(R9*2), R10")
	}
	if rows > 5 {
		r.op("LEAQ (R9)(R9*4), R11")
	}
	if rows > 7 { // R8 is row 7 of a
		r.op("LEAQ (SI)(R10*2), R8")
		r.op("ADDQ R9, R8")
	}

	r.op("TESTQ AX, AX")
	r.op("JZ zero")
	each(func(row, v int) { r.load(at(v, "AX"), acc(row, v), v == vectors-1) }, func() { r.op("ADDQ R12, AX") })
	r.op("JMP start")
	r.label("zero")
	each(func(row, v int) { r.zero(acc(row, v)) }, func() {})
	r.label("start")
	r.op("TESTQ CX, CX")
	r.op("JZ done")
	r.op("PCALIGN $32")
	r.label("loop")
	for v := range vectors {
		r.load(at(v, "DI"), b(v), v == vectors-1)
	}
	address := []string{"(%s)", "(%s)(R9*1)", "(%s)(R9*2)", "(%s)(R10*1)", "(%s)(R9*4)", "(%s)(R11*1)", "(%s)(R10*2)"}
	for row := range rows {
		base := "SI"
		if row >= 7 {
			base = "R8"
		}
		r.op("VBROADCASTS%s %s, %s", r.suffix, fmt.Sprintf(address[row%7], base), temp(row))
		for v := range vectors {
			r.op("VFMADD231P%s %s, %s, %s", r.suffix, b(v), temp(row), acc(row, v))
		}
	}
	r.op("ADDQ DX, SI")
	if rows > 7 {
		r.op("ADDQ DX, R8")
	}
	r.op("ADDQ BX, DI")
	r.op("DECQ CX")
	r.op("JNZ loop")
	r.label("done")

	r.arg("c", "DI")
	r.arg("ldc", "DX")
	r.arg("relu", "AX")
	r.op("TESTQ AX, AX")
	r.op("JZ store")
	r.zero(b(0))
	// With the accumulator as the second source, NaN passes.
	each(func(row, v int) { r.op("VMAXP%s %s, %s, %s", r.suffix, acc(row, v), b(0), acc(row, v)) }, func() {})
	r.label("store")
	each(func(row, v int) { r.store(acc(row, v), at(v, "DI"), v == vectors-1) }, func() { r.op("ADDQ DX, DI") })
	r.end()
}

// transpose copies k columns of as many rows of b as a vector has lanes, so that
// each column becomes a vector: to[p][j] = b[j][p]. k is a multiple of the
// elements in 16 bytes; ldb and ldt lead to the next row of b and of to, in bytes.
//
// Register i collects 16 bytes each of the rows i, i+s, i+2s …, s being the
// elements in 16 bytes. A transposition within those 16-byte parts then leaves
// the rows in order.
func transpose(r *routine) {
	side := 16 / r.size
	r.arg("k", "CX")
	r.arg("b", "SI")
	r.arg("ldb", "BX")
	r.arg("to", "DI")
	r.arg("ldt", "DX")
	r.op("LEAQ (BX)(BX*2), R9")
	r.op("TESTQ CX, CX")
	r.op("JZ done")
	r.label("loop")
	r.op("MOVQ SI, AX")
	rows := []string{"(AX)", "(AX)(BX*1)", "(AX)(BX*2)", "(AX)(R9*1)"}[:side]
	for part := range r.width / 16 {
		for i, row := range rows {
			switch {
			case part == 0:
				r.op("VMOVUPS %s, X%d", row, i)
			case r.wide():
				r.op("VINSERTF32X4 $%d, %s, Z%d, Z%d", part, row, i, i)
			default:
				r.op("VINSERTF128 $1, %s, Y%d, Y%d", row, i, i)
			}
		}
		if part+1 < r.width/16 {
			r.op("LEAQ (AX)(BX*%d), AX", side)
		}
	}
	shuffle := func(name string, a, b, to int) { r.op("%s %s, %s, %s", name, r.v(b), r.v(a), r.v(to)) }
	out := []int{4, 5}
	if side == 2 {
		shuffle("VUNPCKLPD", 0, 1, 4)
		shuffle("VUNPCKHPD", 0, 1, 5)
	} else {
		shuffle("VUNPCKLPS", 0, 1, 4)
		shuffle("VUNPCKHPS", 0, 1, 5)
		shuffle("VUNPCKLPS", 2, 3, 6)
		shuffle("VUNPCKHPS", 2, 3, 7)
		shuffle("VUNPCKLPD", 4, 6, 0)
		shuffle("VUNPCKHPD", 4, 6, 1)
		shuffle("VUNPCKLPD", 5, 7, 2)
		shuffle("VUNPCKHPD", 5, 7, 3)
		out = []int{0, 1, 2, 3}
	}
	for _, v := range out {
		r.store(r.v(v), "(DI)", false)
		r.op("ADDQ DX, DI")
	}
	r.op("ADDQ $16, SI")
	r.op("SUBQ $%d, CX", side)
	r.op("JNZ loop")
	r.label("done")
	r.end()
}

// peak writes n rounds of 12 multiply-adds that do not wait for each other
// and touch no memory.
func peak(r *routine) {
	r.arg("n", "CX")
	for v := range 14 {
		r.zero(r.v(v))
	}
	r.op("TESTQ CX, CX")
	r.op("JZ done")
	r.op("PCALIGN $32")
	r.label("loop")
	for v := 2; v < 14; v++ {
		r.op("VFMADD231P%s %s, %s, %s", r.suffix, r.v(0), r.v(1), r.v(v))
	}
	r.op("DECQ CX")
	r.op("JNZ loop")
	r.label("done")
	r.end()
}
