package losses

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
)

// CrossEntropy is −Σ_j t_j·log softmax(z)_j of a row of logits z, computed from
// the logarithm of the sum of exponentials. Targets are class indexes, one-hot
// rows or distributions.
//
// Label smoothing: Szegedy and others, Rethinking the inception architecture for
// computer vision, 2016.
var CrossEntropy = Loss{
	Name:       "cross-entropy",
	Formula:    "−Σ_j t_j·log softmax(z)_j",
	Derivative: "softmax(z) − t",
	Use:        "one of several classes; the outputs are logits",
	Input:      Logits,
	Link:       Softmax,
	Target:     Index,
	smoothing:  true,
	weighted:   true,
	elements:   overClasses(op.Logits),
}

// CrossEntropyProb is −Σ_j t_j·log p_j of a row of probabilities. It is there to
// be looked at: after a softmax it loses small probabilities that CrossEntropy
// still sees. Below 1e-12 the logarithm stays put, and the derivative is −t/1e-12.
var CrossEntropyProb = Loss{
	Name:       "cross-entropy-prob",
	Formula:    "−Σ_j t_j·log p_j, p at least 1e-12",
	Derivative: "−t/p, p at least 1e-12",
	Use:        "teaching, after a softmax; cross-entropy is the exact way",
	Input:      Probabilities,
	Target:     Index,
	smoothing:  true,
	weighted:   true,
	elements:   overClasses(op.Probabilities),
}

// NLL is −Σ_j t_j·l_j of a row of log-probabilities l. After a log-softmax it is
// CrossEntropy.
var NLL = Loss{
	Name:       "nll",
	Formula:    "−Σ_j t_j·l_j, l = log p",
	Derivative: "−t",
	Use:        "one of several classes; the outputs are log-probabilities, as log-softmax gives them",
	Input:      LogProbabilities,
	Link:       Exp,
	Target:     Index,
	smoothing:  true,
	weighted:   true,
	elements:   overClasses(op.LogProbabilities),
}

// overClasses builds a cross-entropy.
func overClasses(input op.Input) builder {
	return func(l Loss, p, t, w *gorgonia.Node, by op.Divisor) (*gorgonia.Node, error) {
		if s := p.Shape(); len(s) == 2 && s[1] < 2 {
			return nil, fmt.Errorf("%s: one output is no choice between classes; %s takes one for two classes", l.Name, BinaryCrossEntropy.Name)
		}
		return op.CrossEntropy{Input: input, Smoothing: l.Smoothing, Class: l.ClassWeights, By: by}.Apply(p, t, w)
	}
}

// KLDivergence is Σ_j t_j·(log t_j − l_j) of a row of log-probabilities l and a
// target distribution t, with 0·log 0 = 0; give targets that are logarithms
// through exp. Its mean is over rows (PyTorch's "batchmean", the mean of the
// definition); Elements are the terms of the sum.
//
// Kullback and Leibler, On information and sufficiency, 1951.
var KLDivergence = Loss{
	Name:       "kl-divergence",
	Formula:    "Σ_j t_j·(log t_j − l_j), l = log p",
	Derivative: "−t",
	Use:        "a distribution as the target, such as another network's output",
	Input:      LogProbabilities,
	Link:       Exp,
	byRow:      true,
	F: func(l, t float64) float64 {
		if t == 0 {
			return 0
		}
		return t * (math.Log(t) - l)
	},
	D:  func(_, t float64) float64 { return -t },
	D2: zero,
}
