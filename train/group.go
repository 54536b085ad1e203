package train

import (
	"errors"
	"fmt"
	"path"

	"nabla/nn"
	"nabla/train/optimizers"
)

// treatment is what happens to one parameter: the trainer's settings with those of
// its group put over them.
type treatment struct {
	rule          optimizers.Rule
	rate          float64 // learning rate before the schedule
	l1, l2, decay float64
	frozen        bool
}

// treat finds the treatment of a parameter by its name.
func (t *Trainer) treat(name string) treatment {
	rule, _ := t.Optimizer.(optimizers.Rule) // nil for a full-batch method
	all := treatment{rule: rule, rate: t.LearningRate, l1: t.L1, l2: t.L2, decay: t.Decay}
	i := t.group(name)
	if i < 0 {
		return all
	}
	g := t.Groups[i]
	if g.Optimizer != nil {
		all.rule = g.Optimizer
	}
	if g.LearningRate != 0 {
		all.rate = g.LearningRate
	}
	for _, f := range []struct{ from, to *float64 }{{g.L1, &all.l1}, {g.L2, &all.l2}, {g.Decay, &all.decay}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	all.frozen = g.Frozen
	return all
}

// group returns the first group that matches a name, -1 without.
func (t *Trainer) group(name string) int {
	for i, g := range t.Groups {
		if ok, _ := path.Match(g.Match, name); ok { // checkGroups has seen the pattern
			return i
		}
	}
	return -1
}

// trained returns the parameters that the run changes by gradients: those that
// are trainable and not frozen.
func (t *Trainer) trained(net *nn.Network) []*nn.Param {
	var params []*nn.Param
	for _, p := range net.Trainable() {
		if !t.treat(p.Name).frozen {
			params = append(params, p)
		}
	}
	return params
}

// checkGroups finds groups that mean nothing. One that treats no parameter is
// most likely a slip of the pattern.
func (t *Trainer) checkGroups(net *nn.Network) error {
	for i, g := range t.Groups {
		if err := g.check(); err != nil {
			return fmt.Errorf("group %d (%q): %w", i, g.Match, err)
		}
	}
	used := make([]bool, len(t.Groups))
	for _, p := range net.Trainable() {
		if i := t.group(p.Name); i >= 0 {
			used[i] = true
		}
	}
	for i, g := range t.Groups {
		if !used[i] {
			return fmt.Errorf("group %d (%q) treats no parameter: none that is trained matches, or an earlier group has them", i, g.Match)
		}
	}
	if len(t.trained(net)) == 0 {
		return errors.New("the network has no parameters to train, or all are frozen")
	}
	return nil
}

// check looks at a group by itself.
func (g Group) check() error {
	if _, err := path.Match(g.Match, ""); err != nil {
		return fmt.Errorf("Match is no pattern of path.Match: %w", err)
	}
	if err := checkNumber("LearningRate", g.LearningRate, false); err != nil {
		return err
	}
	for _, n := range []struct {
		name  string
		value *float64
	}{{"L1", g.L1}, {"L2", g.L2}, {"Decay", g.Decay}} {
		if n.value == nil {
			continue
		}
		if err := checkNumber(n.name, *n.value, false); err != nil {
			return err
		}
	}
	if g.Optimizer == nil {
		return nil
	}
	return optimizers.Validate(g.Optimizer)
}
