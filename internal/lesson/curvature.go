package lesson

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

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
		whole("iterations", 40, 0, 60, "iterations of training before the look"),
	},
	run: runCurvature,
}

func runCurvature(p *Page, s Settings) error {
	data, err := xor()
	if err != nil {
		return err
	}
	hidden, iterations := s.Int("hidden"), s.Int("iterations")
	m, err := newModel(s.Seed, data, losses.MSE, layers.Dense{Units: hidden, Activation: activations.Tanh}, layers.Dense{Units: 1})
	if err != nil {
		return err
	}
	line, err := newModel(s.Seed, data, losses.MSE, layers.Dense{Units: 1})
	if err != nil {
		return err
	}
	p.Say("The gradient is the slope of the loss in every direction, the Hessian its curvature: the matrix of all second derivatives. By a weight i and a weight j the order does not matter, so it is symmetric. Along its eigenvectors, which are at right angles, the curvature is the eigenvalue.")
	p.Formula("Hᵢⱼ = ∂²L/∂θᵢ∂θⱼ = Hⱼᵢ", "")
	p.Formula("L(θ + d) ≈ L + gᵀd + ½·dᵀHd", "along an eigenvector v of length 1: vᵀHv = λ")
	p.Say("A function is convex if at no point an eigenvalue is negative: then each minimum is the global one. A linear model with squared error is convex, its Hessian 2XᵀX/n is the same everywhere. A network is not: at some points there are negative eigenvalues, directions in which the loss bends down.")
	p.Formula("condition number κ = largest |λ| / smallest |λ|", "how much more it bends one way than another; ∞ if some λ is 0")
	trained := m.start
	if iterations > 0 {
		r, err := optimizers.Minimize(background, optimizers.LBFGS{}, m.problem, m.start, optimizers.Limits{Iterations: iterations})
		if err != nil {
			return err
		}
		trained = r.X
	}
	c := plot.Curves{Title: "Eigenvalues of the Hessian, sorted", XLabel: "number of the eigenvalue", YLabel: "λ"}
	var rows [][]string
	var looks []look
	for _, at := range []struct {
		name string
		m    *model
		x    []float64
	}{{"linear model", line, line.start}, {"fresh network", m, m.start}, {"trained one", m, trained}} {
		k := newLook(at.m, at.x)
		n := len(k.λ)
		looks = append(looks, k)
		rows = append(rows, []string{at.name, digits(k.value, 2), digits(norm(k.gradient), 2), digits(k.λ[0], 3), digits(k.λ[n-1], 3), short(k.condition()), k.verdict()})
		c.Series = append(c.Series, plot.Series{Name: at.name, X: counted(1, n), Y: k.λ, Dots: true})
		k.claim(p, at.name, at.m, at.x)
		p.Numbers("eigenvalues "+at.name, []float64{round6(k.λ[0]), k.λ[n-1]})
	}
	p.Table("Losses on the exclusive or: gradient g, eigenvalues λ, condition, verdict", []string{"loss of", "L", "‖g‖", "λmin", "λmax", "κ", "it bends"}, rows)
	p.Say("The eigenvalues of the network at its start: %s. Where the gradient is 0 as well, all λ > 0 is a minimum, both signs are a saddle. A loss of 0 is a minimum whatever the λ, and often a flat one: then at most as many λ differ from 0 as there are rows, here 4, since H = (2/n)·JᵀJ with a row of J for each row of data.", vector(looks[1].λ))
	p.Curves("eigenvalues", "One point for each eigenvalue. Below the zero line the loss bends down; many are close to 0, which is usual for networks.", c)
	if err := curvatureClaims(p, m, line, trained, s.Seed); err != nil {
		return err
	}
	p.See("The linear model is convex, with condition number %s. The network bends %s directions at its start, trained: %s.", rows[0][5], rows[1][6], rows[2][6])
	return nil
}

// look is what there is to see of a loss at a point.
type look struct {
	value       float64
	gradient, h []float64
	λ           []float64  // ascending
	vectors     *mat.Dense // as columns
}

func newLook(m *model, x []float64) look {
	k := look{value: m.problem.Func(x), gradient: m.gradient(x), h: m.hessian(x)}
	k.λ, k.vectors = eigenvalues(k.h)
	return k
}

// flat is how large an eigenvalue may be and still count as 0.
const flat = 1e-6

