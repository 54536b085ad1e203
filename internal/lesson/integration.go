package lesson

import (
	"fmt"
	"math"

	"nabla/internal/calculus"
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
	run: runIntegration,
}

func runIntegration(p *Page, s Settings) error {
	a, b := s.Number("from"), s.Number("to")
	e, err := calculus.Parse("sin(x) + e^(-x)")
	if err != nil {
		return err
	}
	program, err := e.Compile()
	if err != nil {
		return err
	}
	f := func(x float64) float64 { return program.Value([]float64{x}) }
	F := func(x float64) float64 { return -math.Cos(x) - math.Exp(-x) }
	exact := F(b) - F(a)
	p.Say("The integral of f from a to b is the area between its curve and the axis, below the axis counted negative. Where an antiderivative F is known, F′ = f, the fundamental theorem gives it at once.")
	p.Formula("∫ f(x) dx from a to b = F(b) − F(a)", fmt.Sprintf("f = sin x + e⁻ˣ, F = −cos x − e⁻ˣ: %s − (%s) = %s", short(F(b)), short(F(a)), short(exact)))
	grid, inside := spaced(min(a, -2), max(b, 4), 181), spaced(a, b, 121)
	zero, values := make([]float64, len(inside)), mapped(inside, f)
	p.Curves("area", "The area that is meant.", plot.Curves{
		Title: fmt.Sprintf("∫ from %s to %s is %s", short(a), short(b), short(exact)), XLabel: "x", YLabel: "f(x)", Y: plot.Range{Min: -1, Max: 7},
		Series: []plot.Series{{Name: "f", X: grid, Y: mapped(grid, f)}, {Name: "area", X: inside, Y: values, Low: lower(values, zero), High: higher(values, zero)}},
	})
	p.rulesOfIntegration()

	// Errors by the number of values of f.
	var ns, trap, gauss, drawn []float64
	for n := 3; n <= 12288; n *= 2 {
		ns = append(ns, float64(n))
		trap = append(trap, math.Abs(trapezoids(f, a, b, n)-exact))
		gauss = append(gauss, math.Abs(gaussPieces(f, a, b, n/3)-exact))
		drawn = append(drawn, max(gauss[len(gauss)-1], 1e-16))
	}
	box := []calculus.Interval{{Low: a, High: b}}
	adaptive, err := calculus.Integrate(e, box)
	if err != nil {
		return err
	}
	const samples = 100000
	estimates, err := calculus.MonteCarlo(e, box, samples, s.Seed)
	if err != nil {
		return err
	}
	mean := exact / (b - a)
	deviation := func(x float64) float64 { return (f(x) - mean) * (f(x) - mean) }
	σ := math.Sqrt(gaussPieces(deviation, a, b, 200) / (b - a))
	rows := [][]string{
		{"trapezoids", "12", short(trap[2]), "–"}, {"trapezoids", "96", short(trap[5]), "–"},
		{"Gauss on pieces", "12", short(gauss[2]), "–"}, {"Gauss on pieces", "96", short(gauss[5]), "–"},
		{"Gauss, pieces chosen", fmt.Sprint(adaptive.Evaluations), short(math.Abs(adaptive.Value - exact)), short(adaptive.Error)},
	}
	var counts, chance, law []float64
	for _, m := range estimates {
		n := float64(m.Samples)
		counts, chance, law = append(counts, n), append(chance, math.Abs(m.Value-exact)), append(law, (b-a)*σ/math.Sqrt(n))
		rows = append(rows, []string{"Monte Carlo", fmt.Sprint(m.Samples), short(math.Abs(m.Value - exact)), short(m.StandardError)})
	}
	p.Table("Errors; what the method itself expects", []string{"method", "values of f", "error", "expects"}, rows)
	p.Say("The chosen pieces are those of `nabla integrate`: ten points each, and wherever a piece and its two halves disagree the halves take its place. Eight times what is left of that disagreement is the error it expects.")
	p.Curves("errors", "Errors on logarithmic axes: trapezoids fall with slope −2, Gauss on pieces with slope −6 until rounding stops it (0 is drawn as 10⁻¹⁶), chance with slope −½ about its standard error.", plot.Curves{
		Title: "Error by number of values", XLabel: "values of f", YLabel: "error", LogX: true, LogY: true,
		Series: []plot.Series{{Name: "trapezoids", X: ns, Y: trap, Dots: true}, {Name: "Gauss on pieces", X: ns, Y: drawn, Dots: true}, {Name: "Monte Carlo", X: counts, Y: chance, Dots: true}, {Name: "(b − a)σ/√n", X: counts, Y: law, Faint: true}},
	})

	p.Equal("F′ is f, at a", slope(F, a), f(a), 1e-8)
	p.Equal("F′ is f, at b", slope(F, b), f(b), 1e-8)
	p.Equal("the quadrature of nabla integrate is F(b) − F(a)", adaptive.Value, exact, 1e-12)
	p.fallOfErrors(f, a, b, exact, math.Cos(b)-math.Exp(-b)-math.Cos(a)+math.Exp(-a))
	last := len(counts) - 1
	p.Less(fmt.Sprintf("Monte Carlo, %d values: error against 5 standard errors", samples), chance[last], 5*law[last])
	p.Equal("its standard error over (b − a)·σ/√n", estimates[last].StandardError/law[last], 1, 0.02)
	p.Equal("that of 1000 values over that of 100000 is √100", estimates[1].StandardError/estimates[last].StandardError, 10, 0.1)
	p.Number("integral", exact)
	p.Number("deviation", σ)
	p.See("The area is %s. With about 100 values of f trapezoids miss it by %s, Gauss by %s, chance by %s.", digits(exact, 7), digits(trap[5], 2), digits(gauss[5], 2), digits(chance[0], 2))
	return nil
}

