package gradcheck

import (
	"fmt"
	"math"
	"slices"

	"nabla/activations"
	"nabla/losses"
	"nabla/nn"
)

// Case is one check of a row of a table.
type Case struct {
	Kind string // "activation", "loss" or "layer"
	Row  string // name of the row, or description of the layer
	What string // "5 rows of 3"
	// Check runs it with the random numbers of a seed.
	Check func(seed uint64) (Report, error)
}

// Cases lists checks of every row of the tables of activations and losses, and
// of the given layers, which take rows whose last extent is 4: several shapes, a
// batch of 1, and extreme inputs.
func Cases(layers ...nn.Layer) []Case {
	var all []Case
	for _, a := range activations.All() {
		all = append(all, activationCases(a)...)
	}
	for _, l := range losses.All() {
		all = append(all, lossCases(l)...)
	}
	for _, l := range layers {
		all = append(all, layerCases(l)...)
	}
	return all
}

// extreme is n numbers near ±size.
func extreme(n int, size float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = size * (1 - 0.01*float64(i%7)) * float64(1-i%3%2*2) // +, −, +
	}
	return x
}

func activationCases(a activations.Activation) []Case {
	add := func(what string, shape []int, x []float64) Case {
		return Case{"activation", a.String(), what, func(seed uint64) (Report, error) {
			return Activation(a, shape, Options{Seed: seed, Input: x})
		}}
	}
	return []Case{
		add("1 row of 4", []int{1, 4}, nil),
		add("5 rows of 3", []int{5, 3}, nil),
		add("7 rows of (2, 3)", []int{7, 2, 3}, nil),
		add("inputs near ±30", []int{3, 5}, extreme(15, 30)),
		add("inputs near ±1e4", []int{3, 5}, extreme(15, 1e4)),
	}
}

func lossCases(l losses.Loss) []Case {
	add := func(what string, rows, columns int, o Options) Case {
		return Case{"loss", l.Name, what, func(seed uint64) (Report, error) {
			o.Seed = seed
			return Loss(l, rows, columns, o)
		}}
	}
	all := []Case{
		add("1 row of 4", 1, 4, Options{}),
		add("7 rows of 3", 7, 3, Options{}),
		add("5 weighted rows of 3", 5, 3, Options{Weights: true}),
		add("5 weighted rows, each by itself", 5, 3, Options{Weights: true, Elements: true}),
		add("extreme predictions", 3, 5, Options{Input: extremePrediction(l, 3, 5)}),
	}
	if l.Target != losses.Index {
		all = append(all, add("5 rows of 1", 5, 1, Options{}))
	}
	return all
}

// extremePrediction is far from any usual target, as far as the loss is sensible.
func extremePrediction(l losses.Loss, rows, columns int) []float64 {
	p := extreme(rows*columns, 30)
	for i, v := range p {
		switch l.Input {
		case losses.Probabilities: // 1e-3 and nearly 1
			p[i] = math.Abs(1e-3 + 0.998*float64(i%2))
		case losses.LogProbabilities:
			p[i] = -math.Abs(v)
		}
	}
	return p
}

func layerCases(l nn.Layer) []Case {
	add := func(what string, shape []int, o Options) Case {
		return Case{"layer", nn.Describe(l), what, func(seed uint64) (Report, error) {
			o.Seed = seed
			return Layer(l, shape, o)
		}}
	}
	all := []Case{
		add("evaluation", []int{1, 4}, Options{Evaluation: true}),
	}
	for _, shape := range [][]int{{5, 4}, {1, 3, 4}, {3, 3, 4}} {
		all = append(all, add(fmt.Sprintf("training, shape %v", shape), shape, Options{}))
	}
	far := extreme(20, 5)
	for i := range far {
		far[i] += 100
	}
	return slices.Concat(all, []Case{
		add("inputs near ±30", []int{5, 4}, Options{Input: extreme(20, 30)}),
		add("inputs near 100", []int{5, 4}, Options{Input: far}),
	})
}
