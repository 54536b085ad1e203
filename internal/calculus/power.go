package calculus

import (
	"math/big"
)

// foldedBits bounds exact powers of numbers; larger ones stay powers.
const foldedBits = 256

// power is base^exponent.
func power(base, exponent *Node) *Node {
	n, whole := exponent.integer()
	plain := closed(&Node{Kind: Power, Args: []*Node{base, exponent}})
	switch {
	case exponent.IsNumber(0):
		return num(1)
	case exponent.IsNumber(1), base.IsNumber(1):
		return base
	case base.Kind == Number:
		return numberPower(base, exponent, plain)
	case base.Kind == Constant && base.Name == "e":
		return exponential(exponent, plain)
	case base.Kind == Power:
		return powerOfPower(base, exponent, plain)
	case base.Kind == Call && base.Name == "abs" && whole && n%2 == 0:
		return power(base.Args[0], exponent)
	case base.Kind == Product:
		return powerOfProduct(base, exponent, plain)
	case base.Kind == Sum && whole:
		if content, primitive := primitivePart(base); !content.isOne() {
			return product(power(content.node(), exponent), power(primitive, exponent))
		}
	case base.Kind == Sum && fractional(exponent):
		content, primitive := primitivePart(base)
		if content.v.Sign() < 0 { // the sign stays inside
			content.v, primitive = new(big.Rat).Neg(content.v), neg(primitive)
		}
		if root := power(content.node(), exponent); !content.isOne() && root.Kind == Number {
			return product(root, power(primitive, exponent))
		}
	}
	return plain
}

// numberPower computes powers of numbers that are exact.
func numberPower(base, exponent, plain *Node) *Node {
	if base.Value.Sign() == 0 {
		if exponent.Kind == Number && exponent.Value.Sign() > 0 {
			return num(0)
		}
		return plain // 1/0 stays what it is
	}
	if exponent.Kind != Number {
		return plain
	}
	p, q := exponent.Value.Num(), exponent.Value.Denom()
	if !p.IsInt64() || !q.IsInt64() {
		return plain
	}
	v := coefficient{base.Value, base.Decimal}
	if q.Int64() != 1 {
		root, ok := exactRoot(base.Value, q.Int64())
		if !ok {
			return plain
		}
		v.v = root
	}
	size := int64(max(v.v.Num().BitLen(), v.v.Denom().BitLen()))
	k := p.Int64()
	if k > foldedBits || k < -foldedBits || size*max(k, -k) > 2*foldedBits && size > 1 {
		return plain
	}
	a, b := new(big.Int).Exp(v.v.Num(), big.NewInt(max(k, -k)), nil), new(big.Int).Exp(v.v.Denom(), big.NewInt(max(k, -k)), nil)
	if k < 0 {
		a, b = b, a
	}
	return rational(new(big.Rat).SetFrac(a, b), v.decimal)
}

// exactRoot is the q-th root of a positive number if it is rational.
func exactRoot(v *big.Rat, q int64) (*big.Rat, bool) {
	if v.Sign() <= 0 || q > 8 {
		return nil, false
	}
	root := func(n *big.Int) (*big.Int, bool) {
		low, high := big.NewInt(0), new(big.Int).Lsh(big.NewInt(1), uint(n.BitLen()/int(q)+1))
		for low.Cmp(high) < 0 { // the least whole number whose power is not below n
			mid := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
			if new(big.Int).Exp(mid, big.NewInt(q), nil).Cmp(n) < 0 {
				low = mid.Add(mid, big.NewInt(1))
			} else {
				high = mid
			}
		}
		return low, new(big.Int).Exp(low, big.NewInt(q), nil).Cmp(n) == 0
	}
	a, ok := root(v.Num())
	b, ok2 := root(v.Denom())
	if !ok || !ok2 {
		return nil, false
	}
	return new(big.Rat).SetFrac(a, b), true
}

// exponential is e^u: e^(k ln v) is v^k.
func exponential(u, plain *Node) *Node {
	c, rest := split(u)
	if rest != nil && rest.Kind == Call && rest.Name == "ln" {
		return power(rest.Args[0], c.node())
	}
	return plain
}

// powerOfPower is (b^c)^k. For whole k that is b^(ck); for others only where b^c
// is sure not to be negative by a change of sign of b.
func powerOfPower(base, exponent, plain *Node) *Node {
	b, c := base.Args[0], base.Args[1]
	if _, whole := exponent.integer(); whole {
		return power(b, product(c, exponent))
	}
	n, whole := c.integer()
	switch {
	case nonnegative(b):
		return power(b, product(c, exponent))
	case c.Kind == Number && !whole: // b is not negative, or base has no value
		return power(b, product(c, exponent))
	case whole && n%2 == 0: // sqrt(x²) is |x|
		return power(callOf("abs", b), product(c, exponent))
	}
	return plain
}

// powerOfProduct takes factors out of (abc)^k: all for a whole k, else those that
// are sure not to be negative.
func powerOfProduct(base, exponent, plain *Node) *Node {
	_, whole := exponent.integer()
	var out, in []*Node
	for _, f := range base.Args {
		taken := power(f, exponent)
		zero := f.Kind == Power && f.Args[0].IsNumber(0) // 0^u hides where the others have no root
		switch {
		case whole, nonnegative(f) && f.Kind == Power && !zero, f.Kind == Number && taken.Kind == Number:
			out = append(out, taken)
		default:
			in = append(in, f)
		}
	}
	if len(out) == 0 {
		return plain
	}
	return product(append(out, power(product(in...), exponent))...)
}

// nonnegative reports nodes that are positive or zero wherever they have a value.
func nonnegative(n *Node) bool {
	switch n.Kind {
	case Number:
		return n.Value.Sign() >= 0
	case Constant:
		return true
	case Call:
		return rows[n.Name].nonnegative
	case Power:
		k, whole := n.Args[1].integer()
		return nonnegative(n.Args[0]) || whole && k%2 == 0 || n.Args[1].Kind == Number && !whole
	}
	return false
}
