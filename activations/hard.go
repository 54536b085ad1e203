package activations

import (
	"fmt"
)

// HardTanh is HardTanhBounds(-1, 1).
var HardTanh = HardTanhBounds(-1, 1)

// HardTanhBounds is x, cut off at least and most. Its derivative at the bounds
// is 0. HardTanhBounds(0, 6) is known as ReLU6.
//
// Collobert, Large scale machine learning, 2004.
func HardTanhBounds(least, most float64) Activation {
	a := Activation{
		Name:       named("hard-tanh", parameter{least, -1}, parameter{most, 1}),
		Formula:    fmt.Sprintf("x between %v and %v, else the nearer of them", least, most),
		Derivative: fmt.Sprintf("1 between %v and %v, else 0", least, most),
		Use:        "a tanh for cheap arithmetic; no gradient outside its bounds",
		F: func(x float64) float64 {
			switch {
			case x <= least:
				return least
			case x >= most:
				return most
			}
			return x
		},
		D:     func(x float64) float64 { return choose(least < x && x < most, 1, 0) },
		D2:    zero,
		Kinks: []float64{least, most},
	}
	if !(least < most) {
		a.err = fmt.Errorf("hard-tanh: the lower bound %v must be below the upper bound %v", least, most)
	}
	return a
}

// HardSigmoid is x/6 + 1/2, cut off at 0 and 1. Its derivative at ±3 is 0.
//
// Courbariaux, Bengio and David, BinaryConnect, 2015; slope 1/6 as in PyTorch
// and MobileNetV3.
var HardSigmoid = Activation{
	Name:       "hard-sigmoid",
	Formula:    "0 for x ≤ −3, 1 for x ≥ 3, else x/6 + 1/2",
	Derivative: "1/6 for −3 < x < 3, else 0",
	Use:        "gates for cheap arithmetic",
	F:          ramp,
	D:          func(x float64) float64 { return choose(-3 < x && x < 3, 1./6, 0) },
	D2:         zero,
	Kinks:      []float64{-3, 3},
}

// HardSwish is x·HardSigmoid(x). Its derivative is −1/2 at −3 and 1 at 3.
//
// Howard and others, Searching for MobileNetV3, 2019.
var HardSwish = Activation{
	Name:       "hard-swish",
	Formula:    "0 for x ≤ −3, x for x ≥ 3, else x·(x + 3)/6",
	Derivative: "0 for x < −3, 1 for x ≥ 3, else x/3 + 1/2",
	Use:        "a silu for cheap arithmetic",
	Gain:       ReLU.Gain,
	F:          func(x float64) float64 { return gated(x, ramp(x)) },
	D: func(x float64) float64 {
		switch {
		case x < -3:
			return 0
		case x >= 3:
			return 1
		}
		return x/3 + 0.5
	},
	D2:    func(x float64) float64 { return choose(-3 < x && x < 3, 1./3, 0) },
	Kinks: []float64{-3, 3},
}

func ramp(x float64) float64 {
	switch {
	case x <= -3:
		return 0
	case x >= 3:
		return 1
	}
	return (x + 3) / 6
}
