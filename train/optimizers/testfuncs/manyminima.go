package testfuncs

import "math"

// manyMinima have several local minima: where a method ends depends on its start.
var manyMinima = []row{
	{name: "himmelblau", formula: "(x² + y − 11)² + (x + y² − 7)²", about: "four equal minima, four saddles and a maximum",
		reference: "Himmelblau, Applied nonlinear programming, 1972",
		dims:      only(2), box: square(5), start: at(0.5, -0.5),
		minima: points(0, []float64{3, 2}, []float64{-2.805118086952745, 3.131312518250573},
			[]float64{-3.779310253377747, -3.2831859912861694}, []float64{3.5844283403304917, -1.8481265269644036}),
		residuals: func(x []jet) []jet {
			return []jet{x[0].square().plus(x[1]).add(-11), x[0].plus(x[1].square()).add(-7)}
		}},
	{name: "rastrigin", formula: "10n + Σ xᵢ² − 10·cos(2πxᵢ)", about: "a bowl with a grid of holes",
		reference: "Rastrigin, Systems of extremal control, 1974",
		dims:      any2, box: square(5.12), start: at(3.3, -2.4), minima: all(0),
		value: func(x []jet) jet {
			return sumOf(len(x), func(i int) jet {
				return x[i].square().minus(x[i].scale(2 * math.Pi).cos().scale(10))
			}).add(10 * float64(len(x)))
		}},
	{name: "ackley", formula: "−20·exp(−0.2·√(Σxᵢ²/n)) − exp(Σcos(2πxᵢ)/n) + 20 + e", about: "ripples on a funnel; at the minimum there is a cusp and no gradient",
		reference: "Ackley, A connectionist machine for genetic hillclimbing, 1987",
		dims:      any2, box: square(5), start: at(2.5, -1.7), minima: all(0),
		value: func(x []jet) jet {
			n := float64(len(x))
			radius := sumOf(len(x), func(i int) jet { return x[i].square() }).scale(1 / n).sqrt()
			ripple := sumOf(len(x), func(i int) jet { return x[i].scale(2 * math.Pi).cos() }).scale(1 / n).exp()
			return radius.scale(-0.2).exp().scale(-20).minus(ripple).add(20 + math.E)
		}},
	{name: "griewank", formula: "1 + Σ xᵢ²/4000 − Π cos(xᵢ/√i)", about: "thousands of shallow dents",
		reference: "Griewank, Generalized descent for global optimization, 1981",
		dims:      any2, box: square(20), start: at(6, -9), minima: all(0),
		value: func(x []jet) jet {
			bowl := sumOf(len(x), func(i int) jet { return x[i].square() }).scale(1.0 / 4000)
			return bowl.minus(product(each(len(x), func(i int) jet { return x[i].scale(1 / math.Sqrt(float64(i+1))).cos() })...)).add(1)
		}},
	{name: "styblinski-tang", formula: "½·Σ xᵢ⁴ − 16·xᵢ² + 5·xᵢ", about: "2ⁿ minima of different depths",
		reference: "Styblinski and Tang, Experiments in nonconvex optimization, 1990",
		dims:      any2, box: square(5), start: at(0.5, -1),
		minima: func(n int) []Minimum {
			return []Minimum{{at(-2.9035340277711770)(n), -39.166165703771410 * float64(n)}}
		},
		value: func(x []jet) jet {
			return sumOf(len(x), func(i int) jet {
				return x[i].pow(4).minus(x[i].square().scale(16)).plus(x[i].scale(5))
			}).scale(0.5)
		}},
	{name: "six-hump-camel", formula: "(4 − 2.1x² + x⁴/3)·x² + xy + (4y² − 4)·y²", about: "six minima, two of them global",
		reference: "Dixon and Szegő, Towards global optimisation 2, 1978",
		dims:      only(2), box: [2][2]float64{{-2, 2}, {-1.2, 1.2}}, start: at(1.2, 0.9),
		minima: points(-1.0316284534898774, []float64{0.08984201310031806, -0.7126564030207396}, []float64{-0.08984201310031806, 0.7126564030207396}),
		value: func(x []jet) jet {
			a, b := x[0], x[1]
			return sum(a.square().scale(4), a.pow(4).scale(-2.1), a.pow(6).scale(1.0/3), a.times(b), b.square().scale(-4), b.pow(4).scale(4))
		}},
	{name: "three-hump-camel", formula: "2x² − 1.05x⁴ + x⁶/6 + xy + y²", about: "three minima, one global",
		reference: "Branin, Widely convergent method for finding multiple solutions of simultaneous nonlinear equations, 1972",
		dims:      only(2), box: square(2.5), start: at(-1.5, 1.5), minima: all(0),
		value: func(x []jet) jet {
			a, b := x[0], x[1]
			return sum(a.square().scale(2), a.pow(4).scale(-1.05), a.pow(6).scale(1.0/6), a.times(b), b.square())
		}},
	{name: "branin", formula: "(y − 5.1/(4π²)·x² + 5/π·x − 6)² + 10·(1 − 1/(8π))·cos(x) + 10", about: "three equal minima",
		reference: "Branin, Widely convergent method for finding multiple solutions of simultaneous nonlinear equations, 1972",
		dims:      only(2), box: [2][2]float64{{-5, 10}, {0, 15}}, start: at(0, 5),
		minima: points(10/(8*math.Pi), []float64{-math.Pi, 12.275}, []float64{math.Pi, 2.275}, []float64{3 * math.Pi, 2.475}),
		value: func(x []jet) jet {
			t := x[1].minus(x[0].square().scale(5.1 / (4 * math.Pi * math.Pi))).plus(x[0].scale(5 / math.Pi)).add(-6)
			return t.square().plus(x[0].cos().scale(10 * (1 - 1/(8*math.Pi)))).add(10)
		}},
	{name: "goldstein-price", formula: "(1 + (x+y+1)²(19−14x+3x²−14y+6xy+3y²))·(30 + (2x−3y)²(18−32x+12x²+48y−36xy+27y²))", about: "values from 3 to a million",
		reference: "Goldstein and Price, On descent from local minima, 1971",
		dims:      only(2), box: square(2), start: at(0.5, -0.5), minima: points(3, []float64{0, -1}),
		value: func(x []jet) jet {
			a, b := x[0], x[1]
			p := sum(a.scale(-14), a.square().scale(3), b.scale(-14), a.times(b).scale(6), b.square().scale(3)).add(19)
			q := sum(a.scale(-32), a.square().scale(12), b.scale(48), a.times(b).scale(-36), b.square().scale(27)).add(18)
			u, w := a.plus(b).add(1).square(), a.scale(2).minus(b.scale(3)).square()
			return u.times(p).add(1).times(w.times(q).add(30))
		}},
	{name: "easom", formula: "−cos(x)·cos(y)·exp(−(x − π)² − (y − π)²)", about: "one hole in a plain: where it is flat nothing points to it",
		reference: "Easom, A survey of global optimization techniques, 1990",
		dims:      only(2), box: [2][2]float64{{-1, 7}, {-1, 7}}, start: at(2, 2.5), minima: points(-1, []float64{math.Pi, math.Pi}),
		value: func(x []jet) jet {
			d := sum(x[0].add(-math.Pi).square(), x[1].add(-math.Pi).square())
			return product(x[0].cos(), x[1].cos(), d.negative().exp()).negative()
		}},
	{name: "levy", formula: "sin²(πw₁) + Σ (wᵢ−1)²(1 + 10·sin²(πwᵢ + 1)) + (wₙ−1)²(1 + sin²(2πwₙ)), w = 1 + (x−1)/4", about: "a bowl with ridges",
		reference: "Levy and Montalvo, The tunneling algorithm for the global minimization of functions, 1985",
		dims:      any2, box: square(10), start: at(-4, 5), minima: all(1),
		value: func(x []jet) jet {
			n := len(x)
			w := each(n, func(i int) jet { return x[i].add(-1).scale(0.25).add(1) })
			f := w[0].scale(math.Pi).sin().square()
			for _, u := range w[:n-1] {
				f = f.plus(u.add(-1).square().times(u.scale(math.Pi).add(1).sin().square().scale(10).add(1)))
			}
			u := w[n-1]
			return f.plus(u.add(-1).square().times(u.scale(2 * math.Pi).sin().square().add(1)))
		}},
	{name: "mccormick", formula: "sin(x + y) + (x − y)² − 1.5x + 2.5y + 1", about: "a bent valley; beyond the picture there are others, ever deeper",
		reference: "McCormick, Applied nonlinear programming, 1972",
		dims:      only(2), box: [2][2]float64{{-1.5, 4}, {-3, 4}}, start: at(2, 2),
		minima: points(-1.9132229549810367, []float64{-0.5471975511965976, -1.5471975511965976}),
		value: func(x []jet) jet {
			return sum(x[0].plus(x[1]).sin(), x[0].minus(x[1]).square(), x[0].scale(-1.5), x[1].scale(2.5)).add(1)
		}},
}
