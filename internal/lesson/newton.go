package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// newtonMethod shows how fast Newton's method is, and where it goes.
var newtonMethod = Lesson{
	Name: "newton", Row: 16,
	Title: "Newton's method, and what attracts it",
	About: "twice as many right digits every step, to a critical point: also to a saddle",
	Params: []Param{
		number("x", 0.3, -0.44, 0.44, "start on the double well, x"),
		number("y", 0.4, -2, 2, "start on the double well, y"),
		number("guess", 3, 0.5, 50, "first guess for √2"),
	},
	run: func(p *Page, s Settings) error {
		p.Say("Newton's method looks at slope and curvature, puts a parabola through both and goes to its critical point in one step.")
		p.Formula("θ ← θ − H⁻¹·∇f(θ)", "")
		p.Say("On a quadratic it arrives at once, whatever the condition number. Elsewhere, near a minimum where H has positive eigenvalues alone, every step about squares the error: the number of right digits doubles. √2 is a local minimum of f(x) = x³/3 − 2x, since f′ = x² − 2 and f″ = 2x, and its Newton step is Heron's, known for two thousand years:")
		p.Formula("x ← x − (x² − 2)/(2x) = (x + 2/x)/2", "the error e becomes e²/(2x)")
		x := s.Number("guess")
		p.Equal("both forms of the step at the first guess", x-(x*x-2)/(2*x), (x+2/x)/2, 1e-15)
		p.Equal("f′(√2) by differences", central(func(x float64) float64 { return x*x*x/3 - 2*x }, math.Sqrt2, 1e-5), 0, 1e-9)
		var rows [][]string
		errs := []float64{}
		for k := 0; k <= 9; k++ {
			e := math.Abs(x - math.Sqrt2)
			errs = append(errs, e)
			rows = append(rows, []string{fmt.Sprint(k), digits(x, 16), short(e)})
			if e < 1e-14 {
				break
			}
			next := x - (x*x-2)/(2*x)
			if k < 3 {
				p.Equal(fmt.Sprintf("step %d: error is (error before)²/(2x)", k+1), next-math.Sqrt2, math.Pow(x-math.Sqrt2, 2)/(2*x), 1e-12)
			}
			x = next
		}
		p.Table("Newton's method for √2", []string{"step", "x", "error"}, rows)
		p.Number("steps to √2", float64(len(errs)-1))

		p.Say("But the critical point of a parabola need not be its minimum. Where the curvature is negative Newton's method climbs: of f(x, y) = (x² − 1)² + y² it goes to the saddle at (0, 0) from every start with |x| < 1/√5 = 0.447. At 1/√5 itself it jumps to and fro between x and −x for ever. Three ways out: add a multiple of I to H, so that all eigenvalues are positive (damped Newton), or take their absolute values (saddle-free Newton), or use the gradient alone; and shorten the step α until f falls.")
		p.Formula("damped:  θ ← θ − α·(H + τI)⁻¹·∇f(θ)", "τ = max(0, −2λmin), so that the least eigenvalue becomes |λmin|")
		p.Formula("saddle-free:  θ ← θ − α·|H|⁻¹·∇f(θ)", "|H| has the eigenvalues |λ| of H; Dauphin and others, 2014")
		f := wellOfTwo
		start := []float64{s.Number("x"), s.Number("y")}
		if math.Abs(start[0]) < 1e-3 {
			start[0] = 1e-3
			p.Say("Exactly on the ridge x = 0 the gradient has no part along x and every method stays on it; this run starts at x = 0.001.")
		}
		m := plot.Contour{Title: "Two minima and the saddle between them", XLabel: "x", YLabel: "y",
			F: func(x, y float64) float64 { return f.Func([]float64{x, y}) }, Box: plot.Box{XMin: -1.6, XMax: 1.6, YMin: -1.1, YMax: 1.1},
			Marks: []plot.Mark{{Kind: plot.Minimum, X: 1}, {Kind: plot.Minimum, X: -1}, {Kind: plot.Saddle}}}
		if y := math.Abs(start[1]); y > 1 {
			m.Box.YMin, m.Box.YMax = -1.1*y, 1.1*y
		}
		rows = nil
		var kinds []optimizers.Kind
		for _, method := range []struct {
			name string
			m    optimizers.Method
		}{{"newton", optimizers.Newton{}}, {"damped-newton", optimizers.DampedNewton{}}, {"saddle-free", optimizers.SaddleFreeNewton{}}, {"gradient-descent", optimizers.GradientDescent{}}} {
			search, err := optimizers.NewSearch(method.m, f, start, optimizers.Limits{Iterations: 60})
			if err != nil {
				return err
			}
			end, values, path := trace(search, f.Func)
			path.Name = method.name
			m.Paths = append(m.Paths, path)
			kind, λ := optimizers.Classify(f, end)
			kinds = append(kinds, kind)
			rows = append(rows, []string{method.name, fmt.Sprint(len(values) - 1), fmt.Sprintf("(%s, %s)", short(round6(end[0])), short(round6(end[1]))), string(kind), vector(λ)})
			p.Numbers("end of "+method.name, []float64{round6(math.Abs(end[0])), round6(end[1])})
		}
		p.Table(fmt.Sprintf("From %s", vector(start)), []string{"method", "steps", "end", "kind", "eigenvalues of H"}, rows)
		p.Contour("paths", "Newton's method goes to the cross, the others to a star. The line search of gradient descent may jump over the ridge to the farther one.", m)
		ridge := 1 / math.Sqrt(5)
		p.Equal("at x = 1/√5 a Newton step leads to −1/√5", ridge-ridge*(ridge*ridge-1)/(3*ridge*ridge-1), -ridge, 1e-12)
		p.True("newton ends at a saddle", kinds[0] == optimizers.SaddlePoint)
		for i, name := range []string{"damped newton", "saddle-free newton", "gradient descent"} {
			p.True(name+" ends at a minimum", kinds[i+1] == optimizers.MinimumPoint)
		}
		if err := p.newtonSteps(start); err != nil {
			return err
		}
		p.Say("The same on a network. Newton's method goes to some critical point of its loss, usually no minimum; the tamed ones go down.")
		ends, err := p.onXor(s.Seed, contestant{"newton", optimizers.Newton{}}, contestant{"damped-newton", optimizers.DampedNewton{}}, contestant{"saddle-free", optimizers.SaddleFreeNewton{}})
		if err != nil {
			return err
		}
		for i, name := range []string{"damped", "saddle-free"} {
			p.Less("network, "+name+" Newton: loss at the end", ends[i+1].loss, 1e-12)
			p.Equal("network, "+name+" Newton: eigenvalues below 0", ends[i+1].negative, 0, 0)
		}
		p.Number("network, Newton: loss at the end", round6(ends[0].loss))
		p.See("√2 to the last digit in %d steps; on the double well Newton's method ends at a %s, saddle-free Newton at a %s. The network's loss is %s after Newton's method, with %s negative eigenvalues, and 0 after the others.", len(errs)-1, kinds[0], kinds[2], short(round6(ends[0].loss)), short(ends[0].negative))
		return nil
	},
}

