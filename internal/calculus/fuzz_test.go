package calculus

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Whatever the source, Parse and what follows it neither panic nor take long, and
// mistakes are located inside the source.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"x^2-2x+2", "sin(x)*exp(-x^2)", "z=x*y; w=z+x; loss=w^2", "[x*y, sin(x)]", "|x|", "x e^-x", "sin² x⁻¹", "2pi√x", "max(x,y,1)", "((((", "1e-3.5", "x**-2", "−x·y", "a=b;b=a", "0^0", "1/0", "x^x^x", "|x|y|z|", "log(-1)", "\xff", "9^9^9", "1e308*10", "e1", "2e1x", "e e", "sigmoid(relu(x))/softplus(-x)", "(x+y)^8/(x+y)", "0.1x+1/3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		began := time.Now()
		defer func() {
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("%v", d)
			}
		}()
		e, err := Parse(source)
		if err != nil {
			located, ok := errors.AsType[*Error](err)
			if !ok || located.Span.Start < 0 || located.Span.Start > len(source) || located.Span.End < located.Span.Start {
				t.Fatalf("%v has no place in %q", err, source)
			}
			if strings.Count(located.Caret(), "\n") != 1 || !strings.Contains(located.Caret(), "^") {
				t.Fatalf("caret %q", located.Caret())
			}
			return
		}
		if len(source) > 200 {
			return // long ones are slow to differentiate, as they may be
		}
		x := make([]float64, len(e.Variables))
		for i := range x {
			x[i] = 0.7 + float64(i)
		}
		if p, err := e.Compile(); err == nil {
			p.Gradient(x, make([]float64, len(x)))
			p.Hessian(x)
			p.Jacobian(x)
		}
		for _, n := range e.Outputs {
			simple, err := Simplify(n)
			if err != nil {
				continue
			}
			if back, err := Parse(simple.Format(Unicode)); err != nil && simple.size < 200 && !strings.Contains(err.Error(), "any float64") && !strings.Contains(err.Error(), "digits") {
				t.Fatalf("%q becomes %q, which cannot be read: %v", source, simple.Format(Unicode), err)
			} else if again, err := Simplify(simple); err == nil && again.key != simple.key {
				t.Fatalf("%q becomes %s, then %s", source, simple, again)
			} else {
				_ = back
			}
			_ = n.Format(LaTeX)
			for _, v := range e.Variables {
				Derive(n, v)
			}
		}
	})
}
