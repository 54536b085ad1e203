package explain

import (
	"strings"

	"gorgonia.org/gorgonia"
)

// finalRule is the formula of the cost, for one that is no single op.
type finalRule struct {
	formula string
	value   []float64
	grad    map[*gorgonia.Node]term
}

// byHand makes the nodes of a transcript. The formulas compute everything once
// more from the leaves on, each from what the formulas before it gave; behind an op
// without a formula they start again from the graph's numbers.
func (t *trace) byHand(final func(value map[*gorgonia.Node][]float64) *finalRule) Transcript {
	hand := map[*gorgonia.Node][]float64{}
	out := Transcript{}
	index := map[*gorgonia.Node]int{}
	var last *finalRule
	for _, n := range t.nodes {
		node := Node{Name: t.name[n], Kind: Value, Shape: []int(n.Shape().Clone()), Value: t.value[n]}
		for _, c := range t.children[n] {
			node.From = append(node.From, t.name[c])
		}
		l, isLeaf := t.leaves[n]
		r, known := t.rules[n]
		switch {
		case n == t.cost && final != nil:
			last = final(hand)
			node.Kind, node.Formula, node.Hand = Cost, last.formula, last.value
		case isLeaf:
			node.Kind, node.Formula = l.kind, l.doc
		case known:
			node.Formula = r.formula(node.From)
			node.Hand = r.forward(t.call(n, hand, nil))
		default:
			node.Formula = opName(n) + "(" + strings.Join(node.From, ", ") + ")"
		}
		if n == t.cost {
			node.Kind = Cost
		}
		hand[n] = node.Value
		if node.Hand != nil {
			hand[n] = node.Hand
			node.HandOff = largest(node.Hand, node.Value)
		}
		index[n] = len(out.Nodes)
		out.Nodes = append(out.Nodes, node)
	}
	t.backByHand(&out, index, hand, last)
	for _, n := range t.backOrder() {
		out.back = append(out.back, index[n])
	}
	return out
}

// backByHand adds the gradients, from the cost backwards.
func (t *trace) backByHand(out *Transcript, index map[*gorgonia.Node]int, hand map[*gorgonia.Node][]float64, last *finalRule) {
	for _, n := range t.nodes {
		if t.flows[n] {
			out.Nodes[index[n]].Gradient = &Gradient{Value: t.grad[n]}
		}
	}
	root := out.Nodes[index[t.cost]].Gradient
	root.Hand, root.Formula = []float64{1}, "1"
	missing := map[*gorgonia.Node]bool{} // a reader has no formula
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := t.nodes[i]
		if !t.flows[n] {
			continue
		}
		g := out.Nodes[index[n]].Gradient
		if missing[n] {
			g.Hand, g.Formula = nil, ""
		} else {
			g.HandOff = largest(g.Hand, g.Value)
		}
		up := g.Hand
		if up == nil {
			up = g.Value
		}
		c := t.call(n, hand, up)
		r, known := t.rules[n]
		for k, child := range t.children[n] {
			if !t.flows[child] {
				continue
			}
			var part term
			switch {
			case n == t.cost && last != nil:
				part = last.grad[child]
			case known:
				part = r.back(c, k)
			}
			to := out.Nodes[index[child]].Gradient
			to.Terms = append(to.Terms, Term{Reader: t.name[n], Local: part.local, Locals: part.locals, Formula: part.formula, Value: part.value})
			if part.value == nil {
				missing[child] = true
				continue
			}
			to.add(part)
		}
	}
}

// add adds a term to the formula.
func (g *Gradient) add(part term) {
	switch {
	case g.Hand == nil:
		g.Hand, g.Formula = make([]float64, len(part.value)), part.formula
	case strings.HasPrefix(part.formula, "−"):
		g.Formula += " − " + strings.TrimPrefix(part.formula, "−")
	default:
		g.Formula += " + " + part.formula
	}
	for i, v := range part.value {
		g.Hand[i] += v
	}
}
