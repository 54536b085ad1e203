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
		p.Say("A gradient has as many numbers as the network has weights; its norm by layer is one number each, cheap enough to look at in every step. Norms that differ by orders of magnitude from layer to layer, or that suddenly jump, are the first sign of trouble.")
		p.Formula("‖∇L‖² = Σ over layers of ‖∇Wₗ‖² + ‖∇bₗ‖²", "")
		p.Formula("update : weight = η·‖∇Wₗ‖/‖Wₗ‖", "of plain descent; around 10⁻³ is a usual rule of thumb, 10⁻¹ destroys, 10⁻⁶ stands still")
		p.Formula("L(θ − η∇L) ≈ L − η·‖∇L‖²", "for small η: the norm is also how fast the loss falls")
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
		p.Curves("norms", "The norm of each weight matrix's gradient. The layers start apart and come together; a layer far below the others learns nothing.", c)
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

// gradientHistograms looks at all numbers of a gradient instead of its norm.
var gradientHistograms = Lesson{
	Name: "histograms", Row: 23,
	Title: "Histograms of gradients",
	About: "all numbers of a layer's gradient at once: how wide they spread, and which are 0",
	Params: []Param{
		whole("steps", 150, 1, 300, "steps of batch descent between the two looks"),
		word("init", []string{"glorot-normal", "he-normal", "normal:0,0.02"}, "initializer of the weights"),
	},
	run: func(p *Page, s Settings) error {
		m, err := watchedNet(s)
		if err != nil {
			return err
		}
		p.Say("A norm says how long a gradient is, not how it is made up. A histogram shows all its numbers: a healthy layer has a bell around 0; a needle at 0 with a few far outliers means that few weights get all the signal; a bar exactly at 0 are dead units.")
		p.Formula("rms = √(Σ gᵢ²/n) = ‖g‖/√n", "the width of the histogram, if its mean is 0")
		d, err := optimizers.NewDescent(optimizers.SGD{}, m.problem, m.start, optimizers.Steps{Count: s.Int("steps"), LearningRate: 0.1})
		if err != nil {
			return err
		}
		first := m.gradient(d.X())
		for d.Next(background) {
		}
		last := m.gradient(d.X())
		var rows [][]string
		for _, look := range []struct {
			name, caption string
			g             []float64
		}{{"start", "Before the first step.", first}, {"end", "At the end. The gradients have become smaller, and few weights still get large ones.", last}} {
			h := plot.Histogram{Title: "Gradients, " + look.name, XLabel: "∂L/∂w", Bins: 41}
			for l, part := range m.weights(look.g) {
				h.Groups = append(h.Groups, plot.Group{Name: fmt.Sprintf("layer %d", l+1), Values: part})
				mean, deviation := moments(part)
				small := 0
				for _, v := range part {
					if math.Abs(v) < norm(part)/math.Sqrt(float64(len(part)))/10 {
						small++
					}
				}
				rows = append(rows, []string{look.name, fmt.Sprint(l + 1), fmt.Sprint(len(part)), short(norm(part) / math.Sqrt(float64(len(part)))), percent(float64(small) / float64(len(part)))})
				p.Equal(fmt.Sprintf("%s, layer %d: rms² is mean² + deviation²", look.name, l+1), dot(part, part)/float64(len(part)), mean*mean+deviation*deviation, 1e-12)
				p.Number(fmt.Sprintf("rms of layer %d at the %s", l+1, look.name), norm(part)/math.Sqrt(float64(len(part))))
			}
			p.Histogram(look.name, look.caption, h)
		}
		p.Table("Width of the histograms, and how many numbers are below a tenth of it", []string{"when", "layer", "numbers", "rms", "small"}, rows)
		layers := len(rows) / 2
		p.See("The last layer's gradients have an rms of %s at the start and %s after %d steps; the first layer's %s and %s.", rows[layers-1][3], rows[2*layers-1][3], s.Int("steps"), rows[0][3], rows[layers][3])
		return nil
	},
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
