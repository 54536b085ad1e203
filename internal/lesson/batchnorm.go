package lesson

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/internal/exec"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/nn"
)

// batchNormalization shows what a BatchNorm layer does to the numbers between layers.
var batchNormalization = Lesson{
	Name: "batch-norm", Row: 21,
	Title: "Batch normalisation",
	About: "pre-activations with and without it, its gradient, and why evaluation is different",
	Params: []Param{
		whole("depth", 5, 2, 12, "hidden layers"),
		number("scale", 3, 0.1, 5, "size of the first weights, 1 being Glorot's"),
		whole("rows", 64, 8, 256, "rows of a batch"),
	},
	run: func(p *Page, s Settings) error {
		depth, scale, rows := s.Int("depth"), s.Number("scale"), s.Int("rows")
		const width = 40
		p.Say("What reaches an activation is a sum of many terms, and its spread depends on every weight before it. Too wide, and tanh saturates; too narrow, and it is a straight line. Batch normalisation measures mean and variance of each feature over the batch and takes them out, then lets the network choose a scale γ and a shift β of its own.")
		p.Formula("y = γ·(x − μ)/√(σ² + ε) + β", "μ and σ² over the rows of the batch, σ² with the divisor n; ε = 10⁻⁵")
		p.Formula("∂L/∂x = γ/√(σ² + ε) · (g − mean(g) − x̂·mean(g·x̂))", "g = ∂L/∂y; μ and σ² depend on every row, so each row's gradient does, too")
		p.Say("A prediction must not depend on the rows beside it. So evaluation uses running averages that training has kept, the variance with the divisor n − 1:")
		p.Formula("running ← 0.9·running + 0.1·batch", "they begin with mean 0 and variance 1")
		rng := rand.New(rand.NewPCG(s.Seed, 2))
		x := make([]float64, rows*width)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		c := plot.Histogram{Title: fmt.Sprintf("Pre-activations of layer %d of tanh", depth), XLabel: "what goes into tanh", Bins: 40}
		var table [][]string
		var saturated []float64
		for _, with := range []bool{false, true} {
			var list []nn.Layer
			var looks []int
			for range depth {
				list = append(list, layers.Dense{Units: width, Init: scaledGlorot(scale), NoBias: with})
				if with {
					list = append(list, layers.BatchNorm{})
				}
				looks = append(looks, len(list)-1)
				list = append(list, layers.Activation{Function: activations.Tanh})
			}
			net, err := nn.New(nn.Config{Seed: s.Seed, Input: []int{width}, DType: nn.Float64}, list...)
			if err != nil {
				return err
			}
			hidden, err := hiddenValues(net, rows, true, x)
			if err != nil {
				return err
			}
			name := "without"
			if with {
				name = "with batch-norm"
			}
			for layer, at := range looks {
				v := hidden[at]
				mean, deviation := moments(v)
				var flat int
				for _, z := range v {
					if math.Abs(z) > 2 {
						flat++
					}
				}
				share := float64(flat) / float64(len(v))
				if layer == 0 || layer == depth-1 {
					table = append(table, []string{name, fmt.Sprint(layer + 1), short(tidy(mean)), short(deviation), percent(share)})
				}
				if layer == depth-1 {
					c.Groups = append(c.Groups, plot.Group{Name: name, Values: v})
					saturated = append(saturated, share)
					p.Number("deviation "+name, deviation)
				}
			}
		}
		p.Table(fmt.Sprintf("First and last of %d layers, weights %s times Glorot's; |x| > 2 is where the slope of tanh is below 0.071", depth, short(scale)), []string{"network", "layer", "mean", "deviation", "|x| > 2"}, table)
		p.Histogram("histogram", "The last layer before its activation, on one batch. With batch normalisation each feature has mean 0 and deviation 1, whatever the weights are.", c)
		p.Equal("slope of tanh at 2", 1-math.Pow(math.Tanh(2), 2), 0.0707, 1e-4)
		if err := p.normClaims(s.Seed, rows); err != nil {
			return err
		}
		gap, err := p.trainedAndEvaluated(s.Seed, rows)
		if err != nil {
			return err
		}
		p.See("Of the last layer's pre-activations %s lie where tanh is flat without batch-norm, %s with it. One and the same row gives %s in its first batch and %s in evaluation after it; after 100 batches the two agree up to what batches differ.", percent(saturated[0]), percent(saturated[1]), short(gap[0]), short(gap[1]))
		return nil
	},
}

