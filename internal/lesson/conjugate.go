package lesson

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nabla/internal/plot"
	"nabla/train/optimizers"
)

// conjugateGradient solves a quadratic in as many steps as it has variables.
var conjugateGradient = Lesson{
	Name: "conjugate-gradient", Row: 17,
	Title: "Conjugate gradients",
	About: "n steps for n variables: each direction leaves what the earlier ones reached alone",
	Params: []Param{
		whole("n", 6, 2, 8, "number of variables"),
		number("condition", 100, 2, 300, "λmax/λmin of the quadratic"),
	},
	run: func(p *Page, s Settings) error {
		n, κ := s.Int("n"), s.Number("condition")
		a, b := symmetric(n, κ, s.Seed)
		p.Say("Steepest descent with an exact line search turns by a right angle at every step and undoes part of what it has reached. Conjugate gradients choose directions that are orthogonal as the quadratic sees it: a step along one does not spoil the minimum along the others.")
		p.Formula("f(x) = ½xᵀAx − bᵀx,   dᵢᵀA·dⱼ = 0 for i ≠ j", "")
		p.Formula("α = rᵀr/dᵀAd,   x ← x + αd,   r′ = r − αAd,   d ← r′ + (r′ᵀr′/rᵀr)·d", "Hestenes and Stiefel, 1952; r = b − Ax = −∇f, and the first d is r")
		p.Say("After n steps all directions have been used up, and x is the minimum, but for rounding, which spoils the old directions where n or the condition number κ is large. With many variables nobody goes so far: after k steps the error is at most this part of the first one:")
		p.Formula("2·((√κ − 1)/(√κ + 1))ᵏ", "for the length √(eᵀAe) of the error e; κ = λmax/λmin, and its root is what makes it fast")
		f := func(x []float64) float64 { return dot(x, times(a, x))/2 - dot(b, x) }
		solution := solve(a, b)
		low := f(solution)

		x, r := make([]float64, n), append([]float64{}, b...)
		d := append([]float64{}, r...)
		var directions, residuals [][]float64
		values := []float64{f(x) - low}
		energy0 := math.Sqrt(2 * values[0])
		worst, polak := math.Inf(-1), 0.0
		for k := range n {
			directions, residuals = append(directions, append([]float64{}, d...)), append(residuals, append([]float64{}, r...))
			ad := times(a, d)
			rr := dot(r, r)
			α := rr / dot(d, ad)
			for i := range x {
				x[i] += α * d[i]
				r[i] -= α * ad[i]
			}
			β := dot(r, r) / rr
			if k < n-1 { // behind the last step there is rounding alone
				polak = max(polak, math.Abs(dot(r, difference(r, residuals[k]))/rr-β))
			}
			for i := range d {
				d[i] = r[i] + β*d[i]
			}
			e := make([]float64, n)
			for i := range e {
				e[i] = x[i] - solution[i]
			}
			gap := dot(e, times(a, e)) / 2
			values = append(values, gap)
			bound := 2 * math.Pow((math.Sqrt(κ)-1)/(math.Sqrt(κ)+1), float64(k+1))
			if k < n-1 {
				worst = max(worst, math.Sqrt(2*gap)/energy0-bound)
			}
		}
		table := make([][]float64, n)
		var labels []string
		var conjugate, orthogonal float64
		for i := range n {
			labels = append(labels, fmt.Sprint(i+1))
			table[i] = make([]float64, n)
			for j := range n {
				scale := math.Sqrt(dot(directions[i], times(a, directions[i])) * dot(directions[j], times(a, directions[j])))
				table[i][j] = dot(directions[i], times(a, directions[j])) / scale
				if i != j {
					conjugate = max(conjugate, math.Abs(table[i][j]))
					orthogonal = max(orthogonal, math.Abs(dot(residuals[i], residuals[j]))/norm(residuals[i])/norm(residuals[j]))
				}
				table[i][j] = math.Round(table[i][j]*1e3)/1e3 + 0
			}
		}
		p.Equal(fmt.Sprintf("after %d steps: largest distance from the solution of Ax = b", n), farthest(x, solution), 0, 1e-6)
		p.Equal("largest |dᵢᵀA·dⱼ|, i ≠ j, as a part of their lengths", conjugate, 0, 1e-4)
		p.Equal("largest |rᵢᵀrⱼ|, i ≠ j, as a part of their lengths", orthogonal, 0, 1e-4)
		p.Less("error above its bound, at most", worst, 1e-9)
		// Steepest descent with exact steps, on the same quadratic.
		y, g := make([]float64, n), make([]float64, n)
		steep := []float64{f(y) - low}
		turn := 0.0
		for k := range 3 * n {
			ax := times(a, y)
			before := append([]float64{}, g...)
			for i := range g {
				g[i] = b[i] - ax[i]
			}
			if k > 0 && norm(g) > 1e-6*norm(b) { // what is left below is rounding
				turn = max(turn, math.Abs(dot(before, g))/norm(before)/norm(g))
			}
			α := dot(g, g) / dot(g, times(a, g))
			for i := range y {
				y[i] += α * g[i]
			}
			steep = append(steep, max(f(y)-low, 1e-16))
		}
		p.Equal("steepest descent: largest |cos| of the angle between two steps in a row", turn, 0, 1e-9)
		limits := optimizers.Limits{Iterations: 20 * n, GradientTolerance: 1e-6}
		result, err := optimizers.Minimize(background, optimizers.CG{}, optimizers.Problem{Func: f, Grad: func(dst, x []float64) {
			copy(dst, times(a, x))
			for i := range dst {
				dst[i] -= b[i]
			}
		}}, make([]float64, n), limits)
		if err != nil {
			return err
		}
		p.Equal("the nonlinear cg of the library ends there, too: largest distance", farthest(result.X, solution), 0, 1e-3)
		var rows [][]string
		for k, v := range values {
			rows = append(rows, cells(fmt.Sprint(k), v, steep[k]))
		}
		p.Table(fmt.Sprintf("f − f* by step; after step %d there is rounding alone", n), []string{"step", "conjugate gradients", "steepest descent"}, rows)
		for i := range values {
			values[i] = max(values[i], 1e-16)
		}
		p.Curves("values", "Conjugate gradients fall to rounding after as many steps as there are variables; steepest descent goes on and on.", plot.Curves{
			Title: fmt.Sprintf("%d variables, condition %s", n, short(κ)), XLabel: "step", YLabel: "f − f*", LogY: true, Y: plot.Range{Min: 1e-16, Max: 10 * values[0]},
			Series: []plot.Series{{Name: "conjugate gradients", X: counted(0, len(values)), Y: values, Dots: true}, {Name: "steepest descent", X: counted(0, len(steep)), Y: steep, Dots: true}},
		})
		p.HeatMap("conjugacy", "dᵢᵀA·dⱼ, each direction scaled to 1: the identity, here to three places. No direction disturbs another.", plot.HeatMap{
			Title: "Conjugacy of the directions", XLabel: "direction j", YLabel: "direction i", Columns: labels, Rows: labels, Values: table, ValueLabel: "dᵢᵀA·dⱼ",
		})
		p.Numbers("values", values[:n])
		p.Say("A network's loss is no quadratic. There the search along d is done by trial, β is taken from gradients alone, and every now and then d starts anew at −∇f. It takes no matrix and no memory but the last direction.")
		p.Formula("d ← −g′ + max(0, g′ᵀ(g′ − g)/gᵀg)·d", "Polak and Ribière, 1969: the same on a quadratic, where g′ᵀg = 0")
		ends, err := p.onXor(s.Seed, contestant{"steepest descent", optimizers.GradientDescent{}}, contestant{"cg", optimizers.CG{}})
		if err != nil {
			return err
		}
		p.Equal("Polak and Ribière's factor of d on the quadratic: largest distance from r′ᵀr′/rᵀr", polak, 0, 1e-6)
		p.Less("network, cg: loss at the end", ends[1].loss, 1e-12)
		p.Less("network: steps of cg are less than those of steepest descent", ends[1].steps, ends[0].steps)
		p.See("%d variables, %d steps: f − f* fell from %s to rounding; steepest descent still has %s after as many. On the network cg needs %s steps and steepest descent %s.", n, n, short(values[0]), short(steep[n]), short(ends[1].steps), short(ends[0].steps))
		return nil
	},
}

