package calculus

import (
	"fmt"
)

// Step is one rule of differentiation at one node.
type Step struct {
	Depth   int    // 0 is the whole expression
	Rule    string // "product rule"
	Formula string // what it says, in plain text
	Of      *Node
	Result  *Node // the derivative of Of, simplified
}

// Derive returns ∂n/∂v, simplified, and the rule at each node of n, outer ones
// before inner ones. A shared node has its rules listed once.
func Derive(n *Node, v string) (*Node, []Step, error) {
	if written(n) > maxNodes {
		return nil, nil, tooLarge("expression")
	}
	d := &deriver{v: v, plain: map[*Node]*Node{}, known: map[*Node]*Node{}, varies: map[*Node]bool{}}
	result := d.derive(n, 0)
	if d.err != nil {
		return nil, nil, d.err
	}
	result, err := settled(result)
	return result, d.steps, err
}

// Derivative is the derivative of some order, 0 for n itself, simplified.
func Derivative(n *Node, v string, order int) (*Node, error) {
	result, err := Simplify(n)
	for range order {
		if err == nil {
			if result, _, err = Derive(n, v); err == nil {
				n = result
			}
		}
	}
	return result, err
}

// Gradient returns the partial derivatives by the given variables.
func Gradient(n *Node, by []string) ([]*Node, error) {
	list := make([]*Node, len(by))
	for i, v := range by {
		var err error
		if list[i], _, err = Derive(n, v); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Jacobian returns the partial derivatives of several expressions, one a row.
func Jacobian(list []*Node, by []string) ([][]*Node, error) {
	rows := make([][]*Node, len(list))
	for i, n := range list {
		var err error
		if rows[i], err = Gradient(n, by); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Hessian returns the second derivatives, ∂²n/∂v_i∂v_j in row i and column j. Ten
// times the parts of an expression are the most that all of it may have.
func Hessian(n *Node, by []string) ([][]*Node, error) {
	g, err := Gradient(n, by)
	if err != nil {
		return nil, err
	}
	parts := 0
	h := make([][]*Node, len(by))
	for i := range by {
		h[i] = make([]*Node, len(by))
		for j := range i + 1 {
			if parts += g[j].size; parts > 10*maxNodes {
				return nil, tooLarge("Hessian")
			}
			if h[i][j], _, err = Derive(g[j], by[i]); err != nil {
				return nil, err
			}
			h[j][i] = h[i][j]
		}
	}
	return h, nil
}

// deriver differentiates by one variable.
type deriver struct {
	v      string
	plain  map[*Node]*Node // simplified nodes
	known  map[*Node]*Node // derivatives
	varies map[*Node]bool
	steps  []Step
	err    error
}

// depends reports whether the variable occurs in n.
func (d *deriver) depends(n *Node) bool {
	if known, ok := d.varies[n]; ok {
		return known
	}
	is := n.Kind == Variable && n.Name == d.v
	for _, a := range n.Args {
		is = d.depends(a) || is
	}
	d.varies[n] = is
	return is
}

// of is the node itself, simplified.
func (d *deriver) of(n *Node) *Node { return canonical(n, d.plain) }

// derive applies the rule that fits and notes it.
func (d *deriver) derive(n *Node, depth int) *Node {
	if known := d.known[n]; known != nil {
		return known
	}
	if d.err != nil {
		return num(0)
	}
	at := len(d.steps)
	d.steps = append(d.steps, Step{Depth: depth, Of: n})
	var result *Node
	var rule, formula string
	switch {
	case !d.depends(n):
		result, rule, formula = num(0), "constant rule", "c' = 0"
	case n.Kind == Variable:
		result, rule, formula = num(1), "identity", fmt.Sprintf("%s' = 1", n.Name)
	default:
		result, rule, formula = ruleOf[n.Kind](d, n, depth+1)
	}
	if result.size > maxNodes && d.err == nil {
		d.err = tooLarge("derivative")
	}
	d.steps[at].Rule, d.steps[at].Formula, d.steps[at].Result = rule, formula, result
	d.known[n] = result
	return result
}

// ruleOf are the rules for the kinds of inner nodes.
var ruleOf map[Kind]func(d *deriver, n *Node, depth int) (result *Node, rule, formula string)

// The rules call derive, which looks at the table.
func init() {
	ruleOf = map[Kind]func(d *deriver, n *Node, depth int) (result *Node, rule, formula string){
		Sum: (*deriver).sum, Product: (*deriver).product, Quotient: (*deriver).quotient,
		Negation: (*deriver).negation, Power: (*deriver).power, Call: (*deriver).call,
	}
}
