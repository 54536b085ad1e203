package main

import (
	"fmt"
	"slices"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
)

// outputs are the words of --output. The function is appended to the network.
var outputs = []struct {
	name     string
	function activations.Activation // the zero value appends nothing
}{
	{"none", activations.Activation{}},
	{"softmax", activations.Softmax},
	{"sigmoid", activations.Sigmoid},
	{"log-softmax", activations.LogSoftmax},
}

// outputNames are the words of --output.
func outputNames() []string {
	list := []string{"auto"}
	for _, o := range outputs {
		list = append(list, o.name)
	}
	return list
}

// links says which outputs a loss may follow; the first is that of auto.
func links(l losses.Loss) []string {
	switch l.Input {
	case losses.Probabilities:
		if l.Target == losses.Index {
			return []string{"softmax"}
		}
		return []string{"sigmoid", "softmax"}
	case losses.LogProbabilities:
		return []string{"log-softmax"}
	case losses.Any:
		if l.Target == losses.Values {
			return []string{"none", "sigmoid", "softmax"}
		}
	}
	return []string{"none"}
}

// link resolves --output for a loss.
func (j *job) link(l losses.Loss) error {
	allowed := links(l)
	if j.Output.value == "auto" {
		j.Output.value = allowed[0]
	}
	if slices.Contains(allowed, j.Output.value) {
		return nil
	}
	step := fmt.Sprintf("leave --output out or say --output %s", allowed[0])
	if l.Input == losses.Logits {
		step = fmt.Sprintf("leave --output out, or take --loss %s-prob", l.Name)
	}
	what := "takes " + l.Input.String()
	if l.Input == losses.Logits {
		what += " and applies its own " + l.Link.String()
	}
	return usagef("--output %s does not go with --loss %s, which %s; %s", j.Output.value, l.Name, what, step)
}

// outputLayers are the last layers of a network for the data and the loss: as
// many units as there are classes or targets, one for two classes where the loss
// looks at a single probability.
func (j *job) outputLayers(data *datasets.Dataset, l losses.Loss, init nn.Initializer) []nn.Layer {
	units := data.Outputs()
	single := l.Link.String() == losses.Sigmoid.String() || j.Output.value == "sigmoid"
	if len(data.Classes) == 2 && single {
		units = 1
	}
	last := []nn.Layer{layers.Dense{Units: units, Init: init}}
	for _, o := range outputs {
		if o.name == j.Output.value && !o.function.IsZero() {
			last = append(last, layers.Activation{Function: o.function})
		}
	}
	return last
}

// classesWanted reports whether numbers in a target column are classes for the
// loss: where it has no meaning for other numbers.
func classesWanted(l losses.Loss, targets int) bool {
	if l.Target != losses.Values {
		return true
	}
	return targets <= 1 && bounded(l)
}

// bounded reports whether a loss is for targets from 0 to 1.
func bounded(l losses.Loss) bool {
	return l.Input == losses.Logits || l.Input == losses.Probabilities || l.Input == losses.LogProbabilities
}

// checkTargets reports targets that the loss cannot take, and keeps targets as
// they are where the loss gives their size a meaning. It comes before anything
// is fitted to the data.
func (j *job) checkTargets(s *datasets.Source, l losses.Loss) error {
	data := s.Data
	switch {
	case data.Classes == nil && l.Target != losses.Values:
		return usagef("--loss %s needs classes, but the target %q of %s is a number; --loss mse takes numbers", l.Name, data.Targets[0], data.Name)
	case data.Classes != nil && l.Input == losses.LogMeans:
		return usagef("--loss %s is for counts, but the target %q of %s is %d classes; --loss cross-entropy takes classes", l.Name, data.Targets[0], data.Name, len(data.Classes))
	case data.Classes == nil && j.Output.value == "softmax" && data.Y.Cols == 1:
		return usagef("--output softmax over one target is always 1; leave --output out")
	case data.Classes != nil:
		return nil
	}
	least, most := 0.0, 1.0
	switch {
	case l.Input == losses.LogMeans:
		most = maxCount
	case !bounded(l) && j.Output.value == "none":
		return nil
	}
	for row := range data.Len() {
		for col := range data.Y.Cols {
			if v := data.Y.At(row, col); !(v >= least && v <= most) {
				return usagef("--loss %s with --output %s takes targets from %v to %v, but row %d of %s has %s = %v", l.Name, j.Output.value, least, most, row+1, data.Name, data.Targets[col], v)
			}
		}
	}
	s.Schema.TargetScaling = datasets.Scaling{Method: datasets.Unscaled}
	return nil
}
