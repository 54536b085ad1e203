package calculus

import (
	"math/big"
	"slices"
)

// Bounds of multiplying out and dividing.
const (
	maxTerms  = 64
	maxDegree = 8 // of a power of a sum that is multiplied out
)

// monomial is a number times powers of the generators of its polynomial.
type monomial struct {
	c      coefficient
	powers []int
}

// poly is a polynomial in generators: whatever is no sum and no number, and its
// whole powers. Its monomials are in descending lexicographic order.
type poly struct {
	generators *generators
	terms      []monomial
}

// generators numbers nodes; polynomials that meet share one.
type generators struct {
	nodes []*Node
	at    map[string]int
}

func (g *generators) number(n *Node) int {
	i, ok := g.at[n.key]
	if !ok {
		i = len(g.nodes)
		g.at[n.key] = i
		g.nodes = append(g.nodes, n)
	}
	return i
}

// polyOf multiplies a node out, if that stays within the bounds.
func polyOf(n *Node, g *generators) (poly, bool) {
	switch n.Kind {
	case Number:
		return poly{g, []monomial{{c: coefficient{n.Value, n.Decimal}}}}, true
	case Sum:
		p := poly{generators: g}
		for _, t := range n.Args {
			q, ok := polyOf(t, g)
			if p.terms = append(p.terms, q.terms...); !ok || len(p.terms) > 4*maxTerms {
				return p, false
			}
		}
		return p.collected(), len(p.terms) <= maxTerms
	case Product:
		p := poly{g, []monomial{{c: one()}}}
		for _, f := range n.Args {
			q, ok := polyOf(f, g)
			if !ok {
				return p, false
			}
			if p, ok = p.times(q); !ok {
				return p, false
			}
		}
		return p, true
	case Power:
		k, whole := n.Args[1].integer()
		if n.Args[0].Kind == Sum && whole && k > 0 {
			if k > maxDegree {
				return poly{}, false
			}
			p := poly{g, []monomial{{c: one()}}}
			q, ok := polyOf(n.Args[0], g)
			for range k {
				if ok {
					p, ok = p.times(q)
				}
			}
			return p, ok
		}
		if whole && k > 0 && k <= 1000 {
			return poly{g, []monomial{generator(g.number(n.Args[0]), k)}}, true
		}
	}
	return poly{g, []monomial{generator(g.number(n), 1)}}, true
}

// generator is generator i to the power k.
func generator(i, k int) monomial {
	m := monomial{c: one(), powers: make([]int, i+1)}
	m.powers[i] = k
	return m
}

// of is the power of generator i.
func (m monomial) of(i int) int {
	if i < len(m.powers) {
		return m.powers[i]
	}
	return 0
}

// compareMonomials orders by the powers of the generators, the first one first.
func compareMonomials(a, b monomial) int {
	for i := range max(len(a.powers), len(b.powers)) {
		if d := b.of(i) - a.of(i); d != 0 {
			return d
		}
	}
	return 0
}

// collected sorts monomials and adds like ones.
func (p poly) collected() poly {
	slices.SortStableFunc(p.terms, compareMonomials)
	var kept []monomial
	for _, m := range p.terms {
		if last := len(kept) - 1; last >= 0 && compareMonomials(kept[last], m) == 0 {
			kept[last].c.add(m.c)
			continue
		}
		kept = append(kept, m)
	}
	p.terms = slices.DeleteFunc(kept, func(m monomial) bool { return m.c.v.Sign() == 0 })
	return p
}

// timesMonomial is a product with one monomial.
func (p poly) timesMonomial(m monomial) poly {
	q := poly{generators: p.generators}
	for _, a := range p.terms {
		t := monomial{c: a.c, powers: make([]int, max(len(a.powers), len(m.powers)))}
		t.c.mul(m.c)
		for i := range t.powers {
			t.powers[i] = a.of(i) + m.of(i)
		}
		q.terms = append(q.terms, t)
	}
	return q
}

func (p poly) times(q poly) (poly, bool) {
	r := poly{generators: p.generators}
	for _, m := range q.terms {
		if r.terms = append(r.terms, p.timesMonomial(m).terms...); len(r.terms) > 8*maxTerms {
			return r, false
		}
	}
	r = r.collected()
	return r, len(r.terms) <= maxTerms
}

// node is the polynomial as a simplified sum.
func (p poly) node() *Node {
	terms := make([]*Node, len(p.terms))
	for i, m := range p.terms {
		factors := []*Node{m.c.node()}
		for k, e := range m.powers {
			if e != 0 {
				factors = append(factors, power(p.generators.nodes[k], num(int64(e))))
			}
		}
		terms[i] = product(factors...)
	}
	return sum(terms...)
}

// expanded multiplies out the products and powers of sums in a sum.
func expanded(n *Node) *Node {
	if len(n.Args) > maxTerms {
		return n
	}
	p, ok := polyOf(n, &generators{at: map[string]int{}})
	if !ok {
		return n
	}
	return p.node()
}

// quotient is a/b if b divides a without a remainder, else nil: long division in
// several generators, in lexicographic order.
func quotient(a, b *Node) *Node {
	if len(a.Args) > maxTerms || len(b.Args) > maxTerms {
		return nil
	}
	g := &generators{at: map[string]int{}}
	divisor, ok := polyOf(b, g)
	rest, ok2 := polyOf(a, g)
	if !ok || !ok2 || len(divisor.terms) < 2 {
		return nil
	}
	q := poly{generators: g}
	for lead := divisor.terms[0]; len(rest.terms) > 0; {
		top := rest.terms[0]
		t := monomial{c: coefficient{new(big.Rat).Quo(top.c.v, lead.c.v), top.c.decimal || lead.c.decimal}, powers: make([]int, max(len(top.powers), len(lead.powers)))}
		for i := range t.powers {
			if t.powers[i] = top.of(i) - lead.of(i); t.powers[i] < 0 {
				return nil
			}
		}
		q.terms = append(q.terms, t)
		minus := t
		minus.c.v = new(big.Rat).Neg(t.c.v)
		rest.terms = append(rest.terms, divisor.timesMonomial(minus).terms...)
		if rest = rest.collected(); len(q.terms) > maxTerms || len(rest.terms) > maxTerms {
			return nil
		}
	}
	return q.node()
}
