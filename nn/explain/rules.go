package explain

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"nabla/activations"
)

// call is an op with everything that a formula may need: names and numbers of its
// inputs, of its output and of the gradient of that.
type call struct {
	name  string   // of the output
	in    []string // names of the inputs
	shape [][]int  // of the inputs
	x     [][]float64
	y     []float64
	up    []float64 // ∂cost/∂output
	size  []int     // shape of the output
}

// rule is the textbook's formula of an op, in words and in plain Go. It is
// independent of the graph: nothing in here calls a kernel.
type rule struct {
	letter  string // of the names of outputs; "" takes the name of the input, in brackets
	step    int    // the output is this time step of the input, from 1 on
	sums    string // of a rule that copies numbers: which sums its gradient is
	note    string // what symbols in the formula stand for
	formula func(in []string) string
	forward func(c call) []float64
	// back is the gradient by input i; its value is nil where there is none.
	back func(c call, i int) term
}

// term is one product of a backward pass.
type term struct {
	local   string
	locals  []float64
	formula string
	value   []float64
}

// ruleOf finds the rule of an op by its name, which holds all its parameters.
func ruleOf(op string) (rule, bool) {
	for _, row := range ruleTable {
		if r, ok := row(op); ok {
			return r, true
		}
	}
	return rule{}, false
}

// ruleTable lists what there are formulas for.
var ruleTable = []func(op string) (rule, bool){
	named("affine", affineRule),
	named("matmul(false,false)", affineRule),
	named("add", sumRule("+", 1)),
	named("sub", sumRule("−", -1)),
	named("mul", productRule),
	scaleRule,
	sameRule,
	softmaxRule,
	normalizeRule,
	normalizeWithRule,
	partRule,
	placeRule,
	spreadRule,
	activationRule,
}

// named is a row for one op without parameters.
func named(name string, r rule) func(string) (rule, bool) {
	return func(op string) (rule, bool) { return r, op == name }
}

func d(name string) string { return "d" + name }

var affineRule = rule{
	letter: "z",
	formula: func(in []string) string {
		if len(in) == 2 {
			return in[0] + "·" + in[1]
		}
		return in[0] + "·" + in[1] + " + " + in[2]
	},
	forward: func(c call) []float64 {
		rows, units, n := c.size[0], c.size[1], c.shape[0][1]
		y := make([]float64, rows*units)
		for i := range rows {
			for u := range units {
				if len(c.x) == 3 {
					y[i*units+u] = c.x[2][u]
				}
				for j := range n {
					y[i*units+u] += c.x[0][i*n+j] * c.x[1][j*units+u]
				}
			}
		}
		return y
	},
	back: func(c call, i int) term {
		rows, units, n := c.size[0], c.size[1], c.shape[0][1]
		g := make([]float64, len(c.x[i]))
		for r := range rows {
			for u := range units {
				up := c.up[r*units+u]
				if i == 2 {
					g[u] += up
					continue
				}
				for j := range n {
					if i == 0 {
						g[r*n+j] += up * c.x[1][j*units+u]
					} else {
						g[j*units+u] += c.x[0][r*n+j] * up
					}
				}
			}
		}
		switch i {
		case 0:
			return term{local: transposed(c.in[1]), formula: d(c.name) + "·" + transposed(c.in[1]), value: g}
		case 1:
			return term{local: transposed(c.in[0]), formula: transposed(c.in[0]) + "·" + d(c.name), value: g}
		}
		return term{local: "1 in each row", formula: "column sums of " + d(c.name), value: g}
	},
}

func transposed(name string) string { return name + "ᵀ" }

// sumRule is a ± b.
func sumRule(sign string, second float64) rule {
	return rule{
		letter:  "s",
		formula: func(in []string) string { return in[0] + " " + sign + " " + in[1] },
		forward: func(c call) []float64 {
			return each(len(c.y), func(i int) float64 { return c.x[0][i] + second*c.x[1][i] })
		},
		back: func(c call, i int) term {
			if i == 1 && second < 0 {
				return term{local: "−1", locals: fill(-1, len(c.up)), formula: "−" + d(c.name), value: each(len(c.up), func(k int) float64 { return -c.up[k] })}
			}
			return term{local: "1", locals: fill(1, len(c.up)), formula: d(c.name), value: slices.Clone(c.up)}
		},
	}
}

var productRule = rule{
	letter:  "p",
	formula: func(in []string) string { return in[0] + " ⊙ " + in[1] },
	forward: func(c call) []float64 {
		return each(len(c.y), func(i int) float64 { return c.x[0][i] * c.x[1][i] })
	},
	back: func(c call, i int) term { return elementwise(c, c.in[1-i], c.x[1-i]) },
}

// elementwise is the term of a derivative that works element by element.
func elementwise(c call, local string, values []float64) term {
	return term{local: local, locals: values, formula: d(c.name) + " ⊙ " + local,
		value: each(len(c.up), func(i int) float64 { return c.up[i] * values[i] })}
}

// scaleRule is c·x with a fixed c.
func scaleRule(op string) (rule, bool) {
	var by float64
	if n, _ := fmt.Sscanf(op, "scale(%g)", &by); n != 1 {
		return rule{}, false
	}
	text := number(by)
	return rule{
		letter:  "p",
		formula: func(in []string) string { return text + "·" + in[0] },
		forward: func(c call) []float64 { return each(len(c.y), func(i int) float64 { return by * c.x[0][i] }) },
		back: func(c call, _ int) term {
			return term{local: text, locals: fill(by, len(c.up)), formula: text + "·" + d(c.name), value: each(len(c.up), func(i int) float64 { return by * c.up[i] })}
		},
	}, true
}

// sameRule is a reshape: the same numbers in the same order.
func sameRule(op string) (rule, bool) {
	return rule{
		letter:  "r",
		formula: func(in []string) string { return in[0] + " reshaped" },
		forward: func(c call) []float64 { return slices.Clone(c.x[0]) },
		back: func(c call, _ int) term {
			return term{local: "1", formula: d(c.name) + " reshaped", value: slices.Clone(c.up)}
		},
	}, strings.HasPrefix(op, "reshape")
}

// activationRule is f(x), with f and f′ from the table of activations.
func activationRule(op string) (rule, bool) {
	name, _, found := strings.Cut(op, "#")
	a, err := activations.Parse(name)
	if !found || err != nil || a.F == nil || a.D == nil {
		return rule{}, false
	}
	// What stands behind the name tells functions of one name apart; parameters are
	// in the name.
	short, _, _ := strings.Cut(name, ":")
	if name == "sigmoid" {
		short = "σ"
	}
	return rule{
		letter:  "a",
		formula: func(in []string) string { return short + "(" + in[0] + ")" },
		forward: func(c call) []float64 { return each(len(c.y), func(i int) float64 { return a.F(c.x[0][i]) }) },
		back: func(c call, _ int) term {
			return elementwise(c, short+"′("+c.in[0]+")", each(len(c.up), func(i int) float64 { return a.D(c.x[0][i]) }))
		},
	}, true
}

// each makes n numbers.
func each(n int, f func(i int) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(i)
	}
	return x
}

func fill(v float64, n int) []float64 { return each(n, func(int) float64 { return v }) }

// largest is max|a − b|; NaN counts as infinite unless both are.
func largest(a, b []float64) float64 {
	off := 0.0
	for i := range a {
		diff := math.Abs(a[i] - b[i])
		switch {
		case a[i] == b[i] || math.IsNaN(a[i]) && math.IsNaN(b[i]):
			diff = 0
		case math.IsNaN(diff):
			diff = math.Inf(1)
		}
		off = max(off, diff)
	}
	return off
}
