package calculus

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// What notations mean, written with the signs and parentheses that they stand for.
func TestParse(t *testing.T) {
	for source, want := range map[string]string{
		"2x":                   "2*x",
		"2(x+1)":               "2*(x+1)",
		"(x+1)(x-1)":           "(x+1)*(x-1)",
		"x(x+1)":               "x*(x+1)",
		"x sin x":              "x*sin(x)",
		"x sin(x) cos(x)":      "x*sin(x)*cos(x)",
		"sin 2x":               "sin(2*x)",
		"sin 2x + 1":           "sin(2*x)+1",
		"sin 2pi x":            "sin(2*pi*x)",
		"sin x cos x":          "sin(x)*cos(x)",
		"sin x / 2":            "sin(x)/2",
		"sin x^2":              "sin(x^2)",
		"sin(x)^2":             "(sin(x))^2",
		"sin^2 x":              "(sin(x))^2",
		"sin²(x)":              "(sin(x))^2",
		"ln ln x":              "ln(ln(x))",
		"exp -x^2":             "exp(-(x^2))",
		"-x^2":                 "-(x^2)",
		"2^-x":                 "2^(-x)",
		"2^-x^2":               "2^(-(x^2))",
		"x^2^3":                "x^(2^3)",
		"x**2**3":              "x^(2^3)",
		"-x*y":                 "-(x*y)",
		"a/b/c":                "(a/b)/c",
		"a/b*c":                "(a/b)*c",
		"1/2x":                 "(1/2)*x",
		"a-b-c":                "(a-b)-c",
		"a--b":                 "a-(-b)",
		"a*-b":                 "a*(-b)",
		"x²+x³":                "x^2+x^3",
		"x⁻¹":                  "x^(-1)",
		"x¹⁰":                  "x^10",
		"|x|":                  "abs(x)",
		"2|x|":                 "2*abs(x)",
		"|x - |y||":            "abs(x-abs(y))",
		"|x|y|z|":              "abs(x)*y*abs(z)",
		"|(x|y|)|":             "abs(x*abs(y))",
		"x e^-x":               "x*e^(-x)",
		"2e3":                  "2000",
		"2e^x":                 "2*e^x",
		"2e - x":               "2*e-x",
		"2.5e-1x":              "0.25*x",
		".5x":                  "0.5*x",
		"√x":                   "sqrt(x)",
		"2π·x×y÷z":             "2*pi*x*y/z",
		"log(x)":               "ln(x)",
		"arctan(x)":            "atan(x)",
		"max(a,b,c)":           "max(max(a,b),c)",
		"z=x*y; w=z+x; w^2":    "((x*y)+x)^2",
		"l=w^2; w=z+x; z=x*y;": "((x*y)+x)^2",
		"(x)y":                 "x*y",
		"sin(x)y":              "sin(x)*y",
		"+x":                   "x",
		"x1 + x_2":             "x_2+x1",
		"𝜃^2":                  "𝜃*𝜃",
	} {
		got, err := Parse(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		meant, err := Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		a, errA := Simplify(got.Outputs[0])
		b, errB := Simplify(meant.Outputs[0])
		if errA != nil || errB != nil || a.key != b.key {
			t.Errorf("%s is %s, want %s", source, a, b)
		}
	}
}

// Mistakes are named and pointed at.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ source, message, caret string }{
		{"", "empty", "^"},
		{"sin(x)*", "ends where a value was expected", "       ^"},
		{"sni(x)", `unknown function "sni", did you mean "sin"?`, "^~~"},
		{"frob(x)", `unknown function "frob" (have sin, `, "^~~~"},
		{"xsin(x)", "did you mean x sin(…)?", "^~~~"},
		{"x y", "write x*y", "^~~"},
		{"größe sni(x)", `unknown function "sni"`, "      ^~~"},
		{"x + $", "unexpected character '$'", "    ^"},
		{"漢 + )", "a value was expected before )", "     ^"},
		{"(x+1", "( is never closed", "^"},
		{"x+1)", ") closes nothing", "   ^"},
		{"|x", "| is never closed", "^"},
		{"[x, y", "[ is never closed", "^"},
		{"[x, [y]]", "a vector can only be the whole expression", "    ^"},
		{"x, y", "a comma outside of a function", " ^"},
		{"2 3", "a number cannot follow", "  ^"},
		{"x 2", "a number cannot follow", "  ^"},
		{"sin", "sin needs an argument", "^~~"},
		{"sin()", "sin needs an argument", "^~~~~"},
		{"sin + 1", "sin needs an argument", "^~~"},
		{"sin(x, y)", "sin takes one argument, got 2", "^~~~~~~~~"},
		{"max(x)", "max takes two arguments or more", "^~~~~~"},
		{"max x", "max takes two arguments or more in parentheses", "^~~~~"},
		{"2 min -x", "min takes two arguments or more in parentheses", "  ^~~~~~"},
		{"sin^-1(x)", "", "^~~~~"},
		{"sin⁻¹(x)", "is ambiguous", "^~~~~"},
		{"x ^", "ends where a value was expected", "   ^"},
		{"*x", "a value was expected, not *", "^"},
		{"²x", "an exponent without a base", "^"},
		{"x ⁻", "without digits", "  ^"},
		{"1.x.", "a point without digits", "   ^"},
		{"e = 2", "e is a constant and cannot be defined", "^"},
		{"sin = 2", "sin is a function and cannot be defined", "^~~"},
		{"z = x; z = y", "z is defined twice", "       ^"},
		{"a = b; b = a", "a is defined by itself", "           ^"},
		{"a = [x, y]; a + 1", "a is a vector", "            ^"},
		{"x == 1", "a value was expected, not =", "   ^"},
		{"x+y = 1", "= can only follow a name", "    ^"},
		{"1e999", "1e999 is larger than any float64", "^~~~~"},
		{"1e999999999", "is larger than any float64", "^~~~~~~~~~~"},
		{"1e-999999999", "is smaller than any float64", "^~~~~~~~~~~~"},
		{"x \x1b[2J", "unexpected character", "  ^"},
	} {
		_, err := Parse(c.source)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%q: %v", c.source, err)
			continue
		}
		line, caret, _ := strings.Cut(e.Caret(), "\n")
		if !strings.Contains(err.Error(), c.message) || strings.TrimRight(caret, " ") != c.caret || strings.ContainsAny(line, "\x1b\n") {
			t.Errorf("%q: %v\n%s\n%s, want %q and\n%s", c.source, err, line, caret, c.message, c.caret)
		}
	}
	if _, err := Parse("0e-999999999 + 0e5"); err != nil {
		t.Error(err)
	}
}

