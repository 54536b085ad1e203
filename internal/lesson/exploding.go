package lesson

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nabla/activations"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// explodingGradients shows the two ways to infinity.
var explodingGradients = Lesson{
	Name: "exploding", Row: 26,
	Title: "Exploding gradients",
	About: "recurrent weights above 1 and learning rates above the bound, and the first bad tensor",
	Params: []Param{
		whole("steps", 60, 10, 200, "time steps"),
		number("radius", 1.1, 0.5, 1.5, "size ρ of your recurrent weights"),
		number("lr", 8, 2, 100, "learning rate that is too large"),
	},
	run: func(p *Page, s Settings) error {
		T, ρ, lr := s.Int("steps"), s.Number("radius"), s.Number("lr")
		p.Say("A recurrent network uses one matrix U at every time step, so a gradient that goes back k steps has been multiplied by Uᵀ and by the slopes f′ k times. In a linear network what counts is the spectral radius ρ, the largest |eigenvalue| of U: in the long run a step is worth a factor ρ. Slopes of at most 1, as those of tanh, only make it less.")
		p.Formula("hₜ = f(xₜ·W + hₜ₋₁·U):   δₜ₋₁ = (δₜ·Uᵀ)∘f′", "δₜ = ∂L/∂(xₜ·W + hₜ₋₁·U)")
		p.Formula("linear: ‖Uᵏ‖^(1/k) → ρ;   |f′| ≤ 1: ‖δ‖ after k steps ≤ ‖U‖ᵏ·‖δ‖", "Gelfand, 1941. Here U = ρ·Q with Q orthogonal: exactly ρᵏ")
		p.Say("A SimpleRNN layer of %d units shows it. Its first input is random, the others are 0; a random gradient enters at the last state and is followed back by the library.", rnnUnits)
		c := plot.Curves{Title: "Gradient through time", XLabel: "time steps back", YLabel: "‖δ‖ / ‖δ at the end‖", LogY: true}
		for _, size := range sizesOfU(ρ) {
			for _, f := range []activations.Activation{activations.Identity, activations.Tanh} {
				y, byHand, err := throughTime(size, T, f, s.Seed)
				if err != nil {
					return err
				}
				name := fmt.Sprintf("ρ = %s, %s", short(size), map[string]string{"identity": "linear", "tanh": "tanh"}[f.Name])
				if f.Name == activations.Identity.Name || size == ρ {
					c.Series = append(c.Series, plot.Series{Name: name, X: counted(0, len(y)), Y: y})
				}
				end, back := y[len(y)-1], len(y)-1
				if f.Name == activations.Identity.Name {
					p.Equal(fmt.Sprintf("U = %s·Q, linear: log₁₀ of the factor after %d steps is %d·log₁₀ ρ", short(size), back, back), math.Log10(end), float64(back)*math.Log10(size), 1e-9)
				} else {
					p.Less(fmt.Sprintf("U = %s·Q, tanh: log₁₀ of the factor is below that", short(size)), math.Log10(end), float64(back)*math.Log10(size)+1e-9)
				}
				if size == ρ {
					p.Equal(name+": δ₁ by the formula against the library's, largest distance as a part of |δ₁|", byHand, 0, 1e-9)
				}
				p.Number("log10 factor "+name, math.Log10(end))
			}
		}
		p.Equal("Gelfand: ‖Uᵏ‖^(1/k)/ρ of U = (ρ 1; 0 ρ) at k = 10⁴", gelfand(ρ, 10000), 1, 2e-3)
		p.Curves("time", "A gradient sent back through time. Linear, it goes exactly like ρᵏ: a straight line, since the axis is logarithmic. With tanh the slopes below 1 hold it down, and a network that was about to explode may vanish instead.", c)
		bad, err := p.trainRecurrent(T, ρ, s.Seed)
		if err != nil {
			return err
		}
		over, growth, err := p.overTheBound(lr, s.Seed)
		if err != nil {
			return err
		}
		p.See("ρ = %s makes a gradient %s times as long in %d steps back; the network of this ρ %s. At η = %s the loss of a line grows %s-fold a step, until step %d, where the first bad tensor is %s.", short(ρ), short(math.Pow(ρ, float64(T-1))), T-1, bad, short(lr), short(growth), over.Step, over.Tensor)
		return nil
	},
}

