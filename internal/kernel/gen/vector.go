package main

import (
	"fmt"
	"math"
)

// Arithmetic on whole vectors. Registers are given by number; the result is the
// last of them.

func (r *routine) do(name string, a, b, to int) {
	r.op("%s%s %s, %s, %s", name, r.suffix, r.v(b), r.v(a), r.v(to))
}

func (r *routine) add(a, b, to int)   { r.do("VADDP", a, b, to) }
func (r *routine) sub(a, b, to int)   { r.do("VSUBP", a, b, to) }
func (r *routine) mul(a, b, to int)   { r.do("VMULP", a, b, to) }
func (r *routine) div(a, b, to int)   { r.do("VDIVP", a, b, to) }
func (r *routine) sqrt(a, to int)     { r.op("VSQRTP%s %s, %s", r.suffix, r.v(a), r.v(to)) }
func (r *routine) move(a, to int)     { r.op("VMOVAP%s %s, %s", r.suffix, r.v(a), r.v(to)) }
func (r *routine) fma(a, b, acc int)  { r.do("VFMADD231P", a, b, acc) }  // acc += a·b
func (r *routine) fnma(a, b, acc int) { r.do("VFNMADD231P", a, b, acc) } // acc −= a·b

// largest is a > b ? a : b, which is b when there is a NaN; smallest likewise.
func (r *routine) largest(a, b, to int)  { r.do("VMAXP", a, b, to) }
func (r *routine) smallest(a, b, to int) { r.do("VMINP", a, b, to) }

// with writes an instruction whose second source is a constant in memory.
func (r *routine) with(name, memory string, a, to int) {
	if r.wide() {
		name += ".BCST"
	}
	r.op("%s %s, %s, %s", name, memory, r.v(a), r.v(to))
}

// c writes a floating-point instruction with a constant.
func (r *routine) c(name string, x float64, a, to int) {
	r.with(name+r.suffix, r.consts.number(r.element, x), a, to)
}

// set fills a register with a constant.
func (r *routine) set(x float64, to int) { r.fill(r.consts.number(r.element, x), to) }

func (r *routine) fill(memory string, to int) {
	if r.wide() {
		r.op("VBROADCASTS%s %s, %s", r.suffix, memory, r.v(to))
	} else {
		r.op("VMOVUPS %s, %s", memory, r.v(to))
	}
}

// clamp limits x to [low, high]; NaN stays.
func (r *routine) clamp(low, high float64, x, temp int) {
	r.set(low, temp)
	r.largest(temp, x, x)
	r.set(high, temp)
	r.smallest(temp, x, x)
}

// absolute is |x|, and minus the absolute value −|x|.
func (r *routine) absolute(x, to int) { r.with("VANDP"+r.suffix, r.notSignBit(), x, to) }

func (r *routine) minusAbsolute(x, to int) { r.with("VORP"+r.suffix, r.signBit(), x, to) }

// signBit is the sign bit of every element.
func (r *routine) signBit() string { return r.consts.bits(r.element, 1<<(8*r.size-1)) }

// notSignBit is all the others.
func (r *routine) notSignBit() string { return r.consts.bits(r.element, 1<<(8*r.size-1)-1) }

// power makes 2ⁿ as a float out of n + magic: its low bits are n. It is right
// for exponents of normal numbers.
func (r *routine) power(n, to int) {
	letter := map[int]string{4: "D", 8: "Q"}[r.size]
	r.op("VPSLL%s $%d, %s, %s", letter, exponentials[r.size].mantissa, r.v(n), r.v(to))
	r.with("VPADD"+letter, r.consts.number(r.element, 1), to, to)
}

