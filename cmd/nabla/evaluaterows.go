package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"nabla/datasets"
	"nabla/train"
)

// trainedRows is what a model file keeps of the rows that a run trained on, so
// that evaluate does not take them for rows that the model has not seen.
func trainedRows(s *setup) (train.Rows, error) {
	r := train.Rows{Seed: s.job.Seed, DataSeed: s.job.DataSeed.value}
	if s.source.Test == nil {
		r.TestSplit = s.split.String()
	}
	var err error
	if s.source.Entry == nil {
		r.SHA256, err = digest(s.job.Dataset)
	}
	return r, err
}

// digest is the SHA-256 of a file: a file that was moved or renamed is still the
// same data, another one of the same name is not.
func digest(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fileError(path, err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}

// chosen is the rows that are evaluated.
type chosen struct {
	data    *datasets.Dataset
	which   string // in words
	trained *int   // how many of them the model was trained on; nil when that is not known
}

// open reads the data to evaluate. A generator makes the rows that the model was
// trained on unless a data seed is given.
func (e *evaluator) open(m *train.Model, name string) (*datasets.Source, error) {
	o := datasets.LoadOptions{Schema: m.Schema, Dir: e.data, DataSeed: e.dataSeed.value}
	if name == m.Dataset && o.DataSeed == nil {
		o.DataSeed = m.Rows.DataSeed
	}
	source, err := datasets.Open(name, o)
	if err != nil {
		return nil, dataError(name, o, err)
	}
	return source, nil
}

// trainedOn reports whether the model was trained on rows of this data set. Model
// files of other programs need not say.
func trainedOn(m *train.Model, source *datasets.Source, path string) (bool, error) {
	switch {
	case m.Rows == train.Rows{}:
		return false, nil
	case source.Entry != nil:
		return source.Entry.Name == m.Dataset, nil
	case m.Rows.SHA256 == "":
		return false, nil
	}
	sum, err := digest(path)
	return sum == m.Rows.SHA256, err
}

// rows cuts out the rows to evaluate: the test rows of the model's own run, those
// of a bundled data set, or all of a file, unless --test-split chooses others.
func (e *evaluator) rows(m *train.Model, source *datasets.Source, path string) (chosen, error) {
	same, err := trainedOn(m, source, path)
	if err != nil {
		return chosen{}, err
	}
	if !same && filepath.Base(path) == m.Dataset && m.Rows.SHA256 != "" {
		e.warn("%s is not the file that the model was trained on; rows of that may be in it", path)
	}
	split, seed := datasets.Split{}, m.Network.Config().Seed
	if source.Entry != nil {
		split = source.DefaultSplit()
	}
	if same {
		seed = m.Rows.Seed
		if m.Rows.TestSplit != "" {
			if split, err = datasets.ParseSplit(m.Rows.TestSplit); err != nil {
				return chosen{}, err
			}
		}
	}
	if e.split != "auto" {
		if split, err = datasets.ParseSplit(e.split); err != nil {
			return chosen{}, usagef("--test-split: %s", plain(err))
		}
		if source.Test != nil && split != (datasets.Split{}) {
			return chosen{}, usagef("--test-split: %s has test files of its own; none takes its training rows", source.Data.Name)
		}
	}
	c, err := e.cut(m, source, split, e.seed.or(seed))
	if err == nil && same {
		c.trained, err = e.countTrained(m, source, split, e.seed.or(seed))
	}
	return c, err
}

// cut makes the rows of a split ready for the model.
func (e *evaluator) cut(m *train.Model, source *datasets.Source, split datasets.Split, seed uint64) (chosen, error) {
	if source.Test != nil && e.split == "none" {
		data, err := m.Schema.Standardize(source.Data)
		return chosen{data: data, which: "training files"}, err
	}
	parts, err := source.Parts(split, 0, seed)
	switch {
	case err != nil:
		return chosen{}, err
	case source.Test != nil:
		return chosen{data: parts.Test, which: "test files"}, nil
	case parts.Test == nil:
		return chosen{data: parts.Train, which: "all rows"}, nil
	}
	return chosen{data: parts.Test, which: "test rows, " + split.String()}, nil
}

// countTrained counts the rows of a split that were training rows of the model,
// by cutting the numbers of the rows in the same two ways.
func (e *evaluator) countTrained(m *train.Model, source *datasets.Source, split datasets.Split, seed uint64) (*int, error) {
	n := source.Data.Len()
	switch {
	case source.Test != nil && e.split == "none":
		return &n, nil
	case source.Test != nil || e.otherData(m, source.Entry):
		return new(int), nil
	}
	numbers := *source.Data
	numbers.Shape, numbers.Features = []int{1}, []string{"row"}
	numbers.X = datasets.Matrix{Rows: n, Cols: 1, F64: make([]float64, n)}
	for i := range n {
		numbers.X.F64[i] = float64(i)
	}
	own, err := datasets.ParseSplit(m.Rows.TestSplit)
	if err != nil {
		return nil, err
	}
	learned, _, err := numbers.Split(own, m.Rows.Seed)
	if err != nil {
		return nil, err
	}
	all, test, err := numbers.Split(split, seed)
	if err != nil {
		return nil, err
	}
	if test == nil {
		test = all
	}
	seen := make([]bool, n)
	for i := range learned.Len() {
		seen[int(learned.X.At(i, 0))] = true
	}
	count := 0
	for i := range test.Len() {
		if seen[int(test.X.At(i, 0))] {
			count++
		}
	}
	return &count, nil
}

// otherData reports whether --data-seed makes other rows than those of the run.
func (e *evaluator) otherData(m *train.Model, entry *datasets.Entry) bool {
	if entry == nil || e.dataSeed.value == nil {
		return false
	}
	return *e.dataSeed.value != optional[uint64]{m.Rows.DataSeed}.or(entry.DataSeed)
}

// warnTrained says that a score is better than it would be on rows that the model
// has not seen.
func (e *evaluator) warnTrained(c chosen) {
	if c.trained == nil || *c.trained == 0 {
		return
	}
	which := fmt.Sprintf("%d of these %s", *c.trained, plural(c.data.Len(), "row"))
	if *c.trained == c.data.Len() {
		which = "all of these rows"
	}
	e.warn("the model was trained on %s; leave out --test-split, --seed and --data-seed for its test rows, if it has some", which)
}
