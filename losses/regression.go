package losses

import (
	"fmt"
	"math"

	"nabla/internal/op"
)

// MSE is (p − t)², the squared error: its mean over the elements is minimal at
// the mean of the targets.
var MSE = Loss{
	Name:       "mse",
	Formula:    "(p − t)²",
	Derivative: "2·(p − t)",
	Use:        "regression; large errors count most, so outliers pull hard",
	F:          func(p, t float64) float64 { return (p - t) * (p - t) },
	D:          func(p, t float64) float64 { return 2 * (p - t) },
	D2:         func(_, _ float64) float64 { return 2 },
	fast:       op.FastSquare,
}

// MAE is |p − t|, minimal at the median of the targets. Its derivative at p = t
// is 0.
var MAE = Loss{
	Name:       "mae",
	Formula:    "|p − t|",
	Derivative: "sign(p − t)",
	Use:        "regression with outliers; the gradient does not shrink near the target",
	F:          func(p, t float64) float64 { return math.Abs(p - t) },
	D:          func(p, t float64) float64 { return sign(p - t) },
	D2:         zero,
	Kinks:      []float64{0},
	fast:       op.FastAbsolute,
}

// Huber is HuberDelta(1).
var Huber = HuberDelta(1)

// HuberDelta is (p − t)²/2 up to an error of delta and delta·(|p − t| − delta/2)
// beyond.
//
// Huber, Robust estimation of a location parameter, 1964.
func HuberDelta(delta float64) Loss {
	l := Loss{
		Name:       "huber",
		Formula:    fmt.Sprintf("(p − t)²/2 for |p − t| ≤ %v, else %[1]v·(|p − t| − %[1]v/2)", delta),
		Derivative: fmt.Sprintf("p − t, cut off at ±%v", delta),
		Use:        "regression with outliers: squared near the target, linear far away",
		F: func(p, t float64) float64 {
			if d := math.Abs(p - t); d > delta {
				return delta * (d - delta/2)
			}
			return (p - t) * (p - t) / 2
		},
		D: func(p, t float64) float64 {
			if d := p - t; math.Abs(d) > delta {
				return delta * sign(d)
			}
			return p - t
		},
		D2: func(p, t float64) float64 {
			if math.Abs(p-t) > delta {
				return 0
			}
			return 1
		},
		fast: op.FastHuber(delta),
	}
	if delta != 1 {
		l.Name += ":" + number(delta)
	}
	if !(delta > 0) || math.IsInf(delta, 0) {
		l.err = fmt.Errorf("huber: delta must be positive and finite, got %v", delta)
	}
	return l
}

// LogCosh is log cosh(p − t): (p − t)²/2 near the target, |p − t| − log 2 far
// away, and smooth.
var LogCosh = Loss{
	Name:       "log-cosh",
	Formula:    "log cosh(p − t)",
	Derivative: "tanh(p − t)",
	Use:        "as huber, where second derivatives are wanted",
	F: func(p, t float64) float64 {
		d := math.Abs(p - t)
		if d < 1 {
			s := math.Sinh(d)
			return math.Log1p(s*s) / 2
		}
		return d + math.Log1p(math.Exp(-2*d)) - math.Ln2
	},
	D: func(p, t float64) float64 { return math.Tanh(p - t) },
	D2: func(p, t float64) float64 {
		c := 1 / math.Cosh(p-t)
		return c * c
	},
}

// Poisson is eᵖ − t·p, the negative log-likelihood of a count t whose mean has
// the logarithm p, without the part that p does not change.
var Poisson = Loss{
	Name:       "poisson",
	Formula:    "eᵖ − t·p",
	Derivative: "eᵖ − t",
	Use:        "counts; the network puts out the logarithm of the expected count",
	Input:      LogMeans,
	Link:       Exp,
	F:          func(p, t float64) float64 { return math.Exp(p) - t*p },
	D:          func(p, t float64) float64 { return math.Exp(p) - t },
	D2:         func(p, _ float64) float64 { return math.Exp(p) },
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0 and NaN
}

func zero(_, _ float64) float64 { return 0 }
