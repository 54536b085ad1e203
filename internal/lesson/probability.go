package lesson

import (
	"fmt"
	"math"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

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
	run: runProbability,
}

// normalDensity is that of mean 0 and deviation 1.
const normalDensity = "e^(-x^2/2)/sqrt(2pi)"

func runProbability(p *Page, s Settings) error {
	a, b, ρ := s.Number("from"), s.Number("to"), s.Number("correlation")
	φ := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	Φ := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	line := calculus.Interval{Low: math.Inf(-1), High: math.Inf(1)}
	e, err := calculus.Parse(normalDensity)
	if err != nil {
		return err
	}
	one, err := calculus.AnalyseDensity(e, []calculus.Interval{{Low: a, High: b}})
	if err != nil {
		return err
	}
	probability, mean, deviation := one.Probability.Value, one.Mean[0], one.Deviation[0]
	p.Say("A density is not a probability: it may be larger than 1, as one that is 2 from 0 to ½. Its integral over an interval is a probability, and its integral over everything is 1.")
	p.Formula("P(a ≤ X ≤ b) = ∫ p(x) dx from a to b", "")
	p.Formula("E[X] = ∫ x·p(x) dx,   Var X = E[X²] − E[X]²", "the mean weighted by the density; the deviation is √Var X")
	grid, inside := spaced(-4, 4, 161), spaced(a, b, 81)
	p.Curves("area", "The standard normal density, p(x) = exp(−x²/2)/√(2π); the shaded area is the probability.", plot.Curves{
		Title: fmt.Sprintf("P(%s ≤ X ≤ %s) = %s", short(a), short(b), short(probability)), XLabel: "x", YLabel: "density",
		Series: []plot.Series{{Name: "p(x)", X: grid, Y: mapped(grid, φ)}, {Name: "area", X: inside, Y: mapped(inside, φ), Low: make([]float64, len(inside)), High: mapped(inside, φ)}},
	})
	const n = 20000
	hits, drawn := draw(s.Seed, n, a, b)
	p.Table("By quadrature, as nabla integrate --density does it, by the known formula and by 20000 draws", []string{"what", "quadrature", "formula", "draws"}, [][]string{
		cells("P(a ≤ X ≤ b)", probability, Φ(b)-Φ(a), hits), cells("E[X]", mean, 0, drawn),
	})
	p.Equal("P(a ≤ X ≤ b) is Φ(b) − Φ(a)", probability, Φ(b)-Φ(a), 1e-10)
	p.Equal("the integral over everything is 1", one.Mass, 1, 1e-10)
	p.Equal("E[X] is 0", mean, 0, 1e-10)
	square, err := integral("x^2*"+normalDensity, line)
	if err != nil {
		return err
	}
	p.Equal("Var X = E[X²] − E[X]² is the square of the deviation", square-mean*mean, deviation*deviation, 1e-9)
	p.Equal("and that is 1", deviation, 1, 1e-10)
	p.Less("20000 draws: |share − P| against 5·√(P(1 − P)/n)", math.Abs(hits-probability), 5*math.Sqrt(probability*(1-probability)/n))
	p.Less("20000 draws: |mean| against 5/√n", math.Abs(drawn), 5/math.Sqrt(n))
	p.Number("probability", probability)
	if err := marginals(p, ρ, φ); err != nil {
		return err
	}
	p.See("X lies between %s and %s with probability %s; of 20000 draws %s did.", short(a), short(b), short(probability), percent(hits))
	return nil
}

// draw makes n draws of a normal variable: the share between a and b, and the mean.
func draw(seed uint64, n int, a, b float64) (share, mean float64) {
	rng := stream(seed, 91)
	for range n {
		x := rng.NormFloat64()
		share += is(x >= a && x <= b) / float64(n)
		mean += x / float64(n)
	}
	return share, mean
}

