package testfuncs

// saddles have points with gradient 0 that are no minima, or slopes so gentle that
// they look like one.
var saddles = []row{
	{name: "saddle", formula: "x² − y²", about: "a saddle at 0 and no minimum: Newton's method goes to the saddle, descent leaves it",
		dims: only(2), box: square(2), start: at(1.5, 0.01),
		value: func(x []jet) jet { return x[0].square().minus(x[1].square()) }},
	{name: "monkey-saddle", formula: "x³ − 3·x·y²", about: "three valleys from one point; its Hessian there is 0 and tells nothing",
		dims: only(2), box: square(2), start: at(1, 0.2),
		value: func(x []jet) jet { return x[0].pow(3).minus(x[0].times(x[1].square()).scale(3)) }},
	{name: "cubic", formula: "x³", about: "an inflection: derivative 0, neither minimum nor maximum",
		dims: only(1), box: [2][2]float64{{-2, 2}, {-8, 8}}, start: at(1.5),
		value: func(x []jet) jet { return x[0].pow(3) }},
	{name: "hill", formula: "−x² − 2·y² + x·y", about: "a maximum at 0, where Newton's method goes",
		dims: only(2), box: square(2), start: at(0.3, 0.4),
		value: func(x []jet) jet {
			return x[0].times(x[1]).minus(x[0].square()).minus(x[1].square().scale(2))
		}},
	{name: "double-well", formula: "(x² − 1)² + y²", about: "a saddle at 0 between two minima, which gradient flow from x = 0 runs into",
		dims: only(2), box: square(2), start: at(0.01, 1.5), minima: points(0, []float64{1, 0}, []float64{-1, 0}),
		residuals: func(x []jet) []jet { return []jet{x[0].square().add(-1), x[1]} }},
	{name: "plateau", formula: "Σ xᵢ²/(1 + xᵢ²)", about: "flat far from the minimum, like a saturated sigmoid; the Hessian there is negative",
		dims: any2, box: square(6), start: at(4, 3), minima: all(0),
		value: func(x []jet) jet {
			return sumOf(len(x), func(i int) jet { return x[i].square().over(x[i].square().add(1)) })
		}},
}
