package lesson

import (
	"errors"
	"fmt"
	"math"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// gradientClipping shows a cliff and what keeps a run from being thrown off it.
var gradientClipping = Lesson{
	Name: "clipping", Row: 19,
	Title: "Gradient clipping",
	About: "one huge gradient throws a run away; cut to a length, it only points",
	Params: []Param{
		whole("steps", 20, 15, 40, "time steps of the recurrent networks"),
		number("limit", 1, 0.1, 2, "longest gradient that passes uncut"),
	},
	run: func(p *Page, s Settings) error {
		T, limit := s.Int("steps"), s.Number("limit")
		n := float64(T)
		p.Say("The shortest recurrent network multiplies its state by one weight w at every time step. After %d of them the state is w to the power %d: %s for w = 1.5, %s for w = 0.5. Here it is a SimpleRNN layer with one linear unit; its first input is 1, all others are 0, and the state should still be 1 at the end.", T, T, short(math.Pow(1.5, n)), short(math.Pow(0.5, n)))
		p.Formula("h₁ = 1, hₜ₊₁ = w·hₜ:   L = (w^T − 1)²,   dL/dw = 2(w^T − 1)·T·w^(T−1)", "after T steps; one minimum above 0, w = 1")
		p.Say("From w = 1.5 plain descent takes one step and is gone. Clipping cuts the gradient before the step. By norm: all numbers are scaled by one factor, so that the direction stays. By value: each number is cut for itself, which bends the direction towards a diagonal.")
		p.Formula("by norm:   g ← g·min(1, c/‖g‖)", "Pascanu, Mikolov and Bengio, 2013; the library divides by ‖g‖ + 10⁻⁶")
		p.Formula("by value:  gᵢ ← min(max(gᵢ, −c), c)", "")
		grad := func(w float64) float64 { return 2 * (math.Pow(w, n) - 1) * n * math.Pow(w, n-1) }
		lr := 0.25 / (n * n)
		const start = 1.5
		free, err := unitRun(T, start, lr, 0)
		if err != nil {
			return err
		}
		cut, err := unitRun(T, start, lr, limit)
		if err != nil {
			return err
		}
		steps, end := len(cut.w)-1, cut.w[len(cut.w)-1]
		p.Table(fmt.Sprintf("From w = 1.5 at η = 1/(4T²) = %s", short(lr)), []string{"run", "gradient at 1.5", "w after 1 step", "ends"}, [][]string{
			{"as it is", short(free.gradient), short(free.w[1]), free.ends},
			{"clipped to " + short(limit), short(limit), digits(cut.w[1], 8), fmt.Sprintf("w = %s after %d steps", short(round6(end)), steps)},
		})
		ws := spaced(0.5, 1.5, 201)
		p.Curves("cliff", "The length of the gradient by the weight. Above 1 it grows like w to the power 2T − 1, below 1 it vanishes like w to the power T − 1. The flat line is the limit: what is above it is cut.", plot.Curves{
			Title: fmt.Sprintf("Gradient of a unit over %d time steps", T), XLabel: "weight w", YLabel: "|dL/dw|", LogY: true,
			Series: []plot.Series{{Name: "|dL/dw|", X: ws, Y: mapped(ws, func(w float64) float64 { return math.Abs(grad(w)) })}, {Name: "after clipping", X: ws, Y: mapped(ws, func(w float64) float64 { return math.Min(math.Abs(grad(w)), limit) })}},
		})
		p.Curves("run", "The clipped run walks down at a constant pace, since its gradient always has the same length, until the slope is below the limit.", plot.Curves{
			Title: "The weight by step, clipped", XLabel: "step", YLabel: "w", Series: []plot.Series{{Name: "w", X: thin(counted(0, len(cut.w))), Y: thin(cut.w)}},
		})
		p.Equal("dL/dw at 1.5: the SimpleRNN's, back through time, as a part of the formula's", free.gradient/grad(start), 1, 1e-12)
		loss := func(w float64) float64 { return math.Pow(math.Pow(w, n)-1, 2) }
		p.Equal("dL/dw at 1.05: the formula's as a part of the slope by differences", grad(1.05)/central(loss, 1.05, 1e-6), 1, 1e-5)
		p.Greater("without clipping: |w| after one step", math.Abs(free.w[1]), 10)
		p.Equal("clipped: w at the end", end, 1, 1e-5)
		p.Equal("clipped: the first step is η·c long, but for the 10⁻⁶", start-cut.w[1], lr*limit*grad(start)/(grad(start)+1e-6), 1e-12)
		p.clippedDirections(limit)
		first, last, err := p.clippedNetwork(T, limit, s.Seed)
		if err != nil {
			return err
		}
		p.Number("gradient", math.Log10(grad(start)))
		p.Number("w after one step, not clipped", free.w[1])
		p.See("The gradient at 1.5 is %s: one step leads to w = %s. Cut to %s, the run arrives at 1 in %d steps. With 16 units only the clipped run learns: from a loss of %s to %s.", short(grad(start)), short(free.w[1]), short(limit), steps, short(first), short(last))
		return nil
	},
}

// clippedDirections shows what becomes of two numbers.
func (p *Page) clippedDirections(limit float64) {
	g := []float64{30, 4}
	byNorm, byValue := [][]float64{{30, 4}}, [][]float64{{30, 4}}
	before := optimizers.ClipNorm(byNorm, limit, optimizers.L2)
	optimizers.ClipValue(byValue, limit)
	angle := func(v []float64) float64 {
		return math.Acos(min(1, dot(g, v)/norm(g)/norm(v))) * 180 / math.Pi
	}
	p.Table("What becomes of g = (30, 4)", []string{"clipped", "gradient", "length", "turned by"}, [][]string{
		{"not", vector(g), short(norm(g)), "0°"},
		{"by norm", vector(byNorm[0]), short(norm(byNorm[0])), short(math.Round(angle(byNorm[0])*1000)/1000) + "°"},
		{"by value", vector(byValue[0]), short(norm(byValue[0])), short(angle(byValue[0])) + "°"},
	})
	p.Equal("ClipNorm tells the norm before", before, math.Hypot(30, 4), 1e-12)
	p.Equal("by norm: the length is c, to 10⁻⁶", norm(byNorm[0]), limit, 1e-6)
	p.Equal("by norm: both numbers keep their ratio", byNorm[0][0]/byNorm[0][1], 30./4, 1e-12)
	for i, v := range g {
		p.Equal(fmt.Sprintf("by value: number %d is min(max(g, −c), c)", i+1), byValue[0][i], min(max(v, -limit), limit), 0)
	}
	p.Number("angle by value", angle(byValue[0]))
}

// unitResult is a run of the network of one unit: w by step, the start first, the
// first gradient, and how the run ended if it did not arrive.
type unitResult struct {
	w        []float64
	gradient float64
	ends     string
}

// unitRun trains w of hₜ₊₁ = w·hₜ through so many steps, from a start until w is 1;
// 0 does not clip.
func unitRun(steps int, start, lr, clip float64) (unitResult, error) {
	r := unitResult{w: []float64{start}}
	x := make([]float64, steps+1)
	x[0] = 1
	data, err := dataset("pulse", [][]float64{x}, [][]float64{{1}}, nil)
	if err != nil {
		return r, err
	}
	net, err := nn.New(nn.Config{Input: data.Shape, DType: nn.Float64}, layers.SimpleRNN{
		Units: 1, Activation: activations.Identity, NoBias: true, Init: nn.Constant(1), RecurrentInit: nn.Constant(start)})
	if err != nil {
		return r, err
	}
	t := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: lr, MaxEpochs: 60000, ClipNorm: clip,
		Groups: []train.Group{{Match: "*.weight", Frozen: true}}}
	run, err := t.Start(net, data)
	if err != nil {
		return r, err
	}
	for e, err := range run.Epochs(background) {
		if bad, ok := errors.AsType[*train.DivergedError](err); ok {
			r.ends = fmt.Sprintf("not finite in step %d", bad.Step)
			return r, nil
		}
		if err != nil {
			return r, err
		}
		w := net.Param("0.recurrent").Values()[0]
		if len(r.w) == 1 {
			r.gradient = e.GradientNorm
		}
		if r.w = append(r.w, w); math.Abs(w-1) < 1e-6 {
			break
		}
	}
	return r, nil
}

