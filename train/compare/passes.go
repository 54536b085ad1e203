package compare

import "nabla/train/optimizers"

// Passes returns how many gradients of a batch an update of a rule takes; 1 for a
// method.
func Passes(o optimizers.Optimizer) int {
	if rule, ok := o.(optimizers.Rule); ok {
		if _, twice := optimizers.Find[optimizers.TwoPass](rule); twice {
			return 2
		}
	}
	return 1
}
