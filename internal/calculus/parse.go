package calculus

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"nabla/internal/names"
)

// Binding powers: a higher one holds its operands more tightly. A power is right
// associative and stronger than a minus before it: -x^2 is -(x^2), 2^-x is 2^(-x).
// Multiplication without a sign is like that with one: 1/2x is (1/2)·x.
const (
	sumPower     = 10
	productPower = 20
	powerPower   = 30
)

// parser is a Pratt parser: each token knows what it means before an operand and
// behind one.
type parser struct {
	source string
	tokens []token
	at     int
	depth  int
	nodes  int
	bars   int             // open | that a | may close
	known  map[string]bool // names that statements define
}

// fail is an error at a place.
func (p *parser) fail(s Span, format string, args ...any) error {
	return &Error{fmt.Sprintf(format, args...), p.source, s}
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != endToken {
		p.at++
	}
	return t
}

// accept goes past a token of this kind, if there is one.
func (p *parser) accept(kind tokenKind) bool {
	if p.peek().kind != kind {
		return false
	}
	p.at++
	return true
}

// make counts the node and refuses trees that are too large.
func (p *parser) make(kind Kind, span Span, args ...*Node) (*Node, error) {
	n := node(kind, span, args...)
	return n, p.bounded(n)
}

func (p *parser) bounded(n *Node) error {
	p.nodes++
	switch {
	case p.nodes > maxNodes:
		return p.fail(n.Span, "the expression has more than %d parts", maxNodes)
	case n.height > maxHeight:
		return p.fail(Span{n.Span.End - 1, n.Span.End}, "operations are nested more than %d deep", maxHeight)
	}
	return nil
}

// expression reads an operand and all operators behind it that bind at least as
// tightly as least.
func (p *parser) expression(least int) (*Node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxHeight {
		return nil, p.fail(p.peek().Span, "parentheses and operations are nested more than %d deep", maxHeight)
	}
	left, err := p.operand(least)
	for err == nil {
		op := p.peek()
		binds, implicit := p.infix(op)
		if binds == 0 || binds < least {
			return left, nil
		}
		if implicit {
			if err := p.juxtaposed(op); err != nil {
				return nil, err
			}
			op.kind = '*'
		} else {
			p.next()
		}
		left, err = p.operate(left, op)
	}
	return nil, err
}

// infix is how tightly a token binds behind an operand: 0 when it is no operator.
// An operand there is multiplied.
func (p *parser) infix(t token) (binds int, implicit bool) {
	switch t.kind {
	case '+', '-':
		return sumPower, false
	case '*', '/':
		return productPower, false
	case '^', superToken:
		return powerPower, false
	case '(', nameToken, numberToken:
		return productPower, true
	case '|':
		if p.bars == 0 {
			return productPower, true
		}
	}
	return 0, false
}

// juxtaposed refuses pairs that are more likely a mistake than a product.
func (p *parser) juxtaposed(t token) error {
	before := p.tokens[p.at-1]
	span := Span{before.Start, t.End}
	switch {
	case t.kind == numberToken:
		return p.fail(t.Span, "a number cannot follow another operand; write * between them")
	case t.kind == nameToken && rows[t.text] == nil && p.tokens[p.at+1].kind == '(' && !p.multiplies(t.text):
		return p.fail(t.Span, "%s", unknownFunction(t.text))
	case t.kind == nameToken && before.kind == nameToken && !reserved(t.text) && !reserved(before.text):
		return p.fail(span, "two variables side by side; write %s*%s", before.text, t.text)
	case t.kind == '(' && before.kind == nameToken && !p.multiplies(before.text):
		return p.fail(before.Span, "%s", unknownFunction(before.text))
	}
	return nil
}

// reserved reports names that cannot be variables.
func reserved(name string) bool {
	_, constant := constants[name]
	return constant || rows[name] != nil
}

// multiplies reports whether name(…) is a product: of a constant, a single letter
// or a name that a statement defines. Longer names look like functions.
func (p *parser) multiplies(name string) bool {
	_, constant := constants[name]
	return constant || p.known[name] || utf8.RuneCountInString(name) == 1
}

