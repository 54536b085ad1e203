package layers

import (
	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/nn"
)

// Activation applies a function as a layer of its own, y = f(x), for places
// where Dense.Activation does not serve, such as after a batch normalisation.
type Activation struct {
	Function activations.Activation
}

// Forward implements nn.Layer.
func (a Activation) Forward(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return a.Function.Apply(x)
}

// Nonlinearity returns f, for what looks at the units.
func (a Activation) Nonlinearity() activations.Activation { return a.Function }

// Describe implements nn.Describer.
func (a Activation) Describe() string {
	return a.Function.String()
}
