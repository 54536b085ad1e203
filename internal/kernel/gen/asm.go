package main

import (
	"bytes"
	"fmt"
	"strings"
)

// isa is an instruction set with the names it goes by.
type isa struct {
	name  string   // of the level, in Go
	reg   string   // letter of a vector register
	width int      // bytes of a vector register
	temps int      // registers that broadcast elements of a rotate through
	rows  [2][]int // heights of the GEMM kernels of one and of two vectors, falling to 1
}

var isas = []isa{
	{name: "AVX2", reg: "Y", width: 32, temps: 1, rows: [2][]int{{12, 4, 2, 1}, {6, 4, 2, 1}}},
	{name: "AVX512", reg: "Z", width: 64, temps: 2, rows: [2][]int{{16, 8, 4, 2, 1}, {12, 8, 4, 2, 1}}},
}

func (i isa) wide() bool { return i.reg == "Z" }

// element is a number type.
type element struct {
	name   string // suffix of routines
	goType string
	suffix string // of instructions
	size   int
	shift  int // log2(size)
}

var elements = []element{
	{name: "F32", goType: "float32", suffix: "S", size: 4, shift: 2},
	{name: "F64", goType: "float64", suffix: "D", size: 8, shift: 3},
}

// routine is one function in assembly. All its arguments take 8 bytes.
type routine struct {
	isa
	element
	text    *bytes.Buffer
	offsets map[string]int // of the arguments
	consts  constants
}

// lanes is the number of elements in a vector.
func (r *routine) lanes() int { return r.width / r.size }

// begin writes the head of a function and its Go declaration. parameters is a
// list as in Go, in which T stands for the element.
func begin(text, stubs *bytes.Buffer, i isa, e element, name, parameters string) *routine {
	return beginFrame(text, stubs, i, e, name, parameters, 0)
}

// beginFrame is begin for a function that keeps so many bytes on the stack.
func beginFrame(text, stubs *bytes.Buffer, i isa, e element, name, parameters string, frame int) *routine {
	r := &routine{isa: i, element: e, text: text, offsets: map[string]int{}}
	at := 0
	for group := range strings.SplitSeq(parameters, ", ") {
		r.offsets[strings.Fields(group)[0]] = at
		at += 8
	}
	declaration := fmt.Sprintf("func %s(%s)", name+i.name+e.name, strings.NewReplacer("*T", "*"+e.goType, "[T]", "["+e.goType+"]").Replace(parameters))
	fmt.Fprintf(stubs, "//go:noescape\n%s\n\n", declaration)
	fmt.Fprintf(text, "// %s\nTEXT ·%s(SB), NOSPLIT, $%d-%d\n", declaration, name+i.name+e.name, frame, at)
	return r
}

// op writes one instruction.
func (r *routine) op(format string, args ...any) { fmt.Fprintf(r.text, "\t"+format+"\n", args...) }

func (r *routine) label(name string) { fmt.Fprintf(r.text, "%s:\n", name) }

// arg loads an argument into a general register.
func (r *routine) arg(name, register string) {
	r.op("MOVQ %s+%d(FP), %s", name, r.offsets[name], register)
}

func (r *routine) end() {
	r.op("VZEROUPPER")
	r.op("RET")
	fmt.Fprintln(r.text)
}

// v names vector register n.
func (r *routine) v(n int) string { return fmt.Sprintf("%s%d", r.reg, n) }

// mask makes the mask of the first elements of a vector, whose number is in
// register count: K1, or Y15 for AVX2. It overwrites count and AX.
func (r *routine) mask(count string) {
	if r.wide() {
		r.op("MOVQ $-1, AX")
		r.op("SHLQ %s, AX", count) // only CX can hold the shift
		r.op("NOTQ AX")
		r.op("KMOVW AX, K1")
		return
	}
	r.op("LEAQ edge<>+32(SB), AX")
	r.op("SHLQ $%d, %s", r.shift, count)
	r.op("SUBQ %s, AX", count)
	r.op("VMOVUPS (AX), Y15")
}

// load reads a vector, or the part of it under the mask with zeros behind.
func (r *routine) load(memory, to string, masked bool) {
	switch {
	case !masked:
		r.op("VMOVUP%s %s, %s", r.suffix, memory, to)
	case r.wide():
		r.op("VMOVUP%s.Z %s, K1, %s", r.suffix, memory, to)
	default:
		r.op("VMASKMOVP%s %s, Y15, %s", r.suffix, memory, to)
	}
}

// store writes a vector, or the part of it under the mask.
func (r *routine) store(from, memory string, masked bool) {
	switch {
	case !masked:
		r.op("VMOVUP%s %s, %s", r.suffix, from, memory)
	case r.wide():
		r.op("VMOVUP%s %s, K1, %s", r.suffix, from, memory)
	default:
		r.op("VMASKMOVP%s %s, Y15, %s", r.suffix, from, memory)
	}
}

// zero clears vector registers.
func (r *routine) zero(registers ...string) {
	for _, v := range registers {
		if r.wide() {
			r.op("VPXORQ %s, %s, %s", v, v, v)
		} else {
			r.op("VXORPS %s, %s, %s", v, v, v)
		}
	}
}
