package lesson

import (
	"fmt"
	"math"
	"slices"

	"nabla/internal/calculus"
	"nabla/internal/plot"
)

// derivativeLimit shows the derivative as a limit of slopes.
var derivativeLimit = Lesson{
	Name: "derivative", Row: 1,
	Title: "The derivative is a limit",
	About: "secants of x² − 2x + 2 turn into the tangent, until rounding gets in the way",
	Params: []Param{
		number("x", 2, -3, 5, "the point"),
		number("h", 1, 0.01, 2, "distance to the second point of the secant"),
	},
	run: runDerivative,
}

func runDerivative(p *Page, s Settings) error {
	x, h := s.Number("x"), s.Number("h")
	e, err := calculus.Parse("x^2 - 2x + 2")
	if err != nil {
		return err
	}
	symbol, err := calculus.Derivative(e.Outputs[0], "x", 1)
	if err != nil {
		return err
	}
	program, err := e.Compile()
	if err != nil {
		return err
	}
	f := func(x float64) float64 { return program.Value([]float64{x}) }
	g := make([]float64, 1)
	value, err := program.Gradient([]float64{x}, g)
	if err != nil {
		return err
	}
	d, secant := tidy(g[0]), (f(x+h)-f(x))/h
	p.Say("How fast does a function change? Between two points it is a quotient: the rise over the distance, the slope of the line through both, the secant. Take f(x) = x² − 2x + 2: from x = %s to %s, over a distance of %s, f goes from %s to %s, so the slope is %s.",
		short(x), short(x+h), short(h), short(value), short(f(x+h)), short(secant))
	p.Say("The derivative is what this slope tends to as the second point comes closer.")
	p.Formula("f′(x) = lim (f(x + h) − f(x))/h   for h → 0", "")
	p.Say("Here the limit can be taken by hand. Multiplied out, what is left of the rise is 2xh + h² − 2h; divided by h, all of it but h itself stays as h goes to 0.")
	p.Formula("(f(x + h) − f(x))/h = 2x − 2 + h", fmt.Sprintf("at x = %s, h = %s: %s", short(x), short(h), short(secant)))
	p.Formula("f′(x) = "+pretty(symbol), fmt.Sprintf("at x = %s: f = %s, f′ = %s", short(x), short(value), short(d)))
	tangent := "y = " + short(value)
	if d != 0 {
		tangent += plus(d) + "·(x" + plus(-x) + ")"
	}
	p.Formula("tangent: "+tangent, "the line through the point with this slope")
	p.sayDirection(d)
	p.drawTangent(f, x, h, value, d, secant)
	p.Equal("f′ by rules and automatic differentiation is 2x − 2", g[0], 2*x-2, 1e-12)
	p.Equal("the quotient at your h is 2x − 2 + h", secant, 2*x-2+h, 1e-11)
	p.Equal("the tangent a step of 0.01 to the right misses f by 0.01²", f(x+0.01)-(value+d*0.01), 1e-4, 1e-12)
	best, err := stepCurve(p, program, x, value, d)
	if err != nil {
		return err
	}
	c, err := calculus.CriticalPoints(e, []calculus.Interval{{Low: -3, High: 5}})
	if err != nil {
		return err
	}
	p.Equal("critical points in [−3, 5]", float64(len(c.Points)), 1, 0)
	p.Equal("the critical point is at x = 1", c.Points[0].X[0], 1, 1e-9)
	p.True("it is a minimum", c.Points[0].Kind == calculus.Minimum)
	p.Number("f'", d)
	p.Number("secant", secant)
	rest := "On a machine the best h is near " + digits(best, 2) + ": below it rounding wins."
	if d == 0 {
		rest = "The tangent is level: a critical point."
	}
	p.See("At x = %s the slope is %s; the secant of h = %s has %s. %s", short(x), short(d), short(h), short(secant), rest)
	return nil
}

// sayDirection says what a slope d means.
func (p *Page) sayDirection(d float64) {
	switch {
	case d == 0:
		p.Say("The slope is 0: f is level there, neither rising nor falling. Such a point is called critical; this one is the minimum.")
	case d < 0:
		p.Say("The slope is %s, so f falls there: a small step dx to the right takes away about %s·dx. At x = 1 the slope is 0, and f is smallest.", short(d), short(-d))
	default:
		p.Say("The slope is %s, so f rises there: a small step dx to the right adds about %s·dx. At x = 1 the slope is 0, and f is smallest.", short(d), short(d))
	}
}

