package calculus

import (
	"math"

	"nabla/internal/names"
)

// function is a row of the table: a function of one number, its derivatives for
// evaluation and the rule for it in symbols. max and min, of two or more numbers,
// have none of these; Compile and derive know them.
type function struct {
	name    string
	aliases []string
	value   func(x float64) float64
	slope   func(x, y float64) float64 // f'(x), y = f(x)
	bend    func(x, y float64) float64 // f''(x)
	// derivative is f'(u) in symbols; rule names it, formula states it.
	derivative    func(u *Node) *Node
	rule, formula string
	// domain words why the function has no value at x.
	domain      string
	odd, even   bool
	latex       string // without it, an upright name
	nonnegative bool   // for every argument
	breaks      bool   // has a kink or a jump at 0
}

// functionTable is the only list of functions. log is the natural logarithm.
// Derivatives at kinks follow PyTorch: relu'(0) = 0, sign(0) = 0.
var functionTable = []function{
	{name: "sin", value: math.Sin, slope: func(x, _ float64) float64 { return math.Cos(x) }, bend: func(_, y float64) float64 { return -y },
		derivative: func(u *Node) *Node { return call("cos", u) }, rule: "sine", formula: "(sin u)' = cos(u) u'", odd: true, latex: `\sin`},
	{name: "cos", value: math.Cos, slope: func(x, _ float64) float64 { return -math.Sin(x) }, bend: func(_, y float64) float64 { return -y },
		derivative: func(u *Node) *Node { return neg(call("sin", u)) }, rule: "cosine", formula: "(cos u)' = -sin(u) u'", even: true, latex: `\cos`},
	{name: "tan", value: tan, slope: func(_, y float64) float64 { return 1 + y*y }, bend: func(_, y float64) float64 { return 2 * y * (1 + y*y) },
		derivative: func(u *Node) *Node { return power(call("cos", u), num(-2)) }, rule: "tangent", formula: "(tan u)' = u'/cos(u)^2", odd: true, latex: `\tan`,
		domain: "the tangent has a pole at %s"},
	{name: "asin", aliases: []string{"arcsin"}, value: math.Asin, slope: func(x, _ float64) float64 { return 1 / math.Sqrt((1-x)*(1+x)) },
		bend:       func(x, _ float64) float64 { return x / math.Pow((1-x)*(1+x), 1.5) },
		derivative: func(u *Node) *Node { return power(sum(num(1), neg(power(u, num(2)))), ratio(-1, 2)) }, rule: "arcsine", formula: "(asin u)' = u'/sqrt(1 - u^2)", odd: true, latex: `\arcsin`,
		domain: "the arcsine of %s, which is not between -1 and 1, is not real"},
	{name: "acos", aliases: []string{"arccos"}, value: math.Acos, slope: func(x, _ float64) float64 { return -1 / math.Sqrt((1-x)*(1+x)) },
		bend:       func(x, _ float64) float64 { return -x / math.Pow((1-x)*(1+x), 1.5) },
		derivative: func(u *Node) *Node { return neg(power(sum(num(1), neg(power(u, num(2)))), ratio(-1, 2))) }, rule: "arccosine", formula: "(acos u)' = -u'/sqrt(1 - u^2)", latex: `\arccos`,
		domain: "the arccosine of %s, which is not between -1 and 1, is not real"},
	{name: "atan", aliases: []string{"arctan"}, value: math.Atan, slope: func(x, _ float64) float64 { return 1 / (1 + x*x) },
		bend:       func(x, _ float64) float64 { return -2 * x / ((1 + x*x) * (1 + x*x)) },
		derivative: func(u *Node) *Node { return power(sum(power(u, num(2)), num(1)), num(-1)) }, rule: "arctangent", formula: "(atan u)' = u'/(1 + u^2)", odd: true, latex: `\arctan`},
	{name: "sinh", value: math.Sinh, slope: func(x, _ float64) float64 { return math.Cosh(x) }, bend: func(_, y float64) float64 { return y },
		derivative: func(u *Node) *Node { return call("cosh", u) }, rule: "hyperbolic sine", formula: "(sinh u)' = cosh(u) u'", odd: true, latex: `\sinh`},
	{name: "cosh", value: math.Cosh, slope: func(x, _ float64) float64 { return math.Sinh(x) }, bend: func(_, y float64) float64 { return y },
		derivative: func(u *Node) *Node { return call("sinh", u) }, rule: "hyperbolic cosine", formula: "(cosh u)' = sinh(u) u'", even: true, latex: `\cosh`, nonnegative: true},
	{name: "tanh", value: math.Tanh, slope: func(x, _ float64) float64 { return tanhSlope(x) }, bend: func(x, y float64) float64 { return -2 * y * tanhSlope(x) },
		derivative: func(u *Node) *Node { return sum(num(1), neg(power(call("tanh", u), num(2)))) }, rule: "hyperbolic tangent", formula: "(tanh u)' = (1 - tanh(u)^2) u'", odd: true, latex: `\tanh`},
	{name: "asinh", aliases: []string{"arsinh"}, value: math.Asinh, slope: func(x, _ float64) float64 { return 1 / math.Hypot(1, x) },
		bend:       func(x, _ float64) float64 { return -x / math.Pow(1+x*x, 1.5) },
		derivative: func(u *Node) *Node { return power(sum(power(u, num(2)), num(1)), ratio(-1, 2)) }, rule: "inverse hyperbolic sine", formula: "(asinh u)' = u'/sqrt(u^2 + 1)", odd: true},
	{name: "acosh", aliases: []string{"arcosh"}, value: math.Acosh, slope: func(x, _ float64) float64 { return 1 / math.Sqrt((x-1)*(x+1)) },
		bend: func(x, _ float64) float64 { return -x / math.Pow((x-1)*(x+1), 1.5) },
		// The two roots, unlike that of u²-1, have values where acosh has one, and there alone.
		derivative: func(u *Node) *Node {
			return product(power(sum(u, num(-1)), ratio(-1, 2)), power(sum(u, num(1)), ratio(-1, 2)))
		}, rule: "inverse hyperbolic cosine", formula: "(acosh u)' = u'/(sqrt(u - 1) sqrt(u + 1))",
		domain: "the inverse hyperbolic cosine of %s, which is below 1, is not real"},
	{name: "atanh", aliases: []string{"artanh"}, value: math.Atanh, slope: func(x, _ float64) float64 { return 1 / ((1 - x) * (1 + x)) },
		bend:       func(x, _ float64) float64 { return 2 * x / ((1 - x) * (1 + x) * (1 - x) * (1 + x)) },
		derivative: func(u *Node) *Node { return power(sum(num(1), neg(power(u, num(2)))), num(-1)) }, rule: "inverse hyperbolic tangent", formula: "(atanh u)' = u'/(1 - u^2)", odd: true,
		domain: "the inverse hyperbolic tangent of %s, which is not between -1 and 1, is not real"},
	{name: "exp", value: expValue, slope: func(_, y float64) float64 { return y }, bend: func(_, y float64) float64 { return y },
		derivative: func(u *Node) *Node { return power(euler(), u) }, rule: "exponential", formula: "(e^u)' = e^u u'", latex: `\exp`, nonnegative: true},
	{name: "ln", aliases: []string{"log"}, value: logValue, slope: func(x, _ float64) float64 { return 1 / x }, bend: func(x, _ float64) float64 { return -1 / (x * x) },
		derivative: func(u *Node) *Node { return power(u, num(-1)) }, rule: "logarithm", formula: "(ln u)' = u'/u", latex: `\ln`, domain: "the logarithm of %s is not real"},
	{name: "log10", value: math.Log10, slope: func(x, _ float64) float64 { return 1 / (x * math.Ln10) }, bend: func(x, _ float64) float64 { return -1 / (x * x * math.Ln10) },
		derivative: func(u *Node) *Node { return power(product(u, call("ln", num(10))), num(-1)) }, rule: "logarithm", formula: "(log10 u)' = u'/(u ln(10))", latex: `\log_{10}`, domain: "the logarithm of %s is not real"},
	{name: "log2", value: math.Log2, slope: func(x, _ float64) float64 { return 1 / (x * math.Ln2) }, bend: func(x, _ float64) float64 { return -1 / (x * x * math.Ln2) },
		derivative: func(u *Node) *Node { return power(product(u, call("ln", num(2))), num(-1)) }, rule: "logarithm", formula: "(log2 u)' = u'/(u ln(2))", latex: `\log_2`, domain: "the logarithm of %s is not real"},
	{name: "sqrt", value: math.Sqrt, slope: func(_, y float64) float64 { return 0.5 / y }, bend: func(_, y float64) float64 { return -0.25 / (y * y * y) },
		derivative: func(u *Node) *Node { return product(ratio(1, 2), power(u, ratio(-1, 2))) }, rule: "square root", formula: "(sqrt u)' = u'/(2 sqrt(u))", domain: "the square root of %s is not real", nonnegative: true},
	{name: "cbrt", value: math.Cbrt, slope: func(_, y float64) float64 { return 1 / (3 * y * y) }, bend: func(_, y float64) float64 { return -2 / (9 * y * y * y * y * y) },
		derivative: func(u *Node) *Node { return product(ratio(1, 3), power(call("cbrt", u), num(-2))) }, rule: "cube root", formula: "(cbrt u)' = u'/(3 cbrt(u)^2)", odd: true},
	{name: "abs", breaks: true, value: math.Abs, slope: func(x, _ float64) float64 { return sign(x) }, bend: zero,
		derivative: func(u *Node) *Node { return call("sign", u) }, rule: "absolute value", formula: "|u|' = sign(u) u', with sign(0) = 0", even: true, nonnegative: true},
	{name: "sign", breaks: true, value: sign, slope: zero, bend: zero, derivative: func(*Node) *Node { return num(0) }, rule: "step", formula: "sign(u)' = 0 where u is not 0", odd: true},
	{name: "step", breaks: true, value: step, slope: zero, bend: zero, derivative: func(*Node) *Node { return num(0) }, rule: "step", formula: "step(u)' = 0 where u is not 0", nonnegative: true},
	{name: "relu", breaks: true, value: func(x float64) float64 { return max(x, 0) }, slope: func(x, _ float64) float64 { return step(x) }, bend: zero,
		derivative: func(u *Node) *Node { return call("step", u) }, rule: "relu", formula: "relu(u)' = step(u) u', with step(0) = 0", nonnegative: true},
	{name: "sigmoid", value: sigmoid, slope: func(x, _ float64) float64 { return sigmoid(x) * sigmoid(-x) },
		bend: func(x, y float64) float64 { return sigmoid(x) * sigmoid(-x) * (1 - 2*y) },
		derivative: func(u *Node) *Node {
			return product(call("sigmoid", u), sum(num(1), neg(call("sigmoid", u))))
		}, rule: "sigmoid", formula: "sigmoid(u)' = sigmoid(u) (1 - sigmoid(u)) u'", nonnegative: true},
	{name: "softplus", value: func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, slope: func(x, _ float64) float64 { return sigmoid(x) },
		bend:       func(x, _ float64) float64 { return sigmoid(x) * sigmoid(-x) },
		derivative: func(u *Node) *Node { return call("sigmoid", u) }, rule: "softplus", formula: "softplus(u)' = sigmoid(u) u'", nonnegative: true},
	{name: "erf", value: math.Erf, slope: func(x, _ float64) float64 { return 2 / math.SqrtPi * math.Exp(-x*x) },
		bend: func(x, _ float64) float64 { return -4 * x / math.SqrtPi * math.Exp(-x*x) },
		derivative: func(u *Node) *Node {
			return product(num(2), power(constant("pi"), ratio(-1, 2)), power(euler(), neg(power(u, num(2)))))
		}, rule: "error function", formula: "erf(u)' = 2/sqrt(pi) e^(-u^2) u'", odd: true},
	{name: "max", rule: "maximum", formula: "max(u, v)' = u' where u > v, else v'", latex: `\max`},
	{name: "min", rule: "minimum", formula: "min(u, v)' = u' where u < v, else v'", latex: `\min`},
}

