package op

import (
	"fmt"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"

	"nabla/internal/kernel"
)

// Clock tells the random ops which draw to make: the same seed and the same
// tick give the same numbers, so that a run can be resumed from the tick alone.
type Clock struct{ Seed, Tick uint64 }

// Mask is a tensor of the shape of x whose elements are 0 with probability p
// and 1/(1−p) otherwise, drawn anew at each tick. stream keeps the masks of one
// graph apart. With p = 1 all elements are 0. It does not depend on the numbers
// of x and has no derivative. Its mean is 1, so that x·mask has the mean of x and
// nothing needs to be scaled in evaluation: inverted dropout.
func Mask(x *G.Node, p float64, clock *Clock, stream uint64) (*G.Node, error) {
	return apply(rule{
		name: fmt.Sprintf("mask(%v,%d)", p, stream), shape: x.Shape(),
		kernels: kernels{mask[float32](p, clock, stream), mask[float64](p, clock, stream)}, diff: none[:1], drawn: true,
	}, x)
}

// mask compares 53 random bits, a number in [0, 1), with p for each element. The
// generator starts from seed, stream and tick in every run, so it has no state
// that would outlive the run; it stands on the stack. The odd factor, 2⁶⁴ over
// the golden ratio, spreads small stream numbers over all bits of the seed.
func mask[T kernel.Float](p float64, clock *Clock, stream uint64) func(out []T, in [][]T) {
	return func(out []T, _ [][]T) {
		var rng rand.PCG
		rng.Seed(clock.Seed^stream*0x9e3779b97f4a7c15, clock.Tick)
		keep := T(0)
		if p < 1 {
			keep = T(1 / (1 - p))
		}
		for i := range out {
			if float64(rng.Uint64()>>11)*0x1p-53 < p {
				out[i] = 0
			} else {
				out[i] = keep
			}
		}
	}
}
