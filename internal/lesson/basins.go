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
		p.Say("A descent only ever sees the ground under its feet. On a function with several minima it ends in one of them and never learns of the others. Himmelblau's function has four, all equally low.")
		p.Formula("f(x, y) = (x² + y − 11)² + (x + y² − 7)²", "")
		p.Say("A basin is all the starts that lead to the same minimum. With small steps the borders between them are the paths that lead into the saddles; momentum, or long steps, jump over ridges and move and fray them. Which minimum is found is a matter of the start, so it is worth trying several.")
		p.Formula("minima − saddles + maxima = 1", "Morse, 1925: for a smooth function of the plane that grows without bound in every direction and whose Hessian has no eigenvalue 0 where the slope is 0")
		p.Say("And a descent can only settle where its steps are short enough for the curvature; with momentum β they may be longer:")
		p.Formula("η < 2(1 + β)/λmax", "λmax of the Hessian at the minimum")
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
		c := plot.Contour{Title: "Which minimum is reached, by start", XLabel: "x of the start", YLabel: "y of the start", ValueLabel: "minimum",
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
			h := make([]float64, 4)
			f.Hess(h, m.X)
			λ, _ := eigenvalues(h)
			bound := 2 * (1 + β) / λ[1]
			rows = append(rows, []string{fmt.Sprint(i + 1), vector(m.X), short(bound), percent(counts[i])})
			if lr > bound {
				p.Less(fmt.Sprintf("minimum %d: η is above 2(1 + β)/λmax, starts that end there", i+1), counts[i], 0.01)
			} else {
				p.Greater(fmt.Sprintf("minimum %d: η is below 2(1 + β)/λmax, starts that end there", i+1), counts[i], 0.1)
			}
		}
		rows = append(rows, []string{"–", "none within 4000 steps", "–", percent(counts[len(f.Minima)])})
		// All critical points, by Newton's method from a grid of starts.
		kinds := map[optimizers.Kind]float64{}
		var found, saddles [][]float64
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
						saddles = append(saddles, r.X)
						c.Marks = append(c.Marks, plot.Mark{Kind: plot.Saddle, X: r.X[0], Y: r.X[1]})
					}
					if kind == optimizers.MaximumPoint {
						c.Marks = append(c.Marks, plot.Mark{Kind: plot.Maximum, X: r.X[0], Y: r.X[1]})
					}
				}
			}
		}
		smooth := math.Inf(1) // of the places around a saddle, the least number of basins
		for _, x := range saddles {
			basins := map[int]bool{}
			for k := range 16 {
				angle := 2 * math.Pi * float64(k) / 16
				i, _, _ := reached(x[0]+0.2*math.Cos(angle), x[1]+0.2*math.Sin(angle))
				basins[i] = true
			}
			smooth = min(smooth, float64(len(basins)))
		}
		caption := "The shade of a place is the minimum, 1 to 4, that descent from there ends in, 5 if in none. With long steps or momentum there can be borders far from the saddles, the crosses."
		if lr <= 0.01 && β == 0 {
			caption = "The shade of a place is the minimum, 1 to 4, that descent from there ends in. With such short steps the borders run through the four saddles, the crosses, and meet at the maximum."
			p.Greater("around each saddle there are starts of two basins at least", smooth, 1)
		}
		p.Contour("basins", caption, c)
		p.Table(fmt.Sprintf("Share of the starts in the square, η = %s, momentum %s", short(lr), short(β)), []string{"minimum", "place", "holds η up to", "starts"}, rows)
		p.Equal("minima − saddles + maxima", kinds[optimizers.MinimumPoint]-kinds[optimizers.SaddlePoint]+kinds[optimizers.MaximumPoint], 1, 0)
		p.Equal("critical points found by Newton's method", float64(len(found)), 9, 0)
		var sum float64
		for _, v := range counts {
			sum += v
		}
		p.Equal("∂f/∂x and ∂f/∂y at (1, 2) by differences: largest distance", farthest(slopes(f.Func, []float64{1, 2}), []float64{4*1*(1+2-11) + 2*(1+4-7), 2*(1+2-11) + 4*2*(1+4-7)}), 0, 1e-6)
		p.Equal("the shares add up to 1", sum, 1, 1e-9)
		p.Numbers("shares", counts)
		p.See("%d minima, %d saddles, %d maximum; the largest basin has %s of the starts, the smallest %s.", int(kinds[optimizers.MinimumPoint]), int(kinds[optimizers.SaddlePoint]), int(kinds[optimizers.MaximumPoint]),
			percent(max(counts[0], counts[1], counts[2], counts[3])), percent(min(counts[0], counts[1], counts[2], counts[3])))
		return nil
	},
}