// rows finds functions by their names and aliases; numbered is their order.
var (
	rows     = map[string]*function{}
	numbered = map[string]int{}
)

// The table's derivatives use rows, so Go cannot fill them in at their declaration.
func init() {
	for i, f := range functionTable {
		for _, name := range append(f.aliases, f.name) {
			rows[name], numbered[name] = &functionTable[i], i
		}
	}
}

// Functions returns the names of all functions.
func Functions() []string {
	return names.Of(functionTable, func(f function) string { return f.name })
}

// constants are the names with a fixed value.
var constants = map[string]float64{"pi": math.Pi, "e": math.E}

// tan is infinite where rounding alone keeps the argument away from a pole.
func tan(x float64) float64 {
	if c := math.Cos(x); math.Abs(c) <= 4e-16*max(1, math.Abs(x)) {
		return math.Copysign(math.Inf(1), math.Sin(x)*c)
	}
	return math.Tan(x)
}

// expValue is eˣ up to the largest number; math.Exp gives +Inf from 709.44 on where
// it is in assembly.
func expValue(x float64) float64 {
	if x > 709 {
		half := math.Exp(x / 2)
		return half * half
	}
	return math.Exp(x)
}

// logValue is ln x down to the smallest number, of which math.Log in assembly loses
// the exponent.
func logValue(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// tanhSlope is 1 - tanh(x)², without its cancellation for large x.
func tanhSlope(x float64) float64 {
	e := math.Exp(-2 * math.Abs(x))
	return 4 * e / ((1 + e) * (1 + e))
}

func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, and NaN
}

func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

func zero(_, _ float64) float64 { return 0 }
