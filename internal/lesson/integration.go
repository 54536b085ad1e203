package lesson

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"

	"nabla/internal/plot"
)

// integration compares ways to compute an area.
var integration = Lesson{
	Name: "integration", Row: 15,
	Title: "Integrals: areas by rules and by chance",
	About: "trapezoids, Gauss and Monte Carlo on one area, and how their errors fall",
	Params: []Param{
		number("from", 0, -2, 1, "left end a"),
		number("to", 2, 1.5, 4, "right end b"),
	},
	run: func(p *Page, s Settings) error {
		a, b := s.Number("from"), s.Number("to")
		f := func(x float64) float64 { return math.Sin(x) + math.Exp(-x) }
		F := func(x float64) float64 { return -math.Cos(x) - math.Exp(-x) }
		exact := F(b) - F(a)
		p.Say("The integral of f from a to b is the area between its curve and the axis, below the axis counted negative. Where an antiderivative F is known, F′ = f, the fundamental theorem gives it at once.")
		p.Formula("∫ f(x) dx from a to b = F(b) − F(a)", fmt.Sprintf("f = sin x + e⁻ˣ, F = −cos x − e⁻ˣ: %s", short(exact)))
		p.Say("Where it is not, one takes values of f. Trapezoids have an error that falls by 4 when their number doubles; Gauss's rule places n points so well that polynomials up to degree 2n − 1 come out exact; chance, the mean of f at random points, is slow but does not care how many dimensions there are.")
		p.Formula("trapezoids: error ≈ −(b − a)·h²/12 · mean of f″,   h = (b − a)/n", "")
		p.Formula("Monte Carlo: (b − a)·mean f(xᵢ),  standard error (b − a)·σ/√n", "σ is the deviation of f over the interval")
		grid := spaced(min(a, -2), max(b, 4), 181)
		inside := spaced(a, b, 121)
		zero := make([]float64, len(inside))
		values := mapped(inside, f)
		p.Curves("area", "The area that is meant.", plot.Curves{
			Title: fmt.Sprintf("∫ from %s to %s is %s", short(a), short(b), short(exact)), XLabel: "x", YLabel: "f(x)", Y: plot.Range{Min: -1, Max: 7},
			Series: []plot.Series{{Name: "f", X: grid, Y: mapped(grid, f)}, {Name: "area", X: inside, Y: values, Low: lower(values, zero), High: higher(values, zero)}},
		})
		var ns, trap, gauss, mc, expected []float64
		rng := stream(s.Seed, 81)
		var sum, squares, count float64
		var rows [][]string
		for n := 1; n <= 1<<14; n *= 2 {
			h := (b - a) / float64(n)
			area := (f(a) + f(b)) / 2
			for i := 1; i < n; i++ {
				area += f(a + float64(i)*h)
			}
			for count < float64(n) {
				v := f(a + (b-a)*rng.Float64())
				sum, squares, count = sum+v, squares+v*v, count+1
			}
			g := math.NaN()
			if n <= 32 {
				g = math.Abs(quad.Fixed(f, a, b, n, nil, 0)-exact) + 1e-17
			}
			ns, trap, gauss = append(ns, float64(n)), append(trap, math.Abs(area*h-exact)), append(gauss, g)
			mc = append(mc, math.Abs((b-a)*sum/count-exact))
			if n == 4 || n == 32 || n == 1024 || n == 16384 {
				text := "–"
				if n <= 32 {
					text = short(g)
				}
				rows = append(rows, []string{fmt.Sprint(n), short(trap[len(trap)-1]), text, short(mc[len(mc)-1])})
			}
		}
		// The deviation of f, by Gauss.
		meanF := exact / (b - a)
		variance := quad.Fixed(func(x float64) float64 { return (f(x) - meanF) * (f(x) - meanF) }, a, b, 40, nil, 0) / (b - a)
		σ := math.Sqrt(variance)
		expected = mapped(ns, func(n float64) float64 { return (b - a) * σ / math.Sqrt(n) })
		p.Table("Error by the number of points", []string{"points", "trapezoids", "Gauss", "Monte Carlo"}, rows)
		p.Curves("errors", "Errors on logarithmic axes: trapezoids fall with slope −2, chance with slope −½ about its standard error, Gauss like a stone until rounding stops it.", plot.Curves{
			Title: "Error by number of points", XLabel: "points", YLabel: "error", LogX: true, LogY: true,
			Series: []plot.Series{{Name: "trapezoids", X: ns, Y: trap, Dots: true}, {Name: "Gauss", X: ns[:6], Y: gauss[:6], Dots: true}, {Name: "Monte Carlo", X: ns, Y: mc, Dots: true}, {Name: "(b − a)σ/√n", X: ns, Y: expected, Faint: true}},
		})
		p.Equal("Gauss with 32 points against F(b) − F(a)", quad.Fixed(f, a, b, 32, nil, 0), exact, 1e-12)
		p.Equal("Gauss with 3 points on x⁵ is exact: ∫ x⁵ from 0 to 1", quad.Fixed(func(x float64) float64 { return math.Pow(x, 5) }, 0, 1, 3, nil, 0), 1./6, 1e-14)
		p.Equal("F′ is f, at 0.7", slope(F, 0.7), f(0.7), 1e-8)
		n := 512.0
		h := (b - a) / n
		bend := math.Cos(b) - math.Exp(-b) - math.Cos(a) + math.Exp(-a) // ∫ f″ = f′(b) − f′(a)
		area := (f(a) + f(b)) / 2
		for i := 1.0; i < n; i++ {
			area += f(a + i*h)
		}
		p.Equal("trapezoids, n = 512: error/h² is (f′(b) − f′(a))/12", (area*h-exact)/(h*h), bend/12, 1e-3)
		p.Less("Monte Carlo with 16384 points is within 5 standard errors: error", mc[len(mc)-1], 5*expected[len(expected)-1])
		p.Number("integral", exact)
		p.Number("deviation", σ)
		p.See("The area is %s. With 32 points trapezoids miss it by %s, Gauss by %s, chance by %s.", digits(exact, 7), rows[1][1], rows[1][2], rows[1][3])
		return nil
	},
}

