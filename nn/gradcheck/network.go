package gradcheck

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn"
)

// Cost makes a scalar node of the graph of a network: what training makes small.
type Cost func(g *nn.Graph) (*gorgonia.Node, error)

// build calls the function, which may panic as gorgonia.Must does.
func (c Cost) build(g *nn.Graph) (y *gorgonia.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return c(g)
}

// Against is the cost of a loss for the targets of a batch: a number for each
// element of the output, or for a loss on class indexes one for each row. weight
// has a number for each row or is nil.
func Against(l losses.Loss, target, weight []float64) Cost {
	return func(g *nn.Graph) (*gorgonia.Node, error) {
		shape := []int(g.Output.Shape())
		if l.Target == losses.Index && len(target) == shape[0] {
			shape = []int{len(target), 1}
		}
		t, err := input(g.G, "target", shape, target)
		if err != nil {
			return nil, err
		}
		var w *gorgonia.Node
		if weight != nil {
			if w, err = input(g.G, "weight", []int{len(weight)}, weight); err != nil {
				return nil, err
			}
		}
		return l.Build(g.Output, t, w)
	}
}

// Network checks a network with its parameters as they are on the rows of x,
// row-major: the gradients of the cost or, if it is nil, those of the output. It
// works on a copy in float64; the network itself may be of any number type.
func Network(net *nn.Network, x []float64, cost Cost, o Options) (Report, error) {
	const name = "network"
	net, err := net.Copy(nn.Float64)
	if err != nil {
		return Report{Name: name}, fmt.Errorf("gradcheck: %w", err)
	}
	return network(name, net, x, cost, o)
}

func network(name string, net *nn.Network, x []float64, cost Cost, o Options) (Report, error) {
	g, err := batch(net, x, o)
	if err != nil {
		return Report{Name: name}, fmt.Errorf("gradcheck: %s: %w", name, err)
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	y, wrt, err := cost.on(g)
	if err != nil {
		return Report{Name: name}, fmt.Errorf("gradcheck: %s: cost: %w", name, err)
	}
	return check(name, y, wrt, false, o)
}

// batch makes the graph of a network for the rows of x.
func batch(net *nn.Network, x []float64, o Options) (*nn.Graph, error) {
	row := tensor.Shape(net.Config().Input).TotalSize()
	if len(x) == 0 || len(x)%row != 0 {
		return nil, fmt.Errorf("%d numbers are no rows of %d inputs", len(x), row)
	}
	g, err := net.Build(len(x)/row, !o.Evaluation)
	if err != nil {
		return nil, err
	}
	return g, write(g, x)
}

// on makes what is differentiated, the cost or without one the output, and the
// nodes that it is differentiated by. Graph building must be locked.
func (c Cost) on(g *nn.Graph) (y *gorgonia.Node, wrt gorgonia.Nodes, err error) {
	y = g.Output
	if c != nil {
		y, err = c.build(g)
	}
	return y, append(g.Params[:len(g.Params):len(g.Params)], g.Input), err
}

// write sets the input of a graph.
func write(g *nn.Graph, x []float64) error {
	in, err := op.Slice[float64](g.Input.Value())
	copy(in, x)
	return err
}
