package exec

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
	"nabla/internal/op"
)

// Program computes the nodes it was compiled for. It satisfies gorgonia.VM.
type Program struct {
	steps  []step              // children before parents, so that one pass in order computes all
	leaves G.Nodes             // inputs and constants, which no step writes
	values map[*G.Node]G.Value // of every node that is computed; each has memory of its own
	told   []Instruction       // of the steps, apart from what a run goes through
}

// step computes one node. Ops that can be bound run fast; all others go through
// their own Do.
type step struct {
	node *G.Node
	fast func()       // of a bound op: kernel and slices are in the closure
	slow func() error // of any other op, which allocates its result each time
}

var _ G.VM = (*Program)(nil)

// Compiler prepares programs. The zero value is for one core.
type Compiler struct {
	Pool *kernel.Pool // cores for large products; nil is one
	// Every says that each value can be looked at after a run. Otherwise a product
	// and the activation behind it are one step, if nobody else reads the product,
	// and what lies between is not kept.
	Every bool
	// Place has memory for the values of some wanted nodes, of their type and shape;
	// a node of an op that is not ours ignores it.
	Place map[*G.Node]G.Value
}

// Compile is that of the zero Compiler.
func Compile(want ...*G.Node) (*Program, error) { return Compiler{}.Compile(want...) }

// Compile prepares the computation of the wanted nodes. Every input node needs
// a value. Nodes that no wanted node depends on are left out, and what depends on
// constants alone is computed now.
//
// Memory is not shared between nodes, as an allocator of registers would do it:
// intermediate values can be looked at after a run, NonFinite does, and nothing
// has to be known about which op may overwrite what.
func (c Compiler) Compile(want ...*G.Node) (*Program, error) {
	nodes, children := Order(want...)
	p := &Program{values: make(map[*G.Node]G.Value, len(nodes))}
	joined := map[*G.Node]joint{}
	if !c.Every {
		joined = join(want, nodes, children)
	}
	constant := map[*G.Node]bool{}
	for _, n := range nodes {
		switch {
		case n.Op() == nil || n.Op().Arity() == 0 && n.Value() != nil:
			if n.Value() == nil {
				return nil, fmt.Errorf("exec: input %s has no value", n.Name())
			}
			p.leaves = append(p.leaves, n)
			p.values[n] = n.Value()
			constant[n] = n.Op() != nil
			continue
		case joined[n].gone:
			continue
		}
		s, out, err := c.bind(n, joined[n], p.inputs(n, joined[n], children))
		if err == nil {
			err = G.UnsafeLet(n, out)
		}
		if err != nil {
			return nil, fmt.Errorf("exec: %s: %w", n.Op(), err)
		}
		p.values[n] = out
		if constant[n] = folds(n, children[n], constant); constant[n] {
			s.fast()
			p.leaves = append(p.leaves, n)
			continue
		}
		p.steps, p.told = append(p.steps, s), append(p.told, c.tell(n, joined[n], children))
	}
	return p, nil
}

// inputs returns the values that a node is computed from.
func (p *Program) inputs(n *G.Node, j joint, children map[*G.Node]G.Nodes) []G.Value {
	from := children[n]
	if j.op != nil {
		from = children[from[0]]
	}
	in := make([]G.Value, len(from))
	for i, c := range from {
		in[i] = p.values[c]
	}
	return in
}

// folds reports whether a node is a constant: an op of ours over constants.
func folds(n *G.Node, children G.Nodes, constant map[*G.Node]bool) bool {
	f, ok := n.Op().(*op.Fused)
	ok = ok && f.Constant()
	for _, c := range children {
		ok = ok && constant[c]
	}
	return ok
}

// bind makes the step of a node whose inputs have values, and the value that it
// writes. A foreign op runs once for that, since only its result tells the shape.
func (c Compiler) bind(n *G.Node, j joint, in []G.Value) (step, G.Value, error) {
	ours, ok := n.Op().(*op.Fused)
	if j.op != nil {
		ours = j.op
	}
	if ok {
		out := c.Place[n]
		if out == nil {
			out = ours.Output()
		}
		run, err := ours.Bind(c.Pool, out, in...)
		return step{node: n, fast: run}, out, err
	}
	first, err := do(n.Op(), in)
	if err != nil {
		return step{}, nil, err
	}
	// The first result may share memory with an input, as that of a reshape does.
	out, err := dense(first)
	if err != nil {
		return step{}, nil, err
	}
	run := func() error {
		v, err := do(n.Op(), in)
		if err != nil {
			return err
		}
		return assign(out, v)
	}
	return step{node: n, slow: run}, out, nil
}

// do runs an op that is not ours and turns its panics into errors.
func do(op G.Op, in []G.Value) (v G.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	v, err = op.Do(in...)
	if err == nil && v == nil {
		err = fmt.Errorf("no result")
	}
	return v, err
}

// dense copies a value into memory of its own, row by row: views of gorgonia
// have strides, and kernels read slices from end to end.
func dense(v G.Value) (G.Value, error) {
	t, ok := v.(*tensor.Dense)
	if !ok || t.IsScalar() {
		return G.CloneValue(v)
	}
	out := tensor.New(tensor.Of(t.Dtype()), tensor.WithShape(t.Shape().Clone()...))
	return out, assign(out, v)
}

// assign copies src into dst, which is dense and of the same shape.
func assign(dst, src G.Value) error {
	d, ok := dst.(*tensor.Dense)
	s, ok2 := src.(*tensor.Dense)
	if !ok || !ok2 || d.IsScalar() || !s.RequiresIterator() && !s.DataOrder().IsColMajor() {
		_, err := G.Copy(dst, src)
		return err
	}
	it := s.Iterator()
	for i := 0; ; i++ {
		at, err := it.Next()
		if err != nil {
			return nil // the iterator is exhausted
		}
		d.Set(i, s.Get(at))
	}
}

// RunAll implements gorgonia.VM: it computes every wanted node from the present
// inputs. It may be called again without Reset.
func (p *Program) RunAll() error {
	for i := range p.steps {
		s := &p.steps[i]
		if s.fast != nil {
			s.fast()
			continue
		}
		if err := p.run(s); err != nil {
			return err
		}
	}
	return nil
}

// run runs one step.
func (p *Program) run(s *step) error {
	if s.fast != nil {
		s.fast()
		return nil
	}
	if err := s.slow(); err != nil {
		return fmt.Errorf("exec: %s: %w", s.node.Op(), err)
	}
	return nil
}

// Reset implements gorgonia.VM; there is nothing to do.
func (p *Program) Reset() {}

// Close implements gorgonia.VM; there is nothing to do.
func (p *Program) Close() error { return nil }

// Steps returns how many nodes a run computes.
func (p *Program) Steps() int { return len(p.steps) }
