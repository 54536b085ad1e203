package activations

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
)

// Softmax is SoftmaxAxis(-1): every row becomes a distribution.
//
// Bridle, Probabilistic interpretation of feedforward classification network
// outputs, 1990.
var Softmax = SoftmaxAxis(-1)

// SoftmaxAxis is exp(x_i)/Σ_j exp(x_j) along an axis, computed with the largest
// x subtracted. A negative axis counts from the last one; axis 0 runs across the
// rows of a batch.
func SoftmaxAxis(axis int) Activation {
	return Activation{
		Name:       named("softmax", parameter{float64(axis), -1}),
		Formula:    "exp(x_i)/Σ_j exp(x_j)",
		Derivative: "∂y_i/∂x_j = y_i·(δ_ij − y_j)",
		Use:        "probabilities of classes at the output, with a loss on probabilities",
		Rows:       func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.Softmax(x, axis) },
	}
}

// LogSoftmax is LogSoftmaxAxis(-1).
var LogSoftmax = LogSoftmaxAxis(-1)

// LogSoftmaxAxis is x_i − log Σ_j exp(x_j) along an axis, see SoftmaxAxis.
func LogSoftmaxAxis(axis int) Activation {
	return Activation{
		Name:       named("log-softmax", parameter{float64(axis), -1}),
		Formula:    "x_i − log Σ_j exp(x_j)",
		Derivative: "∂y_i/∂x_j = δ_ij − softmax(x)_j",
		Use:        "logarithms of probabilities at the output, with the nll loss",
		Rows:       func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.LogSoftmax(x, axis) },
	}
}

// onAxis passes a parameter to a function that takes an axis.
func onAxis(along func(axis int) Activation, parameter float64) Activation {
	if axis := int(parameter); float64(axis) == parameter {
		return along(axis)
	}
	name := along(-1).Name
	return Activation{Name: name, err: fmt.Errorf("%s: axis must be a whole number, got %v", name, parameter)}
}
