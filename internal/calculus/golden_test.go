package calculus

import "testing"

// Derivatives by x as a textbook prints them.
func TestTextbookForms(t *testing.T) {
	for _, c := range []struct{ source, unicode, plain, latex string }{
		{"x^2-2x+2", "2x - 2", "2x - 2", "2x - 2"},
		{"sin(x)*exp(-x^2)", "(cos(x) - 2x sin(x)) e^(-x²)", "(cos(x) - 2x sin(x)) e^(-x^2)", `(\cos(x) - 2x \sin(x)) e^{-x^{2}}`},
		{"7", "0", "0", "0"},
		{"x", "1", "1", "1"},
		{"x^5", "5x⁴", "5x^4", "5x^{4}"},
		{"1/x", "-1/x²", "-1/x^2", `-\frac{1}{x^{2}}`},
		{"sqrt(x)", "1/(2 sqrt(x))", "1/(2 sqrt(x))", `\frac{1}{2 \sqrt{x}}`},
		{"e^x", "e^x", "e^x", "e^{x}"},
		{"2^x", "2^x ln(2)", "2^x ln(2)", `2^{x} \ln(2)`},
		{"ln x", "1/x", "1/x", `\frac{1}{x}`},
		{"sin x", "cos(x)", "cos(x)", `\cos(x)`},
		{"cos x", "-sin(x)", "-sin(x)", `-\sin(x)`},
		{"tan x", "1/cos²(x)", "1/cos(x)^2", `\frac{1}{\cos^{2}(x)}`},
		{"sin x/cos x", "1/cos²(x)", "1/cos(x)^2", `\frac{1}{\cos^{2}(x)}`},
		{"sigmoid x", "sigmoid(x) (1 - sigmoid(x))", "sigmoid(x) (1 - sigmoid(x))", `\operatorname{sigmoid}(x) (1 - \operatorname{sigmoid}(x))`},
		{"tanh x", "1 - tanh²(x)", "1 - tanh(x)^2", `1 - \tanh^{2}(x)`},
		{"relu x", "step(x)", "step(x)", `\operatorname{step}(x)`},
		{"softplus x", "sigmoid(x)", "sigmoid(x)", `\operatorname{sigmoid}(x)`},
		{"|x|", "sign(x)", "sign(x)", `\operatorname{sign}(x)`},
		{"x e^-x", "(1 - x) e^(-x)", "(1 - x) e^(-x)", "(1 - x) e^{-x}"},
		{"sin(x)/x", "(x cos(x) - sin(x))/x²", "(x cos(x) - sin(x))/x^2", `\frac{x \cos(x) - \sin(x)}{x^{2}}`},
		{"ln(1+x^2)", "2x/(x² + 1)", "2x/(x^2 + 1)", `\frac{2x}{x^{2} + 1}`},
		{"x^x", "x^x (ln(x) + 1)", "x^x (ln(x) + 1)", `x^{x} (\ln(x) + 1)`},
		{"1/(1+x^2)", "-2x/(x² + 1)²", "-2x/(x^2 + 1)^2", `-\frac{2x}{(x^{2} + 1)^{2}}`},
		{"sqrt(x^2+1)", "x/sqrt(x² + 1)", "x/sqrt(x^2 + 1)", `\frac{x}{\sqrt{x^{2} + 1}}`},
		{"(x^2+1)^3", "6x (x² + 1)²", "6x (x^2 + 1)^2", "6x (x^{2} + 1)^{2}"},
		{"x^3+x^2", "3x² + 2x", "3x^2 + 2x", "3x^{2} + 2x"},
		{"x^2 e^x", "(x² + 2x) e^x", "(x^2 + 2x) e^x", "(x^{2} + 2x) e^{x}"},
		{"x*ln x - x", "ln(x)", "ln(x)", `\ln(x)`},
		{"0.1x^2 + x/3", "0.2x + 1/3", "0.2x + 1/3", `0.2x + \frac{1}{3}`},
		{"x^2.5", "2.5x^1.5", "2.5x^1.5", "2.5x^{1.5}"},
		{"(1-x)^2+100*(y-x^2)^2", "400x (x² - y) + 2x - 2", "400x (x^2 - y) + 2x - 2", "400x (x^{2} - y) + 2x - 2"},
		{"x^2*y + 3y", "2x·y", "2x*y", "2x y"},
		{"exp(sin(x^2))", "2x cos(x²) e^sin(x²)", "2x cos(x^2) e^sin(x^2)", `2x \cos(x^{2}) e^{\sin(x^{2})}`},
		{"e^(-x^2/2)/sqrt(2pi)", "-x e^(-x²/2)/sqrt(2π)", "-x e^(-x^2/2)/sqrt(2pi)", `-\frac{x e^{-\frac{x^{2}}{2}}}{\sqrt{2 \pi}}`},
		{"(x^2-1)/(x-1)", "1", "1", "1"},
		{"sin(x)^2 + cos(x)^2", "0", "0", "0"},
		{"x/(1+x^2)", "(1 - x²)/(x² + 1)²", "(1 - x^2)/(x^2 + 1)^2", `\frac{1 - x^{2}}{(x^{2} + 1)^{2}}`},
		{"atan(x)", "1/(x² + 1)", "1/(x^2 + 1)", `\frac{1}{x^{2} + 1}`},
		{"asin(x)", "1/sqrt(1 - x²)", "1/sqrt(1 - x^2)", `\frac{1}{\sqrt{1 - x^{2}}}`},
		{"log2 x", "1/(x ln(2))", "1/(x ln(2))", `\frac{1}{x \ln(2)}`},
		{"theta_1*x", "theta_1", "theta_1", `\theta_{1}`},
	} {
		e := parsed(t, c.source)
		d, _, err := Derive(e.Outputs[0], "x")
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		for style, want := range map[Style]string{Unicode: c.unicode, Plain: c.plain, LaTeX: c.latex} {
			if got := d.Format(style); got != want {
				t.Errorf("d/dx %s is %s, want %s", c.source, got, want)
			}
		}
	}
}

