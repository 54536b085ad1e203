package train

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
)

// Risk is the empirical risk: the loss over some rows as a function of the trainable
// weights of a network, with gradient and Hessian-vector products. It is computed at
// the weights that the network has at that moment, in its number type. The network
// is as in evaluation: no random masks, running statistics as they are.
//
// What training makes small is another function, with masks, statistics of the batch
// and regularisation: see Trainer.Problem.
//
// Memory is that of one batch of all the rows: of large data take a Subset. A Risk
// is not for two goroutines at a time, nor while the network is being trained.
//
// V. Vapnik, "Principles of risk minimization for learning theory", 1991.
type Risk struct {
	spec    spec
	data    *datasets.Dataset
	rows    []int
	size    int
	weights []float64 // of the rows, where the spec is weighted
	// training says that the graph is that of a training step: then it is the cost
	// of full-batch methods, without L2.
	training bool
	graphs   [orders]*derivatives // compiled when they are first wanted
}

// NewRisk makes the risk of a network and a loss over all rows of a data set.
// Errors are those of Evaluate.
func NewRisk(net *nn.Network, loss losses.Loss, data *datasets.Dataset) (r *Risk, err error) {
	defer caught("train: risk", &err)
	switch {
	case net == nil || data == nil:
		return nil, errors.New("train: the network or the data set is nil")
	case loss.IsZero():
		return nil, errors.New("train: there is no loss")
	case data.Len() == 0:
		return nil, fmt.Errorf("train: %s has no rows", data.Name)
	}
	s := spec{net: net, trained: net.Trainable(), loss: loss}
	if err := s.encode(data); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return newRisk(s, data, upTo(data.Len())), nil
}

// newRisk is that of evaluation, in which all rows count alike.
func newRisk(s spec, data *datasets.Dataset, rows []int) *Risk {
	s.weighted = false
	r := &Risk{spec: s, data: data, rows: rows}
	for _, p := range s.trained {
		r.size += p.Size()
	}
	return r
}

// Size returns the number of weights: the trained parameters, one after the other.
func (r *Risk) Size() int { return r.size }

// Weights writes the weights of the network into dst, which has Size numbers.
func (r *Risk) Weights(dst []float64) {
	for _, p := range r.spec.trained {
		p.Read(dst[:p.Size()])
		dst = dst[p.Size():]
	}
}

// SetWeights moves the network to other weights.
func (r *Risk) SetWeights(w []float64) error {
	if len(w) != r.size {
		return fmt.Errorf("train: %d weights, the network has %d", len(w), r.size)
	}
	for _, p := range r.spec.trained {
		if err := p.Set(w[:p.Size()]); err != nil {
			return err
		}
		w = w[p.Size():]
	}
	return nil
}

// Loss computes the loss.
func (r *Risk) Loss() (loss float64, err error) {
	defer caught("train: loss", &err)
	p, err := r.run(theLoss, nil)
	if err != nil {
		return 0, err
	}
	return p.cost(), nil
}

// Gradient computes the loss and writes its gradient into dst, which has Size
// numbers.
func (r *Risk) Gradient(dst []float64) (loss float64, err error) {
	defer caught("train: gradient", &err)
	if len(dst) != r.size {
		return 0, fmt.Errorf("train: room for %d numbers of a gradient of %d", len(dst), r.size)
	}
	p, err := r.run(theGradient, nil)
	if err != nil {
		return 0, err
	}
	read(dst, p.result)
	return p.cost(), nil
}

// HessianVector writes H·v into dst, both of Size numbers: the Hessian of the loss
// times a vector, at about the cost of four gradients and exact to rounding (B.
// Pearlmutter, 1994). Where an activation has a kink, its second derivative is that
// of one side. It is a Product of package diagnose.
func (r *Risk) HessianVector(dst, v []float64) (err error) {
	defer caught("train: Hessian", &err)
	if len(dst) != r.size || len(v) != r.size {
		return fmt.Errorf("train: %d and %d numbers for a Hessian of %d", len(dst), len(v), r.size)
	}
	p, err := r.run(theProduct, v)
	if err != nil {
		return err
	}
	read(dst, p.result)
	return nil
}

// run computes the derivatives of an order.
func (r *Risk) run(o order, direction []float64) (*derivatives, error) {
	p, err := r.derivatives(o)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	put(p.direction, direction)
	return p, p.program.RunAll()
}

// derivatives returns the compiled graph of an order.
func (r *Risk) derivatives(o order) (*derivatives, error) {
	if r.graphs[o] != nil {
		return r.graphs[o], nil
	}
	p, err := r.compile(o)
	if err == nil {
		err = p.load(r)
	}
	if err == nil {
		r.graphs[o] = p
	}
	return p, err
}

// load moves the risk to other rows, as many.
func (r *Risk) load(rows []int) error {
	r.rows = rows
	for _, p := range r.graphs {
		if p == nil {
			continue
		}
		if err := p.load(r); err != nil {
			return err
		}
	}
	return nil
}

// load writes the rows, their targets and weights into the inputs.
func (p *derivatives) load(r *Risk) error {
	if p.graph.Input.Dtype() == tensor.Float32 {
		return fill[float32](p, r)
	}
	return fill[float64](p, r)
}

func fill[T datasets.Float](p *derivatives, r *Risk) error {
	in := program[T]{graph: p.graph}
	if err := in.bind(p.target, p.weight, p.loss); err != nil {
		return err
	}
	return in.load(r.spec.target, r.data, r.weights, r.rows)
}

// cost is the loss of the last run.
func (p *derivatives) cost() float64 {
	var l [1]float64
	read(l[:], gorgonia.Nodes{p.loss})
	return l[0]
}