// reduced splits x = n·log 2 + r and leaves n + magic in register n, n itself in
// register float, and r in place of x, which must be within the clamp.
func (r *routine) reduced(x, n, float int) {
	e := exponentials[r.size]
	r.set(e.magic, n)
	r.c("VFMADD231P", 1/0.693147180559945309417232121458176568, x, n)
	r.c("VSUBP", e.magic, n, float)
	r.c("VFNMADD231P", e.ln2, float, x)
	r.c("VFNMADD231P", e.rest, float, x)
}

// expMinusOne makes eˣ − 1 in register out, for x as reduced leaves it.
func (r *routine) expMinusOne(x, out, temp int) {
	r.polynomial(exponentials[r.size].polynomial, x, out)
	r.mul(x, x, temp)
	r.op("VFMADD213P%s %s, %s, %s", r.suffix, r.v(x), r.v(temp), r.v(out))
}

// exp replaces register x by eˣ; t is the first of four registers for it.
func (r *routine) exp(x, t int) {
	e := exponentials[r.size]
	n, float, out, temp := t, t+1, t+2, t+3
	r.clamp(e.low, e.high, x, temp)
	r.reduced(x, n, float)
	r.expMinusOne(x, out, temp)
	r.c("VADDP", 1, out, out)
	r.powers(n, float, temp)
	r.timesPower(out, n, float, x)
}

// powers prepares products by 2ⁿ out of what reduced has left, for timesPower.
//
// Such a product, the last one of a result, is the only one that rounds it below
// the normal numbers. AVX2 splits it in two, since 2ⁿ itself may be out of range.
func (r *routine) powers(n, float, temp int) {
	if r.wide() {
		return
	}
	e := exponentials[r.size]
	r.set(e.magic, n)
	r.c("VFMADD231P", 0.5, float, n) // n/2, rounded
	r.c("VSUBP", e.magic, n, temp)
	r.sub(float, temp, float)
	r.c("VADDP", e.magic, float, float) // the other half
	r.power(n, n)
	r.power(float, float)
}

// timesPower is x·2ⁿ.
func (r *routine) timesPower(x, n, float, to int) {
	if r.wide() {
		r.do("VSCALEFP", x, float, to)
		return
	}
	r.mul(x, n, to)
	r.mul(to, float, to)
}

// polynomial makes Σ c_i·xⁱ in register to.
func (r *routine) polynomial(c []float64, x, to int) {
	last := len(c) - 1
	r.set(c[last], to)
	for i := last - 1; i >= 0; i-- {
		r.c("VFMADD213P", c[i], x, to)
	}
}

// ratio replaces register q by (a + da)/(d + dd), rounded almost always correctly,
// where da and dd are below the last digits of a and d. t is the first of two
// registers.
func (r *routine) ratio(a, da, d, dd, q, t int) {
	inverse, left := t, t+1
	r.set(1, inverse)
	r.div(inverse, d, inverse)
	r.mul(a, inverse, q)
	r.move(a, left)
	r.fnma(q, d, left)
	r.add(left, da, left)
	r.fnma(q, dd, left)
	r.fma(left, inverse, q)
}

// Predicates of compare.
const (
	equal, less, notLess, greater = 0x00, 0x11, 0x15, 0x1e // notLess holds for NaN
)

// compare makes a mask of a ⋈ b: K2, or a register.
func (r *routine) compare(predicate, a, b, mask int) {
	to := r.v(mask)
	if r.wide() {
		to = "K2"
	}
	r.op("VCMPP%s $%#02x, %s, %s, %s", r.suffix, predicate, r.v(b), r.v(a), to)
}

// choose replaces register to by yes where the mask of compare is set, and by no
// elsewhere.
func (r *routine) choose(yes, no, mask, to int) {
	if r.wide() {
		r.op("VBLENDMP%s %s, %s, K2, %s", r.suffix, r.v(yes), r.v(no), r.v(to))
		return
	}
	r.op("VBLENDVP%s %s, %s, %s, %s", r.suffix, r.v(mask), r.v(yes), r.v(no), r.v(to))
}

