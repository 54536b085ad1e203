package calculus

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
)

// expr-lang reads the notation that both know as this package does, and computes
// the same values. Implicit products, superscripts, |x| and sin x are ours alone.
func TestAgainstExprLang(t *testing.T) {
	sources := []string{"sin(x)*exp(-x^2)", "-x^2", "2^-x^2", "x^2^3", "-x*y", "x/y/2", "x-y-2", "x-y+2", "2*x^2/y*3", "x**2**y", "-x**2", "2--x", "x*-y", "-(x-y)^2", "x-(y-2)", "(x+y)^-2", "1/2*x", "max(x,y,2)-min(x,y)", "abs(-x)^y", "sqrt(x*y)^3", "1e-3*x + .5*y", "- - x", "+x"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		sources = append(sources, oracleSource(r, 1+r.IntN(5)))
	}
	one := func(f func(float64) float64) func(any) float64 {
		return func(v any) float64 { return f(float(v)) }
	}
	env := map[string]any{"x": 0.0, "y": 0.0, "sqrt": one(math.Sqrt), "sin": one(math.Sin), "cos": one(math.Cos), "exp": one(math.Exp), "tanh": one(math.Tanh), "atan": one(math.Atan)}
	count := 0
	for _, source := range sources {
		program, err := expr.Compile(source, expr.Env(env))
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		e := parsed(t, source)
		p, err := Compile(e.Outputs, []string{"x", "y"})
		if err != nil {
			continue
		}
		for range 3 {
			x := []float64{0.3 + r.Float64()*2, 0.3 + r.Float64()*2}
			env["x"], env["y"] = x[0], x[1]
			want, err := expr.Run(program, env)
			if err != nil {
				t.Fatalf("%s: %v", source, err)
			}
			got, err := p.Eval(x)
			if err != nil {
				continue
			}
			if w := float(want); math.Abs(got-w) > 1e-9*max(1, math.Abs(w))*p.largest() {
				t.Errorf("%s at %v is %v, expr-lang says %v", source, x, got, w)
			}
			count++
		}
	}
	t.Logf("%d sources, %d values", len(sources), count)
	if count < 2*len(sources) {
		t.Error("too few values")
	}
	// What expr-lang also takes and this package must refuse.
	for _, source := range []string{"x == 1", "x > 2 ? 1 : 0", "not x", "x ?? 1", "x in [1]", "x | abs", "x % 2", "{a: 1}", "x; ", "\"x\"", "x.y", "x[0]"} {
		if _, err := Parse(source); err == nil && source != "x; " {
			t.Errorf("%s is taken", source)
		}
	}
}

func float(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN()
}

// oracleSource writes operators with as few parentheses as chance wants, so that
// precedence matters.
func oracleSource(r *rand.Rand, depth int) string {
	if depth == 0 {
		return []string{"x", "y", "2", "3.5", "0.25", "x"}[r.IntN(6)]
	}
	a, b := oracleSource(r, depth-1), oracleSource(r, r.IntN(depth))
	switch r.IntN(9) {
	case 0:
		return "(" + a + ")"
	case 1:
		if strings.HasPrefix(a, "-") {
			return a
		}
		return "-" + a
	case 2:
		return []string{"sin", "cos", "exp", "tanh", "atan", "abs"}[r.IntN(6)] + "(" + a + ")"
	case 3:
		return "(" + a + ")^" + b
	}
	return a + []string{"+", "-", "*", "/", " - ", "^"}[r.IntN(6)] + b
}
