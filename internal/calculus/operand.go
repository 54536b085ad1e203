package calculus

import (
	"fmt"
	"math/big"
)

// operand reads what may stand before an operator.
func (p *parser) operand(least int) (*Node, error) {
	t := p.next()
	switch t.kind {
	case numberToken:
		return p.number(t.text, t.Span)
	case nameToken:
		return p.name(t)
	case '(':
		return p.parenthesis(t)
	case '|':
		return p.absolute(t)
	case '-', '+':
		n, err := p.expression(max(least, productPower))
		if err != nil || t.kind == '+' {
			return n, err
		}
		return p.make(Negation, Span{t.Start, n.Span.End}, n)
	}
	return nil, p.missing(t)
}

// missing is the error for a token where an operand should be.
func (p *parser) missing(t token) error {
	switch t.kind {
	case endToken:
		if len(p.tokens) == 1 {
			return p.fail(t.Span, "the expression is empty")
		}
		return p.fail(t.Span, "the expression ends where a value was expected")
	case ')':
		return p.fail(t.Span, "a value was expected before )")
	case superToken:
		return p.fail(t.Span, "an exponent without a base")
	case '[':
		return p.fail(t.Span, "a vector can only be the whole expression")
	}
	return p.fail(t.Span, "a value was expected, not %s", t.text)
}

// parenthesis reads to the ) that belongs to the ( before.
func (p *parser) parenthesis(open token) (*Node, error) {
	bars := p.bars
	p.bars = 0
	defer func() { p.bars = bars }()
	n, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if err := p.closing(open, ')'); err != nil {
		return nil, err
	}
	n.Span = Span{open.Start, p.tokens[p.at-1].End}
	return n, nil
}

// closing expects the token that closes what open opened.
func (p *parser) closing(open token, with tokenKind) error {
	switch t := p.peek(); {
	case t.kind == with:
		p.at++
		return nil
	case t.kind == endToken || t.kind == ';':
		return p.fail(open.Span, "%s is never closed", open.text)
	default:
		return p.fail(t.Span, "%c was expected, not %s", rune(with), t.text)
	}
}

// absolute reads |u|.
func (p *parser) absolute(open token) (*Node, error) {
	if p.peek().kind == endToken {
		return nil, p.fail(open.Span, "| is never closed")
	}
	p.bars++
	n, err := p.expression(0)
	p.bars--
	if err != nil {
		return nil, err
	}
	if err := p.closing(open, '|'); err != nil {
		return nil, err
	}
	return p.called("abs", Span{open.Start, p.tokens[p.at-1].End}, n)
}

// name reads a constant, a variable or a function with its arguments.
func (p *parser) name(t token) (*Node, error) {
	if _, ok := constants[t.text]; ok {
		n := &Node{Kind: Constant, Name: t.text, Span: t.Span}
		return n, p.bounded(n)
	}
	f := rows[t.text]
	if f == nil {
		n := &Node{Kind: Variable, Name: t.text, Span: t.Span}
		return n, p.bounded(n)
	}
	var exponent *Node
	if p.peek().kind == superToken || p.peek().kind == '^' { // sin^2(x) is sin(x)^2
		var err error
		if exponent, err = p.functionPower(t); err != nil {
			return nil, err
		}
	}
	n, err := p.application(f, t)
	if err != nil || exponent == nil {
		return n, err
	}
	return p.make(Power, n.Span, n, exponent)
}

// functionPower reads the exponent of sin^2(x). sin^-1 means two things, neither
// of which is guessed.
func (p *parser) functionPower(f token) (*Node, error) {
	at := p.at
	if p.next().kind == '^' {
		if p.peek().kind == '-' {
			return nil, p.ambiguous(f, p.peek().End)
		}
		if t := p.next(); t.kind != numberToken || len(t.text) > 3 {
			return nil, p.fail(Span{f.Start, t.End}, "%s needs an argument: write %s(x)^…", f.text, f.text)
		}
	}
	t := p.tokens[p.at-1]
	n, err := p.number(t.text, t.Span)
	if err != nil {
		return nil, err
	}
	if v, ok := n.integer(); !ok || v < 1 {
		return nil, p.ambiguous(f, p.tokens[at].End)
	}
	return n, nil
}

