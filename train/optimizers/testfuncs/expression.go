package testfuncs

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"nabla/internal/calculus"
)

// Expression makes a function of an expression, such as "x^4 - 2x^2 + y^2", by
// automatic differentiation. A vector stands for residuals: [a, b] is the sum of
// squares a² + b², as Gauss-Newton and Levenberg-Marquardt want it.
//
// The function has no known minima. It starts at start, which has a number for each
// variable in the order of Variables; nil is FirstStart. The box reaches boxReach to
// each side of it. An expression that has no value there is a *calculus.Error with
// its place.
func Expression(source string, start []float64) (Function, error) {
	e, err := calculus.Parse(source)
	if err != nil {
		return Function{}, err
	}
	n := len(e.Variables)
	switch {
	case n == 0:
		return Function{}, errors.New("testfuncs: the expression has no variables")
	case n > maxDim:
		return Function{}, fmt.Errorf("testfuncs: the expression has %d variables, more than %d", n, maxDim)
	}
	if start == nil {
		start = FirstStart(n)
	}
	if len(start) != n {
		return Function{}, fmt.Errorf("testfuncs: the start has %d numbers for %d variables", len(start), n)
	}
	whole, err := e.Compile()
	if err == nil {
		_, err = whole.EvalAll(start)
	}
	if err != nil {
		return Function{}, err
	}
	f := Function{Name: source, Formula: e.Format(calculus.Unicode), Dim: n, Start: start, Variables: e.Variables}
	for i := range f.Box {
		middle := start[min(i, n-1)]
		f.Box[i] = [2]float64{middle - boxReach, middle + boxReach}
	}
	if e.Vector {
		f.Formula = "the sum of the squares of " + f.Formula
		f.Residuals = len(e.Outputs)
	}
	f.calculation, err = newExpression(e)
	return f, err
}

// boxReach is how far the box of an expression reaches from its start.
const boxReach = 3

// FirstStart is where expressions of n variables are begun when nothing else is
// said: 1.5, 0.5, 1.5 … Few expressions are at rest or lack a value there, and it
// lies on no axis of symmetry.
func FirstStart(n int) []float64 { return at(1.5, 0.5)(n) }

// expression computes by programs, one for each residual, or one for a value.
type expression struct {
	squares bool
	free    sync.Pool // of *[]*calculus.Program: each serves one goroutine at a time
}

func newExpression(e *calculus.Expr) (*expression, error) {
	programs := make([]*calculus.Program, len(e.Outputs))
	for i, output := range e.Outputs {
		var err error
		if programs[i], err = calculus.Compile([]*calculus.Node{output}, e.Variables); err != nil {
			return nil, err
		}
	}
	x := &expression{squares: e.Vector}
	x.free.New = func() any {
		own := make([]*calculus.Program, len(programs))
		for i, p := range programs {
			own[i] = p.Clone()
		}
		return &own
	}
	return x, nil
}

// with runs f with programs of its own.
func (e *expression) with(f func(p []*calculus.Program)) {
	p := e.free.Get().(*[]*calculus.Program)
	defer e.free.Put(p)
	f(*p)
}

func (e *expression) value(x []float64) (v float64) {
	e.with(func(p []*calculus.Program) {
		if v = p[0].Value(x); !e.squares {
			return
		}
		v = 0
		for _, r := range p {
			own := r.Value(x)
			v += own * own
		}
	})
	return v
}

func (e *expression) gradient(dst, x []float64) {
	e.with(func(p []*calculus.Program) {
		if !e.squares {
			slope(p[0], dst, x)
			return
		}
		clear(dst)
		row := make([]float64, len(x))
		for _, r := range p {
			v := slope(r, row, x)
			for i, d := range row {
				dst[i] += 2 * v * d
			}
		}
	})
}

// hessian of a sum of squares is Σ 2 (∇r·∇rᵀ + r ∇²r).
func (e *expression) hessian(dst, x []float64) {
	e.with(func(p []*calculus.Program) {
		if !e.squares {
			bend(p[0], dst, x)
			return
		}
		clear(dst)
		n := len(x)
		row, h := make([]float64, n), make([]float64, n*n)
		for _, r := range p {
			v := slope(r, row, x)
			bend(r, h, x)
			for i := range h {
				dst[i] += 2 * (row[i/n]*row[i%n] + v*h[i])
			}
		}
	})
}

func (e *expression) residuals(dst, x []float64) {
	e.with(func(p []*calculus.Program) {
		for i, r := range p {
			dst[i] = r.Value(x)
		}
	})
}

func (e *expression) jacobian(dst, x []float64) {
	e.with(func(p []*calculus.Program) {
		for i, r := range p {
			slope(r, dst[i*len(x):(i+1)*len(x)], x)
		}
	})
}

// slope writes the gradient, NaN where there is none, and returns the value.
func slope(p *calculus.Program, dst, x []float64) float64 {
	v, err := p.Gradient(x, dst)
	if err != nil {
		for i := range dst {
			dst[i] = math.NaN()
		}
	}
	return v
}

// bend writes the Hessian, NaN where there is none.
func bend(p *calculus.Program, dst, x []float64) {
	h, err := p.Hessian(x)
	for i := range dst {
		if dst[i] = math.NaN(); err == nil {
			dst[i] = h[i/len(x)][i%len(x)]
		}
	}
}
