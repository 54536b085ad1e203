package exec

import (
	"slices"
	"time"

	G "gorgonia.org/gorgonia"

	"nabla/internal/op"
)

// Instruction is one step of a program as it can be told.
type Instruction struct {
	Node    *G.Node // that is computed
	Joined  *G.Node // a product that is computed in the same step and not kept; nil if there is none
	From    G.Nodes // whose numbers are read
	Placed  bool    // the result lies where Compiler.Place wanted it
	Foreign bool    // an op that is not of package op: each run allocates its result
}

// Listing returns the steps in the order in which a run computes them, and what was
// computed once, when the program was compiled.
func (p *Program) Listing() (steps []Instruction, once G.Nodes) {
	for _, n := range p.leaves {
		if _, ours := n.Op().(*op.Fused); ours {
			once = append(once, n)
		}
	}
	return p.told, once
}

// tell describes the step of a node.
func (c Compiler) tell(n *G.Node, j joint, children map[*G.Node]G.Nodes) Instruction {
	i := Instruction{Node: n, Placed: c.Place[n] != nil && c.Place[n] == n.Value()}
	from, f := children[n], j.op
	if f != nil {
		i.Joined = from[0]
		from = children[i.Joined]
	} else {
		f, _ = n.Op().(*op.Fused)
	}
	i.Foreign = f == nil
	for k, x := range from {
		if f == nil || f.Reads(k) {
			i.From = append(i.From, x)
		}
	}
	return i
}

// Clock runs the program again and again and returns the usual time of each step: the
// mean of the middle half of all runs, without that of reading the clock.
func (p *Program) Clock(runs int) ([]time.Duration, error) {
	took := make([][]time.Duration, len(p.steps)+1) // the last of nothing
	for range max(runs, 1) {
		for i := range took {
			start := time.Now()
			if i < len(p.steps) {
				if err := p.run(&p.steps[i]); err != nil {
					return nil, err
				}
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	list := make([]time.Duration, len(took))
	for i, t := range took {
		slices.Sort(t)
		half := t[len(t)/4 : len(t)-len(t)/4]
		for _, d := range half {
			list[i] += d
		}
		list[i] /= time.Duration(len(half))
	}
	for i := range p.steps {
		list[i] = max(0, list[i]-list[len(p.steps)])
	}
	return list[:len(p.steps)], nil
}
