package train_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// byHand is linear regression, y = x·W + b, trained by gradient descent that
// was written from the formulas, without a graph.
type byHand struct {
	data *datasets.Dataset
	w, b []float64
	// What a weight and a bias are trained with.
	rate, biasRate               float64
	l1, l2, decay                float64
	biasL1, biasL2, biasDecay    float64
	clipValue, clipNorm          float64
	batch, accumulate            int
	dropLast, inOrder, fixedBias bool
	schedule                     func(step int) float64
	seed                         uint64

	steps int
	rates []float64 // of each update
}

// gradient adds the sums over some rows of the derivatives of Σ_j (p_j − y_j)²
// to dw and db, and returns the sum of the losses.
func (h *byHand) gradient(rows []int, dw, db []float64) (loss float64) {
	in, out := h.data.X.Cols, h.data.Y.Cols
	for _, r := range rows {
		for j := range out {
			p := h.b[j]
			for i := range in {
				p += h.data.X.At(r, i) * h.w[i*out+j]
			}
			e := p - h.data.Y.At(r, j)
			loss += e * e
			db[j] += 2 * e
			for i := range in {
				dw[i*out+j] += 2 * e * h.data.X.At(r, i)
			}
		}
	}
	return loss
}

// epoch returns the mean loss.
func (h *byHand) epoch(number int) float64 {
	order := datasets.Order(h.data.Len(), h.seed, number)
	if h.inOrder {
		slices.Sort(order)
	}
	var total float64
	var used int
	for from := 0; from < len(order); {
		// The rows of one update.
		var rows []int
		for k := 0; k < max(h.accumulate, 1) && from < len(order); k++ {
			to := min(from+h.batch, len(order))
			if to-from < h.batch && h.dropLast {
				from = len(order)
				break
			}
			rows = append(rows, order[from:to]...)
			from = to
		}
		if len(rows) > 0 {
			total += h.update(rows)
			used += len(rows)
		}
	}
	return total / float64(used*h.data.Y.Cols)
}

// update makes one step and returns the sum of the losses before it.
func (h *byHand) update(rows []int) float64 {
	dw, db := make([]float64, len(h.w)), make([]float64, len(h.b))
	loss := h.gradient(rows, dw, db)
	n := float64(len(rows) * h.data.Y.Cols)
	var square float64
	for _, p := range []struct {
		w, g          []float64
		l1, l2        float64
		fixed         bool
		rate, decayed float64
	}{{w: h.w, g: dw, l1: h.l1, l2: h.l2}, {w: h.b, g: db, l1: h.biasL1, l2: h.biasL2, fixed: h.fixedBias}} {
		for i := range p.g {
			p.g[i] = p.g[i]/n + p.l2*p.w[i]
			if p.w[i] != 0 {
				p.g[i] += p.l1 * math.Copysign(1, p.w[i])
			}
			if h.clipValue > 0 {
				p.g[i] = max(-h.clipValue, min(h.clipValue, p.g[i]))
			}
			if !p.fixed {
				square += p.g[i] * p.g[i]
			}
		}
	}
	scale := 1.0
	if norm := math.Sqrt(square); h.clipNorm > 0 && norm+1e-6 > h.clipNorm {
		scale = h.clipNorm / (norm + 1e-6)
	}
	factor := 1.0
	if h.schedule != nil {
		factor = h.schedule(h.steps)
	}
	h.steps++
	h.rates = append(h.rates, h.rate*factor)
	for i := range h.w {
		h.w[i] = h.w[i]*(1-h.rate*factor*h.decay) - h.rate*factor*scale*dw[i]
	}
	for j := range h.b {
		if !h.fixedBias {
			h.b[j] = h.b[j]*(1-h.biasRate*factor*h.biasDecay) - h.biasRate*factor*scale*db[j]
		}
	}
	return loss
}