// normClaims checks one BatchNorm layer, whose scale and shift are not 1 and 0,
// against its formulas.
func (p *Page) normClaims(seed uint64, rows int) error {
	const features, γ, β = 3, 1.7, -0.4
	rng := rand.New(rand.NewPCG(seed, 4))
	x, g := make([]float64, rows*features), make([]float64, rows*features)
	for i := range x {
		x[i], g[i] = 2+3*rng.NormFloat64(), rng.NormFloat64()
	}
	net, err := nn.New(nn.Config{Seed: seed, Input: []int{features}, DType: nn.Float64}, layers.BatchNorm{})
	if err != nil {
		return err
	}
	for name, v := range map[string]float64{"0.weight": γ, "0.bias": β} {
		if err := net.Param(name).Set([]float64{v, v, v}); err != nil {
			return err
		}
	}
	trained, err := hiddenValues(net, rows, true, x) // this moves the running statistics
	if err != nil {
		return err
	}
	evaluated, err := net.Predict(x)
	if err != nil {
		return err
	}
	column := func(v []float64, j int) []float64 {
		var list []float64
		for i := j; i < len(v); i += features {
			list = append(list, v[i])
		}
		return list
	}
	normed := func(in []float64) []float64 {
		m, d := moments(in)
		return mapped(in, func(v float64) float64 { return (v - m) / math.Sqrt(d*d+1e-5) })
	}
	scaled := func(in []float64) []float64 {
		return mapped(normed(in), func(v float64) float64 { return γ*v + β })
	}
	first, up := column(x, 0), column(g, 0)
	mu, deviation := moments(first)
	variance := deviation * deviation
	hat := normed(first)
	p.Equal("training: y by the formula with γ = 1.7, β = −0.4: largest distance", farthest(scaled(first), column(trained[0], 0)), 0, 1e-12)
	mean, spread := moments(hat)
	p.Equal("training: mean of x̂", mean, 0, 1e-12)
	p.Equal("training: variance of x̂ is σ²/(σ² + ε)", spread*spread, variance/(variance+1e-5), 1e-12)
	running := net.Param("0.running_mean").Values()[0]
	p.Equal("running mean after one batch is 0.9·0 + 0.1·μ", running, 0.1*mu, 1e-12)
	n := float64(rows)
	follow := 0.9 + 0.1*variance*n/(n-1)
	p.Equal("running variance is 0.9·1 + 0.1·σ²·n/(n − 1)", net.Param("0.running_var").Values()[0], follow, 1e-12)
	p.Equal("evaluation of the first number: γ·(x − running mean)/√(running var + ε) + β", evaluated[0], γ*(x[0]-running)/math.Sqrt(follow+1e-5)+β, 1e-12)

	meanG, meanGX := dot(up, ones(rows))/n, dot(up, hat)/n
	byHand := make([]float64, rows)
	for i := range byHand {
		byHand[i] = γ * (up[i] - meanG - hat[i]*meanGX) / math.Sqrt(variance+1e-5)
	}
	byGraph, err := upstreamGradient(net, rows, x, g)
	if err != nil {
		return err
	}
	p.Equal("∂L/∂x by the formula against the graph: largest distance", farthest(byHand, column(byGraph, 0)), 0, 1e-12)
	p.Equal("∂L/∂x by differences: largest distance", farthest(byHand, slopes(func(v []float64) float64 { return dot(scaled(v), up) }, first)), 0, 1e-7)
	return nil
}

// trainedAndEvaluated follows one row: what the layer makes of it in each batch and
// what in evaluation, as the running statistics learn. It returns both after the
// first batch.
func (p *Page) trainedAndEvaluated(seed uint64, rows int) (gap [2]float64, err error) {
	net, err := nn.New(nn.Config{Seed: seed, Input: []int{1}, DType: nn.Float64}, layers.BatchNorm{})
	if err != nil {
		return gap, err
	}
	rng := stream(seed, 6)
	const mu, sigma, probe = 5, 2, 8
	draw := func() []float64 {
		x := []float64{probe}
		for range rows - 1 {
			x = append(x, mu+sigma*rng.NormFloat64())
		}
		return x
	}
	var table [][]string
	for batch := 1; batch <= 100; batch++ {
		hidden, err := hiddenValues(net, rows, true, draw())
		if err != nil {
			return gap, err
		}
		evaluated, err := net.Predict([]float64{probe})
		if err != nil {
			return gap, err
		}
		if batch == 1 {
			gap = [2]float64{hidden[0][0], evaluated[0]}
		}
		if batch == 1 || batch == 2 || batch == 10 || batch == 30 || batch == 100 {
			table = append(table, cells(fmt.Sprint(batch), hidden[0][0], evaluated[0], net.Param("0.running_mean").Values()[0], net.Param("0.running_var").Values()[0]))
		}
		if batch == 100 {
			p.Equal("after 100 batches: the row's value in evaluation is about (8 − 5)/2", evaluated[0], (probe-mu)/float64(sigma), 0.4)
		}
	}
	p.Table("The same row x = 8 among others of mean 5 and variance 4: its value in training changes with its neighbours, in evaluation with what has been learnt", []string{"batch", "in training", "in evaluation", "running mean", "running variance"}, table)
	return gap, nil
}

// scaledGlorot is Glorot's normal initializer times a factor.
func scaledGlorot(scale float64) nn.Initializer {
	return nn.Initializer{Name: "scaled-glorot", Draw: func(rng *rand.Rand, fan nn.Fan, _ []int, _ float64, w []float64) error {
		for i := range w {
			w[i] = scale * math.Sqrt(2/float64(fan.In+fan.Out)) * rng.NormFloat64()
		}
		return nil
	}}
}

// hiddenValues are the outputs of all layers for rows of input; in training, states
// move on.
func hiddenValues(net *nn.Network, rows int, training bool, x []float64) ([][]float64, error) {
	g, err := net.Build(rows, training)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	program, err := exec.Compiler{Every: true}.Compile(append(append(gorgonia.Nodes{}, g.Hidden...), g.Extra()...)...)
	if err != nil {
		return nil, err
	}
	copy(g.Input.Value().Data().([]float64), x)
	if err := program.RunAll(); err != nil {
		return nil, err
	}
	var list [][]float64
	for _, h := range g.Hidden {
		list = append(list, append([]float64{}, h.Value().Data().([]float64)...))
	}
	return list, g.Advance()
}

// moments are mean and standard deviation, with the divisor n.
func moments(v []float64) (mean, deviation float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		deviation += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, math.Sqrt(deviation)
}
