// Package kernel computes on slices: matrix products, strided sums and copies
// in float32 and float64. It knows no graph and allocates nothing.
//
// Results depend on the numbers alone, never on GOMAXPROCS: every product runs
// its additions in one fixed order.
package kernel

// Float is a number type that networks compute in.
type Float interface{ float32 | float64 }
