// Package kernel computes on slices in float32 and float64: matrix products,
// functions of every element, softmax and its losses, sums, and the updates of
// optimizers. It knows no graph and allocates nothing.
//
// Where the processor has them, kernels in assembly do the work, for AVX2 or for
// AVX-512; see Level. They are written by the program in gen. Elsewhere, and with
// the build tag noasm, the same functions run on Go code, which also defines what
// the kernels compute.
//
// Results depend on the numbers and on the level alone, never on GOMAXPROCS:
// every sum runs in one fixed order. Functions that only round, and the updates,
// give the same bits at all levels.
package kernel

//go:generate go run ./gen

// Float is a number type that networks compute in.
type Float interface{ float32 | float64 }
