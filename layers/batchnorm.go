package layers

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
	"nabla/nn"
)

// BatchNorm brings every feature to mean 0 and variance 1 over the batch and
// then scales and shifts it: y = γ·(x − μ)/√(σ² + ε) + β. The second axis is
// that of the features; further axes count as more rows.
//
// Training uses mean and (biased) variance of the batch and lets the running
// statistics follow, running ← (1−Momentum)·running + Momentum·batch, the
// variance unbiased (divisor n−1 rather than n). Evaluation uses the running
// statistics, so that a prediction does not depend on the rows beside it.
// Training needs two rows in every batch: of one row the variance is 0.
//
// S. Ioffe, C. Szegedy, Batch Normalization, 2015.
type BatchNorm struct {
	Momentum   float64  // weight of the new batch, up to 1; 0 is the default 0.1, for with none the statistics would never move
	Cumulative bool     // running statistics are plain means over all batches; Momentum is not used
	Epsilon    *float64 // ε, not negative; nil is 1e-5. With 0 a feature that is constant in a batch becomes 0/0 = NaN
	NoAffine   bool     // leave γ and β out
}

// Forward implements nn.Layer. Its parameters are weight (γ) and bias (β), its
// states running_mean, running_var and, if Cumulative, batches.
func (b BatchNorm) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	shape := x.Shape()
	switch {
	case len(shape) < 2:
		return nil, fmt.Errorf("input of shape %v, want (rows, features)", shape)
	case !(b.Momentum >= 0 && b.Momentum <= 1):
		return nil, fmt.Errorf("Momentum must be from 0 to 1, got %v", b.Momentum)
	}
	epsilon, err := epsilonOf(b.Epsilon)
	if err != nil {
		return nil, err
	}
	features := shape[1]
	inner := shape.TotalSize() / (shape[0] * features)
	n := op.Normalization{Dims: [3]int{shape[0], features, inner}, Epsilon: epsilon}
	mean := s.State("running_mean", 0, features)
	variance := s.State("running_var", 1, features)
	var count *gorgonia.Node
	if b.Cumulative {
		count = s.State("batches", 0, 1)
	}
	var y *gorgonia.Node
	if s.Training() {
		y, err = b.train(s, n, x, mean, variance, count)
	} else {
		y, err = n.With(x, mean, variance)
	}
	if err != nil || b.NoAffine {
		return y, err
	}
	return scaleShift(s, n, y, features)
}

// train normalises by the batch and lets the running statistics follow it.
func (b BatchNorm) train(s *nn.Scope, n op.Normalization, x, mean, variance, count *gorgonia.Node) (*gorgonia.Node, error) {
	if n.Dims[0]*n.Dims[2] < 2 {
		return nil, errors.New("training needs more than one row in a batch; use a larger batch (--batch), or drop the last short one (--drop-last)")
	}
	batchMean, batchVar, err := n.Moments(x)
	if err != nil {
		return nil, err
	}
	for _, pair := range [][2]*gorgonia.Node{{mean, batchMean}, {variance, batchVar}} {
		if b.Cumulative {
			s.Average(pair[0], pair[1], count)
		} else {
			s.Follow(pair[0], pair[1], cmp.Or(b.Momentum, 0.1))
		}
	}
	return n.Apply(x)
}

// epsilonOf is the ε of a normalization: that of the field, or the default.
func epsilonOf(field *float64) (float64, error) {
	if field == nil {
		return 1e-5, nil
	}
	if !(*field >= 0) || math.IsInf(*field, 0) {
		return 0, fmt.Errorf("Epsilon must be finite and not negative, got %v", *field)
	}
	return *field, nil
}

// scaleShift is γ·x + β with one γ and one β a channel.
func scaleShift(s *nn.Scope, n op.Normalization, x *gorgonia.Node, shape ...int) (*gorgonia.Node, error) {
	alone := nn.Fan{In: 1, Out: 1} // each element scales one number
	gamma, err := n.PerChannel(s.ParamWith("weight", nn.Constant(1), alone, 0, shape...), x)
	if err != nil {
		return nil, err
	}
	beta, err := n.PerChannel(s.ParamWith("bias", nn.Zeros, alone, 0, shape...), x)
	if err != nil {
		return nil, err
	}
	if x, err = op.Mul(gamma, x); err != nil {
		return nil, err
	}
	return op.Add(x, beta)
}
