package calculus

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Eval computes the first result at x. Where an operation on the way has no finite
// value, the error tells which and why.
func (p *Program) Eval(x []float64) (float64, error) {
	if err := p.forward(x); err != nil {
		return math.NaN(), err
	}
	return p.value[p.outputs[0]], nil
}

// EvalAll computes all results at x.
func (p *Program) EvalAll(x []float64) ([]float64, error) {
	if err := p.forward(x); err != nil {
		return nil, err
	}
	y := make([]float64, len(p.outputs))
	for i, at := range p.outputs {
		y[i] = p.value[at]
	}
	return y, nil
}

// Value computes the first result at x as float64 arithmetic gives it: infinities
// and NaN where there is no value, but also a finite one behind an infinity, as in
// 1/exp(1000).
func (p *Program) Value(x []float64) float64 {
	copy(p.value, x)
	for i := len(p.vars); i < len(p.code); i++ {
		p.value[i] = p.compute(&p.code[i])
	}
	return p.value[p.outputs[0]]
}

// forward fills in all values.
func (p *Program) forward(x []float64) error {
	if len(x) != len(p.vars) {
		return fmt.Errorf("calculus: %d values for %d variables", len(x), len(p.vars))
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("calculus: %s is not a finite number", p.vars[i])
		}
	}
	copy(p.value, x)
	for i := len(p.vars); i < len(p.code); i++ {
		v := p.compute(&p.code[i])
		p.value[i] = v
		if v-v != 0 {
			return p.fault(i)
		}
	}
	return nil
}

// compute is the value of an instruction.
func (p *Program) compute(in *instruction) float64 {
	switch in.op {
	case opConstant:
		return in.c
	case opAdd:
		return p.value[in.a] + p.value[in.b]
	case opSubtract:
		return p.value[in.a] - p.value[in.b]
	case opMultiply:
		return p.value[in.a] * p.value[in.b]
	case opDivide:
		return p.value[in.a] / p.value[in.b]
	case opNegate:
		return -p.value[in.a]
	case opPower:
		return math.Pow(p.value[in.a], p.value[in.b])
	case opPowerConstant:
		return powerOf(p.value[in.a], in.c)
	case opMax:
		return max(p.value[in.a], p.value[in.b])
	case opMin:
		return min(p.value[in.a], p.value[in.b])
	}
	return in.f.value(p.value[in.a])
}

// powerOf is x^c; squares and cubes are products, which round better.
func powerOf(x, c float64) float64 {
	switch c {
	case 2:
		return x * x
	case 3:
		return x * x * x
	case -1:
		return 1 / x
	case -2:
		return 1 / (x * x)
	}
	return math.Pow(x, c)
}

// fault words why instruction i has no finite value, at its place.
func (p *Program) fault(i int) error {
	in := &p.code[i]
	a, b := p.value[in.a], p.value[in.b]
	what := "the value is too large for float64"
	exponent := in.c
	switch in.op {
	case opPower:
		exponent = b
		fallthrough
	case opPowerConstant:
		switch {
		case a == 0 && exponent < 0:
			what = "division by zero: 0 to the power " + short(exponent)
		case a < 0 && exponent != math.Trunc(exponent):
			what = fmt.Sprintf("%s to the power %s is not real", parenthesized(a), short(exponent))
			if math.Abs(exponent*3-1) < 1e-15 {
				what += "; cbrt takes the cube root of negative numbers"
			}
		}
	case opDivide:
		if b == 0 {
			what = "division by zero"
		}
	case opFunction:
		switch {
		case in.f.domain != "":
			what = fmt.Sprintf(in.f.domain, short(a))
		case in.f.name == "atanh":
			what = "the value is not real"
		}
	}
	return p.at(in.node, what)
}

// at is an error at the place of a node; a derived node has none, and its text
// takes the place.
func (p *Program) at(n *Node, what string) error {
	if n.Span.End > 0 {
		return &Error{what, p.source, n.Span}
	}
	text := n.String()
	if len(text) > window {
		return errors.New("calculus: " + what)
	}
	return fmt.Errorf("calculus: %s in %s", what, text)
}

// short is a number for messages.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func parenthesized(v float64) string {
	if v < 0 {
		return "(" + short(v) + ")"
	}
	return short(v)
}
