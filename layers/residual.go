package layers

import (
	"fmt"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
	"nabla/nn"
)

// Residual adds its input to what its layers make of it, y = x + f(x); the
// shapes must be equal. The gradient has a way around f.
//
// K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image
// Recognition, 2015.
type Residual struct {
	Layers []nn.Layer `json:"-"`
}

// Forward implements nn.Layer. Parameters are named by the place of their
// layer: 0.weight.
func (r Residual) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	y := x
	for i, layer := range r.Layers {
		var err error
		if y, err = s.Apply(strconv.Itoa(i), layer, y); err != nil {
			return nil, err
		}
	}
	if !y.Shape().Eq(x.Shape()) {
		return nil, fmt.Errorf("the layers turn shape %v into %v; a residual needs equal shapes", x.Shape(), y.Shape())
	}
	return op.Add(x, y)
}

// Inner implements nn.Container.
func (r Residual) Inner() []nn.Layer { return r.Layers }

// With implements nn.Container.
func (Residual) With(inner []nn.Layer) nn.Layer { return Residual{Layers: inner} }

// Describe implements nn.Describer.
func (r Residual) Describe() string {
	inner := make([]string, len(r.Layers))
	for i, layer := range r.Layers {
		inner[i] = nn.Describe(layer)
	}
	return "residual (" + strings.Join(inner, ", ") + ")"
}
