package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
)

// momentumAdam compares three rules on a narrow valley.
var momentumAdam = Lesson{
	Name: "momentum-adam", Row: 9,
	Title: "Momentum and Adam",
	About: "a velocity that remembers, and steps that do not depend on the gradient's size",
	Params: []Param{
		number("beta", 0.9, 0, 0.99, "momentum: the share of the velocity that stays"),
		number("condition", 50, 2, 200, "condition number of the valley"),
		whole("steps", 150, 20, 400, "steps of each rule"),
	},
	run: func(p *Page, s Settings) error {
		beta, κ, steps := s.Number("beta"), s.Number("condition"), s.Int("steps")
		p.Say("Plain descent forgets each gradient as soon as it has used it. Along a narrow valley that is a waste: across it the gradients cancel, along it they agree. Momentum keeps a velocity, in which agreement adds up.")
		p.Formula("v ← β·v + g,   θ ← θ − η·v", "")
		p.Formula("constant gradient:  vₖ = g·(1 − βᵏ)/(1 − β) → g/(1 − β)", fmt.Sprintf("here up to %s times the gradient: steps lengthen by as much", short(1/(1-beta))))
		p.Say("Adam divides the running mean of the gradient by the root of the running mean of its square, number by number. A large gradient and a small one make steps of the same length, about η; both means start at 0 and are corrected for it.")
		p.Formula("m ← β₁m + (1 − β₁)g,   s ← β₂s + (1 − β₂)g²", "")
		p.Formula("θ ← θ − η · m̂/(√ŝ + ε),   m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ)", "")
		start := []float64{1, 1}
		f := func(x []float64) float64 { return (x[0]*x[0] + κ*x[1]*x[1]) / 2 }
		problem := optimizers.Problem{Func: f, Grad: func(dst, x []float64) { dst[0], dst[1] = x[0], κ*x[1] }}
		runs := []struct {
			name string
			rule optimizers.Rule
			lr   float64
		}{
			{"descent", optimizers.SGD{}, 1 / κ},
			{"momentum", optimizers.SGD{Momentum: beta}, 1 / κ},
			{"adam", optimizers.Adam{}, 0.05},
		}
		c := plot.Curves{Title: "Value by step", XLabel: "step", YLabel: "f", LogY: true}
		m := plot.Contour{Title: fmt.Sprintf("Paths in a valley of condition %s", short(κ)), XLabel: "x", YLabel: "y",
			F: func(x, y float64) float64 { return f([]float64{x, y}) }, Box: plot.Box{XMin: -0.6, XMax: 1.2, YMin: -1.1, YMax: 1.1}, Marks: []plot.Mark{{Kind: plot.Minimum}}}
		var rows [][]string
		for _, r := range runs {
			d, err := optimizers.NewDescent(r.rule, problem, start, optimizers.Steps{Count: steps, LearningRate: r.lr})
			if err != nil {
				return err
			}
			_, values, path := trace(d, f)
			path.Name = r.name
			path.X, path.Y = path.X[:min(60, len(path.X))], path.Y[:min(60, len(path.Y))]
			m.Paths = append(m.Paths, path)
			c.Series = append(c.Series, plot.Series{Name: r.name, X: counted(0, len(values)), Y: values})
			end := values[len(values)-1]
			rows = append(rows, []string{r.name, short(r.lr), stepsTo(values, 1e-3), short(end)})
			p.Number("value "+r.name, math.Log10(max(end, 1e-30)))
		}
		p.Table("From (1, 1)", []string{"rule", "η", "steps to f < 0.001", "f at the end"}, rows)
		p.Curves("values", "Plain descent is limited by the flat direction; momentum swings, but arrives sooner; Adam goes at its own pace.", c)
		p.Contour("paths", "The first 60 steps.", m)

		// The claims run the rules themselves, one number at a time.
		w, k := []float64{0}, 30
		slots := optimizers.NewSlots[float64](optimizers.SGD{Momentum: beta}, 1, 1)
		for t := 1; t <= k; t++ {
			optimizers.SGD{Momentum: beta}.Update(optimizers.Step{N: t, LearningRate: 1}, w, []float64{2}, slots)
		}
		if beta > 0 {
			p.Equal(fmt.Sprintf("velocity after %d equal gradients of 2 is 2(1 − βᵏ)/(1 − β)", k), slots[0][0], 2*(1-math.Pow(beta, float64(k)))/(1-beta), 1e-12)
		}
		for _, g := range []float64{1000, 1e-3} {
			w := []float64{0}
			slots := optimizers.NewSlots[float64](optimizers.Adam{}, 1, 0.05)
			optimizers.Adam{}.Update(optimizers.Step{N: 1, LearningRate: 0.05}, w, []float64{g}, slots)
			p.Equal(fmt.Sprintf("Adam's first step, gradient %s: −η·g/(|g| + ε)", short(g)), w[0], -0.05*g/(g+1e-8), 1e-12)
		}
		// The best momentum of a quadratic, Polyak's, against the factor it promises.
		root := math.Sqrt(κ)
		best, rate := math.Pow((root-1)/(root+1), 2), 4/math.Pow(root+1, 2)
		d, err := optimizers.NewDescent(optimizers.SGD{Momentum: best}, problem, start, optimizers.Steps{Count: 400, LearningRate: rate})
		if err != nil {
			return err
		}
		_, values, _ := trace(d, f)
		p.Formula("best:  β* = ((√κ − 1)/(√κ + 1))²,  η* = 4/(√λmax + √λmin)²", "factor √β* a step, as if the condition number were √κ (Polyak, 1964)")
		p.Less(fmt.Sprintf("with β* = %s and η* = %s, f after 400 steps stays below (401·√β*⁴⁰⁰)²·4κ", short(best), short(rate)), values[len(values)-1], 1e-300+math.Pow(401*math.Pow(best, 200), 2)*4*κ)
		p.See("To f < 0.001 descent needs %s steps, momentum %s, Adam %s.", rows[0][2], rows[1][2], rows[2][2])
		return nil
	},
}

// stepsTo is how many steps it takes for good: after them the values stay below.
func stepsTo(values []float64, below float64) string {
	at := -1
	for i := len(values) - 1; i >= 0 && values[i] < below; i-- {
		at = i
	}
	if at < 0 {
		return fmt.Sprintf("over %d", len(values)-1)
	}
	return fmt.Sprint(at)
}
