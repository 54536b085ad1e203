package calculus

import (
	"math"
)

// Gradient computes the first result at x and writes its derivatives by all
// variables into g: one sweep forward for the values, one backward for the
// derivatives (reverse mode).
func (p *Program) Gradient(x, g []float64) (float64, error) {
	if err := p.forward(x); err != nil {
		return math.NaN(), err
	}
	at := p.outputs[0]
	if err := p.backward(0); err != nil {
		return math.NaN(), err
	}
	copy(g, p.adjoint[:len(p.vars)])
	return p.value[at], nil
}

// backward fills in the derivatives of an output by all values. A slope that is not
// finite is an error even where it is multiplied by 0: x^0.5 x^0.3 has none at 0.
func (p *Program) backward(output int) error {
	clear(p.adjoint)
	root, reached := p.outputs[output], p.reached[output]
	p.adjoint[root] = 1
	for i := root; i >= len(p.vars); i-- {
		in := &p.code[i]
		if up := p.adjoint[i]; in.moves && reached[i] {
			da, db := p.slopes(i)
			if in.binary() && p.code[in.b].moves {
				p.adjoint[in.b] += up * db
			}
			if p.code[in.a].moves {
				p.adjoint[in.a] += up * da
			}
			if v := p.adjoint[in.a] + p.adjoint[in.b]; v-v != 0 {
				return p.kinked(i, da, db)
			}
		}
	}
	return nil
}

// kinked is the error for an instruction without a finite derivative.
func (p *Program) kinked(i int, da, db float64) error {
	what := "the derivative is too large for float64"
	in := &p.code[i]
	switch v := p.value[in.a]; {
	case in.op == opFunction && !(math.Abs(da) <= math.MaxFloat64):
		what = "the derivative of " + in.f.name + " is not finite at " + short(v)
	case in.op == opPower && v <= 0 && !(math.Abs(db) <= math.MaxFloat64):
		what = "the derivative by the exponent needs the logarithm of the base, which is " + short(v)
	case in.op == opPowerConstant && v == 0:
		what = "the derivative of u^" + short(in.c) + " is not finite at 0"
	}
	return p.at(in.node, what)
}

func (in *instruction) binary() bool {
	switch in.op {
	case opAdd, opSubtract, opMultiply, opDivide, opPower, opMax, opMin:
		return true
	}
	return false
}

// slopes are the derivatives of instruction i by its operands.
func (p *Program) slopes(i int) (da, db float64) {
	in := &p.code[i]
	a, b, y := p.value[in.a], p.value[in.b], p.value[i]
	switch in.op {
	case opAdd:
		return 1, 1
	case opSubtract:
		return 1, -1
	case opMultiply:
		return b, a
	case opDivide:
		return 1 / b, -y / b
	case opNegate:
		return -1, 0
	case opPower:
		if p.code[in.a].moves {
			da = b * math.Pow(a, b-1)
		}
		return da, y * math.Log(a)
	case opPowerConstant:
		if in.c == 0 {
			return 0, 0
		}
		return in.c * powerOf(a, in.c-1), 0
	case opMax:
		return step(a - b), 1 - step(a-b)
	case opMin:
		return step(b - a), 1 - step(b-a)
	}
	return in.f.slope(a, y), 0
}

// bends are the changes of the slopes of instruction i when its operands change by
// their tangents.
func (p *Program) bends(i int) (da, db float64) {
	in := &p.code[i]
	a, b, y := p.value[in.a], p.value[in.b], p.value[i]
	ta, tb, ty := p.tangent[in.a], p.tangent[in.b], p.tangent[i]
	switch in.op {
	case opMultiply:
		return tb, ta
	case opDivide:
		return -tb / (b * b), -ty/b + y*tb/(b*b)
	case opPower:
		ln, below := math.Log(a), math.Pow(a, b-1)
		if p.code[in.a].moves {
			da = b*(b-1)*math.Pow(a, b-2)*ta + (below+b*below*ln)*tb
		}
		return da, (below+b*below*ln)*ta + y*ln*ln*tb
	case opPowerConstant:
		if in.c == 0 || in.c == 1 {
			return 0, 0
		}
		return in.c * (in.c - 1) * powerOf(a, in.c-2) * ta, 0
	case opFunction:
		return in.f.bend(a, y) * ta, 0
	}
	return 0, 0
}

