package calculus

import "math/big"

// factorsOf are the factors of a term without its number.
func factorsOf(t *Node) []*Node {
	_, rest := split(t)
	switch {
	case rest == nil:
		return nil
	case rest.Kind == Product:
		return rest.Args
	}
	return []*Node{rest}
}

// numeric reads a factor as a base with an exponent that is a number; what has no
// such exponent counts as a base itself.
func numeric(n *Node) (base *Node, exponent *big.Rat) {
	if f := factorOf(n); f.exponent.Kind == Number {
		return f.base, f.exponent.Value
	}
	return n, big.NewRat(1, 1)
}

// common are the factors that all terms of a sum share: of each base the least
// exponent where all are positive, and the most negative one where all are
// negative, which brings the terms over a common denominator.
func common(terms []*Node) []*Node {
	type shared struct {
		base  *Node
		least *big.Rat
		sign  int
		count int
	}
	var order []string
	bases := map[string]*shared{}
	for i, t := range terms {
		for _, f := range factorsOf(t) {
			base, k := numeric(f)
			s := bases[base.key]
			switch {
			case s == nil && i == 0:
				bases[base.key] = &shared{base, k, k.Sign(), 1}
				order = append(order, base.key)
			case s == nil || s.sign != k.Sign():
			default:
				s.count++
				if k.Cmp(s.least) < 0 {
					s.least = k
				}
			}
		}
	}
	var list []*Node
	for _, key := range order {
		if s := bases[key]; s.count == len(terms) {
			list = append(list, power(s.base, rational(s.least, false)))
		}
	}
	return list
}

// denominators are the powers of sums in the terms with the least exponent, where
// that is negative in some term: over all of them the terms have one denominator.
func denominators(terms []*Node) []*Node {
	var list []*Node
	least := map[string]*big.Rat{}
	for _, t := range terms {
		for _, f := range factorsOf(t) {
			base, k := numeric(f)
			if known := least[base.key]; base.Kind == Sum && k.Sign() < 0 && (known == nil || k.Cmp(known) < 0) {
				if known == nil {
					list = append(list, base)
				}
				least[base.key] = k
			}
		}
	}
	for i, base := range list {
		list[i] = power(base, rational(least[base.key], false))
	}
	return list
}

// united brings the terms of a sum over one denominator.
func united(n *Node) *Node {
	if n.Kind != Sum {
		return n
	}
	out := denominators(n.Args)
	if len(out) == 0 {
		return n
	}
	return tidyProduct(product(append(out, tidySum(divided(n, out)))...))
}

// polynomial reports sums of products of variables and constants alone, with any
// exponents.
func polynomial(terms []*Node) bool {
	for _, t := range terms {
		for _, f := range factorsOf(t) {
			if base, _ := numeric(f); base.Kind != Variable && base.Kind != Constant && base.Kind != Number {
				return false
			}
		}
	}
	return true
}

// factored takes the common factors out of a sum. Polynomials stay as they are,
// without a factor of them taken out: 3x² + 2x.
func factored(n *Node) *Node {
	if n.Kind != Sum {
		return n
	}
	var out []*Node
	var variables []*Node
	for _, f := range common(n.Args) {
		if base, _ := numeric(f); base.Kind == Variable {
			variables = append(variables, f)
		} else {
			out = append(out, f)
		}
	}
	rest := divided(n, out)
	if len(variables) > 0 && !(rest.Kind == Sum && polynomial(rest.Args)) {
		out = append(out, variables...)
		rest = divided(n, out)
	}
	if len(out) == 0 {
		return n
	}
	return tidyProduct(product(append(out, tidySum(rest))...))
}

// divided is a sum over a product of factors.
func divided(n *Node, factors []*Node) *Node {
	if len(factors) == 0 {
		return n
	}
	inverse := power(product(factors...), num(-1))
	terms := make([]*Node, len(n.Args))
	for i, t := range n.Args {
		terms[i] = product(t, inverse)
	}
	return sum(terms...)
}

// tidyProduct reduces fractions: a sum in the numerator is divided by a sum in the
// denominator where that leaves no remainder, and by single factors of it.
func tidyProduct(n *Node) *Node {
	if n.Kind != Product {
		return n
	}
	for range maxHeight {
		reduced := reduce(n)
		if reduced == nil || reduced.Kind != Product {
			if reduced != nil {
				return reduced
			}
			return n
		}
		n = reduced
	}
	return n
}

// reduce cancels one factor of a product, or returns nil when there is none.
func reduce(n *Node) *Node {
	for i, a := range n.Args {
		fa := factorOf(a)
		if k, whole := fa.exponent.integer(); fa.base.Kind != Sum || !whole || k < 1 {
			continue
		}
		shared := common(fa.base.Args)
		for j, d := range n.Args {
			fd := factorOf(d)
			if fd.exponent.Kind != Number || fd.exponent.Value.Sign() >= 0 || i == j {
				continue
			}
			var q *Node
			if fd.base.Kind == Sum {
				if k, whole := fd.exponent.integer(); whole && k < 0 {
					q = quotient(fa.base, fd.base)
				}
			} else {
				for _, s := range shared {
					if base, k := numeric(s); base.key == fd.base.key && k.Sign() > 0 {
						return rebuilt(n, i, product(power(s, fa.exponent), power(divided(fa.base, []*Node{s}), fa.exponent)))
					}
				}
			}
			if q != nil { // (q·d)^k = q^k d^k
				return rebuilt(n, i, product(power(q, fa.exponent), power(fd.base, fa.exponent)))
			}
		}
	}
	return nil
}

// rebuilt is a product with another factor in the place of number i.
func rebuilt(n *Node, i int, with *Node) *Node {
	args := make([]*Node, len(n.Args))
	copy(args, n.Args)
	args[i] = with
	return product(args...)
}
