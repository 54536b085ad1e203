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

// gradientHistograms looks at all numbers of a gradient instead of its norm.
var gradientHistograms = Lesson{
	Name: "histograms", Row: 23,
	Title: "Histograms of gradients",
	About: "all numbers of a layer's gradient at once: how wide they spread, and which are 0",
	Params: []Param{
		whole("steps", 150, 1, 300, "steps of batch descent between the two looks"),
		whole("dead", 6, 0, 16, "relu units of layer 2 that are killed before the third look"),
		word("init", []string{"glorot-normal", "he-normal", "normal:0,0.02"}, "initializer of the weights"),
	},
	run: func(p *Page, s Settings) error {
		m, err := watchedNet(s)
		if err != nil {
			return err
		}
		p.Say("A norm says how long a gradient is, not how it is made up. A histogram shows all its numbers: a healthy layer has a bell around 0; a needle at 0 with a few far outliers means that few weights get all the signal; many numbers that are exactly 0 are the mark of dead units. `nabla train DATA --watch histograms` draws them by layer and epoch.")
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
		}{{"start", "Before the first step, layers of 2·16, 16·16, 16·16 and 16·2 weights.", first}, {"end", fmt.Sprintf("After %d steps of descent. Mind the axis: it fits the numbers.", s.Int("steps")), last}} {
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
		zeros, numbers, err := p.deadHistogram(s)
		if err != nil {
			return err
		}
		p.See("The last layer's gradients have an rms of %s at the start and %s after %d steps; the first layer's %s and %s. With %d of 16 units dead %s of layer 2's numbers are exactly 0.", rows[layers-1][3], rows[2*layers-1][3], s.Int("steps"), rows[0][3], rows[layers][3], s.Int("dead"), percent(zeros/numbers))
		return nil
	},
}

// deadHistogram looks at a network of relu in whose second layer some units never
// fire, and returns how many numbers of that layer's gradient are 0, of how many.
func (p *Page) deadHistogram(s Settings) (zeros, numbers float64, err error) {
	const units = 16
	data, err := bundled("moons")
	if err != nil {
		return 0, 0, err
	}
	init, err := nn.ParseInitializer(s.Text("init"))
	if err != nil {
		return 0, 0, err
	}
	m, err := newModel(s.Seed, data, losses.CrossEntropy, stack(3, units, 2, activations.ReLU, init)...)
	if err != nil {
		return 0, 0, err
	}
	dead := s.Int("dead")
	x, at := append([]float64{}, m.start...), 0
	for _, param := range m.net.Trainable() {
		if param.Name == "1.bias" {
			for i := range dead {
				x[at+i] = -1000
			}
		}
		at += param.Size()
	}
	h := plot.Histogram{Title: fmt.Sprintf("Gradients with %d of %d units dead", dead, units), XLabel: "∂L/∂w", Bins: 41}
	var rows [][]string
	for l, part := range m.weights(m.gradient(x)) {
		none := 0.0
		for _, v := range part {
			none += is(v == 0)
		}
		h.Groups = append(h.Groups, plot.Group{Name: fmt.Sprintf("layer %d", l+1), Values: part})
		rows = append(rows, []string{fmt.Sprint(l + 1), fmt.Sprint(len(part)), short(none)})
		if l == 1 {
			zeros, numbers = none, float64(len(part))
			p.Greater(fmt.Sprintf("layer 2: numbers that are exactly 0 are at least 16·%d", dead), none+0.5, float64(units*dead))
		}
		if l == 2 {
			p.Greater(fmt.Sprintf("layer 3, whose weights get the dead units' outputs: at least 16·%d, too", dead), none+0.5, float64(units*dead))
		}
	}
	p.Say("The same with relu, and %d units of layer 2 killed by biases of −1000: they are 0 for every row, and so is their slope. Then the %d weights into them and the %d out of them get no gradient, and nothing brings them back.", dead, units*dead, units*dead)
	p.Histogram("dead", "The needle in the middle holds the numbers of the dead units, besides those that are small by nature.", h)
	p.Table("Numbers that are exactly 0; the weight between two living units has one, too, if they are never active on the same row", []string{"layer", "numbers", "exactly 0"}, rows)
	return zeros, numbers, nil
}