// newtonSteps compares first steps of the library with the formulas, on the double
// well and on a quadratic of a large condition number.
func (p *Page) newtonSteps(start []float64) error {
	g, h := make([]float64, 2), make([]float64, 4)
	wellOfTwo.Grad(g, start)
	wellOfTwo.Hess(h, start)
	τ := max(0, -2*min(h[0], h[3]))
	for _, c := range []struct {
		contestant
		a, b float64 // the diagonal of the matrix
	}{
		{contestant{"newton", optimizers.Newton{}}, h[0], h[3]},
		{contestant{"damped", optimizers.DampedNewton{}}, h[0] + τ, h[3] + τ},
		{contestant{"saddle-free", optimizers.SaddleFreeNewton{}}, math.Abs(h[0]), math.Abs(h[3])},
	} {
		search, err := optimizers.NewSearch(c.method, wellOfTwo, start, optimizers.Limits{})
		if err != nil {
			return err
		}
		search.Next(background)
		α := search.Move().Length
		p.Equal(fmt.Sprintf("%s: first step by the formula with α = %s, distance from the library's", c.name, short(α)), farthest(search.X(), []float64{start[0] - α*g[0]/c.a, start[1] - α*g[1]/c.b}), 0, 1e-12)
	}
	q, err := testfuncs.ByName("quadratic:k=1000")
	if err != nil {
		return err
	}
	r, err := optimizers.Minimize(background, optimizers.Newton{}, optimizers.TestProblem(q), q.Start, optimizers.Limits{Iterations: 1})
	if err != nil {
		return err
	}
	p.Equal("a quadratic of condition 1000: distance from the minimum after one step", farthest(r.X, q.Minima[0].X), 0, 1e-10)
	return nil
}

// wellOfTwo is (x² − 1)² + y².
var wellOfTwo = optimizers.Problem{
	Func: func(x []float64) float64 { return (x[0]*x[0]-1)*(x[0]*x[0]-1) + x[1]*x[1] },
	Grad: func(dst, x []float64) { dst[0], dst[1] = 4*x[0]*(x[0]*x[0]-1), 2*x[1] },
	Hess: func(dst, x []float64) { dst[0], dst[1], dst[2], dst[3] = 12*x[0]*x[0]-4, 0, 0, 2 },
}

// is is 1 for yes.
func is(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// round6 leaves six places behind the point, so that a number that is 0 or 1 up to
// rounding reads so.
func round6(v float64) float64 { return math.Round(v*1e6)/1e6 + 0 }
