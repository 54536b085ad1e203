package testfuncs

import "math"

// mgh is the collection that most valleys and sums of squares come from.
const mgh = "Moré, Garbow and Hillstrom, Testing unconstrained optimization software, 1981"

// valleys lead to their minimum along a narrow, mostly curved floor.
var valleys = []row{
	{name: "rosenbrock", formula: "Σ (1 − xᵢ)² + 100·(xᵢ₊₁ − xᵢ²)²", about: "the banana: into the valley is easy, along its floor is not",
		reference: "Rosenbrock, An automatic method for finding the greatest or least value of a function, 1960",
		dims:      dims{2, 2, 1}, box: [2][2]float64{{-2, 2}, {-1, 3}}, start: at(-1.2, 1), minima: all(1),
		residuals: func(x []jet) []jet {
			var r []jet
			for i := range len(x) - 1 {
				r = append(r, number(1).minus(x[i]), x[i+1].minus(x[i].square()).scale(10))
			}
			return r
		}},
	{name: "beale", formula: "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²", about: "flat with steep corners; Newton's method from a poor start runs away",
		reference: "Beale, On an iterative method for finding a local minimum of a function of more than one variable, 1958",
		dims:      only(2), box: square(4.5), start: at(1, 1.5), minima: points(0, []float64{3, 0.5}),
		residuals: func(x []jet) []jet {
			return each(3, func(i int) jet {
				return number([]float64{1.5, 2.25, 2.625}[i]).minus(x[0]).plus(x[0].times(x[1].pow(i + 1)))
			})
		}},
	{name: "powell-singular", formula: "(a + 10b)² + 5(c − d)² + (b − 2c)⁴ + 10(a − d)⁴", about: "its Hessian is singular at the minimum, so all methods become slow",
		reference: "Powell, An iterative method for finding stationary values of a function of several variables, 1962",
		dims:      dims{4, 4, 4}, box: square(4), start: at(3, -1, 0, 3), minima: all(0),
		residuals: func(x []jet) []jet {
			var r []jet
			for i := 0; i < len(x); i += 4 {
				a, b, c, d := x[i], x[i+1], x[i+2], x[i+3]
				r = append(r, a.plus(b.scale(10)), c.minus(d).scale(math.Sqrt(5)), b.minus(c.scale(2)).square(), a.minus(d).square().scale(math.Sqrt(10)))
			}
			return r
		}},
	{name: "wood", formula: "100(b − a²)² + (1 − a)² + 90(d − c²)² + (1 − c)² + 10(b + d − 2)² + 0.1(b − d)²", about: "two coupled bananas, with a saddle on the way",
		reference: "Colville, A comparative study of nonlinear programming codes, 1968",
		dims:      only(4), box: square(4), start: at(-3, -1, -3, -1), minima: all(1),
		residuals: func(x []jet) []jet {
			a, b, c, d := x[0], x[1], x[2], x[3]
			return []jet{
				b.minus(a.square()).scale(10), a.add(-1), d.minus(c.square()).scale(math.Sqrt(90)), c.add(-1),
				b.plus(d).add(-2).scale(math.Sqrt(10)), b.minus(d).scale(math.Sqrt(0.1)),
			}
		}},
	{name: "brown-badly-scaled", formula: "(x − 10⁶)² + (y − 2·10⁻⁶)² + (xy − 2)²", about: "variables of sizes that differ by 10¹²",
		reference: mgh + ", no. 4",
		dims:      only(2), box: square(4), start: at(1, 1), minima: points(0, []float64{1e6, 2e-6}),
		residuals: func(x []jet) []jet {
			return []jet{x[0].add(-1e6), x[1].add(-2e-6), x[0].times(x[1]).add(-2)}
		}},
	{name: "powell-badly-scaled", formula: "(10⁴·xy − 1)² + (e⁻ˣ + e⁻ʸ − 1.0001)²", about: "a valley whose floor falls by 10⁻¹³",
		reference: mgh + ", no. 3",
		dims:      only(2), box: [2][2]float64{{-1, 1}, {0, 10}}, start: at(0, 1), minima: points(0, []float64{1.0981593296997149e-05, 9.106146739867375}),
		residuals: func(x []jet) []jet {
			return []jet{x[0].times(x[1]).scale(1e4).add(-1), x[0].negative().exp().plus(x[1].negative().exp()).add(-1.0001)}
		}},
	{name: "helical-valley", formula: "100(z − 10θ)² + 100(√(x² + y²) − 1)² + z², θ the angle of (x, y) in turns", about: "a valley that winds around an axis",
		reference: "Fletcher and Powell, A rapidly convergent descent method for minimization, 1963",
		dims:      only(3), box: square(2), start: at(-1, 0, 0), minima: points(0, []float64{1, 0, 0}),
		residuals: func(x []jet) []jet {
			theta := x[1].over(x[0]).atan().scale(0.5 / math.Pi)
			if x[0].v < 0 {
				theta = theta.add(0.5)
			}
			radius := x[0].square().plus(x[1].square()).sqrt()
			return []jet{x[2].minus(theta.scale(10)).scale(10), radius.add(-1).scale(10), x[2]}
		}},
}
