package lesson

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
	"nabla/nn/gradcheck"
	"nabla/train"
	"nabla/train/optimizers"
)

// lossAndGradient computes a cost and its gradient by all parameters, in a
// training graph of its own.
func lossAndGradient(net *nn.Network, x []float64, cost gradcheck.Cost) (loss float64, gradient []float64, err error) {
	size := 1
	for _, d := range net.Config().Input {
		size *= d
	}
	g, err := net.Build(len(x)/size, true)
	if err != nil {
		return 0, nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	in, err := op.Slice[float64](g.Input.Value())
	if err != nil {
		return 0, nil, err
	}
	copy(in, x)
	y, err := cost(g)
	if err != nil {
		return 0, nil, err
	}
	nodes, err := autodiff.Grad(y, g.Params...)
	if err != nil {
		return 0, nil, err
	}
	program, err := exec.Compile(append(nodes, y)...)
	if err != nil {
		return 0, nil, err
	}
	if err := program.RunAll(); err != nil {
		return 0, nil, err
	}
	for _, n := range append(gorgonia.Nodes{y}, nodes...) {
		v, err := op.Slice[float64](n.Value())
		if err != nil {
			return 0, nil, err
		}
		gradient = append(gradient, v...)
	}
	return gradient[0], gradient[1:], nil
}

// smallNetwork has a hidden layer.
func (t Trial) smallNetwork(columns, outputs int) (*nn.Network, error) {
	return nn.New(nn.Config{Seed: t.Seed, Input: []int{columns}, DType: nn.Float64},
		layers.Dense{Units: 3, Activation: activations.Tanh}, layers.Dense{Units: outputs})
}

// doubleRows compares a batch with the same batch twice over.
func doubleRows(part func(planted bool) losses.Loss) find {
	return func(t Trial, planted bool) (Finding, error) {
		x, columns := t.rows(4, 2)
		net, err := t.smallNetwork(columns, 3)
		if err != nil {
			return Finding{}, err
		}
		target := []float64{0, 1, 2, 1}
		once, g, err := lossAndGradient(net, x, gradcheck.Against(part(planted), target, nil))
		if err != nil {
			return Finding{}, err
		}
		twice, g2, err := lossAndGradient(net, slices.Concat(x, x), gradcheck.Against(part(planted), slices.Concat(target, target), nil))
		text := fmt.Sprintf("loss %.4g and gradient norm %.4g, with every row twice %.4g and %.4g", once, norm(g), twice, norm(g2))
		return Finding{math.Abs(once-twice) > slack || math.Abs(norm(g)-norm(g2)) > slack, text}, err
	}
}

func norm(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// replayed is a training run beside which the gradients are computed apart.
type replayed struct {
	net  *nn.Network
	run  *train.Run
	x    []float64
	cost gradcheck.Cost
}

func (t Trial) replayOf(rule optimizers.Rule, rate float64) (r replayed, err error) {
	const n = 6
	x, columns := t.rows(n, 2)
	if r.net, err = t.smallNetwork(columns, 1); err != nil {
		return r, err
	}
	r.x = x
	y := []float64{1, -1, 0.5, 0, 2, -0.5}
	r.cost = gradcheck.Against(losses.MSE, y, nil)
	data, err := datasets.New("replay", datasets.Matrix{Rows: n, Cols: columns, F64: x}, datasets.Matrix{Rows: n, Cols: 1, F64: y}, nil)
	if err != nil {
		return r, err
	}
	r.run, err = train.Trainer{Loss: losses.MSE, Optimizer: rule, LearningRate: rate, MaxEpochs: 10, InOrder: true}.Start(r.net, data)
	return r, err
}

// weights are all parameters.
func (r replayed) weights() (all []float64) {
	for _, p := range r.net.Trainable() {
		all = append(all, p.Values()...)
	}
	return all
}

// replay compares each step of a rule, which should be gradient descent, with the
// step it should have made.
func replay(rule func(planted bool) optimizers.Rule) find {
	return func(t Trial, planted bool) (Finding, error) {
		const rate, steps = 0.1, 4
		r, err := t.replayOf(rule(planted), rate)
		if err != nil {
			return Finding{}, err
		}
		for step := 1; step <= steps; step++ {
			_, g, err := lossAndGradient(r.net, r.x, r.cost)
			if err != nil {
				return Finding{}, err
			}
			before := r.weights()
			if _, err := r.run.Step(); err != nil {
				return Finding{}, err
			}
			for i, w := range r.weights() {
				if want := -rate * g[i]; !(math.Abs(w-before[i]-want) <= slack*max(1, math.Abs(want))) {
					return Finding{true, fmt.Sprintf("step %d moves weight %d by %.4g, −η·gradient is %.4g", step, i, w-before[i], want)}, nil
				}
			}
		}
		return Finding{false, fmt.Sprintf("%d steps are −η·gradient each", steps)}, nil
	}
}

// step compares what a tiny step gains with what the gradient promises.
func step(rule func(planted bool) optimizers.Rule) find {
	return func(t Trial, planted bool) (Finding, error) {
		const rate = 1e-7
		r, err := t.replayOf(rule(planted), rate)
		if err != nil {
			return Finding{}, err
		}
		before, g, err := lossAndGradient(r.net, r.x, r.cost)
		if err != nil {
			return Finding{}, err
		}
		if _, err := r.run.Step(); err != nil {
			return Finding{}, err
		}
		after, _, err := lossAndGradient(r.net, r.x, r.cost)
		promised := -rate * norm(g) * norm(g)
		text := fmt.Sprintf("a step with η = %.0e changes the loss by %.4g, −η·‖g‖² is %.4g", rate, after-before, promised)
		return Finding{!(math.Abs((after-before)/promised-1) < 1e-3), text}, err
	}
}

// audit collects an epoch of batches. Row i of its data is the number i with the
// target 100 + i.
func audit(part func(planted bool) source) find {
	return func(t Trial, planted bool) (Finding, error) {
		const n, size = 10, 4
		var x, y []float64
		for i := range n {
			x, y = append(x, float64(i)), append(y, 100+float64(i))
		}
		data, err := datasets.New("audit", datasets.Matrix{Rows: n, Cols: 1, F64: x}, datasets.Matrix{Rows: n, Cols: 1, F64: y}, nil)
		if err != nil {
			return Finding{}, err
		}
		seen := make([]int, n)
		for h := range part(planted)(data, size, t.Seed) {
			for i := range h.x {
				if h.y[i] != 100+h.x[i] {
					return Finding{true, fmt.Sprintf("row %v came with the target of row %v", h.x[i], h.y[i]-100)}, nil
				}
				seen[int(h.x[i])]++
			}
		}
		for i, times := range seen {
			if times != 1 {
				return Finding{true, fmt.Sprintf("row %d came %d times in an epoch", i, times)}, nil
			}
		}
		return Finding{false, fmt.Sprintf("%d rows came once each with their own targets", n)}, nil
	}
}