// rnnUnits is the number of units, and of inputs, of the lesson's networks.
const rnnUnits = 12

// scaledOrthogonal draws ρ·Q with an orthogonal Q.
func scaledOrthogonal(ρ float64) nn.Initializer {
	return nn.Initializer{Name: "scaled-orthogonal", Draw: func(rng *rand.Rand, fan nn.Fan, shape []int, _ float64, w []float64) error {
		return nn.Orthogonal.Fill(rng, fan, shape, ρ, w)
	}}
}

// throughTime sends a gradient back through a SimpleRNN layer with U = ρ·Q and
// returns its length by time step as a part of the first, and how far the last one
// is from the formula's. W is orthogonal, so that ∂L/∂xₜ = δₜ·Wᵀ is as long as δₜ.
func throughTime(ρ float64, steps int, f activations.Activation, seed uint64) (list []float64, byHand float64, err error) {
	const n = rnnUnits
	net, err := nn.New(nn.Config{Seed: seed, Input: []int{steps, n}, DType: nn.Float64}, layers.SimpleRNN{
		Units: n, Activation: f, NoBias: true, Init: scaledOrthogonal(1), RecurrentInit: scaledOrthogonal(ρ)})
	if err != nil {
		return nil, 0, err
	}
	rng := stream(seed, 32)
	x, g := make([]float64, steps*n), make([]float64, n)
	for i := range g {
		x[i], g[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	dx, err := upstreamGradient(net, 1, x, g)
	if err != nil {
		return nil, 0, err
	}
	for t := steps - 1; t >= 0; t-- {
		list = append(list, norm(dx[t*n:(t+1)*n])/norm(dx[(steps-1)*n:]))
	}
	w, u := net.Param("0.weight").Values(), net.Param("0.recurrent").Values()
	z := product(x[:n], 1, n, w, n)
	var slopes [][]float64
	for range steps {
		slopes = append(slopes, mapped(z, f.D))
		z = product(mapped(z, f.F), 1, n, u, n)
	}
	δ := g
	for t := steps - 1; t >= 0; t-- {
		for i, v := range δ {
			slopes[t][i] *= v
		}
		if δ = slopes[t]; t > 0 {
			δ = times(u, δ) // δ·Uᵀ
		}
	}
	hand := times(w, δ)
	return list, farthest(hand, dx[:n]) / norm(hand), nil
}

// gelfand is ‖Uᵏ‖^(1/k)/ρ of U = (ρ 1; 0 ρ), which is longer than ρ: its powers are
// multiplied out, and scaled so that they can be held.
func gelfand(ρ float64, k int) float64 {
	a, b, scale := 1.0, 0.0, 0.0
	for range k {
		a, b = a*ρ, a+b*ρ
		size := math.Sqrt(2*a*a + b*b)
		a, b, scale = a/size, b/size, scale+math.Log(size)
	}
	return math.Exp(scale/float64(k)) / ρ
}

// sizesOfU are two sizes for comparison and that of the settings, last.
func sizesOfU(ρ float64) []float64 {
	list := slices.DeleteFunc([]float64{0.9, 1}, func(v float64) bool { return v == ρ })
	return append(list, ρ)
}

// trainRecurrent trains networks of several sizes of U and says what became of the
// last one.
func (p *Page) trainRecurrent(steps int, ρ float64, seed uint64) (end string, err error) {
	const epochs, rate = 100, 0.001
	data, err := firstThree(32, steps, seed)
	if err != nil {
		return "", err
	}
	p.Say("The same networks at work: %d linear units and a dense layer are to put out the sum of the first three of %d random numbers, by descent with η = %v. A long gradient makes a long step, which makes U larger still: the next states and gradients are powers of that. Soon a number is larger than its type can hold, 3.4·10³⁸ in float32; ∞ − ∞ or 0·∞ makes NaN of it, and that spreads. Training stops and names the first tensor that went bad, in the order of the computation.", rnnUnits, steps, rate)
	var rows [][]string
	least, most := math.Inf(1), math.Inf(-1) // sizes of U
	norms := map[float64]float64{}
	for _, size := range sizesOfU(ρ) {
		net, err := nn.New(nn.Config{Seed: seed, Input: data.Shape}, layers.SimpleRNN{
			Units: rnnUnits, Activation: activations.Identity, RecurrentInit: scaledOrthogonal(size)}, layers.Dense{Units: 1})
		if err != nil {
			return "", err
		}
		t := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: rate, MaxEpochs: epochs, Seed: seed}
		history, err := t.Fit(background, net, data)
		bad, diverged := errors.AsType[*train.DivergedError](err)
		if err != nil && !diverged || len(history) == 0 && !diverged {
			return "", err
		}
		row := []string{short(size), "not finite", "–", "–", "–"}
		if len(history) > 0 {
			norms[size] = history[0].GradientNorm
			least, most = min(least, size), max(most, size)
			row[1], row[2] = short(history[0].Loss), short(norms[size])
		}
		if diverged {
			row[4] = fmt.Sprintf("%s, step %d", bad.Tensor, bad.Step)
			end = fmt.Sprintf("ends in step %d, where the first bad tensor is %s", bad.Step, bad.Tensor)
		} else {
			row[3] = short(history[len(history)-1].Loss)
			end = fmt.Sprintf("takes the loss to %s in %d steps", row[3], epochs)
		}
		rows = append(rows, row)
	}
	p.Table("SimpleRNN in float32, by the Trainer; matmul is the product hₜ₋₁·U, mse the loss", []string{"ρ", "first loss", "first ‖g‖", fmt.Sprintf("loss after %d steps", epochs), "first bad tensor"}, rows)
	p.Greater(fmt.Sprintf("first ‖g‖ with ρ = %s is above that with %s", short(most), short(least)), norms[most], norms[least])
	if g, ok := norms[ρ]; ok {
		p.Number("log10 of the first gradient norm", math.Log10(g))
	}
	return end, nil
}

// overTheBound fits a line with a learning rate that is too large and returns how
// that ended and how much the loss grew in a step.
func (p *Page) overTheBound(lr float64, seed uint64) (bad *train.DivergedError, growth float64, err error) {
	p.Say("The second way needs no depth: a learning rate above 2/λmax. Along the eigenvector of λmax every step multiplies the distance from the minimum by 1 − ηλmax, which is below −1. When that direction has taken over, the loss above its minimum grows by the square.")
	p.Formula("η > 2/λmax:   L − L* after k more steps → (1 − ηλmax)²ᵏ·(L − L*)", "of a quadratic loss, as that of a line")
	data, err := dataset("line", [][]float64{{-1}, {0}, {1}, {2}}, [][]float64{{-1}, {1}, {3}, {5}}, nil)
	if err != nil {
		return nil, 0, err
	}
	m, err := newModel(seed, data, losses.MSE, stack(0, 0, 1, activations.Identity, nn.GlorotUniform)...)
	if err != nil {
		return nil, 0, err
	}
	λ, _ := eigenvalues(m.hessian(m.start))
	top := λ[len(λ)-1]
	t := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: lr, MaxEpochs: 2000, Seed: seed}
	history, err := t.Fit(background, m.net, data)
	bad, ok := errors.AsType[*train.DivergedError](err)
	if !ok {
		return nil, 0, fmt.Errorf("the run at η = %v should have diverged: %w", lr, err)
	}
	y := make([]float64, len(history))
	for i, e := range history {
		y[i] = e.Loss
	}
	last := len(y) - 1
	if math.IsInf(y[last], 1) {
		last--
	}
	growth = y[last] / y[last-1]
	p.Equal("growth of the loss, at last, is (1 − ηλmax)²", growth, math.Pow(1-lr*top, 2), 1e-6)
	p.Greater("η is above 2/λmax", lr, 2/top)
	p.Curves("rate", fmt.Sprintf("The line y = 2x + 1 through four points, fitted at η = %s, while the bound is %s. On a logarithmic axis the loss climbs straight up to the largest number there is, 1.8·10³⁰⁸.", short(lr), short(2/top)), plot.Curves{
		Title: "Loss above the bound", XLabel: "step", YLabel: "mean squared error", LogY: true,
		Series: []plot.Series{{Name: fmt.Sprintf("η = %s", short(lr)), X: thin(counted(1, len(y))), Y: thin(y)}},
	})
	p.Number("bound", 2/top)
	p.Number("diverged in step", float64(bad.Step))
	return bad, growth, nil
}
