package lesson

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/combin"

	"nabla/internal/plot"
	"nabla/train/optimizers"
)

// saddlePoints shows what many variables do to critical points.
var saddlePoints = Lesson{
	Name: "saddle-points", Row: 27,
	Title: "Saddle points in many dimensions",
	About: "descent, momentum, Newton and saddle-free Newton beside a saddle of n variables",
	Params: []Param{
		whole("n", 20, 2, 60, "variables"),
		number("down", 0.5, 0.01, 0.99, "part of the directions that lead down from the saddle, at least one and not all"),
		number("away", 0.001, 0.00001, 0.1, "how far from the saddle the start is, in each variable"),
	},
	run: func(p *Page, s Settings) error {
		n, away := s.Int("n"), s.Number("away")
		down := min(max(int(math.Round(s.Number("down")*float64(n))), 1), n-1)
		p.Say("A point with slope 0, if no eigenvalue of its Hessian is 0, is a minimum where the loss bends up in every direction, a maximum where it bends down in every one, and a saddle where it does both. With one variable there is only up or down. With n variables each direction may do either, and the more there are, the rarer it is that all do the same. f below is a sum of n double wells: wherever every xᵢ is −1, 0 or 1 the slope is 0, and only −1 and 1 are low.")
		p.Formula("f(x) = ¼·Σ (xᵢ² − 1)²,   ∂f/∂xᵢ = xᵢ³ − xᵢ,   H = diag(3xᵢ² − 1)", "")
		p.Formula("3ⁿ critical points: 2ⁿ minima, 1 maximum, all others saddles", fmt.Sprintf("for n = %d the minima are a part (2/3)ⁿ = %s", n, short(math.Pow(2./3, float64(n)))))
		p.Say("The number of negative eigenvalues of H at a critical point, its index, counts the directions that lead down. Here each coordinate that is 0 gives the eigenvalue −1 and ¼ of height, each other one the eigenvalue 2: the higher, the more ways down.")
		p.Formula("C(n, k)·2ⁿ⁻ᵏ critical points of index k, all at f = k/4", "")
		p.Say("Descent leaves a saddle, but slowly: along a direction of curvature −1 the distance grows by 1 + η a step, and a start very close waits long. That is one way to a plateau in the loss.")
		p.Formula("steps until a distance d has grown to ½  ≈  ln(½/d)/ln(1 + η)", "")
		problem := optimizers.Problem{
			Func: func(x []float64) float64 {
				var f float64
				for _, v := range x {
					f += (v*v - 1) * (v*v - 1) / 4
				}
				return f
			},
			Grad: func(dst, x []float64) {
				for i, v := range x {
					dst[i] = v*v*v - v
				}
			},
			Hess: func(dst, x []float64) {
				clear(dst)
				for i, v := range x {
					dst[i*len(x)+i] = 3*v*v - 1
				}
			},
		}
		rng := stream(s.Seed, 41)
		start := make([]float64, n)
		for i := range start { // the saddle has `down` coordinates 0 and the others 1
			start[i] = away * (0.5 + rng.Float64()) * math.Copysign(1, rng.Float64()-0.5)
			if i >= down {
				start[i]++
			}
		}
		const lr, most = 0.05, 300
		negative := func(x []float64) (count float64) {
			h := make([]float64, len(x)*len(x))
			problem.Hess(h, x)
			λ, _ := eigenvalues(h)
			for _, v := range λ {
				count += is(v < 0)
			}
			return count
		}
		c := plot.Curves{Title: fmt.Sprintf("Value by step, %d variables", n), XLabel: "step", YLabel: "f"}
		k := plot.Curves{Title: "Negative eigenvalues by step", XLabel: "step", YLabel: "negative eigenvalues"}
		var rows [][]string
		var ends []float64
		for _, run := range []struct {
			name   string
			rule   optimizers.Rule
			method optimizers.Method
		}{{"descent", optimizers.SGD{}, nil}, {"momentum", optimizers.SGD{Momentum: 0.9}, nil}, {"newton", nil, optimizers.Newton{}}, {"saddle-free newton", nil, optimizers.SaddleFreeNewton{}}} {
			var w walk
			var err error
			if run.rule != nil {
				w, err = optimizers.NewDescent(run.rule, problem, start, optimizers.Steps{Count: most, LearningRate: lr})
			} else {
				w, err = optimizers.NewSearch(run.method, problem, start, optimizers.Limits{Iterations: most})
			}
			if err != nil {
				return err
			}
			values, negatives := []float64{problem.Func(start)}, []float64{negative(start)}
			for w.Next(background) {
				x := w.X()
				values = append(values, problem.Func(x))
				negatives = append(negatives, negative(x))
			}
			steps := len(values) - 1
			for len(values) <= most { // a search that has ended stays where it is
				values, negatives = append(values, values[len(values)-1]), append(negatives, negatives[len(negatives)-1])
			}
			at := counted(0, len(values))
			c.Series = append(c.Series, plot.Series{Name: run.name, X: at, Y: values})
			k.Series = append(k.Series, plot.Series{Name: run.name, X: at, Y: negatives, Steps: true})
			ends = append(ends, negatives[len(negatives)-1])
			end := values[len(values)-1]
			rows = append(rows, []string{run.name, fmt.Sprint(steps), short(tidy(end)), fmt.Sprint(int(negatives[len(negatives)-1]))})
			p.Number("negative eigenvalues at the end, "+run.name, negatives[len(negatives)-1])
		}
		height := float64(down) / 4
		p.Table(fmt.Sprintf("From a point beside the saddle (0, …, 0, 1, …, 1) with %d zeros, where f = %d/4 = %s", down, down, short(height)), []string{"method", "steps", "f at the end", "negative eigenvalues"}, rows)
		p.Curves("values", "Descent and momentum stay on a plateau before they fall; Newton's method goes straight to the saddle and stays there; saddle-free Newton leaves at once.", c)
		p.Curves("index", "The negative eigenvalues of the Hessian on the way. 0 is where the loss bends up in every direction.", k)
		p.saddleClaims(problem, start)
		p.Equal("Newton ends at the saddle: negative eigenvalues", ends[2], float64(down), 0)
		p.Equal("Newton ends at the saddle: f is k/4", c.Series[2].Y[most], height, 1e-12)
		p.Equal("saddle-free Newton ends at a minimum: negative eigenvalues", ends[3], 0, 0)
		leaves := "over " + fmt.Sprint(most)
		for i, v := range c.Series[0].Y {
			if v < height/2 {
				leaves = fmt.Sprint(i)
				break
			}
		}
		p.See("Newton's method sits on a saddle with %s negative and %d positive eigenvalues; descent needs %s steps to halve f, and saddle-free Newton ends after %s with none that is negative.", rows[2][3], n-down, leaves, rows[3][1])
		return nil
	},
}

