package lesson

import (
	"context"
	"errors"
	"fmt"
	"math"

	"nabla/activations"
	"nabla/internal/plot"
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
		p.Say("A recurrent network uses one matrix W at every time step, so the gradient by the first state has W in it as often as there are steps. What matters is its spectral radius ρ, the size of its largest eigenvalue: the product goes like ρ to the power of the time.")
		p.Formula("hₜ = f(W·hₜ₋₁):   ∂h_T/∂h₀ = Π diag(f′)·W  ~  ρ^T", "T factors; ‖∂h_T/∂h₀‖ ≤ ‖W‖^T where |f′| ≤ 1")
		const n = 12
		c := plot.Curves{Title: "Gradient through time", XLabel: "time steps back", YLabel: "‖δ‖ / ‖δ at the end‖", LogY: true}
		for _, size := range []float64{0.9, 1, ρ} {
			for _, f := range []activations.Activation{activations.Identity, activations.Tanh} {
				y, err := throughTime(size, T, n, f, s.Seed)
				if err != nil {
					return err
				}
				name := fmt.Sprintf("ρ = %s, %s", short(size), map[string]string{"identity": "linear", "tanh": "tanh"}[f.Name])
				if f.Name == activations.Identity.Name || size == ρ {
					c.Series = append(c.Series, plot.Series{Name: name, X: counted(0, len(y)), Y: y})
				}
				end := y[len(y)-1]
				if f.Name == activations.Identity.Name {
					p.Equal(fmt.Sprintf("W = %s·Q with Q orthogonal, linear: log₁₀ of the factor after %d steps is T·log₁₀ ρ", short(size), T), math.Log10(end), float64(T)*math.Log10(size), 1e-9)
				} else {
					p.Less(fmt.Sprintf("with tanh: factor after %d steps − ρ^T·(1 + ε)", T), end-math.Pow(size, float64(T))*(1+1e-9), 0)
				}
				p.Number("log10 factor "+name, math.Log10(end))
			}
		}
		p.Curves("time", "A gradient sent back through time. Linear, it goes exactly like ρ^T: the axis is logarithmic. With tanh the slopes below 1 hold it down, and a network that was about to explode may vanish instead.", c)
		p.Say("The second way is a learning rate above 2/λmax: every step multiplies the distance from the minimum by |1 − ηλmax| > 1, the loss by its square, and soon a number is larger than its type can hold. What comes then, ∞ − ∞ or 0·∞, is NaN, and spreads. Training stops and names the first tensor that went bad, in the order of the computation.")
		p.Formula("loss after k steps ~ (1 − ηλmax)²ᵏ", "")
		data, err := dataset("line", [][]float64{{-1}, {0}, {1}, {2}}, [][]float64{{-1}, {1}, {3}, {5}}, nil)
		if err != nil {
			return err
		}
		m, err := newModel(s.Seed, data, losses.MSE, stack(0, 0, 1, activations.Identity, nn.GlorotUniform)...)
		if err != nil {
			return err
		}
		λ, _ := eigenvalues(m.hessian(m.start))
		top := λ[len(λ)-1]
		t := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: lr, MaxEpochs: 2000, Seed: s.Seed}
		history, err := t.Fit(context.Background(), m.net, data)
		bad, ok := errors.AsType[*train.DivergedError](err)
		if !ok {
			return fmt.Errorf("the run at η = %v should have diverged: %w", lr, err)
		}
		y := make([]float64, len(history))
		for i, e := range history {
			y[i] = e.Loss
		}
		growth := y[len(y)-1] / y[len(y)-2]
		p.Equal("growth of the loss in a step is (1 − ηλmax)²", growth, math.Pow(1-lr*top, 2), 1e-6)
		p.Greater("η is above 2/λmax", lr, 2/top)
		p.Curves("rate", fmt.Sprintf("A straight line fitted at η = %s, while the bound is %s. On a logarithmic axis the loss climbs straight up to the largest number there is.", short(lr), short(2/top)), plot.Curves{
			Title: "Loss above the bound", XLabel: "step", YLabel: "mean squared error", LogY: true,
			Series: []plot.Series{{Name: fmt.Sprintf("η = %s", short(lr)), X: thin(counted(1, len(y))), Y: thin(y)}},
		})
		tensor := bad.Tensor
		if tensor == "" {
			tensor = "the loss"
		}
		p.Number("bound", 2/top)
		p.Number("diverged in step", float64(bad.Step))
		p.See("ρ = %s makes a gradient %s times as long in %d steps; at η = %s the loss grows %s-fold a step, until step %d, where the first bad tensor is %s.", short(ρ), short(math.Pow(ρ, float64(T))), T, short(lr), short(growth), bad.Step, tensor)
		return nil
	},
}

// throughTime sends a gradient back through T steps of hₜ = f(W·hₜ₋₁), W = ρ·Q with
// an orthogonal Q, and returns its length by step as a part of the first.
func throughTime(ρ float64, T, n int, f activations.Activation, seed uint64) ([]float64, error) {
	w := make([]float64, n*n)
	if err := nn.Orthogonal.Fill(stream(seed, 31), nn.Fan{In: n, Out: n}, []int{n, n}, ρ, w); err != nil {
		return nil, err
	}
	rng := stream(seed, 32)
	h, δ := make([]float64, n), make([]float64, n)
	for i := range h {
		h[i], δ[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	slopes := make([][]float64, T)
	for t := range slopes {
		z := times(w, h)
		slopes[t] = mapped(z, f.D)
		h = mapped(z, f.F)
	}
	first := norm(δ)
	list := []float64{1}
	for t := T - 1; t >= 0; t-- {
		next := make([]float64, n)
		for i, v := range δ {
			for j := range next {
				next[j] += v * slopes[t][i] * w[i*n+j]
			}
		}
		δ = next
		list = append(list, norm(δ)/first)
	}
	return list, nil
}
