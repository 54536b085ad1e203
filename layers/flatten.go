package layers

import (
	"gorgonia.org/gorgonia"

	"nabla/internal/op"
	"nabla/nn"
)

// Flatten makes one axis of all axes but the first: (rows, 28, 28) becomes
// (rows, 784).
type Flatten struct{}

// Forward implements nn.Layer.
func (Flatten) Forward(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	shape := x.Shape()
	if len(shape) == 2 {
		return x, nil
	}
	return op.Reshape(x, []int{shape[0], shape.TotalSize() / shape[0]})
}
