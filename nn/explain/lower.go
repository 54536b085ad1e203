package explain

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/calculus"
)

// lowering makes a gorgonia graph of an expression: a node for each operation, with
// the numbers in it as part of the operation.
type lowering struct {
	graph    *gorgonia.ExprGraph
	at       map[string]float64
	done     map[*calculus.Node]*gorgonia.Node
	varies   map[*calculus.Node]bool // depends on a variable
	names    map[*gorgonia.Node]string
	given    map[*gorgonia.Node]bool // the name stands in the source
	taken    map[string]bool
	nodes    gorgonia.Nodes
	children map[*gorgonia.Node]gorgonia.Nodes
	rules    map[*gorgonia.Node]rule
	inner    int // nodes that operations are made of
}

// mostOperations is how many nodes of an expression are written down: more than
// anybody reads, and than a picture can show.
const mostOperations = 400

func newLowering(e *calculus.Expr, at map[string]float64) *lowering {
	l := &lowering{
		graph: gorgonia.NewGraph(), at: at, done: map[*calculus.Node]*gorgonia.Node{}, varies: map[*calculus.Node]bool{},
		names: map[*gorgonia.Node]string{}, given: map[*gorgonia.Node]bool{}, taken: map[string]bool{},
		children: map[*gorgonia.Node]gorgonia.Nodes{}, rules: map[*gorgonia.Node]rule{},
	}
	for _, v := range e.Variables {
		l.taken[v] = true
	}
	for _, d := range e.Definitions {
		l.taken[d.Name] = true
	}
	return l
}

// moves reports whether a node depends on a variable.
func (l *lowering) moves(n *calculus.Node) bool {
	if known, ok := l.varies[n]; ok {
		return known
	}
	moves := n.Kind == calculus.Variable
	for _, a := range n.Args {
		moves = l.moves(a) || moves
	}
	l.varies[n] = moves
	return moves
}

// lower returns the graph's node of an expression that depends on a variable.
func (l *lowering) lower(n *calculus.Node) (*gorgonia.Node, error) {
	if y := l.done[n]; y != nil {
		return y, nil
	}
	y, err := l.make(n)
	if err != nil {
		return nil, err
	}
	if len(l.nodes) > mostOperations {
		return nil, fmt.Errorf("the expression has more than %d variables and operations", mostOperations)
	}
	l.done[n] = y
	return y, nil
}

func (l *lowering) make(n *calculus.Node) (*gorgonia.Node, error) {
	if n.Kind == calculus.Variable && n.Label == "" {
		x := gorgonia.NewScalar(l.graph, tensor.Float64, gorgonia.WithName(n.Name), gorgonia.WithValue(l.at[n.Name]))
		if l.names[x] == "" { // the same name is the same node
			l.nodes, l.names[x], l.given[x] = append(l.nodes, x), n.Name, true
		}
		return x, nil
	}
	o, err := l.operation(n)
	if err != nil {
		return nil, err
	}
	y, err := l.build(o)
	if err != nil {
		return nil, err
	}
	if l.names[y] != "" && n.Label != "" && l.given[y] { // a second name for one thing
		if y, err = l.renamed(y); err != nil {
			return nil, err
		}
		l.name(y, n.Label)
		return y, nil
	}
	switch {
	case l.names[y] == "":
		l.nodes = append(l.nodes, y)
		l.children[y] = o.inputs
		if l.rules[y], err = o.rule(); err != nil {
			return nil, err
		}
		l.name(y, n.Label)
	case n.Label != "":
		l.name(y, n.Label)
	}
	return y, nil
}

// renamed is a node that reads another and is the same.
func (l *lowering) renamed(x *gorgonia.Node) (*gorgonia.Node, error) {
	y, err := l.apart(x)
	if err != nil {
		return nil, err
	}
	variable := &calculus.Node{Kind: calculus.Variable, Name: l.names[x]}
	o := operation{of: variable, inputs: gorgonia.Nodes{x}, vars: []string{l.names[x]}}
	l.nodes, l.children[y] = append(l.nodes, y), o.inputs
	l.rules[y], err = o.rule()
	return y, err
}

// name calls a node as its statement does, or v1, v2, ….
func (l *lowering) name(y *gorgonia.Node, label string) {
	if label != "" {
		l.names[y], l.given[y] = label, true
		return
	}
	for k := 1; ; k++ {
		if name := fmt.Sprintf("v%d", k); !l.taken[name] {
			l.names[y], l.taken[name] = name, true
			return
		}
	}
}

// operation is one step of an expression: an expression in names of inputs.
type operation struct {
	of     *calculus.Node // with variables for the inputs
	inputs gorgonia.Nodes // different ones
	vars   []string       // the variables of these in of
	parts  []part
}

// part is an operand: an input, or a number.
type part struct {
	node  *gorgonia.Node // nil of a number
	value *calculus.Node // of the number
	minus bool           // it is subtracted
}

// operation cuts a node off from its operands. Numbers, and the sign of what is
// subtracted, stay.
func (l *lowering) operation(n *calculus.Node) (operation, error) {
	o := operation{}
	of := *n
	of.Args, of.Label = slices.Clone(n.Args), ""
	if n.Kind == calculus.Variable { // z = y
		y := *n
		y.Label = ""
		of = calculus.Node{Kind: calculus.Sum, Args: []*calculus.Node{&y}}
	}
	for i, a := range of.Args {
		p := part{}
		inner := a
		if of.Kind == calculus.Sum && a.Kind == calculus.Negation && a.Label == "" {
			p.minus, inner = true, a.Args[0]
		}
		if !l.moves(inner) {
			p.value = inner
			o.parts = append(o.parts, p)
			continue
		}
		x, err := l.lower(inner)
		if err != nil {
			return o, err
		}
		p.node = x
		o.parts = append(o.parts, p)
		name := l.names[x]
		if !slices.Contains(o.inputs, x) {
			o.inputs, o.vars = append(o.inputs, x), append(o.vars, name)
		}
		variable := &calculus.Node{Kind: calculus.Variable, Name: name}
		if p.minus {
			of.Args[i] = &calculus.Node{Kind: calculus.Negation, Args: []*calculus.Node{variable}}
		} else {
			of.Args[i] = variable
		}
	}
	o.of = &of
	return o, nil
}

// written is an expression as the transcript shows it.
func written(n *calculus.Node) string { return minus(n.Format(calculus.Unicode)) }

// rule has the local derivatives of an operation from calculus.
func (o operation) rule() (rule, error) {
	value, err := calculus.Compile([]*calculus.Node{o.of}, o.vars)
	if err != nil {
		return rule{}, err
	}
	slopes, text := make([]*calculus.Program, len(o.vars)), make([]string, len(o.vars))
	for i, v := range o.vars {
		slope, _, err := calculus.Derive(o.of, v)
		if err != nil {
			return rule{}, err
		}
		if slopes[i], err = calculus.Compile([]*calculus.Node{slope}, o.vars); err != nil {
			return rule{}, err
		}
		text[i] = written(slope)
	}
	formula := written(o.of)
	point := func(c call) []float64 {
		x := make([]float64, len(c.x))
		for i := range x {
			x[i] = c.x[i][0]
		}
		return x
	}
	return rule{
		formula: func([]string) string { return formula },
		forward: func(c call) []float64 { return []float64{value.Value(point(c))} },
		back: func(c call, i int) term {
			local := slopes[i].Value(point(c))
			return term{local: text[i], locals: []float64{local}, formula: text[i] + " · " + d(c.name), value: []float64{local * c.up[0]}}
		},
	}, nil
}
