package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// searchesShown is how many iterations are looked at: later ones depend on how sums
// are rounded.
const searchesShown = 40

// limitedMemory shows L-BFGS at work.
var limitedMemory = Lesson{
	Name: "lbfgs", Row: 18,
	Title: "L-BFGS: curvature from the last few steps",
	About: "a Hessian guessed from gradients, kept as m pairs of vectors, with its line searches",
	Params: []Param{
		whole("memory", 5, 1, 20, "pairs s, y that are kept"),
		whole("variables", 20, 2, 60, "variables of Rosenbrock's function"),
	},
	run: func(p *Page, s Settings) error {
		m, n := s.Int("memory"), s.Int("variables")
		f, err := testfuncs.ByName(fmt.Sprintf("rosenbrock:n=%d", n))
		if err != nil {
			return err
		}
		problem := optimizers.TestProblem(f)
		p.Say("Newton's method needs all second derivatives. But two gradients already tell something of the curvature between them: over a step s the gradient changes by y, which is about H·s, and exactly that on a quadratic. BFGS keeps a guess B of the inverse Hessian that is right along the last step and otherwise changes as little as it can.")
		p.Formula("B·y = s,   s = θ′ − θ,   y = ∇f′ − ∇f", "the secant condition")
		p.Formula("B ← (I − s·yᵀ/sᵀy)·B·(I − y·sᵀ/sᵀy) + s·sᵀ/sᵀy", "")
		p.Say("For n weights B has n² numbers. L-BFGS keeps the last m pairs instead and computes B·g from them by two loops over the pairs, about 4·m·n multiplications, starting from γI with γ = sᵀy/yᵀy of the last pair.")
		p.Say("The direction d = −B·∇f is then searched for a step α that lowers f enough and flattens the slope enough, the strong Wolfe conditions. α = 1 is tried first and usually good, but for the first iteration, which knows no curvature yet and tries a step of length 1.")
		p.Formula("f(θ + αd) ≤ f + c₁·α·∇fᵀd,   |∇f(θ + αd)ᵀd| ≤ c₂·|∇fᵀd|", "c₁ = 10⁻⁴, c₂ = 0.9")
		log, err := searchLog(optimizers.LBFGS{Memory: &m}, problem, f.Start, 400)
		if err != nil {
			return err
		}
		last := len(log) - 1
		looked := min(last, searchesShown)
		var rows [][]string
		armijo, flat, positive := math.Inf(-1), 0.0, math.Inf(1)
		for k, it := range log[:looked] {
			next := log[k+1]
			step := difference(next.x, it.x)
			slope, after := dot(it.g, it.d), dot(next.g, it.d)
			armijo = max(armijo, next.f-it.f-1e-4*it.α*slope-1e-12*math.Abs(it.f))
			flat = max(flat, math.Abs(after/slope))
			positive = min(positive, dot(step, difference(next.g, it.g)))
			if k < 8 {
				rows = append(rows, []string{fmt.Sprint(k + 1), it.tried(), short(next.f), short(norm(next.g)), short(after / slope)})
			}
		}
		p.Table("Line search log of the first iterations: every α that was tried, the last one taken, and the slope at the end as a part of that at the start", []string{"iteration", "α tried", "f", "|∇f|", "slope left"}, rows)
		p.Less(fmt.Sprintf("each of the first %d steps lowers f by c₁ of what the slope promises: worst excess", looked), armijo, 1e-10)
		p.Less("each leaves at most c₂ of the slope: most", flat, 0.9+1e-12)
		p.Greater("sᵀy is positive at each, up to rounding: least value", positive, -1e-12)

		// Two loops against the matrix and the library, on the pairs of this run.
		at := min(last-1, 8)
		var pairs []pair
		for k := max(0, at-m); k < at; k++ {
			pairs = append(pairs, pair{difference(log[k+1].x, log[k].x), difference(log[k+1].g, log[k].g)})
		}
		newest := pairs[len(pairs)-1]
		γ := dot(newest.s, newest.y) / dot(newest.y, newest.y)
		g := log[at].g
		loops, matrix := twoLoops(pairs, g, γ), bfgsMatrix(pairs, n, γ)
		p.Equal("B·∇f by two loops against the matrix: largest distance as a part of |B·∇f|", farthest(loops, times(matrix, g))/norm(loops), 0, 1e-6)
		p.Equal(fmt.Sprintf("d = −B·∇f in iteration %d against the library's, likewise", at+1), farthest(mapped(loops, func(v float64) float64 { return -v }), log[at].d)/norm(loops), 0, 1e-6)
		p.Equal("secant condition: |B·y − s|/|s| of the last pair", norm(difference(twoLoops(pairs, newest.y, γ), newest.s))/norm(newest.s), 0, 1e-6)
		p.Less("d goes down: ∇fᵀd", -dot(g, loops), 0)

		c := plot.Curves{Title: fmt.Sprintf("Rosenbrock in %d variables", n), XLabel: "iteration", YLabel: "f", LogY: true, Y: plot.Range{Min: 1e-12, Max: 2 * log[0].f}}
		runs := []contestant{{fmt.Sprintf("lbfgs, m = %d", m), optimizers.LBFGS{Memory: &m}}, {"lbfgs, m = 1", optimizers.LBFGS{Memory: new(1)}}, {"bfgs, the whole matrix", optimizers.BFGS{}}, {"cg", optimizers.CG{}}, {"steepest descent", optimizers.GradientDescent{}}}
		if m == 1 {
			runs = append(runs[:1], runs[2:]...)
		}
		for _, run := range runs {
			search, err := optimizers.NewSearch(run.method, problem, f.Start, optimizers.Limits{Iterations: 150})
			if err != nil {
				return err
			}
			_, y, _ := trace(search, f.Func)
			c.Series = append(c.Series, plot.Series{Name: run.name, X: counted(0, len(y)), Y: y})
		}
		p.Curves("methods", "A few pairs are nearly as good as the whole matrix; steepest descent, with the same line searches, hardly moves along the valley.", c)
		end := log[last]
		p.Number("value", round6(end.f))
		p.Number("kept", float64(2*m))
		p.Say("On a network:")
		ends, err := p.onXor(s.Seed, contestant{fmt.Sprintf("lbfgs, m = %d", m), optimizers.LBFGS{Memory: &m}}, contestant{"bfgs", optimizers.BFGS{}}, contestant{"steepest descent", optimizers.GradientDescent{}})
		if err != nil {
			return err
		}
		p.Less("network, lbfgs: loss at the end", ends[0].loss, 1e-9)
		p.Less("network: steps of lbfgs are less than those of steepest descent", ends[0].steps, ends[2].steps)
		p.See("%d iterations to f = %s, |∇f| = %s, with 2·%d·%d = %d numbers kept; the matrix has %d. On the network lbfgs needs %s steps, steepest descent %s.", last, short(end.f), short(norm(end.g)), m, n, 2*m*n, n*n, short(ends[0].steps), short(ends[2].steps))
		return nil
	},
}

