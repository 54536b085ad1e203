package calculus

import "math/big"

// merge joins factors of a product that belong together although their bases
// differ; at finds them by base. What a factor gave away has exponent 0.
func merge(list []*factor, at map[string]*factor, c *coefficient) {
	for i, f := range list {
		switch {
		case f.exponent.IsNumber(0):
		case f.base.Kind == Call && f.base.Name == "sign" && f.exponent.IsNumber(1):
			f.signed(at)
		case f.base.Kind == Call && f.base.Name == "step":
			if k, whole := f.exponent.integer(); whole && k > 0 {
				f.exponent = num(1)
				if g := at[call("relu", f.base.Args[0]).key]; g != nil && g.exponent.Kind == Number && g.exponent.Value.Sign() > 0 {
					f.exponent = num(0) // step(u) relu(u) is relu(u)
				}
			}
		case f.base.Kind == Call && f.base.Name == "tan":
			g := at[call("cos", f.base.Args[0]).key]
			k, whole := f.exponent.integer()
			if g == nil || !whole {
				continue
			}
			if m, whole := g.exponent.integer(); whole && k > 0 == (m > 0) && m != 0 {
				f.base, g.exponent = call("sin", f.base.Args[0]), num(int64(m-k))
			}
		case f.base.Kind == Call && f.exponent.IsNumber(1) && overCosine[f.base.Name] != nil:
			// sin(u)/cos(u) is tan(u)
			names := overCosine[f.base.Name]
			if d := at[call(names[0], f.base.Args[0]).key]; d != nil && d.exponent.IsNumber(-1) {
				f.base, d.exponent = call(names[1], f.base.Args[0]), num(0)
			}
		case !fractional(f.exponent):
		case f.base.Kind == Sum:
			f.flipped(at, c)
		case radical(f.base):
			for _, g := range list[i+1:] { // sqrt(2) sqrt(pi) is sqrt(2pi)
				if radical(g.base) && g.exponent.key == f.exponent.key {
					f.base, g.exponent = product(f.base, g.base), num(0)
				}
			}
			f.rationalized(at, c)
		}
	}
}

// overCosine are cosines that may stand below a sine, and what the quotient is.
var overCosine = map[string][]string{"sin": {"cos", "tan"}, "sinh": {"cosh", "tanh"}}

// fractional reports exponents that are numbers, but not whole ones.
func fractional(n *Node) bool { return n.Kind == Number && !n.Value.IsInt() }

// radical reports positive numbers, pi, and products of them.
func radical(n *Node) bool {
	switch n.Kind {
	case Number:
		return n.Value.Sign() > 0
	case Constant:
		return n.Name != "e"
	case Product:
		for _, a := range n.Args {
			if !radical(a) {
				return false
			}
		}
		return true
	}
	return false
}

// signed joins sign(u) with an odd power of |u|, which becomes one of u, or the
// other way round.
func (f *factor) signed(at map[string]*factor) {
	u := f.base.Args[0]
	size := callOf("abs", u)
	for _, pair := range [2][2]*Node{{size, u}, {u, size}} {
		if g := at[pair[0].key]; g != nil {
			if k, whole := g.exponent.integer(); whole && k%2 != 0 {
				f.base, f.exponent, g.exponent = pair[1], g.exponent, num(0)
				return
			}
		}
	}
}

// flipped joins a root of 1 - x² with whole powers of x² - 1.
func (f *factor) flipped(at map[string]*factor, c *coefficient) {
	if first, _ := split(f.base.Args[0]); first.v.Sign() >= 0 {
		return
	}
	g := at[neg(f.base).key]
	if g == nil {
		return
	}
	k, whole := g.exponent.integer()
	if !whole || k == 0 {
		return
	}
	if k%2 != 0 {
		c.mul(coefficient{v: big.NewRat(-1, 1)})
	}
	f.exponent, g.exponent = sum(f.exponent, g.exponent), num(0)
}

// rationalized joins sqrt(2pi) with whole powers of pi: sqrt(2pi)/(2pi) is
// 1/sqrt(2pi).
func (f *factor) rationalized(at map[string]*factor, c *coefficient) {
	number, rest := split(f.base)
	if rest == nil {
		return
	}
	g := at[rest.key]
	if g == nil || g == f {
		return
	}
	k, whole := g.exponent.integer()
	if !whole || k == 0 || k > 0 == (f.exponent.Value.Sign() > 0) {
		return
	}
	if scale := power(number.node(), num(int64(-k))); scale.Kind == Number {
		c.mul(coefficient{scale.Value, scale.Decimal})
		f.exponent, g.exponent = sum(f.exponent, g.exponent), num(0)
	}
}
