package kernel

import (
	"math"
	"unsafe"
)

// The updates of this file go on from updates.go: rules that divide by running
// means, or that take only the sign of a gradient.

// AdadeltaFactors are the numbers of Adadelta.
type AdadeltaFactors[T Float] struct {
	Rate    T // η
	Decay   T // L2: d = g + Decay·w
	Rho     T
	Share   T // 1 − ρ
	Epsilon T
}

// Adadelta is
//
//	s ← ρ·s + (1 − ρ)·d²,  δ = √(a + ε)/√(s + ε)·d
//	a ← ρ·a + (1 − ρ)·δ²,  w ← w − η·δ
func Adadelta[T Float](w, g, s, a []T, f AdadeltaFactors[T]) {
	n := len(w)
	if tryAdadelta(n, first(w, n), first(g, n), first(s, n), first(a, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		s[i] = T(f.Rho*s[i]) + T(T(f.Share*d)*d)
		d = T(root(a[i]+f.Epsilon)/root(s[i]+f.Epsilon)) * d
		a[i] = T(f.Rho*a[i]) + T(T(f.Share*d)*d)
		w[i] -= T(f.Rate * d)
	}
}

// AdamaxFactors are the numbers of one step of Adamax.
type AdamaxFactors[T Float] struct {
	Rate    T // η/(1 − β₁ᵗ)
	Decay   T // L2: d = g + Decay·w
	Beta1   T
	Share1  T // 1 − β₁
	Beta2   T
	Epsilon T
}

// Adamax is m ← β₁·m + (1 − β₁)·d, u ← max(β₂·u, |d| + ε), w ← w − Rate·m/u.
func Adamax[T Float](w, g, m, u []T, f AdamaxFactors[T]) {
	n := len(w)
	if tryAdamax(n, first(w, n), first(g, n), first(m, n), first(u, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		m[i] = T(f.Beta1*m[i]) + T(f.Share1*d)
		below := T(math.Abs(float64(d))) + f.Epsilon
		if before := T(f.Beta2 * u[i]); before > below {
			below = before
		}
		u[i] = below
		w[i] -= T(f.Rate*m[i]) / below
	}
}

// NAdamFactors are the numbers of one step of NAdam.
type NAdamFactors[T Float] struct {
	Rate    T // of m
	Decay   T // L2: d = g + Decay·w
	Extra   T // rate of d
	Beta1   T
	Share1  T // 1 − β₁
	Beta2   T
	Share2  T // 1 − β₂
	Root    T // 1/√(1 − β₂ᵗ)
	Epsilon T
}

// NAdam is Adam's update but for the numerator, which has the gradient beside its
// mean: w ← w − (Rate·m + Extra·d)/(√v·Root + ε).
func NAdam[T Float](w, g, m, v []T, f NAdamFactors[T]) {
	n := len(w)
	if tryNadam(n, first(w, n), first(g, n), first(m, n), first(v, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		m[i] = T(f.Beta1*m[i]) + T(f.Share1*d)
		v[i] = T(f.Beta2*v[i]) + T(T(f.Share2*d)*d)
		w[i] -= (T(f.Rate*m[i]) + T(f.Extra*d)) / (T(root(v[i])*f.Root) + f.Epsilon)
	}
}

// AdaBeliefFactors are the numbers of one step of AdaBelief.
type AdaBeliefFactors[T Float] struct {
	Rate    T // η/(1 − β₁ᵗ)
	Decay   T // L2: d = g + Decay·w
	Beta1   T
	Share1  T // 1 − β₁
	Beta2   T
	Share2  T // 1 − β₂
	Root    T // 1/√(1 − β₂ᵗ)
	Epsilon T
}

// AdaBelief is
//
//	m ← β₁·m + (1 − β₁)·d,  s ← β₂·s + (1 − β₂)·(d − m)² + ε
//	w ← w − Rate·m/(√s·Root + ε)
func AdaBelief[T Float](w, g, m, s []T, f AdaBeliefFactors[T]) {
	n := len(w)
	if tryAdabelief(n, first(w, n), first(g, n), first(m, n), first(s, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		m[i] = T(f.Beta1*m[i]) + T(f.Share1*d)
		d -= m[i]
		s[i] = T(f.Beta2*s[i]) + T(T(f.Share2*d)*d) + f.Epsilon
		w[i] -= T(f.Rate*m[i]) / (T(root(s[i])*f.Root) + f.Epsilon)
	}
}

// AdanFactors are the numbers of one step of Adan.
type AdanFactors[T Float] struct {
	Rate    T // η/(1 − β₁ᵗ), of m
	Keep    T // 1/(1 + η·decay)
	Share1  T // 1 − β₁
	Beta2   T
	Share2  T // 1 − β₂
	Share3  T // 1 − β₃
	Rate2   T // η·β₂/(1 − β₂ᵗ), of v
	Root    T // 1/√(1 − β₃ᵗ)
	Epsilon T
}

// Adan is, with the change δ = g − p of the gradient since the last update, which
// left it in p,
//
//	m ← m + (1 − β₁)·(g − m),  v ← v + (1 − β₂)·(δ − v)
//	n ← n + (1 − β₃)·((g + β₂·δ)² − n)
//	w ← Keep·(w − (Rate·m + Rate2·v)/(√n·Root + ε))
func Adan[T Float](w, g, m, v, n, p []T, f AdanFactors[T]) {
	size := len(w)
	if tryAdan(size, first(w, size), first(g, size), first(m, size), first(v, size), first(n, size), first(p, size), &f.Rate) {
		return
	}
	for i := range w {
		change := g[i] - p[i]
		p[i] = g[i]
		m[i] += T(f.Share1 * (g[i] - m[i]))
		v[i] += T(f.Share2 * (change - v[i]))
		ahead := g[i] + T(f.Beta2*change)
		n[i] += T(f.Share3 * (T(ahead*ahead) - n[i]))
		step := (T(f.Rate*m[i]) + T(f.Rate2*v[i])) / (T(root(n[i])*f.Root) + f.Epsilon)
		w[i] = f.Keep * (w[i] - step)
	}
}

// LionFactors are the numbers of one step of Lion.
type LionFactors[T Float] struct {
	Rate   T // η
	Keep   T // 1 − η·decay
	Beta1  T
	Share1 T // 1 − β₁
	Beta2  T
	Share2 T // 1 − β₂
}

// Lion is w ← Keep·w − η·sign(β₁·m + (1 − β₁)·g), m ← β₂·m + (1 − β₂)·g. The sign
// of 0 is 0, that of NaN is NaN.
func Lion[T Float](w, g, m []T, f LionFactors[T]) {
	n := len(w)
	if tryLion(n, first(w, n), first(g, n), first(m, n), &f.Rate) {
		return
	}
	for i := range w {
		c := T(f.Beta1*m[i]) + T(f.Share1*g[i])
		m[i] = T(f.Beta2*m[i]) + T(f.Share2*g[i])
		w[i] = T(f.Keep*w[i]) - sign(c, f.Rate)
	}
}

// RpropFactors are the numbers of Rprop.
type RpropFactors[T Float] struct {
	Plus, Minus T // of the step, after the same sign and after another one
	Low, High   T // bounds of the step
}

// Rprop takes the sign of a gradient only. p is the gradient before and s the
// step, which grows by Plus while the sign stays and shrinks by Minus when it
// turns; then the weight rests, and 0 is remembered as its gradient.
//
//	s ← s·Plus if g·p > 0, s·Minus and g ← 0 if g·p < 0;  Low ≤ s ≤ High
//	w ← w − sign(g)·s,  p ← g
func Rprop[T Float](w, g, p, s []T, f RpropFactors[T]) {
	n := len(w)
	if tryRprop(n, first(w, n), first(g, n), first(p, n), first(s, n), &f.Plus) {
		return
	}
	for i := range w {
		d, size := g[i], s[i]
		switch agree := T(d * p[i]); {
		case agree > 0:
			size = T(size * f.Plus)
		case agree < 0:
			size, d = T(size*f.Minus), 0
		}
		if f.Low > size {
			size = f.Low
		}
		if f.High < size {
			size = f.High
		}
		p[i], s[i] = d, size
		w[i] -= sign(d, size)
	}
}

// Approach moves a part of the way: to ← to + share·(x − to).
func Approach[T Float](to, x []T, share T) {
	n := len(to)
	if tryApproach(n, first(to, n), first(x, n), &share) {
		return
	}
	for i := range to {
		to[i] += T(share * (x[i] - to[i]))
	}
}

// sign is size with the sign of x; 0 and NaN stay.
func sign[T Float](x, size T) T {
	switch {
	case x > 0:
		return size
	case x < 0:
		return 0 - size
	}
	return x
}

// The factors are handed to kernels as lists: nothing may be between them.
const (
	_ = -(unsafe.Sizeof(AdadeltaFactors[float32]{}) - 5*4)
	_ = -(unsafe.Sizeof(AdamaxFactors[float32]{}) - 6*4)
	_ = -(unsafe.Sizeof(NAdamFactors[float32]{}) - 9*4)
	_ = -(unsafe.Sizeof(AdaBeliefFactors[float32]{}) - 8*4)
	_ = -(unsafe.Sizeof(AdanFactors[float32]{}) - 9*4)
	_ = -(unsafe.Sizeof(LionFactors[float32]{}) - 6*4)
	_ = -(unsafe.Sizeof(RpropFactors[float32]{}) - 4*4)
)
