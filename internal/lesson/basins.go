package lesson

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// localMinima maps starts to the minima they lead to.
var localMinima = Lesson{
	Name: "local-minima", Row: 28,
	Title: "Local minima and their basins",
	About: "Himmelblau's four minima: which one a run finds depends on where it starts",
	Params: []Param{
		number("lr", 0.01, 0.001, 0.015, "learning rate of the descent"),
		number("momentum", 0, 0, 0.9, "share of the velocity that stays"),
	},
	run: func(p *Page, s Settings) error {
		lr, β := s.Number("lr"), s.Number("momentum")
		f, err := testfuncs.ByName("himmelblau")
		if err != nil {
			return err
		}
		p.Say("A descent only ever sees the ground under its feet. On a function with several minima it ends in the one whose basin it starts in, and never learns of the others. Himmelblau's function has four, all equally low.")
		p.Formula("f(x, y) = (x² + y − 11)² + (x + y² − 7)²", "")
		p.Say("A basin is all the starts that lead to the same minimum. With small steps the borders between basins run through the saddles; momentum, or long steps, jump over low ridges and fray them. This is why the start of a network is random and why it is tried more than once.")
		p.Formula("minima − saddles + maxima = 1", "Morse, 1925: for a smooth function of the plane that grows in every direction")
		const side = 5.0
		reached := func(x, y float64) (int, float64, float64) {
			vx, vy := 0.0, 0.0
			for range 4000 {
				a, b := x*x+y-11, x+y*y-7
				gx, gy := 4*x*a+2*b, 2*a+4*y*b
				vx, vy = β*vx+gx, β*vy+gy
				x, y = x-lr*vx, y-lr*vy
				if gx*gx+gy*gy+vx*vx+vy*vy < 1e-6 {
					break
				}
			}
			for i, m := range f.Minima {
				if math.Hypot(x-m.X[0], y-m.X[1]) < 0.05 {
					return i, x, y
				}
			}
			return len(f.Minima), x, y
		}
		const cells = 100
		counts := make([]float64, len(f.Minima)+1)
		grid := make([][]int, cells)
		for i := range cells {
			grid[i] = make([]int, cells)
			for j := range cells {
				k, _, _ := reached(-side+2*side*(float64(i)+0.5)/cells, -side+2*side*(float64(j)+0.5)/cells)
				grid[i][j] = k
				counts[k] += 1.0 / (cells * cells)
			}
		}
		c := plot.Contour{Title: "Which minimum is reached, by start", XLabel: "x of the start", YLabel: "y of the start",
			F: func(x, y float64) float64 {
				i := int((x + side) / (2 * side) * cells)
				j := int((y + side) / (2 * side) * cells)
				return float64(grid[min(max(i, 0), cells-1)][min(max(j, 0), cells-1)] + 1)
			},
			Box: plot.Box{XMin: -side, XMax: side, YMin: -side, YMax: side}, Levels: []float64{1.5, 2.5, 3.5, 4.5}}
		var rows [][]string
		for i, m := range f.Minima {
			c.Marks = append(c.Marks, plot.Mark{Kind: plot.Minimum, X: m.X[0], Y: m.X[1]})
			g := make([]float64, 2)
			f.Grad(g, m.X)
			p.Equal(fmt.Sprintf("minimum %d at %s: f there", i+1, vector(m.X)), f.Func(m.X), 0, 1e-9)
			p.Equal(fmt.Sprintf("minimum %d: |∇f| there", i+1), norm(g), 0, 1e-5)
			rows = append(rows, []string{fmt.Sprint(i + 1), vector(m.X), percent(counts[i])})
		}
		rows = append(rows, []string{"–", "none within 4000 steps", percent(counts[len(f.Minima)])})
		// All critical points, by Newton's method from a grid of starts.
		kinds := map[optimizers.Kind]float64{}
		var found [][]float64
		problem := optimizers.TestProblem(f)
		for i := range 21 {
			for j := range 21 {
				r, err := optimizers.Minimize(background, optimizers.Newton{}, problem, []float64{-side + float64(i)/2, -side + float64(j)/2}, optimizers.Limits{Iterations: 100})
				if err != nil {
					continue
				}
				kind, _ := optimizers.Classify(problem, r.X)
				known := kind == optimizers.NotCritical
				for _, x := range found {
					known = known || farthest(x, r.X) < 1e-4
				}
				if !known {
					found = append(found, r.X)
					kinds[kind]++
					if kind == optimizers.SaddlePoint {
						c.Marks = append(c.Marks, plot.Mark{Kind: plot.Saddle, X: r.X[0], Y: r.X[1]})
					}
					if kind == optimizers.MaximumPoint {
						c.Marks = append(c.Marks, plot.Mark{Kind: plot.Maximum, X: r.X[0], Y: r.X[1]})
					}
				}
			}
		}
		p.Contour("basins", "The shade of a place is the minimum, 1 to 4, that descent from there ends in. At this rate the borders run through the four saddles, the crosses, and meet at the maximum.", c)
		p.Table(fmt.Sprintf("Share of the starts in the square, η = %s, momentum %s", short(lr), short(β)), []string{"minimum", "place", "starts"}, rows)
		p.Equal("minima − saddles + maxima", kinds[optimizers.MinimumPoint]-kinds[optimizers.SaddlePoint]+kinds[optimizers.MaximumPoint], 1, 0)
		p.Equal("critical points found by Newton's method", float64(len(found)), 9, 0)
		var sum float64
		for _, v := range counts {
			sum += v
		}
		p.Equal("the shares add up to 1", sum, 1, 1e-9)
		p.Numbers("shares", counts)
		p.See("%d minima, %d saddles, %d maximum; the largest basin has %s of the starts, the smallest %s.", int(kinds[optimizers.MinimumPoint]), int(kinds[optimizers.SaddlePoint]), int(kinds[optimizers.MaximumPoint]),
			percent(max(counts[0], counts[1], counts[2], counts[3])), percent(min(counts[0], counts[1], counts[2], counts[3])))
		return nil
	},
}