// iteration is a step of a search: where it starts, the direction, and the multiples
// of it that were tried, of which the last one, α, was taken.
type iteration struct {
	x, g  []float64
	f     float64
	d     []float64
	α     float64
	trial []float64
}

// tried writes the trials.
func (it iteration) tried() string {
	text := ""
	for i, α := range it.trial {
		if i > 0 {
			text += ", "
		}
		text += digits(α, 3)
	}
	return text
}

// searchLog runs a search and writes down every value of f that it asks for. The
// last entry is the end, where nothing was tried.
func searchLog(m optimizers.Method, problem optimizers.Problem, start []float64, most int) ([]iteration, error) {
	var asked [][]float64
	watched := problem
	watched.Func = func(x []float64) float64 {
		asked = append(asked, append([]float64{}, x...))
		return problem.Func(x)
	}
	search, err := optimizers.NewSearch(m, watched, start, optimizers.Limits{Iterations: most})
	if err != nil {
		return nil, err
	}
	var log []iteration
	for asked = nil; ; asked = nil {
		at := search.Point()
		it := iteration{x: append([]float64{}, at.X...), g: append([]float64{}, at.G...), f: at.F}
		if !search.Next(background) || farthest(search.X(), it.x) == 0 {
			return append(log, it), nil
		}
		it.α = search.Move().Length
		it.d = mapped(difference(search.X(), it.x), func(v float64) float64 { return v / it.α })
		for _, x := range asked {
			it.trial = append(it.trial, dot(difference(x, it.x), it.d)/dot(it.d, it.d))
		}
		log = append(log, it)
	}
}

// pair is a step with the change of the gradient over it.
type pair struct{ s, y []float64 }

// difference is a − b.
func difference(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i, v := range a {
		d[i] = v - b[i]
	}
	return d
}

// twoLoops is B·g of the pairs, the oldest first, from B₀ = γI.
func twoLoops(pairs []pair, g []float64, γ float64) []float64 {
	q := append([]float64{}, g...)
	α := make([]float64, len(pairs))
	for k := len(pairs) - 1; k >= 0; k-- {
		α[k] = dot(pairs[k].s, q) / dot(pairs[k].s, pairs[k].y)
		for i := range q {
			q[i] -= α[k] * pairs[k].y[i]
		}
	}
	for i := range q {
		q[i] *= γ
	}
	for k, p := range pairs {
		β := dot(p.y, q) / dot(p.s, p.y)
		for i := range q {
			q[i] += (α[k] - β) * p.s[i]
		}
	}
	return q
}

// bfgsMatrix is the same B as a matrix, by the formula of BFGS.
func bfgsMatrix(pairs []pair, n int, γ float64) []float64 {
	b := make([]float64, n*n)
	for i := range n {
		b[i*n+i] = γ
	}
	for _, p := range pairs {
		ρ := 1 / dot(p.s, p.y)
		by := times(b, p.y)
		yby := dot(p.y, by)
		for i := range n {
			for j := range n {
				b[i*n+j] += -ρ*(p.s[i]*by[j]+by[i]*p.s[j]) + ρ*ρ*yby*p.s[i]*p.s[j] + ρ*p.s[i]*p.s[j]
			}
		}
	}
	return b
}