// integral is that of an expression over the intervals of its variables.
func integral(source string, box ...calculus.Interval) (float64, error) {
	e, err := calculus.Parse(source)
	if err != nil {
		return 0, err
	}
	v, err := calculus.Integrate(e, box)
	return v.Value, err
}

// marginals shows the density of two variables and what is left of it for one.
func marginals(p *Page, ρ float64, φ func(x float64) float64) error {
	line := calculus.Interval{Low: math.Inf(-1), High: math.Inf(1)}
	source := fmt.Sprintf("e^(-(x^2 - 2*(%[1]v)*x*y + y^2)/(2*(1 - (%[1]v)^2)))/(2pi*sqrt(1 - (%[1]v)^2))", ρ)
	e, err := calculus.Parse(source)
	if err != nil {
		return err
	}
	program, err := e.Compile()
	if err != nil {
		return err
	}
	p.Say("Two variables have a density p(x, y). Asked for one alone, add up over the other: that is marginalisation. Asked for Y where X is known, keep the slice at this x and divide by its size, so that it is a density again.")
	p.Formula("p(x) = ∫ p(x, y) dy", "the marginal")
	p.Formula("E[Y | X = x] = ∫ y·p(x, y) dy / p(x)", "the mean of the slice")
	p.Contour("joint", "The density of both. Cut it along a vertical line and add up: that is the marginal at this x.", plot.Contour{
		Title: fmt.Sprintf("Two normal variables, ρ = %s", short(ρ)), XLabel: "x", YLabel: "y", F: func(x, y float64) float64 { return program.Value([]float64{x, y}) }, Box: plot.Box{XMin: -3, XMax: 3, YMin: -3, YMax: 3},
		Levels: []float64{0.005, 0.01, 0.02, 0.04, 0.08, 0.12, 0.16, 0.2, 0.3, 0.4},
	})
	// The density along the line at x, as an expression in y.
	slice := func(x float64) string {
		return fmt.Sprintf("e^(-((%[2]v)^2 - 2*(%[1]v)*(%[2]v)*y + y^2)/(2*(1 - (%[1]v)^2)))/(2pi*sqrt(1 - (%[1]v)^2))", ρ, x)
	}
	var rows [][]string
	var list []float64
	var offMarginal, offMean float64
	for _, x := range spaced(-2, 2, 9) {
		marginal, err := integral(slice(x), line)
		if err != nil {
			return err
		}
		mean, err := integral("y*"+slice(x), line)
		if err != nil {
			return err
		}
		mean /= marginal
		offMarginal, offMean = max(offMarginal, math.Abs(marginal-φ(x))), max(offMean, math.Abs(mean-ρ*x))
		list = append(list, marginal)
		if x == math.Round(x) {
			rows = append(rows, cells(short(x), marginal, φ(x), tidy(mean), ρ*x))
		}
	}
	p.Say("Here both are normal with mean 0 and deviation 1, together with correlation ρ. The marginal is the same normal density whatever ρ is; what ρ changes is the slice, whose mean is ρ·x.")
	p.Table("The marginal and the mean of the slice, by quadrature and by formula", []string{"x", "p(x)", "normal", "E[Y | X = x]", "ρ·x"}, rows)
	p.Say("Training minimises an expectation, too: the mean loss over data that could come. The loss of a batch is a Monte Carlo estimate of it.")
	mass, err := integral(source, line, line)
	if err != nil {
		return err
	}
	p.Equal("the integral of p(x, y) over the plane is 1", mass, 1, 1e-9)
	p.Equal("the marginal is the normal density: largest distance", offMarginal, 0, 1e-9)
	p.Equal("E[Y | X = x] is ρ·x: largest distance", offMean, 0, 1e-8)
	square, err := integral("(x + y)^2*"+source, line, line)
	if err != nil {
		return err
	}
	p.Equal("the correlation E[X·Y] = (E[(X + Y)²] − 2)/2 is ρ", (square-2)/2, ρ, 1e-8)
	p.Numbers("marginal", list)
	return nil
}
