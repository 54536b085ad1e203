package train

import (
	"fmt"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/metrics"
)

// Result is what a network reaches on a data set.
type Result struct {
	Loss   float64
	Scores Scores
	// Predictions are what the loss's link makes of the outputs, row-major:
	// probabilities for cross-entropies, numbers in the units of the schema
	// otherwise.
	Predictions []float64
}

// Evaluate computes the loss and the metrics of a network on all rows of a data
// set, in evaluation mode. schema, if not nil, takes targets and predictions
// back to their units before the metrics are computed.
func Evaluate(net *nn.Network, loss losses.Loss, schema *datasets.Schema, data *datasets.Dataset, list []metrics.Row) (Result, error) {
	e, err := NewEvaluator(net, loss, schema, data, list)
	if err != nil {
		return Result{}, err
	}
	return e.Evaluate()
}

// evaluator computes a whole data set batch by batch.
type evaluator interface {
	evaluate(data *datasets.Dataset, list []metrics.Row) (Result, error)
}

func newEvaluator(s spec) evaluator {
	if s.net.Config().DType == nn.Float64 {
		return &evaluation[float64]{spec: s, programs: map[int]*program[float64]{}}
	}
	return &evaluation[float32]{spec: s, programs: map[int]*program[float32]{}}
}

type evaluation[T datasets.Float] struct {
	spec
	programs map[int]*program[T] // by the number of rows
	rows     []int               // 0, 1, 2 …, grown as data sets need it
}

// evaluationRows is how many rows are computed at a time. The pieces show in no
// result: their means are put together by what each of them divided by.
const evaluationRows = 256

func (e *evaluation[T]) evaluate(data *datasets.Dataset, list []metrics.Row) (Result, error) {
	r := Result{Predictions: make([]float64, 0, data.Len()*size(e.net.OutputShape()))}
	for len(e.rows) < data.Len() {
		e.rows = append(e.rows, len(e.rows))
	}
	var total float64
	for rows := range datasets.Batches(e.rows[:data.Len()], evaluationRows, false) {
		p, err := e.run(data, rows)
		if err != nil {
			return r, err
		}
		if w := e.weigh(data, nil, rows); w != 0 {
			r.Loss += float64(p.loss[0]) * w
			total += w
		}
		for _, v := range p.out {
			r.Predictions = append(r.Predictions, float64(v))
		}
	}
	if e.loss.Reduction != losses.Sum {
		r.Loss /= total
	}
	var err error
	r.Scores, err = e.score(r.Predictions, data, nil, list)
	return r, err
}

// run computes loss and output of some rows.
func (e *evaluation[T]) run(data *datasets.Dataset, rows []int) (*program[T], error) {
	p := e.programs[len(rows)]
	if p == nil {
		var err error
		if p, err = compile[T](e.spec, len(rows), false); err != nil {
			return nil, err
		}
		e.programs[len(rows)] = p
	}
	if err := p.load(e.target, data, nil, rows); err != nil {
		return nil, err
	}
	return p, p.exec.RunAll()
}

// score turns outputs into predictions, in place, and computes the metrics: the
// link makes probabilities of logits, the schema puts numbers back to units. The
// rows of the data are in the given order, nil is their own.
func (s spec) score(outputs []float64, data *datasets.Dataset, order []int, list []metrics.Row) (Scores, error) {
	cols := size(s.net.OutputShape())
	if link := s.loss.Link.Apply; link != nil {
		link(outputs, cols)
	}
	s.unscale(outputs)
	if len(list) == 0 {
		return nil, nil
	}
	rows := len(outputs) / cols
	targets := make([]float64, 0, rows*data.Y.Cols)
	for i := range rows {
		row := i
		if order != nil {
			row = order[i]
		}
		for j := range data.Y.Cols {
			targets = append(targets, data.Y.At(row, j))
		}
	}
	s.unscale(targets)
	var scores Scores
	for _, m := range list {
		v, err := m.Func(outputs, targets, cols)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		scores = append(scores, Score{m.Name, v})
	}
	return scores, nil
}

// unscale takes values of a regression back to the units of the data.
func (s spec) unscale(values []float64) {
	if s.schema != nil {
		s.schema.Unscale(values)
	}
}

// size returns the number of elements of a shape.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
