package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
)

// learningRate shows descent on a quadratic at several rates.
var learningRate = Lesson{
	Name: "learning-rate", Row: 8,
	Title: "The learning rate and its bound",
	About: "descent that crawls, goes straight, zigzags or flies off, and the rate 2/λmax between",
	Params: []Param{
		number("lr", 0.15, 0.001, 1, "learning rate η of your own run"),
		number("steep", 10, 2, 100, "largest curvature λmax; the smallest is 1"),
		whole("steps", 40, 5, 200, "steps of descent"),
	},
	run: func(p *Page, s Settings) error {
		own, steep, steps := s.Number("lr"), s.Number("steep"), s.Int("steps")
		bound, best := 2/steep, 2/(1+steep)
		p.Say("Gradient descent goes a step against the gradient, again and again. How far it goes is the learning rate η, the one number that most decides whether training works.")
		p.Formula("θ ← θ − η·∇f(θ)", "")
		p.Say("On a bowl f(x, y) = (x² + λ·y²)/2 the two coordinates do not know of each other: the gradient is (x, λ·y), so every step multiplies x by 1 − η and y by 1 − η·λ. The run shrinks to the minimum only if both factors lie between −1 and 1.")
		p.Formula("|1 − η·λ| < 1 for every curvature λ   ⇔   0 < η < 2/λmax", fmt.Sprintf("here λmax = %s, so the bound is %s", short(steep), short(bound)))
		p.Say("Below the bound there is a best rate, at which the flattest and the steepest direction shrink equally fast. Even there the factor is (κ − 1)/(κ + 1), with the condition number κ = λmax/λmin: a long valley is slow at any rate.")
		p.Formula("η* = 2/(λmin + λmax),   factor (κ − 1)/(κ + 1)", fmt.Sprintf("here η* = %s, factor %s", short(best), short((steep-1)/(steep+1))))

		runs := []struct {
			name string
			lr   float64
		}{
			{"too small", 0.05 * bound}, {"best", best}, {"just below the bound", 0.98 * bound}, {"above it", 1.03 * bound}, {"yours", own},
		}
		start := []float64{steep, 1}
		c := plot.Curves{Title: "Value by step", XLabel: "step", YLabel: "f", LogY: true, Y: plot.Range{Min: 1e-8, Max: 1e5}}
		var rows [][]string
		var paths []plot.Path
		var ends []float64
		for _, run := range runs {
			x, values, path, err := bowlDescent(steep, run.lr, start, steps)
			if err != nil {
				return err
			}
			ends = append(ends, x[1])
			name := fmt.Sprintf("%s, η = %s", run.name, short(run.lr))
			c.Series = append(c.Series, plot.Series{Name: name, X: counted(0, len(values)), Y: values})
			rows = append(rows, cells(name, 1-run.lr, 1-run.lr*steep, values[len(values)-1]))
			if run.name == "yours" || run.name == "too small" || run.name == "just below the bound" {
				path.Name = name
				n := min(pathSteps, len(path.X))
				for n > 2 && math.Abs(path.Y[n-1]) > pathReach {
					n-- // it has left the picture
				}
				path.X, path.Y = path.X[:n], path.Y[:n]
				paths = append(paths, path)
			}
			p.Equal(fmt.Sprintf("η = %s: x after %d steps is %s·(1 − η)^%d", short(run.lr), steps, short(start[0]), steps), x[0], start[0]*math.Pow(1-run.lr, float64(steps)), 1e-9)
			p.Equal(fmt.Sprintf("η = %s: y after %d steps is (1 − ηλ)^%d", short(run.lr), steps, steps), x[1], math.Pow(1-run.lr*steep, float64(steps)), 1e-9)
			p.Number("value "+run.name, values[len(values)-1])
		}
		p.Table("Factors of one step, and the value at the end", []string{"run", "1 − η", "1 − η·λmax", "f"}, rows)
		p.Curves("values", "On a logarithmic axis each run is a straight line in the end: every step multiplies the value by the same factor. Above the bound the factor is larger than 1.", c)
		p.Contour("paths", "Seen from above. The steepest direction is up and down: a rate close to the bound throws the point from one wall to the other.", plot.Contour{
			Title: "Paths on the bowl", XLabel: "x", YLabel: "y",
			F:   func(x, y float64) float64 { return (x*x + steep*y*y) / 2 },
			Box: plot.Box{XMin: -0.3 * steep, XMax: 1.1 * steep, YMin: -pathReach, YMax: pathReach}, Paths: paths,
			Marks: []plot.Mark{{Kind: plot.Minimum}},
		})
		p.Number("bound", bound)
		p.Number("best", best)
		p.Equal("best rate: both factors are opposite, 1 − η* and −(1 − η*·λmax)", 1-best, -(1 - best*steep), 1e-12)
		p.Equal("best rate: the factor is (κ − 1)/(κ + 1)", 1-best, (steep-1)/(steep+1), 1e-12)
		p.Less("below the bound the steep direction shrinks: |y| at the end against the start", math.Abs(ends[2]), start[1])
		p.Greater("above it, it grows", math.Abs(ends[3]), start[1])
		p.Equal("at the bound y keeps its size: |1 − (2/λmax)·λmax|", math.Abs(1-bound*steep), 1, 1e-15)
		verdict := "shrinks to the minimum"
		switch {
		case math.Abs(own-bound) <= 1e-12:
			verdict = "swings from wall to wall for ever"
		case own > bound:
			verdict = "flies off"
		}
		p.See("The bound is 2/λmax = %s. With η = %s, %s of it, the run %s.", short(bound), short(own), percent(own/bound), verdict)
		return nil
	},
}

// A path is drawn for so many steps, as what follows covers what was, and while it is
// in the picture.
const (
	pathSteps = 16
	pathReach = 1.2
)

// bowlDescent makes steps of plain descent on (x² + steep·y²)/2.
func bowlDescent(steep, lr float64, start []float64, steps int) (x, values []float64, path plot.Path, err error) {
	f := func(x []float64) float64 { return (x[0]*x[0] + steep*x[1]*x[1]) / 2 }
	d, err := optimizers.NewDescent(optimizers.SGD{}, optimizers.Problem{
		Func: f,
		Grad: func(dst, x []float64) { dst[0], dst[1] = x[0], steep*x[1] },
	}, start, optimizers.Steps{Count: steps, LearningRate: lr})
	if err != nil {
		return nil, nil, path, err
	}
	x, values, path = trace(d, f)
	return x, values, path, nil
}
