package calculus

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Kind says what a node is.
type Kind uint8

// The kinds of nodes. Simplify leaves neither quotients nor negations: a/b is
// a·b^(-1) and -a is (-1)·a.
const (
	Number   Kind = iota // an exact rational, Value
	Constant             // pi or e
	Variable             // Name
	Sum                  // of all Args; a - b is a + (-b)
	Product              // of all Args
	Quotient             // Args[0] / Args[1]
	Negation             // -Args[0]
	Power                // Args[0] ^ Args[1]
	Call                 // function Name of Args
)

// Node is an expression. Nodes are never changed once they are handed out, and may be
// shared: an expression with definitions is a directed acyclic graph.
type Node struct {
	Kind    Kind
	Name    string   // of a constant, variable or function
	Value   *big.Rat // of a number
	Decimal bool     // the number was written with a point, or computed from such
	Args    []*Node
	Span    Span   // in the source; empty for what was derived
	Label   string // the name that a statement gave to the node

	height int
	key    string // of simplified nodes: equal keys are equal expressions
	size   int    // of simplified nodes, up to maxNodes+1
	cost   int    // of simplified nodes: how long they are in print
}

// Expr is what Parse reads: one expression, or the components of a vector.
type Expr struct {
	Source      string
	Outputs     []*Node
	Vector      bool
	Variables   []string     // that have no definition, in order of their names
	Definitions []Definition // in an order in which they can be evaluated
	Name        string       // of the result, when the source gave it one
}

// Definition is a statement such as z = x*y.
type Definition struct {
	Name string
	Node *Node
	Span Span // of the name
}

// Bounds of what is read and derived, so that no input takes all time or memory.
const (
	maxSource = 1 << 16 // bytes
	maxNodes  = 20000   // of a source, and of a derived expression written out
	maxHeight = 256     // of a tree, and of parentheses in parentheses
)

// IsNumber reports whether the node is this whole number.
func (n *Node) IsNumber(v int64) bool {
	return n.Kind == Number && n.Value.IsInt() && n.Value.Num().IsInt64() && n.Value.Num().Int64() == v
}

// integer returns the value of a whole number that fits an int.
func (n *Node) integer() (int, bool) {
	if n.Kind != Number || !n.Value.IsInt() || !n.Value.Num().IsInt64() {
		return 0, false
	}
	return int(n.Value.Num().Int64()), true
}

// Depends reports whether variable v occurs in the node.
func (n *Node) Depends(v string) bool {
	seen := map[*Node]bool{}
	var walk func(n *Node) bool
	walk = func(n *Node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		return n.Kind == Variable && n.Name == v || slices.ContainsFunc(n.Args, walk)
	}
	return walk(n)
}

// written is the number of nodes of the tree when it is written out, where shared
// nodes count each time; it stops counting above maxNodes.
func written(n *Node) int {
	known := map[*Node]int{}
	var count func(n *Node) int
	count = func(n *Node) int {
		if s, ok := known[n]; ok {
			return s
		}
		s := 1
		for _, a := range n.Args {
			s = min(s+count(a), maxNodes+1)
		}
		known[n] = s
		return s
	}
	return count(n)
}

// variables collects the names of variables, sorted.
func variables(nodes []*Node) []string {
	seen, names := map[*Node]bool{}, map[string]bool{}
	var walk func(n *Node)
	walk = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if n.Kind == Variable {
			names[n.Name] = true
		}
		for _, a := range n.Args {
			walk(a)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	slices.SortFunc(list, compareNames)
	return list
}

// compareNames orders x1, x2, x10 by their numbers.
func compareNames(a, b string) int {
	stemA, stemB := strings.TrimRight(a, "0123456789"), strings.TrimRight(b, "0123456789")
	if stemA == stemB {
		i, errA := strconv.Atoi(a[len(stemA):])
		j, errB := strconv.Atoi(b[len(stemB):])
		if errA == nil && errB == nil && i != j {
			return cmp.Compare(i, j)
		}
	}
	return cmp.Compare(a, b)
}

// node makes an inner node of a source and keeps its height.
func node(kind Kind, span Span, args ...*Node) *Node {
	n := &Node{Kind: kind, Args: args, Span: span}
	for _, a := range args {
		n.height = max(n.height, a.height+1)
	}
	return n
}
