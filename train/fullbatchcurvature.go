package train

import (
	"errors"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/datasets"
	"nabla/internal/op"
)

// curve adds second derivatives to an objective. The graph of products is compiled
// when a method first asks for them: most never do.
func (e *engine[T]) curve(o *objective, w *weights[T]) error {
	n := len(o.start)
	check := func(dst []float64, err error) bool {
		if err != nil {
			o.err = errors.Join(o.err, err)
			dst[0] = math.NaN() // what a method sees of it
		}
		return err == nil
	}
	risk := &Risk{spec: e.spec, data: e.data, rows: upTo(e.data.Len()), size: n, weights: e.trainer.SampleWeights, training: true}
	o.problem.HessVec = func(dst, x, v []float64) {
		w.write(x)
		if check(dst, risk.HessianVector(dst, v)) {
			w.addPenalty(dst, v)
		}
	}
	o.problem.Hess = func(dst, x []float64) {
		unit, column := make([]float64, n), make([]float64, n)
		for j := range n {
			unit[j] = 1
			o.problem.HessVec(column, x, unit)
			unit[j] = 0
			for i, v := range column {
				dst[i*n+j] = v
			}
		}
	}
	if e.cost != nil || len(e.last.graph.Extra()) > 0 {
		return nil // no output apart from the cost, or rows that depend on each other
	}
	rows, err := e.outputCurvature(w)
	if err != nil {
		return nil // the loss has no second derivative; methods say what they lack
	}
	o.problem.GaussNewton = func(dst, x []float64) {
		w.write(x)
		if check(dst, rows.matrix(dst)) {
			w.addPenaltyCurvature(dst, n+1)
		}
	}
	likelihood, err := rows.likelihood()
	if err != nil || !likelihood {
		return err
	}
	o.problem.Fisher = o.problem.GaussNewton
	o.problem.FisherDiagonal = func(dst, x []float64) {
		w.write(x)
		if check(dst, rows.diagonal(dst)) {
			w.addPenaltyCurvature(dst, 1)
		}
	}
	return nil
}

// slicesOf returns the memory behind nodes that have been compiled.
func slicesOf[T datasets.Float](nodes gorgonia.Nodes) ([][]T, error) {
	list := make([][]T, len(nodes))
	for i, n := range nodes {
		var err error
		if list[i], err = op.Slice[T](n.Value()); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// scatter cuts x into the parts, pack puts parts behind each other.
func scatter[T datasets.Float](parts [][]T, x []float64) {
	at := 0
	for _, p := range parts {
		for i := range p {
			p[i] = T(x[at])
			at++
		}
	}
}

func pack[T datasets.Float](x []float64, parts [][]T) {
	at := 0
	for _, p := range parts {
		for _, v := range p {
			x[at] = float64(v)
			at++
		}
	}
}
