package lesson

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
)

// gradients makes the gradients of the inputs of an op, as gorgonia.SDOp.SymDiff.
type gradients func(in gorgonia.Nodes, out, g *gorgonia.Node) (gorgonia.Nodes, error)

// twisted is an op with the values of another one and derivatives of its own.
type twisted struct {
	gorgonia.SDOp
	label string
	diff  []bool
	grad  gradients
}

// twist puts other derivatives behind a node over its inputs. Inputs of which diff
// is false get none.
func twist(label string, right *gorgonia.Node, diff []bool, grad gradients, in ...*gorgonia.Node) (*gorgonia.Node, error) {
	inner, ok := right.Op().(gorgonia.SDOp)
	if !ok {
		return nil, fmt.Errorf("%s has no derivatives", right.Op())
	}
	return gorgonia.ApplyOp(twisted{inner, label, diff, grad}, in...)
}

func (t twisted) String() string        { return t.label }
func (t twisted) DiffWRT(int) []bool    { return t.diff }
func (t twisted) WriteHash(h hash.Hash) { fmt.Fprint(h, t.label); t.SDOp.WriteHash(h) }

func (t twisted) Hashcode() uint32 {
	h := fnv.New32a()
	t.WriteHash(h)
	return h.Sum32()
}

func (t twisted) SymDiff(in gorgonia.Nodes, out, g *gorgonia.Node) (gorgonia.Nodes, error) {
	return t.grad(in, out, g)
}

// detach is x, through which no gradient passes.
func detach(x *gorgonia.Node) (*gorgonia.Node, error) {
	same, err := op.Scale(x, 1)
	if err != nil {
		return nil, err
	}
	return twist("detach", same, []bool{false}, nil, x)
}

// noSlope is tanh whose derivative is that of the identity.
func noSlope(planted bool) nn.Layer {
	if !planted {
		return layers.Dense{Units: 3, Activation: activations.Tanh}
	}
	return layers.Dense{Units: 3, Activation: activations.Activation{
		Name: "tanh without its slope", F: math.Tanh, D: func(float64) float64 { return 1 },
	}}
}

// transposedWeight is x·W, square, whose gradient by x is g·W.
func transposedWeight(planted bool) nn.Layer {
	return nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		n := x.Shape()[1]
		w := s.Param("weight", nn.GlorotUniform, n, n)
		y, err := op.MatMul(x, w, false, false)
		if err != nil || !planted {
			return y, err
		}
		return twist("transposed weight", y, []bool{true, true}, func(in gorgonia.Nodes, _, g *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := op.MatMul(g, in[1], false, false)
			if err != nil {
				return nil, err
			}
			dw, err := op.MatMul(in[0], g, true, false)
			return gorgonia.Nodes{dx, dw}, err
		}, x, w)
	})
}

// shortBias is x·W + b, whose gradient by b leaves the first row out.
func shortBias(planted bool) nn.Layer {
	return nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		const units = 3
		rows, in := x.Shape()[0], x.Shape()[1]
		w, b := s.Param("weight", nn.GlorotUniform, in, units), s.Param("bias", nn.Zeros, units)
		y, err := op.Affine(x, w, b)
		if err != nil || !planted {
			return y, err
		}
		return twist("short bias", y, []bool{true, true, true}, func(in gorgonia.Nodes, _, g *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := op.MatMul(g, in[1], false, true)
			if err != nil {
				return nil, err
			}
			dw, err := op.MatMul(in[0], g, true, false)
			if err != nil {
				return nil, err
			}
			rest, err := op.Part(g, 0, 1, rows-1)
			if err != nil {
				return nil, err
			}
			db, err := op.Sum(rest, op.Axes{Dims: [3]int{1, rows - 1, units}, Keep: [3]bool{false, false, true}}, tensor.Shape{units})
			return gorgonia.Nodes{dx, dw, db}, err
		}, x, w, b)
	})
}

