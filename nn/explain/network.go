package explain

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn"
)

// Options of a transcript; the zero value is the usual one.
type Options struct {
	Title string
	// Coordinates is how many elements of each node are compared with differences, at
	// most; 0 is 64. Each takes two runs of what lies behind the node: in large networks
	// fewer are compared, or none.
	Coordinates int
	// Evaluation explains the graph of evaluation in place of that of training: no
	// dropout, running statistics.
	Evaluation bool
}

const usualCoordinates = 64

func (o Options) coordinates() int {
	if o.Coordinates > 0 {
		return o.Coordinates
	}
	return usualCoordinates
}

// Network explains a step of training of a network as it is: x has rows of inputs,
// row-major; target a number for each element of the output, or for a loss on class
// indexes one for each row. It works on a copy in float64, and nothing is updated.
//
// Layers k = 1, 2, … are z_k = a_{k−1}·W_k + b_k and a_k = f(z_k), whatever stands
// between them has names of its own. In formulas dv stands for ∂L/∂v.
//
// Errors: numbers that are no rows of the network; a loss that refuses its target;
// an op without a derivative.
func Network(net *nn.Network, loss losses.Loss, x, target []float64, o Options) (Transcript, error) {
	t, err := explainNetwork(net, loss, x, target, o)
	if err != nil {
		return Transcript{}, fmt.Errorf("explain: %w", err)
	}
	return t, nil
}

func explainNetwork(net *nn.Network, loss losses.Loss, x, target []float64, o Options) (out Transcript, err error) {
	defer func() { // ops of a user's layer may panic
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	row := tensor.Shape(net.Config().Input).TotalSize()
	if len(x) == 0 || len(x)%row != 0 {
		return out, fmt.Errorf("%d numbers are no rows of %d inputs", len(x), row)
	}
	if net, err = net.Copy(nn.Float64); err != nil {
		return out, err
	}
	g, err := net.Build(len(x)/row, !o.Evaluation)
	if err != nil {
		return out, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	in, err := op.Slice[float64](g.Input.Value())
	if err != nil {
		return out, err
	}
	copy(in, x)
	e := explained{net: net, graph: g, loss: loss}
	if err := e.build(target); err != nil {
		return out, err
	}
	return e.transcript(o)
}

// explained is a network with its loss and one batch.
type explained struct {
	net    *nn.Network
	graph  *nn.Graph
	loss   losses.Loss
	target *gorgonia.Node
	cost   *gorgonia.Node
	batch  batch
	trace  *trace
}

// build adds target and loss to the graph.
func (e *explained) build(target []float64) error {
	shape := e.graph.Output.Shape()
	if len(shape) != 2 {
		return fmt.Errorf("the output has shape %v, want (rows, outputs)", shape)
	}
	rows, cols := shape[0], shape[1]
	given := []int{rows, cols}
	e.batch = batch{rows: rows, cols: cols, left: rows, y: slices.Clone(target)}
	switch {
	case e.loss.Target == losses.Index && len(target) == rows && cols > 1:
		given = []int{rows, 1}
		if err := e.batch.oneHot(target); err != nil {
			return err
		}
	case len(target) != rows*cols:
		return fmt.Errorf("%d targets for an output of shape %v", len(target), shape)
	}
	e.target = gorgonia.NewTensor(e.graph.G, tensor.Float64, 2, gorgonia.WithName("target"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(given...), tensor.WithBacking(slices.Clone(target)))))
	var err error
	e.cost, err = e.loss.Build(e.graph.Output, e.target, nil)
	if err == nil && e.cost == e.graph.Output {
		err = errors.New("the loss is the output itself")
	}
	return err
}

// oneHot turns class indexes into rows.
func (b *batch) oneHot(index []float64) error {
	b.y, b.left = make([]float64, b.rows*b.cols), 0
	for i, v := range index {
		switch {
		case v != float64(int(v)) || int(v) >= b.cols:
			return fmt.Errorf("the target of row %d is %v, want a class from 0 to %d", i, v, b.cols-1)
		case v >= 0:
			b.y[i*b.cols+int(v)] = 1
			b.left++
		}
	}
	return nil
}

// transcript orders, names, computes and compares.
func (e *explained) transcript(o Options) (Transcript, error) {
	leaves := map[*gorgonia.Node]leaf{e.graph.Input: {"x", "the batch, a row each", Input}}
	before, _ := exec.Order(e.graph.Output)
	inside := func(n *gorgonia.Node) bool { return !slices.Contains(before, n) }
	t := newTrace(e.cost, leaves, inside)
	t.hide(e.graph.Output)
	e.trace = t
	e.names()
	if err := t.run(); err != nil {
		return Transcript{}, err
	}
	// The target is shown as the formulas read it.
	e.batch.out = t.value[e.graph.Output]
	output := t.name[e.graph.Output]
	f := formulaOf(e.loss, output, e.batch)
	out := t.byHand(func(hand map[*gorgonia.Node][]float64) *finalRule {
		e.batch.out = hand[e.graph.Output]
		f = formulaOf(e.loss, output, e.batch)
		r := &finalRule{formula: f.value, grad: map[*gorgonia.Node]term{}}
		if f.grad != nil {
			r.value = []float64{f.loss}
			r.grad[e.graph.Output] = term{local: f.gradient, locals: f.grad, formula: f.gradient, value: f.grad}
		}
		return r
	})
	out.Title, out.Notes = o.Title, f.notes
	for _, n := range t.nodes {
		if note := t.rules[n].note; note != "" {
			out.Notes = append(out.Notes, "in "+t.name[n]+": "+note)
		}
	}
	e.addShown(&out)
	order, children := exec.Order(e.cost)
	compare := differences{e.cost, order, children}
	byName := map[string]*gorgonia.Node{}
	var flowing gorgonia.Nodes
	for _, n := range t.nodes {
		if byName[t.name[n]] = n; t.flows[n] {
			flowing = append(flowing, n)
		}
	}
	most := compare.affordable(flowing, o.coordinates())
	for _, n := range out.Nodes {
		if n.Gradient == nil {
			continue
		}
		if err := compare.add(byName[n.Name], n.Gradient, most); err != nil {
			return Transcript{}, err
		}
	}
	return out, nil
}

// addShown puts the target behind the inputs, and the probabilities that the loss
// has inside before the loss.
func (e *explained) addShown(out *Transcript) {
	shape := []int{e.batch.rows, e.batch.cols}
	doc := "the target"
	if e.loss.Target == losses.Index && e.batch.cols > 1 {
		doc = "the target, a one for the class"
	}
	e.insert(out, 1, Node{Name: "y", Formula: doc, Kind: Target, Shape: shape, Value: e.batch.y})
	last := len(out.Nodes) - 1
	out.Nodes[last].From = append(out.Nodes[last].From, "y")
	if e.loss.Link.Apply == nil {
		return
	}
	prob := slices.Clone(e.trace.value[e.graph.Output])
	e.loss.Link.Apply(prob, e.batch.cols)
	name := e.trace.name[e.graph.Output]
	symbol := map[string]string{"softmax": "softmax", "sigmoid": "σ", "exp": "exp"}[e.loss.Link.String()]
	e.insert(out, last, Node{Name: "ŷ", Formula: symbol + "(" + name + "), inside the loss", Kind: Shown, From: []string{name}, Shape: shape, Value: prob})
}

// insert adds a node and moves the places of the backward pass.
func (e *explained) insert(out *Transcript, at int, n Node) {
	out.Nodes = slices.Insert(out.Nodes, at, n)
	for i, k := range out.back {
		if k >= at {
			out.back[i]++
		}
	}
}
