package main

import (
	"fmt"
	"slices"

	"nabla/internal/names"
	"nabla/nn"
	"nabla/train/compare"
	"nabla/train/metrics"
	"nabla/train/schedules"
)

// setup opens the data of one problem with the settings of all runs. Which rows are
// for test and validation follows from --seed, whatever the seed of a run.
func (r *comparer) setup(data, columns string, limit budget) (*setup, error) {
	given := r.givenFlags()
	j, err := fill(data, nil, given)
	if err != nil {
		return nil, err
	}
	j.Set, j.Target = nil, columns
	if !changed(given, "schedule") {
		j.Schedule = "constant"
	}
	if !changed(given, "weight-decay") {
		j.WeightDecay = optional[float64]{}
	}
	if !changed(given, "val-split") && r.several() {
		j.ValSplit = "0.1"
	}
	if !changed(given, "dtype") && r.hasMethod() {
		j.DType.value = "float64" // which line searches want; the network is the same for all
	}
	switch {
	case limit.epochs > 0:
		j.Epochs = limit.epochs
	case limit.seconds > 0:
		j.Epochs = maxEpochs
		if j.Schedule != "constant" {
			return nil, usagef("--schedule %s goes over a known number of steps, which --budget seconds does not give; take --budget epochs or evaluations", j.Schedule)
		}
	}
	s, err := j.open()
	if err != nil {
		return nil, err
	}
	if err := s.build(); err != nil {
		return nil, err
	}
	if limit.evaluations > 0 {
		rows := s.parts.Train.Len()
		batches := max(1, (rows+s.batch()-1)/s.batch())
		if j.DropLast {
			batches = max(1, rows/s.batch())
		}
		s.job.Epochs = (limit.evaluations + batches - 1) / batches
	}
	return s, s.plan()
}

// training makes the problem of the data.
func (r *comparer) training(s *setup, limit budget) (compare.Training, error) {
	t := compare.Training{
		Name: s.job.Dataset, Trainer: s.trainer, Train: s.parts.Train, Validation: s.parts.Validation, Test: s.parts.Test,
		Limit: compare.Limit{Evaluations: limit.evaluations, Time: limit.seconds},
		Network: func(seed uint64) (*nn.Network, error) {
			own := *s
			own.job.Seed = seed
			err := own.build()
			return own.net, err
		},
		Settings: []string{"layers=" + s.job.Layers, "output=" + s.job.Output.value, "init=" + s.job.Init, "dtype=" + s.job.DType.value, "schedule=" + s.job.Schedule},
	}
	if limit.evaluations > 0 {
		total := (limit.evaluations + s.job.Accumulate - 1) / s.job.Accumulate
		var err error
		if t.Trainer.Schedule, t.Trainer.Plateau, err = schedules.ParseRun(s.job.Schedule, s.updates, total); err != nil {
			return t, usagef("--schedule: %s", plain(err))
		}
	}
	if r.metric == "loss" {
		return t, nil
	}
	if r.metric == "" {
		t.Metric = s.metrics[0]
		return t, nil
	}
	row, err := metrics.ByName(r.metric)
	if err != nil {
		return t, usagef("--metric: %s", plain(names.Unknown("metrics", "metric", r.metric, append([]string{"loss"}, metrics.Names()...))))
	}
	if row.Task != s.metrics[0].Task {
		var have []string
		for _, name := range slices.Concat([]string{"loss"}, metrics.Names()) {
			if m, err := metrics.ByName(name); err != nil || m.Task == s.metrics[0].Task {
				have = append(have, name)
			}
		}
		return t, usagef("--metric %s is for %s, %s is for %s (have %s)", r.metric, row.Task, s.job.Dataset, s.metrics[0].Task, fmt.Sprint(have))
	}
	t.Metric = row
	return t, nil
}
