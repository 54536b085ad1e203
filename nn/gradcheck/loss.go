package gradcheck

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/losses"
)

// Loss checks the gradient of a loss by its prediction of so many rows and
// columns, for a random target of its kind.
func Loss(l losses.Loss, rows, columns int, o Options) (Report, error) {
	exec.Building.Lock()
	defer exec.Building.Unlock()
	name := "loss " + l.Name
	fail := func(err error) (Report, error) {
		return Report{Name: name}, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	if rows <= 0 || columns <= 0 {
		return fail(errors.New("rows and columns must be positive"))
	}
	g := gorgonia.NewGraph()
	p := o.Input
	if p == nil {
		p = prediction(l, o.stream(inputStream), rows, columns)
	}
	in, err := input(g, "prediction", []int{rows, columns}, p)
	if err != nil {
		return fail(err)
	}
	values := o.Target
	if values == nil {
		values = target(l, o.stream(targetStream), rows, columns)
	}
	t, err := input(g, "target", []int{rows, len(values) / rows}, values)
	if err != nil {
		return fail(err)
	}
	var w *gorgonia.Node
	if o.Weights {
		weights := make([]float64, rows)
		for i, rng := 0, o.stream(weightStream); i < rows; i++ {
			weights[i] = 0.5 + rng.Float64()
		}
		if w, err = input(g, "weight", []int{rows}, weights); err != nil {
			return fail(err)
		}
	}
	build := l.Build
	if o.Elements {
		build = l.Elements
	}
	y, err := build(in, t, w)
	if err != nil {
		return fail(err)
	}
	return check(name, y, gorgonia.Nodes{in}, len(l.Kinks) == 0 && l.Nodes == nil, o)
}

// prediction draws what the loss takes for the output of a network.
func prediction(l losses.Loss, rng *rand.Rand, rows, columns int) []float64 {
	p := normal(rng, rows*columns)
	switch l.Input {
	case losses.Probabilities:
		if l.Target == losses.Index {
			losses.Softmax.Apply(p, columns)
		} else {
			losses.Sigmoid.Apply(p, columns)
		}
	case losses.LogProbabilities:
		losses.Softmax.Apply(p, columns)
		for i := range p {
			p[i] = math.Log(p[i])
		}
	}
	return p
}

// target draws what the loss takes for a target.
func target(l losses.Loss, rng *rand.Rand, rows, columns int) []float64 {
	if l.Target == losses.Index {
		t := make([]float64, rows)
		for i := range t {
			t[i] = float64(rng.IntN(max(columns, 1)))
		}
		return t
	}
	t := normal(rng, rows*columns)
	for i := range t {
		switch {
		case l.Target == losses.PlusMinus:
			t[i] = math.Copysign(1, t[i])
		case l.Input == losses.LogMeans:
			t[i] = math.Floor(math.Abs(3 * t[i]))
		case l.Input != losses.Any: // probabilities of answers that may hold together
			t[i] = rng.Float64()
		}
	}
	if l.Input == losses.LogProbabilities {
		losses.Softmax.Apply(t, columns)
	}
	return t
}