// saddleClaims checks the formulas: derivatives by differences, the critical points
// of three variables one by one, and how a distance grows.
func (p *Page) saddleClaims(f optimizers.Problem, x []float64) {
	g := make([]float64, len(x))
	f.Grad(g, x)
	p.Equal("∂f/∂xᵢ by differences: largest distance", farthest(g, slopes(f.Func, x)), 0, 1e-7)
	h := make([]float64, len(x)*len(x))
	f.Hess(h, x)
	column := slopes(func(v []float64) float64 {
		f.Grad(g, v)
		return g[0]
	}, x)
	p.Equal("the first row of H by differences: largest distance", farthest(h[:len(x)], column), 0, 1e-7)
	critical := 0.0
	kinds, index, high := map[optimizers.Kind]float64{}, make([]float64, 4), 0.0
	for code := range 27 {
		x := []float64{float64(code%3 - 1), float64(code/3%3 - 1), float64(code/9 - 1)}
		g := make([]float64, 3)
		f.Grad(g, x)
		critical += is(norm(g) == 0)
		kind, λ := optimizers.Classify(f, x)
		kinds[kind]++
		k := 0
		for _, v := range λ {
			k += int(is(v < 0))
		}
		index[k]++
		high = max(high, math.Abs(f.Func(x)-float64(k)/4))
	}
	p.Equal("n = 3: critical points are 3³", critical, 27, 0)
	p.Equal("n = 3: minima among them are 2³", kinds[optimizers.MinimumPoint], 8, 0)
	p.Equal("n = 3: there is one maximum", kinds[optimizers.MaximumPoint], 1, 0)
	p.Equal("n = 3: all others are saddles", kinds[optimizers.SaddlePoint], 27-8-1, 0)
	for k, count := range index {
		p.Equal(fmt.Sprintf("n = 3: of index %d there are C(3, %d)·2³⁻ᵏ", k, k), count, float64(combin.Binomial(3, k))*math.Pow(2, float64(3-k)), 0)
	}
	p.Equal("n = 3: largest |f − k/4| at a point of index k", high, 0, 0)
	const lr, near = 0.05, 1e-6
	v, after, steps := near, 0.0, 0.0
	for ; v < 0.5; steps++ {
		if steps == 100 {
			after = v / near
		}
		v -= lr * (v*v*v - v)
	}
	p.Equal("descent leaves the saddle by (1 + η)ᵏ: growth after 100 steps", after, math.Pow(1+lr, 100), 1e-4)
	p.Equal("steps from 10⁻⁶ to ½ against ln(½/d)/ln(1 + η)", steps, math.Log(0.5/near)/math.Log(1+lr), 0.02)
}
