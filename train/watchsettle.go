package train

import (
	"slices"

	"gorgonia.org/gorgonia"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn"
)

// settlingPasses let a running mean of momentum 0.1 come within 0.2 % of the mean.
const settlingPasses = 60

// settle lets running statistics, which before training are those of no rows at
// all, follow some rows; the graphs of evaluation would measure another network
// otherwise, one without its normalisation. What it returns puts all back.
func settle(s spec, data *datasets.Dataset, rows []int) (restore func() error, err error) {
	states := slices.DeleteFunc(slices.Clone(s.net.Params()), func(p *nn.Param) bool { return slices.Contains(s.net.Trainable(), p) })
	if len(states) == 0 {
		return func() error { return nil }, nil
	}
	var before [][]float64
	for _, p := range states {
		before = append(before, p.Values())
	}
	tick := s.net.Tick()
	restore = func() error {
		s.net.SetTick(tick)
		for i, p := range states {
			if err := p.Set(before[i]); err != nil {
				return err
			}
		}
		return nil
	}
	g, err := s.net.Build(len(rows), true)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	program, err := s.compiler.Compile(append(g.Extra(), g.Output)...)
	exec.Building.Unlock()
	if err != nil {
		return nil, err
	}
	if err := copyInput(g.Input, data, rows); err != nil {
		return nil, err
	}
	for range settlingPasses {
		if err := program.RunAll(); err != nil {
			return restore, err
		}
		if err := g.Advance(); err != nil {
			return restore, err
		}
	}
	return restore, nil
}

// copyInput writes rows into an input, of either number type.
func copyInput(in *gorgonia.Node, data *datasets.Dataset, rows []int) error {
	if x, err := op.Slice[float32](in.Value()); err == nil {
		return datasets.CopyX(x, data, rows)
	}
	x, err := op.Slice[float64](in.Value())
	if err != nil {
		return err
	}
	return datasets.CopyX(x, data, rows)
}
