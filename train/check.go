package train

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// check reports the first setting that cannot be meant, before anything is
// compiled. What only the graph can tell, shapes and missing derivatives, comes
// out when the programs are built.
func (t *Trainer) check(net *nn.Network, data *datasets.Dataset) error {
	if net == nil || data == nil {
		return errors.New("the network or the data set is nil")
	}
	if err := t.checkNumbers(); err != nil {
		return err
	}
	switch {
	case t.Optimizer == nil:
		return errors.New("Optimizer is not set; optimizers.Adam{} is a good first one")
	case t.Loss.IsZero() && t.Cost == nil:
		return errors.New("Loss is not set; losses.CrossEntropy is the usual one for classes, losses.MSE for numbers")
	case data.Len() == 0:
		return fmt.Errorf("%s has no rows to train on", data.Name)
	case (t.Patience > 0 || t.KeepBest) && t.Validation == nil:
		return errors.New("Patience and KeepBest need Validation")
	case t.Plateau != nil && t.Validation == nil:
		return errors.New("Plateau needs Validation")
	case t.DropLast && t.BatchSize > data.Len():
		return fmt.Errorf("DropLast leaves no batch: %d rows, batches of %d", data.Len(), t.BatchSize)
	}
	if err := optimizers.Validate(t.Optimizer); err != nil {
		return err
	}
	if err := t.checkMethod(data.Len()); err != nil {
		return err
	}
	if t.Plateau != nil {
		if err := t.Plateau.Check(); err != nil {
			return err
		}
	}
	if err := t.checkWeights(data.Len()); err != nil {
		return err
	}
	if err := t.checkMetrics(data); err != nil {
		return err
	}
	if err := t.checkGroups(net); err != nil {
		return err
	}
	var names []string
	for _, p := range t.trained(net) {
		names = append(names, p.Name)
	}
	if err := t.checkTwoPass(names); err != nil {
		return err
	}
	return t.checkSolver()
}

// checkNumbers looks at the single numbers. Negative ones mean nothing anywhere;
// 0 is "not wanted" where it is allowed.
func (t *Trainer) checkNumbers() error {
	_, solver := t.Optimizer.(*solverRule) // has a learning rate of its own
	_, method := t.Optimizer.(optimizers.Method)
	for _, n := range []struct {
		name     string
		value    float64
		positive bool
	}{
		{"LearningRate", t.LearningRate, !solver && !method}, {"MaxEpochs", float64(t.MaxEpochs), true},
		{"BatchSize", float64(t.BatchSize), false}, {"Accumulate", float64(t.Accumulate), false},
		{"L1", t.L1, false}, {"L2", t.L2, false}, {"Decay", t.Decay, false},
		{"ClipValue", t.ClipValue, false}, {"ClipNorm", t.ClipNorm, false}, {"Patience", float64(t.Patience), false},
		{"Threads", float64(t.Threads), false},
		{"GradcheckEvery", float64(t.GradcheckEvery), false},
	} {
		if err := checkNumber(n.name, n.value, n.positive); err != nil {
			return err
		}
	}
	return nil
}

// checkNumber words what is wrong with a number.
func checkNumber(name string, v float64, positive bool) error {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Errorf("%s is %v, want a finite number", name, v)
	case positive && v <= 0:
		return fmt.Errorf("%s must be positive, got %v", name, v)
	case v < 0:
		return fmt.Errorf("%s must not be negative, got %v", name, v)
	}
	return nil
}

// checkWeights looks at the sample weights: with none above 0 there would be
// nothing to take a mean of.
func (t *Trainer) checkWeights(rows int) error {
	if t.SampleWeights == nil {
		return nil
	}
	if len(t.SampleWeights) != rows {
		return fmt.Errorf("%d sample weights for %d rows", len(t.SampleWeights), rows)
	}
	for i, w := range t.SampleWeights {
		if err := checkNumber(fmt.Sprintf("the sample weight of row %d", i), w, false); err != nil {
			return err
		}
	}
	if slices.Max(t.SampleWeights) == 0 {
		return errors.New("all sample weights are 0")
	}
	return nil
}

// checkMetrics finds metrics that the data cannot be measured with, which would
// come out only after the first epoch.
func (t *Trainer) checkMetrics(data *datasets.Dataset) error {
	task := metrics.Regression
	if data.Classes != nil {
		task = metrics.Classification
	}
	for _, m := range t.Metrics {
		switch {
		case m.Func == nil:
			return fmt.Errorf("metric %q has no Func", m.Name)
		case m.Task != "" && m.Task != task:
			return fmt.Errorf("metric %s is for %s, %s is for %s", m.Name, m.Task, data.Name, task)
		}
	}
	return nil
}
