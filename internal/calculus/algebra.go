package calculus

import (
	"math/big"
	"slices"
	"strings"
)

// The functions of this file make simplified nodes out of simplified nodes: sums
// with like terms collected, products with like factors collected, both flat and in
// a fixed order. They keep the value wherever the original has one; where a factor
// cancels, as in x/x, the result has values at more points than the original.

// closed fills in what simplified nodes have: key, size and cost.
func closed(n *Node) *Node {
	var b strings.Builder
	switch n.Kind {
	case Number:
		b.WriteString("#" + n.Value.RatString())
	case Constant, Variable:
		b.WriteString(n.Name)
	default:
		b.WriteString("(" + string("+*/-^f"[n.Kind-Sum]) + n.Name)
		for _, a := range n.Args {
			b.WriteString(" " + a.key)
			n.size += a.size
			n.height = max(n.height, a.height+1)
		}
		b.WriteString(")")
	}
	n.size = min(n.size+1, maxNodes+1)
	n.key = b.String()
	n.cost = printed(n)
	return n
}

// rational is a number. Only what ends behind the point is written as a decimal.
func rational(v *big.Rat, decimal bool) *Node {
	if decimal {
		_, ends := v.FloatPrec()
		decimal = ends && !v.IsInt()
	}
	return closed(&Node{Kind: Number, Value: v, Decimal: decimal})
}

func constant(name string) *Node { return closed(&Node{Kind: Constant, Name: name}) }

func variable(name string) *Node { return closed(&Node{Kind: Variable, Name: name}) }

// neg is -n.
func neg(n *Node) *Node { return product(num(-1), n) }

// over is a/b.
func over(a, b *Node) *Node { return product(a, power(b, num(-1))) }

// coefficient is a rational number that remembers whether it came from decimals.
type coefficient struct {
	v       *big.Rat
	decimal bool
}

func one() coefficient { return coefficient{v: big.NewRat(1, 1)} }

func (c *coefficient) add(d coefficient) {
	c.v, c.decimal = new(big.Rat).Add(c.v, d.v), c.decimal || d.decimal
}

func (c *coefficient) mul(d coefficient) {
	c.v, c.decimal = new(big.Rat).Mul(c.v, d.v), c.decimal || d.decimal
}

// isOne, and Sign of big.Rat, are all that is asked of coefficients.
func (c coefficient) isOne() bool {
	return c.v.IsInt() && c.v.Num().IsInt64() && c.v.Num().Int64() == 1
}

func (c coefficient) node() *Node { return rational(c.v, c.decimal) }

// split takes the numeric factor off a term; the rest of a number is nil.
func split(n *Node) (coefficient, *Node) {
	switch {
	case n.Kind == Number:
		return coefficient{n.Value, n.Decimal}, nil
	case n.Kind == Product && n.Args[0].Kind == Number:
		c := coefficient{n.Args[0].Value, n.Args[0].Decimal}
		if len(n.Args) == 2 {
			return c, n.Args[1]
		}
		return c, closed(&Node{Kind: Product, Args: n.Args[1:]})
	}
	return one(), n
}

// scaled is c·n for a rest of split.
func scaled(c coefficient, n *Node) *Node {
	switch {
	case n == nil:
		return c.node()
	case c.v.Sign() == 0:
		return num(0)
	case c.isOne():
		return n
	case n.Kind == Product:
		return closed(&Node{Kind: Product, Args: append([]*Node{c.node()}, n.Args...)})
	}
	return closed(&Node{Kind: Product, Args: []*Node{c.node(), n}})
}

// sum adds terms, collecting like ones.
func sum(terms ...*Node) *Node {
	type like struct {
		c    coefficient
		rest *Node
	}
	var list []*like
	at := map[string]*like{}
	var add func(n *Node)
	add = func(n *Node) {
		if n.Kind == Sum {
			for _, a := range n.Args {
				add(a)
			}
			return
		}
		c, rest := split(n)
		key := ""
		if rest != nil {
			key = rest.key
		}
		if l := at[key]; l != nil {
			l.c.add(c)
			return
		}
		at[key] = &like{c, rest}
		list = append(list, at[key])
	}
	for _, n := range terms {
		add(n)
	}
	var kept []*Node
	for _, l := range list {
		if l.c.v.Sign() != 0 {
			kept = append(kept, scaled(l.c, l.rest))
		}
	}
	switch len(kept) {
	case 0:
		return num(0)
	case 1:
		return kept[0]
	}
	slices.SortStableFunc(kept, compareTerms)
	return closed(&Node{Kind: Sum, Args: kept})
}