// rulesOfIntegration says how values of f make an integral.
func (p *Page) rulesOfIntegration() {
	p.Say("Where it is not known, one takes values of f. Trapezoids join them by straight lines, h apart: half the distance, a quarter of the error. Gauss's rule places its points so that n of them are exact for polynomials up to degree 2n − 1; on many small pieces of width w, three points each, half the width is a 64th of the error.")
	p.Formula("trapezoids: too large by about (f′(b) − f′(a))·h²/12", "")
	p.Formula("Gauss on a piece: (w/18)·(5·f(m − r) + 8·f(m) + 5·f(m + r))", "m is its middle, r = √0.6·w/2")
	p.Say("Chance takes the mean of f at random points. It is slow, a hundred times the points for one more digit, but the law is the same in any number of dimensions, where the other rules need too many points.")
	p.Formula("Monte Carlo: (b − a)·mean f(xᵢ),  standard error (b − a)·σ/√n", "σ is the deviation of f over the interval")
}

// fallOfErrors claims how the errors of trapezoids and Gauss's rule fall; bend is
// f′(b) − f′(a).
func (p *Page) fallOfErrors(f func(float64) float64, a, b, exact, bend float64) {
	h := (b - a) / 511
	p.Equal("trapezoids, 512 values: error/h² is (f′(b) − f′(a))/12", (trapezoids(f, a, b, 512)-exact)/(h*h), bend/12, 1e-3)
	power := func(n float64) func(x float64) float64 { return func(x float64) float64 { return math.Pow(x, n) } }
	p.Equal("Gauss, 3 values, on x⁵ from 0 to 1", gaussPieces(power(5), 0, 1, 1), 1./6, 1e-15)
	p.Equal("on x⁶ it is not exact any more: error is 1/2800", 1./7-gaussPieces(power(6), 0, 1, 1), 1./2800, 1e-15)
	off := func(pieces int) float64 {
		return gaussPieces(func(x float64) float64 { return math.Exp(-x) }, 0, 3, pieces) - (1 - math.Exp(-3))
	}
	p.Equal("Gauss, 8 pieces over 16, e⁻ˣ from 0 to 3: the error falls by 2⁶", off(8)/off(16), 64, 0.02)
}

// trapezoids is the integral of f from a to b by n values at equal distances.
func trapezoids(f func(float64) float64, a, b float64, n int) float64 {
	x := spaced(a, b, n)
	sum := -(f(a) + f(b)) / 2
	for _, v := range x {
		sum += f(v)
	}
	return sum * (b - a) / float64(n-1)
}

// gaussPieces is the integral of f from a to b by Gauss's rule of three points on n
// equal pieces.
func gaussPieces(f func(float64) float64, a, b float64, n int) float64 {
	w := (b - a) / float64(n)
	r := math.Sqrt(0.6) * w / 2
	var sum float64
	for i := range n {
		m := a + (float64(i)+0.5)*w
		sum += 5*f(m-r) + 8*f(m) + 5*f(m+r)
	}
	return sum * w / 18
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
