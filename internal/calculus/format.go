package calculus

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Style is a way to write expressions.
type Style uint8

// The styles. Plain and Unicode can be read again by Parse.
const (
	Plain   Style = iota // 2x^2*y/3
	Unicode              // 2x²y/3
	LaTeX                // \frac{2x^{2}y}{3}
)

// String returns the node in plain text.
func (n *Node) String() string { return n.Format(Plain) }

// Format writes the node in a style: as its source has it, or, if it is
// simplified, as a textbook would.
func (n *Node) Format(s Style) string { return printer(s).text(n, sumLevel) }

// printer writes in one style.
type printer Style

// level is what may stand somewhere without parentheses.
type level uint8

const (
	sumLevel    level = iota // anything
	termLevel                // no sum
	factorLevel              // no sum, sign or fraction
	baseLevel                // names, whole numbers and functions
)

// text writes a node, in parentheses where the level wants them.
func (p printer) text(n *Node, l level) string {
	switch n.Kind {
	case Constant, Variable:
		return p.name(n)
	case Call:
		return p.call(n, l)
	case Sum:
		if over, whole := sharedDenominator(n); over != "" {
			if Style(p) == LaTeX {
				return p.enclosed(`\frac{`+p.sum(whole)+"}{"+over+"}", l > factorLevel)
			}
			return p.enclosed("("+p.sum(whole)+")/"+over, l > termLevel)
		}
		return p.enclosed(p.sum(n), l > sumLevel)
	}
	negative, body, inner := p.signed(n)
	if negative {
		return p.enclosed("-"+body, l > sumLevel)
	}
	return p.enclosed(body, l > inner)
}

// enclosed puts text in parentheses.
func (p printer) enclosed(text string, parentheses bool) string {
	switch {
	case !parentheses:
		return text
	case Style(p) == LaTeX && strings.Contains(text, `\frac`):
		return `\left(` + text + `\right)`
	}
	return "(" + text + ")"
}

// sharedDenominator is that of all terms of a simplified sum, and the sum times it:
// (e^x - e^(-x))/2. Sums of plain powers stay x/2 + 1/2.
func sharedDenominator(n *Node) (string, *Node) {
	if n.key == "" || polynomial(n.Args) {
		return "", nil
	}
	first, _ := split(n.Args[0])
	for _, t := range n.Args {
		if c, _ := split(t); c.decimal || c.v.IsInt() || c.v.Denom().Cmp(first.v.Denom()) != 0 {
			return "", nil
		}
	}
	return first.v.Denom().String(), product(rational(new(big.Rat).SetInt(first.v.Denom()), false), n)
}

// sum writes terms with their signs. Of two terms the positive one comes first, and
// 1 before e^(-x).
func (p printer) sum(n *Node) string {
	terms := n.Args
	if n.key != "" && len(terms) == 2 {
		first, rest := split(terms[0])
		second, none := split(terms[1])
		exponential := none == nil && factorOf(rest).exponent.Kind != Number
		if second.v.Sign() > 0 && (first.v.Sign() < 0 || exponential) {
			terms = []*Node{terms[1], terms[0]}
		}
	}
	var b strings.Builder
	for i, t := range terms {
		negative, body := false, ""
		if t.Kind == Sum {
			body = p.text(t, termLevel)
		} else {
			negative, body, _ = p.signed(t)
		}
		switch {
		case i == 0 && negative:
			b.WriteString("-")
		case i > 0 && negative:
			b.WriteString(" - ")
		case i > 0:
			b.WriteString(" + ")
		}
		b.WriteString(body)
	}
	return b.String()
}

// signed writes what is no sum without its sign, and says for which level that
// needs no parentheses.
func (p printer) signed(n *Node) (negative bool, body string, inner level) {
	switch n.Kind {
	case Negation:
		u := n.Args[0]
		if u.Kind == Negation || u.Kind == Sum {
			return true, p.text(u, factorLevel), termLevel
		}
		negative, body, inner = p.signed(u)
		if negative {
			return true, "(-" + body + ")", inner
		}
		return true, body, inner
	case Number:
		v := new(big.Rat).Abs(n.Value)
		text, whole := p.number(v, n.Decimal)
		if whole {
			return n.Value.Sign() < 0, text, baseLevel
		}
		return n.Value.Sign() < 0, text, termLevel
	case Product, Quotient:
		return p.fraction(n)
	case Power:
		if n.key != "" && n.Args[1].Kind == Number && n.Args[1].Value.Sign() < 0 {
			return p.fraction(n)
		}
		body, inner = p.power(n)
		return false, body, inner
	}
	return false, p.text(n, termLevel), baseLevel
}

// number writes a number that is not negative; whole reports that it is no
// fraction.
func (p printer) number(v *big.Rat, decimal bool) (text string, whole bool) {
	if v.IsInt() && (!decimal || v.Num().BitLen() < 64) {
		text := v.Num().String()
		if short := strings.TrimRight(text, "0"); len(text) > 24 && len(text)-len(short) > 12 && Style(p) != LaTeX {
			return fmt.Sprintf("%se%d", short, len(text)-len(short)), true
		}
		return text, true
	}
	if digits, ends := v.FloatPrec(); decimal && ends {
		text := v.FloatString(digits)
		if f, _ := v.Float64(); len(text) > 16 {
			text = strconv.FormatFloat(f, 'g', -1, 64)
		}
		return text, true
	}
	if Style(p) == LaTeX {
		return `\frac{` + v.Num().String() + "}{" + v.Denom().String() + "}", false
	}
	return v.Num().String() + "/" + v.Denom().String(), false
}

// fraction writes products and quotients.
func (p printer) fraction(n *Node) (negative bool, body string, inner level) {
	var up, down []*Node
	switch {
	case n.Kind == Quotient:
		up, down = flat(n.Args[0]), flat(n.Args[1])
		if len(up) == 1 && up[0].Kind == Quotient { // a/b/c
			sign, text, _ := p.fraction(up[0])
			if Style(p) != LaTeX {
				return sign, text + "/" + p.denominator(down), termLevel
			}
		}
	case n.key == "": // a product as the source has it
		up = n.Args
	default:
		negative, up, down = parts(n)
	}
	if len(up) > 0 && up[0].Kind == Negation && n.key == "" && len(down)+len(up) > 1 {
		negative, up = true, append(slices.Clone(flat(up[0].Args[0])), up[1:]...)
	}
	if len(down) == 0 {
		inner = factorLevel
		if Style(p) == LaTeX {
			inner = termLevel
		}
		return negative, p.factors(up), inner
	}
	top := p.numerator(up)
	if Style(p) == LaTeX {
		return negative, `\frac{` + top + "}{" + p.numerator(down) + "}", factorLevel
	}
	return negative, top + "/" + p.denominator(down), termLevel
}

// flat are the factors of a product of the source.
func flat(n *Node) []*Node {
	if n.Kind == Product {
		return n.Args
	}
	return []*Node{n}
}

// numerator writes factors, or a sum without parentheses where LaTeX's fraction
// bar makes them needless.
func (p printer) numerator(list []*Node) string {
	switch {
	case len(list) == 0:
		return "1"
	case len(list) == 1 && Style(p) == LaTeX:
		return p.text(list[0], sumLevel)
	case len(list) == 1:
		return p.text(list[0], factorLevel)
	}
	return p.factors(list)
}

// denominator writes what stands below a fraction bar.
func (p printer) denominator(list []*Node) string {
	if len(list) == 1 && list[0].Kind != Product {
		return p.text(list[0], factorLevel)
	}
	return "(" + p.factors(list) + ")"
}
