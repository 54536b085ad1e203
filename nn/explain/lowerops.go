package explain

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/internal/calculus"
	"nabla/internal/op"
)

// build makes the graph's node.
func (l *lowering) build(o operation) (*gorgonia.Node, error) {
	if len(o.inputs) == 1 {
		return o.unary()
	}
	u, v := o.parts[0].node, o.parts[1].node
	switch o.of.Kind {
	case calculus.Sum, calculus.Product:
		return l.chain(o)
	case calculus.Quotient:
		inverse, err := reciprocal.Apply(v)
		if err != nil {
			return nil, err
		}
		return op.Mul(u, inverse)
	case calculus.Power:
		return gorgonia.Pow(u, v)
	}
	return l.extreme(o)
}

// reciprocal is 1/x.
var reciprocal = op.Unary{
	Name: "1/□", F: func(x float64) float64 { return 1 / x }, D: func(x float64) float64 { return -1 / (x * x) },
	D2: func(x float64) float64 { return 2 / (x * x * x) },
}

// unary makes an operation on one variable: function and derivatives are those of
// calculus.
func (o operation) unary() (*gorgonia.Node, error) {
	v := o.vars[0]
	list, node := []func(float64) float64{}, o.of
	for order := range 3 {
		if order > 0 {
			var err error
			if node, _, err = calculus.Derive(node, v); err != nil {
				return nil, err
			}
		}
		p, err := calculus.Compile([]*calculus.Node{node}, []string{v})
		if err != nil {
			return nil, err
		}
		list = append(list, func(x float64) float64 { return p.Value([]float64{x}) })
	}
	return op.Unary{Name: o.of.String(), F: list[0], D: list[1], D2: list[2]}.Apply(o.inputs[0])
}

// apart is x by a node of its own. What an operation is made of must not be a node
// that is shown: its gradient would be that of both.
func (l *lowering) apart(x *gorgonia.Node) (*gorgonia.Node, error) {
	l.inner++
	return op.Unary{
		Name: fmt.Sprintf("inner%d", l.inner), F: func(x float64) float64 { return x },
		D: func(float64) float64 { return 1 }, D2: func(float64) float64 { return 0 },
	}.Apply(x)
}

// chain is a sum or a product from left to right.
func (l *lowering) chain(o operation) (y *gorgonia.Node, err error) {
	number := 0.0
	combine := op.Add
	if o.of.Kind == calculus.Product {
		number, combine = 1, op.Mul
	}
	for _, p := range o.parts {
		switch {
		case p.node == nil:
			c, err := constant(p.value)
			if err != nil {
				return nil, err
			}
			switch {
			case o.of.Kind == calculus.Product:
				number *= c
			case p.minus:
				number -= c
			default:
				number += c
			}
			continue
		case y == nil:
			if y = p.node; len(o.parts) > 2 {
				y, err = l.apart(y)
			}
			if err == nil && p.minus {
				y, err = op.Scale(y, -1)
			}
		case p.minus:
			y, err = op.Sub(y, p.node)
		default:
			y, err = combine(y, p.node)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case o.of.Kind == calculus.Product && number != 1:
		return op.Scale(y, number)
	case o.of.Kind == calculus.Sum && number != 0:
		return op.Unary{
			Name: fmt.Sprintf("□ + %v", number), F: func(x float64) float64 { return x + number },
			D: func(float64) float64 { return 1 }, D2: func(float64) float64 { return 0 },
		}.Apply(y)
	}
	return y, nil
}

// constant is the value of an expression without variables.
func constant(n *calculus.Node) (float64, error) {
	p, err := calculus.Compile([]*calculus.Node{n}, nil)
	if err != nil {
		return 0, err
	}
	return p.Eval(nil)
}

// extreme is max(u, v) = v + relu(u − v), or min(u, v) = v − relu(v − u). Where they
// are equal the second has the gradient, as in calculus.
func (l *lowering) extreme(o operation) (y *gorgonia.Node, err error) {
	relu := op.Unary{
		Name: "relu", F: func(x float64) float64 { return math.Max(x, 0) },
		D: func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return 0
		},
		D2: func(float64) float64 { return 0 },
	}
	u, v := o.parts[0].node, o.parts[1].node
	from, to, join := u, v, op.Add
	switch o.of.Name {
	case "max":
	case "min":
		from, to, join = v, u, op.Sub
	default:
		return nil, fmt.Errorf("%s of %d numbers has no node in a graph", o.of.Name, len(o.parts))
	}
	for _, step := range []func() (*gorgonia.Node, error){
		func() (*gorgonia.Node, error) { return l.apart(from) },
		func() (*gorgonia.Node, error) { return op.Sub(y, to) },
		func() (*gorgonia.Node, error) { return relu.Apply(y) },
		func() (*gorgonia.Node, error) { return join(v, y) },
	} {
		if y, err = step(); err != nil {
			return nil, err
		}
	}
	return y, nil
}
