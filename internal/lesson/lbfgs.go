package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

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
		p.Say("Newton's method needs all second derivatives. But two gradients already tell something of the curvature between them: over a step s the gradient changes by y, and H·s is about y. BFGS keeps a guess B of the inverse Hessian that is right for the last step and otherwise changes as little as it can.")
		p.Formula("B·y = s,   s = θ′ − θ,   y = ∇f′ − ∇f", "the secant condition")
		p.Formula("B ← (I − s·yᵀ/sᵀy)·B·(I − y·sᵀ/sᵀy) + s·sᵀ/sᵀy", "")
		p.Say("For n weights B has n² numbers. L-BFGS keeps the last m pairs instead and computes B·g from them by two loops over the pairs, 4·m·n operations, starting from γI with γ = sᵀy/yᵀy.")
		p.Say("Each direction is then searched for a step α that lowers f enough and flattens the slope enough, the strong Wolfe conditions; α = 1 is tried first and usually good.")
		p.Formula("f(θ + αd) ≤ f + c₁·α·∇fᵀd,   |∇f(θ + αd)ᵀd| ≤ c₂·|∇fᵀd|", "c₁ = 10⁻⁴, c₂ = 0.9")
		search, err := optimizers.NewSearch(optimizers.LBFGS{Memory: &m}, problem, f.Start, optimizers.Limits{Iterations: 400})
		if err != nil {
			return err
		}
		var points, gradients [][]float64
		var values []float64
		note := func() {
			x := append([]float64{}, search.X()...)
			g := make([]float64, n)
			f.Grad(g, x)
			points, gradients, values = append(points, x), append(gradients, g), append(values, f.Func(x))
		}
		note()
		for search.Next(background) {
			note()
		}
		if norm(difference(points[len(points)-1], points[max(len(points)-2, 0)])) == 0 && len(points) > 1 {
			points, gradients, values = points[:len(points)-1], gradients[:len(points)-1], values[:len(points)-1]
		}
		last := len(values) - 1
		var rows [][]string
		armijo, positive := math.Inf(-1), math.Inf(1)
		for k := range last {
			step := difference(points[k+1], points[k])
			slope, after := dot(gradients[k], step), dot(gradients[k+1], step)
			armijo = max(armijo, values[k+1]-values[k]-1e-4*slope-1e-12*math.Abs(values[k]))
			positive = min(positive, dot(step, difference(gradients[k+1], gradients[k])))
			if k < 6 || k >= last-3 {
				rows = append(rows, cells(fmt.Sprint(k+1), values[k+1], norm(gradients[k+1]), norm(step), after/slope))
			}
		}
		p.Table("The first six and the last three iterations; the last column is the slope at the end of a search as a part of that at its start", []string{"iteration", "f", "|∇f|", "|s|", "slope left"}, rows)
		p.Less("every step lowers f by c₁ of what the slope promises: worst excess", armijo, 1e-10)
		p.Greater("sᵀy is positive at every step: least value", positive, -1e-12)

		// Two loops against the matrix, on the pairs of this run.
		first := max(0, min(last, 8)-m)
		var pairs []pair
		for k := first; k < min(last, 8); k++ {
			pairs = append(pairs, pair{difference(points[k+1], points[k]), difference(gradients[k+1], gradients[k])})
		}
		newest := pairs[len(pairs)-1]
		γ := dot(newest.s, newest.y) / dot(newest.y, newest.y)
		g := gradients[min(last, 8)]
		loops, matrix := twoLoops(pairs, g, γ), bfgsMatrix(pairs, n, γ)
		p.Equal("B·g by two loops against the matrix: largest distance as a part of |B·g|", farthest(loops, times(matrix, g))/norm(loops), 0, 1e-6)
		p.Equal("secant condition: |B·y − s|/|s| of the last pair", norm(difference(twoLoops(pairs, newest.y, γ), newest.s))/norm(newest.s), 0, 1e-6)
		p.Less("B·g goes uphill, so that −B·g goes down: −gᵀB·g", -dot(g, loops), 0)

		c := plot.Curves{Title: fmt.Sprintf("Rosenbrock in %d variables", n), XLabel: "iteration", YLabel: "f", LogY: true, Y: plot.Range{Min: 1e-12, Max: 2 * values[0]}}
		for _, run := range []struct {
			name string
			m    optimizers.Method
		}{{fmt.Sprintf("lbfgs, m = %d", m), optimizers.LBFGS{Memory: &m}}, {"lbfgs, m = 1", optimizers.LBFGS{Memory: new(1)}}, {"bfgs, the whole matrix", optimizers.BFGS{}}, {"cg", optimizers.CG{}}, {"steepest descent", optimizers.GradientDescent{}}} {
			search, err := optimizers.NewSearch(run.m, problem, f.Start, optimizers.Limits{Iterations: 150})
			if err != nil {
				return err
			}
			_, y, _ := trace(search, f.Func)
			c.Series = append(c.Series, plot.Series{Name: run.name, X: counted(0, len(y)), Y: y})
		}
		p.Curves("methods", "A few pairs are nearly as good as the whole matrix; steepest descent, with the same line searches, hardly moves along the valley.", c)
		kept := float64(2*m*n) / float64(n*n)
		p.Number("value", round6(values[last]))
		p.Number("kept", kept)
		p.See("%d iterations to f = %s, |∇f| = %s, with %d·%d numbers kept; the matrix has %d.", last, short(values[last]), short(norm(gradients[last])), 2*m, n, n*n)
		return nil
	},
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
