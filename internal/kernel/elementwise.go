package kernel

import "unsafe"

// The functions on elements, here and in functions.go, gates.go and pairs.go, fill
// all of to; the other slices must be at least as long, or they panic. to may be
// one of them, but must not overlap otherwise. Each has two forms: a kernel in
// assembly, where there is one (the try functions report it), and the loop below
// it, which defines it.

// first is the address of the first element, or nil, of at least n.
func first[T Float](x []T, n int) *T { return unsafe.SliceData(x[:n]) }

// Add is a + b.
func Add[T Float](to, a, b []T) {
	n := len(to)
	if tryAdd(n, first(to, n), first(a, n), first(b, n)) {
		return
	}
	for i := range to {
		to[i] = a[i] + b[i]
	}
}

// Sub is a − b.
func Sub[T Float](to, a, b []T) {
	n := len(to)
	if trySub(n, first(to, n), first(a, n), first(b, n)) {
		return
	}
	for i := range to {
		to[i] = a[i] - b[i]
	}
}

// Mul is a·b.
func Mul[T Float](to, a, b []T) {
	n := len(to)
	if tryMul(n, first(to, n), first(a, n), first(b, n)) {
		return
	}
	for i := range to {
		to[i] = a[i] * b[i]
	}
}

// Scale is c·x.
func Scale[T Float](to, x []T, c T) {
	n := len(to)
	if tryScale(n, first(to, n), first(x, n), &c) {
		return
	}
	for i := range to {
		to[i] = c * x[i]
	}
}

// Limit is x, but at least low and at most high; NaN stays.
func Limit[T Float](to, x []T, low, high T) {
	n := len(to)
	k := [2]T{low, high}
	if tryLimit(n, first(to, n), first(x, n), &k[0]) {
		return
	}
	for i, v := range x[:n] {
		if low > v {
			v = low
		}
		if high < v {
			v = high
		}
		to[i] = v
	}
}

// Relu is max(x, 0); NaN stays, and so does −0.
func Relu[T Float](to, x []T) {
	n := len(to)
	if tryRelu(n, first(to, n), first(x, n)) {
		return
	}
	for i, v := range x[:n] {
		if v < 0 {
			v = 0
		}
		to[i] = v
	}
}

// ReluSlope is g where x > 0, otherwise 0: the gradient of Relu. x may be what
// goes into Relu or what comes out.
func ReluSlope[T Float](to, x, g []T) {
	n := len(to)
	if tryReluSlope(n, first(to, n), first(x, n), first(g, n)) {
		return
	}
	for i, v := range x[:n] {
		if v > 0 {
			to[i] = g[i]
		} else {
			to[i] = 0
		}
	}
}

// LeakyRelu is x where x > 0, otherwise slope·x.
func LeakyRelu[T Float](to, x []T, slope T) {
	n := len(to)
	if tryLeaky(n, first(to, n), first(x, n), &slope) {
		return
	}
	for i, v := range x[:n] {
		if !(v > 0) {
			v *= slope
		}
		to[i] = v
	}
}

// LeakyReluSlope is g where x > 0, otherwise slope·g: the gradient of LeakyRelu
// by what goes into it.
func LeakyReluSlope[T Float](to, x, g []T, slope T) {
	n := len(to)
	if tryLeakySlope(n, first(to, n), first(x, n), first(g, n), &slope) {
		return
	}
	for i, v := range x[:n] {
		d := g[i]
		if !(v > 0) {
			d *= slope
		}
		to[i] = d
	}
}
