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

// denominators are the powers in the terms with the least exponent, where that is
// negative in some term: over all of them the terms have one denominator. They are
// those of the bases that are wanted.
func denominators(terms []*Node, wanted func(base *Node) bool) []*Node {
	var list []*Node
	least := map[string]*big.Rat{}
	for _, t := range terms {
		for _, f := range factorsOf(t) {
			base, k := numeric(f)
			if known := least[base.key]; k.Sign() < 0 && wanted(base) && (known == nil || k.Cmp(known) < 0) {
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
	out := denominators(n.Args, func(base *Node) bool { return base.Kind == Sum })
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
	if r := cleared(n); r != nil {
		return r
	}
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
					if q = quotient(fa.base, fd.base); q == nil {
						if q = quotient(fd.base, fa.base); q != nil { // a/(a q)
							return rebuilt(n, j, product(power(q, fd.exponent), power(fa.base, fd.exponent)))
						}
					}
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

// cleared multiplies fractions in a factor out, as in 1/(x² (1/x² + 1)), and joins
// 1/((x - 1) (x + 1)); nil when that does not make the product shorter. Over
// another denominator a fraction may cost a little.
func cleared(n *Node) *Node {
	for i, a := range n.Args {
		f := factorOf(a)
		if k, whole := f.exponent.integer(); f.base.Kind != Sum || !whole {
			continue
		} else if r := conjugates(n, i, k); r != nil {
			return r
		}
		below := denominators(f.base.Args, func(*Node) bool { return true })
		if len(below) == 0 {
			continue
		}
		r := rebuilt(n, i, product(power(product(below...), f.exponent), power(divided(f.base, below), f.exponent)))
		allowed := n.cost - 1
		if _, denominator := fraction(n); denominator != nil {
			allowed = n.cost + 4
		}
		if r.cost <= allowed {
			return r
		}
	}
	return nil
}

// conjugates joins factor i, a power k of a sum below the fraction bar, with another
// one if their product is a sum of two terms.
func conjugates(n *Node, i, k int) *Node {
	a := factorOf(n.Args[i])
	if k >= 0 || len(a.base.Args) != 2 || !polynomial(a.base.Args) {
		return nil
	}
	for j := range i {
		b := factorOf(n.Args[j])
		if b.base.Kind != Sum || len(b.base.Args) != 2 || b.exponent.key != a.exponent.key {
			continue
		}
		p, ok := polyOf(closed(&Node{Kind: Product, Args: []*Node{a.base, b.base}}), &generators{at: map[string]int{}})
		if !ok {
			continue
		}
		if both := p.node(); both.Kind == Sum && len(both.Args) == 2 {
			return rebuilt(rebuilt(n, i, num(1)), j, power(both, a.exponent))
		}
	}
	return nil
}
