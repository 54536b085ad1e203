package explain

import "slices"

// Kind says what a node is.
type Kind int

const (
	Input     Kind = iota // a variable, or the batch
	Target                // what the loss compares with; no gradient flows there
	Parameter             // trained
	Constant              // a number, a state, a random mask
	Value                 // computed
	Shown                 // computed for the reader alone: the loss has it inside
	Cost                  // the scalar whose gradients these are
)

var kinds = []string{"input", "target", "parameter", "constant", "value", "shown", "cost"}

// String returns "input", "target", "parameter", "constant", "value", "shown" or
// "cost".
func (k Kind) String() string { return kinds[k] }

// Transcript is a forward and a backward pass, node by node.
type Transcript struct {
	Title string
	Notes []string // what the symbols stand for, such as n
	Nodes []Node   // a node stands behind those that it is computed from
	back  []int    // the nodes that have a gradient, in the order of the backward pass

	// Symbolic has, for an expression, the derivative by each variable as
	// calculus writes it; nil for a network.
	Symbolic []Derivative
}

// Node is a variable, parameter or computed value.
type Node struct {
	Name    string // as formulas have it: "z1", "W2"
	Formula string // what it is: "x·W1 + b1"; of a leaf "" or its name in the network, "0.weight"
	Kind    Kind
	From    []string // the names of the nodes that it is computed from
	Shape   []int    // none of a scalar
	Value   []float64
	// Hand is the value as the formula gives it, computed apart from the graph, and
	// HandOff the largest difference; nil if there is no formula for the op.
	Hand     []float64
	HandOff  float64
	Gradient *Gradient // nil if no gradient flows here
}

// Gradient is ∂cost/∂node in three ways: that of the graph, that of the formulas
// and that of differences.
type Gradient struct {
	// Formula has a term for each node that reads this one: "dz2·W2ᵀ", where dz2
	// stands for ∂cost/∂z2; "" if a reader has no formula.
	Formula string
	Terms   []Term
	Value   []float64 // of the graph
	// Hand is what the formulas give, computed from the leaves on in plain Go, and
	// HandOff its largest difference from Value; nil without a formula.
	Hand    []float64
	HandOff float64
	// Numeric has (L(v+h) − L(v−h))/2h of some elements, those of Checked, and
	// NumericOff the largest difference from Value. Kinks counts elements that were
	// left out because the slopes on their two sides differ.
	Numeric    []float64
	Checked    []int
	NumericOff float64
	Kinks      int
}

// Term is what one reader sends back: local derivative × upstream gradient.
type Term struct {
	Reader  string    // the node that reads
	Local   string    // "relu′(z1)", "a1ᵀ"; "" without a formula
	Locals  []float64 // its values, where it works element by element
	Formula string    // "dz1·W1ᵀ"
	Value   []float64 // of the formula
}

// Derivative is a derivative of an expression by one variable in three ways.
type Derivative struct {
	Variable  string
	Formula   string  // simplified: "2(x y + x)(y + 1)"
	Symbolic  float64 // value of Formula
	Automatic float64 // of the graph
	Numeric   float64 // of central differences; NaN where the neighbourhood has no values
	Kink      bool    // the slopes on both sides differ: Numeric is their mean
}

// Backward returns the nodes that have a gradient, in the order in which the
// gradients are computed.
func (t Transcript) Backward() []Node {
	list := make([]Node, len(t.back))
	for i, k := range t.back {
		list[i] = t.Nodes[k]
	}
	return list
}

// Node returns the node of this name.
func (t Transcript) Node(name string) (Node, bool) {
	i := slices.IndexFunc(t.Nodes, func(n Node) bool { return n.Name == name })
	if i < 0 {
		return Node{}, false
	}
	return t.Nodes[i], true
}

// Off returns the largest difference of any gradient of the graph from its
// formula and from differences.
func (t Transcript) Off() (hand, numeric float64) {
	for _, n := range t.Nodes {
		if n.Gradient != nil {
			hand, numeric = max(hand, n.Gradient.HandOff), max(numeric, n.Gradient.NumericOff)
		}
	}
	return hand, numeric
}

// Without returns the names of the nodes whose gradient has no formula.
func (t Transcript) Without() []string {
	var list []string
	for _, n := range t.Nodes {
		if n.Gradient != nil && n.Gradient.Hand == nil {
			list = append(list, n.Name)
		}
	}
	return list
}