// lower and higher are the smaller and the larger of two curves.
func lower(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for i := range a {
		c[i] = min(a[i], b[i])
	}
	return c
}

func higher(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for i := range a {
		c[i] = max(a[i], b[i])
	}
	return c
}

// probability integrates densities.
var probability = Lesson{
	Name: "probability", Row: 15,
	Title: "Probabilities, expectations, marginals",
	About: "P(a ≤ X ≤ b), E[X] and the marginal of a 2-D normal density, all as integrals",
	Params: []Param{
		number("from", -1, -3, 0.9, "a"),
		number("to", 1, 1, 4, "b"),
		number("correlation", 0.8, -0.95, 0.95, "ρ of the 2-D density"),
	},
	run: func(p *Page, s Settings) error {
		a, b, ρ := s.Number("from"), s.Number("to"), s.Number("correlation")
		φ := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
		Φ := func(x float64) float64 { return (1 + math.Erf(x/math.Sqrt2)) / 2 }
		joint := func(x, y float64) float64 {
			return math.Exp(-(x*x-2*ρ*x*y+y*y)/(2*(1-ρ*ρ))) / (2 * math.Pi * math.Sqrt(1-ρ*ρ))
		}
		over := func(f func(x float64) float64, a, b float64) float64 { return quad.Fixed(f, a, b, 120, nil, 0) }
		p.Say("A density is not a probability: it may be larger than 1. Its integral over an interval is one, and over everything it is 1.")
		p.Formula("P(a ≤ X ≤ b) = ∫ p(x) dx from a to b", "")
		p.Formula("E[X] = ∫ x·p(x) dx,   Var X = E[X²] − E[X]²", "the mean weighted by the density")
		p.Formula("p(x) = ∫ p(x, y) dy", "marginalisation: adding up over what is not asked")
		p.Say("Training minimises an expectation, the mean loss over data that could come; a batch is a Monte Carlo estimate of it. For two normal variables with correlation ρ the marginal of each is the same normal density whatever ρ is; what ρ changes is the conditional one, whose mean is ρ·x.")
		p.Formula("E[Y | X = x] = ∫ y·p(x, y) dy / p(x) = ρ·x", "")
		probability := over(φ, a, b)
		grid, inside := spaced(-4, 4, 161), spaced(a, b, 81)
		p.Curves("area", "The standard normal density; the shaded area is the probability.", plot.Curves{
			Title: fmt.Sprintf("P(%s ≤ X ≤ %s) = %s", short(a), short(b), short(probability)), XLabel: "x", YLabel: "density",
			Series: []plot.Series{{Name: "p(x)", X: grid, Y: mapped(grid, φ)}, {Name: "area", X: inside, Y: mapped(inside, φ), Low: make([]float64, len(inside)), High: mapped(inside, φ)}},
		})
		p.Contour("joint", "The density of both. Cut it along a vertical line and add up: that is the marginal at this x.", plot.Contour{
			Title: fmt.Sprintf("Two normal variables, ρ = %s", short(ρ)), XLabel: "x", YLabel: "y", F: joint, Box: plot.Box{XMin: -3, XMax: 3, YMin: -3, YMax: 3},
			Levels: []float64{0.005, 0.01, 0.02, 0.04, 0.08, 0.12, 0.16, 0.2, 0.3, 0.4},
		})
		marginal := func(x float64) float64 { return over(func(y float64) float64 { return joint(x, y) }, -9, 9) }
		conditional := func(x float64) float64 {
			return over(func(y float64) float64 { return y * joint(x, y) }, -9, 9) / marginal(x)
		}
		p.Equal("P(a ≤ X ≤ b) is Φ(b) − Φ(a)", probability, Φ(b)-Φ(a), 1e-10)
		p.Equal("the whole integral is 1", over(φ, -9, 9), 1, 1e-10)
		p.Equal("E[X] is 0", over(func(x float64) float64 { return x * φ(x) }, -9, 9), 0, 1e-12)
		p.Equal("Var X is 1", over(func(x float64) float64 { return x * x * φ(x) }, -9, 9), 1, 1e-10)
		p.Equal("the marginal at 0.5 is the normal density there", marginal(0.5), φ(0.5), 1e-9)
		p.Equal("E[Y | X = 0.5] is ρ·0.5", conditional(0.5), ρ*0.5, 1e-9)
		p.Equal("E[X·Y] is ρ", over(func(x float64) float64 {
			return x * over(func(y float64) float64 { return y * joint(x, y) }, -9, 9)
		}, -9, 9), ρ, 1e-6)
		rng := stream(s.Seed, 91)
		const n = 20000
		var hits, sum float64
		for range n {
			x := rng.NormFloat64()
			hits += is(x >= a && x <= b) / n
			sum += x / n
		}
		p.Less("Monte Carlo, 20000 draws: |share − P| within 5·√(P(1 − P)/n)", math.Abs(hits-probability), 5*math.Sqrt(probability*(1-probability)/n))
		p.Less("and |mean| within 5/√n", math.Abs(sum), 5/math.Sqrt(n))
		p.Table("By quadrature, by the known formula and by 20000 draws", []string{"", "quadrature", "formula", "draws"}, [][]string{
			cells("P(a ≤ X ≤ b)", probability, Φ(b)-Φ(a), hits), cells("E[X]", tidy(over(func(x float64) float64 { return x * φ(x) }, -9, 9)), 0, sum),
		})
		p.Number("probability", probability)
		p.Number("marginal at 0.5", marginal(0.5))
		p.See("X lies between %s and %s with probability %s; of 20000 draws %s did.", short(a), short(b), short(probability), percent(hits))
		return nil
	},
}
