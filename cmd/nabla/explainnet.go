package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/explain"
	"nabla/train"
)

// network explains the network of a model file, or of the job that the flags make
// for data.
func (e *explainer) network(name string, flags *pflag.FlagSet) (explain.Transcript, error) {
	net, loss, data, title, err := e.batch(name, flags)
	if err != nil {
		return explain.Transcript{}, err
	}
	x, y, err := batchNumbers(net, loss, data)
	if err != nil {
		return explain.Transcript{}, err
	}
	return explain.Network(net, loss, x, y, explain.Options{Title: title})
}

// batch makes what is explained, and says what it is.
func (e *explainer) batch(name string, flags *pflag.FlagSet) (*nn.Network, losses.Loss, *datasets.Dataset, string, error) {
	if isModel(name) {
		m, err := readJudge(name)
		if err == nil {
			err = onlyData(name, flags)
		}
		if err != nil {
			return nil, losses.Loss{}, nil, "", err
		}
		data, which, err := e.modelRows(m, seedOf(flags))
		title := fmt.Sprintf("%s on %s, loss %s", printable(filepath.Base(name)), which, m.Loss)
		return m.Network, m.Loss, data, title, err
	}
	s, err := networkJob(name, flags)
	if err != nil {
		return nil, losses.Loss{}, nil, "", err
	}
	data, err := spreadOut(s.parts.Train, e.rows)
	if err != nil {
		return nil, losses.Loss{}, nil, "", err
	}
	title := fmt.Sprintf("%s, %s: layers %s, loss %s, seed %d", printable(filepath.Base(s.job.Dataset)), plural(data.Len(), "row"), s.job.Layers, s.loss, s.job.Seed)
	return s.net, s.loss, data, title, nil
}

// modelRows are rows of the data set that a model was trained on, or random ones.
func (e *explainer) modelRows(m *train.Model, seed uint64) (*datasets.Dataset, string, error) {
	if _, err := datasets.ByName(m.Dataset); err == nil {
		source, err := datasets.Open(m.Dataset, datasets.LoadOptions{Schema: m.Schema, DataSeed: m.Rows.DataSeed})
		if err == nil {
			var parts datasets.Parts
			if parts, err = source.Parts(datasets.Split{}, 0, seed); err == nil {
				data, err := spreadOut(parts.Train, e.rows)
				return data, fmt.Sprintf("%s of %s", plural(min(e.rows, parts.Train.Len()), "row"), m.Dataset), err
			}
		}
	}
	data, err := randomRows(m, seed)
	if err != nil {
		return nil, "", err
	}
	data, err = spreadOut(data, e.rows)
	return data, plural(min(e.rows, checkedRows), "random row"), err
}

// spreadOut takes rows from all over the data: files are often sorted by class.
func spreadOut(data *datasets.Dataset, n int) (*datasets.Dataset, error) {
	rows := make([]int, min(n, data.Len()))
	for i := range rows {
		rows[i] = i * data.Len() / len(rows)
	}
	return data.Subset(rows)
}
