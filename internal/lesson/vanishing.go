package lesson

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"nabla/activations"
	"nabla/internal/plot"
	"nabla/losses"
	"nabla/nn"
)

// vanishingGradients shows how much of a gradient reaches the first layer.
var vanishingGradients = Lesson{
	Name: "vanishing", Row: 25,
	Title: "Vanishing gradients",
	About: "depth × activation × initializer: how much of the gradient reaches the first layer",
	Params: []Param{
		whole("depth", 20, 2, 40, "hidden layers of the last column"),
		whole("width", 48, 8, 96, "units of each layer"),
	},
	run: runVanishing,
}

// start is an activation with an initializer.
type start struct {
	f    activations.Activation
	init nn.Initializer
}

func (s start) String() string {
	return s.f.Name + ", " + strings.NewReplacer("-normal", "", "normal:0,", "").Replace(s.init.Name)
}

// starts are the rows of the grid.
func starts() []start {
	return []start{
		{activations.ReLU, nn.HeNormal}, {activations.ReLU, nn.LeCunNormal},
		{activations.Tanh, nn.GlorotNormal}, {activations.Tanh, nn.LeCunNormal}, {activations.Tanh, nn.Normal(0, 0.05)},
		{activations.Sigmoid, nn.GlorotNormal}, {activations.Sigmoid, nn.HeNormal},
	}
}

func runVanishing(p *Page, s Settings) error {
	depth, width := s.Int("depth"), s.Int("width")
	p.Say("Going backwards, each layer multiplies the gradient by its weights and by the slope of its activation. The factors of the layers multiply: twenty of 0.9 make %s, twenty of 0.5 make %s. Then the first layers get no signal and do not learn, while the last ones do.", short(math.Pow(0.9, 20)), short(math.Pow(0.5, 20)))
	p.Formula("δₗ = (δₗ₊₁·Wₗ₊₁ᵀ) ∘ f′(zₗ),   ∂L/∂Wₗ = aₗ₋₁ᵀ·δₗ", "")
	p.Formula("E‖δₗ‖² ≈ n·Var(w)·E[f′(z)²] · E‖δₗ₊₁‖²", "the factor of one layer of n units, if its weights are independent of mean 0, and of δ and the slopes")
	p.Say("Initializers are chosen so that the factor is 1. For ReLU half of the slopes are 1 and half 0, E[f′²] = ½, so Var(w) = 2/n: He. For a function of slope 1 it is 1/n: LeCun. The slopes of tanh fall off from 1, and Glorot takes (5/3)²/n for it here. Sigmoid's slope is at most ¼, E[f′²] at most 1/16: it would take Var(w) of 16/n or more, which no usual initializer has.")
	depths := slices.Compact([]int{1, max(depth/4, 1), max(depth/2, 1), depth})
	data, err := gaussian(32, width, width, s.Seed)
	if err != nil {
		return err
	}
	var absolute [][]string
	h := plot.HeatMap{Title: "‖∇W₁‖ / ‖∇W of the last layer‖ at the start", XLabel: "hidden layers", YLabel: "activation, initializer", Log: true, ValueLabel: "ratio"}
	for _, d := range depths {
		h.Columns = append(h.Columns, fmt.Sprint(d))
	}
	c := plot.Curves{Title: fmt.Sprintf("Gradient by layer, %d hidden layers", depth), XLabel: "layer", YLabel: "‖∇W‖ / ‖∇W of the last layer‖", LogY: true}
	for i, at := range starts() {
		var ratios []float64
		for _, d := range depths {
			m, err := newModel(s.Seed, data, losses.MSE, stack(d, width, width, at.f, at.init)...)
			if err != nil {
				return err
			}
			norms := m.norms(m.gradient(m.start))
			last := norms[len(norms)-1]
			ratios = append(ratios, norms[0]/last)
			if len(ratios) == len(depths) {
				absolute = append(absolute, cells(at.String(), norms[0], last, norms[0]/last))
			}
			if len(ratios) == len(depths) && (i == 0 || i == 2 || i == 4 || i == 5) {
				c.Series = append(c.Series, plot.Series{Name: at.String(), X: counted(1, len(norms)), Y: mapped(norms, func(v float64) float64 { return v / last })})
			}
		}
		h.Rows, h.Values = append(h.Rows, at.String()), append(h.Values, ratios)
		p.Number("log10 ratio "+at.String(), math.Log10(ratios[len(ratios)-1]))
	}
	p.HeatMap("grid", "The first layer's gradient as a part of the last one's. 1 is healthy; 10⁻⁶ means that the first layer moves a million times more slowly.", h)
	p.Curves("layers", "The same by layer, on a logarithmic axis. A straight line that falls to the left is one factor below 1 for each layer, applied again and again.", c)
	p.Say("The ratio alone does not tell all. Where the weights are too small for tanh or relu, the activations shrink going forwards as fast as the gradients going backwards; ∇Wₗ is a product of both, so every layer's gradient fades alike and the ratio stays near 1. Look at the norms themselves, too:")
	p.Table(fmt.Sprintf("At %d hidden layers; 0.05 is the deviation of weights drawn without regard to the width", depth), []string{"activation, initializer", "‖∇W₁‖", "‖∇W_L‖", "ratio"}, absolute)
	if err := p.vanishingClaims(depth, width, s.Seed); err != nil {
		return err
	}
	last := len(depths) - 1
	p.See("At %d layers the first layer's gradient is %s of the last one's with relu and He, %s with sigmoid and Glorot.", depth, short(h.Values[0][last]), short(h.Values[5][last]))
	return nil
}