// The whole way of an update (batches and their order, accumulation, L1, L2,
// decay, clipping, schedule, groups) against formulas.
func TestDescentByHand(t *testing.T) {
	data := plane(t, 23, 1)
	for _, c := range []struct {
		name    string
		trainer train.Trainer
		hand    byHand
	}{
		{name: "whole set"},
		{"stochastic", train.Trainer{BatchSize: 1}, byHand{batch: 1}},
		{"mini-batch with a short last one", train.Trainer{BatchSize: 5}, byHand{batch: 5}},
		{"drop last", train.Trainer{BatchSize: 5, DropLast: true}, byHand{batch: 5, dropLast: true}},
		{"in order", train.Trainer{BatchSize: 5, InOrder: true}, byHand{batch: 5, inOrder: true}},
		{"larger than the set", train.Trainer{BatchSize: 100}, byHand{}},
		{"accumulate", train.Trainer{BatchSize: 5, Accumulate: 2}, byHand{batch: 5, accumulate: 2}},
		{"accumulate all", train.Trainer{BatchSize: 4, Accumulate: 100}, byHand{batch: 4, accumulate: 100}},
		{"accumulate, drop last", train.Trainer{BatchSize: 5, Accumulate: 3, DropLast: true}, byHand{batch: 5, accumulate: 3, dropLast: true}},
		{"L1", train.Trainer{BatchSize: 5, L1: 0.3}, byHand{batch: 5, l1: 0.3, biasL1: 0.3}},
		{"L2", train.Trainer{BatchSize: 5, L2: 0.4}, byHand{batch: 5, l2: 0.4, biasL2: 0.4}},
		{"decay", train.Trainer{BatchSize: 5, Decay: 0.5}, byHand{batch: 5, decay: 0.5, biasDecay: 0.5}},
		{"clip by value", train.Trainer{BatchSize: 5, ClipValue: 0.3}, byHand{batch: 5, clipValue: 0.3}},
		{"clip by norm", train.Trainer{BatchSize: 5, ClipNorm: 0.3}, byHand{batch: 5, clipNorm: 0.3}},
		{"schedule", train.Trainer{BatchSize: 5, Schedule: schedules.Exponential(0.8)}, byHand{batch: 5, schedule: func(n int) float64 { return math.Pow(0.8, float64(n)) }}},
		{
			"groups", train.Trainer{BatchSize: 5, L1: 0.3, L2: 0.2, Decay: 0.1, Groups: []train.Group{
				{Match: "*.bias", LearningRate: 0.2, L1: new(0.0), L2: new(0.05), Decay: new(0.0)},
			}},
			byHand{batch: 5, biasRate: 0.2, l1: 0.3, l2: 0.2, decay: 0.1, biasL2: 0.05},
		},
		{
			"frozen", train.Trainer{BatchSize: 5, L2: 0.2, ClipNorm: 0.5, Groups: []train.Group{{Match: "0.b*", Frozen: true}}},
			byHand{batch: 5, l2: 0.2, clipNorm: 0.5, fixedBias: true},
		},
		{
			"everything", train.Trainer{
				BatchSize: 4, Accumulate: 2, L1: 0.1, L2: 0.2, Decay: 0.3, ClipValue: 0.9, ClipNorm: 0.8,
				Schedule: schedules.Cosine(12, 0.1), Groups: []train.Group{{Match: "0.weight", LearningRate: 0.15, Decay: new(0.7)}},
			},
			byHand{
				batch: 4, accumulate: 2, l1: 0.1, l2: 0.2, decay: 0.7, biasL1: 0.1, biasL2: 0.2, biasDecay: 0.3, clipValue: 0.9, clipNorm: 0.8,
				rate: 0.15, schedule: func(n int) float64 { return 0.1 + 0.9*(1+math.Cos(math.Pi*float64(n)/12))/2 },
			},
		},
	} {
		for _, dtype := range dtypes {
			t.Run(fmt.Sprintf("%s/%v", c.name, dtype), func(t *testing.T) {
				tolerance := 1e-12
				if dtype == nn.Float32 {
					tolerance = 1e-5
				}
				net := network(t, nn.Config{Seed: 1, Input: data.Shape, DType: dtype}, layers.Dense{Units: 2, BiasInit: nn.Constant(0.3)})
				h := c.hand
				h.data, h.w, h.b, h.seed = data, net.Param("0.weight").Values(), net.Param("0.bias").Values(), 9
				for _, rate := range []*float64{&h.rate, &h.biasRate} {
					if *rate == 0 {
						*rate = 0.05
					}
				}
				if h.batch == 0 {
					h.batch = data.Len()
				}
				trainer := c.trainer
				trainer.Loss, trainer.Optimizer, trainer.LearningRate, trainer.MaxEpochs, trainer.Seed = losses.MSE, optimizers.SGD{}, 0.05, 3, 9
				for i, e := range fit(t, trainer, net, data) {
					if err := near([]float64{e.Loss}, []float64{h.epoch(i)}, tolerance); err != nil {
						t.Errorf("epoch %d: loss: %v", i+1, err)
					}
					rate := h.rates[len(h.rates)-1]
					if c.name == "everything" { // the history has the trainer's, not that of the group
						rate *= 0.05 / 0.15
					}
					if e.Steps != h.steps || math.Abs(e.LearningRate-rate) > 1e-15 {
						t.Errorf("epoch %d: %d steps, learning rate %v; want %d, %v", i+1, e.Steps, e.LearningRate, h.steps, rate)
					}
					if want := (i + 1) * trainer.StepsPerEpoch(data.Len()); e.Steps != want {
						t.Errorf("epoch %d: %d steps, StepsPerEpoch says %d", i+1, e.Steps, want)
					}
				}
				if err := near(net.Param("0.weight").Values(), h.w, tolerance); err != nil {
					t.Errorf("weight: %v", err)
				}
				if err := near(net.Param("0.bias").Values(), h.b, tolerance); err != nil {
					t.Errorf("bias: %v", err)
				}
			})
		}
	}
}

// The gradient norm is that of the last batch, before anything is done to it.
func TestGradientNorm(t *testing.T) {
	data := plane(t, 12, 1)
	for name, trainer := range map[string]train.Trainer{
		"plain": {}, "L2": {L2: 3}, "L1": {L1: 3}, "decay": {Decay: 1}, "clipping": {ClipNorm: 0.01}, "clipping by value": {ClipValue: 0.02}, "accumulation": {Accumulate: 2},
	} {
		trainer.Loss, trainer.Optimizer, trainer.LearningRate, trainer.MaxEpochs = losses.MSE, optimizers.SGD{}, 0.1, 1
		net := network(t, nn.Config{Seed: 1, Input: data.Shape, DType: nn.Float64}, layers.Dense{Units: 2})
		run := start(t, trainer, net, data)
		if n := run.GradientNorm(); n != 0 {
			t.Errorf("%s: norm before the first batch is %v", name, n)
		}
		h := byHand{data: data, w: net.Param("0.weight").Values(), b: net.Param("0.bias").Values()}
		dw, db := make([]float64, 6), make([]float64, 2)
		h.gradient(datasets.Order(12, 0, 0), dw, db)
		var want float64
		for _, g := range append(dw, db...) {
			want += (g / 24) * (g / 24)
		}
		if _, err := run.Step(); err != nil {
			t.Fatal(err)
		}
		if err := near([]float64{run.GradientNorm()}, []float64{math.Sqrt(want)}, 1e-12); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
