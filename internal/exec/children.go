package exec

import (
	"sync"

	G "gorgonia.org/gorgonia"
)

// Building guards the making of graphs: gorgonia's package-level constants
// cache their hashes without a lock, so that graphs built at the same time race.
var Building sync.Mutex

// Order returns the nodes that the roots need, children before parents, and the
// children of each in their order: a depth-first walk that notes a node when all
// it depends on is noted. Forward computation follows the list, the chain rule
// follows it from the end.
func Order(roots ...*G.Node) (nodes G.Nodes, children map[*G.Node]G.Nodes) {
	// A subgraph has a fresh index: that of a graph from which gorgonia has
	// removed nodes answers with the wrong ones.
	sub := roots[0].Graph().SubgraphRoots(roots...)
	children = make(map[*G.Node]G.Nodes)
	seen := make(map[*G.Node]bool)
	var visit func(n *G.Node)
	visit = func(n *G.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for it := sub.From(n.ID()); it != nil && it.Next(); {
			c := it.Node().(*G.Node)
			children[n] = append(children[n], c)
			visit(c)
		}
		nodes = append(nodes, n)
	}
	for _, n := range roots {
		visit(n)
	}
	return nodes, children
}
