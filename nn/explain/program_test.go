package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nabla/nn/explain"
)

// The engine's program for the graph of the course: dw and dz are one result.
func TestExpressionProgram(t *testing.T) {
	for _, c := range []struct {
		text string
		at   map[string]float64
		want []string
	}{
		{"w=z+x; z=x*y; loss=w^2", map[string]float64{"x": 2, "y": 3}, []string{
			"forward z = x·y", "forward w = z + x", "forward loss = w²",
			"backward dw = dz = dloss · (w^2)′", "backward (5) = dw · y", "backward dx = dw + (5)", "backward dy = dw · x",
		}},
		{"x/y - 2", map[string]float64{"x": 2, "y": 3}, []string{
			"forward (1) = 1/y", "forward v1 = x · (1)", "forward f = v1 − 2",
			"backward dv1 = df · (v1 − 2)′", "backward dx = dv1 · (1)", "backward (6) = dv1 · x", "backward dy = (6) · (1/y)′",
		}},
	} {
		p, err := explain.ExpressionProgram(c.text, c.at, 5)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range p.Steps {
			got = append(got, fmt.Sprintf("%s %s = %s", s.Phase, strings.Join(s.Names, " = "), s.Formula))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	for text, want := range map[string]string{"x^": "(column ", "x*z": "z has no value", "[x, y]": "vector", "1/(x-2)": "division by zero"} {
		if _, err := explain.ExpressionProgram(text, map[string]float64{"x": 2}, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Which sums an op of the engine computes follows from what it keeps.
func TestDescribe(t *testing.T) {
	for op, want := range map[string]string{
		"sum{[1 16 3] [false false true]}": "column sums of dz", "sum{[16 3 1] [false true false]}": "column sums of dz",
		"sum{[16 3 1] [true false true]}": "row sums of dz", "sum{[16 3 5] [false true false]}": "channel sums of dz",
		"sum{[1 1 16] [false false false]}": "sum of dz", "sum{[1 16 1] [false false true]}": "sum of dz",
		"matmul(true,false)": "dzᵀ·a", "matmul(false,true)": "dz·aᵀ", "relu#12ab′": "dz ⊙ relu′ from a", "leaky-relu:0.2#12ab′": "dz ⊙ leaky-relu′ from a",
		"w^2 - 1#12ab′": "dz ⊙ (w^2 − 1)′", "normalize′{[16 3 1] 1e-05}": "normalize′(dz, a)", "cross-entropy′(input 0,by 2)": "cross-entropy′(dz, a)",
		"mask(0.2,51)": "random mask: 0 or 1/(1−p)",
	} {
		if got := explain.Describe(op, []string{"dz", "a"}); got != want {
			t.Errorf("%s: %s, want %s", op, got, want)
		}
	}
}
