package calculus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// randomSource writes a random expression in x and y.
func randomSource(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(6) == 0 {
		return []string{"x", "y", "x", fmt.Sprint(1 + r.IntN(9)), "0.5", "3", "e", fmt.Sprintf("%d/%d", 1+r.IntN(5), 2+r.IntN(5)), "1.25", "2", "0"}[r.IntN(11)]
	}
	sub := func() string { return randomSource(r, depth-1) }
	switch r.IntN(12) {
	case 0, 1:
		return "(" + sub() + ")+(" + sub() + ")"
	case 2:
		return "(" + sub() + ")-(" + sub() + ")"
	case 3, 4, 5:
		return "(" + sub() + ")*(" + sub() + ")"
	case 6:
		return "(" + sub() + ")/(" + sub() + ")"
	case 7:
		return "(" + sub() + ")^" + []string{"2", "3", "(-1)", "(1/2)", "0.5", "(-2)", "(2/3)", "4"}[r.IntN(8)]
	case 8:
		return "-(" + sub() + ")"
	case 9:
		return "(" + sub() + ")^(" + sub() + ")"
	}
	list := Functions()
	if name := list[r.IntN(len(list))]; name == "max" || name == "min" {
		return name + "(" + sub() + "," + sub() + ")"
	} else {
		return name + "(" + sub() + ")"
	}
}

// largest is the greatest value on the way of the last evaluation: rounding is in
// proportion to it.
func (p *Program) largest() float64 {
	m := 1.0
	for _, v := range p.value {
		m = max(m, math.Abs(v))
	}
	return m
}

// usable reports results whose rounding errors are small enough to compare.
func usable(p *Program) bool { return p.largest() < 1e5 }

// shaken evaluates at x moved by a few ulps: how far that changes the value is how
// well it is determined.
func shaken(p *Program, x []float64) float64 {
	a, err := p.Eval(x)
	b, err2 := p.Eval([]float64{x[0] * (1 + 4e-15), x[1] * (1 - 4e-15)})
	if err != nil || err2 != nil {
		return math.Inf(1)
	}
	return math.Abs(a - b)
}

