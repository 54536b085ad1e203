package kernel

import (
	"math"
	"unsafe"
)

// The updates of this file change weights w in place along the gradient g,
// which has the length of w, as have the slots that the rule keeps. They are the
// rules of train/optimizers, one pass each. Every operation is rounded, in the
// order of the loops below, so that all levels give the same bits.

// DescentFactors are the numbers of gradient descent.
type DescentFactors[T Float] struct {
	Rate  T // η
	Decay T // L2: d = g + Decay·w
	Mu    T // share of the velocity that stays
	Share T // share of the gradient that enters it
}

// Descend is w ← w − η·d. It needs Rate and Decay only.
func Descend[T Float](w, g []T, f DescentFactors[T]) {
	n := len(w)
	if trySgd(n, first(w, n), first(g, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		w[i] -= T(f.Rate * d)
	}
}

// Momentum is v ← Mu·v + Share·d, w ← w − η·v.
func Momentum[T Float](w, g, v []T, f DescentFactors[T]) {
	n := len(w)
	if tryMomentum(n, first(w, n), first(g, n), first(v, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		v[i] = T(f.Mu*v[i]) + T(f.Share*d)
		w[i] -= T(f.Rate * v[i])
	}
}

// Nesterov is v ← Mu·v + Share·d, w ← w − η·(d + Mu·v).
func Nesterov[T Float](w, g, v []T, f DescentFactors[T]) {
	n := len(w)
	if tryNesterov(n, first(w, n), first(g, n), first(v, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		v[i] = T(f.Mu*v[i]) + T(f.Share*d)
		w[i] -= T(f.Rate * (d + T(f.Mu*v[i])))
	}
}

// AdamFactors are the numbers of one step of Adam and of AdamW.
type AdamFactors[T Float] struct {
	Rate         T // η/(1 − β₁ᵗ)
	Decay        T // L2: d = g + Decay·w
	Keep         T // 1, or 1 − η·decay for AdamW
	Beta1, Beta2 T
	Share1       T // 1 − β₁
	Share2       T // 1 − β₂
	Root         T // 1/√(1 − β₂ᵗ)
	Epsilon      T
}

// list is in the order that the kernels want.
func (f AdamFactors[T]) list() [9]T {
	return [9]T{f.Rate, f.Decay, f.Keep, f.Beta1, f.Share1, f.Beta2, f.Share2, f.Root, f.Epsilon}
}

// Adam is
//
//	m ← β₁·m + (1 − β₁)·d,  v ← β₂·v + (1 − β₂)·d²
//	w ← Keep·w − Rate·m/(√v·Root + ε)
//
// With u, AMSGrad's largest v so far, u ← max(u, v) takes the place of v below.
func Adam[T Float](w, g, m, v, u []T, f AdamFactors[T]) {
	n := len(w)
	k := f.list()
	if u == nil && tryAdam(n, first(w, n), first(g, n), first(m, n), first(v, n), &k[0]) {
		return
	}
	if u != nil && tryAmsgrad(n, first(w, n), first(g, n), first(m, n), first(v, n), first(u, n), &k[0]) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		m[i] = T(f.Beta1*m[i]) + T(f.Share1*d)
		v[i] = T(f.Beta2*v[i]) + T(T(f.Share2*d)*d)
		below := v[i]
		if u != nil {
			if !(u[i] > below) {
				u[i] = below
			}
			below = u[i]
		}
		w[i] = T(f.Keep*w[i]) - T(f.Rate*m[i])/(T(root(below)*f.Root)+f.Epsilon)
	}
}

// RMSpropFactors are the numbers of RMSprop.
type RMSpropFactors[T Float] struct {
	Rate    T // η
	Decay   T // L2: d = g + Decay·w
	Rho     T
	Share   T // 1 − ρ
	Epsilon T
	Mu      T // share of the velocity that stays
}

// RMSprop is
//
//	s ← ρ·s + (1 − ρ)·d²
//	a ← ρ·a + (1 − ρ)·d,  r = max(0, s − a²)      with a; otherwise r = s
//	v ← Mu·v + d/(√r + ε),  w ← w − η·v           with v; otherwise without Mu·v
//
// a, for the centered rule, and v, for momentum, may be nil.
func RMSprop[T Float](w, g, s, a, v []T, f RMSpropFactors[T]) {
	n := len(w)
	wp, gp, sp, k := first(w, n), first(g, n), first(s, n), &f.Rate
	done := false
	switch {
	case a == nil && v == nil:
		done = tryRmsprop(n, wp, gp, sp, k)
	case a == nil:
		done = tryRmspropMomentum(n, wp, gp, sp, first(v, n), k)
	case v == nil:
		done = tryRmspropCentered(n, wp, gp, sp, first(a, n), k)
	default:
		done = tryRmspropCenteredMomentum(n, wp, gp, sp, first(a, n), first(v, n), k)
	}
	if done {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		s[i] = T(f.Rho*s[i]) + T(T(f.Share*d)*d)
		r := s[i]
		if a != nil {
			a[i] = T(f.Rho*a[i]) + T(f.Share*d)
			r -= T(a[i] * a[i])
			if 0 > r { // by rounding
				r = 0
			}
		}
		d /= root(r) + f.Epsilon
		if v != nil {
			d += T(f.Mu * v[i])
			v[i] = d
		}
		w[i] -= T(f.Rate * d)
	}
}

// AdagradFactors are the numbers of one step of Adagrad.
type AdagradFactors[T Float] struct {
	Rate    T // η/(1 + (t−1)·decay of η)
	Decay   T // L2: d = g + Decay·w
	Epsilon T
}

// Adagrad is s ← s + d², w ← w − Rate·d/(√s + ε).
func Adagrad[T Float](w, g, s []T, f AdagradFactors[T]) {
	n := len(w)
	if tryAdagrad(n, first(w, n), first(g, n), first(s, n), &f.Rate) {
		return
	}
	for i := range w {
		d := g[i] + T(f.Decay*w[i])
		s[i] += T(d * d)
		w[i] -= T(f.Rate*d) / (root(s[i]) + f.Epsilon)
	}
}

// root is the square root, rounded once: in float32 the detour changes nothing.
func root[T Float](x T) T { return T(math.Sqrt(float64(x))) }

// The factors are handed to kernels as lists: nothing may be between them.
const (
	_ = -(unsafe.Sizeof(DescentFactors[float32]{}) - 4*4)
	_ = -(unsafe.Sizeof(RMSpropFactors[float64]{}) - 6*8)
	_ = -(unsafe.Sizeof(AdagradFactors[float32]{}) - 3*4)
)
