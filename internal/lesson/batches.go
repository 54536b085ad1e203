package lesson

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// batchSizes compares batch, mini-batch and stochastic descent.
var batchSizes = Lesson{
	Name: "batches", Row: 9,
	Title: "Batch, stochastic and mini-batch descent",
	About: "the same epochs with 1, some or all rows a step: many noisy steps or few sure ones",
	Params: []Param{
		whole("batch", 16, 2, 100, "rows of a mini-batch"),
		number("lr", 0.1, 0.001, 0.5, "learning rate η of all three"),
		whole("epochs", 12, 2, 30, "passes over the 400 rows"),
	},
	run: func(p *Page, s Settings) error {
		size, lr, epochs := s.Int("batch"), s.Number("lr"), s.Int("epochs")
		data, err := bundled("moons")
		if err != nil {
			return err
		}
		n := data.Len()
		p.Say("The loss is a mean over rows, and so is its gradient. Batch descent computes it from all rows for one sure step; stochastic descent takes one row a step; mini-batch descent a few. An epoch, one pass over the data, takes the gradients of n rows in all three, but makes 1 step of them, n, or n/B.")
		p.Formula("g_B = (1/B)·Σ over the batch of ∇ℓᵢ,   E[g_B] = ∇L", "drawn at random, a batch's gradient is right on average")
		p.Formula("E‖g_B − ∇L‖² = (σ²/B)·(n − B)/(n − 1)", "σ² is the mean of ‖∇ℓᵢ − ∇L‖²; the second factor is there because no row is drawn twice")
		p.Say("So the noise falls with the root of the batch size only, while the cost of a step grows with the batch size itself. That is why small batches win early and why the learning rate must fall for them in the end.")

		c := plot.Curves{Title: "Loss by epoch, same start", XLabel: "epoch", YLabel: "cross-entropy, all rows", LogY: true}
		var rows [][]string
		var made []int // steps
		for _, run := range []struct {
			name string
			size int
		}{{"batch", 0}, {"mini-batch", size}, {"stochastic", 1}} {
			net, err := moonsNet(s.Seed)
			if err != nil {
				return err
			}
			t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.SGD{}, LearningRate: lr, BatchSize: run.size, MaxEpochs: epochs, Seed: s.Seed}
			first, err := train.Evaluate(net, losses.CrossEntropy, nil, data, nil)
			if err != nil {
				return err
			}
			y, steps := []float64{first.Loss}, 0
			for e, err := range t.Epochs(context.Background(), net, data) {
				if err != nil {
					return err
				}
				now, err := train.Evaluate(net, losses.CrossEntropy, nil, data, nil)
				if err != nil {
					return err
				}
				y, steps = append(y, now.Loss), e.Steps
			}
			last := y[len(y)-1]
			made = append(made, steps)
			rows = append(rows, []string{run.name, fmt.Sprint(max(run.size, 1)), fmt.Sprint(steps), short(last)})
			if run.size == 0 {
				rows[0][1] = fmt.Sprint(n)
			}
			c.Series = append(c.Series, plot.Series{Name: run.name, X: counted(0, len(y)), Y: y, Dots: true})
			p.Number("loss "+run.name, last)
		}
		p.Table(fmt.Sprintf("After %d epochs at η = %s", epochs, short(lr)), []string{"descent", "rows a step", "steps", "loss"}, rows)
		p.Curves("epochs", "The same number of rows has been seen at each point of the axis. More steps get further, as long as η is small enough for their noise.", c)

		batch, noise, err := gradientNoise(data, s.Seed, []int{1, size, n})
		if err != nil {
			return err
		}
		p.Equal("the mean over the rows of their gradients is the batch gradient: largest distance", batch, 0, 1e-10)
		p.Equal(fmt.Sprintf("noise of one row, (measured/formula) over %d draws", draws), noise[0], 1, 0.15)
		p.Equal(fmt.Sprintf("noise of %d rows, (measured/formula)", size), noise[1], 1, 0.15)
		p.Equal("noise of all rows is 0", noise[2], 0, 1e-12)
		p.Equal("steps of an epoch of mini-batches are ⌈n/B⌉", math.Ceil(float64(n)/float64(size)), float64(made[1])/float64(epochs), 0)
		l := func(i int) float64 { return c.Series[i].Y[len(c.Series[i].Y)-1] }
		p.See("After %d epochs: batch descent %s in %d steps, mini-batches of %d %s, single rows %s.", epochs, short(l(0)), made[0], size, short(l(1)), short(l(2)))
		return nil
	},
}

