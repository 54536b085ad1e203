package explain

import (
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"

	"nabla/losses"
)

// names gives every node its symbol. A product counts up k: what follows it, up to
// the next, has the same k. What belongs to a time step has that behind it, a1[3]; a
// product with the state before, by U, is of the layer that reads it.
func (e *explained) names() {
	t := e.trace
	taken := symbols{"x": true, "y": true, "ŷ": true, "L": true}
	t.name[e.graph.Input], t.name[t.cost] = "x", "L"
	k, steps := 0, map[*gorgonia.Node]int{}
	for _, n := range t.nodes {
		if n == e.graph.Input || n == t.cost {
			continue
		}
		if t.parameter(e, n) || len(t.children[n]) == 0 {
			continue // named by their readers
		}
		name := opName(n)
		r, known := t.rules[n]
		if !known {
			r, known = ruleOf(name)
		}
		letter := "v"
		if known {
			t.rules[n] = r
			letter = r.letter
		}
		if strings.HasPrefix(name, "mask(") {
			t.name[n] = taken.unique("m"+strconv.Itoa(max(k, 1)), "")
			t.leaves[n] = leaf{t.name[n], "random mask of a dropout: 0 or 1/(1−p)", Constant}
			t.children[n] = nil
			continue
		}
		switch {
		case letter == "z" && strings.HasSuffix(t.children[n][1].Name(), ".recurrent"):
			letter = "u"
		case letter == "z":
			k++
		}
		for _, c := range t.children[n] {
			if t.name[c] == "" {
				t.nameLeaf(e, c, letter, max(k, 1), taken)
			}
			if letter != "z" && letter != "h" {
				steps[n] = max(steps[n], steps[c])
			}
		}
		step := ""
		if steps[n] = max(steps[n], r.step); steps[n] > 0 {
			step = "[" + strconv.Itoa(steps[n]) + "]"
		}
		first := t.name[t.children[n][0]]
		switch {
		case r.step > 0:
			t.name[n] = taken.unique(first, step)
		case letter == "": // the same numbers at more places
			t.name[n] = taken.unique("["+first+"]", "")
		default:
			t.name[n] = taken.unique(letter+strconv.Itoa(max(k, 1)), step)
		}
	}
	e.nameOutput()
}

// symbols are those that are taken.
type symbols map[string]bool

// unique takes a symbol: its name with the time step, or one with a letter between,
// z1b[3].
func (s symbols) unique(name, step string) string {
	for extra := 'a'; ; extra++ {
		full := name + step
		if extra > 'a' {
			full = name + string(extra) + step
		}
		if !s[full] {
			s[full] = true
			return full
		}
	}
}

// nameOutput calls the output ŷ where people read it as the prediction.
func (e *explained) nameOutput() {
	out := e.graph.Output
	_, isLeaf := e.trace.leaves[out]
	if !isLeaf && e.loss.Link.Apply == nil && e.loss.Target != losses.PlusMinus {
		e.trace.name[out] = "ŷ"
	}
}

// parameter reports whether a node is a parameter or a state of the network.
func (t *trace) parameter(e *explained, n *gorgonia.Node) bool {
	return n.Op() == nil && e.net.Param(n.Name()) != nil
}

// nameLeaf names a parameter after the node that reads it: W and b of a product, γ
// and β of a normalisation.
func (t *trace) nameLeaf(e *explained, n *gorgonia.Node, reader string, k int, taken symbols) {
	p := e.net.Param(n.Name())
	l := leaf{name: "c" + strconv.Itoa(k), doc: "a constant", kind: Constant}
	if p != nil {
		short := p.Name[strings.LastIndexByte(p.Name, '.')+1:]
		l = leaf{name: short + strconv.Itoa(k), doc: p.Name, kind: Parameter}
		if symbols := map[bool]map[string]string{
			true:  {"weight": "W", "bias": "b", "recurrent": "U"},
			false: {"weight": "γ", "bias": "β", "running_mean": "μ", "running_var": "v"},
		}[reader == "z" || reader == "u"]; symbols[short] != "" {
			l.name = symbols[short] + strconv.Itoa(k)
		}
		if !p.Trainable {
			l.kind = Constant
			l.doc += ", fixed"
		}
	}
	l.name = taken.unique(l.name, "")
	t.name[n], t.leaves[n] = l.name, l
}
