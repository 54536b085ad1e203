package train

import (
	"errors"
	"fmt"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/metrics"
)

// Evaluator does again and again what the function Evaluate does once, with graphs
// that are compiled once.
type Evaluator struct {
	evaluator evaluator
	data      *datasets.Dataset
	list      []metrics.Row
}

// NewEvaluator prepares the evaluation of a network, with the weights that it will
// have, on the rows of a data set. The arguments are those of Evaluate.
func NewEvaluator(net *nn.Network, loss losses.Loss, schema *datasets.Schema, data *datasets.Dataset, list []metrics.Row) (e *Evaluator, err error) {
	defer caught("train: evaluate", &err)
	switch {
	case net == nil || data == nil:
		return nil, errors.New("train: the network or the data set is nil")
	case loss.IsZero():
		return nil, errors.New("train: there is no loss to evaluate")
	case data.Len() == 0:
		return nil, fmt.Errorf("train: %s has no rows to evaluate", data.Name)
	}
	s := spec{net: net, loss: loss, schema: schema}
	if err := s.encode(data); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return &Evaluator{newEvaluator(s), data, list}, nil
}

// Evaluate computes the loss and the metrics with the present weights.
func (e *Evaluator) Evaluate() (result Result, err error) {
	defer caught("train: evaluate", &err)
	if result, err = e.evaluator.evaluate(e.data, e.list); err != nil {
		return Result{}, fmt.Errorf("train: %w", err)
	}
	return result, nil
}