// HessVec computes the product of the Hessian of the first result with v: a
// sweep forward and one backward, each with the directional derivatives beside the
// values (Pearlmutter, 1994).
func (p *Program) HessVec(x, v, hv []float64) error {
	if err := p.forward(x); err != nil {
		return err
	}
	root := p.outputs[0]
	p.push(v)
	clear(p.tangentOfAdjt)
	clear(p.adjoint)
	p.adjoint[root] = 1
	for i := root; i >= len(p.vars); i-- {
		in := &p.code[i]
		up, tup := p.adjoint[i], p.tangentOfAdjt[i]
		if !in.moves || !p.reached[0][i] {
			continue
		}
		da, db := p.slopes(i)
		ba, bb := p.bends(i)
		if in.binary() && p.code[in.b].moves {
			p.adjoint[in.b] += up * db
			p.tangentOfAdjt[in.b] += tup*db + up*bb
		}
		if p.code[in.a].moves {
			p.adjoint[in.a] += up * da
			p.tangentOfAdjt[in.a] += tup*da + up*ba
		}
		if w := p.tangentOfAdjt[in.a] + p.tangentOfAdjt[in.b]; w-w != 0 {
			return p.at(in.node, "the second derivative is not finite")
		}
	}
	copy(hv, p.tangentOfAdjt[:len(p.vars)])
	return nil
}

// push fills in the directional derivatives of all values along v (forward mode).
func (p *Program) push(v []float64) {
	copy(p.tangent, v)
	for i := len(p.vars); i < len(p.code); i++ {
		p.tangent[i] = 0
		if in := &p.code[i]; in.moves {
			da, db := p.slopes(i)
			if p.code[in.a].moves {
				p.tangent[i] = da * p.tangent[in.a]
			}
			if in.binary() && p.code[in.b].moves {
				p.tangent[i] += db * p.tangent[in.b]
			}
		}
	}
}

// Hessian computes the matrix of second derivatives of the first result, row by
// row, symmetric.
func (p *Program) Hessian(x []float64) ([][]float64, error) {
	n := len(p.vars)
	h := make([][]float64, n)
	e := make([]float64, n)
	for i := range h {
		h[i] = make([]float64, n)
		clear(e)
		e[i] = 1
		if err := p.HessVec(x, e, h[i]); err != nil {
			return nil, err
		}
	}
	for i := range h { // equal up to rounding; now equal
		for j := range i {
			h[i][j] = (h[i][j] + h[j][i]) / 2
			h[j][i] = h[i][j]
		}
	}
	return h, nil
}

// Jacobian computes the derivatives of all results, one a row, by a sweep backward
// for each.
func (p *Program) Jacobian(x []float64) ([][]float64, error) {
	if err := p.forward(x); err != nil {
		return nil, err
	}
	rows := make([][]float64, len(p.outputs))
	for i := range p.outputs {
		if err := p.backward(i); err != nil {
			return nil, err
		}
		rows[i] = append([]float64(nil), p.adjoint[:len(p.vars)]...)
	}
	return rows, nil
}

// JacVec computes the product of the Jacobian with a direction by one sweep
// forward.
func (p *Program) JacVec(x, v []float64) ([]float64, error) {
	if err := p.forward(x); err != nil {
		return nil, err
	}
	p.push(v)
	y := make([]float64, len(p.outputs))
	for i, at := range p.outputs {
		if y[i] = p.tangent[at]; y[i]-y[i] != 0 {
			return nil, p.at(p.code[at].node, "the derivative is not finite")
		}
	}
	return y, nil
}

// Node is the value of a node of the expression at the point of the last sweep, and
// the derivative of the result by it. A node that the result does not contain has
// neither.
func (p *Program) Node(n *Node) (value, gradient float64, ok bool) {
	at, ok := p.slot[n]
	if !ok {
		return math.NaN(), math.NaN(), false
	}
	return p.value[at], p.adjoint[at], true
}