// moonsNet is the small network of the lessons on training.
func moonsNet(seed uint64) (*nn.Network, error) {
	return nn.New(nn.Config{Seed: seed, Input: []int{2}, DType: nn.Float64},
		layers.Dense{Units: 12, Activation: activations.Tanh}, layers.Dense{Units: 2})
}

// draws is how many batches the noise is measured on.
const draws = 3000

// gradientNoise computes the gradient of each row at the start and measures the
// noise of batches of several sizes, as a part of what the formula says; for all
// rows, as it is. batch is how far the mean of the rows is from the batch gradient.
func gradientNoise(data *datasets.Dataset, seed uint64, sizes []int) (batch float64, noise []float64, err error) {
	net, err := moonsNet(seed)
	if err != nil {
		return 0, nil, err
	}
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.LBFGS{}, MaxEpochs: 1}
	all, x, err := t.Problem(net, data)
	if err != nil {
		return 0, nil, err
	}
	n, full := data.Len(), make([]float64, len(x))
	all.Grad(full, x)
	// The gradient of one row is that of the loss with a weight on this row alone.
	// Writing it down by hand costs less than n graphs: two dense layers, tanh between.
	each := moonsGradients(net, data)
	mean := make([]float64, len(x))
	for _, g := range each {
		for j, v := range g {
			mean[j] += v / float64(n)
		}
	}
	var sigma float64
	for _, g := range each {
		sigma += square(g, mean) / float64(n)
	}
	rng := rand.New(rand.NewPCG(seed, 11))
	for _, size := range sizes {
		var sum float64
		count := draws
		if size == n {
			count = 1
		}
		order := rng.Perm(n)
		g := make([]float64, len(x))
		for range count {
			clear(g)
			for k := range size { // the first of a partial shuffle
				j := k + rng.IntN(n-k)
				order[k], order[j] = order[j], order[k]
				for i, v := range each[order[k]] {
					g[i] += v / float64(size)
				}
			}
			sum += square(g, mean) / float64(count)
		}
		if size < n {
			sum /= sigma / float64(size) * float64(n-size) / float64(n-1)
		}
		noise = append(noise, sum)
	}
	return farthest(mean, full), noise, nil
}

// square is the squared distance of two vectors.
func square(a, b []float64) float64 {
	var sum float64
	for i, v := range a {
		sum += (v - b[i]) * (v - b[i])
	}
	return sum
}

// moonsGradients are the gradients of the single rows of moonsNet, by the chain rule:
// dz2 = softmax(z2) − y, dW2 = a1ᵀ·dz2, dz1 = (dz2·W2ᵀ)·(1 − a1²), dW1 = xᵀ·dz1.
func moonsGradients(net *nn.Network, data *datasets.Dataset) [][]float64 {
	w1, b1 := net.Params()[0].Values(), net.Params()[1].Values()
	w2, b2 := net.Params()[2].Values(), net.Params()[3].Values()
	hidden, outputs, inputs := len(b1), len(b2), 2
	list := make([][]float64, data.Len())
	for r := range list {
		a, z := make([]float64, hidden), append([]float64{}, b2...)
		for j := range a {
			v := b1[j]
			for i := range inputs {
				v += data.X.At(r, i) * w1[i*hidden+j]
			}
			a[j] = math.Tanh(v)
			for k := range z {
				z[k] += a[j] * w2[j*outputs+k]
			}
		}
		dz2 := softmax(z)
		dz2[data.Class(r)]--
		var dw1, db1, dw2 []float64
		for j := range a {
			var da float64
			for k, d := range dz2 {
				dw2 = append(dw2, a[j]*d)
				da += d * w2[j*outputs+k]
			}
			db1 = append(db1, da*(1-a[j]*a[j]))
		}
		for i := range inputs {
			for _, d := range db1 {
				dw1 = append(dw1, data.X.At(r, i)*d)
			}
		}
		list[r] = append(append(append(dw1, db1...), dw2...), dz2...)
	}
	return list
}
