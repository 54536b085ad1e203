package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/nn"
)

// Dense is a fully connected layer, y = f(x·W + b): x is (rows, in), W is
// (in, Units), b is (Units), and the output (rows, Units). An input of more axes
// is treated as rows of its last one: (rows, steps, in) becomes (rows, steps,
// Units). With g the gradient of the loss by x·W + b, the others are
//
//	∂/∂W = xᵀ·g    ∂/∂b = Σ_rows g    ∂/∂x = g·Wᵀ
//
// W is [in, out], the transpose of PyTorch's weight.
type Dense struct {
	Units      int                    // size of the output, positive
	Activation activations.Activation // f; the zero value is the identity
	// Init fills W, by default Glorot uniform. It is told the fans of W and the
	// gain of the activation.
	Init nn.Initializer
	// BiasInit fills b, by default with zeros.
	BiasInit nn.Initializer
	NoBias   bool // leave b out, as before a batch normalisation
}

// Forward implements nn.Layer. Its parameters are weight and bias.
func (d Dense) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if d.Units <= 0 {
		return nil, fmt.Errorf("Units must be positive, got %d", d.Units)
	}
	shape := x.Shape()
	if len(shape) < 2 {
		return nil, fmt.Errorf("input of shape %v, want (rows, features)", shape)
	}
	in := shape[len(shape)-1]
	rows := shape.TotalSize() / in
	fan := nn.Fan{In: in, Out: d.Units}
	w := s.ParamWith("weight", d.Init.Or(nn.GlorotUniform), fan, d.Activation.Gain, in, d.Units)
	var b *gorgonia.Node
	if !d.NoBias {
		b = s.ParamWith("bias", d.BiasInit.Or(nn.Zeros), fan, 0, d.Units)
	}
	if len(shape) > 2 {
		var err error
		if x, err = op.Reshape(x, []int{rows, in}); err != nil {
			return nil, err
		}
	}
	y, err := op.Affine(x, w, b)
	if err != nil {
		return nil, err
	}
	if len(shape) > 2 {
		shape[len(shape)-1] = d.Units
		if y, err = op.Reshape(y, shape); err != nil {
			return nil, err
		}
	}
	return d.Activation.Apply(y)
}

// Nonlinearity returns f, for what looks at the units.
func (d Dense) Nonlinearity() activations.Activation { return d.Activation }

// Describe implements nn.Describer.
func (d Dense) Describe() string {
	if d.Activation.IsZero() {
		return "dense"
	}
	return "dense (" + d.Activation.String() + ")"
}
