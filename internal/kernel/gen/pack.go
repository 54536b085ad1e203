package main

import (
	"fmt"
	"math/bits"
)

// transpose copies n rows of k elements so that as many rows as a vector has
// lanes become columns of vectors: to[g][l][j] = b[g·lanes+j][l]. ldb leads to the
// next row of b and step to the next g, in bytes. Lanes behind row n are
// undefined.
//
// Flipped, it is a plain transposition instead: to[l][j] = b[j][l], and step leads
// to the next row of to. Nothing is written behind its rows.
//
// Register i collects 16 bytes each of the rows i, i+s, i+2s …, s being the
// elements in 16 bytes. A transposition within those 16-byte parts then leaves
// the rows in order.
func transpose(r *routine, flipped bool) {
	side := 16 / r.size
	parts := r.width / 16
	r.arg("n", "R12")
	r.arg("b", "SI")
	r.arg("ldb", "BX")
	r.arg("to", "DI")
	if side > 2 {
		r.op("LEAQ (BX)(BX*2), R9")
	}
	if flipped {
		r.arg("step", "R14")
	}
	// put stores a column of the group and goes to the place of the next.
	put := func(v int) {
		switch {
		case !flipped:
			r.store(r.v(v), "(DI)", false)
			r.op("ADDQ $%d, DI", r.width)
			return
		case r.wide():
			r.op("VMOVUP%s %s, K2, (DI)", r.suffix, r.v(v))
		default:
			r.op("VMASKMOVP%s %s, Y14, (DI)", r.suffix, r.v(v))
		}
		r.op("ADDQ R14, DI")
	}
	r.label("group")
	if flipped {
		r.op("MOVQ $%d, CX", r.lanes())
		r.op("CMPQ R12, CX")
		r.op("CMOVQLT R12, CX")
		r.mask("CX")
		if r.wide() {
			r.op("KMOVW K1, K2")
		} else {
			r.op("VMOVUPS Y15, Y14")
		}
	}
	r.arg("k", "DX")
	r.op("MOVQ SI, R13")
	r.op("CMPQ R12, $%d", r.lanes())
	r.op("JLT some")
	r.op("CMPQ DX, $%d", side)
	r.op("JLT some")

	// Whole vectors of whole 16 bytes.
	r.label("loop")
	r.op("MOVQ R13, AX")
	for part := range parts {
		for i, row := range []string{"(AX)", "(AX)(BX*1)", "(AX)(BX*2)", "(AX)(R9*1)"}[:side] {
			switch {
			case part == 0:
				r.op("VMOVUPS %s, X%d", row, i)
			case r.wide():
				r.op("VINSERTF32X4 $%d, %s, Z%d, Z%d", part, row, i, i)
			default:
				r.op("VINSERTF128 $1, %s, Y%d, Y%d", row, i, i)
			}
		}
		if part+1 < parts {
			r.op("LEAQ (AX)(BX*%d), AX", side)
		}
	}
	for at, v := range r.shuffle() {
		if flipped {
			r.store(r.v(v), "(DI)", false)
			r.op("ADDQ R14, DI")
		} else {
			r.store(r.v(v), fmt.Sprintf("%d(DI)", at*r.width), false)
		}
	}
	if !flipped {
		r.op("ADDQ $%d, DI", side*r.width)
	}
	r.op("ADDQ $16, R13")
	r.op("SUBQ $%d, DX", side)
	r.op("CMPQ DX, $%d", side)
	r.op("JGE loop")
	r.op("TESTQ DX, DX")
	r.op("JZ next")

	// The rest. Where rows or elements end, nothing is read: rows that do not
	// exist are read from the first one of their part, elements under a mask.
	r.label("some")
	r.op("MOVQ $%d, CX", side)
	r.op("CMPQ DX, CX")
	r.op("CMOVQLT DX, CX")
	r.mask("CX")
	r.op("MOVQ R13, AX")
	rows := []string{"AX", "R8", "R10", "R11"}[:side]
	for part := range parts {
		if part > 0 {
			r.op("CMPQ R12, $%d", part*side)
			r.op("JLE gathered")
		}
		r.op("LEAQ (AX)(BX*1), R8")
		if side > 2 {
			r.op("LEAQ (AX)(BX*2), R10")
			r.op("LEAQ (AX)(R9*1), R11")
		}
		for i, row := range rows {
			if i > 0 {
				r.op("CMPQ R12, $%d", part*side+i)
				r.op("CMOVQLE AX, %s", row)
			}
			to := i
			if part > 0 {
				to = 8
			}
			if r.wide() {
				r.op("VMOVUP%s.Z (%s), K1, X%d", r.suffix, row, to)
			} else {
				r.op("VMASKMOVP%s (%s), X15, X%d", r.suffix, row, to)
			}
			switch {
			case part == 0:
			case r.wide():
				r.op("VINSERTF32X4 $%d, X8, Z%d, Z%d", part, i, i)
			default:
				r.op("VINSERTF128 $1, X8, Y%d, Y%d", i, i)
			}
		}
		if part+1 < parts {
			r.op("LEAQ (AX)(BX*%d), AX", side)
		}
	}
	r.label("gathered")
	for _, v := range r.shuffle() {
		put(v)
		r.op("DECQ DX")
		r.op("JZ next")
	}
	r.op("ADDQ $16, R13")
	r.op("JMP some")

	r.label("next")
	r.op("MOVQ to+%d(FP), DI", r.offsets["to"])
	if flipped {
		r.op("ADDQ $%d, DI", r.width)
	} else {
		r.op("ADDQ step+%d(FP), DI", r.offsets["step"])
	}
	r.op("MOVQ DI, to+%d(FP)", r.offsets["to"])
	r.op("MOVQ BX, AX")
	r.op("SHLQ $%d, AX", bits.TrailingZeros(uint(r.lanes())))
	r.op("ADDQ AX, SI")
	r.op("SUBQ $%d, R12", r.lanes())
	r.op("JG group")
	r.end()
}

