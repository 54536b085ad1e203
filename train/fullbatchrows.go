package train

import (
	"math"

	"gorgonia.org/gorgonia"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/kernel"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// outputCurvature makes Σ c·Jᵀ·H·J over the rows: J is the Jacobian of the network's
// output by the weights, H the Hessian of the loss by the output, c the part of the
// row in the mean. It is the Hessian of the cost without the curvature of the network,
// and nowhere negative when the loss is convex in its input.
type outputCurvature[T datasets.Float] struct {
	*engine[T]
	network    *program[T]   // of one row
	jacobian   *exec.Program // derivatives of <seed, output>
	seed       []T
	rowOf      [][]T // one row of J, in parts as the parameters
	loss       *exec.Program
	prediction []T // for which H is computed
	direction  []T
	product    []T // H·direction
	outputs, n int
}

// outputCurvature compiles the programs of one row. The loss stands in the same
// graph, behind an input of its own.
func (e *engine[T]) outputCurvature(w *weights[T]) (c *outputCurvature[T], err error) {
	defer caught("building the Gauss-Newton matrix", &err)
	g, err := e.net.Build(1, true)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	target, weight, err := e.inputs(g, 1)
	if err != nil {
		return nil, err
	}
	var nodes [3]*gorgonia.Node
	for i, name := range []string{"seed", "prediction", "direction"} {
		if nodes[i], err = input(g, name, g.Output.Shape()); err != nil {
			return nil, err
		}
	}
	seeded, err := op.Mul(g.Output, nodes[0])
	if err != nil {
		return nil, err
	}
	scalar, err := op.Total(seeded)
	if err != nil {
		return nil, err
	}
	grads, err := autodiff.Grad(scalar, e.wrt(g)...)
	if err != nil {
		return nil, err
	}
	cost, err := e.spec.loss.Build(nodes[1], target, weight)
	if err != nil {
		return nil, err
	}
	hv, err := autodiff.HessianVector(cost, gorgonia.Nodes{nodes[1]}, gorgonia.Nodes{nodes[2]})
	if err != nil {
		return nil, err
	}
	c = &outputCurvature[T]{engine: e, network: &program[T]{graph: g}, outputs: size(e.net.OutputShape())}
	if c.jacobian, err = e.compiler.Compile(append(gorgonia.Nodes{g.Output, scalar}, grads...)...); err != nil {
		return nil, err
	}
	if c.loss, err = e.compiler.Compile(append(gorgonia.Nodes{cost}, hv...)...); err != nil {
		return nil, err
	}
	if err := c.network.bind(target, weight, scalar); err != nil {
		return nil, err
	}
	if c.rowOf, err = slicesOf[T](grads); err != nil {
		return nil, err
	}
	ends, err := slicesOf[T](gorgonia.Nodes{nodes[0], nodes[1], nodes[2], hv[0]})
	if err != nil {
		return nil, err
	}
	c.seed, c.prediction, c.direction, c.product = ends[0], ends[1], ends[2], ends[3]
	for _, r := range c.rowOf {
		c.n += len(r)
	}
	return c, nil
}

// row computes J and c·H·J of one row, outputs rows of n numbers each. It reports
// false when the row counts for nothing.
func (c *outputCurvature[T]) row(i int, total float64, jacobian, curved []float64) (bool, error) {
	weights := c.trainer.SampleWeights
	part := c.weigh(c.data, weights, []int{i}) / total
	if part == 0 {
		return false, nil
	}
	if err := c.network.load(c.target, c.data, weights, []int{i}); err != nil {
		return false, err
	}
	for k := range c.outputs {
		clear(c.seed)
		c.seed[k] = 1
		if err := c.jacobian.RunAll(); err != nil {
			return false, err
		}
		pack(jacobian[k*c.n:(k+1)*c.n], c.rowOf)
	}
	copy(c.prediction, c.network.out)
	h, err := c.hessian()
	if err != nil {
		return false, err
	}
	for k := range h {
		h[k] *= part
	}
	kernel.Gemm(false, false, c.outputs, c.n, c.outputs, h, jacobian[:c.outputs*c.n], nil, curved[:c.outputs*c.n])
	return true, nil
}

// hessian is H for the prediction and the target that are loaded.
func (c *outputCurvature[T]) hessian() ([]float64, error) {
	h := make([]float64, c.outputs*c.outputs)
	for k := range c.outputs {
		clear(c.direction)
		c.direction[k] = 1
		if err := c.loss.RunAll(); err != nil {
			return nil, err
		}
		for j, v := range c.product {
			h[k*c.outputs+j] = float64(v)
		}
	}
	return h, nil
}

// each calls f with J and c·H·J of blocks of rows.
func (c *outputCurvature[T]) each(f func(lines int, jacobian, curved []float64)) error {
	const lines = 256
	rows, total := upTo(c.data.Len()), 0.0
	total = c.weigh(c.data, c.trainer.SampleWeights, rows)
	most := max(lines, c.outputs)
	jacobian, curved := make([]float64, most*c.n), make([]float64, most*c.n)
	used := 0
	for _, i := range rows {
		if used+c.outputs > most {
			f(used, jacobian, curved)
			used = 0
		}
		counts, err := c.row(i, total, jacobian[used*c.n:], curved[used*c.n:])
		if err != nil {
			return err
		}
		if counts {
			used += c.outputs
		}
	}
	f(used, jacobian, curved)
	return nil
}

// matrix writes the sum, n·n numbers.
func (c *outputCurvature[T]) matrix(dst []float64) error {
	clear(dst)
	return c.each(func(lines int, jacobian, curved []float64) {
		kernel.GemmStrided(kernel.Linear, true, false, c.n, c.n, lines, jacobian, c.n, curved, c.n, dst, c.n, dst, c.n)
	})
}

// diagonal writes its diagonal, n numbers.
func (c *outputCurvature[T]) diagonal(dst []float64) error {
	clear(dst)
	return c.each(func(lines int, jacobian, curved []float64) {
		for k := range lines * c.n {
			dst[k%c.n] += jacobian[k] * curved[k]
		}
	})
}

// likelihood reports whether the loss is a negative log-likelihood in the natural
// parameters of its distribution, as cross-entropies on logits and the squared error
// are: then H does not depend on the target and is the expectation of the squared
// score, so that the Gauss-Newton matrix is Fisher's (Martens, "New insights and
// perspectives on the natural gradient method", 2020).
func (c *outputCurvature[T]) likelihood() (bool, error) {
	const compared = 50 // rows, with their targets
	var first []float64
	for i := range min(c.data.Len(), compared) {
		if err := c.network.load(c.target, c.data, nil, []int{i}); err != nil {
			return false, err
		}
		for k := range c.prediction {
			c.prediction[k] = T(0.3 + 0.1*float64(k))
		}
		h, err := c.hessian()
		if err != nil {
			return false, err
		}
		if first == nil {
			first = h
		}
		trace := 0.0
		for k, v := range h {
			if !(math.Abs(v-first[k]) <= 1e-6) {
				return false, nil
			}
			trace += math.Abs(v)
		}
		if trace == 0 {
			return false, nil
		}
	}
	return true, nil
}
