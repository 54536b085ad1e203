package calculus

import (
	"cmp"
	"fmt"
	"slices"
)

// Simplify returns an equal expression as a textbook prints it: like terms and
// factors collected, common factors taken out, fractions of polynomials reduced,
// products multiplied out where that is shorter. Numbers stay exact. The value is
// kept wherever n has one; x/x becomes 1 and thereby gets a value at 0.
// Simplifying the result again changes nothing.
func Simplify(n *Node) (*Node, error) {
	if written(n) > maxNodes {
		return nil, tooLarge("expression")
	}
	return settled(canonical(n, map[*Node]*Node{}))
}

// tooLarge is the error for what does not fit the bounds.
func tooLarge(what string) error {
	return fmt.Errorf("calculus: the %s has more than %d parts when it is written out", what, maxNodes)
}

// settled repeats simplification until nothing changes. Should it go in a circle,
// the shortest of that circle is the result, from wherever one starts.
func settled(n *Node) (*Node, error) {
	path := []*Node{n}
	for range 12 {
		if n.size > maxNodes {
			return nil, tooLarge("simplified expression")
		}
		n = canonical(n, map[*Node]*Node{})
		at := slices.IndexFunc(path, func(p *Node) bool { return p.key == n.key })
		if at >= 0 {
			return slices.MinFunc(path[at:], func(a, b *Node) int {
				return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.key, b.key))
			}), nil
		}
		path = append(path, n)
	}
	return n, nil
}

// canonical rebuilds a tree from its leaves.
func canonical(n *Node, known map[*Node]*Node) *Node {
	if c := known[n]; c != nil {
		return c
	}
	args := make([]*Node, len(n.Args))
	for i, a := range n.Args {
		args[i] = canonical(a, known)
	}
	var c *Node
	switch n.Kind {
	case Number:
		c = rational(n.Value, n.Decimal)
	case Constant:
		c = constant(n.Name)
	case Variable:
		c = variable(n.Name)
	case Sum:
		c = tidySum(sum(args...))
	case Product:
		c = tidyProduct(product(args...))
	case Quotient:
		c = tidyProduct(over(args[0], args[1]))
	case Negation:
		c = neg(args[0])
	case Power:
		c = power(args[0], args[1])
	case Call:
		c = callOf(n.Name, args...)
	}
	known[n] = c
	return c
}

// printed estimates the length of a node in print, in signs.
func printed(n *Node) int {
	length := 0
	for _, a := range n.Args {
		length += a.cost
	}
	switch n.Kind {
	case Number:
		length = 1 + len(n.Value.Num().Text(10))/4
		if !n.Value.IsInt() && !n.Decimal {
			length++
		}
		if n.IsNumber(-1) {
			length = 0
		}
	case Constant, Variable:
		length = 1
	case Sum:
		length += len(n.Args) - 1
	case Product:
		for _, a := range n.Args {
			length += boolean(a.Kind == Sum)
		}
	case Power:
		length += 1 + boolean(n.Args[0].Kind == Sum || n.Args[0].Kind == Product)
	case Call:
		length++
	}
	return min(length, 1<<30)
}

// tidySum chooses the shortest of a sum as it is, with common factors taken out,
// over one denominator, and multiplied out.
func tidySum(n *Node) *Node {
	if n.Kind == Sum {
		n = pythagoras(n)
	}
	if n.Kind != Sum {
		return n
	}
	best := n
	multiplied := expanded(n)
	if multiplied.Kind == Sum {
		multiplied = pythagoras(multiplied)
	}
	for _, c := range []*Node{factored(n), united(n), multiplied, factored(multiplied)} {
		if c.cost < best.cost {
			best = c
		}
	}
	return best
}

// squares are pairs of functions of which a f²u + b g²u is a: b is a, or -a.
var squares = []struct {
	f, g string
	b    int64
}{{"sin", "cos", 1}, {"cosh", "sinh", -1}}

// pythagoras replaces a sin²u + a cos²u by a, and a cosh²u - a sinh²u.
func pythagoras(n *Node) *Node {
	for _, pair := range squares {
		for i, s := range n.Args {
			u, a := square(s, pair.f)
			if u == nil {
				continue
			}
			for j, t := range n.Args {
				if v, b := square(t, pair.g); v != nil && u.key == v.key && product(num(pair.b), a).key == b.key {
					terms := []*Node{a}
					for k, t := range n.Args {
						if k != i && k != j {
							terms = append(terms, t)
						}
					}
					if n = sum(terms...); n.Kind == Sum {
						return pythagoras(n)
					}
					return n
				}
			}
		}
	}
	return n
}

// square splits a term into the square of a function of u and the rest.
func square(t *Node, name string) (u, rest *Node) {
	args := []*Node{t}
	if t.Kind == Product {
		args = t.Args
	}
	for i, a := range args {
		if f := factorOf(a); f.base.Kind == Call && f.base.Name == name && f.exponent.IsNumber(2) {
			return f.base.Args[0], product(slices.Delete(slices.Clone(args), i, i+1)...)
		}
	}
	return nil, nil
}
