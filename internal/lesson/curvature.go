package lesson

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nabla/activations"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/train/optimizers"
)

// curvature shows the Hessian of a small network.
var curvature = Lesson{
	Name: "hessian", Row: 14,
	Title: "The Hessian: curvature, convexity, saddles",
	About: "all second derivatives of a small network's loss, their eigenvalues, and what they tell",
	Params: []Param{
		whole("hidden", 3, 1, 8, "hidden units of the network"),
		whole("iterations", 12, 0, 60, "iterations of training before the look"),
	},
	run: func(p *Page, s Settings) error {
		data, err := xor()
		if err != nil {
			return err
		}
		hidden := s.Int("hidden")
		m, err := newModel(s.Seed, data, losses.MSE, layers.Dense{Units: hidden, Activation: activations.Tanh}, layers.Dense{Units: 1})
		if err != nil {
			return err
		}
		line, err := newModel(s.Seed, data, losses.MSE, layers.Dense{Units: 1})
		if err != nil {
			return err
		}
		p.Say("The gradient is the slope of the loss in every direction, the Hessian its curvature: the matrix of all second derivatives. By a weight i and a weight j the order does not matter, so it is symmetric, and its eigenvalues are the curvatures along directions that do not disturb each other.")
		p.Formula("Hᵢⱼ = ∂²L/∂θᵢ∂θⱼ", "")
		p.Formula("L(θ + d) ≈ L + gᵀd + ½·dᵀHd", "along an eigenvector v of length 1: vᵀHv = λ")
		p.Say("A function is convex where no eigenvalue is negative, at every point: then each minimum is the global one. A linear model with squared error is convex, its Hessian 2XᵀX/n is the same everywhere. A network is not: at some points there are negative eigenvalues, directions in which the loss bends down.")
		x := m.start
		var trained []float64
		if k := s.Int("iterations"); k > 0 {
			r, err := optimizers.Minimize(background, optimizers.LBFGS{}, m.problem, m.start, optimizers.Limits{Iterations: k})
			if err != nil {
				return err
			}
			trained = r.X
		} else {
			trained = m.start
		}
		c := plot.Curves{Title: "Eigenvalues of the Hessian, sorted", XLabel: "number of the eigenvalue", YLabel: "λ"}
		var rows [][]string
		for _, at := range []struct {
			name string
			m    *model
			x    []float64
		}{{"linear model", line, line.start}, {"network at its start", m, x}, {"network, trained", m, trained}} {
			h := at.m.hessian(at.x)
			n := len(at.x)
			λ, vectors := eigenvalues(h)
			var trace, sum, skew float64
			negative := 0
			for i := range n {
				trace, sum = trace+h[i*n+i], sum+λ[i]
				if λ[i] < -1e-9 {
					negative++
				}
				for j := range n {
					skew = max(skew, math.Abs(h[i*n+j]-h[j*n+i]))
				}
			}
			verdict := "none"
			if negative > 0 {
				verdict = fmt.Sprintf("%d of %d", negative, n)
			}
			condition := math.Inf(1)
			if least := math.Abs(λ[0]); negative == 0 && least > 1e-9 {
				condition = λ[n-1] / least
			}
			rows = append(rows, []string{at.name, short(at.m.problem.Func(at.x)), short(tidy(λ[0])), short(λ[n-1]), short(condition), verdict})
			c.Series = append(c.Series, plot.Series{Name: at.name, X: counted(1, n), Y: λ, Dots: true})
			p.Equal(at.name+": largest |Hᵢⱼ − Hⱼᵢ|", skew, 0, 1e-10)
			p.Equal(at.name+": the sum of the eigenvalues is the trace", sum, trace, 1e-10)
			top := make([]float64, n)
			for i := range top {
				top[i] = vectors.At(i, n-1)
			}
			p.Equal(at.name+": second difference along the steepest eigenvector is λmax", secondDifference(at.m.problem.Func, at.x, top), λ[n-1], 1e-4)
			p.Numbers("eigenvalues "+at.name, []float64{tidy(λ[0]), λ[n-1]})
		}
		p.Table("Curvature of three losses on the exclusive or", []string{"loss of", "L", "λmin", "λmax", "λmax/λmin", "negative"}, rows)
		p.Curves("eigenvalues", "One point for each eigenvalue. Below the zero line the loss bends down; many are close to 0, which is usual for networks.", c)
		// The linear model: H = 2XᵀX/n, with a column of ones for the bias.
		a := [][]float64{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}
		var worst float64
		h := line.hessian(line.start)
		for i := range 3 {
			for j := range 3 {
				var v float64
				for _, r := range a {
					v += 2 * r[i] * r[j] / 4
				}
				worst = max(worst, math.Abs(v-h[i*3+j]))
			}
		}
		p.Equal("linear model: H against 2XᵀX/n, largest distance", worst, 0, 1e-12)
		rng := rand.New(rand.NewPCG(s.Seed, 5))
		elsewhere := make([]float64, 3)
		for i := range elsewhere {
			elsewhere[i] = 10 * rng.NormFloat64()
		}
		p.Equal("linear model: H somewhere else is the same, largest distance", farthest(line.hessian(elsewhere), h), 0, 1e-12)
		λ, _ := eigenvalues(m.hessian(make([]float64, len(x))))
		p.Less("network: with all weights 0 the least eigenvalue is not positive, λmin − ε", λ[0]-1e-12, 0)
		p.See("The linear model is convex, with condition number %s. Of the network's eigenvalues at its start, negative are: %s.", rows[0][4], rows[1][5])
		return nil
	},
}

// tidy is 0 for what is 0 up to rounding.
func tidy(v float64) float64 {
	if math.Abs(v) < 1e-10 {
		return 0
	}
	return v
}

// secondDifference is the curvature of f at x along d, a vector of length 1.
func secondDifference(f func(x []float64) float64, x, d []float64) float64 {
	const h = 1e-3
	at := func(k float64) float64 {
		y := make([]float64, len(x))
		for i := range y {
			y[i] = x[i] + k*h*d[i]
		}
		return f(y)
	}
	return (-at(2) + 16*at(1) - 30*at(0) + 16*at(-1) - at(-2)) / (12 * h * h)
}
