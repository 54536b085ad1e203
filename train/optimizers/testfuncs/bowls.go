package testfuncs

import "math"

// bowls have one minimum and no other critical point.
var bowls = []row{
	{name: "sphere", formula: "Σ xᵢ²",
		about: "the easiest: the gradient points at the minimum",
		dims:  any2, box: square(5), start: at(4, 3), minima: all(0),
		residuals: func(x []jet) []jet { return x }},
	quadratic(25),
	{name: "parabola", formula: "x² − 2x + 2", about: "one variable, minimum 1 at 1",
		dims: only(1), box: [2][2]float64{{-3, 5}, {0, 20}}, start: at(-2.5), minima: points(1, []float64{1}),
		value: func(x []jet) jet { return x[0].square().minus(x[0].scale(2)).add(2) }},
	{name: "quartic", formula: "Σ xᵢ⁴",
		about: "flat at the minimum, where the Hessian is 0: Newton's method becomes linear",
		dims:  dims{1, 1, 1}, box: square(2), start: at(1.5, -1), minima: all(0),
		residuals: func(x []jet) []jet { return each(len(x), func(i int) jet { return x[i].square() }) }},
	{name: "booth", formula: "(x + 2y − 7)² + (2x + y − 5)²", about: "a quadratic that is not along the axes",
		reference: "Booth, Numerical methods, 1957",
		dims:      only(2), box: square(10), start: at(-5, -5), minima: points(0, []float64{1, 3}),
		residuals: func(x []jet) []jet {
			return []jet{x[0].plus(x[1].scale(2)).add(-7), x[0].scale(2).plus(x[1]).add(-5)}
		}},
	{name: "matyas", formula: "0.26·(x² + y²) − 0.48·x·y", about: "a shallow tilted valley, condition number 25",
		dims: only(2), box: square(10), start: at(8, -5), minima: all(0),
		value: func(x []jet) jet {
			return sum(x[0].square(), x[1].square()).scale(0.26).minus(x[0].times(x[1]).scale(0.48))
		}},
	{name: "ravine", formula: "(x + y)²/4 + 100·(x − y)²/4",
		about: "a straight narrow valley across the axes, condition number 100: scaling each variable does not help",
		dims:  only(2), box: square(3), start: at(2.5, 1), minima: all(0),
		residuals: func(x []jet) []jet { return []jet{x[0].plus(x[1]).scale(0.5), x[0].minus(x[1]).scale(5)} }},
	{name: "zakharov", formula: "Σ xᵢ² + (Σ i·xᵢ/2)² + (Σ i·xᵢ/2)⁴", about: "a plate in one direction, a steep wall across it",
		dims: any2, box: [2][2]float64{{-5, 10}, {-5, 10}}, start: at(-3, 4), minima: all(0),
		residuals: func(x []jet) []jet {
			s := sumOf(len(x), func(i int) jet { return x[i].scale(float64(i+1) / 2) })
			return append(append([]jet(nil), x...), s, s.square())
		}},
	{name: "logistic", formula: "log(1 + e^(x−y)) + 0.1·x² + 0.2·y²", about: "convex and not quadratic, like logistic regression with weight decay",
		dims: only(2), box: square(4), start: at(2, -3),
		minima: points(0.35087033271631296, []float64{-0.9589485314301945, 0.47947426571509727}),
		value: func(x []jet) jet {
			return x[0].minus(x[1]).softplus().plus(x[0].square().scale(0.1)).plus(x[1].square().scale(0.2))
		}},
	{name: "variably-dimensioned", formula: "Σ (xᵢ − 1)² + s² + s⁴, s = Σ i·(xᵢ − 1)", about: "one steep direction among many flat ones",
		reference: "Moré, Garbow and Hillstrom, Testing unconstrained optimization software, 1981, no. 25",
		dims:      any2, box: square(3), minima: all(1),
		start: func(n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = float64(n-i-1) / float64(n)
			}
			return x
		},
		residuals: func(x []jet) []jet {
			s := sumOf(len(x), func(i int) jet { return x[i].add(-1).scale(float64(i + 1)) })
			return append(each(len(x), func(i int) jet { return x[i].add(-1) }), s, s.square())
		}},
}

// quadratic is ½·Σ λᵢ·xᵢ² with λ from 1 to the condition number k, in equal ratios.
func quadratic(k float64) row {
	lambda := func(i, n int) float64 {
		switch {
		case n == 1 || i == n-1:
			return k
		}
		return math.Pow(k, float64(i)/float64(n-1))
	}
	return row{name: "quadratic", formula: "½·Σ λᵢ·xᵢ², λ from 1 to k = 25 in equal ratios",
		about: "a bowl of any condition number k: plain descent needs about k steps",
		dims:  any2, box: square(6), start: at(5, 2), minima: all(0),
		value: func(x []jet) jet {
			return sumOf(len(x), func(i int) jet { return x[i].square().scale(lambda(i, len(x))) }).scale(0.5)
		},
		residuals: func(x []jet) []jet {
			return each(len(x), func(i int) jet { return x[i].scale(math.Sqrt(lambda(i, len(x)) / 2)) })
		},
		conditioned: quadratic,
	}
}
