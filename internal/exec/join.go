package exec

import (
	"slices"

	G "gorgonia.org/gorgonia"

	"nabla/internal/op"
)

// joint says what becomes of a node when two steps are made one.
type joint struct {
	op   *op.Fused // computes this node and its child
	gone bool      // this node is computed with its reader
}

// join finds nodes that can be computed together with their only child: a matrix
// product and the activation behind it, where nobody else reads the product. That
// the derivative of most activations is computed from what they put out makes
// this the common case.
func join(want, nodes G.Nodes, children map[*G.Node]G.Nodes) map[*G.Node]joint {
	readers := map[*G.Node]int{}
	for _, n := range nodes {
		for i, c := range children[n] {
			if f, ok := n.Op().(*op.Fused); !ok || f.Reads(i) {
				readers[c]++
			}
		}
	}
	joints := map[*G.Node]joint{}
	for _, n := range nodes {
		f, ok := n.Op().(*op.Fused)
		if !ok || len(children[n]) != 1 {
			continue
		}
		child := children[n][0]
		if readers[child] != 1 || slices.Contains(want, child) {
			continue
		}
		if both, ok := f.After(child.Op()); ok {
			joints[n], joints[child] = joint{op: both}, joint{gone: true}
		}
	}
	return joints
}
