package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn/autodiff"
)

// trace is a graph on its way to a transcript: its nodes in order, children before
// parents, with their names, values and gradients.
type trace struct {
	cost     *gorgonia.Node
	nodes    gorgonia.Nodes // that are shown, the cost last
	children map[*gorgonia.Node]gorgonia.Nodes
	leaves   map[*gorgonia.Node]leaf
	name     map[*gorgonia.Node]string
	rules    map[*gorgonia.Node]rule
	value    map[*gorgonia.Node][]float64
	grad     map[*gorgonia.Node][]float64
	flows    map[*gorgonia.Node]bool // a gradient goes there
}

// leaf is what a node without inputs is to the reader.
type leaf struct {
	name, doc string
	kind      Kind
}

// newTrace orders the nodes between the leaves and the cost. Inside is what the
// cost is made of and is not shown one by one; the cost then reads the nodes that
// inside reads.
func newTrace(cost *gorgonia.Node, leaves map[*gorgonia.Node]leaf, inside func(*gorgonia.Node) bool) *trace {
	t := &trace{
		cost: cost, leaves: leaves, children: map[*gorgonia.Node]gorgonia.Nodes{},
		name: map[*gorgonia.Node]string{}, rules: map[*gorgonia.Node]rule{},
		value: map[*gorgonia.Node][]float64{}, grad: map[*gorgonia.Node][]float64{}, flows: map[*gorgonia.Node]bool{},
	}
	nodes, children := exec.Order(cost)
	var read gorgonia.Nodes
	for _, n := range nodes {
		if n != cost && !inside(n) {
			t.nodes = append(t.nodes, n)
			t.children[n] = children[n]
			continue
		}
		for _, c := range children[n] {
			if !inside(c) && !slices.Contains(read, c) {
				read = append(read, c)
			}
		}
	}
	t.nodes = append(t.nodes, cost)
	t.children[cost] = read
	t.nodes = t.textbook()
	return t
}

// textbook puts the inputs first, and what does not depend on them, such as
// parameters, right before the first node that does and reads it; so it does with
// the time steps of a sequence.
func (t *trace) textbook() gorgonia.Nodes {
	var list gorgonia.Nodes
	moves := map[*gorgonia.Node]bool{} // with an input
	placed := map[*gorgonia.Node]bool{}
	var place func(n *gorgonia.Node)
	place = func(n *gorgonia.Node) {
		if placed[n] {
			return
		}
		placed[n] = true
		for _, late := range []bool{false, true} {
			for _, c := range t.children[n] {
				if late == (t.rules[c].step > 0) {
					place(c)
				}
			}
		}
		list = append(list, n)
	}
	for _, n := range t.nodes {
		if t.leaves[n].name != "" && t.leaves[n].kind == Input {
			moves[n] = true
			place(n)
		}
	}
	for _, n := range t.nodes {
		for _, c := range t.children[n] {
			moves[n] = moves[n] || moves[c]
		}
		if moves[n] && t.rules[n].step == 0 || n == t.cost {
			place(n)
		}
	}
	return list
}

// differing are the nodes that a gradient can go to. Nodes without inputs that are
// none become constants.
func (t *trace) differing() (wrt gorgonia.Nodes, err error) {
	differs := map[*gorgonia.Node]bool{}
	for _, n := range t.nodes {
		l, isLeaf := t.leaves[n]
		if isLeaf {
			differs[n] = l.kind == Input || l.kind == Parameter
		} else if len(t.children[n]) == 0 {
			t.leaves[n] = leaf{name: t.name[n], kind: Constant}
		}
		for _, c := range t.children[n] {
			differs[n] = differs[n] || differs[c] && !strings.HasPrefix(opName(n), "mask(")
		}
		if differs[n] {
			wrt = append(wrt, n)
		}
	}
	if !differs[t.cost] {
		return nil, errors.New("the cost depends on no input and no parameter")
	}
	return wrt, nil
}

// run computes all values and gradients.
func (t *trace) run() error {
	wrt, err := t.differing()
	if err != nil {
		return err
	}
	grads, err := autodiff.Grad(t.cost, wrt...)
	if err != nil {
		return err
	}
	// Every value is wanted: no product is joined with its activation.
	program, err := exec.Compiler{Every: true}.Compile(slices.Concat(t.nodes, grads)...)
	if err != nil {
		return err
	}
	if err := program.RunAll(); err != nil {
		return err
	}
	for _, n := range t.nodes {
		if t.value[n], err = copied(n); err != nil {
			return err
		}
	}
	for i, n := range wrt {
		t.flows[n] = true
		if t.grad[n], err = copied(grads[i]); err != nil {
			return err
		}
	}
	return nil
}

// copied are the numbers of a node.
func copied(n *gorgonia.Node) ([]float64, error) {
	x, err := op.Slice[float64](n.Value())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", n.Name(), err)
	}
	return slices.Clone(x), nil
}

func opName(n *gorgonia.Node) string {
	if n.Op() == nil {
		return ""
	}
	return n.Op().String()
}

// call collects what a rule needs, with values and gradient from the given maps.
func (t *trace) call(n *gorgonia.Node, value map[*gorgonia.Node][]float64, up []float64) call {
	c := call{name: t.name[n], y: value[n], up: up, size: n.Shape()}
	if c.y == nil {
		c.y = t.value[n]
	}
	for _, child := range t.children[n] {
		c.in = append(c.in, t.name[child])
		c.shape = append(c.shape, child.Shape())
		c.x = append(c.x, value[child])
	}
	return c
}

// backOrder is the order of the backward pass: a node, then the parameters and
// inputs that only it and nodes before it read.
func (t *trace) backOrder() gorgonia.Nodes {
	readers := map[*gorgonia.Node]int{}
	for _, n := range t.nodes {
		for _, c := range distinct(t.children[n]) {
			readers[c]++
		}
	}
	var list gorgonia.Nodes
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := t.nodes[i]
		if _, isLeaf := t.leaves[n]; isLeaf {
			continue
		}
		list = append(list, n)
		ready := distinct(t.children[n])
		for _, kind := range []Kind{Parameter, Input} {
			for _, c := range ready {
				if l, isLeaf := t.leaves[c]; isLeaf && l.kind == kind && readers[c] == 1 {
					list = append(list, c)
				}
			}
		}
		for _, c := range ready {
			readers[c]--
		}
	}
	return slices.DeleteFunc(list, func(n *gorgonia.Node) bool { return !t.flows[n] })
}

func distinct(nodes gorgonia.Nodes) gorgonia.Nodes {
	var list gorgonia.Nodes
	for _, n := range nodes {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}
