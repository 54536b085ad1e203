package lesson

import (
	"fmt"
	"math"

	"nabla/activations"
	"nabla/internal/plot"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/optimizers"
)

// gradientNorms follows the gradients of each layer through training.
var gradientNorms = Lesson{
	Name: "gradient-norms", Row: 24,
	Title: "Gradient norms during training",
	About: "one number a layer and step: which layers learn, and how far each step moves them",
	Params: []Param{
		number("lr", 0.1, 0.001, 0.3, "learning rate η"),
		whole("steps", 200, 10, 400, "steps of batch descent"),
		word("init", []string{"glorot-normal", "he-normal", "normal:0,0.02"}, "initializer of the weights"),
	},
	run: func(p *Page, s Settings) error {
		lr, steps := s.Number("lr"), s.Int("steps")
		m, err := watchedNet(s)
		if err != nil {
			return err
		}
		p.Say("A gradient has as many numbers as the network has weights; its norm by layer is one number each, cheap enough to look at in every step. Norms that differ by orders of magnitude from layer to layer, or that suddenly jump, are often the first sign of trouble. `nabla train DATA --watch norms` draws them.")
		p.Formula("‖∇L‖² = Σ over layers of ‖∇Wₗ‖² + ‖∇bₗ‖²", "")
		p.Formula("update : weight = η·‖∇Wₗ‖/‖Wₗ‖", "of plain descent; a rule of thumb is 10⁻³: far above it a step throws weights about, far below it hardly moves them")
		p.Formula("L(θ − η∇L) ≈ L − η·‖∇L‖²", "for small η: ‖∇L‖² is how much the loss falls for each unit of η")
		d, err := optimizers.NewDescent(optimizers.SGD{}, m.problem, m.start, optimizers.Steps{Count: steps, LearningRate: lr})
		if err != nil {
			return err
		}
		c := plot.Curves{Title: "Gradient norm by layer", XLabel: "step", YLabel: "‖∇W‖", LogY: true}
		u := plot.Curves{Title: "How far a step moves a layer", XLabel: "step", YLabel: "update : weight", LogY: true}
		total := 0.0
		var before []float64
		for k := 0; ; k++ {
			x := append([]float64{}, d.X()...)
			g := m.gradient(x)
			norms, sizes := m.norms(g), m.norms(x)
			for l := range norms {
				if k == 0 {
					name := fmt.Sprintf("layer %d", l+1)
					c.Series, u.Series = append(c.Series, plot.Series{Name: name}), append(u.Series, plot.Series{Name: name})
				}
				c.Series[l].X, c.Series[l].Y = append(c.Series[l].X, float64(k)), append(c.Series[l].Y, norms[l])
				u.Series[l].X, u.Series[l].Y = append(u.Series[l].X, float64(k)), append(u.Series[l].Y, lr*norms[l]/sizes[l])
			}
			if k == 1 {
				moved, was := m.norms(difference(x, before)), m.norms(before)
				for l := range moved {
					p.Equal(fmt.Sprintf("layer %d: update : weight of the first step, measured, is η·‖∇W‖/‖W‖", l+1), moved[l]/was[l], u.Series[l].Y[0], 1e-9)
				}
			}
			if k == 0 {
				before = x
				for _, part := range m.norms(g) {
					total += part * part
				}
				for _, part := range m.biasNorms(g) {
					total += part * part
				}
				p.Equal("the squares of the layers' norms add up to the whole one's", total, dot(g, g), 1e-12)
				tiny := append([]float64{}, x...)
				const h = 1e-6
				for i := range tiny {
					tiny[i] -= h * g[i]
				}
				p.Equal("a step of η = 10⁻⁶ lowers the loss by η‖∇L‖²: (measured/formula)", (m.problem.Func(x)-m.problem.Func(tiny))/(h*dot(g, g)), 1, 1e-3)
			}
			if !d.Next(background) {
				break
			}
		}
		apart := func(k int) string {
			least, most := math.Inf(1), 0.0
			for _, layer := range c.Series {
				least, most = min(least, layer.Y[k]), max(most, layer.Y[k])
			}
			return digits(most/least, 2)
		}
		p.Curves("norms", fmt.Sprintf("The norm of each weight matrix's gradient. Here all layers stay within a factor of %s of each other at the first step and %s at the last; a layer far below the others would hardly learn.", apart(0), apart(len(c.Series[0].Y)-1)), c)
		p.Curves("updates", "What a step changes, as a part of the weights it changes.", u)
		var rows [][]string
		last := len(c.Series[0].Y) - 1
		for l := range c.Series {
			rows = append(rows, cells(fmt.Sprint(l+1), c.Series[l].Y[0], c.Series[l].Y[last], u.Series[l].Y[0], u.Series[l].Y[last]))
			p.Number(fmt.Sprintf("norm of layer %d", l+1), c.Series[l].Y[0])
		}
		p.Table("At the first step and at the last", []string{"layer", "‖∇W‖ first", "last", "update : weight first", "last"}, rows)
		p.See("The first layer's gradient starts at %s of the last one's; a step moves the first layer by %s of itself.", short(c.Series[0].Y[0]/c.Series[len(c.Series)-1].Y[0]), short(u.Series[0].Y[0]))
		return nil
	},
}

// watchedNet is the network of the lessons that watch training.
func watchedNet(s Settings) (*model, error) {
	data, err := bundled("moons")
	if err != nil {
		return nil, err
	}
	init, err := nn.ParseInitializer(s.Text("init"))
	if err != nil {
		return nil, err
	}
	return newModel(s.Seed, data, losses.CrossEntropy, stack(3, 16, 2, activations.Tanh, init)...)
}

// biasNorms are the norms of the parts of a gradient that belong to biases.
func (m *model) biasNorms(g []float64) []float64 {
	var list []float64
	at := 0
	for _, p := range m.net.Trainable() {
		if len(p.Shape) == 1 {
			list = append(list, norm(g[at:at+p.Size()]))
		}
		at += p.Size()
	}
	return list
}

// weights are the parts of a gradient that belong to the weights of each layer.
func (m *model) weights(g []float64) [][]float64 {
	var list [][]float64
	at := 0
	for _, p := range m.net.Trainable() {
		if len(p.Shape) == 2 {
			list = append(list, g[at:at+p.Size()])
		}
		at += p.Size()
	}
	return list
}