// vanishingClaims compares factors of layers with the formulas.
func (p *Page) vanishingClaims(depth, width int, seed uint64) error {
	// A linear chain of orthogonal matrices passes every gradient on as it is.
	one, err := gaussian(1, width, width, seed)
	if err != nil {
		return err
	}
	m, err := newModel(seed, one, losses.MSE, stack(depth, width, width, activations.Identity, nn.Orthogonal)...)
	if err != nil {
		return err
	}
	norms := m.norms(m.gradient(m.start))
	p.Equal(fmt.Sprintf("linear, orthogonal weights, one row: ‖∇W₁‖/‖∇W_L‖ through %d layers", depth), norms[0]/norms[len(norms)-1], 1, 1e-10)

	// δ and ∂L/∂W by hand, through the whole network.
	for _, f := range []activations.Activation{activations.Sigmoid, activations.Tanh} {
		data, err := gaussian(32, width, width, seed)
		if err != nil {
			return err
		}
		if m, err = newModel(seed, data, losses.MSE, stack(depth, width, width, f, nn.GlorotNormal)...); err != nil {
			return err
		}
		p.Equal(fmt.Sprintf("%s: ∂L/∂W of all layers by δₗ and aₗ₋₁ᵀ·δₗ, largest distance from the graph's as a part of that layer's", f.Name), m.backByHand(f, width), 0, 1e-9)
	}

	// One step back through a layer, many times: measured against the formula.
	for _, at := range []start{{activations.ReLU, nn.HeNormal}, {activations.Tanh, nn.LeCunNormal}, {activations.Sigmoid, nn.LeCunNormal}} {
		measured, theory, bound, err := backwardFactor(at, seed)
		if err != nil {
			return err
		}
		p.Equal(at.String()+": ‖δ‖² of a layer back, against n·Var(w)·E[f′²]", measured/theory, 1, 0.1)
		if at.f.Name == activations.Sigmoid.Name {
			p.Less("sigmoid: ‖δₗ‖/‖δₗ₊₁‖ is below ‖W‖/4, by the spectral norm", math.Sqrt(measured), bound/4)
		}
	}
	return nil
}

// backByHand goes back through a stack of layers of one width with mean squared
// error and compares each ∂L/∂W with the graph's.
func (m *model) backByHand(f activations.Activation, width int) (worst float64) {
	rows := m.data.Len()
	graph := m.weights(m.gradient(m.start))
	w := m.weights(m.start) // the biases are 0
	a := append([]float64{}, m.data.X.F64...)
	inputs, slopes := [][]float64{}, [][]float64{}
	for l := range w {
		inputs = append(inputs, a)
		z := product(a, rows, width, w[l], width)
		slopes = append(slopes, mapped(z, f.D))
		if a = z; l < len(w)-1 {
			a = mapped(z, f.F)
		}
	}
	δ := make([]float64, len(a))
	for i := range δ {
		δ[i] = 2 * (a[i] - m.data.Y.F64[i]) / float64(len(a))
	}
	for l := len(w) - 1; l >= 0; l-- {
		byHand := product(transposed(inputs[l], rows, width), width, rows, δ, width)
		worst = max(worst, farthest(byHand, graph[l])/norm(graph[l]))
		if l > 0 {
			δ = product(δ, rows, width, transposed(w[l], width, width), width)
			for i, slope := range slopes[l-1] {
				δ[i] *= slope
			}
		}
	}
	return worst
}

// backwardFactor sends random gradients back through one wide layer: the mean of
// ‖δₗ‖²/‖δₗ₊₁‖², the formula's factor, and the spectral norm of W.
func backwardFactor(at start, seed uint64) (measured, theory, spectral float64, err error) {
	const n, rows = 128, 64
	w := make([]float64, n*n)
	if err := at.init.Fill(stream(seed, 21), nn.Fan{In: n, Out: n}, []int{n, n}, 0, w); err != nil {
		return 0, 0, 0, err
	}
	rng := stream(seed, 22)
	var before, after, slopes2 float64
	for range rows {
		δ := make([]float64, n)
		for i := range δ {
			δ[i] = rng.NormFloat64()
		}
		for i := range n {
			d := at.f.D(rng.NormFloat64())
			slopes2 += d * d / float64(rows*n)
			v := dot(w[i*n:(i+1)*n], δ) * d
			after += v * v
			before += δ[i] * δ[i]
		}
	}
	var variance float64
	for _, v := range w {
		variance += v * v / float64(len(w))
	}
	var svd mat.SVD
	svd.Factorize(mat.NewDense(n, n, w), mat.SVDNone)
	return after / before, float64(n) * variance * slopes2, svd.Values(nil)[0], nil
}