// Simplifying keeps values, is idempotent and prints what Parse reads as the same;
// symbolic, automatic and numeric derivatives agree.
func TestRandomExpressions(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	wanted := 4000
	if testing.Short() {
		wanted = 400
	}
	values, derivatives, numeric := 0, 0, 0
	vars := []string{"x", "y"}
	for range wanted {
		source := randomSource(r, 1+r.IntN(5))
		e, err := Parse(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		n := e.Outputs[0]
		simple, err := Simplify(n)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if again, _ := Simplify(simple); again.key != simple.key {
			t.Errorf("%s: %s becomes %s", source, simple, again)
		}
		for style := Plain; style <= Unicode; style++ {
			for _, m := range []*Node{n, simple} {
				if back, err := Parse(m.Format(style)); err != nil {
					t.Errorf("%s: %s cannot be read: %v", source, m.Format(style), err)
				} else if s, _ := Simplify(back.Outputs[0]); !strings.Contains(simple.key, "(^ #0") && s.key != simple.key && !sameValues(s, simple) {
					t.Errorf("%s: %s is read as %s, not %s", source, m.Format(style), s, simple)
				}
			}
		}
		dx, _, err := Derive(n, "x")
		if err != nil {
			continue // too large
		}
		original, errA := Compile([]*Node{n}, vars)
		simplified, errB := Compile([]*Node{simple}, vars)
		derived, errC := Compile([]*Node{dx}, vars)
		if errA != nil || errC != nil || errB != nil {
			continue // a constant without a value, such as 1/0
		}
		for range 3 {
			x := []float64{-2.2 + 4.4*r.Float64(), -2.2 + 4.4*r.Float64()}
			g := make([]float64, 2)
			v, err := original.Eval(x)
			if err != nil || !usable(original) {
				continue
			}
			loose := shaken(original, x)
			w, err := simplified.Eval(x)
			if err != nil && strings.Contains(err.Error(), "too large") {
				continue // 0^u x^u with an x^u beyond float64
			}
			if err != nil || math.Abs(v-w) > 1e-12*(original.largest()+simplified.largest())+100*(loose+shaken(simplified, x)) {
				t.Errorf("%s at %v is %v; simplified, %s, it is %v %v", source, x, v, simple, w, err)
			}
			values++
			if _, err := original.Gradient(x, g); err != nil {
				continue
			}
			d, err := derived.Eval(x)
			size := derived.largest() + original.largest()
			if err != nil || math.IsInf(shaken(derived, x), 0) || size > 1e6 {
				continue // where the simplified text of the derivative overflows on the way
			}
			if math.Abs(d-g[0]) > 1e-11*size*max(1, math.Abs(d))+1000*shaken(derived, x) {
				t.Errorf("d/dx %s = %s at %v: symbolic %v, automatic %v", source, dx, x, d, g[0])
			}
			derivatives++
			if c, ok := richardson(original, x); ok {
				numeric++
				if math.Abs(c-g[0]) > 1e-4*max(1, math.Abs(c)) {
					t.Errorf("d/dx %s = %s at %v: automatic %v, numeric %v", source, dx, x, g[0], c)
				}
			}
		}
	}
	t.Logf("%d expressions: %d values, %d derivatives symbolic = automatic, %d also = numeric", wanted, values, derivatives, numeric)
	if values < wanted || derivatives < wanted/2 || numeric < wanted/2 {
		t.Error("too few points could be compared")
	}
}

// richardson is a numeric derivative by x that two steps agree on.
func richardson(p *Program, x []float64) (float64, bool) {
	central := func(h float64) float64 {
		a, err := p.Eval([]float64{x[0] + h, x[1]})
		b, err2 := p.Eval([]float64{x[0] - h, x[1]})
		if err != nil || err2 != nil {
			return math.NaN()
		}
		return (a - b) / (2 * h)
	}
	a, b := central(1e-5), central(5e-6)
	return (4*b - a) / 3, math.Abs(a-b) < 1e-6*max(1, math.Abs(a))
}

// sameValues reports that two expressions agree at some points where both have
// values: long decimals are rounded in print, and 2/(3·0) is read as 2/0.
func sameValues(a, b *Node) bool {
	p, err := Compile([]*Node{a}, []string{"x", "y"})
	q, err2 := Compile([]*Node{b}, []string{"x", "y"})
	if err != nil || err2 != nil {
		return err != nil && err2 != nil
	}
	for _, x := range [][]float64{{0.3, 0.4}, {1.3, 0.9}, {2.1, 1.7}, {-0.7, 0.6}, {1.1, -1.9}, {-1.3, -0.2}} {
		v, err := p.Eval(x)
		w, err2 := q.Eval(x)
		if (err == nil) != (err2 == nil) || err == nil && math.Abs(v-w) > 1e-9*(p.largest()+q.largest()) {
			return false
		}
	}
	return true
}

// The second derivatives of random expressions agree too: Hessian-vector products
// against differences of gradients.
func TestRandomHessians(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	count := 0
	for range 1500 {
		e, err := Parse("0*x+0*y+" + randomSource(r, 1+r.IntN(4)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Compile()
		if err != nil {
			continue
		}
		x := []float64{-1.5 + 3*r.Float64(), -1.5 + 3*r.Float64()}
		h, err := p.Hessian(x)
		if err != nil || !usable(p) {
			continue
		}
		const step = 1e-5
		for i := range 2 {
			var d [2][2]float64
			ok := true
			for k, s := range []float64{step, -step, step / 2, -step / 2} {
				g := make([]float64, 2)
				moved := []float64{x[0], x[1]}
				moved[i] += s
				_, err := p.Gradient(moved, g)
				ok = ok && err == nil
				sign := float64(1 - 2*(k%2))
				for j := range 2 {
					d[k/2][j] += sign * g[j] / (2 * math.Abs(s))
				}
			}
			for j := range 2 {
				if c := d[0][j]; ok && math.Abs(d[0][j]-d[1][j]) < 1e-6*max(1, math.Abs(c)) {
					count++
					if math.Abs(h[i][j]-c) > 1e-4*max(1, math.Abs(c)) {
						t.Errorf("%s at %v: ∂%d∂%d is %v, by differences %v", e.Source, x, i, j, h[i][j], c)
					}
				}
			}
		}
	}
	t.Logf("%d second derivatives", count)
	if count < 3000 {
		t.Error("too few could be compared")
	}
}
