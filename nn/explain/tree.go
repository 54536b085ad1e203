package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"
)

// tree is what an op reads: a node that is shown, or an op that only moves numbers,
// which is not: it becomes part of the formula of its reader.
type tree struct {
	node *gorgonia.Node
	leaf int    // of a node that is shown: its place among those that the reader reads
	rule rule   // of one that is not
	in   []tree // no inputs: shown
}

// carries reports whether an op only moves numbers.
func carries(op string) bool {
	for _, prefix := range []string{"reshape", "part{", "place{"} {
		if strings.HasPrefix(op, prefix) {
			return true
		}
	}
	return false
}

// hide takes ops that are no step of a textbook off the list: copies of γ for all
// rows, the cutting of a sequence into time steps and the joining of states. What is
// left reads what these read. A single op that only moves numbers, such as a reshape
// between layers, stays.
func (t *trace) hide(output *gorgonia.Node) {
	readers := map[*gorgonia.Node]gorgonia.Nodes{}
	for _, n := range t.nodes {
		for _, c := range t.children[n] {
			readers[c] = append(readers[c], n)
		}
	}
	joins := func(n *gorgonia.Node) bool { // steps to a sequence
		in := t.children[n]
		return opName(n) == "add" && len(in) == 2 && strings.HasPrefix(opName(in[0]), "place{") && strings.HasPrefix(opName(in[1]), "place{")
	}
	moves := func(n *gorgonia.Node) bool { return carries(opName(n)) || joins(n) }
	hidden := map[*gorgonia.Node]bool{}
	for _, n := range t.nodes {
		if n == output || n == t.cost || n.Op() == nil {
			continue
		}
		spread := strings.HasPrefix(opName(n), "spread{")
		hidden[n] = (spread || moves(n)) && !slices.ContainsFunc(readers[n], func(r *gorgonia.Node) bool {
			_, known := ruleOf(opName(r))
			return !known || r == t.cost || !spread && !moves(r)
		})
	}
	for _, n := range t.nodes {
		if hidden[n] {
			continue
		}
		var leaves gorgonia.Nodes
		var grow func(c *gorgonia.Node) tree
		grow = func(c *gorgonia.Node) tree {
			if !hidden[c] {
				leaves = append(leaves, c)
				return tree{node: c, leaf: len(leaves) - 1}
			}
			r, _ := ruleOf(opName(c))
			s := tree{node: c, rule: r}
			for _, child := range t.children[c] {
				s.in = append(s.in, grow(child))
			}
			return s
		}
		var in []tree
		for _, c := range t.children[n] {
			in = append(in, grow(c))
		}
		if !slices.ContainsFunc(in, func(s tree) bool { return s.in != nil }) {
			continue
		}
		r, _ := ruleOf(opName(n))
		r = r.over(in)
		if moves(n) {
			r = r.sequence(n, in, leaves)
		}
		t.rules[n], t.children[n] = r, leaves
	}
	t.nodes = slices.DeleteFunc(t.nodes, func(n *gorgonia.Node) bool { return hidden[n] })
	t.nodes = t.textbook()
}

// call is the inner call of a hidden op.
func (s tree) call(x [][]float64, up []float64) call {
	c := call{size: s.node.Shape(), up: up, y: make([]float64, s.node.Shape().TotalSize())}
	for _, in := range s.in {
		c.in, c.shape = append(c.in, ""), append(c.shape, in.node.Shape())
		c.x = append(c.x, in.value(x))
	}
	return c
}

// value computes what the op reads from what its reader is said to read.
func (s tree) value(x [][]float64) []float64 {
	if s.in == nil {
		return x[s.leaf]
	}
	return s.rule.forward(s.call(x, nil))
}

// back sends a gradient down to the leaf; nil: that is not in this tree.
func (s tree) back(x [][]float64, up []float64, leaf int) []float64 {
	if s.in == nil {
		if s.leaf == leaf {
			return up
		}
		return nil
	}
	for i, in := range s.in {
		if in.holds(leaf) {
			return in.back(x, s.rule.back(s.call(x, up), i).value, leaf)
		}
	}
	return nil
}

func (s tree) holds(leaf int) bool {
	if s.in == nil {
		return s.leaf == leaf
	}
	return slices.ContainsFunc(s.in, func(in tree) bool { return in.holds(leaf) })
}

// leaves are the names of what is shown.
func (s tree) leaves(names []string) []string {
	if s.in == nil {
		return names[s.leaf : s.leaf+1]
	}
	var list []string
	for _, in := range s.in {
		list = append(list, in.leaves(names)...)
	}
	return list
}

// over is a rule whose inputs are trees.
func (r rule) over(in []tree) rule {
	names := func(shown []string) []string {
		list := make([]string, len(in))
		for k, s := range in {
			list[k] = strings.Join(s.leaves(shown), ", ")
		}
		return list
	}
	inner := func(c call) call {
		x := c.x
		c.in, c.x, c.shape = names(c.in), nil, nil
		for _, s := range in {
			c.x, c.shape = append(c.x, s.value(x)), append(c.shape, s.node.Shape())
		}
		return c
	}
	return rule{
		letter:  r.letter,
		formula: func(shown []string) string { return r.formula(names(shown)) },
		forward: func(c call) []float64 { return r.forward(inner(c)) },
		back: func(c call, leaf int) term {
			k := slices.IndexFunc(in, func(s tree) bool { return s.holds(leaf) })
			part := r.back(inner(c), k)
			if part.value == nil || in[k].in == nil {
				return part
			}
			return term{local: part.local, formula: in[k].rule.sums + part.formula, value: in[k].back(c.x, part.value, leaf)}
		},
	}
}

// sequence words a rule over trees that moves numbers between a sequence and its
// steps.
func (r rule) sequence(n *gorgonia.Node, in []tree, leaves gorgonia.Nodes) rule {
	back := r.back
	if len(leaves) > 1 {
		r.letter = "h"
		r.formula = func(shown []string) string { return shown[0] + " … " + shown[len(shown)-1] + ", step by step" }
		r.back = func(c call, leaf int) term {
			return term{local: "1 in its step", formula: "step " + strconv.Itoa(leaf+1) + " of " + d(c.name), value: back(c, leaf).value}
		}
		return r
	}
	words := func(of, place string) {
		r.formula = func(shown []string) string { return of + shown[0] }
		r.back = func(c call, _ int) term {
			return term{local: "1 in its place", formula: d(c.name) + place, value: back(c, 0).value}
		}
	}
	// Which number stands where shows what is taken.
	places := each(leaves[0].Shape().TotalSize(), func(i int) float64 { return float64(i) })
	taken := r.forward(call{in: []string{""}, x: [][]float64{places}, size: n.Shape()})
	r.step = step(taken, n.Shape()[n.Dims()-1], len(places))
	switch {
	case r.step > 0:
		words(fmt.Sprintf("step %d of %d of ", r.step, len(places)/len(taken)), " in its step")
	case len(taken) < len(places):
		words("part of ", " in its place")
	default:
		words("the numbers of ", " reshaped")
	}
	return r
}

// step is the time step, from 1 on, whose features stand at the given places of a
// sequence (rows, steps, features); 0: they are no single step of several.
func step(places []float64, features, all int) int {
	steps := all / len(places)
	first := int(places[0])
	for i, p := range places {
		if int(p) != i/features*steps*features+first+i%features {
			return 0
		}
	}
	if steps == 1 {
		return 0
	}
	return first/features + 1
}
