package optimizers

import "nabla/internal/kernel"

// add is w ← w + factor·x.
func add[T Float](w, x []T, factor float64) {
	kernel.Descend(w, x, kernel.DescentFactors[T]{Rate: T(-factor)})
}

// norm is the 2-norm of one tensor.
func norm[T Float](x []T) float64 {
	one := [1][]T{x}
	return GlobalNorm(one[:], L2)
}