// Inputs made to take all time or memory are refused quickly and at a place.
func TestParseLimits(t *testing.T) {
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	for name, source := range map[string]string{
		"parentheses": many("(", 10000) + "x" + many(")", 10000),
		"open":        many("(", 10000),
		"calls":       many("sin(", 5000) + "x" + many(")", 5000),
		"bare calls":  many("sin ", 5000) + "x",
		"minus":       many("-", 30000) + "x",
		"bars":        many("|", 20000) + "x" + many("|", 20000),
		"powers":      many("2^", 20000) + "2",
		"divisions":   "x" + many("/x", 20000),
		"long":        "x" + many("+x", 1<<20),
		"terms":       "x" + many("+x", 30000),
		"definitions": "a0=x;" + many("a=b;", 3000),
		"chain": func() string {
			s := "a=x"
			for i := range 2000 {
				s += ";a" + many("b", i%5) + "=a"
			}
			return s
		}(),
	} {
		began := time.Now()
		_, err := Parse(source)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if caret := e.Caret(); len([]rune(caret)) > 2*window+8 {
			t.Errorf("%s: %d characters of caret", name, len([]rune(caret)))
		}
		if d := time.Since(began); d > 2*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	// What is large, but not nested, is read; what doubles again and again is not
	// written out.
	if _, err := Parse("x" + many("+x", 5000)); err != nil {
		t.Errorf("5001 terms: %v", err)
	}
	doubling := "b=x+sin(x); c=b*b+b; d=c*c+c; f=d*d+d; g=f*f+f; h=g*g+g; i=h*h+h; j=i*i+i; k=j*j+j; l=k*k+k; m=l*l+l; n=m*m+m; o=n*n+n; p=o*o+o"
	e, err := Parse(doubling)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Derive(e.Outputs[0], "x"); err == nil || !strings.Contains(err.Error(), "parts when it is written out") {
		t.Errorf("derivative of a doubling chain: %v", err)
	}
	p, err := e.Compile()
	if err != nil {
		t.Fatal(err)
	}
	g := make([]float64, 1)
	if _, err := p.Gradient([]float64{-0.1}, g); err != nil {
		t.Errorf("gradient of a doubling chain: %v", err)
	}
	for _, huge := range []string{"x^99999999999", "2^99999999999", "10^(10^10)", "(x+1)^1000000", "(x+y+1)^(1/1000003)", "9^9^9^9^9"} {
		e, err := Parse(huge)
		if err != nil {
			t.Errorf("%s: %v", huge, err)
			continue
		}
		began := time.Now()
		if _, _, err := Derive(e.Outputs[0], "x"); err != nil {
			t.Errorf("%s: %v", huge, err)
		}
		if d := time.Since(began); d > time.Second {
			t.Errorf("%s took %v", huge, d)
		}
	}
}

// Points without a value are named and pointed at.
func TestEvalErrors(t *testing.T) {
	for _, c := range []struct {
		source        string
		x             float64
		message, mark string
	}{
		{"1/(x-1)", 1, "division by zero", "^~~~~~~"},
		{"2 + ln(x - 3)", 1, "the logarithm of -2 is not real", "    ^~~~~~~~~"},
		{"3 sqrt(x)", -4, "the square root of -4 is not real", "  ^~~~~~~"},
		{"x^-2", 0, "division by zero: 0 to the power -2", "^~~~"},
		{"x^(1/3)", -8, "(-8) to the power 0.333333 is not real; cbrt", "^~~~~~~"},
		{"1 + tan(pi x)", 0.5, "the tangent has a pole at 1.5708", "    ^~~~~~~~~"},
		{"exp(x)", 1000, "too large", "^~~~~~"},
		{"asin(x)", 2, "not between -1 and 1", "^~~~~~~"},
		{"x^1000000", 2, "too large", "^~~~~~~~~"},
		{"|ln x|", 0, "the logarithm of 0", " ^~~~"},
	} {
		e, err := Parse(c.source)
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Compile()
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Eval([]float64{c.x})
		located, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s at %v: %v", c.source, c.x, err)
			continue
		}
		if _, caret, _ := strings.Cut(located.Caret(), "\n"); strings.TrimRight(caret, " ") != c.mark {
			t.Errorf("%s:\n%s", err, located.Caret())
		}
	}
	for source, message := range map[string]string{"sqrt(x)": "derivative of sqrt is not finite at 0", "x^0.5 x": "sqrt", "x^1.5 + x^0.2": "derivative of u^0.2", "x^x": "logarithm of the base"} {
		e, _ := Parse(source)
		p, _ := e.Compile()
		if _, err := p.Gradient([]float64{0}, make([]float64, 1)); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", source, err)
		}
	}
}
