package gradcheck

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/exec"
)

// Activation checks an activation on an input of the given shape, (rows,
// columns) say. A random input is of order 3, on both sides of usual kinks.
func Activation(a activations.Activation, shape []int, o Options) (Report, error) {
	exec.Building.Lock()
	defer exec.Building.Unlock()
	name := "activation " + a.String()
	in, err := o.input(gorgonia.NewGraph(), shape, 3)
	if err != nil {
		return Report{Name: name}, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	y, err := a.Apply(in)
	if err != nil {
		return Report{Name: name}, fmt.Errorf("gradcheck: %w", err)
	}
	return check(name, y, gorgonia.Nodes{in}, len(a.Kinks) == 0, o)
}
