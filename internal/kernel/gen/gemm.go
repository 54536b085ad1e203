package main

import (
	"bytes"
	"fmt"
	"slices"
)

// sheetFields are the fields of kernel.sheet in their order, 8 bytes each.
var sheetFields = []string{
	"k", "a", "rsa", "csa", "stripA", "ldb", "second", "panelB", "init", "ldi", "stripInit", "panelInit",
	"c", "ldc", "stripC", "strips", "panels", "tail", "relu", "ahead", "aheadStep",
}

// gemm writes the kernels of products, the copies that make operands ready for
// them, and the table of all that the driver in gemm.go works with.
func gemm() (text, stubs bytes.Buffer) {
	var tables bytes.Buffer
	for _, i := range isas {
		for _, e := range elements {
			fmt.Fprintf(&tables, "var engine%s%s = engine[%s]{\n", i.name, e.name, e.goType)
			fmt.Fprintf(&tables, "\tlanes: %d, depth: %d, shallow: %d,\n", i.width/e.size, 3200/e.size, 128+512/e.size)
			fmt.Fprintf(&tables, "\ttranspose: transpose%s%s, collect: collect%[1]s%[2]s, flip: flip%[1]s%[2]s, fma: fma%[1]s%[2]s,\n\tblocks: [2][]block[%s]{\n", i.name, e.name, e.goType)
			for vectors := 1; vectors <= 2; vectors++ {
				fmt.Fprint(&tables, "\t\t{")
				for _, rows := range i.rows[vectors-1] {
					name := fmt.Sprintf("gemm%dx%d", rows, vectors)
					sheet(beginFrame(&text, &stubs, i, e, name, "s *sheet[T], b *T", 72), rows, vectors)
					fmt.Fprintf(&tables, "{%d, %s%s%s}, ", rows, name, i.name, e.name)
				}
				fmt.Fprint(&tables, "},\n")
			}
			fmt.Fprint(&tables, "\t},\n}\n\n")
			peak(begin(&text, &stubs, i, e, "fma", "n int"))
			const parameters = "k int, n int, b *T, ldb int, to *T, step int"
			transpose(begin(&text, &stubs, i, e, "transpose", parameters), false)
			transpose(begin(&text, &stubs, i, e, "flip", parameters), true)
			collect(begin(&text, &stubs, i, e, "collect", parameters))
		}
	}
	tables.WriteTo(&stubs)
	return text, stubs
}

