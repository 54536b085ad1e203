package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/landscape"
	"nabla/train/optimizers"
)

// surveyed is what is looked at: a network with its loss and its training rows, and
// the run that is to make its weights.
type surveyed struct {
	name    string // for people
	net     *nn.Network
	loss    losses.Loss
	schema  *datasets.Schema
	data    *datasets.Dataset // the training rows
	test    *datasets.Dataset // nil without
	seed    uint64
	workers int

	trainer    *setup // nil of a model file
	trajectory [][]float64
	stages     []stage
	epochs     int    // that were run
	stopped    string // why that was all
}

// stage is what the network decided after an epoch.
type stage struct {
	epoch     int
	decisions *landscape.Decisions
}

// subject opens data or a model file.
func (v *surveyor) subject(name, data string) (*surveyed, error) {
	if isModel(name) {
		return v.model(name, data)
	}
	if data != "" {
		return nil, usagef("%s is no model file; data alone is trained first: nabla landscape %s", name, shellQuote(name))
	}
	j, err := fill(name, nil, v.cmd.Flags())
	if err != nil {
		return nil, err
	}
	if v.directions == "pca" && j.Epochs < 2 {
		return nil, usagef("--directions pca needs at least 2 epochs, for a plane; take more --epochs, or --directions random")
	}
	s, err := j.prepare()
	if err != nil {
		return nil, err
	}
	if s.source.Entry == nil {
		v.warnMissing(s.source)
	}
	v.warnUntrained(s)
	return &surveyed{
		name: filepath.Base(s.source.Data.Name), net: s.net, loss: s.loss, schema: s.source.Schema,
		data: s.parts.Train, test: s.parts.Test, seed: s.job.Seed, workers: s.job.Threads, trainer: s,
	}, nil
}

// withModel are the settings of a job that mean something beside a model file.
var withModel = map[string]bool{"data": true, "data-seed": true, "seed": true, "threads": true}

// model opens a model file and the rows it was trained on; of other data all rows.
func (v *surveyor) model(path, name string) (*surveyed, error) {
	m, err := readJudge(path)
	if err != nil {
		return nil, err
	}
	given := newJob("")
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	given.flags(own)
	v.cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case own.Lookup(f.Name) == nil || f.Name == "out" || err != nil:
		case !withModel[f.Name]:
			err = usagef("--%s is for a training; %s is trained", f.Name, path)
		default:
			own.Lookup(f.Name).Value.Set(f.Value.String()) // pflag has read the same text before
		}
	})
	if err != nil {
		return nil, err
	}
	if v.directions == "pca" {
		return nil, usagef("--directions pca needs the epochs of a training, which %s does not hold; give data instead, or take random or hessian", path)
	}
	if name == "" {
		if _, err := datasets.ByName(m.Dataset); err != nil {
			return nil, usagef("%s was trained on %s: give the data too, nabla landscape %s DATA", path, m.Dataset, shellQuote(path))
		}
		name = m.Dataset
	}
	e := &evaluator{console: v.console, data: given.Data, dataSeed: given.DataSeed}
	source, err := e.open(m, name)
	if err != nil {
		return nil, err
	}
	v.warnMissing(source)
	split, seed := datasets.Split{}, m.Rows.Seed
	same, err := trainedOn(m, source, name)
	if err != nil {
		return nil, err
	}
	if same && m.Rows.TestSplit != "" {
		if split, err = datasets.ParseSplit(m.Rows.TestSplit); err != nil {
			return nil, err
		}
	}
	parts, err := source.Parts(split, 0, seed)
	if err != nil {
		return nil, err
	}
	return &surveyed{
		name: modelName(path) + " on " + filepath.Base(source.Data.Name), net: m.Network, loss: m.Loss, schema: m.Schema,
		data: parts.Train, test: parts.Test, seed: given.Seed, workers: given.Threads,
	}, nil
}

// modelName is short for a model file: with its folder, as the file is often called
// the same as others.
func modelName(path string) string {
	folder, file := filepath.Split(filepath.Clean(path))
	return printable(filepath.Join(filepath.Base(folder), file))
}

// sample is at most n of the training rows, spread evenly.
func (s *surveyed) sample(n int) (*datasets.Dataset, error) {
	if s.data.Len() <= n {
		return s.data, nil
	}
	return spreadOut(s.data, n)
}

// How many points of a trajectory and how many numbers they may have are kept, and
// how many pictures of decisions; of more epochs some are passed over.
const (
	mostPoints  = 300
	mostWeights = 1 << 24
	mostStages  = 80
)

// keep reports whether the picture of an epoch is one of most, the last one always.
func keep(epoch, epochs, most int) bool {
	every := (epochs + most - 1) / max(most, 1)
	return epoch == epochs || epoch%max(every, 1) == 0
}

// train runs the epochs and keeps the weights and the decisions along the way.
func (v *surveyor) train(ctx context.Context, s *surveyed) error {
	p := s.trainer
	bar := (&trainer{console: v.console}).newBar(p)
	if p.trainer.Schedule != nil {
		p.trainer.Schedule = bar.watch(p.trainer.Schedule)
	}
	run, err := p.trainer.Start(p.net, p.parts.Train)
	if err != nil {
		return err
	}
	moving := v.directions == "pca"
	animated := strings.EqualFold(filepath.Ext(v.boundary), ".gif") || v.folder != "" && landscape.Drawable(s.schema) == nil
	var weights int
	for _, q := range p.net.Trainable() {
		weights += q.Size()
	}
	most := max(min(mostPoints, mostWeights/max(weights, 1)), 3)
	last := 0
	record := func(epoch int, always bool) error {
		last = epoch
		if moving && (always || keep(epoch, p.job.Epochs, most)) {
			s.trajectory = append(s.trajectory, landscape.Weights(p.net))
		}
		if animated && (always || keep(epoch, p.job.Epochs, mostStages)) {
			d, err := v.decide(s)
			if err != nil {
				return err
			}
			s.stages = append(s.stages, stage{epoch, d})
		}
		return nil
	}
	err = record(0, true)
	for e, failed := range run.Epochs(ctx) {
		if failed != nil {
			err = failed
			break
		}
		if optimizers.IsMethod(p.job.Optimizer) {
			bar.show(e.Epoch)
		}
		if err = record(e.Epoch, false); err != nil {
			break
		}
	}
	bar.clear()
	if err == nil && last < p.job.Epochs && !keep(last, p.job.Epochs, min(most, mostStages)) {
		err = record(last, true) // the run ended early
	}
	s.epochs, s.stopped = len(run.History), run.Stopped
	if _, diverged := errors.AsType[*train.DivergedError](err); diverged {
		return advised(err, "there are no trained weights to look at")
	}
	return err
}