// log replaces x, which must be normal, positive and finite, by log x + shift,
// where register shift holds a multiple of log 2 as a number of times. t is the
// first of four registers.
//
// x = 2ᵏ·(1 + f) with 1 + f between √½ and √2. With s = f/(2 + f), log(1 + f) =
// f − f²/2 + s·(f²/2 + R(s²)).
func (r *routine) log(x, shift, t int) {
	e := exponentials[r.size]
	letter := map[int]string{4: "D", 8: "Q"}[r.size]
	k, s, square, sum := t, t+1, t+2, t+3
	bias := float64(int(1)<<(8*r.size-e.mantissa-2) - 1)
	whole := math.Ldexp(1, e.mantissa)
	root := r.consts.bits(r.element, e.rootHalf)
	r.with("VPSUB"+letter, root, x, x)
	r.with("VPADD"+letter, r.consts.number(r.element, 1), x, k)
	r.op("VPSRL%s $%d, %s, %s", letter, e.mantissa, r.v(k), r.v(k))
	r.with("VORP"+r.suffix, r.consts.number(r.element, whole), k, k)
	r.c("VSUBP", whole+bias, k, k)
	r.add(k, shift, k)
	r.with("VANDP"+r.suffix, r.consts.bits(r.element, 1<<e.mantissa-1), x, x)
	r.with("VPADD"+letter, root, x, x)
	r.c("VSUBP", 1, x, x) // f

	r.c("VADDP", 2, x, s)
	r.div(x, s, s)
	r.mul(s, s, square)
	r.polynomial(e.quotient, square, sum)
	r.mul(sum, square, sum) // R
	r.mul(x, x, square)
	r.c("VMULP", 0.5, square, square) // f²/2
	r.add(sum, square, sum)
	r.mul(s, sum, sum)
	r.c("VFMADD231P", e.inexact, k, sum)
	r.sub(square, sum, sum)
	r.sub(sum, x, sum)
	r.c("VMULP", e.exact, k, k)
	r.sub(k, sum, x)
}

// logOnePlus replaces e, between 0 and 1, by log(1 + e). t is the first of seven
// registers.
func (r *routine) logOnePlus(e, t int) {
	u, lost, one := t, t+1, t+2
	r.set(1, one)
	r.add(one, e, u)
	r.sub(u, one, lost)
	r.sub(e, lost, lost) // what 1 + e lost
	r.div(lost, u, lost)
	r.zero(r.v(one))
	r.log(u, one, t+3)
	r.add(u, lost, e)
}

// loop is a routine that passes over vectors side by side.
type loop struct {
	*routine
	masked bool // the last, partial vectors
}

var pointers = []string{"SI", "DI", "R8", "R9", "R10", "R11"}

// get loads the next vector of stream s, put stores it.
func (l loop) get(s, to int)   { l.load(fmt.Sprintf("(%s)(BX*1)", pointers[s]), l.v(to), l.masked) }
func (l loop) put(from, s int) { l.store(l.v(from), fmt.Sprintf("(%s)(BX*1)", pointers[s]), l.masked) }

// over writes the passes over n elements, in DX: whole vectors, then the rest
// under a mask. The offset BX is shared by all streams. Labels begin with name.
func (r *routine) over(name string, body func(l loop)) {
	r.op("XORQ BX, BX")
	r.op("CMPQ DX, $%d", r.lanes())
	r.op("JLT %srest", name)
	r.label(name + "loop")
	body(loop{r, false})
	r.op("ADDQ $%d, BX", r.width)
	r.op("SUBQ $%d, DX", r.lanes())
	r.op("CMPQ DX, $%d", r.lanes())
	r.op("JGE %sloop", name)
	r.label(name + "rest")
	r.op("TESTQ DX, DX")
	r.op("JZ %sdone", name)
	r.op("MOVQ DX, CX")
	r.mask("CX")
	body(loop{r, true})
	r.label(name + "done")
}
