package explain

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"nabla/internal/calculus"
	"nabla/internal/exec"
)

// Expression explains an expression such as "w=z+x; z=x*y; loss=w^2" at a point that
// has a value for each variable. Statements may stand in any order; the result is the
// one that no other uses. It becomes a graph of gorgonia, whose gradients stand beside
// the derivatives in symbols and central differences.
//
// Errors name the place in the expression, as *calculus.Error does: what cannot be
// read, a variable without a value, a logarithm of 0, an infinite derivative.
func Expression(source string, at map[string]float64, o Options) (Transcript, error) {
	e, err := calculus.Parse(source)
	if err != nil {
		return Transcript{}, fmt.Errorf("explain: %w", err)
	}
	t, err := explainExpression(e, at, o)
	if err != nil {
		return Transcript{}, fmt.Errorf("explain: %w", err)
	}
	return t, nil
}

func explainExpression(e *calculus.Expr, at map[string]float64, o Options) (out Transcript, err error) {
	exec.Building.Lock()
	defer exec.Building.Unlock()
	t, program, x, err := lowered(e, at)
	if err != nil {
		return out, err
	}
	if err := t.run(); err != nil {
		return out, err
	}
	out = t.byHand(nil)
	out.Title = o.Title
	order, children := exec.Order(t.cost)
	compare := differences{t.cost, order, children}
	for i, n := range t.nodes {
		if g := out.Nodes[i].Gradient; g != nil {
			if err := compare.add(n, g, 1); err != nil {
				return out, err
			}
		}
	}
	return out, out.symbolic(e, program, x)
}

// lowered makes the graph of an expression that has value and derivatives at a point.
func lowered(e *calculus.Expr, at map[string]float64) (t *trace, program *calculus.Program, x []float64, err error) {
	if e.Vector {
		return nil, nil, nil, fmt.Errorf("the result is a vector, want one number; derive shows the Jacobian of a vector")
	}
	if len(e.Variables) == 0 {
		return nil, nil, nil, fmt.Errorf("%s depends on no variable", e.Source)
	}
	if x, err = e.Bind(at); err != nil {
		return nil, nil, nil, err
	}
	if program, err = e.Compile(); err != nil {
		return nil, nil, nil, err
	}
	if _, err := program.Jacobian(x); err != nil { // says where there is no value or no derivative, and why
		return nil, nil, nil, err
	}
	l := newLowering(e, at)
	cost, err := l.lower(e.Outputs[0])
	if err != nil {
		return nil, nil, nil, err
	}
	if l.children[cost] == nil { // a variable alone
		return nil, nil, nil, fmt.Errorf("%s is a variable; there is nothing to compute", e.Source)
	}
	if !l.given[cost] {
		l.names[cost] = l.result()
	}
	return l.trace(cost, e.Variables), program, x, nil
}

// result is a name for an expression that has none.
func (l *lowering) result() string {
	for _, name := range []string{"f", "y", "L", "result"} {
		if !l.taken[name] {
			return name
		}
	}
	return "the result"
}

// trace shows the operations of the expression, whatever nodes of the graph they are
// made of.
func (l *lowering) trace(cost *gorgonia.Node, variables []string) *trace {
	leaves := map[*gorgonia.Node]leaf{}
	var first, rest gorgonia.Nodes
	for _, n := range l.nodes {
		if l.children[n] == nil {
			leaves[n] = leaf{l.names[n], "", Input}
			first = append(first, n)
		} else {
			rest = append(rest, n)
		}
	}
	slices.SortStableFunc(first, func(a, b *gorgonia.Node) int {
		return slices.Index(variables, l.names[a]) - slices.Index(variables, l.names[b])
	})
	return &trace{
		cost: cost, nodes: append(first, rest...), children: l.children, leaves: leaves, name: l.names, rules: l.rules,
		value: map[*gorgonia.Node][]float64{}, grad: map[*gorgonia.Node][]float64{}, flows: map[*gorgonia.Node]bool{},
	}
}

// symbolic adds the derivatives of the whole expression by its variables.
func (t *Transcript) symbolic(e *calculus.Expr, program *calculus.Program, x []float64) error {
	numeric, err := calculus.CentralGradient(program, x)
	if err != nil {
		numeric = nil // the neighbourhood has points without a value
	}
	for i, v := range e.Variables {
		n, _ := t.Node(v)
		formula, _, err := calculus.Derive(e.Outputs[0], v)
		if err != nil {
			return err
		}
		p, err := calculus.Compile([]*calculus.Node{formula}, e.Variables)
		if err != nil {
			return err
		}
		d := Derivative{Variable: v, Formula: written(formula), Symbolic: p.Value(x), Automatic: n.Gradient.Value[0], Numeric: math.NaN(), Kink: n.Gradient.Kinks > 0}
		if numeric != nil {
			d.Numeric = numeric[i]
		}
		t.Symbolic = append(t.Symbolic, d)
	}
	return nil
}
