package kernel

import "math"

// The functions of this file are x·w(x), where the gate w rises from 0 to 1 and
// w(x) + w(−x) = 1. They and their slopes are computed from the left tail alone,
// with a = |x|:
//
//	f(x)  = max(x, 0) − a·w(−a)
//	f′(x) = s for x < 0, else 1 − s,  s = w(−a) − a·w′(a)
//
// so that neither side cancels. The two terms of s do, around the least value of
// f: the error of a slope is small beside both of them, not beside s.

// GELU is x·Φ(x), Φ being the distribution function of the standard normal. The
// error is below 6 units in the last place, on the right below 3; far out, 40 of the
// smallest numbers come to it.
func GELU[T Float](to, x []T) {
	n := len(to)
	if tryGelu(n, first(to, n), first(x, n)) {
		return
	}
	gate(to, x[:n], normalTail)
}

// GELUSlope is g·(Φ(x) + x·φ(x)), the gradient of GELU by what goes into it. The
// error of the factor is below 4 units in the last place of Φ(x) + |x|·φ(x).
func GELUSlope[T Float](to, x, g []T) {
	n := len(to)
	if tryGeluSlope(n, first(to, n), first(x, n), first(g, n)) {
		return
	}
	gateSlope(to, x[:n], g, normalTail)
}

// GELUTanh is x·σ(v) = x·(1 + tanh(v/2))/2 with v = 2√(2/π)·(x + 0.044715·x³),
// which is nearly GELU. The error is below 4·(1 + |v|) units in the last place
// on the left, where rounding v tells, and below 2 on the right.
func GELUTanh[T Float](to, x []T) {
	n := len(to)
	if tryGeluTanh(n, first(to, n), first(x, n)) {
		return
	}
	gate(to, x[:n], cubicTail)
}

// GELUTanhSlope is g·(σ(v) + x·v′·σ(v)·σ(−v)), the gradient of GELUTanh by what
// goes into it. The error of the factor is below 4·(1 + |v|) units in the
// last place of σ(v) + |x|·v′·σ(v)·σ(−v).
func GELUTanhSlope[T Float](to, x, g []T) {
	n := len(to)
	if tryGeluTanhSlope(n, first(to, n), first(x, n), first(g, n)) {
		return
	}
	gateSlope(to, x[:n], g, cubicTail)
}

// SiLU is x·σ(x). The error is below 3 units in the last place; on the right below
// 2.
func SiLU[T Float](to, x []T) {
	n := len(to)
	if trySilu(n, first(to, n), first(x, n)) {
		return
	}
	gate(to, x[:n], siluTail)
}

// SiLUSlope is g·(σ(x) + x·σ(x)·σ(−x)), the gradient of SiLU by what goes into it.
// The error of the factor is below 4 units in the last place of σ(x) +
// |x|·σ(x)·σ(−x).
func SiLUSlope[T Float](to, x, g []T) {
	n := len(to)
	if trySiluSlope(n, first(to, n), first(x, n), first(g, n)) {
		return
	}
	gateSlope(to, x[:n], g, siluTail)
}

// tail is a gate by its left side: w(−a) and w(−a) − a·w′(a), both without the
// factor e, which is small and multiplied last.
type tail func(a float64) (w, s, e float64)

// beyond stands for all larger arguments, infinite ones too: the tails are 0.
const beyond = 1e3

func gate[T Float](to, x []T, f tail) {
	for i, v := range x {
		a := min(math.Abs(float64(v)), beyond)
		w, _, e := f(a)
		right := float64(v)
		if v < 0 {
			right = 0
		}
		to[i] = T(right - a*w*e)
	}
}

func gateSlope[T Float](to, x, g []T, f tail) {
	for i, v := range x {
		_, s, e := f(min(math.Abs(float64(v)), beyond))
		s *= e
		if !(v < 0) {
			s = 1 - s
		}
		to[i] = g[i] * T(s)
	}
}

// normalTail is that of Φ(−a) = erfc(a/√2)/2. What rounding a/√2 and a² loses is
// put right: far out it would be felt hundreds of times.
func normalTail(a float64) (w, s, e float64) {
	const rest = -9.667293313452913e-17 // of √2
	y := a / math.Sqrt2
	lost := math.FMA(-y, math.Sqrt2, a) - y*rest
	square := a * a
	density := math.Exp(-square/2) * (1 - math.FMA(a, a, -square)/2) / math.Sqrt(2*math.Pi)
	w = math.Erfc(y)/2 - density*lost
	return w, w - a*density, 1
}

// logisticTail is that of σ(−v) = e/(1 + e), e = e⁻ᵛ, with a·v′(a).
func logisticTail(v, steep float64) (w, s, e float64) {
	e = math.Exp(-v)
	w = 1 / (1 + e)
	s = w * (1 - steep*w)
	if v > 700 { // e in two factors, which are normal
		e = math.Exp(-v / 2)
		w, s = e, e*s
	}
	return w, s, e
}

func siluTail(a float64) (w, s, e float64) { return logisticTail(a, a) }

func cubicTail(a float64) (w, s, e float64) {
	const cubic = 0.044715
	k := 2 * math.Sqrt(2/math.Pi) * a
	return logisticTail(k*(1+cubic*a*a), k*(1+3*cubic*a*a))
}