// drawTangent draws f with the tangent at x, where its value is known, and the secant
// to x + h.
func (p *Page) drawTangent(f func(float64) float64, x, h, value, tangent, secant float64) {
	at := spaced(-3, 5, 161)
	line := func(slope float64) []float64 {
		return mapped(at, func(v float64) float64 { return value + slope*(v-x) })
	}
	p.Curves("tangent", fmt.Sprintf("f, its tangent at %s and the secant to %s. Make `--h` smaller and the secant turns into the tangent.", short(x), short(x+h)), plot.Curves{
		Title: "f(x) = x² − 2x + 2", XLabel: "x", YLabel: "f", X: plot.Range{Min: -3, Max: 5}, Y: plot.Range{Min: -3, Max: 17},
		Series: []plot.Series{
			{Name: "f", X: at, Y: mapped(at, f)},
			{Name: "tangent, slope " + short(tangent), X: at, Y: line(tangent)},
			{Name: "secant, slope " + short(secant), X: at, Y: line(secant)},
		},
		Markers: []plot.Marker{{X: 1, Label: "minimum"}},
	})
}

// plus writes a number to be added: " + 2", " − 2".
func plus(v float64) string {
	if v < 0 {
		return " − " + short(-v)
	}
	return " + " + short(v)
}

// spacing is ε, the distance of 1 to the next number of float64.
const spacing = 0x1p-52

// stepCurve shows the error of quotients by h, which has the form of a V, and
// returns the h of its tip.
func stepCurve(p *Page, program *calculus.Program, x, value, d float64) (float64, error) {
	best := math.Sqrt(spacing * math.Abs(value))
	p.Say("On a machine h cannot go all the way. f is rounded to about 16 digits, and the quotient divides this rounding by h. So the error of the quotient has two parts, of which one falls with h and the other rises; drawn by h, they make a V.")
	p.Formula("error of (f(x + h) − f(x))/h  ≈  ½·|f″|·h + ε·|f|/h", "ε = 2.2·10⁻¹⁶; here f″ = 2")
	p.Formula("smallest near  h = √(2ε·|f|/|f″|)", "here "+digits(best, 2))
	p.Say("The central quotient (f(x + h) − f(x − h))/2h has points on both sides. Its first part is |f‴|·h²/6, for a parabola nothing at all, so of its V only the arm of rounding is left: the larger h, the better.")
	list, err := calculus.LimitTable(program, []float64{x}, 0)
	if err != nil {
		return 0, err
	}
	var rows [][]string
	for _, v := range list {
		rows = append(rows, []string{short(v.H), digits(v.Forward, 10), short(v.ForwardError), short(v.CentralError)})
	}
	p.Table("Quotients for smaller and smaller h", []string{"h", "(f(x + h) − f(x))/h", "its error", "central error"}, rows)

	// More values of h for the picture, and for what is claimed of all of them.
	f := func(x float64) float64 { return program.Value([]float64{x}) }
	exact := 2*x - 2
	var hs, forward, middle, law []float64
	worst, tip, arm := 0.0, 0.0, 0.0
	for k := range 56 {
		h := math.Pow(10, -12+float64(k)/5)
		oneSided := math.Abs((f(x+h)-value)/h - exact)
		hs, forward, middle = append(hs, h), append(forward, oneSided), append(middle, math.Abs(central(f, x, h)-exact))
		law = append(law, h+spacing*math.Abs(value)/h)
		worst = max(worst, oneSided/law[k])
		switch {
		case k <= 10:
			arm = max(arm, oneSided)
		case h > best/3 && h < 3*best:
			tip = max(tip, oneSided)
		}
	}
	p.Curves("error", "The error of the quotient by h, and the formula above. From the right it falls with h; left of the tip rounding makes it jump about below a line that rises.", plot.Curves{
		Title: "Error of the difference quotient", XLabel: "h", YLabel: "error", LogX: true, LogY: true,
		Series: []plot.Series{{Name: "one-sided", X: hs, Y: forward}, {Name: "central", X: hs, Y: middle}, {Name: "h + ε·|f|/h", X: hs, Y: law, Faint: true}},
	})
	p.Equal("at h = 0.001 the error is ½·f″·h = h: error/h", math.Abs((f(x+1e-3)-value)/1e-3-exact)/1e-3, 1, 1e-8)
	p.Less("for all h the error is at most a few times h + ε·|f|/h: largest ratio", worst, 6)
	p.Equal("central, h = 0.1: no part that grows with h", central(f, x, 0.1), exact, 1e-13*max(1, math.Abs(value)))
	p.Equal("central quotient of x³, h = 0.1: error is f‴·h²/6 = h²", central(func(v float64) float64 { return v * v * v }, x, 0.1)-3*x*x, 0.01, 1e-12)
	p.Equal("at the tip both parts are equal: ε·|f|/h", spacing*math.Abs(value)/best, best, 1e-20)
	p.Less("and no other h makes their sum smaller: sum at the tip", 2*best, slices.Min(law)*(1+1e-9))
	if d == 0 {
		p.Say("At x = 1 itself this does no harm: f(1 + h) is rounded to 1 for all small h, so the quotient is 0, which is the slope. Move `--x` to see the other arm.")
		p.Equal("left of 10⁻¹⁰ the error is 0: largest error", arm, 0, 0)
	} else if math.Abs(d) > 1e-5 {
		p.Greater("left of 10⁻¹⁰ the error is larger again than at the tip: largest error", arm, tip)
	}
	return best, nil
}
