package train

import (
	"fmt"
	"math"

	"gorgonia.org/tensor"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
)

// encoding is how the targets of a data set are written for a loss.
type encoding struct {
	cols    int  // of the target node, 0 without targets
	raw     bool // as they are, whatever the network puts out
	classes bool // the data has class indexes, not numbers
	how     losses.Encoding
}

// shape returns the shape of the target node for rows of an output: one column of
// indexes, or number beside number as the output has them.
func (e encoding) shape(rows int, output tensor.Shape) tensor.Shape {
	if e.raw || e.how == losses.Index {
		return tensor.Shape{rows, e.cols}
	}
	return output.Clone()
}

// encode finds the encoding and checks that network, loss and data fit.
func (s *spec) encode(data *datasets.Dataset) (err error) {
	if err := consistent(data); err != nil {
		return err
	}
	if inputs := size(s.net.Config().Input); inputs != data.X.Cols {
		return fmt.Errorf("the network takes %d inputs, %s has %d", inputs, data.Name, data.X.Cols)
	}
	if s.cost != nil {
		s.target = encoding{cols: data.Y.Cols, raw: true}
		return nil
	}
	s.target, err = encodingFor(s.loss, size(s.net.OutputShape()), data)
	return err
}

// encodingFor finds the encoding for a loss of the outputs. Classes become
// indexes, one-hot rows or, for two classes and one output, a column of 0 and 1
// (−1 and 1 for the hinge), whichever the loss reads.
func encodingFor(loss losses.Loss, outputs int, data *datasets.Dataset) (encoding, error) {
	classes := len(data.Classes)
	switch {
	case data.Y.Cols == 0:
		return encoding{}, fmt.Errorf("%s has no targets", data.Name)
	case data.Classes == nil && loss.Target == losses.Index:
		return encoding{}, fmt.Errorf("loss %s needs classes, the targets %q of %s are numbers", loss.Name, data.Targets, data.Name)
	case data.Classes == nil && outputs != data.Y.Cols:
		return encoding{}, fmt.Errorf("the network has %d outputs, %s has %d targets", outputs, data.Name, data.Y.Cols)
	case data.Classes == nil:
		return encoding{cols: data.Y.Cols, how: losses.Values}, nil
	case classes < 2:
		return encoding{}, fmt.Errorf("%s has one class, %q; there is nothing to tell apart", data.Name, data.Classes)
	case outputs == 1 && classes == 2 && loss.Target != losses.Index:
		return encoding{cols: 1, classes: true, how: loss.Target}, nil
	case outputs != classes:
		return encoding{}, fmt.Errorf("the network has %d outputs, %s has %d classes", outputs, data.Name, classes)
	case loss.Target == losses.Index:
		return encoding{cols: 1, classes: true, how: losses.Index}, nil
	}
	return encoding{cols: outputs, classes: true, how: loss.Target}, nil
}

// consistent reports a data set made by hand that cannot be indexed: sizes that
// contradict each other, a class that does not exist. Numbers that are not
// finite pass; they end the run where they are met.
func consistent(data *datasets.Dataset) error {
	if _, err := data.Subset(nil); err != nil {
		return err
	}
	for i := range data.Len() {
		if data.Classes == nil || data.Y.Cols == 0 {
			break
		}
		if c := data.Y.At(i, 0); c != math.Trunc(c) || c < 0 || c >= float64(len(data.Classes)) {
			return fmt.Errorf("%s: row %d: %v is not an index into %d classes", data.Name, i, c, len(data.Classes))
		}
	}
	return nil
}

// write copies the targets of the rows into dst, which has cols numbers a row.
func write[T datasets.Float](e encoding, dst []T, data *datasets.Dataset, rows []int) error {
	switch {
	case e.cols == 0:
		return nil
	case e.classes && e.cols > 1:
		if err := datasets.CopyOneHot(dst, data, rows); err != nil {
			return err
		}
	default:
		if err := datasets.CopyY(dst, data, rows); err != nil {
			return err
		}
	}
	if e.classes && e.how == losses.PlusMinus {
		for i, v := range dst {
			dst[i] = 2*v - 1
		}
	}
	return nil
}

// Targets returns the targets of all rows in the form that the loss reads behind
// the network, row-major: numbers, class indexes, or one-hot rows.
func Targets(loss losses.Loss, net *nn.Network, data *datasets.Dataset) (y []float64, err error) {
	defer caught("train", &err)
	s := spec{net: net, loss: loss}
	if err := s.encode(data); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = i
	}
	y = make([]float64, len(rows)*s.target.cols)
	return y, write(s.target, y, data, rows)
}

// weigh returns what the mean over some rows counts in the mean over all: what
// the loss divides by. Of a sum, each batch counts once. It repeats in Go what
// op.Divisor does in the graph: the sum over class weights too, which a loss on
// indexes divides by.
func (s spec) weigh(data *datasets.Dataset, weights []float64, rows []int) float64 {
	switch {
	case s.loss.Reduction == losses.Sum:
		return 1
	case s.loss.Reduction == losses.MeanOverCount:
		return float64(len(rows))
	}
	byClass := s.cost == nil && s.target.how == losses.Index && s.loss.ClassWeights != nil
	if weights == nil && !byClass {
		return float64(len(rows))
	}
	var sum float64
	for _, i := range rows {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		if byClass {
			w *= s.loss.ClassWeights[data.Class(i)]
		}
		sum += w
	}
	return sum
}
