package kernel

import "math"

// The functions of this file are losses of a prediction p and its target t, element
// by element, times a factor c, and their gradients by p: times c and times the
// gradient g that comes from above.

// Square is c·(p − t)².
func Square[T Float](to, p, t []T, c T) {
	n := len(to)
	if trySquare(n, first(to, n), first(p, n), first(t, n), &c) {
		return
	}
	for i := range to {
		d := p[i] - t[i]
		to[i] = T(c*d) * d
	}
}

// SquareSlope is g·c·2·(p − t).
func SquareSlope[T Float](to, p, t, g []T, c T) {
	n := len(to)
	if trySquareSlope(n, first(to, n), first(p, n), first(t, n), first(g, n), &c) {
		return
	}
	for i := range to {
		d := p[i] - t[i]
		to[i] = g[i] * (c * (d + d))
	}
}

// Absolute is c·|p − t|.
func Absolute[T Float](to, p, t []T, c T) {
	n := len(to)
	if tryAbsolute(n, first(to, n), first(p, n), first(t, n), &c) {
		return
	}
	for i := range to {
		to[i] = c * T(math.Abs(float64(p[i]-t[i])))
	}
}

// AbsoluteSlope is g·c·sign(p − t), with sign(0) = 0.
func AbsoluteSlope[T Float](to, p, t, g []T, c T) {
	n := len(to)
	if tryAbsoluteSlope(n, first(to, n), first(p, n), first(t, n), first(g, n), &c) {
		return
	}
	for i := range to {
		d := p[i] - t[i]
		switch {
		case d > 0:
			d = 1
		case d < 0:
			d = -1
		}
		to[i] = g[i] * (c * d)
	}
}

// Huber is c·y·(d − y/2), where d = p − t and y is d, cut off at ±delta: c·d²/2 up
// to delta, and straight beyond.
func Huber[T Float](to, p, t []T, c, delta T) {
	n := len(to)
	k := [2]T{c, delta}
	if tryHuber(n, first(to, n), first(p, n), first(t, n), &k[0]) {
		return
	}
	for i := range to {
		d := p[i] - t[i]
		y := min(max(d, -delta), delta)
		to[i] = c * (y * (d - T(0.5*y)))
	}
}

// HuberSlope is g·c·y.
func HuberSlope[T Float](to, p, t, g []T, c, delta T) {
	n := len(to)
	k := [2]T{c, delta}
	if tryHuberSlope(n, first(to, n), first(p, n), first(t, n), first(g, n), &k[0]) {
		return
	}
	for i := range to {
		to[i] = g[i] * (c * min(max(p[i]-t[i], -delta), delta))
	}
}

// Binary is c times the cross-entropy of σ(x) with the target t, from 0 to 1,
//
//	(1 − t)·log(1 + eˣ) + t·log(1 + e⁻ˣ),
//
// computed as |x|·(1 − t) on the right and |x|·t on the left, 0 where the factor
// of |x| is, and log(1 + e^−|x|): nothing overflows or cancels.
func Binary[T Float](to, x, t []T, c T) {
	n := len(to)
	if tryBinary(n, first(to, n), first(x, n), first(t, n), &c) {
		return
	}
	for i, v := range x[:n] {
		a, f := math.Abs(float64(v)), float64(t[i])
		if v > 0 {
			f = 1 - f
		}
		wrong := 0.0
		if f != 0 {
			wrong = a * f
		}
		to[i] = T(float64(c) * (wrong + math.Log1p(math.Exp(-a))))
	}
}

// BinarySlope is g·c·(σ(x) − t), computed as (1 − t)·σ(x) − t·σ(−x): there is no
// cancellation where the target is 0 or 1.
func BinarySlope[T Float](to, x, t, g []T, c T) {
	n := len(to)
	if tryBinarySlope(n, first(to, n), first(x, n), first(t, n), first(g, n), &c) {
		return
	}
	for i, v := range x[:n] {
		e := math.Exp(-math.Abs(float64(v)))
		right := 1 / (1 + e)
		left := e * right
		if !(v > 0) {
			right, left = left, right
		}
		y := float64(t[i])
		to[i] = g[i] * T(float64(c)*(float64((1-y)*right)-float64(y*left)))
	}
}