// What is simplified, and what is left alone.
func TestSimplify(t *testing.T) {
	for source, want := range map[string]string{
		"x + x":                       "2x",
		"1*x^1 + 0":                   "x",
		"x*x*x":                       "x^3",
		"x/x":                         "1",
		"2(x+1) - 2":                  "2x",
		"(x+1)^2":                     "(x + 1)^2",
		"(x+1)^2 - x^2 - 2x - 1":      "0",
		"x^2/x":                       "x",
		"sqrt(x)^2":                   "x",
		"sqrt(x^2)":                   "abs(x)",
		"sqrt(4x)":                    "2 sqrt(x)",
		"sqrt(8)":                     "sqrt(8)",
		"8^(1/3)":                     "2",
		"(-8)^(1/3)":                  "(-8)^(1/3)",
		"|x|^2":                       "x^2",
		"|-3x|":                       "3 abs(x)",
		"e^x e^-x":                    "1",
		"e^(2 ln x)":                  "x^2",
		"ln(e^x)":                     "x",
		"sin(-x)":                     "-sin(x)",
		"cos(-x)":                     "cos(x)",
		"cos(pi) + sin(pi/2)":         "0",
		"tan(pi/2)":                   "tan(pi/2)",
		"1/3 + 1/6":                   "1/2",
		"0.1 + 0.2":                   "0.3",
		"1/0":                         "1/0",
		"0^0":                         "1",
		"x^0":                         "1",
		"0*x":                         "0",
		"2^200":                       "1606938044258990275541962092341162602522202993782792835301376",
		"2^100000":                    "2^100000",
		"(x^2 - 1)/(x + 1)":           "x - 1",
		"(x^2 - y^2)/(x - y)":         "x + y",
		"x/2 + x/3":                   "5x/6",
		"-(x - 1)":                    "1 - x",
		"a b":                         "", // an error
		"(x*y)^2/y":                   "x^2*y",
		"3 sin(x)^2 + 3 cos(x)^2":     "3",
		"ln(1) + exp(0)":              "1",
		"sigmoid(0) + cos(0)":         "3/2",
		"max(x, x)":                   "x",
		"y*x*2":                       "2x*y",
		"1 + x + x^2":                 "x^2 + x + 1",
		"e^x/(e^x)^2":                 "e^(-x)",
		"(x + 1)/(2x + 2)":            "1/2",
		"x^(1/2) x^(1/2)":             "x",
		"(x^2)^(1/4)":                 "sqrt(abs(x))",
		"2e^(x)*3":                    "6e^x",
		"loss*(loss+1)":               "loss*(loss + 1)",
		"2*e1":                        "2*e1",
		"(x+1)^1000000":               "(x + 1)^1000000",
		"0.5*0.25":                    "0.125",
		"1/3*0.5":                     "1/6",
		"sin(x)cos(x) - cos(x)sin(x)": "0",
	} {
		e, err := Parse(source)
		if err != nil {
			if want != "" {
				t.Errorf("%s: %v", source, err)
			}
			continue
		}
		n, err := Simplify(e.Outputs[0])
		if err != nil || n.String() != want {
			t.Errorf("%s becomes %s, want %s %v", source, n, want, err)
		}
	}
}

// Each rule is named at the node where it fires.
func TestSteps(t *testing.T) {
	for source, want := range map[string][]string{
		"7":                {"0 constant rule"},
		"x":                {"0 identity"},
		"x^3":              {"0 power rule"},
		"5x^2":             {"0 constant multiple rule", "1 power rule"},
		"x^2+sin(x)":       {"0 sum rule", "1 power rule", "1 sine rule"},
		"x sin(x)":         {"0 product rule", "1 identity", "1 sine rule"},
		"sin(x)/x":         {"0 quotient rule", "1 sine rule", "1 identity"},
		"sin(x^2)":         {"0 chain rule, sine", "1 power rule"},
		"(2x+1)^3":         {"0 chain rule, power", "1 sum rule", "2 constant multiple rule", "3 identity", "2 constant rule"},
		"e^x":              {"0 exponential rule"},
		"exp(-x^2)":        {"0 chain rule, exponential", "1 constant multiple rule", "2 power rule"},
		"2^x":              {"0 exponential rule", "1 identity"},
		"ln x":             {"0 logarithm rule"},
		"x^x":              {"0 general power rule", "1 identity", "1 identity"},
		"sigmoid(3x)":      {"0 chain rule, sigmoid", "1 constant multiple rule", "2 identity"},
		"max(x, 1)":        {"0 maximum rule", "1 identity", "1 constant rule"},
		"sin(x)*exp(-x^2)": {"0 product rule", "1 sine rule", "1 chain rule, exponential", "2 constant multiple rule", "3 power rule"},
	} {
		_, steps, err := Derive(parsed(t, source).Outputs[0], "x")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range steps {
			got = append(got, string(rune('0'+s.Depth))+" "+s.Rule)
			if s.Formula == "" || s.Of == nil || s.Result == nil {
				t.Errorf("%s: an empty step: %+v", source, s)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %q, want %q", source, got, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: step %d is %s, want %s", source, i, got[i], want[i])
			}
		}
	}
}
