package compare

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc64"
	"math"
	"time"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
)

// Training is the training of a network on data.
type Training struct {
	Name    string
	Network func(seed uint64) (*nn.Network, error) // makes the start of a seed; each run has a network of its own
	// Trainer is how all runs go. Its optimizer, learning rate, seed and threads are
	// those of the run; metrics and early stopping have no place here, and validation
	// rows are for Plateau alone.
	Trainer train.Trainer
	Metric  metrics.Row // by which runs are judged; the zero value is the loss

	Train *datasets.Dataset
	// After each epoch the metric is computed on the validation rows, without them
	// on the test rows, without those on the training rows; at the end on the test
	// rows too.
	Validation, Test *datasets.Dataset

	Limit    Limit
	Settings []string // see Description
}

// Limit ends a run before Trainer.MaxEpochs. The zero value does not.
type Limit struct {
	Evaluations int           // of loss and gradient of a batch
	Time        time.Duration // of training
}

// over reports whether a run has used up what it may.
func (l Limit) over(r Record) bool {
	return l.Evaluations > 0 && r.Evaluations >= l.Evaluations || l.Time > 0 && r.Seconds >= l.Time.Seconds()
}

// Describe names the metric and what tells the data apart from others.
func (p Training) Describe() Description {
	d := Description{Name: p.Name, Metric: "loss", Rows: "validation"}
	if p.Metric.Func != nil {
		d.Metric, d.LargerIsBetter = p.Metric.Name, p.Metric.LargerIsBetter
	}
	switch {
	case p.Validation != nil:
	case p.Test != nil:
		d.Rows = "test"
	default:
		d.Rows = "training"
	}
	t := &p.Trainer
	d.Settings = append([]string{
		fmt.Sprint("loss=", t.Loss), fmt.Sprint("batch=", t.BatchSize), fmt.Sprint("epochs=", t.MaxEpochs),
		fmt.Sprint("accumulate=", max(t.Accumulate, 1)), fmt.Sprint("shuffle=", !t.InOrder), fmt.Sprint("drop last=", t.DropLast),
		fmt.Sprint("l1=", t.L1), fmt.Sprint("l2=", t.L2), fmt.Sprint("decay=", t.Decay),
		fmt.Sprint("clip value=", t.ClipValue), fmt.Sprint("clip norm=", t.ClipNorm),
		fmt.Sprint("evaluations=", p.Limit.Evaluations), fmt.Sprint("budget=", p.Limit.Time),
		"training rows=" + fingerprint(p.Train), "validation rows=" + fingerprint(p.Validation), "test rows=" + fingerprint(p.Test),
	}, p.Settings...)
	return d
}

// fingerprint is the number of rows and a checksum of their numbers.
func fingerprint(d *datasets.Dataset) string {
	if d == nil {
		return "none"
	}
	table := crc64.MakeTable(crc64.ECMA)
	var sum uint64
	x, y := make([]float64, d.X.Cols), make([]float64, d.Y.Cols)
	for row := range d.Len() {
		// Rows of d are there.
		_ = datasets.CopyX(x, d, []int{row})
		_ = datasets.CopyY(y, d, []int{row})
		for _, v := range append(x, y...) {
			sum = crc64.Update(sum, table, binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		}
	}
	return fmt.Sprintf("%d, checksum %016x", d.Len(), sum)
}

// judged are the rows that the metric is computed on.
func (p Training) judged() *datasets.Dataset {
	switch {
	case p.Validation != nil:
		return p.Validation
	case p.Test != nil:
		return p.Test
	}
	return p.Train
}

// judge returns the function that computes the metric on some rows.
func (p Training) judge(net *nn.Network, rows *datasets.Dataset) (func() (float64, error), error) {
	var list []metrics.Row
	if p.Metric.Func != nil {
		list = []metrics.Row{p.Metric}
	}
	e, err := train.NewEvaluator(net, p.Trainer.Loss, p.Trainer.Schema, rows, list)
	if err != nil {
		return nil, err
	}
	return func() (float64, error) {
		result, err := e.Evaluate()
		switch {
		case err != nil:
			return 0, err
		case !finite(result.Loss):
			return math.NaN(), nil
		case list == nil:
			return result.Loss, nil
		}
		return result.Scores.Of(p.Metric.Name), nil
	}, nil
}

// Run trains a network.
func (p Training) Run(ctx context.Context, t Task) (Record, error) {
	s, err := p.session(t)
	if err != nil {
		return Record{}, fmt.Errorf("compare: %s: %s: %w", p.Name, t.Optimizer.Name, err)
	}
	if err := s.train(ctx); err != nil {
		return Record{}, err
	}
	return s.record, nil
}
