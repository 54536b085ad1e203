package lesson

import (
	"fmt"
	"math"

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
		number("away", 0.001, 0.00001, 0.1, "how far from the saddle the start is, in each variable"),
	},
	run: func(p *Page, s Settings) error {
		n, away := s.Int("n"), s.Number("away")
		p.Say("In one dimension a point with slope 0 is a minimum or a maximum, hardly ever something else. In n dimensions each direction may go up or down by itself, and the more there are, the less likely they all go up. f below is a sum of n double wells: every coordinate may be −1, 0 or 1, and only −1 and 1 are low.")
		p.Formula("f(x) = ¼·Σ (xᵢ² − 1)²,   ∂f/∂xᵢ = xᵢ³ − xᵢ,   H = diag(3xᵢ² − 1)", "")
		p.Formula("3ⁿ critical points, 2ⁿ of them minima", fmt.Sprintf("a share of (2/3)ⁿ: for n = %d it is %s", n, short(math.Pow(2./3, float64(n)))))
		p.Say("The number of negative eigenvalues at a critical point, its index, counts the directions that lead down. Descent leaves a saddle, but slowly: along a direction of curvature −1 the distance grows by 1 + η a step, so a start very close waits long. A plateau in the loss is often a saddle.")
		p.Formula("steps to leave ≈ ln(1/distance)/ln(1 + η)", "")
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
		for i := range start {
			start[i] = away * (0.5 + rng.Float64()) * math.Copysign(1, rng.Float64()-0.5)
		}
		const lr, most = 0.05, 300
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
			values, negatives := []float64{problem.Func(start)}, []float64{float64(n)}
			for w.Next(background) {
				x := w.X()
				values = append(values, problem.Func(x))
				negative := 0
				for _, v := range x {
					if 3*v*v < 1 {
						negative++
					}
				}
				negatives = append(negatives, float64(negative))
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
		p.Table(fmt.Sprintf("From a point beside the saddle at 0, where f = n/4 = %s", short(float64(n)/4)), []string{"method", "steps", "f at the end", "negative eigenvalues"}, rows)
		p.Curves("values", "Descent and momentum stay on a plateau before they fall; Newton's method goes straight to the saddle and stays there; saddle-free Newton leaves at once.", c)
		p.Curves("index", "The negative eigenvalues of the Hessian on the way. 0 is where the loss bends up in every direction.", k)
		// The claims.
		critical, minima := 0.0, 0.0
		for code := range 27 {
			x := []float64{float64(code%3 - 1), float64(code/3%3 - 1), float64(code/9 - 1)}
			g := make([]float64, 3)
			problem.Grad(g, x)
			critical += is(norm(g) == 0)
			kind, _ := optimizers.Classify(problem, x)
			minima += is(kind == optimizers.MinimumPoint)
		}
		p.Equal("n = 3: critical points", critical, 27, 0)
		p.Equal("n = 3: minima among them are 2³", minima, 8, 0)
		p.Equal("Newton ends at the saddle: negative eigenvalues", ends[2], float64(n), 0)
		p.Equal("saddle-free Newton ends at a minimum: negative eigenvalues", ends[3], 0, 0)
		x, after := 1e-6, 0.0
		for range 100 {
			x -= lr * (x*x*x - x)
		}
		after = x / 1e-6
		p.Equal("descent leaves the saddle by (1 + η)ᵏ: growth after 100 steps", after, math.Pow(1+lr, 100), 1e-4)
		leaves := "over " + fmt.Sprint(most)
		for i, v := range c.Series[0].Y {
			if v < float64(n)/8 {
				leaves = fmt.Sprint(i)
				break
			}
		}
		p.See("Newton's method sits on a saddle with %s negative eigenvalues; descent needs %s steps to halve f, and saddle-free Newton ends after %s with none.", rows[2][3], leaves, rows[3][1])
		return nil
	},
}