// shuffle transposes the squares of 16-byte rows in the first registers and
// returns where their columns are.
func (r *routine) shuffle() []int {
	do := func(name string, a, b, to int) { r.op("%s %s, %s, %s", name, r.v(b), r.v(a), r.v(to)) }
	if r.size == 8 {
		do("VUNPCKLPD", 0, 1, 4)
		do("VUNPCKHPD", 0, 1, 5)
		return []int{4, 5}
	}
	do("VUNPCKLPS", 0, 1, 4)
	do("VUNPCKHPS", 0, 1, 5)
	do("VUNPCKLPS", 2, 3, 6)
	do("VUNPCKHPS", 2, 3, 7)
	do("VUNPCKLPD", 4, 6, 0)
	do("VUNPCKHPD", 4, 6, 1)
	do("VUNPCKLPD", 5, 7, 2)
	do("VUNPCKHPD", 5, 7, 3)
	return []int{0, 1, 2, 3}
}

// collect copies k rows of n elements vector by vector: to[g][l][j] =
// b[l][g·lanes+j]. ldb leads to the next row of b and step to the next g, in
// bytes. Lanes behind element n are 0. Rows may lie pages apart, so that what comes
// is fetched two rows ahead.
func collect(r *routine) {
	r.arg("n", "CX")
	r.op("MOVQ CX, R12")
	r.op("SHRQ $%d, R12", bits.TrailingZeros(uint(r.lanes()))) // whole vectors
	r.op("ANDQ $%d, CX", r.lanes()-1)
	r.op("MOVQ CX, R11")
	r.mask("CX")
	r.arg("k", "DX")
	r.arg("b", "R8")
	r.arg("ldb", "BX")
	r.arg("to", "R9")
	r.arg("step", "R10")
	r.label("row")
	r.op("MOVQ R8, SI")
	r.op("MOVQ R9, DI")
	r.op("MOVQ R12, CX")
	r.op("TESTQ CX, CX")
	r.op("JZ tail")
	r.label("loop")
	r.op("PREFETCHT0 (SI)(BX*2)")
	r.load("(SI)", r.v(0), false)
	r.store(r.v(0), "(DI)", false)
	r.op("ADDQ $%d, SI", r.width)
	r.op("ADDQ R10, DI")
	r.op("DECQ CX")
	r.op("JNZ loop")
	r.label("tail")
	r.op("TESTQ R11, R11")
	r.op("JZ next")
	r.load("(SI)", r.v(0), true)
	r.store(r.v(0), "(DI)", false)
	r.label("next")
	r.op("ADDQ BX, R8")
	r.op("ADDQ $%d, R9", r.width)
	r.op("DECQ DX")
	r.op("JNZ row")
	r.end()
}