// diagonalSoftmax is softmax whose gradient is that of each output by its own
// input alone.
func diagonalSoftmax(planted bool) nn.Layer {
	return nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		y, err := op.Softmax(x, -1)
		if err != nil || !planted {
			return y, err
		}
		return twist("diagonal softmax", y, []bool{true}, func(_ gorgonia.Nodes, s, g *gorgonia.Node) (gorgonia.Nodes, error) {
			square, err := op.Mul(s, s)
			if err != nil {
				return nil, err
			}
			slope, err := op.Sub(s, square)
			if err != nil {
				return nil, err
			}
			dx, err := op.Mul(g, slope)
			return gorgonia.Nodes{dx}, err
		}, x)
	})
}

// detachedLayer are two dense layers with a wall between.
func detachedLayer(planted bool) nn.Layer {
	return nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		h, err := s.Apply("first", layers.Dense{Units: 3, Activation: activations.Tanh}, x)
		if err == nil && planted {
			h, err = detach(h)
		}
		if err != nil {
			return nil, err
		}
		return s.Apply("second", layers.Dense{Units: 2}, h)
	})
}

// sharedWeight is tanh(x·W)·W, in which the gradient of the second use is lost, as
// when it is overwritten by that of the first.
func sharedWeight(planted bool) nn.Layer {
	return nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		n := x.Shape()[1]
		w := s.Param("weight", nn.GlorotUniform, n, n)
		h, err := op.MatMul(x, w, false, false)
		if err != nil {
			return nil, err
		}
		if h, err = activations.Tanh.Apply(h); err != nil {
			return nil, err
		}
		if planted {
			if w, err = detach(w); err != nil {
				return nil, err
			}
		}
		return op.MatMul(h, w, false, false)
	})
}

// constantStatistics is a batch normalisation that takes mean and variance for
// constants on the way back.
func constantStatistics(planted bool) nn.Layer {
	return nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		n := op.Normalization{Dims: [3]int{x.Shape()[0], x.Shape()[1], 1}, Epsilon: 1e-5}
		if !planted {
			return n.Apply(x)
		}
		mean, variance, err := n.Moments(x)
		if err != nil {
			return nil, err
		}
		if mean, err = detach(mean); err != nil {
			return nil, err
		}
		if variance, err = detach(variance); err != nil {
			return nil, err
		}
		return n.With(x, mean, variance)
	})
}

// wrongAxis is a softmax over the rows of the batch.
func wrongAxis(planted bool) nn.Layer {
	return nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if planted {
			return op.Softmax(x, 0)
		}
		return op.Softmax(x, 1)
	})
}

// squashedLogits are probabilities where the loss takes logits.
func squashedLogits(planted bool) nn.Layer {
	return nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if planted {
			return op.Softmax(x, -1)
		}
		return x, nil
	})
}

// dropped is the share of the dropouts of the zoo.
const dropped = 0.5

// sleeplessDropout does not ask whether the graph is for training.
func sleeplessDropout(planted bool) nn.Layer {
	return nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if !s.Training() && !planted {
			return x, nil
		}
		mask, err := s.Mask(x, dropped)
		if err != nil {
			return nil, err
		}
		return op.Mul(x, mask)
	})
}

// plainDropout does not divide what it keeps by 1 − p.
func plainDropout(planted bool) nn.Layer {
	return nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if !s.Training() {
			return x, nil
		}
		mask, err := s.Mask(x, dropped)
		if err == nil && planted {
			mask, err = op.Scale(mask, 1-dropped)
		}
		if err != nil {
			return nil, err
		}
		return op.Mul(x, mask)
	})
}

// Rows and columns of the predictions that the losses are tried on.
const lossRows, lossColumns = 5, 3

// squareLoss is the mean of (p − t)² over all n elements. Planted, its gradient is
// p − t: without the 2 and without the 1/n, which the mean brings and D undoes.
func squareLoss(planted bool) losses.Loss {
	l := losses.Loss{
		Name: "square",
		F:    func(p, t float64) float64 { return (p - t) * (p - t) },
		D:    func(p, t float64) float64 { return 2 * (p - t) },
	}
	if planted {
		l.D = func(p, t float64) float64 { return lossRows * lossColumns * (p - t) }
	}
	return l
}

// meanLoss is a mean over rows, or planted their sum.
func meanLoss(planted bool) losses.Loss {
	l := losses.CrossEntropy
	if planted {
		l.Reduction = losses.Sum
	}
	return l
}
