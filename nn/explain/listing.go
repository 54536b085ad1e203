package explain

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/nn/autodiff"
)

// listing tells the steps of a program with the names of a trace.
func (t *trace) listing(program *exec.Program, phase map[*gorgonia.Node]Phase) (Program, error) {
	wrt, err := t.differing()
	if err != nil {
		return Program{}, err
	}
	// Nodes of a graph are told apart by what they compute: these are those that the
	// program has, as far as it has them.
	grads, err := autodiff.Grad(t.cost, wrt...)
	if err != nil {
		return Program{}, err
	}
	names := map[*gorgonia.Node][]string{}
	for n, name := range t.name {
		names[n] = []string{name}
	}
	of := map[*gorgonia.Node]*gorgonia.Node{}
	for i, n := range wrt {
		of[n], t.flows[n] = grads[i], true
	}
	for _, n := range t.backOrder() {
		if g := of[n]; g != nil && g.Op() != nil {
			names[g] = append(names[g], d(t.name[n]))
		}
	}
	l := lister{trace: t, phase: phase, names: names, has: map[*gorgonia.Node]bool{}}
	p := Program{}
	told, once := program.Listing()
	_, children := exec.Order(append(slices.Clone(grads), t.cost)...)
	for _, n := range once {
		var in []string
		for _, c := range children[n] {
			in = append(in, c.Name())
		}
		names[n] = []string{"[" + strings.Join(in, ", ") + "]"}
		p.Once = append(p.Once, names[n][0]+" = "+describe(opName(n), in)+", "+extents(n.Shape()))
	}
	for i, s := range told {
		p.Steps = append(p.Steps, l.step(i+1, s))
		if s.Joined != nil {
			p.Joined = append(p.Joined, names[s.Joined]...)
		}
	}
	for _, n := range t.backOrder() {
		if g := of[n]; n != t.cost && g != nil && g.Op() != nil && !l.has[g] {
			p.Never = append(p.Never, d(t.name[n]))
		}
	}
	return p, nil
}

// lister tells the steps of a program one by one.
type lister struct {
	*trace
	phase map[*gorgonia.Node]Phase
	names map[*gorgonia.Node][]string // of all values and gradients, and of steps told
	has   map[*gorgonia.Node]bool     // what the steps told compute
}

// step tells an instruction, counted from 1.
func (l *lister) step(number int, s exec.Instruction) Step {
	l.has[s.Node] = true
	if l.names[s.Node] == nil {
		l.names[s.Node] = []string{fmt.Sprintf("(%d)", number)}
	}
	step := Step{Phase: l.phase[s.Node], Names: l.names[s.Node], Op: opName(s.Node), Shape: s.Node.Shape().Clone(), Memory: Own}
	if step.Phase == "" {
		step.Phase = BackwardPhase
	}
	step.Bytes = s.Node.Shape().TotalSize() * int(s.Node.Dtype().Size())
	switch {
	case s.Placed:
		step.Memory = Gradients
	case s.Foreign:
		step.Memory = Fresh
	}
	for _, from := range s.From {
		name := from.Name()
		if l.names[from] != nil {
			name = l.names[from][0]
		}
		step.From = append(step.From, name)
	}
	step.Formula = l.formula(s, step.From, l.phase)
	if s.Joined != nil {
		l.has[s.Joined] = true
		step.Op = word(step.Op) + "(" + word(opName(s.Joined)) + ")"
	}
	return step
}

// formula writes a step with the names of what it reads.
func (t *trace) formula(s exec.Instruction, from []string, phase map[*gorgonia.Node]Phase) string {
	op := opName(s.Node)
	switch r, known := t.rules[s.Node]; {
	case s.Joined != nil:
		return describe(op, []string{describe(opName(s.Joined), from)})
	case len(from) == 2 && phase[s.From[1]] == "" && phase[s.From[0]] != "" && strings.HasSuffix(op, "′"):
		from = []string{from[1], from[0]} // some have the gradient second
	case known && s.Node.IsScalar() && slices.Equal(from, t.call(s.Node, t.value, nil).in):
		return r.formula(from)
	}
	text := describe(op, from)
	if s.Node.IsScalar() {
		text = strings.ReplaceAll(text, "⊙", "·")
	}
	return text
}
