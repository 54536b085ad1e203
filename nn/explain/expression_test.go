package explain_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"nabla/internal/calculus"
	"nabla/internal/reference"
	"nabla/nn/explain"
)

// TestChain is the graph x = 2, y = 3, z = x·y, w = z + x, loss = w².
func TestChain(t *testing.T) {
	at := map[string]float64{"x": 2, "y": 3}
	tr, err := explain.Expression("w=z+x; z=x*y; loss=w^2", at, explain.Options{Title: "w=z+x; z=x*y; loss=w^2  at x = 2, y = 3"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "chain.txt", tr)
	agree(t, tr)
	for name, want := range map[string][2]float64{"x": {2, 64}, "y": {3, 32}, "z": {6, 16}, "w": {8, 16}, "loss": {64, 1}} {
		n, ok := tr.Node(name)
		if !ok || n.Value[0] != want[0] || n.Gradient.Value[0] != want[1] || n.Gradient.Hand[0] != want[1] {
			t.Errorf("%s: %+v, want the value %v and the gradient %v", name, n, want[0], want[1])
		}
	}
	for i, want := range []float64{64, 32} {
		if d := tr.Symbolic[i]; d.Symbolic != want || d.Automatic != want || math.Abs(d.Numeric-want) > 1e-7 {
			t.Errorf("%+v, want %v", d, want)
		}
	}
}

// Statements in any order are the same graph.
func TestOrderOfStatements(t *testing.T) {
	at := map[string]float64{"x": 2, "y": 3}
	first := ""
	for _, text := range []string{"w=z+x; z=x*y; loss=w^2", "z=x*y; w=z+x; loss=w^2", "loss=w^2; w=z+x; z=x*y"} {
		tr, err := explain.Expression(text, at, explain.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := tr.Write(&b); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = b.String()
		}
		if b.String() != first {
			t.Errorf("%s: got\n%s\nwant\n%s", text, b.String(), first)
		}
	}
}

// Three ways agree for shapes of expressions that are lowered in ways of their own:
// one node for what is written twice, numbers inside, names for one thing, sums and
// products of several, powers with a variable exponent, max and min.
func TestExpressions(t *testing.T) {
	at := map[string]float64{"x": 1.3, "y": 0.7, "z": -0.4}
	for _, text := range []string{
		"x*y*z + x*y", "3*x*y + x*y", "x*y + sin(x*y)*3*x*y", "x*x", "x - y - z - 2", "-x + y", "-(x+y)",
		"x/y", "1/x + 2/(x*y)", "x^y", "x^2 + 2^x", "e^(x*y)", "max(x,y)+min(x,z)", "x - y + max(x,y)", "max(x*y, x*y+1)",
		"a=x; b=a; b*a+x", "a=x*y; b=x*y; a+b", "a=x+y; a^2+a", "sqrt(x^2+y^2+z^2)", "|z|*x", "2", "pi*x + e",
		"sigmoid(2x - y)", "z1=2x-1; a1=relu(z1); z2=3*a1+y; (z2-z)^2", "v1=x*y; v1+sin(x+y)",
	} {
		tr, err := explain.Expression(text, used(t, text, at), explain.Options{})
		if text == "2" {
			if err == nil {
				t.Error("a number has gradients")
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		agree(t, tr)
		for _, d := range tr.Symbolic {
			if !(d.Off() <= 1e-7*math.Max(1, math.Abs(d.Symbolic))) {
				t.Errorf("%s: ∂/∂%s = %s: %v, %v, %v", text, d.Variable, d.Formula, d.Symbolic, d.Automatic, d.Numeric)
			}
		}
		if tr.Without() != nil {
			t.Errorf("%s: no formula for %q", text, tr.Without())
		}
		if _, err := tr.Picture(".svg"); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// used keeps the values of the variables that an expression has.
func used(t *testing.T, text string, at map[string]float64) map[string]float64 {
	t.Helper()
	e, err := calculus.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	point := map[string]float64{}
	for _, v := range e.Variables {
		point[v] = at[v]
	}
	return point
}

// Every function of calculus can be explained.
func TestFunctions(t *testing.T) {
	for _, name := range calculus.Functions() {
		text, x := name+"(x*y)", 0.6
		switch name {
		case "acosh":
			x = 3
		case "max", "min":
			text = name + "(x, y^2)"
		}
		tr, err := explain.Expression(text, map[string]float64{"x": x, "y": 0.9}, explain.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		agree(t, tr)
		for _, d := range tr.Symbolic {
			if !(d.Off() <= 1e-7*math.Max(1, math.Abs(d.Symbolic))) {
				t.Errorf("%s by %s: %v, %v, %v", name, d.Variable, d.Symbolic, d.Automatic, d.Numeric)
			}
		}
	}
	t.Logf("%d functions", len(calculus.Functions()))
}

// Random expressions: symbolic = automatic = numeric.
func TestRandomExpressions(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var grow func(depth int) string
	grow = func(depth int) string {
		if depth == 0 {
			return []string{"x", "y", "1.5", "2"}[rng.IntN(4)]
		}
		a, b := grow(depth-1), grow(rng.IntN(depth))
		form := []string{"(%[1]s + %[2]s)", "(%[1]s - %[2]s)", "(%[1]s)*(%[2]s)", "(%[1]s)/(3 + (%[2]s)^2)", "sin(%[1]s)", "tanh(%[1]s)", "sigmoid(%[1]s + %[2]s)", "exp(-(%[1]s)^2)", "ln(4 + (%[1]s)^2)"}[rng.IntN(9)]
		return fmt.Sprintf(strings.ReplaceAll(form, "%[2]s", "%[2]s")+"%.0[2]s", a, b)
	}
	n := 0
	for range 60 {
		text := "x + " + grow(3)
		tr, err := explain.Expression(text, used(t, text, map[string]float64{"x": rng.NormFloat64(), "y": rng.NormFloat64()}), explain.Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		n++
		agree(t, tr)
		for _, d := range tr.Symbolic {
			if !(d.Off() <= 1e-6*math.Max(1, math.Abs(d.Symbolic))) {
				t.Errorf("%s by %s: %v, %v, %v", text, d.Variable, d.Symbolic, d.Automatic, d.Numeric)
			}
		}
	}
	t.Logf("%d expressions", n)
}

// Variables come in the order of their numbers, and a number is not said twice.
func TestManyVariables(t *testing.T) {
	at := map[string]float64{}
	var sum []string
	for i := range 12 {
		name := fmt.Sprintf("x%d", i+1)
		at[name] = float64(i)
		sum = append(sum, "1e12*"+name)
	}
	tr, err := explain.Expression(strings.Join(sum, "+"), at, explain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if name := fmt.Sprintf("x%d", i+1); tr.Nodes[i].Name != name || tr.Symbolic[i].Variable != name {
			t.Errorf("variable %d is %s", i+1, tr.Nodes[i].Name)
		}
	}
	if text, err := tr.Picture(".dot"); err != nil || !strings.Contains(text, `label="1e+12"`) || strings.Contains(text, "= 1e+12") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestExpressionErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		at   map[string]float64
		want string
	}{
		{"x*y", map[string]float64{"x": 1}, "explain: calculus: y has no value (column 3)"},
		{"x*y", nil, "explain: calculus: x has no value (column 1)"},
		{"x^2", map[string]float64{"x": 1, "z": 3}, `explain: calculus: the expression has no variable "z" (it has x)`},
		{"[x, x^2]", map[string]float64{"x": 1}, "explain: the result is a vector, want one number; derive shows the Jacobian of a vector"},
		{"x", map[string]float64{"x": 1}, "explain: x is a variable; there is nothing to compute"},
		{"2+3", nil, "explain: 2+3 depends on no variable"},
	} {
		if _, err := explain.Expression(c.text, c.at, explain.Options{}); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	for range 8 { // of several wrong names the first is told
		if _, err := explain.Expression("x^2", map[string]float64{"c": 1, "b": 2, "x": 1, "a": 3}, explain.Options{}); err == nil || !strings.Contains(err.Error(), `"a"`) {
			t.Fatalf("%v, want the variable a", err)
		}
	}
	long := strings.Repeat("sin(", 200) + "x" + strings.Repeat(")", 200)
	if _, err := explain.Expression(long+"+"+strings.ReplaceAll(long, "sin", "cos")+"*y", map[string]float64{"x": 1, "y": 1}, explain.Options{}); err == nil || !strings.Contains(err.Error(), "more than 400") {
		t.Errorf("a long expression: %v", err)
	}
	for _, text := range []string{"x^", "ln(x-x)+x", "1/(x-x)", "sqrt(x-1)", "cbrt(x-1)*x", "(x-1)^0.5", "sinn(x)", strings.Repeat("(", 10000) + "x"} {
		_, err := explain.Expression(text, map[string]float64{"x": 1}, explain.Options{})
		if err == nil || !strings.Contains(err.Error(), "(column ") {
			t.Errorf("%.20s: %v, want a column", text, err)
		}
	}
}

// TestReferenceGraph reads PyTorch's values of the graph at several points.
func TestReferenceGraph(t *testing.T) {
	var file struct {
		Graph struct {
			PageExample map[string]any       `json:"page_example"`
			Others      []map[string]float64 `json:"others"`
		} `json:"graph"`
	}
	reference.Load(t, "second_order.json", &file)
	points := file.Graph.Others
	page := map[string]float64{}
	for name, v := range file.Graph.PageExample {
		if number, ok := v.(float64); ok {
			page[name] = number
		}
	}
	points = append(points, page)
	for _, p := range points {
		tr, err := explain.Expression("z=x*y; w=z+x; loss=w^2", map[string]float64{"x": p["x"], "y": p["y"]}, explain.Options{})
		if err != nil {
			t.Fatal(err)
		}
		agree(t, tr)
		for node, keys := range map[string][2]string{"x": {"x", "x_grad"}, "y": {"y", "y_grad"}, "z": {"z", "dloss_dz"}, "w": {"w", "dloss_dw"}, "loss": {"loss", "dloss_dloss"}} {
			n, _ := tr.Node(node)
			if n.Value[0] != p[keys[0]] || n.Gradient.Value[0] != p[keys[1]] {
				t.Errorf("at x = %v, y = %v: %s has %v and %v, want %v and %v", p["x"], p["y"], node, n.Value[0], n.Gradient.Value[0], p[keys[0]], p[keys[1]])
			}
		}
	}
	t.Logf("%d points", len(points))
}
