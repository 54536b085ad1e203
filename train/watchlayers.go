package train

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/nn"
	"nabla/train/diagnose"
)

// hidden computes the outputs of the layers for the probe rows.
type hidden struct {
	graph   *nn.Graph
	program *exec.Program
	list    []watchedLayer
}

// watchedLayer is a layer that computes something.
type watchedLayer struct {
	name      string
	node      *gorgonia.Node
	nonlinear bool // its units can be dead: it is hidden, and not linear
	ends      diagnose.Range
}

// nonlinear are layers that tell their activation.
type nonlinear interface {
	Nonlinearity() activations.Activation
}

func newHidden(s spec, data *datasets.Dataset, rows []int) (*hidden, error) {
	g, err := s.net.Build(len(rows), false)
	if err != nil {
		return nil, err
	}
	h := &hidden{graph: g}
	stack, before := s.net.Layers(), g.Input
	var nodes gorgonia.Nodes
	for i, node := range g.Hidden {
		if node == before || node.Op() == nil {
			continue
		}
		before = node
		l := watchedLayer{name: fmt.Sprintf("%d %s", i, nn.Describe(stack[i])), node: node}
		if n, ok := stack[i].(nonlinear); ok && i < len(stack)-1 {
			if f := n.Nonlinearity(); f.F != nil {
				l.nonlinear, l.ends = true, diagnose.RangeOf(f.F)
			}
		}
		h.list, nodes = append(h.list, l), append(nodes, node)
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	if h.program, err = s.compiler.Compile(nodes...); err != nil {
		return nil, err
	}
	return h, copyInput(g.Input, data, rows)
}

// layers describes the outputs.
func (h *hidden) layers() ([]diagnose.Layer, error) {
	if err := h.program.RunAll(); err != nil {
		return nil, err
	}
	var list []diagnose.Layer
	for _, l := range h.list {
		shape := l.node.Shape()
		outputs := make([]float64, shape.TotalSize())
		read(outputs, gorgonia.Nodes{l.node})
		list = append(list, diagnose.LayerOf(l.name, outputs, shape[len(shape)-1], l.nonlinear, l.ends))
	}
	return list, nil
}
