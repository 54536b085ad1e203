package layers

import (
	"encoding/json"
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/nn"
)

// SimpleRNN is a recurrent layer, unrolled over the steps of a sequence:
//
//	h_t = f(x_t·W + h_{t−1}·U + b)    h_0 = 0
//
// The input is (rows, steps, features), one of (rows, steps) has one feature a
// step. W is (features, Units), U (Units, Units), b (Units), the same in every
// step. The output is the last state, (rows, Units), or with Sequence all of
// them, (rows, steps, Units).
//
// With g_t the gradient of the loss by x_t·W + h_{t−1}·U + b, back-propagation
// through time adds up what the steps give:
//
//	∂/∂W = Σ_t x_tᵀ·g_t    ∂/∂U = Σ_t h_{t−1}ᵀ·g_t    ∂/∂b = Σ_t Σ_rows g_t
//	∂/∂h_{t−1} = g_t·Uᵀ, besides what the loss has of h_{t−1} itself
//
// A gradient that reaches back k steps has passed Uᵀ and f′ k times: that is why
// it vanishes or explodes. PyTorch's nn.RNN has two biases, of which b is the
// sum, and keeps W and U transposed.
//
// J. Elman, Finding Structure in Time, 1990.
type SimpleRNN struct {
	Units         int                    // size of the state, positive
	Activation    activations.Activation // f; the zero value is tanh, activations.Identity none
	Sequence      bool                   // put out the states of all steps
	Init          nn.Initializer         // of W, by default Glorot uniform with the gain of f
	RecurrentInit nn.Initializer         // of U, by default orthogonal, which keeps lengths
	BiasInit      nn.Initializer         // of b, by default zeros
	NoBias        bool                   // leave b out
}

// activation is f.
func (r SimpleRNN) activation() activations.Activation {
	if r.Activation.IsZero() && r.Activation.Name == "" {
		return activations.Tanh
	}
	return r.Activation
}

// Forward implements nn.Layer. Its parameters are weight (W), recurrent (U) and
// bias.
func (r SimpleRNN) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	states, err := r.Unroll(s, x, nil)
	if err != nil {
		return nil, err
	}
	if r.Sequence {
		return stack(states)
	}
	return states[len(states)-1], nil
}

// Unroll returns the states h_1, h_2 … of all steps, each (rows, Units), behind
// the first state h, which is zeros if it is nil. It is for layers that carry a
// state on, from an encoder say; SimpleRNN calls it with none.
func (r SimpleRNN) Unroll(s *nn.Scope, x, h *gorgonia.Node) ([]*gorgonia.Node, error) {
	if r.Units <= 0 {
		return nil, fmt.Errorf("Units must be positive, got %d", r.Units)
	}
	shape := x.Shape()
	if len(shape) == 2 {
		shape = append(shape, 1)
	}
	if len(shape) != 3 {
		return nil, fmt.Errorf("input of shape %v, want (rows, steps, features)", x.Shape())
	}
	rows, steps, features := shape[0], shape[1], shape[2]
	f := r.activation()
	in, own := nn.Fan{In: features, Out: r.Units}, nn.Fan{In: r.Units, Out: r.Units}
	w := s.ParamWith("weight", r.Init.Or(nn.GlorotUniform), in, f.Gain, features, r.Units)
	u := s.ParamWith("recurrent", r.RecurrentInit.Or(nn.Orthogonal), own, 1, r.Units, r.Units)
	var b *gorgonia.Node
	if !r.NoBias {
		b = s.ParamWith("bias", r.BiasInit.Or(nn.Zeros), in, 0, r.Units)
	}
	// What does not depend on the state is one product over all rows and steps.
	all, err := op.Reshape(x, []int{rows * steps, features})
	if err != nil {
		return nil, err
	}
	if all, err = op.Affine(all, w, b); err != nil {
		return nil, err
	}
	if all, err = op.Reshape(all, []int{rows, steps, r.Units}); err != nil {
		return nil, err
	}
	states, err := slice(all)
	if err != nil {
		return nil, err
	}
	for t, a := range states {
		if h != nil {
			back, err := op.MatMul(h, u, false, false)
			if err != nil {
				return nil, err
			}
			if a, err = op.Add(a, back); err != nil {
				return nil, err
			}
		}
		if h, err = f.Apply(a); err != nil {
			return nil, err
		}
		states[t] = h
	}
	return states, nil
}

// slice cuts (rows, steps, features) into its steps, each (rows, features). It
// halves again and again, so that the gradients of the parts, which are as large
// as what they were cut from, are added log₂(steps) times and not steps times.
func slice(x *gorgonia.Node) ([]*gorgonia.Node, error) {
	shape := x.Shape()
	steps := shape[1]
	if steps == 1 {
		one, err := op.Reshape(x, []int{shape[0], shape[2]})
		return []*gorgonia.Node{one}, err
	}
	var list []*gorgonia.Node
	for _, half := range [][2]int{{0, steps / 2}, {steps / 2, steps - steps/2}} {
		part, err := op.Part(x, 1, half[0], half[1])
		if err != nil {
			return nil, err
		}
		inner, err := slice(part)
		if err != nil {
			return nil, err
		}
		list = append(list, inner...)
	}
	return list, nil
}

// stack undoes slice, joining halves: what stands side by side is the sum of two
// that have zeros in each other's place.
func stack(steps []*gorgonia.Node) (*gorgonia.Node, error) {
	if len(steps) == 1 {
		shape := steps[0].Shape()
		return op.Reshape(steps[0], []int{shape[0], 1, shape[1]})
	}
	middle := len(steps) / 2
	var halves [2]*gorgonia.Node
	for i, list := range [][]*gorgonia.Node{steps[:middle], steps[middle:]} {
		half, err := stack(list)
		if err != nil {
			return nil, err
		}
		if halves[i], err = op.Place(half, 1, i*middle, len(steps)); err != nil {
			return nil, err
		}
	}
	return op.Add(halves[0], halves[1])
}

// MarshalJSON writes the fields with the activation that is meant, because the
// zero value of one is written like the identity.
func (r SimpleRNN) MarshalJSON() ([]byte, error) {
	type fields SimpleRNN
	r.Activation = r.activation()
	return json.Marshal(fields(r))
}

// Nonlinearity returns f, for what looks at the units.
func (r SimpleRNN) Nonlinearity() activations.Activation { return r.activation() }

// Describe implements nn.Describer.
func (r SimpleRNN) Describe() string {
	text := "simplernn (" + r.activation().String()
	if r.Sequence {
		text += ", sequence"
	}
	return text + ")"
}
