package calculus

import (
	"fmt"
	"strings"
)

// Parse reads an expression, a vector [a, b, …], or statements between
// semicolons. A statement may name its result, z = x*y, for the others to use; they
// may stand in any order. The result of several statements is the one that no
// other uses, the last of them if there are several.
func Parse(source string) (*Expr, error) {
	if len(source) > maxSource {
		return nil, &Error{fmt.Sprintf("the expression is %d bytes long, which is more than %d", len(source), maxSource), source, Span{maxSource, maxSource + 1}}
	}
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{source: source, tokens: tokens, known: map[string]bool{}}
	for i, t := range tokens {
		if t.kind == nameToken && tokens[i+1].kind == '=' {
			p.known[t.text] = true
		}
	}
	list, err := p.statements()
	if err != nil {
		return nil, err
	}
	return p.link(list)
}

// statement is what stands between semicolons.
type statement struct {
	name    string
	span    Span // of the name, or of all
	outputs []*Node
	vector  bool
	used    bool // by another statement
	state   visit
}

// visit is how far link has come with a statement.
type visit uint8

const (
	unseen visit = iota
	underway
	linked
)

// statements reads all of the source.
func (p *parser) statements() ([]*statement, error) {
	var list []*statement
	named := map[string]bool{}
	for {
		s := &statement{span: p.peek().Span}
		if t := p.peek(); t.kind == nameToken && p.tokens[p.at+1].kind == '=' {
			if err := variableNamed(t.text); err != nil {
				return nil, p.fail(t.Span, "%v and cannot be defined", err)
			}
			if named[t.text] {
				return nil, p.fail(t.Span, "%s is defined twice", t.text)
			}
			named[t.text] = true
			s.name, s.span = t.text, t.Span
			p.at += 2
		}
		if err := p.value(s); err != nil {
			return nil, err
		}
		list = append(list, s)
		t := p.next()
		if t.kind == ';' && p.peek().kind != endToken {
			continue
		}
		switch t.kind {
		case endToken, ';':
			return list, nil
		case ')', ']':
			return nil, p.fail(t.Span, "%s closes nothing", t.text)
		case '=':
			return nil, p.fail(t.Span, "= can only follow a name at the beginning of a statement")
		case ',':
			return nil, p.fail(t.Span, "a comma outside of a function or a vector; write [a, b] for a vector, ; between statements")
		}
		return nil, p.fail(t.Span, "an operator was expected, not %s", t.text)
	}
}

// value reads an expression or a vector.
func (p *parser) value(s *statement) error {
	open := p.peek()
	if !p.accept('[') {
		n, err := p.expression(0)
		s.outputs = []*Node{n}
		return err
	}
	s.vector = true
	for {
		n, err := p.expression(0)
		if err != nil {
			return err
		}
		s.outputs = append(s.outputs, n)
		if !p.accept(',') {
			return p.closing(open, ']')
		}
	}
}

// link puts definitions in the place of their names and in an order in which they
// can be computed.
func (p *parser) link(list []*statement) (*Expr, error) {
	l := linker{parser: p, named: map[string]*statement{}}
	for _, s := range list {
		if s.name != "" {
			l.named[s.name] = s
		}
	}
	for _, s := range list {
		if err := l.visit(s, s.span); err != nil {
			return nil, err
		}
	}
	result := list[len(list)-1]
	for _, s := range list {
		if !s.used {
			result = s
		}
	}
	return &Expr{
		Source: p.source, Outputs: result.outputs, Vector: result.vector, Name: result.name,
		Variables: variables(result.outputs), Definitions: l.definitions,
	}, nil
}

// linker resolves names, depth first.
type linker struct {
	*parser
	named       map[string]*statement
	definitions []Definition // in an order in which they can be computed
}

// visit links a statement, which is used at a place.
func (l *linker) visit(s *statement, from Span) error {
	switch s.state {
	case underway:
		return l.fail(from, "%s is defined by itself", s.name)
	case linked:
		return nil
	}
	s.state = underway
	for i, n := range s.outputs {
		var err error
		if s.outputs[i], err = l.resolve(n); err != nil {
			return err
		}
	}
	s.state = linked
	if s.name == "" || s.vector {
		return nil
	}
	n := *s.outputs[0] // a copy: z = y gives one node two names
	n.Label = s.name
	s.outputs[0] = &n
	l.definitions = append(l.definitions, Definition{s.name, &n, s.span})
	return nil
}

// resolve is a node with definitions in the place of their names.
func (l *linker) resolve(n *Node) (*Node, error) {
	if n.Kind == Variable && l.named[n.Name] != nil {
		s := l.named[n.Name]
		if err := l.visit(s, n.Span); err != nil {
			return nil, err
		}
		if s.vector {
			return nil, l.fail(n.Span, "%s is a vector, which can only be the result", s.name)
		}
		s.used = true
		return s.outputs[0], nil
	}
	for i, a := range n.Args {
		r, err := l.resolve(a)
		if err != nil {
			return nil, err
		}
		n.Args[i] = r
		if n.height = max(n.height, r.height+1); n.height > maxHeight {
			return nil, l.fail(a.Span, "definitions are nested more than %d deep", maxHeight)
		}
	}
	return n, nil
}

// String returns the result as Text writes it.
func (e *Expr) String() string { return e.Format(Plain) }

// Format writes the result in a style, or the source where definitions make the
// result too long to be written out.
func (e *Expr) Format(s Style) string {
	var parts []string
	for _, n := range e.Outputs {
		if written(n) > maxNodes {
			return e.Source
		}
		parts = append(parts, n.Format(s))
	}
	switch {
	case !e.Vector:
		return parts[0]
	case s == LaTeX:
		return `\begin{pmatrix}` + strings.Join(parts, ` \\ `) + `\end{pmatrix}`
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