// ambiguous is the error for sin^-1 and sin⁻¹, which is 1/sin or the inverse function.
func (p *parser) ambiguous(f token, end int) error {
	inverse := "the inverse function"
	for _, name := range []string{"a" + f.text, "arc" + f.text} {
		if rows[name] != nil {
			inverse = name + "(x)"
			break
		}
	}
	return p.fail(Span{f.Start, end}, "a negative power of %s is ambiguous: write 1/%s(x) or %s", f.text, f.text, inverse)
}

// application reads the arguments of a function: in parentheses, or as a product
// without signs, as in sin 2x.
func (p *parser) application(f *function, t token) (*Node, error) {
	if p.peek().kind != '(' {
		switch next := p.peek(); next.kind {
		case numberToken, nameToken, '-', '|':
		default:
			return nil, p.fail(Span{t.Start, t.End}, "%s needs an argument: %s(x)", t.text, t.text)
		}
		n, err := p.bareArgument()
		switch {
		case err != nil:
			return nil, err
		case f.value == nil:
			return nil, p.fail(Span{t.Start, n.Span.End}, "%s takes two arguments or more in parentheses", t.text)
		}
		return p.called(f.name, Span{t.Start, n.Span.End}, n)
	}
	open := p.next()
	bars := p.bars
	p.bars = 0
	defer func() { p.bars = bars }()
	if close := p.peek(); close.kind == ')' {
		return nil, p.fail(Span{t.Start, close.End}, "%s needs an argument", t.text)
	}
	var args []*Node
	for {
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		if !p.accept(',') {
			break
		}
	}
	if err := p.closing(open, ')'); err != nil {
		return nil, err
	}
	span := Span{t.Start, p.tokens[p.at-1].End}
	many := f.value == nil
	switch {
	case !many && len(args) > 1:
		return nil, p.fail(span, "%s takes one argument, got %d", t.text, len(args))
	case many && len(args) < 2:
		return nil, p.fail(span, "%s takes two arguments or more, got one", t.text)
	}
	return p.called(f.name, span, args...)
}

// bareArgument reads 2x in sin 2x cos y: numbers, constants and variables side by
// side, with powers, up to a function or a sign.
func (p *parser) bareArgument() (*Node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxHeight {
		return nil, p.fail(p.peek().Span, "functions are nested more than %d deep", maxHeight)
	}
	if minus := p.peek(); p.accept('-') {
		n, err := p.bareArgument()
		if err != nil {
			return nil, err
		}
		return p.make(Negation, Span{minus.Start, n.Span.End}, n)
	}
	left, err := p.expression(powerPower)
	for err == nil {
		t := p.peek()
		if t.kind != nameToken || rows[t.text] != nil || left.Kind == Call {
			return left, nil
		}
		if err = p.juxtaposed(t); err != nil {
			return nil, err
		}
		var right *Node
		if right, err = p.expression(powerPower); err == nil {
			left, err = p.joined(Product, Span{left.Span.Start, right.Span.End}, left, right)
		}
	}
	return nil, err
}

// called makes the node of a function; functions of many numbers become several of
// two.
func (p *parser) called(name string, span Span, args ...*Node) (*Node, error) {
	n := args[0]
	for i := range args {
		if i == 0 && len(args) > 1 {
			continue
		}
		operands := []*Node{n}
		if i > 0 {
			operands = append(operands, args[i])
		}
		var err error
		if n, err = p.make(Call, span, operands...); err != nil {
			return nil, err
		}
		n.Name = name
	}
	return n, nil
}

// variableNamed returns an error if a name cannot be given to a variable.
func variableNamed(name string) error {
	switch _, constant := constants[name]; {
	case constant:
		return fmt.Errorf("%s is a constant", name)
	case rows[name] != nil:
		return fmt.Errorf("%s is a function", name)
	}
	return nil
}

// num, ratio, constant and euler make the leaves of derived expressions.
func num(v int64) *Node { return rational(new(big.Rat).SetInt64(v), false) }

func ratio(a, b int64) *Node { return rational(big.NewRat(a, b), false) }

func euler() *Node { return constant("e") }
