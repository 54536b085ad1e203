package losses

import (
	"math"

	"gorgonia.org/gorgonia"

	"nabla/internal/op"
)

// BinaryCrossEntropy is −t·log σ(z) − (1−t)·log(1 − σ(z)) of a logit z and a
// target t from 0 to 1, computed without overflow. Every column is a question of
// its own with the answers 0 and 1. ClassWeights c weigh the answer 1:
// −c·t·log σ(z) − (1−t)·log(1 − σ(z)).
var BinaryCrossEntropy = Loss{
	Name:       "bce",
	Formula:    "−t·log σ(z) − (1−t)·log(1 − σ(z))",
	Derivative: "σ(z) − t",
	Use:        "two classes, or several labels that may hold together; the output is a logit",
	Input:      Logits,
	Link:       Sigmoid,
	F:          func(z, t float64) float64 { return entropy(z, t, 1) },
	D:          func(z, t float64) float64 { return entropySlope(z, t, 1) },
	D2:         func(z, t float64) float64 { return entropyCurve(z, t, 1) },
	weighted:   true,
	elements: func(l Loss, p, t, w *gorgonia.Node, by op.Divisor) (*gorgonia.Node, error) {
		return op.Pair{Name: "bce", F: entropy, D: entropySlope, D2: entropyCurve, Column: l.ClassWeights, Fast: op.FastBinary}.Apply(p, t, w, by)
	},
}

func entropy(z, t, c float64) float64 {
	return part(1-t, op.LogOnePlusExp(z)) + part(c*t, op.LogOnePlusExp(-z))
}

func entropySlope(z, t, c float64) float64 {
	return (1-t)*op.Logistic(z) - c*t*op.Logistic(-z)
}

func entropyCurve(z, t, c float64) float64 {
	return (1 - t + c*t) * op.Logistic(z) * op.Logistic(-z)
}

// part is a·x, and 0 for a = 0 even where x is infinite.
func part(a, x float64) float64 {
	if a == 0 {
		return 0
	}
	return a * x
}

// BinaryCrossEntropyProb is −t·log p − (1−t)·log(1−p) of a probability. It is
// there to be looked at: where p comes near 0 or 1 it has lost what
// BinaryCrossEntropy still sees. As in PyTorch the logarithms stop at −100 and
// p·(1−p) in the derivative at 1e-12.
var BinaryCrossEntropyProb = Loss{
	Name:       "bce-prob",
	Formula:    "−t·log p − (1−t)·log(1−p), logarithms at least −100",
	Derivative: "(p − t)/(p·(1−p)), divisor at least 1e-12",
	Use:        "teaching, after a sigmoid; bce is the exact way",
	Input:      Probabilities,
	F: func(p, t float64) float64 {
		return -t*math.Max(math.Log(p), -100) - (1-t)*math.Max(math.Log1p(-p), -100)
	},
	D: func(p, t float64) float64 { return (p - t) / math.Max(p*(1-p), leastVariance) },
	D2: func(p, t float64) float64 {
		v := p * (1 - p)
		if v <= leastVariance {
			return 1 / leastVariance
		}
		return (v - (p-t)*(1-2*p)) / (v * v)
	},
}

// leastVariance is 1e-12 in single precision, which PyTorch divides by in both.
const leastVariance = 9.999999960041972e-13

// Hinge is max(0, 1 − t·p) of a score p and a target t of −1 or +1. Its
// derivative at the kink is 0.
//
// Cortes and Vapnik, Support-vector networks, 1995.
var Hinge = Loss{
	Name:       "hinge",
	Formula:    "max(0, 1 − t·p)",
	Derivative: "−t for t·p < 1, else 0",
	Use:        "two classes with a margin; the sign of the output is the class",
	Target:     PlusMinus,
	F:          func(p, t float64) float64 { return math.Max(0, 1-t*p) },
	D: func(p, t float64) float64 {
		if t*p < 1 {
			return -t
		}
		return 0
	},
	D2:    zero,
	Kinks: []float64{0}, // t·p = 1 where p = t
}