// otherwise says how functions of textbooks are written that have no row.
var otherwise = map[string]string{
	"sec": "1/cos(x)", "csc": "1/sin(x)", "cosec": "1/sin(x)", "cot": "1/tan(x)",
	"sech": "1/cosh(x)", "csch": "1/sinh(x)", "coth": "1/tanh(x)", "arccot": "pi/2 - atan(x)",
	"lg": "log10(x)", "ld": "log2(x)", "sgn": "sign(x)", "heaviside": "step(x)", "logistic": "sigmoid(x)", "root": "x^(1/n)",
}

// unknownFunction words the error for a name that is called.
func unknownFunction(name string) string {
	name = shorten(name)
	if same := otherwise[name]; same != "" {
		return fmt.Sprintf("unknown function %q; write %s", name, same)
	}
	for _, f := range Functions() {
		if before, ok := strings.CutSuffix(name, f); ok && utf8.RuneCountInString(before) == 1 {
			return fmt.Sprintf("unknown function %q, did you mean %s %s(…)?", name, before, f)
		}
	}
	if near, ok := names.Nearest(name, append(Functions(), "log", "arcsin", "arccos", "arctan")); ok {
		return fmt.Sprintf("unknown function %q, did you mean %q?", name, near)
	}
	return fmt.Sprintf("unknown function %q (have %s)", name, strings.Join(Functions(), ", "))
}

// operate reads the right-hand operand of an operator.
func (p *parser) operate(left *Node, op token) (*Node, error) {
	if op.kind == superToken {
		exponent, err := p.number(op.text, op.Span)
		if err != nil {
			return nil, err
		}
		return p.make(Power, Span{left.Span.Start, op.End}, left, exponent)
	}
	binds, _ := p.infix(op)
	if op.kind == '^' {
		binds-- // right associative
	}
	right, err := p.expression(binds + 1)
	if err != nil {
		return nil, err
	}
	span := Span{left.Span.Start, right.Span.End}
	switch op.kind {
	case '-':
		if right, err = p.make(Negation, right.Span, right); err != nil {
			return nil, err
		}
		return p.joined(Sum, span, left, right)
	case '+':
		return p.joined(Sum, span, left, right)
	case '/':
		return p.make(Quotient, span, left, right)
	case '^':
		return p.make(Power, span, left, right)
	}
	return p.joined(Product, span, left, right)
}

// joined makes a + b + c one sum, and a*b*c one product. Parentheses on the left
// make no difference to the order of the operations.
func (p *parser) joined(kind Kind, span Span, left, right *Node) (*Node, error) {
	if left.Kind != kind {
		return p.make(kind, span, left, right)
	}
	left.Args = append(left.Args, right) // left is not yet part of anything else
	left.Span = span
	left.height = max(left.height, right.height+1)
	return left, p.bounded(left)
}

// number makes a number of its text.
func (p *parser) number(text string, span Span) (*Node, error) {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && math.IsInf(v, 0):
		return nil, p.fail(span, "%s is larger than any float64", shorten(text))
	case v == 0 && strings.Trim(strings.SplitN(strings.ToLower(text), "e", 2)[0], "0.") != "":
		return nil, p.fail(span, "%s is smaller than any float64", shorten(text))
	case len(text) > 400:
		return nil, p.fail(span, "a number of %d digits", len(text))
	}
	n := &Node{Kind: Number, Decimal: strings.ContainsAny(text, ".eE"), Span: span}
	if v == 0 {
		n.Value = new(big.Rat) // SetString would take 0e-999999999 at its word
		return n, p.bounded(n)
	}
	var ok bool
	if n.Value, ok = new(big.Rat).SetString(text); !ok {
		return nil, p.fail(span, "%q is not a number", text)
	}
	return n, p.bounded(n)
}

// shorten keeps long numbers and names out of messages.
func shorten(text string) string {
	if r := []rune(text); len(r) > 24 {
		return string(r[:10]) + "…" + string(r[len(r)-8:])
	}
	return text
}
