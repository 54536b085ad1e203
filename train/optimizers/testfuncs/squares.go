package testfuncs

import "math"

// sumsOfSquares fit a model to data: the problems that Gauss-Newton and
// Levenberg-Marquardt are made for.
var sumsOfSquares = []row{
	biggs("biggs-exp2", at(1, 2), []float64{1, 10}, 10, func(x []jet) (a, b, c, d, e, f jet) {
		return x[0], x[1], number(1), number(5), number(4), number(3)
	}),
	biggs("biggs-exp3", at(1, 2, 1), []float64{1, 10, 5}, 10, func(x []jet) (a, b, c, d, e, f jet) {
		return x[0], x[1], number(1), x[2], number(4), number(3)
	}),
	biggs("biggs-exp4", at(1, 2, 1, 1), []float64{1, 10, 1, 5}, 10, func(x []jet) (a, b, c, d, e, f jet) {
		return x[0], x[1], x[2], x[3], number(4), number(3)
	}),
	biggs("biggs-exp5", at(1, 2, 1, 1, 1), []float64{1, 10, 1, 5, 4}, 11, func(x []jet) (a, b, c, d, e, f jet) {
		return x[0], x[1], x[2], x[3], x[4], number(3)
	}),
	biggs("biggs-exp6", at(1, 2, 1, 1, 1, 1), []float64{1, 10, 1, 5, 4, 3}, 13, func(x []jet) (a, b, c, d, e, f jet) {
		return x[0], x[1], x[2], x[3], x[4], x[5]
	}),
	{name: "box", formula: "Σ (e^(−tx) − e^(−ty) − z·(e^(−t) − e^(−10t)))², t = 0.1 … 1", about: "a line of minima (a, a, 0) besides two points",
		reference: "Box, A comparison of several current optimization methods, 1966",
		dims:      only(3), box: [2][2]float64{{-2, 12}, {-2, 22}}, start: at(0, 10, 20),
		minima: points(0, []float64{1, 10, 1}, []float64{10, 1, -1}, []float64{1, 1, 0}),
		residuals: func(x []jet) []jet {
			return each(10, func(i int) jet {
				t := float64(i+1) / 10
				return x[0].scale(-t).exp().minus(x[1].scale(-t).exp()).minus(x[2].scale(math.Exp(-t) - math.Exp(-10*t)))
			})
		}},
	{name: "brown-dennis", formula: "Σ ((a + tb − eᵗ)² + (c + d·sin t − cos t)²)², t = 0.2 … 4", about: "large residuals that stay: Gauss-Newton's Hessian is poor",
		reference: "Brown and Dennis, New computational algorithms for minimizing a sum of squares of nonlinear functions, 1971",
		dims:      only(4), box: square(25), start: at(25, 5, -5, -1),
		minima: points(85822.20162635634, []float64{-11.594439904762162, 13.203630051207202, -0.4034394881768612, 0.2367787744557347}),
		residuals: func(x []jet) []jet {
			return each(20, func(i int) jet {
				t := float64(i+1) / 5
				return x[0].plus(x[1].scale(t)).add(-math.Exp(t)).square().plus(x[2].plus(x[3].scale(math.Sin(t))).add(-math.Cos(t)).square())
			})
		}},
	{name: "gaussian", formula: "Σ (a·exp(−b·(t − c)²/2) − y)², 15 points of a bell", about: "the usual start is nearly the minimum",
		reference: mgh + ", no. 9",
		dims:      only(3), box: [2][2]float64{{0, 1}, {0, 2}}, start: at(0.4, 1, 0),
		minima: points(1.12793276961912e-08, []float64{0.398956137837997, 1.0000190844805048, 0}),
		residuals: func(x []jet) []jet {
			y := []float64{0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989}
			return each(15, func(i int) jet {
				t := float64(7-i) / 2
				return x[0].times(number(t).minus(x[2]).square().times(x[1]).scale(-0.5).exp()).add(-y[min(i, 14-i)])
			})
		}},
	{name: "gulf", formula: "Σ (exp(−|25 + (−50·ln t)^(2/3) − b|ᶜ/a) − t)², t = 0.01 … 0.99", about: "a fit of a distribution; far from the minimum it is level",
		reference: "Cox, Comparison of the performance of seven optimization algorithms on twelve unconstrained minimization problems, 1969",
		dims:      only(3), box: [2][2]float64{{0.1, 100}, {0, 25.6}}, start: at(5, 2.5, 0.15), minima: points(0, []float64{50, 25, 1.5}),
		residuals: func(x []jet) []jet {
			return each(99, func(i int) jet {
				t := float64(i+1) / 100
				r := number(math.Pow(-50*math.Log(t), 2.0/3) + 25).minus(x[1])
				if r.v < 0 {
					r = r.negative()
				}
				return r.log().times(x[2]).exp().over(x[0]).negative().exp().add(-t)
			})
		}},
	{name: "penalty-1", formula: "10⁻⁵·Σ (xᵢ − 1)² + (Σ xᵢ² − ¼)²", about: "a strong penalty beside a weak aim",
		reference: "Gill, Murray and Pitfield, The implementation of two revised quasi-Newton algorithms, 1972",
		dims:      dims{4, 1, 1}, box: square(4),
		start: func(n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = float64(i + 1)
			}
			return x
		},
		minima: func(n int) []Minimum {
			switch n {
			case 4:
				return []Minimum{{at(0.2500074995875379)(n), 2.2499775008999372e-05}}
			case 10:
				return []Minimum{{at(0.15812230111311634)(n), 7.087651467090369e-05}}
			}
			return nil
		},
		residuals: func(x []jet) []jet {
			total := sumOf(len(x), func(i int) jet { return x[i].square() }).add(-0.25)
			return append(each(len(x), func(i int) jet { return x[i].add(-1).scale(math.Sqrt(1e-5)) }), total)
		}},
	{name: "penalty-2", formula: "(x₁ − 0.2)² + 10⁻⁵·Σ (…)² + (Σ (n−i+1)·xᵢ² − 1)²", about: "as penalty-1, with exponentials",
		reference: "Gill, Murray and Pitfield, The implementation of two revised quasi-Newton algorithms, 1972",
		dims:      dims{4, 2, 1}, box: square(2), start: at(0.5),
		minima: func(n int) []Minimum {
			switch n {
			case 4:
				return []Minimum{{[]float64{0.19999933335, 0.19131670128566283, 0.4801014860897, 0.5188454026659}, 9.376293007355449e-06}}
			case 10:
				return []Minimum{{[]float64{0.19998360520892217, 0.010350644318663525, 0.01960493546891094, 0.03208906550305253, 0.04993267593895693,
					0.07651399534454084, 0.11862407118600789, 0.1921448731780023, 0.3473205862372022, 0.36916437893066273}, 0.00029366053745674594}}
			}
			return nil
		},
		residuals: func(x []jet) []jet {
			n, weak := len(x), math.Sqrt(1e-5)
			r := []jet{x[0].add(-0.2)}
			e := each(n, func(i int) jet { return x[i].scale(0.1).exp() })
			for i := 1; i < n; i++ {
				y := math.Exp(float64(i+1)/10) + math.Exp(float64(i)/10)
				r = append(r, e[i].plus(e[i-1]).add(-y).scale(weak), e[i].add(-math.Exp(-0.1)).scale(weak))
			}
			return append(r, sumOf(n, func(i int) jet { return x[i].square().scale(float64(n - i)) }).add(-1))
		}},
	{name: "trigonometric", formula: "Σ (n + i·(1 − cos xᵢ) − sin xᵢ − Σ cos xⱼ)²", about: "a sum of waves with several minima",
		reference: "Spedicato, Computational experience with quasi-Newton algorithms, 1978",
		dims:      dims{2, 1, 1}, box: square(3),
		start: func(n int) []float64 { return at(1 / float64(n))(n) }, minima: all(0),
		residuals: func(x []jet) []jet {
			n := len(x)
			total := sumOf(n, func(i int) jet { return x[i].cos() })
			return each(n, func(i int) jet {
				k := float64(i + 1)
				return number(float64(n) + k).minus(x[i].cos().scale(k)).minus(x[i].sin()).minus(total)
			})
		}},
	{name: "watson", formula: "Σ (Σ (j−1)·xⱼ·tʲ⁻² − (Σ xⱼ·tʲ⁻¹)² − 1)² + x₁² + (x₂ − x₁² − 1)², t = 1/29 … 1", about: "a polynomial that solves an equation; ill-conditioned for many variables",
		reference: "Kowalik and Osborne, Methods for unconstrained optimization problems, 1968",
		dims:      dims{6, 2, 1}, box: square(2), start: at(0),
		minima: func(n int) []Minimum {
			switch n {
			case 6:
				return []Minimum{{[]float64{-0.01572508644590686, 1.012434869244884, -0.23299162372002916, 1.2604300800978554, -1.51372891341701, 0.9929964286340117}, 0.0022876700535523838}}
			case 9:
				return []Minimum{{[]float64{-1.5307036521992127e-05, 0.9997897039319495, 0.01476396369355022, 0.14634232829939883, 1.0008211030046426,
					-2.617731140519101, 4.104403164479245, -3.1436122785568514, 1.0526264080103074}, 1.399760138096796e-06}}
			}
			return nil
		},
		residuals: func(x []jet) []jet {
			r := each(29, func(i int) jet {
				t := float64(i+1) / 29
				slope, value, power := number(0), x[0], 1.0
				for j := 1; j < len(x); j++ {
					slope = slope.plus(x[j].scale(float64(j) * power))
					power *= t
					value = value.plus(x[j].scale(power))
				}
				return slope.minus(value.square()).add(-1)
			})
			return append(r, x[0], x[1].minus(x[0].square()).add(-1))
		}},
}