// condition is largest |λ| / smallest |λ|.
func (k look) condition() float64 {
	least, most := math.Inf(1), 0.0
	for _, v := range k.λ {
		least, most = min(least, math.Abs(v)), max(most, math.Abs(v))
	}
	if least < flat {
		return math.Inf(1)
	}
	return most / least
}

// verdict says in how many directions the loss bends which way.
func (k look) verdict() string {
	n, up, down := len(k.λ), 0, 0
	for _, v := range k.λ {
		up, down = up+int(is(v > flat)), down+int(is(v < -flat))
	}
	switch {
	case up == n:
		return fmt.Sprintf("up in all %d", n)
	case down == 0:
		return fmt.Sprintf("flat in %d, up in %d", n-up, up)
	}
	return fmt.Sprintf("down in %d of %d", down, n)
}

// claim compares the Hessian with the loss and the gradient by themselves.
func (k look) claim(p *Page, name string, m *model, x []float64) {
	n := len(x)
	var trace, sum, skew, numeric float64
	for i := range n {
		trace, sum = trace+k.h[i*n+i], sum+k.λ[i]
		const h = 1e-3
		column := make([]float64, n) // of the Hessian, by differences of the gradient
		for _, point := range []struct{ at, weight float64 }{{-2, 1}, {-1, -8}, {1, 8}, {2, -1}} {
			moved := slices.Clone(x)
			moved[i] += point.at * h
			for j, v := range m.gradient(moved) {
				column[j] += point.weight * v / (12 * h)
			}
		}
		for j := range n {
			skew = max(skew, math.Abs(k.h[i*n+j]-k.h[j*n+i]))
			numeric = max(numeric, math.Abs(k.h[j*n+i]-column[j]))
		}
	}
	p.Equal(name+": largest |Hᵢⱼ − Hⱼᵢ|", skew, 0, 1e-10)
	p.Equal(name+": H against differences of the gradient, largest distance", numeric, 0, 1e-5)
	p.Equal(name+": the sum of the eigenvalues is the trace", sum, trace, 1e-10)
	top := make([]float64, n)
	for i := range top {
		top[i] = k.vectors.At(i, n-1)
	}
	p.Equal(name+": vᵀHv along the steepest eigenvector is λmax, by differences", secondDifference(m.problem.Func, x, top), k.λ[n-1], 1e-4)
	const step = 1e-3
	moved := slices.Clone(x)
	for i, v := range top {
		moved[i] += step * v
	}
	taylor := k.value + step*dot(k.gradient, top) + step*step/2*k.λ[n-1]
	p.Equal(name+": L + gᵀd + ½·dᵀHd is L(θ + d) for a d of 0.001 along it", taylor, m.problem.Func(moved), 1e-7)
}

// curvatureClaims are those on convexity and on points where the Hessian is known.
func curvatureClaims(p *Page, m, line *model, trained []float64, seed uint64) error {
	// The linear model: H = 2XᵀX/n, with a column of ones for the bias.
	a := [][]float64{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}
	exact := make([]float64, 9)
	for _, r := range a {
		for i := range 3 {
			for j := range 3 {
				exact[3*i+j] += 2 * r[i] * r[j] / 4
			}
		}
	}
	p.Equal("linear model: H against 2XᵀX/n, largest distance", farthest(line.hessian(line.start), exact), 0, 1e-12)
	rng := stream(seed, 5)
	elsewhere := []float64{10 * rng.NormFloat64(), 10 * rng.NormFloat64(), 10 * rng.NormFloat64()}
	p.Equal("linear model: H somewhere else is the same, largest distance", farthest(line.hessian(elsewhere), exact), 0, 1e-12)
	// With all weights 0 only the products of a hidden weight and its output weight
	// bend: by −(2/n)·Σ y·(x1, x2, 1) = −(½, ½, 1).
	λ, _ := eigenvalues(m.hessian(make([]float64, len(m.start))))
	p.Equal("network, all weights 0: λmin is −√(¼ + ¼ + 1), so it is not convex", λ[0], -math.Sqrt(1.5), 1e-12)
	if m.problem.Func(trained) < 1e-12 {
		λ, _ := eigenvalues(m.hessian(trained))
		positive := 0.0
		for _, v := range λ {
			positive += is(v > flat)
		}
		p.Less("network, trained to a loss of 0: eigenvalues above 0 are 4 at most, fewer than", positive, 5)
	}
	return nil
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
