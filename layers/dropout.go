package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
	"nabla/nn"
)

// Dropout sets each element to 0 with probability P while training and divides
// the others by 1−P, so that the expected value stays the same; in evaluation it
// is the identity. The masks come from the seed of the network.
//
// N. Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from
// Overfitting, 2014.
type Dropout struct {
	P float64 // from 0 to 1
}

// Forward implements nn.Layer.
func (d Dropout) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(d.P >= 0 && d.P <= 1) {
		return nil, fmt.Errorf("P must be from 0 to 1, got %v", d.P)
	}
	if !s.Training() || d.P == 0 {
		return x, nil
	}
	mask, err := s.Mask(x, d.P)
	if err != nil {
		return nil, err
	}
	return op.Mul(x, mask)
}

// Describe implements nn.Describer.
func (d Dropout) Describe() string {
	return fmt.Sprintf("dropout (%v)", d.P)
}