// symmetric is a random symmetric matrix whose eigenvalues go from 1 to κ by equal
// factors, row-major, and a vector.
func symmetric(n int, κ float64, seed uint64) (a, b []float64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	a = make([]float64, n*n)
	for i := range n {
		a[i*n+i] = math.Pow(κ, float64(i)/float64(max(n-1, 1)))
	}
	for range 2 { // H·A·H with the reflection H = I − 2uuᵀ keeps the eigenvalues
		u := make([]float64, n)
		for i := range u {
			u[i] = rng.NormFloat64()
		}
		size := norm(u)
		for i := range u {
			u[i] /= size
		}
		au := times(a, u)
		c := dot(u, au)
		for i := range n {
			for j := range n {
				a[i*n+j] += -2*u[i]*au[j] - 2*au[i]*u[j] + 4*c*u[i]*u[j]
			}
		}
	}
	b = make([]float64, n)
	for i := range b {
		b[i] = rng.NormFloat64()
	}
	return a, b
}

// times is A·x.
func times(a, x []float64) []float64 {
	y := make([]float64, len(x))
	for i := range y {
		y[i] = dot(a[i*len(x):(i+1)*len(x)], x)
	}
	return y
}

// solve is A⁻¹·b of a positive definite A, by Cholesky's factors.
func solve(a, b []float64) []float64 {
	n := len(b)
	l := make([]float64, n*n)
	y := append([]float64{}, b...)
	for i := range n {
		for j := range i + 1 {
			v := a[i*n+j] - dot(l[i*n:i*n+j], l[j*n:j*n+j])
			if i == j {
				l[i*n+i] = math.Sqrt(v)
			} else {
				l[i*n+j] = v / l[j*n+j]
			}
		}
		y[i] = (b[i] - dot(l[i*n:i*n+i], y[:i])) / l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			y[i] -= l[k*n+i] * y[k]
		}
		y[i] /= l[i*n+i]
	}
	return y
}
