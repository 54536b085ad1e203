package optimizers

import (
	"fmt"
	"slices"
	"strings"

	"nabla/internal/names"
)

// Parse returns the row of an optimizer with any wrappers around it, as in
//
//	adam   lookahead(adam)   ema(sam(momentum))
//
// The row of a wrapped one has the learning rate of the optimizer inside and the
// texts of all. A wrapper stands at most once. An error says at which character
// of the text it is, and names the nearest optimizer or wrapper.
func Parse(text string) (Row, error) {
	p := parser{text: text}
	row, rest, err := p.rule(text)
	if err != nil {
		return Row{}, err
	}
	if rest != "" {
		return Row{}, p.fault(rest, "%q behind the end", rest)
	}
	return row, nil
}

// parser reads one text. What is left of it says how far it is.
type parser struct {
	text string
	seen []string // wrappers so far
}

// fault is an error at the beginning of rest.
func (p *parser) fault(rest, format string, args ...any) error {
	before := p.text[:len(p.text)-len(rest)]
	return fmt.Errorf("optimizers: %q, character %d: %s", p.text, len([]rune(before))+1, fmt.Sprintf(format, args...))
}

// rule reads NAME or WRAPPER(RULE) and returns what is behind it.
func (p *parser) rule(text string) (Row, string, error) {
	text = strings.TrimLeft(text, " \t")
	end := strings.IndexAny(text, "()")
	if end < 0 {
		end = len(text)
	}
	name, rest := strings.TrimRight(text[:end], " \t"), text[end:]
	if !strings.HasPrefix(rest, "(") {
		row, err := p.named(name, text)
		return row, rest, err
	}
	outer, err := p.wrapper(name, text)
	if err != nil {
		return Row{}, "", err
	}
	row, rest, err := p.rule(rest[1:])
	if err != nil {
		return Row{}, "", err
	}
	if !strings.HasPrefix(rest, ")") {
		return Row{}, "", p.fault(rest, "a closing parenthesis is missing")
	}
	return outer.around(row), strings.TrimLeft(rest[1:], " \t"), nil
}

// named is the row of an optimizer that stands by itself.
func (p *parser) named(name, at string) (Row, error) {
	if i := slices.IndexFunc(wrappers, func(w WrapperRow) bool { return w.Name == name }); i >= 0 {
		return Row{}, p.fault(at, "%s wraps another optimizer: write %s(adam)", name, name)
	}
	row, err := ByName(name)
	if err == nil {
		return row, nil
	}
	_, near := names.Nearest(name, Names())
	if w, ok := names.Nearest(name, Wrappers()); ok && !near {
		return Row{}, p.fault(at, "unknown optimizer %q, did you mean %q?", name, w+"(adam)")
	}
	if len(p.seen) == 0 && !strings.ContainsAny(p.text, "() \t") { // a plain name needs no place
		return Row{}, err
	}
	return Row{}, p.fault(at, "%s", strings.TrimPrefix(err.Error(), "optimizers: "))
}

// wrapper is the row of a wrapper that has not been met yet.
func (p *parser) wrapper(name, at string) (WrapperRow, error) {
	row, err := WrapperByName(name)
	switch {
	case slices.Contains(Names(), name):
		return row, p.fault(at, "%s wraps no other optimizer; %s do", name, strings.Join(Wrappers(), ", "))
	case err != nil:
		return row, p.fault(at, "%s", strings.TrimPrefix(err.Error(), "optimizers: "))
	case slices.Contains(p.seen, name):
		return row, p.fault(at, "%s stands twice", name)
	}
	p.seen = append(p.seen, name)
	return row, nil
}

// around is the row of an optimizer inside this wrapper.
func (w WrapperRow) around(row Row) Row {
	return Row{
		Name: w.Name + "(" + row.Name + ")", Rule: w.Rule.Around(row.Rule), LearningRate: row.LearningRate,
		Formula: row.Formula + "; then " + w.Formula, Use: w.Use + "; " + row.Use, Reference: w.Reference + "; " + row.Reference,
	}
}
