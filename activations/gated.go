package activations

import (
	"math"

	"nabla/internal/op"
)

// The functions of this file are x·w(x), where the gate w rises from 0 to 1.

// GELU is x·Φ(x), Φ being the distribution function of the standard normal.
//
// Hendrycks and Gimpel, Gaussian error linear units, 2016.
var GELU = Activation{
	Name:       "gelu",
	Formula:    "x·Φ(x)",
	Derivative: "Φ(x) + x·φ(x)",
	Use:        "transformers; a smooth relu",
	Gain:       math.Sqrt2,
	F:          func(x float64) float64 { return gated(x, normalCDF(x)) },
	D:          func(x float64) float64 { return normalCDF(x) + gated(x, normalDensity(x)) },
	D2:         func(x float64) float64 { return gated(2-x*x, normalDensity(x)) },
	fast:       op.FastGELU,
}

func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

func normalDensity(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }

// GELUTanh is GELU with the approximation Φ(x) ≈ σ(2u),
// u = √(2/π)·(x + 0.044715·x³), which is ½(1 + tanh u).
var GELUTanh = Activation{
	Name:       "gelu-tanh",
	Formula:    "x·(1 + tanh u)/2, u = √(2/π)·(x + 0.044715·x³)",
	Derivative: "(1 + tanh u)/2 + x·(1 − tanh² u)·u′/2",
	Use:        "as gelu, in networks that were trained with the approximation (GPT-2, BERT)",
	Gain:       math.Sqrt2,
	F: func(x float64) float64 {
		v, _, _ := twiceU(x)
		return gated(x, op.Logistic(v))
	},
	D: func(x float64) float64 {
		v, d, _ := twiceU(x)
		return op.Logistic(v) + gated(x*d, bell(v))
	},
	D2: func(x float64) float64 {
		v, d, d2 := twiceU(x)
		skew := op.Logistic(-v) - op.Logistic(v) // σ″ = σ′·skew
		return gated(2*d+x*d2+x*d*d*skew, bell(v))
	},
	fast: op.FastGELUTanh,
}

// twiceU returns 2u of GELUTanh and its first two derivatives.
func twiceU(x float64) (v, d, d2 float64) {
	const cubic = 0.044715
	s := 2 * math.Sqrt(2/math.Pi)
	return s * x * (1 + cubic*x*x), s * (1 + 3*cubic*x*x), s * 6 * cubic * x
}

// SiLU is x·σ(x), also called swish.
//
// Elfwing, Uchibe and Doya, Sigmoid-weighted linear units for neural network
// function approximation in reinforcement learning, 2018.
var SiLU = Activation{
	Name:       "silu",
	Formula:    "x·σ(x)",
	Derivative: "σ(x)·(1 + x·σ(−x))",
	Use:        "deep networks; a smooth relu that dips below 0",
	Gain:       math.Sqrt2,
	F:          func(x float64) float64 { return gated(x, op.Logistic(x)) },
	D:          func(x float64) float64 { return gated(1+gated(x, op.Logistic(-x)), op.Logistic(x)) },
	D2: func(x float64) float64 {
		return gated(2+x*(op.Logistic(-x)-op.Logistic(x)), bell(x))
	},
	fast: op.FastSiLU,
}

// Mish is x·tanh(log(1 + eˣ)).
//
// Misra, Mish: a self regularized non-monotonic activation function, 2020.
var Mish = Activation{
	Name:       "mish",
	Formula:    "x·tanh(log(1 + eˣ))",
	Derivative: "w + x·w′, w = tanh(log(1 + eˣ))",
	Use:        "as silu, a little steeper at 0",
	Gain:       math.Sqrt2,
	F: func(x float64) float64 {
		w, _, _ := mishGate(x)
		return gated(x, w)
	},
	D: func(x float64) float64 {
		w, d, _ := mishGate(x)
		return w + gated(x, d)
	},
	D2: func(x float64) float64 {
		_, d, d2 := mishGate(x)
		return 2*d + gated(x, d2)
	},
}

// mishGate returns w = tanh(log(1 + eˣ)) = n/(n + 2) with n = e²ˣ + 2eˣ, and its
// first two derivatives, from whichever of eˣ and e⁻ˣ is small.
func mishGate(x float64) (w, d, d2 float64) {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		n := e * (e + 2)
		q := n + 2
		n1, n2 := 2*e*(e+1), 2*e*(2*e+1)
		return n / q, 2 * n1 / (q * q), 2*n2/(q*q) - 4*n1*n1/(q*q*q)
	}
	q := 1 + 2*e + 2*e*e
	return (1 + 2*e) / q, 4 * e * e * (1 + e) / (q * q), e * e * (4*(2+e)/(q*q) - 16*(1+e)*(1+e)/(q*q*q))
}

// gated is x·w, and 0 where the gate is shut, even at an infinite x.
func gated(x, w float64) float64 {
	if w == 0 {
		return 0
	}
	return x * w
}