// factor is a base and its exponent.
type factor struct{ base, exponent *Node }

// factorOf reads a node as a power.
func factorOf(n *Node) factor {
	if n.Kind == Power {
		return factor{n.Args[0], n.Args[1]}
	}
	return factor{n, num(1)}
}

// product multiplies factors, adding the exponents of like bases.
func product(factors ...*Node) *Node {
	c := one()
	pending := slices.Clone(factors)
	var list []*factor
	for range 8 { // powers of products come apart into factors once more
		at := map[string]*factor{}
		list = nil
		var multiply func(n *Node)
		multiply = func(n *Node) {
			switch n.Kind {
			case Product:
				for _, a := range n.Args {
					multiply(a)
				}
				return
			case Number:
				c.mul(coefficient{n.Value, n.Decimal})
				return
			}
			f := factorOf(n)
			if known := at[f.base.key]; known != nil {
				known.exponent = sum(known.exponent, f.exponent)
				return
			}
			at[f.base.key] = &f
			list = append(list, &f)
		}
		for _, n := range pending {
			multiply(n)
		}
		merge(list, at, &c)
		pending = pending[:0]
		again := false
		for _, f := range list {
			n := power(f.base, f.exponent)
			again = again || n.Kind == Product || n.Kind == Number || factorOf(n).base.key != f.base.key
			pending = append(pending, n)
		}
		if !again {
			break
		}
	}
	return assembled(c, pending)
}

// assembled is the product of a number and of factors with different bases.
func assembled(c coefficient, factors []*Node) *Node {
	if c.v.Sign() == 0 {
		return num(0)
	}
	if len(factors) == 1 && factors[0].Kind == Sum { // 2(x + 1) is 2x + 2
		var terms []*Node
		for _, t := range factors[0].Args {
			tc, rest := split(t)
			tc.mul(c)
			terms = append(terms, scaled(tc, rest))
		}
		return sum(terms...)
	}
	factors = slices.DeleteFunc(factors, func(n *Node) bool { return n.IsNumber(1) })
	if len(factors) > 1 {
		for i, n := range factors {
			if n.Kind == Sum {
				content, primitive := primitivePart(n)
				c.mul(content)
				factors[i] = primitive
			}
		}
	}
	slices.SortStableFunc(factors, compareFactors)
	switch len(factors) {
	case 0:
		return c.node()
	case 1:
		return scaled(c, factors[0])
	}
	return scaled(c, closed(&Node{Kind: Product, Args: factors}))
}

// primitivePart divides a sum by the greatest number that leaves whole
// coefficients, and by -1 if the first one is negative. Sums with decimals keep
// their coefficients, as 0.1x + 1 reads better than (x + 10)/10.
func primitivePart(n *Node) (content coefficient, primitive *Node) {
	first, _ := split(n.Args[0])
	num, den := new(big.Int), big.NewInt(1)
	for _, t := range n.Args {
		c, _ := split(t)
		if c.decimal {
			num, den = big.NewInt(1), big.NewInt(1)
			break
		}
		num.GCD(nil, nil, num, new(big.Int).Abs(c.v.Num()))
		g := new(big.Int).GCD(nil, nil, den, c.v.Denom())
		den.Div(den.Mul(den, c.v.Denom()), g)
	}
	content = coefficient{v: new(big.Rat).SetFrac(num, den)}
	if first.v.Sign() < 0 {
		content.v.Neg(content.v)
	}
	if content.isOne() {
		return content, n
	}
	inverse := coefficient{v: new(big.Rat).Inv(content.v)}
	args := make([]*Node, len(n.Args))
	for i, t := range n.Args {
		c, rest := split(t)
		c.mul(inverse)
		args[i] = scaled(c, rest)
	}
	return content, closed(&Node{Kind: Sum, Args: args})
}
