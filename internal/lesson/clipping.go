package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
)

// gradientClipping shows a cliff and what keeps a run from being thrown off it.
var gradientClipping = Lesson{
	Name: "clipping", Row: 19,
	Title: "Gradient clipping",
	About: "one huge gradient throws a run away; cut to a length, it only points",
	Params: []Param{
		whole("steps", 20, 10, 40, "time steps of the recurrent unit"),
		number("limit", 1, 0.1, 10, "longest gradient that passes uncut"),
	},
	run: func(p *Page, s Settings) error {
		T, limit := s.Int("steps"), s.Number("limit")
		n := float64(T)
		p.Say("The shortest recurrent network multiplies its state by one weight at every time step. After %d of them the output is w to the power %d, and so is the trouble: a little above 1 it is huge, a little below almost nothing.", T, T)
		p.Formula("h_T = w^T·h₀,   L = ½(h_T − 1)²,   dL/dw = (w^T − 1)·T·w^(T−1)", "T time steps, h₀ = 1; the minimum is w = 1")
		p.Say("From w = 1.5 plain descent takes one step and is gone. Clipping cuts the gradient before the step. By norm: all numbers are scaled by one factor, so that the direction stays. By value: each number is cut for itself, which bends the direction towards a diagonal.")
		p.Formula("by norm:   g ← g·min(1, c/‖g‖)", "Pascanu, Mikolov and Bengio, 2013; the library divides by ‖g‖ + 10⁻⁶")
		p.Formula("by value:  gᵢ ← min(max(gᵢ, −c), c)", "")
		loss := func(w float64) float64 { return math.Pow(math.Pow(w, n)-1, 2) / 2 }
		grad := func(w float64) float64 { return (math.Pow(w, n) - 1) * n * math.Pow(w, n-1) }
		lr := 0.5 / (n * n)
		const start, most = 1.5, 60000
		free := start - lr*grad(start)
		w, steps := start, 0
		path := []float64{loss(w)}
		places := []float64{w}
		for ; steps < most && math.Abs(w-1) > 1e-6; steps++ {
			g := [][]float64{{grad(w)}}
			optimizers.ClipNorm(g, limit, optimizers.L2)
			w -= lr * g[0][0]
			path, places = append(path, loss(w)), append(places, w)
		}
		p.Table(fmt.Sprintf("From w = 1.5 at η = 0.5/T² = %s", short(lr)), []string{"run", "gradient at 1.5", "w after 1 step", "ends"}, [][]string{
			{"as it is", short(grad(start)), short(free), "nowhere"},
			{fmt.Sprintf("clipped to %s", short(limit)), short(limit), short(places[1]), fmt.Sprintf("w = %s after %d steps", short(round6(w)), steps)},
		})
		ws := spaced(0.5, 1.5, 201)
		p.Curves("cliff", "The length of the gradient by the weight. From 1 to 1.5 it grows by the power 2T; below 1 it vanishes. The line is the limit: what is above it is cut.", plot.Curves{
			Title: fmt.Sprintf("Gradient of a unit over %d time steps", T), XLabel: "weight w", YLabel: "|dL/dw|", LogY: true,
			Series: []plot.Series{{Name: "|dL/dw|", X: ws, Y: mapped(ws, func(w float64) float64 { return math.Abs(grad(w)) })}, {Name: "after clipping", X: ws, Y: mapped(ws, func(w float64) float64 { return math.Min(math.Abs(grad(w)), limit) })}},
		})
		show := min(len(places), max(50, steps))
		p.Curves("run", "The clipped run walks down at a constant pace, since its gradient always has the same length, until the slope is below the limit.", plot.Curves{
			Title: "The weight by step, clipped", XLabel: "step", YLabel: "w", Series: []plot.Series{{Name: "w", X: thin(counted(0, show)), Y: thin(places[:show])}},
		})
		p.Equal("dL/dw at 1.05 is the slope by differences", grad(1.05), central(loss, 1.05, 1e-6), 1e-5*math.Abs(grad(1.05)))
		p.Greater("without clipping: |w| after one step", math.Abs(free), 10)
		p.Equal("clipped: w at the end", w, 1, 1e-5)
		p.Equal("clipped: the first step is η·c long", start-places[1], lr*limit*grad(start)/(grad(start)+1e-6), 1e-12)
		// Two numbers: what happens to the direction.
		g := []float64{30, 4}
		byNorm, byValue := [][]float64{{30, 4}}, [][]float64{{30, 4}}
		before := optimizers.ClipNorm(byNorm, limit, optimizers.L2)
		optimizers.ClipValue(byValue, limit)
		angle := func(v []float64) float64 {
			return math.Acos(min(1, dot(g, v)/norm(g)/norm(v))) * 180 / math.Pi
		}
		p.Table("What becomes of g = (30, 4)", []string{"clipped", "gradient", "length", "turned by"}, [][]string{
			{"not", vector(g), short(norm(g)), "0°"},
			{"by norm", vector(byNorm[0]), short(norm(byNorm[0])), short(math.Round(angle(byNorm[0])*1000)/1000) + "°"},
			{"by value", vector(byValue[0]), short(norm(byValue[0])), short(angle(byValue[0])) + "°"},
		})
		p.Equal("ClipNorm tells the norm before", before, math.Hypot(30, 4), 1e-12)
		p.Equal("by norm: the length is c, to 10⁻⁶", norm(byNorm[0]), limit, 1e-6)
		p.Equal("by norm: both numbers keep their ratio", byNorm[0][0]/byNorm[0][1], 30./4, 1e-12)
		p.Equal("by value: the largest number is c", byValue[0][0], limit, 0)
		p.Number("gradient", math.Log10(grad(start)))
		p.Number("w after one step, not clipped", free)
		p.Number("angle by value", angle(byValue[0]))
		p.See("The gradient at 1.5 is %s: one step leads to w = %s. Cut to %s, the run arrives at 1 in %d steps.", short(grad(start)), short(free), short(limit), steps)
		return nil
	},
}

// thin leaves so many points of a curve that it can still be drawn.
func thin(x []float64) []float64 {
	const most = 400
	if len(x) <= most {
		return x
	}
	list := make([]float64, most)
	for i := range list {
		list[i] = x[i*(len(x)-1)/(most-1)]
	}
	return list
}
