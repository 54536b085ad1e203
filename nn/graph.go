package nn

import (
	"fmt"
	"slices"
	"strconv"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
)

// Graph is one graph of a network, for a fixed number of rows: a gorgonia graph
// knows all its shapes, and a short last batch needs one of its own. Its
// parameters are those of the network, the same memory in every graph, so that a
// step in one is seen by all.
type Graph struct {
	G      *gorgonia.ExprGraph
	Input  *gorgonia.Node   // (rows, Config.Input...), to be filled through its value
	Output *gorgonia.Node   // (rows, OutputShape...)
	Params []*gorgonia.Node // the nodes of Network.Trainable, in that order
	Hidden []*gorgonia.Node // the output of each layer

	net      *Network
	training bool
	nodes    map[*Param]*gorgonia.Node
	follows  []follow
	counts   []*gorgonia.Node
	masks    map[string]int // drawn so far, by scope
	layers   int            // built so far
	shapes   [][]int
	err      error
}

// follow is a state s that follows a value v, s ← (1−m)·s + m·v, with a momentum m
// or, with m = 1/n in step n, as the mean of all values.
type follow struct {
	state, value, count *gorgonia.Node
	momentum            float64
}

// Build makes a graph for a number of rows, for training or for evaluation.
// Graphs may be built at the same time by several goroutines, each from a
// network of its own.
func (n *Network) Build(rows int, training bool) (*Graph, error) {
	if rows <= 0 {
		return nil, fmt.Errorf("nn: a graph for %d rows; want at least one", rows)
	}
	if _, fits := sizeWithin(append([]int{rows}, n.config.Input...), maxBatch); !fits {
		return nil, fmt.Errorf("nn: a graph for %d rows of shape %v: more than %d elements", rows, n.config.Input, maxBatch)
	}
	g, err := n.graph(rows, training)
	if err != nil {
		return nil, err
	}
	input := tensor.New(tensor.Of(g.Input.Dtype()), tensor.WithShape(g.Input.Shape()...))
	return g, gorgonia.Let(g.Input, input)
}

// graph is Build without a value for the input.
func (n *Network) graph(rows int, training bool) (*Graph, error) {
	exec.Building.Lock()
	defer exec.Building.Unlock()
	g := &Graph{
		G: gorgonia.NewGraph(), net: n, training: training,
		nodes: map[*Param]*gorgonia.Node{}, masks: map[string]int{}, shapes: [][]int{},
	}
	shape := append(tensor.Shape{rows}, n.config.Input...)
	g.Input = gorgonia.NewTensor(g.G, dtypes[n.config.DType].tensor, len(shape), gorgonia.WithName("input"), gorgonia.WithShape(shape...))
	root := &Scope{net: n, graph: g}
	x := g.Input
	for i, layer := range n.layers {
		y, err := root.forward(strconv.Itoa(i), layer, x)
		if err == nil {
			err = g.add(y, rows)
		}
		if err != nil {
			return nil, fmt.Errorf("layer %d (%T): %w", i, layer, err)
		}
		if y.Op() != nil && y != x {
			gorgonia.WithName(fmt.Sprintf("output of layer %d (%T)", i, layer))(y)
		}
		x = y
	}
	for _, p := range n.Trainable() {
		if g.nodes[p] == nil {
			return nil, fmt.Errorf("nn: parameter %q is not used in a graph for %d rows", p.Name, rows)
		}
		g.Params = append(g.Params, g.nodes[p])
	}
	g.Output = x
	return g, nil
}

// Where names the layer whose Forward made a node, "layer 1 (layers.Dense)", or
// nothing for a node that was made before or behind the layers: the input, a loss, a
// gradient.
func (g *Graph) Where(n *gorgonia.Node) string {
	// Nodes are numbered as they are made, and a layer's output is its last one.
	for i, output := range g.Hidden {
		if n != g.Input && n.ID() <= output.ID() {
			return fmt.Sprintf("layer %d (%T)", i, g.net.layers[i])
		}
	}
	return ""
}

// add appends the output of the next layer.
func (g *Graph) add(y *gorgonia.Node, rows int) error {
	if y.Dims() == 0 || y.Shape()[0] != rows {
		return fmt.Errorf("output of shape %v does not start with the %d rows of the batch", y.Shape(), rows)
	}
	row := []int(y.Shape()[1:])
	if made := g.net.shapes; made != nil && !slices.Equal(made[len(g.shapes)], row) {
		return fmt.Errorf("a row of the output has shape %v for %d rows and had %v before: shapes must not depend on the batch",
			row, rows, made[len(g.shapes)])
	}
	g.Hidden = append(g.Hidden, y)
	g.shapes = append(g.shapes, row)
	return nil
}

// Extra returns the nodes that a training step must compute besides loss and
// gradients, for Advance.
func (g *Graph) Extra() []*gorgonia.Node {
	var nodes []*gorgonia.Node
	for _, f := range g.follows {
		nodes = append(nodes, f.value)
	}
	return nodes
}

// Advance ends a training step: states follow their values, and the network
// moves on to its next random masks. It allocates nothing.
//
// It is an error if the nodes of Extra have not been computed.
func (g *Graph) Advance() error {
	for _, f := range g.follows {
		if f.value.Value() == nil {
			return fmt.Errorf("nn: %s cannot follow its value, which has not been computed: compile Graph.Extra with the step", f.state.Name())
		}
	}
	g.net.clock.Tick++
	switch {
	case len(g.follows) == 0 && len(g.counts) == 0:
	case g.Input.Dtype() == tensor.Float32:
		advance[float32](g)
	default:
		advance[float64](g)
	}
	return nil
}

// advance computes s ← (1−m)·s + m·v for each state, in float64 whatever the
// network computes in, and rounds once.
func advance[T float32 | float64](g *Graph) {
	for _, count := range g.counts {
		slice[T](count)[0]++
	}
	for _, f := range g.follows {
		m := f.momentum
		if f.count != nil {
			m = 1 / float64(slice[T](f.count)[0])
		}
		state := slice[T](f.state)
		for i, v := range slice[T](f.value) {
			state[i] = T((1-m)*float64(state[i]) + m*float64(v))
		}
	}
}

// slice returns the numbers of a node whose dtype the scope has checked.
func slice[T float32 | float64](n *gorgonia.Node) []T {
	x, _ := op.Slice[T](n.Value())
	return x
}
