package calculus

import (
	"fmt"
	"slices"
	"strings"

	"nabla/internal/names"
)

// opcode says what an instruction computes.
type opcode uint8

const (
	opConstant opcode = iota
	opInput
	opAdd
	opSubtract
	opMultiply
	opDivide
	opNegate
	opPower         // a^b
	opPowerConstant // a^c
	opFunction
	opMax
	opMin
)

// instruction computes one value from earlier ones, a and b.
type instruction struct {
	op    opcode
	a, b  int
	c     float64
	f     *function
	node  *Node // whose value this is, or a part of it
	moves bool  // depends on a variable
}

// Program evaluates expressions and differentiates them automatically: a list of
// instructions, each value computed once. It has its own memory and serves one
// goroutine at a time; Clone makes another.
type Program struct {
	vars    []string
	source  string
	code    []instruction
	outputs []int
	reached [][]bool // by output: which values it is computed from
	slot    map[*Node]int

	value, tangent         []float64
	adjoint, tangentOfAdjt []float64
}

// Compile prepares the result of e as a function of its variables, in the order of
// e.Variables.
func (e *Expr) Compile() (*Program, error) {
	return compile(e.Source, e.Outputs, e.Variables)
}

// Compile prepares nodes as functions of the given variables. A variable of the
// nodes that is not among them is an error.
func Compile(nodes []*Node, vars []string) (*Program, error) {
	return compile("", nodes, vars)
}

func compile(source string, nodes []*Node, vars []string) (*Program, error) {
	p := &Program{vars: slices.Clone(vars), source: source, slot: map[*Node]int{}}
	for i := range vars {
		p.add(instruction{op: opInput, a: i, moves: true})
	}
	for _, n := range nodes {
		at, err := p.emit(n)
		if err != nil {
			return nil, err
		}
		p.outputs = append(p.outputs, at)
	}
	for _, at := range p.outputs {
		reached := make([]bool, len(p.code))
		reached[at] = true
		for i := at; i >= len(vars); i-- {
			if in := &p.code[i]; reached[i] && in.op != opConstant {
				reached[in.a] = true
				if in.binary() {
					reached[in.b] = true
				}
			}
		}
		p.reached = append(p.reached, reached)
	}
	p.reserve()
	return p, nil
}

// reserve allocates what evaluation needs.
func (p *Program) reserve() {
	n := len(p.code)
	all := make([]float64, 4*n)
	p.value, p.tangent, p.adjoint, p.tangentOfAdjt = all[:n:n], all[n:2*n:2*n], all[2*n:3*n:3*n], all[3*n:]
}

// Clone is the same program with memory of its own.
func (p *Program) Clone() *Program {
	q := *p
	q.reserve()
	return &q
}

// Variables are the arguments of the program in their order.
func (p *Program) Variables() []string { return p.vars }

// Outputs is the number of results.
func (p *Program) Outputs() int { return len(p.outputs) }

// emit appends the instructions of a node and returns the place of its value.
func (p *Program) emit(n *Node) (int, error) {
	if at, ok := p.slot[n]; ok {
		return at, nil
	}
	at, err := p.translate(n)
	if err == nil {
		p.slot[n] = at
	}
	return at, err
}

func (p *Program) add(i instruction) int {
	if i.op != opConstant && i.op != opInput {
		i.moves = p.code[i.a].moves || i.binary() && p.code[i.b].moves
	}
	p.code = append(p.code, i)
	p.value = append(p.value, 0)
	if !i.moves { // translatePower asks for constant exponents
		p.value[len(p.code)-1] = p.compute(&i)
	}
	return len(p.code) - 1
}

func (p *Program) translate(n *Node) (int, error) {
	switch n.Kind {
	case Number:
		v, _ := n.Value.Float64()
		return p.add(instruction{op: opConstant, c: v, node: n}), nil
	case Constant:
		return p.add(instruction{op: opConstant, c: constants[n.Name], node: n}), nil
	case Variable:
		i := slices.Index(p.vars, n.Name)
		if i < 0 {
			return 0, &Error{undefined(n.Name, p.vars), p.source, n.Span}
		}
		return i, nil
	case Sum, Product:
		return p.chain(n)
	case Power:
		return p.translatePower(n)
	}
	args := make([]int, len(n.Args))
	for i, a := range n.Args {
		var err error
		if args[i], err = p.emit(a); err != nil {
			return 0, err
		}
	}
	i := instruction{a: args[0], node: n}
	switch {
	case n.Kind == Negation:
		i.op = opNegate
	case n.Kind == Quotient:
		i.op, i.b = opDivide, args[1]
	case n.Name == "max":
		i.op, i.b = opMax, args[1]
	case n.Name == "min":
		i.op, i.b = opMin, args[1]
	default:
		i.op, i.f = opFunction, rows[n.Name]
	}
	return p.add(i), nil
}

// undefined words the error for a variable without a value.
func undefined(name string, have []string) string {
	if near, ok := names.Nearest(name, have); ok {
		return fmt.Sprintf("%s has no value; did you mean %s?", name, near)
	}
	if product := strings.Split(name, ""); len(product) > 1 && len(product) < 5 && !slices.ContainsFunc(product, func(v string) bool { return !slices.Contains(have, v) }) {
		return fmt.Sprintf("%s has no value; write %s for the product", name, strings.Join(product, "*"))
	}
	return fmt.Sprintf("%s has no value", name)
}

// chain folds a sum or product from left to right, as it is written.
func (p *Program) chain(n *Node) (int, error) {
	at := 0
	for i, a := range n.Args {
		op, operand := opMultiply, a
		if n.Kind == Sum {
			op = opAdd
			if i > 0 && a.Kind == Negation && a.Label == "" {
				op, operand = opSubtract, a.Args[0]
			}
		}
		b, err := p.emit(operand)
		if err != nil {
			return 0, err
		}
		if i == 0 {
			at = b
			continue
		}
		at = p.add(instruction{op: op, a: at, b: b, node: n})
	}
	return at, nil
}

// translatePower chooses the exact way: e^u and square roots have functions, a
// constant exponent has no derivative by it.
func (p *Program) translatePower(n *Node) (int, error) {
	u, v := n.Args[0], n.Args[1]
	if u.Kind == Constant && u.Name == "e" {
		at, err := p.emit(v)
		return p.add(instruction{op: opFunction, a: at, f: rows["exp"], node: n}), err
	}
	a, err := p.emit(u)
	if err != nil {
		return 0, err
	}
	b, err := p.emit(v)
	if err != nil {
		return 0, err
	}
	if p.code[b].moves {
		return p.add(instruction{op: opPower, a: a, b: b, node: n}), nil
	}
	c, err := p.constant(b)
	switch {
	case err != nil:
		return 0, err
	case c == 0.5:
		return p.add(instruction{op: opFunction, a: a, f: rows["sqrt"], node: n}), nil
	}
	return p.add(instruction{op: opPowerConstant, a: a, c: c, node: n}), nil
}

// constant is the value of an instruction that depends on no variable.
func (p *Program) constant(at int) (float64, error) {
	bad := func(i int) bool { return p.value[i]-p.value[i] != 0 }
	i := at
	for bad(i) { // down to where it begins
		switch in := &p.code[i]; {
		case in.op != opConstant && bad(in.a):
			i = in.a
		case in.binary() && bad(in.b):
			i = in.b
		default:
			return 0, p.fault(i)
		}
	}
	return p.value[at], nil
}
