package calculus

// The rules of differentiation. Each returns the derivative, its name and what it
// says.

func (d *deriver) sum(n *Node, depth int) (*Node, string, string) {
	terms := make([]*Node, len(n.Args))
	for i, a := range n.Args {
		terms[i] = d.derive(a, depth)
	}
	return tidySum(sum(terms...)), "sum rule", "(u + v)' = u' + v'"
}

func (d *deriver) negation(n *Node, depth int) (*Node, string, string) {
	return neg(d.derive(n.Args[0], depth)), "constant multiple rule", "(c u)' = c u'"
}

func (d *deriver) product(n *Node, depth int) (*Node, string, string) {
	var moving, fixed []*Node
	for _, a := range n.Args {
		if d.depends(a) {
			moving = append(moving, a)
		} else {
			fixed = append(fixed, d.of(a))
		}
	}
	if len(moving) == 1 {
		return tidyProduct(product(append(fixed, d.derive(moving[0], depth))...)), "constant multiple rule", "(c u)' = c u'"
	}
	// A simplified product holds its denominator as negative powers.
	if u, v := fraction(n); v != nil && n.key != "" && d.depends(v) && d.depends(u) {
		return d.divide(u, v, depth)
	}
	// Each term of the sum is about as long as the product.
	if len(moving)*written(n) > 10*maxNodes {
		if d.err == nil {
			d.err = tooLarge("derivative")
		}
		return num(0), "product rule", ""
	}
	terms := make([]*Node, len(moving))
	for i := range moving {
		factors := append([]*Node{d.derive(moving[i], depth)}, fixed...)
		for j, m := range moving {
			if i != j {
				factors = append(factors, d.of(m))
			}
		}
		terms[i] = tidyProduct(product(factors...))
	}
	formula := "(u v)' = u' v + u v'"
	if len(moving) > 2 {
		formula = "(u v w)' = u' v w + u v' w + u v w'"
	}
	return tidySum(sum(terms...)), "product rule", formula
}

func (d *deriver) quotient(n *Node, depth int) (*Node, string, string) {
	u, v := n.Args[0], n.Args[1]
	switch {
	case !d.depends(v):
		return tidyProduct(over(d.derive(u, depth), d.of(v))), "constant multiple rule", "(u/c)' = u'/c"
	case !d.depends(u):
		return tidyProduct(product(num(-1), d.of(u), d.derive(v, depth), power(d.of(v), num(-2)))), "quotient rule", "(c/v)' = -c v'/v^2"
	}
	return d.divide(u, v, depth)
}

// divide is the quotient rule for two nodes that both vary.
func (d *deriver) divide(u, v *Node, depth int) (*Node, string, string) {
	du, dv := d.derive(u, depth), d.derive(v, depth)
	top := tidySum(sum(tidyProduct(product(du, d.of(v))), neg(tidyProduct(product(d.of(u), dv)))))
	return tidyProduct(product(top, power(d.of(v), num(-2)))), "quotient rule", "(u/v)' = (u' v - u v')/v^2"
}

func (d *deriver) power(n *Node, depth int) (*Node, string, string) {
	u, v := n.Args[0], n.Args[1]
	base, exponent := d.of(u), d.of(v)
	switch {
	case !d.depends(v) && u.Kind == Variable:
		return tidyProduct(product(exponent, power(base, sum(exponent, num(-1))))), "power rule", "(x^n)' = n x^(n-1)"
	case !d.depends(v):
		du := d.derive(u, depth)
		return tidyProduct(product(exponent, power(base, sum(exponent, num(-1))), du)), "chain rule, power", "(u^n)' = n u^(n-1) u'"
	case u.Kind == Constant && u.Name == "e" && v.Kind == Variable:
		return d.of(n), "exponential rule", "(e^x)' = e^x"
	case u.Kind == Constant && u.Name == "e":
		return tidyProduct(product(d.derive(v, depth), d.of(n))), "chain rule, exponential", "(e^u)' = e^u u'"
	case !d.depends(u):
		return tidyProduct(product(d.derive(v, depth), call("ln", base), d.of(n))), "exponential rule", "(a^u)' = a^u ln(a) u'"
	}
	du, dv := d.derive(u, depth), d.derive(v, depth)
	inner := tidySum(sum(product(dv, call("ln", base)), tidyProduct(product(exponent, du, power(base, num(-1))))))
	return tidyProduct(product(inner, d.of(n))), "general power rule", "(u^v)' = u^v (v' ln(u) + v u'/u)"
}

func (d *deriver) call(n *Node, depth int) (*Node, string, string) {
	f, u := rows[n.Name], n.Args[0]
	if f.derivative == nil {
		return d.largest(n, depth)
	}
	if u.Kind == Variable {
		return f.derivative(d.of(u)), f.rule + " rule", f.formula
	}
	rule := "chain rule, " + f.rule
	return tidyProduct(product(f.derivative(d.of(u)), d.derive(u, depth))), rule, f.formula
}

// largest is the rule for max and min: step(u - v) chooses the derivative. Where u
// and v are equal there is none, and it takes that of v.
func (d *deriver) largest(n *Node, depth int) (*Node, string, string) {
	u, v := n.Args[0], n.Args[1]
	apart := sum(d.of(u), neg(d.of(v)))
	if n.Name == "min" {
		apart = neg(apart)
	}
	first := call("step", apart)
	du, dv := d.derive(u, depth), d.derive(v, depth)
	f := rows[n.Name]
	return tidySum(sum(product(first, du), product(sum(num(1), neg(first)), dv))), f.rule + " rule", f.formula
}

// fraction splits a product into numerator and denominator; the denominator is nil
// when there is none.
func fraction(n *Node) (numerator, denominator *Node) {
	var up, down []*Node
	args := []*Node{n}
	if n.Kind == Product {
		args = n.Args
	}
	for _, a := range args {
		if a.Kind == Power && a.Args[1].Kind == Number && a.Args[1].Value.Sign() < 0 {
			down = append(down, power(a.Args[0], neg(a.Args[1])))
			continue
		}
		up = append(up, a)
	}
	if down == nil {
		return n, nil
	}
	return product(up...), product(down...)
}
