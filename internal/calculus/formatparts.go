package calculus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// factors writes a product without fractions.
func (p printer) factors(list []*Node) string {
	var b strings.Builder
	for i, n := range list {
		text := p.text(n, factorLevel)
		if n.Kind == Product { // a (b c) of a source
			text = p.enclosed(text, true)
		}
		if i > 0 {
			b.WriteString(p.between(b.String(), text, n))
		}
		b.WriteString(text)
	}
	return b.String()
}

// times is the sign of multiplication where one is needed.
func (p printer) times() string { return [...]string{"*", "·", `\cdot `}[p] }

// between is what separates a factor from the text before it, such that Parse reads
// the same product.
func (p printer) between(before, after string, n *Node) string {
	last := tail(before)
	next, _ := utf8.DecodeRuneInString(after)
	number := last == "" && before[len(before)-1] >= '0' && before[len(before)-1] <= '9' && strings.IndexFunc(before, func(r rune) bool { return !unicode.IsDigit(r) && r != '.' }) < 0
	switch {
	case unicode.IsDigit(next) && Style(p) == LaTeX:
		return " " + p.times()
	case unicode.IsDigit(next):
		return p.times()
	case Style(p) == LaTeX:
		if number && next != '\\' || n.Kind == Variable && number {
			return ""
		}
		return " "
	case number && rows[head(after)] != nil:
		return " "
	case number && (next == 'e' || next == 'E') && len(after) > 1 && after[1] >= '0' && after[1] <= '9':
		return p.times() // 2e1 is 20
	case number:
		return ""
	case next == '(' && last != "" && utf8.RuneCountInString(last) > 1 && !reserved(last):
		return p.times()
	case next == '|' && Style(p) == Unicode:
		return "·"
	case (n.Kind == Variable || n.Kind == Power && n.Args[0].Kind == Variable) && Style(p) == Unicode && strings.ContainsRune(superscripts+"π", lastRune(before)):
		return ""
	case lastRune(before) == ')':
		return " "
	case n.Kind == Variable || n.Kind == Power && n.Args[0].Kind == Variable:
		return p.times()
	case unicode.IsLetter(next) && !reserved(head(after)) && last != "" && !reserved(last):
		return p.times()
	}
	return " "
}

// tail and head are the names at the end and at the beginning of a text.
func tail(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !(r >= '0' && r <= '9') && r != '_' })
	if i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	return strings.TrimLeft(s, "0123456789") // a number is no name, and 2A0 is 2 times A0
}

func head(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) && !(r >= '0' && r <= '9') && r != '_' {
			return s[:i]
		}
	}
	return s
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// power writes u^v; the text may stand at the level.
func (p printer) power(n *Node) (string, level) {
	u, v := n.Args[0], n.Args[1]
	if n.key != "" && v.Kind == Number && v.Value.RatString() == "1/2" {
		return p.root("sqrt", u), baseLevel
	}
	exponent, whole := v.integer()
	if v.Kind == Negation && n.key == "" {
		if k, ok := v.Args[0].integer(); ok {
			exponent, whole = -k, true
		}
	}
	base := p.text(u, baseLevel)
	if u.Kind == Call && u.Name == "exp" {
		base = p.enclosed(base, true)
	}
	switch {
	case Style(p) == LaTeX:
		if f, ok := strings.CutPrefix(base, p.function(u)); ok && u.Kind == Call && whole && exponent > 0 && f != "" && f[0] == '(' {
			return p.function(u) + "^{" + v.Format(LaTeX) + "}" + f, factorLevel
		}
		return base + "^{" + p.text(v, sumLevel) + "}", factorLevel
	case Style(p) == Unicode && whole:
		digits := raised(exponent)
		if f, ok := strings.CutPrefix(base, p.function(u)); ok && u.Kind == Call && exponent > 0 && exponent < 1000 {
			return u.Name + digits + f, factorLevel
		}
		return base + digits, factorLevel
	}
	var inner string
	if v.Kind == Power {
		inner = p.enclosed(p.text(v, sumLevel), true)
	} else if inner = p.text(v, baseLevel); Style(p) == Unicode && strings.ContainsRune(superscripts, lastRune(inner)) {
		inner = p.enclosed(inner, true)
	}
	return base + "^" + inner, factorLevel
}

// raised writes a whole number in superscripts.
func raised(v int) string {
	var b strings.Builder
	if v < 0 {
		b.WriteString("⁻")
		v = -v
	}
	marks := []rune(superscripts)
	if v == 0 {
		return b.String() + "⁰"
	}
	var digits []rune
	for ; v > 0; v /= 10 {
		digits = append([]rune{marks[v%10]}, digits...)
	}
	return b.String() + string(digits)
}

// root writes sqrt and cbrt.
func (p printer) root(name string, u *Node) string {
	if Style(p) == LaTeX {
		degree := map[string]string{"sqrt": "", "cbrt": "[3]"}[name]
		return `\sqrt` + degree + "{" + p.text(u, sumLevel) + "}"
	}
	return name + "(" + p.text(u, sumLevel) + ")"
}

// call writes a function and its arguments.
func (p printer) call(n *Node, l level) string {
	switch u := n.Args[0]; {
	case n.Name == "exp": // as e^u
		body, inner := p.power(&Node{Kind: Power, Args: []*Node{{Kind: Constant, Name: "e"}, u}})
		return p.enclosed(body, l > inner)
	case n.Name == "sqrt" || n.Name == "cbrt":
		return p.root(n.Name, u)
	case n.Name == "abs" && Style(p) == LaTeX:
		return `\left|` + p.text(u, sumLevel) + `\right|`
	case n.Name == "abs" && Style(p) == Unicode:
		if inner := p.text(u, sumLevel); !strings.Contains(inner, "|") {
			return "|" + inner + "|"
		}
	}
	var args []string
	for u := n; ; u = u.Args[0] { // max(max(a, b), c) is max(a, b, c)
		if u.Kind != Call || u.Name != n.Name || len(u.Args) < 2 {
			if u == n {
				u = n.Args[0]
			}
			args = append([]string{p.text(u, sumLevel)}, args...)
			break
		}
		args = append([]string{p.text(u.Args[1], sumLevel)}, args...)
	}
	return p.function(n) + p.enclosed(strings.Join(args, ", "), true)
}

// function is the name of a function as it stands before its arguments.
func (p printer) function(n *Node) string {
	switch {
	case n.Kind != Call:
		return ""
	case Style(p) != LaTeX:
		return n.Name
	case rows[n.Name].latex != "":
		return rows[n.Name].latex
	}
	return `\operatorname{` + n.Name + "}"
}

// greek are the names that LaTeX has letters for.
var greek = strings.Fields("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega")

// name writes constants and variables.
func (p printer) name(n *Node) string {
	if n.Kind == Constant && n.Name == "pi" {
		return [...]string{"pi", "π", `\pi`}[p]
	}
	if Style(p) != LaTeX {
		return n.Name
	}
	stem := strings.TrimRight(n.Name, "0123456789")
	index := n.Name[len(stem):]
	if before, after, ok := strings.Cut(n.Name, "_"); ok && before != "" && !strings.Contains(after, "_") {
		stem, index = before, after
	}
	for _, g := range greek {
		if stem == g {
			stem = `\` + g
		}
	}
	if utf8.RuneCountInString(stem) > 1 && stem[0] != '\\' {
		stem = `\mathrm{` + strings.ReplaceAll(stem, "_", `\_`) + "}"
	}
	if index != "" {
		return stem + "_{" + index + "}"
	}
	return stem
}