// clippedNetwork trains a recurrent network with and without clipping and returns
// the clipped run's loss at the start and at the end.
func (p *Page) clippedNetwork(steps int, limit float64, seed uint64) (first, last float64, err error) {
	const rows, epochs, size, rate = 64, 300, 1.05, 0.05
	data, err := firstThree(rows, steps, seed)
	if err != nil {
		return 0, 0, err
	}
	p.Say("The same with a whole network: a SimpleRNN of 16 linear units and a dense layer read %d random numbers and are to put out the sum of the first three, so the gradient has to come back through all the steps. The recurrent matrix starts as %v times an orthogonal one, so that at first a gradient grows by this factor a step back.", steps, size)
	c := plot.Curves{Title: "Loss of the recurrent network", XLabel: "step", YLabel: "mean squared error", LogY: true, Y: plot.Range{Min: 0.01, Max: 1e6}}
	var table [][]string
	var lost float64
	for _, run := range []struct {
		name string
		clip float64
	}{{"as it is", 0}, {"clipped to " + short(limit), limit}} {
		net, err := nn.New(nn.Config{Seed: seed, Input: data.Shape, DType: nn.Float64}, layers.SimpleRNN{Units: 16, Activation: activations.Identity, RecurrentInit: scaledOrthogonal(size)}, layers.Dense{Units: 1})
		if err != nil {
			return 0, 0, err
		}
		t := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: rate, MaxEpochs: epochs, ClipNorm: run.clip, Seed: seed}
		history, err := t.Fit(background, net, data)
		bad, diverged := errors.AsType[*train.DivergedError](err)
		if err != nil && !diverged {
			return 0, 0, err
		}
		var values []float64
		most := 0.0
		for _, e := range history {
			values, most = append(values, e.Loss), max(most, e.GradientNorm)
		}
		first, last = values[0], values[len(values)-1]
		end := fmt.Sprintf("%s after %d steps", short(last), epochs)
		if diverged {
			last, end = math.Inf(1), fmt.Sprintf("not finite in step %d", bad.Step)
		}
		if run.clip == 0 {
			lost = last
		}
		table = append(table, []string{run.name, short(first), short(history[0].GradientNorm), short(most), end})
		c.Series = append(c.Series, plot.Series{Name: run.name, X: counted(0, len(values)), Y: values})
	}
	p.Table(fmt.Sprintf("16 linear units, η = %v; norms are before clipping", rate), []string{"run", "loss first", "‖g‖ first", "‖g‖ largest", "loss at the end"}, table)
	p.Curves("network", "Without clipping one long step makes the next gradient longer still, and the loss leaves the picture. The clipped run has the same start and the same data.", c)
	p.Greater("network, as it is: loss at the end over that at the start", lost/first, 1000)
	p.Less("network, clipped: loss at the end over that at the start", last/first, 0.9)
	return first, last, nil
}

// firstThree are sequences of normal numbers with the sum of their first three as
// targets.
func firstThree(rows, steps int, seed uint64) (*datasets.Dataset, error) {
	rng := stream(seed, 51)
	x, y := datasets.Matrix{Rows: rows, Cols: steps}, datasets.Matrix{Rows: rows, Cols: 1}
	for range rows {
		sum := 0.0
		for i := range steps {
			v := rng.NormFloat64()
			x.F64 = append(x.F64, v)
			if i < 3 {
				sum += v
			}
		}
		y.F64 = append(y.F64, sum)
	}
	return datasets.New("first three", x, y, nil)
}

// thin leaves so many points of a curve that it can still be drawn.
func thin(x []float64) []float64 {
	const most = 400
	if len(x) <= most {
		return x
	}
	list := make([]float64, most)
	for i := range list {
		list[i] = x[i*(len(x)-1)/(most-1)]
	}
	return list
}