// biggs fits Σ over t = 0.1, 0.2 … of (c·e^(−at) − d·e^(−bt) + f·e^(−et) − y)² to the
// data y of one set of coefficients, some of which are given. With four or fewer
// unknowns the third exponential is in model and data alike, and drops out.
func biggs(name string, start func(n int) []float64, minimum []float64, count int, model func(x []jet) (a, b, c, d, e, f jet)) row {
	n := len(minimum)
	return row{name: name, formula: "Σ (c·e^(−at) − d·e^(−bt) + f·e^(−et) − y)², t = 0.1, 0.2 …", about: "exponentials to be told apart, some coefficients given",
		reference: "Biggs, Minimization algorithms making use of non-quadratic properties of the objective function, 1971",
		dims:      only(n), box: [2][2]float64{{-1, 4}, {0, 14}}, start: start, minima: points(0, minimum),
		residuals: func(x []jet) []jet {
			a, b, c, d, e, f := model(x)
			return each(count, func(i int) jet {
				t := float64(i+1) / 10
				wave := func(height, rate jet) jet { return height.times(rate.scale(-t).exp()) }
				y := math.Exp(-t) - 5*math.Exp(-10*t)
				r := wave(c, a).minus(wave(d, b))
				if n > 4 {
					r, y = r.plus(wave(f, e)), y+3*math.Exp(-4*t)
				}
				return r.add(-y)
			})
		}}
}
