package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
	"nabla/nn"
)

// LayerNorm brings every row to mean 0 and variance 1 over all its elements and
// then scales and shifts each element: y = γ·(x − μ)/√(σ² + ε) + β, with
// μ = Σx/n and σ² = Σ(x − μ)²/n over the n elements of the row. No row knows of
// another, so training and evaluation are the same, and a batch of one row does.
//
// J. Ba, J. Kiros, G. Hinton, Layer Normalization, 2016.
type LayerNorm struct {
	Epsilon  *float64 // ε, not negative; nil is 1e-5. With 0 a row of equal elements becomes 0/0 = NaN
	NoAffine bool     // leave γ and β out
}

// Forward implements nn.Layer. Its parameters are weight (γ) and bias (β), of
// the shape of a row.
func (l LayerNorm) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	shape := x.Shape()
	if len(shape) < 2 {
		return nil, fmt.Errorf("input of shape %v, want (rows, features)", shape)
	}
	epsilon, err := epsilonOf(l.Epsilon)
	if err != nil {
		return nil, err
	}
	rows, size := shape[0], shape.TotalSize()/shape[0]
	n := op.Normalization{Dims: [3]int{1, rows, size}, Epsilon: epsilon}
	y, err := n.Apply(x)
	if err != nil || l.NoAffine {
		return y, err
	}
	perElement := op.Normalization{Dims: [3]int{rows, size, 1}}
	return scaleShift(s, perElement, y, shape[1:]...)
}
