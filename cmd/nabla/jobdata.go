package main

import (
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strings"

	"nabla/datasets"
	"nabla/losses"
	"nabla/train/metrics"
)

// open resolves what is about the data and the loss and cuts the rows in parts.
func (j job) open() (*setup, error) {
	s := &setup{job: j}
	resolved := &s.job
	if j.Dataset == "" {
		return nil, usagef("nabla train needs DATA, the name of a bundled data set (%s) or a file", strings.Join(datasets.Names(), ", "))
	}
	if j.Loss != "auto" {
		l, err := losses.Parse(j.Loss)
		if err != nil {
			return nil, usagef("--loss: %s", plain(err))
		}
		s.loss = l
	}
	var err error
	if s.source, err = resolved.load(s.loss); err != nil {
		return nil, err
	}
	// The config file of the run gets what auto meant; config.vary knows.
	if j.Loss == "auto" {
		s.loss = losses.MSE
		if s.source.Data.Classes != nil {
			s.loss = losses.CrossEntropy
		}
		resolved.Loss = s.loss.String()
	}
	if err := resolved.link(s.loss); err != nil {
		return nil, err
	}
	if err := resolved.checkTargets(s.source, s.loss); err != nil {
		return nil, err
	}
	if s.split, err = resolved.testSplit(s.source); err != nil {
		return nil, err
	}
	if s.parts, err = s.source.Parts(s.split, j.validation(), j.Seed); err != nil {
		return nil, err
	}
	task := metrics.Regression
	if s.source.Data.Classes != nil {
		task = metrics.Classification
	}
	s.metrics = metrics.Usual(task)
	return s, nil
}

// load opens the data of the job.
func (j *job) load(loss losses.Loss) (*datasets.Source, error) {
	o := datasets.LoadOptions{Dir: j.Data, DataSeed: j.DataSeed.value}
	o.Missing = datasets.Missing(j.Missing.value)
	if j.Standardize.value != "auto" {
		o.Standardize = new(j.Standardize.value == "true")
	}
	if j.Target != "" {
		names, err := csv.NewReader(strings.NewReader(j.Target)).Read()
		if err != nil {
			return nil, usagef("--target: %q: %w", j.Target, err)
		}
		for _, name := range names {
			o.Targets = append(o.Targets, strings.TrimSpace(name))
		}
	}
	// Whether numbers are classes is the user's to say, and the loss says it; the rows of
	// the table of data sets have their task.
	_, notBundled := datasets.ByName(j.Dataset)
	if (notBundled != nil || j.Target != "") && !loss.IsZero() && classesWanted(loss, len(o.Targets)) {
		o.Task = datasets.Classification
	}
	s, err := datasets.Open(j.Dataset, o)
	if err != nil {
		return nil, dataError(j.Dataset, o, err)
	}
	if j.Missing.value != "" && s.Table == nil {
		return nil, usagef("--missing: %s has no missing values", j.Dataset)
	}
	j.resolveData(s)
	return s, nil
}

// resolveData replaces words that mean the row of the data set by what it says.
func (j *job) resolveData(s *datasets.Source) {
	if s.Table != nil {
		j.Missing.value = string(s.Schema.Missing)
	}
	switch s.Schema.InputScaling.Method {
	case datasets.Standardized:
		j.Standardize.value = "true"
	case datasets.Unscaled:
		j.Standardize.value = "false"
	}
}

// testSplit resolves --test-split. With test files of their own there is nothing to
// choose, and the word auto stays.
func (j *job) testSplit(s *datasets.Source) (datasets.Split, error) {
	split := s.DefaultSplit()
	if j.TestSplit != "auto" {
		var err error
		if split, err = datasets.ParseSplit(j.TestSplit); err != nil {
			return split, usagef("--test-split: %s", plain(err))
		}
		if s.Test != nil {
			return split, usagef("--test-split: %s has test files of its own; leave the flag out", s.Data.Name)
		}
	}
	if s.Test == nil {
		j.TestSplit = split.String()
	}
	return split, nil
}

// dataError sorts out what is wrong with the command line from what is wrong
// with the data: a name that does not exist, and options that do not fit a
// bundled data set, are the user's.
func dataError(name string, o datasets.LoadOptions, err error) error {
	if _, ok := errors.AsType[datasets.FolderError](err); ok {
		return advised(err, "the four files must be there, whole: copy or download them again")
	}
	_, unknown := datasets.ByName(name)
	switch _, missing := os.Stat(name); {
	case unknown == nil && o.Schema != nil && o.Dir == "" && o.DataSeed == nil:
		return err // the data do not fit the model
	case unknown == nil:
		return usagef("%s", plain(err))
	case missing == nil:
		table, failed := datasets.OpenCSV(name)
		if failed == nil && slices.ContainsFunc(o.Targets, func(t string) bool { return table.Column(t) < 0 }) {
			return usagef("--target: %s", plain(err))
		}
		return err
	case errors.Is(err, os.ErrNotExist):
		return advised(err, "check the path, or take a bundled data set (nabla datasets lists them)")
	}
	return usagef("%s", plain(err))
}
