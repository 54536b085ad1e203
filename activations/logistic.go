package activations

import (
	"fmt"
	"math"

	"nabla/internal/op"
)

// Sigmoid is σ(x) = 1/(1 + e⁻ˣ), from 0 to 1.
var Sigmoid = Activation{
	Name:       "sigmoid",
	Formula:    "1/(1 + e⁻ˣ)",
	Derivative: "σ(x)·(1 − σ(x))",
	Use:        "gates, and probabilities at the output; as a hidden layer it saturates and gradients vanish",
	Gain:       1,
	F:          op.Logistic,
	D:          bell,
	D2:         func(x float64) float64 { return bell(x) * (op.Logistic(-x) - op.Logistic(x)) },
	fast:       op.FastSigmoid,
}

// bell is σ(x)·σ(−x), the derivative of the sigmoid without cancellation.
func bell(x float64) float64 { return op.Logistic(x) * op.Logistic(-x) }

// LogSigmoid is log σ(x) = −log(1 + e⁻ˣ).
var LogSigmoid = Activation{
	Name:       "log-sigmoid",
	Formula:    "−log(1 + e⁻ˣ)",
	Derivative: "σ(−x)",
	Use:        "logarithms of probabilities at the output",
	F:          func(x float64) float64 { return -op.LogOnePlusExp(-x) },
	D:          func(x float64) float64 { return op.Logistic(-x) },
	D2:         func(x float64) float64 { return -bell(x) },
	fast:       op.FastSoftplus(-1),
}

// Softplus is SoftplusBeta(1).
var Softplus = SoftplusBeta(1)

// SoftplusBeta is log(1 + e^(βx))/β, a smooth relu that nears it as β grows.
//
// Dugas and others, Incorporating second-order functional knowledge for better
// option pricing, 2001.
func SoftplusBeta(beta float64) Activation {
	formula, derivative := "log(1 + eˣ)", "σ(x)"
	if beta != 1 {
		formula, derivative = fmt.Sprintf("log(1 + e^(%v·x))/%[1]v", beta), fmt.Sprintf("σ(%v·x)", beta)
	}
	a := Activation{
		Name:       named("softplus", parameter{beta, 1}),
		Formula:    formula,
		Derivative: derivative,
		Use:        "outputs that must be positive, such as a scale; smooth everywhere",
		F: func(x float64) float64 {
			if x*beta > 40 { // log(1 + e⁻⁴⁰) is below the last digit
				return x
			}
			return op.LogOnePlusExp(x*beta) / beta
		},
		D:    func(x float64) float64 { return op.Logistic(x * beta) },
		D2:   func(x float64) float64 { return beta * bell(x*beta) },
		fast: op.FastSoftplus(beta),
		err:  finite("softplus", "beta", beta),
	}
	if beta <= 0 {
		a.err = fmt.Errorf("softplus: beta must be positive, got %v", beta)
	}
	return a
}

// Tanh is the hyperbolic tangent, from −1 to 1.
var Tanh = Activation{
	Name:       "tanh",
	Formula:    "(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)",
	Derivative: "1 − tanh²(x)",
	Use:        "small networks and recurrent ones: smooth and centred on 0; saturates on both sides",
	Gain:       5. / 3,
	F:          math.Tanh,
	D:          func(x float64) float64 { return 4 * bell(2*x) },
	D2:         func(x float64) float64 { return -8 * math.Tanh(x) * bell(2*x) },
	fast:       op.FastTanh,
}

// Softsign is x/(1 + |x|), from −1 to 1.
//
// Turian, Bergstra and Bengio, Quadratic features and deep architectures for
// chunking, 2009.
var Softsign = Activation{
	Name:       "softsign",
	Formula:    "x/(1 + |x|)",
	Derivative: "1/(1 + |x|)²",
	Use:        "as tanh, but it saturates slowly",
	F: func(x float64) float64 {
		if math.IsInf(x, 0) {
			return math.Copysign(1, x)
		}
		return x / (1 + math.Abs(x))
	},
	D: func(x float64) float64 { d := 1 + math.Abs(x); return 1 / d / d },
	D2: func(x float64) float64 {
		d := 1 + math.Abs(x)
		return -2 * math.Copysign(1, x) / d / d / d
	},
}
