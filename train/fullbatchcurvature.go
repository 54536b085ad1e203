package train

import (
	"errors"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// curve adds second derivatives to an objective. The programs of products are
// compiled when a method first asks for them: most never do.
func (e *engine[T]) curve(o *objective, w *weights[T]) error {
	n := len(o.start)
	check := func(dst []float64, err error) bool {
		if err != nil {
			o.err = errors.Join(o.err, err)
			dst[0] = math.NaN() // what a method sees of it
		}
		return err == nil
	}
	var p *products[T]
	o.problem.HessVec = func(dst, x, v []float64) {
		var err error
		if p == nil {
			p, err = e.products()
		}
		if err == nil {
			w.write(x)
			err = p.times(dst, v)
		}
		if check(dst, err) {
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

// products computes the Hessian of the cost of all rows times a vector.
type products[T datasets.Float] struct {
	exec *exec.Program
	v    [][]T // the vector, in parts as the parameters
	hv   [][]T // the product
}

// products compiles the program: the graph of a training step, and the derivatives
// of <gradient, v>.
func (e *engine[T]) products() (p *products[T], err error) {
	defer caught("building the Hessian", &err)
	rows := e.data.Len()
	g, err := e.net.Build(rows, true)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	target, weight, err := e.inputs(g, rows)
	if err != nil {
		return nil, err
	}
	cost, err := e.build(g, target, weight)
	if err != nil {
		return nil, err
	}
	wrt := e.wrt(g)
	directions := make([]*gorgonia.Node, len(wrt))
	for i, n := range wrt {
		if directions[i], err = input(g, "direction of "+n.Name(), n.Shape()); err != nil {
			return nil, err
		}
	}
	hv, err := autodiff.HessianVector(cost, wrt, directions)
	if err != nil {
		return nil, err
	}
	p = &products[T]{}
	if p.exec, err = e.compiler.Compile(append(append(gorgonia.Nodes{cost, g.Output}, hv...), directions...)...); err != nil {
		return nil, err
	}
	inner := &program[T]{graph: g}
	if err := inner.bind(target, weight, cost); err != nil {
		return nil, err
	}
	if p.v, err = slicesOf[T](directions); err != nil {
		return nil, err
	}
	if p.hv, err = slicesOf[T](hv); err != nil {
		return nil, err
	}
	return p, inner.load(e.target, e.data, e.trainer.SampleWeights, upTo(rows))
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

// times writes H·v.
func (p *products[T]) times(dst, v []float64) error {
	scatter(p.v, v)
	if err := p.exec.RunAll(); err != nil {
		return err
	}
	pack(dst, p.hv)
	return nil
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
