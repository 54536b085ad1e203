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
		p.Say("Adam divides the running mean of the gradient by the root of the running mean of its square, number by number. While a gradient keeps its size, large or small, its steps are about η long; both means start at 0 and are corrected for it (the hats).")
		p.Formula("m ← β₁m + (1 − β₁)g,   s ← β₂s + (1 − β₂)g²", "")
		p.Formula("m̂ = m/(1 − β₁ᵗ),   ŝ = s/(1 − β₂ᵗ),   θ ← θ − η·m̂/(√ŝ + ε)", "at step t = 1, 2 …; β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸")
		p.Say("How much should stay of the velocity? On a bowl of condition κ = λmax/λmin there is a best share. With it a step shrinks the distance by about √β*, which is what plain descent at its best would do if the condition were only √κ.")
		best, rate := bestMomentum(κ)
		p.Formula("β* = ((√κ − 1)/(√κ + 1))²,   η* = 4/(√λmax + √λmin)²", fmt.Sprintf("Polyak, 1964; here β* = %s, η* = %s", short(best), short(rate)))
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
		p.Curves("values", "Plain descent is limited by the flat direction. Momentum swings, and in a long valley arrives sooner all the same; Adam goes at its own pace.", c)
		p.Contour("paths", "The first 60 steps.", m)

		if err := momentumClaims(p, beta, κ, problem); err != nil {
			return err
		}
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

// momentumClaims runs the rules one number at a time against the formulas.
func momentumClaims(p *Page, beta, κ float64, problem optimizers.Problem) error {
	const k = 30
	velocity := 0.0
	for range k {
		velocity = beta*velocity + 2
	}
	p.Equal(fmt.Sprintf("velocity after %d equal gradients of 2 is 2(1 − βᵏ)/(1 − β)", k), velocity, 2*(1-math.Pow(beta, k))/(1-beta), 1e-12)
	rule := afterSteps(optimizers.SGD{Momentum: beta}, tried...)
	w, v := 0.0, 0.0
	for _, g := range tried {
		v = beta*v + g
		w -= ruleRate * v
	}
	p.Equal("momentum after 5 different gradients: θ of the rule, and of the formula", rule, w, 1e-14)
	w, v = 0, 0
	m, t := 0.0, 0.0
	for _, g := range tried {
		t++
		m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
		w -= ruleRate * m / (1 - math.Pow(0.9, t)) / (math.Sqrt(v/(1-math.Pow(0.999, t))) + 1e-8)
	}
	p.Equal("Adam after 5 different gradients: θ of the rule, and of the formulas", afterSteps(optimizers.Adam{}, tried...), w, 1e-12)
	for _, g := range []float64{1000, 1e-3} {
		p.Equal(fmt.Sprintf("Adam, 5 gradients of %s: length of the path over 5η", short(g)), -afterSteps(optimizers.Adam{}, g, g, g, g, g)/(5*ruleRate), 1, 2e-5)
	}
	// With β* and η* the distance is (1 + 2k/(√κ + 1))·√β*ᵏ along the flat direction.
	const steps = 40
	root := math.Sqrt(κ)
	best, rate := bestMomentum(κ)
	d, err := optimizers.NewDescent(optimizers.SGD{Momentum: best}, problem, []float64{1, 1}, optimizers.Steps{Count: steps, LearningRate: rate})
	if err != nil {
		return err
	}
	x, _, _ := trace(d, problem.Func)
	p.Equal(fmt.Sprintf("with β* and η*, x after k = %d steps over (1 + 2k/(√κ + 1))·√β*ᵏ", steps), x[0]/((1+2*steps/(root+1))*math.Pow(best, steps/2)), 1, 1e-5)
	return nil
}

// bestMomentum is Polyak's for curvatures from 1 to κ.
func bestMomentum(κ float64) (beta, rate float64) {
	root := math.Sqrt(κ)
	return math.Pow((root-1)/(root+1), 2), 4 / math.Pow(root+1, 2)
}

// tried are gradients that rules are run on, ruleRate is their learning rate.
var tried = []float64{1, -0.5, 2, 0.25, -3}

const ruleRate = 0.05

// afterSteps is where a rule takes a weight of 0 that has these gradients.
func afterSteps(rule optimizers.Rule, gradients ...float64) float64 {
	w, slots := []float64{0}, optimizers.NewSlots[float64](rule, 1, ruleRate)
	for i, g := range gradients {
		rule.Update(optimizers.Step{N: i + 1, LearningRate: ruleRate}, w, []float64{g}, slots)
	}
	return w[0]
}
