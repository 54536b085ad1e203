package activations

import (
	"fmt"
	"math"

	"nabla/internal/op"
)

// Identity is x.
var Identity = Activation{
	Name:       "identity",
	Formula:    "x",
	Derivative: "1",
	Use:        "outputs that are any numbers: regression, and logits of the losses that take them",
	Gain:       1,
	F:          func(x float64) float64 { return x },
	D:          func(float64) float64 { return 1 },
	D2:         zero,
}

// ReLU is max(x, 0). Its derivative at 0 is 0.
//
// Nair and Hinton, Rectified linear units improve restricted Boltzmann machines,
// 2010.
var ReLU = Activation{
	Name:       "relu",
	Formula:    "max(x, 0)",
	Derivative: "1 for x > 0, else 0",
	Use:        "the usual choice for hidden layers: cheap, and it does not saturate on the right; units can die",
	Gain:       math.Sqrt2,
	F: func(x float64) float64 {
		if x <= 0 {
			return 0
		}
		return x
	},
	D:     func(x float64) float64 { return choose(x > 0, 1, 0) },
	D2:    zero,
	Kinks: []float64{0},
	fast:  op.FastReLU,
}

// LeakyReLU is LeakyReLUSlope(0.01).
var LeakyReLU = LeakyReLUSlope(0.01)

// LeakyReLUSlope is x for x > 0 and slope·x otherwise. Its derivative at 0 is
// the slope.
//
// Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic
// models, 2013.
func LeakyReLUSlope(slope float64) Activation {
	a := Activation{
		Name:       named("leaky-relu", parameter{slope, 0.01}),
		Formula:    fmt.Sprintf("x for x > 0, else %v·x", slope),
		Derivative: fmt.Sprintf("1 for x > 0, else %v", slope),
		Use:        "as relu where units die: the left side keeps a gradient",
		Gain:       math.Sqrt(2 / (1 + slope*slope)),
		F:          func(x float64) float64 { return choose(x > 0, x, slope*x) },
		D:          func(x float64) float64 { return choose(x > 0, 1, slope) },
		D2:         zero,
		fast:       op.FastLeakyReLU(slope),
		err:        finite("leaky-relu", "slope", slope),
	}
	if slope != 1 {
		a.Kinks = []float64{0}
	}
	return a
}

// ELU is ELUAlpha(1).
var ELU = ELUAlpha(1)

// ELUAlpha is x for x > 0 and α·(eˣ − 1) otherwise. Its derivative at 0 is α.
//
// Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning
// by exponential linear units, 2016.
func ELUAlpha(alpha float64) Activation {
	a := Activation{
		Name:       named("elu", parameter{alpha, 1}),
		Formula:    fmt.Sprintf("x for x > 0, else %v·(eˣ − 1)", alpha),
		Derivative: fmt.Sprintf("1 for x > 0, else %v·eˣ", alpha),
		Use:        "a smooth relu whose outputs average nearer to 0",
		Gain:       math.Sqrt2,
		err:        finite("elu", "alpha", alpha),
	}
	a.F, a.D, a.D2 = exponential(1, alpha)
	a.fast = op.FastELU(1, alpha)
	if alpha != 1 {
		a.Kinks = []float64{0}
	}
	return a
}

// SELU is λx for x > 0 and λα·(eˣ − 1) otherwise, with λ = 1.0507009873554805
// and α = 1.6732632423543772: mean 0 and variance 1 are a fixed point of a layer
// with LeCun-normal weights. Its derivative at 0 is λα.
//
// Klambauer and others, Self-normalizing neural networks, 2017.
var SELU = selu()

func selu() Activation {
	const lambda, alpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
	a := Activation{
		Name:       "selu",
		Formula:    "1.0507·x for x > 0, else 1.7581·(eˣ − 1)",
		Derivative: "1.0507 for x > 0, else 1.7581·eˣ",
		Use:        "deep networks of Dense layers without normalisation, with LeCun-normal weights",
		Gain:       0.75,
		Kinks:      []float64{0},
	}
	a.F, a.D, a.D2 = exponential(lambda, alpha)
	a.fast = op.FastELU(lambda, lambda*alpha)
	return a
}

// exponential is scale·x on the right and scale·alpha·(eˣ − 1) on the left.
func exponential(scale, alpha float64) (f, d, d2 func(x float64) float64) {
	f = func(x float64) float64 {
		if x > 0 {
			return scale * x
		}
		return scale * alpha * math.Expm1(x)
	}
	d = func(x float64) float64 {
		if x > 0 {
			return scale
		}
		return scale * alpha * math.Exp(x)
	}
	d2 = func(x float64) float64 {
		if x > 0 {
			return 0
		}
		return scale * alpha * math.Exp(x)
	}
	return f, d, d2
}

func zero(float64) float64 { return 0 }

func choose(first bool, a, b float64) float64 {
	if first {
		return a
	}
	return b
}

func finite(name, parameter string, x float64) error {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("%s: %s must be finite, got %v", name, parameter, x)
	}
	return nil
}
