package datasets

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// npyHeader is the Python dictionary in front of the values.
type npyHeader struct {
	descr   string
	fortran bool
	shape   []int
}

// parseNPYHeader parses {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }.
// NumPy evaluates this text as Python; here it is a grammar of its own, with the
// three keys in any order and nothing else:
//
//	dictionary = "{" [ pair { "," pair } [ "," ] ] "}"
//	pair       = string ":" ( string | "True" | "False" | tuple )
//	tuple      = "(" [ number { "," number } [ "," ] ] ")"
func parseNPYHeader(text string) (npyHeader, error) {
	p := npyParser{rest: strings.TrimRight(text, " \n")}
	var h npyHeader
	seen := make(map[string]bool)
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.str()
		p.expect(":")
		if seen[key] {
			p.fail(fmt.Sprintf("key %s twice", quote(key)))
		}
		seen[key] = true
		switch key {
		case "descr":
			h.descr = p.str()
		case "fortran_order":
			h.fortran = p.boolean()
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail("unknown key " + quote(key))
		}
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	if p.err == nil && p.rest != "" {
		p.fail("text after the dictionary: " + quote(p.rest))
	}
	if p.err == nil && len(seen) != 3 {
		p.fail("descr, fortran_order and shape are not all there")
	}
	return h, p.err
}

// npyParser reads the few Python literals of a header. It keeps its first error
// and then accepts nothing.
type npyParser struct {
	rest string
	err  error
}

// fail keeps the first error.
func (p *npyParser) fail(what string) {
	if p.err == nil {
		p.err = errors.New(what)
	}
}

// accept takes the token, after spaces, if it comes next.
func (p *npyParser) accept(token string) bool {
	if p.err != nil {
		return false
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " "), token)
	if ok {
		p.rest = rest
	}
	return ok
}

// expect fails unless the token comes next.
func (p *npyParser) expect(token string) {
	if !p.accept(token) {
		p.fail(fmt.Sprintf("want %q at %s", token, quote(p.rest)))
	}
}

// str takes a quoted string. The strings of a header hold no escapes.
func (p *npyParser) str() string {
	mark := "'"
	if p.accept(`"`) {
		mark = `"`
	} else {
		p.expect(mark)
	}
	if p.err != nil {
		return ""
	}
	text, rest, ok := strings.Cut(p.rest, mark)
	if !ok {
		p.fail("a string is not closed")
	}
	p.rest = rest
	return text
}

// boolean takes True or False.
func (p *npyParser) boolean() bool {
	if p.accept("True") {
		return true
	}
	p.expect("False")
	return false
}

// tuple takes lengths in parentheses, (), (3,) or (3, 4).
func (p *npyParser) tuple() []int {
	shape := []int{}
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		p.rest = strings.TrimLeft(p.rest, " ")
		end := strings.IndexFunc(p.rest, func(r rune) bool { return r < '0' || r > '9' })
		if end < 1 {
			p.fail("want a length at " + quote(p.rest))
			break
		}
		n, err := strconv.Atoi(p.rest[:end])
		if err != nil || n > maxBytes {
			p.fail("axis of length " + p.rest[:end])
			break
		}
		p.rest = p.rest[end:]
		if shape = append(shape, n); len(shape) > maxAxes {
			p.fail("too many axes")
		}
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return shape
}
