package gradcheck

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/nn"
)

// Layer checks a layer on an input of the given shape, whose first extent is the
// batch: its input and its parameters, which are moved off their first values at
// random. For Options.Evaluation, running statistics are those of some random
// batches.
func Layer(l nn.Layer, shape []int, o Options) (Report, error) {
	name := fmt.Sprintf("layer %T", l)
	if len(shape) < 2 || slices.Min(shape) <= 0 {
		return Report{Name: name}, fmt.Errorf("gradcheck: %s: shape %v, want (rows, …)", name, shape)
	}
	net, err := nn.New(nn.Config{Seed: o.Seed, Input: shape[1:], DType: nn.Float64}, l)
	if err != nil {
		return Report{Name: name}, fmt.Errorf("gradcheck: %w", err)
	}
	name = "layer " + nn.Describe(l)
	rng := o.stream(parameterStream)
	for _, p := range net.Trainable() {
		w := p.Values()
		for i := range w {
			w[i] += 0.5 * rng.NormFloat64()
		}
		if err := p.Set(w); err != nil {
			return Report{Name: name}, err
		}
	}
	if o.Evaluation {
		if err := settle(net, rng); err != nil {
			return Report{Name: name}, fmt.Errorf("gradcheck: %s: %w", name, err)
		}
	}
	x := o.Input
	if x == nil {
		x = normal(o.stream(inputStream), tensor.Shape(shape).TotalSize())
	}
	return network(name, net, x, nil, o)
}

// settle lets the running statistics of a network follow random batches.
func settle(net *nn.Network, rng *rand.Rand) error {
	g, err := net.Build(5, true)
	if err != nil {
		return err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	p, err := exec.Compile(append(g.Extra(), g.Output)...)
	if err != nil {
		return err
	}
	for range 3 {
		if err := write(g, normal(rng, g.Input.Shape().TotalSize())); err != nil {
			return err
		}
		if err := p.RunAll(); err != nil {
			return err
		}
		if err := g.Advance(); err != nil {
			return err
		}
	}
	return nil
}
