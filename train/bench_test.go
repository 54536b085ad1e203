package train_test

import (
	"fmt"
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

// nets are multi-layer perceptrons from where arithmetic is all that counts to
// where it is nothing.
var nets = []struct {
	name  string
	batch int
	sizes []int
}{
	{"A", 128, []int{784, 256, 10}},
	{"B", 32, []int{784, 128, 10}},
	{"C", 4, []int{2, 8, 2}},
	{"D", 1, []int{4, 16, 3}},
	{"E", 32, []int{64, 64, 32, 10}},
	{"F", 512, []int{784, 512, 512, 10}},
}

// random makes rows of normal inputs with random classes.
func random(b *testing.B, rows, features, classes int) *datasets.Dataset {
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
	data := &datasets.Dataset{
		Name: "random", Shape: []int{features}, Classes: names, Targets: []string{"class"}, Features: slices.Repeat([]string{"x"}, features),
		X: datasets.Matrix{Rows: rows, Cols: features, F64: x}, Y: datasets.Matrix{Rows: rows, Cols: 1, F64: y},
	}
	return data
}

// BenchmarkStep is one step: fetching the batch, forward, backward and update.
func BenchmarkStep(b *testing.B) {
	for _, n := range nets {
		for _, rule := range []optimizers.Rule{optimizers.SGD{}, optimizers.Adam{}} {
			b.Run(fmt.Sprintf("%s/%T", n.name, rule), func(b *testing.B) {
				data := random(b, 4*n.batch, n.sizes[0], n.sizes[len(n.sizes)-1])
				var stack []nn.Layer
				for i, units := range n.sizes[1:] {
					layer := layers.Dense{Units: units, Activation: activations.ReLU}
					if i == len(n.sizes)-2 {
						layer.Activation = activations.Activation{}
					}
					stack = append(stack, layer)
				}
				net, err := nn.New(nn.Config{Seed: 1, Input: data.Shape}, stack...)
				if err != nil {
					b.Fatal(err)
				}
				run, err := train.Trainer{
					Loss: losses.CrossEntropy, Optimizer: rule, LearningRate: 1e-3, BatchSize: n.batch, MaxEpochs: 1,
				}.Start(net, data)
				if err != nil {
					b.Fatal(err)
				}
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
