package explain

import (
	"fmt"
	"strings"
)

// describe writes an op of the engine as a formula: by its rule, or by what is made
// in backward passes.
func describe(op string, in []string) string {
	slope := strings.HasSuffix(op, "′")
	if r, ok := ruleOf(op); ok && !slope {
		return r.formula(in)
	}
	var dims [3]int
	var keep [3]bool
	switch n, _ := fmt.Sscanf(op, "sum{[%d %d %d] [%t %t %t]}", &dims[0], &dims[1], &dims[2], &keep[0], &keep[1], &keep[2]); {
	case n == 6:
		return sums(dims, keep) + in[0]
	case op == "matmul(false,true)":
		return in[0] + "·" + transposed(in[1])
	case op == "matmul(true,false)":
		return transposed(in[0]) + "·" + in[1]
	case strings.HasPrefix(op, "mask("):
		return "random mask: 0 or 1/(1−p)"
	case strings.HasPrefix(op, "momentfalse"):
		return "means of " + in[0]
	case strings.HasPrefix(op, "momenttrue"):
		return "variances of " + in[0]
	}
	name, _, elementwise := strings.Cut(op, "#")
	name = strings.ReplaceAll(strings.ReplaceAll(name, "□", in[len(in)-1]), "+ -", "− ")
	formula := strings.ContainsAny(name, "(^*/+ ") || strings.HasPrefix(name, "-") // of an expression
	switch {
	case strings.HasPrefix(name, "inner"): // lowering.apart
		return in[0] + " again"
	case elementwise && formula && len(in) == 1:
		return minus(name)
	case slope && elementwise && formula && len(in) == 2:
		return in[0] + " ⊙ (" + minus(name) + ")′"
	case slope && elementwise && len(in) == 2:
		return in[0] + " ⊙ " + word(name) + "′ from " + in[1]
	}
	return word(op) + "(" + strings.Join(in, ", ") + ")"
}

// word is the name of an op without its parameters.
func word(op string) string {
	end := strings.IndexAny(op, "#{[(:")
	if end < 0 {
		return op
	}
	if strings.Contains(op, "′") {
		return strings.TrimSuffix(op[:end], "′") + "′"
	}
	return op[:end]
}