// sheet writes a kernel for c = init + a·b, block by block; see kernel.sheet. A
// block has the given rows and the columns of one or two vectors. The tallest
// kernels fetch the next strip of a ahead.
//
// A block lives in registers while k rows of b pass by. Each row needs its
// vectors loaded once, and one broadcast per row of a.
func sheet(r *routine, rows, vectors int) {
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
	field := func(name string) string {
		return fmt.Sprintf("%d(R13)", 8*slices.Index(sheetFields, name))
	}
	get := func(name, register string) { r.op("MOVQ %s, %s", field(name), register) }
	// The place on the stack: the block's strip, then the block's panel.
	const stripA, stripC, stripInit, strips = "a-8(SP)", "c-16(SP)", "init-24(SP)", "strips-32(SP)"
	const panelB, panelC, panelInit, panels = "panelB-40(SP)", "panelC-48(SP)", "panelInit-56(SP)", "panels-64(SP)"
	const count = "count-72(SP)" // columns in the last vector

	// Rows of a are addressed from these, seven from each.
	bases := []string{"SI", "R8", "R12", "AX"}
	address := []string{"(%s)", "(%s)(R9*1)", "(%s)(R9*2)", "(%s)(R10*1)", "(%s)(R9*4)", "(%s)(R11*1)", "(%s)(R10*2)"}

	r.arg("s", "R13")
	get("rsa", "R9")
	get("csa", "DX")
	get("ldb", "BX")
	if rows > 3 {
		r.op("LEAQ (R9)(R9*2), R10")
		r.op("LEAQ (R9)(R9*4), R11")
	}
	for _, f := range [][2]string{{"a", stripA}, {"c", stripC}, {"init", stripInit}, {"strips", strips}} {
		get(f[0], "AX")
		r.op("MOVQ AX, %s", f[1])
	}

	r.label("strip")
	r.arg("b", "DI")
	r.op("MOVQ DI, %s", panelB)
	r.op("MOVQ %s, AX", stripC)
	r.op("MOVQ AX, %s", panelC)
	r.op("MOVQ %s, AX", stripInit)
	r.op("MOVQ AX, %s", panelInit)
	get("panels", "AX")

	r.label("panel")
	r.op("MOVQ AX, %s", panels)
	r.op("MOVQ $%d, CX", r.lanes())
	r.op("CMPQ AX, $1")
	r.op("CMOVQEQ %s, CX", field("tail"))
	if !r.wide() {
		r.op("MOVQ CX, %s", count)
	}
	r.mask("CX")
	r.op("MOVQ %s, SI", stripA)
	r.op("MOVQ %s, AX", panelInit)
	r.op("TESTQ AX, AX")
	r.op("JZ zero")
	get("ldi", "R12")
	each(func(row, v int) { r.load(at(v, "AX"), acc(row, v), v == vectors-1) }, func() { r.op("ADDQ R12, AX") })
	r.op("JMP start")
	r.label("zero")
	each(func(row, v int) { r.zero(acc(row, v)) }, func() {})
	r.label("start")
	get("k", "CX")
	r.op("TESTQ CX, CX")
	r.op("JZ done")
	used := bases[:(rows+6)/7]
	for i := range used[1:] {
		r.op("LEAQ (%s)(R10*2), %s", bases[i], bases[i+1])
		r.op("ADDQ R9, %s", bases[i+1])
	}
	b := []string{"(DI)"}
	if vectors == 2 { // R12 is no base then
		get("second", "R12")
		b = append(b, "(DI)(R12*1)")
	}
	ahead := rows == r.rows[vectors-1][0]
	if ahead {
		r.op("MOVQ %s, AX", stripA)
		r.op("ADDQ %s, AX", field("ahead"))
		get("aheadStep", "R14")
	}
	r.op("PCALIGN $32")
	r.label("loop")
	for v := range vectors {
		r.load(b[v], r.v(v), v == vectors-1)
	}
	for row := range rows {
		r.op("VBROADCASTS%s %s, %s", r.suffix, fmt.Sprintf(address[row%7], bases[row/7]), temp(row))
		for v := range vectors {
			r.op("VFMADD231P%s %s, %s, %s", r.suffix, r.v(v), temp(row), acc(row, v))
		}
	}
	if ahead {
		r.op("PREFETCHT0 (AX)")
		if rows*r.size > 64 {
			r.op("PREFETCHT0 -64(AX)")
		}
		r.op("ADDQ R14, AX")
	}
	for _, base := range used {
		r.op("ADDQ DX, %s", base)
	}
	r.op("ADDQ BX, DI")
	r.op("DECQ CX")
	r.op("JNZ loop")
	r.label("done")

	r.op("MOVQ %s, DI", panelC)
	get("ldc", "R8")
	r.op("CMPQ %s, $0", field("relu"))
	r.op("JEQ store")
	r.zero(r.v(0))
	// With the accumulator as the second source, NaN passes.
	each(func(row, v int) { r.op("VMAXP%s %s, %s, %s", r.suffix, acc(row, v), r.v(0), acc(row, v)) }, func() {})
	r.label("store")
	step := func() { r.op("ADDQ R8, DI") }
	if !r.wide() { // stores under masks are slow
		r.op("CMPQ %s, $%d", count, r.lanes())
		r.op("JNE part")
		each(func(row, v int) { r.store(acc(row, v), at(v, "DI"), false) }, step)
		r.op("JMP next")
		r.label("part")
	}
	each(func(row, v int) { r.store(acc(row, v), at(v, "DI"), v == vectors-1) }, step)
	r.label("next")

	r.op("MOVQ %s, DI", panelB)
	r.op("ADDQ %s, DI", field("panelB"))
	r.op("MOVQ DI, %s", panelB)
	r.op("ADDQ $%d, %s", vectors*r.width, panelC)
	get("panelInit", "AX")
	r.op("ADDQ AX, %s", panelInit)
	r.op("MOVQ %s, AX", panels)
	r.op("DECQ AX")
	r.op("JNZ panel")
	for _, f := range [][2]string{{"stripA", stripA}, {"stripC", stripC}, {"stripInit", stripInit}} {
		get(f[0], "AX")
		r.op("ADDQ AX, %s", f[1])
	}
	r.op("DECQ %s", strips)
	r.op("JNZ strip")
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
