package train

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
)

// Surface is the loss over some rows as a function of the weights of a network,
// with gradient and Hessian-vector products. The network is as in evaluation: no
// random masks, running statistics as they are. It computes in the number type of
// the network, at the weights that the network has at that moment.
//
// Memory is that of one batch of all the rows: of large data take a Subset.
type Surface struct {
	spec   spec
	data   *datasets.Dataset
	rows   []int
	size   int
	slope  *slope // nil until it is wanted
	second *slope // likewise, with Hessian-vector products
}

// NewSurface makes the surface of a network and a loss over all rows of a data
// set. Errors are those of Evaluate.
func NewSurface(net *nn.Network, loss losses.Loss, data *datasets.Dataset) (s *Surface, err error) {
	defer caught("train: surface", &err)
	switch {
	case net == nil || data == nil:
		return nil, errors.New("train: the network or the data set is nil")
	case loss.IsZero():
		return nil, errors.New("train: there is no loss")
	case data.Len() == 0:
		return nil, fmt.Errorf("train: %s has no rows", data.Name)
	}
	sp := spec{net: net, trained: net.Trainable(), loss: loss}
	if err := sp.encode(data); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = i
	}
	return newSurface(sp, data, rows), nil
}

func newSurface(s spec, data *datasets.Dataset, rows []int) *Surface {
	s.weighted = false
	f := &Surface{spec: s, data: data, rows: rows}
	for _, p := range s.trained {
		f.size += p.Size()
	}
	return f
}

// Size returns the number of weights: the trained parameters, one after the other.
func (s *Surface) Size() int { return s.size }

// Weights writes the weights into dst, which has Size numbers.
func (s *Surface) Weights(dst []float64) {
	for _, p := range s.spec.trained {
		p.Read(dst[:p.Size()])
		dst = dst[p.Size():]
	}
}

// SetWeights moves the network to other weights.
func (s *Surface) SetWeights(w []float64) error {
	if len(w) != s.size {
		return fmt.Errorf("train: %d weights, the network has %d", len(w), s.size)
	}
	for _, p := range s.spec.trained {
		if err := p.Set(w[:p.Size()]); err != nil {
			return err
		}
		w = w[p.Size():]
	}
	return nil
}

// Gradient computes the loss and writes its gradient into dst, which has Size
// numbers.
func (s *Surface) Gradient(dst []float64) (loss float64, err error) {
	defer caught("train: gradient", &err)
	if len(dst) != s.size {
		return 0, fmt.Errorf("train: room for %d numbers of a gradient of %d", len(dst), s.size)
	}
	if s.slope == nil {
		if s.slope, err = newSlope(s, false); err != nil {
			return 0, fmt.Errorf("train: %w", err)
		}
	}
	if err := s.slope.program.RunAll(); err != nil {
		return 0, err
	}
	read(dst, s.slope.result)
	var l [1]float64
	read(l[:], gorgonia.Nodes{s.slope.loss})
	return l[0], nil
}

// HessianVector writes H·v into dst, both of Size numbers: the Hessian of the loss
// times a vector, at about the cost of four gradients and exact to rounding (B.
// Pearlmutter, 1994). It is a Product of package diagnose.
func (s *Surface) HessianVector(dst, v []float64) (err error) {
	defer caught("train: Hessian", &err)
	if len(dst) != s.size || len(v) != s.size {
		return fmt.Errorf("train: %d and %d numbers for a Hessian of %d", len(dst), len(v), s.size)
	}
	if s.second == nil {
		if s.second, err = newSlope(s, true); err != nil {
			return fmt.Errorf("train: %w", err)
		}
	}
	for _, n := range s.second.direction {
		k := n.Shape().TotalSize()
		if f32, err := op.Slice[float32](n.Value()); err == nil {
			for i := range f32 {
				f32[i] = float32(v[i])
			}
		} else if f64, err := op.Slice[float64](n.Value()); err == nil {
			copy(f64, v)
		}
		v = v[k:]
	}
	if err := s.second.program.RunAll(); err != nil {
		return err
	}
	read(dst, s.second.result)
	return nil
}

// load moves the surface to other rows, as many.
func (s *Surface) load(rows []int) error {
	s.rows = rows
	for _, p := range []*slope{s.slope, s.second} {
		if p != nil {
			if err := p.load(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// slope is a compiled graph of the loss: its gradient, or the product of its
// Hessian with a direction.
type slope struct {
	graph     *nn.Graph
	target    *gorgonia.Node
	program   *exec.Program
	loss      *gorgonia.Node
	direction gorgonia.Nodes // inputs of a Hessian-vector product
	result    gorgonia.Nodes
}

func newSlope(s *Surface, second bool) (*slope, error) {
	g, err := s.spec.net.Build(len(s.rows), false)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	p := &slope{graph: g}
	if p.target, _, err = s.spec.inputs(g, len(s.rows)); err != nil {
		return nil, err
	}
	if p.loss, err = s.spec.build(g, p.target, nil); err != nil {
		return nil, err
	}
	var wrt gorgonia.Nodes
	for i, q := range s.spec.net.Trainable() {
		if slices.Contains(s.spec.trained, q) {
			wrt = append(wrt, g.Params[i])
		}
	}
	if second {
		for _, w := range wrt {
			n, err := input(g, "direction of "+w.Name(), w.Shape())
			if err != nil {
				return nil, err
			}
			p.direction = append(p.direction, n)
		}
		p.result, err = autodiff.HessianVector(p.loss, wrt, p.direction)
	} else {
		p.result, err = autodiff.Grad(p.loss, wrt...)
	}
	if err != nil {
		return nil, err
	}
	if p.program, err = s.spec.compiler.Compile(append(p.result[:len(p.result):len(p.result)], p.loss)...); err != nil {
		return nil, err
	}
	return p, p.load(s)
}

// load writes the rows and their targets into the inputs.
func (p *slope) load(s *Surface) error {
	if p.graph.Input.Dtype() == tensor.Float32 {
		return fill[float32](p, s)
	}
	return fill[float64](p, s)
}

func fill[T datasets.Float](p *slope, s *Surface) error {
	x, err := op.Slice[T](p.graph.Input.Value())
	if err != nil {
		return err
	}
	if err := datasets.CopyX(x, s.data, s.rows); err != nil || p.target == nil {
		return err
	}
	y, err := op.Slice[T](p.target.Value())
	if err != nil {
		return err
	}
	return write(s.spec.target, y, s.data, s.rows)
}

// read copies the numbers of nodes into dst, one behind the other.
func read(dst []float64, nodes gorgonia.Nodes) {
	for _, n := range nodes {
		if f32, err := op.Slice[float32](n.Value()); err == nil {
			for i, v := range f32 {
				dst[i] = float64(v)
			}
			dst = dst[len(f32):]
		} else if f64, err := op.Slice[float64](n.Value()); err == nil {
			dst = dst[copy(dst, f64):]
		}
	}
}
