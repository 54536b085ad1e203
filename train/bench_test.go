package train_test

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

type benchNet struct {
	name  string
	batch int
	sizes []int
}

// nets are multi-layer perceptrons from where arithmetic is all that counts to
// where it is nothing.
var nets = []benchNet{
	{"A", 128, []int{784, 256, 10}},
	{"B", 32, []int{784, 128, 10}},
	{"C", 4, []int{2, 8, 2}},
	{"D", 1, []int{4, 16, 3}},
	{"E", 32, []int{64, 64, 32, 10}},
	{"F", 512, []int{784, 512, 512, 10}},
}

// random makes rows of normal inputs with random classes.
func random(rows, features, classes int) *datasets.Dataset {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float64, rows*features), make([]float64, rows)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	names := make([]string, classes)
	for i := range names {
		names[i] = fmt.Sprint("class ", i)
	}
	for i := range y {
		y[i] = float64(rng.IntN(classes))
	}
	return &datasets.Dataset{
		Name: "random", Shape: []int{features}, Classes: names, Targets: []string{"class"}, Features: slices.Repeat([]string{"x"}, features),
		X: datasets.Matrix{Rows: rows, Cols: features, F64: x}, Y: datasets.Matrix{Rows: rows, Cols: 1, F64: y},
	}
}

// run starts a run of a network of the list on so many rows.
func (n benchNet) run(b *testing.B, rows int, rule optimizers.Rule) (*nn.Network, *train.Run) {
	data := random(rows, n.sizes[0], n.sizes[len(n.sizes)-1])
	var stack []nn.Layer
	for i, units := range n.sizes[1:] {
		layer := layers.Dense{Units: units, Activation: activations.ReLU}
		if i == len(n.sizes)-2 {
			layer.Activation = activations.Activation{}
		}
		stack = append(stack, layer)
	}
	net := network(b, nn.Config{Seed: 1, Input: data.Shape}, stack...)
	return net, start(b, train.Trainer{
		Loss: losses.CrossEntropy, Optimizer: rule, LearningRate: 1e-3, BatchSize: n.batch, MaxEpochs: math.MaxInt,
	}, net, data)
}

// BenchmarkStep is one step: fetching the batch, forward, backward and update.
func BenchmarkStep(b *testing.B) {
	for _, n := range nets {
		for _, rule := range []optimizers.Rule{optimizers.SGD{}, optimizers.Adam{}} {
			b.Run(fmt.Sprintf("%s/%T", n.name, rule), func(b *testing.B) {
				_, run := n.run(b, 4*n.batch, rule)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := run.Step(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkEpoch is one epoch of 32 batches, with the shuffle and the books.
func BenchmarkEpoch(b *testing.B) {
	for _, n := range nets {
		b.Run(n.name, func(b *testing.B) {
			_, run := n.run(b, 32*n.batch, optimizers.Adam{})
			next, stop := iter.Pull2(run.Epochs(b.Context()))
			defer stop()
			for b.Loop() {
				if _, err, _ := next(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPredict is the output for one batch.
func BenchmarkPredict(b *testing.B) {
	for _, n := range nets {
		b.Run(n.name, func(b *testing.B) {
			net, _ := n.run(b, n.batch, optimizers.SGD{})
			runner, err := net.Runner(n.batch)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := runner.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
