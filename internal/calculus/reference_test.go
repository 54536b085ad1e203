package calculus

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"nabla/internal/reference"
)

// secondOrderFile are the parts of second_order.json that expressions can state.
type secondOrderFile struct {
	Points []struct {
		Name, Formula                        string
		X, Gradient, Hessian, Eigenvalues, V reference.Tensor
		HVP                                  reference.Tensor
		F                                    float64
	}
	CriticalPoints []struct {
		Name, Class string
		X, Hessian  reference.Tensor
		Eigenvalues reference.Tensor
		F           float64
		Truth       string `json:"truth_beyond_second_order"`
	} `json:"critical_points"`
	Derivatives []struct {
		Name             string
		X, F, D1, D2, D3 []float64
	}
	JacobianConstants struct{ W, B, V reference.Tensor } `json:"jacobian_constants"`
	Jacobians         []struct {
		Name                           string
		X, Y, Jacobian, U, VJP, T, JVP reference.Tensor
	}
	Graph struct {
		Page   graphCase `json:"page_example"`
		Others []graphCase
	}
	FiniteDifferences []struct {
		Name     string
		X, Exact float64
		Eps      []float64
		Central  []float64 `json:"central_error"`
		Forward  []float64 `json:"forward_error"`
	} `json:"finite_differences"`
}

type graphCase struct {
	X, Y, Z, W, Loss float64
	DLoss            float64 `json:"dloss_dloss"`
	DW               float64 `json:"dloss_dw"`
	DZ               float64 `json:"dloss_dz"`
	XGrad            float64 `json:"x_grad"`
	YGrad            float64 `json:"y_grad"`
}

// formulas of the reference in this package's notation; the others stand in the
// reference as they can be read.
var formulas = map[string]string{
	"quadratic":     "0.5*(x^2 + 25*y^2)",
	"rosenbrock":    "(1-x)^2 + 100*(y-x^2)^2",
	"beale":         "(1.5-x+x*y)^2 + (2.25-x+x*y^2)^2 + (2.625-x+x*y^3)^2",
	"himmelblau":    "(x^2+y-11)^2 + (x+y^2-7)^2",
	"quadratic_1d":  "x^2 - 2x + 2",
	"saddle":        "x^2 - y^2",
	"monkey_saddle": "x^3 - 3x*y^2",
	"quartic":       "x^4",
	"cubic":         "x^3",
	"neg_bowl":      "-x^2 - 2y^2 + x*y",
	"logistic_like": "log(1+e^(x-y)) + 0.1x^2 + 0.2y^2",
	"three_d":       "x*y*z + sin(x)*y + z^3",
}

func parsed(t testing.TB, source string) *Expr {
	t.Helper()
	e, err := Parse(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return e
}

func compiled(t testing.TB, e *Expr, nodes ...*Node) *Program {
	t.Helper()
	if nodes == nil {
		nodes = e.Outputs
	}
	p, err := Compile(nodes, e.Variables)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// check fails the test where the values are further apart than rounding.
func check(t testing.TB, what string, got, want []float64) {
	t.Helper()
	if err := reference.Compare(got, want, 1e-10, 1e-11); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func flattened(rows [][]float64) []float64 {
	var all []float64
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

func TestReferencePoints(t *testing.T) {
	var ref secondOrderFile
	reference.Load(t, "second_order.json", &ref)
	for _, c := range ref.Points {
		source, ok := formulas[c.Name]
		if !ok {
			t.Fatalf("no formula for %s: %s", c.Name, c.Formula)
		}
		e := parsed(t, source)
		p := compiled(t, e)
		g := make([]float64, len(e.Variables))
		f, err := p.Gradient(c.X.Data, g)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" value", []float64{f}, []float64{c.F})
		check(t, c.Name+" gradient", g, c.Gradient.Data)
		h, err := p.Hessian(c.X.Data)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" Hessian", flattened(h), c.Hessian.Data)
		hv := make([]float64, len(g))
		if err := p.HessVec(c.X.Data, c.V.Data, hv); err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" Hessian-vector product", hv, c.HVP.Data)
		check(t, c.Name+" eigenvalues", Eigenvalues(h), c.Eigenvalues.Data)
		// The same in symbols.
		symbols, err := Gradient(e.Outputs[0], e.Variables)
		if err != nil {
			t.Fatal(err)
		}
		second, err := Hessian(e.Outputs[0], e.Variables)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range second {
			symbols = append(symbols, row...)
		}
		values, err := compiled(t, e, symbols...).EvalAll(c.X.Data)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" symbols", values, append(append([]float64(nil), c.Gradient.Data...), c.Hessian.Data...))
	}
	t.Logf("%d points, none left out", len(ref.Points))
}

func TestReferenceDerivatives(t *testing.T) {
	var ref secondOrderFile
	reference.Load(t, "second_order.json", &ref)
	count := 0
	for _, c := range ref.Derivatives {
		source := c.Name
		switch source {
		case "c":
			source = "7 + 0x"
		case "sigmoid", "tanh":
			source += "(x)"
		}
		e := parsed(t, source)
		nodes := []*Node{e.Outputs[0]}
		for order := 1; order <= 3; order++ {
			d, err := Derivative(e.Outputs[0], "x", order)
			if err != nil {
				t.Fatal(err)
			}
			nodes = append(nodes, d)
		}
		p := compiled(t, e, nodes...)
		var got [4][]float64
		for _, x := range c.X {
			y, err := p.EvalAll([]float64{x})
			if err != nil {
				t.Fatalf("%s at %v: %v", c.Name, x, err)
			}
			for k := range got {
				got[k] = append(got[k], y[k])
			}
			h, err := compiled(t, e).Hessian([]float64{x})
			if err != nil {
				t.Fatal(err)
			}
			check(t, fmt.Sprintf("%s'' automatic at %v", c.Name, x), h[0], y[2:3])
			count++
		}
		for i, x := range c.X {
			// PyTorch's third derivative of x^x at 1 lacks a term, as it masks the
			// derivative of x^0 by its exponent. In truth it is
			// x^x ((ln x + 1)³ + 3 (ln x + 1)/x - 1/x²) = 3.
			if c.Name == "x^x" && x == 1 {
				t.Logf("x^x at 1, order 3: the reference has %v, 3 is right", c.D3[i])
				c.D3[i] = 3
			}
		}
		for k, want := range [][]float64{c.F, c.D1, c.D2, c.D3} {
			check(t, fmt.Sprintf("%s order %d", c.Name, k), got[k], want)
		}
	}
	t.Logf("%d functions, 4 orders, %d points, none left out", len(ref.Derivatives), count)
}

// jacobianSources states the reference's vector functions as expressions.
func jacobianSources(ref secondOrderFile) map[string]string {
	w, b, v := ref.JacobianConstants.W.Data, ref.JacobianConstants.B.Data, ref.JacobianConstants.V.Data
	var hidden []string
	for i := range 3 {
		hidden = append(hidden, fmt.Sprintf("tanh(%v*x1 + %v*x2 + %v)", w[2*i], w[2*i+1], b[i]))
	}
	var outs []string
	for i := range 2 {
		outs = append(outs, fmt.Sprintf("%v*h1 + %v*h2 + %v*h3", v[3*i], v[3*i+1], v[3*i+2]))
	}
	return map[string]string{
		"affine_tanh R2->R3": "[" + strings.Join(hidden, ", ") + "]",
		"mlp R2->R2":         fmt.Sprintf("h1=%s; h2=%s; h3=%s; [%s]", hidden[0], hidden[1], hidden[2], strings.Join(outs, ", ")),
		"polar R2->R2":       "[x1*cos(x2), x1*sin(x2)]",
		"softmax R4":         "s = e^x1 + e^x2 + e^x3 + e^x4; [e^x1/s, e^x2/s, e^x3/s, e^x4/s]",
		"products R3->R4":    "[x1*x2, x2*x3^2, exp(x1), x1+x2+x3]",
		"normalise R3":       "n = sqrt(x1^2+x2^2+x3^2); [x1/n, x2/n, x3/n]",
	}
}

func TestReferenceJacobians(t *testing.T) {
	var ref secondOrderFile
	reference.Load(t, "second_order.json", &ref)
	sources := jacobianSources(ref)
	for _, c := range ref.Jacobians {
		if sources[c.Name] == "" {
			t.Fatalf("no formula for %s", c.Name)
		}
		e := parsed(t, sources[c.Name])
		p := compiled(t, e)
		y, err := p.EvalAll(c.X.Data)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" value", y, c.Y.Data)
		j, err := p.Jacobian(c.X.Data)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" Jacobian", flattened(j), c.Jacobian.Data)
		vjp := make([]float64, len(c.X.Data))
		for i, row := range j {
			for k := range row {
				vjp[k] += c.U.Data[i] * row[k]
			}
		}
		check(t, c.Name+" VJP", vjp, c.VJP.Data)
		jvp, err := p.JacVec(c.X.Data, c.T.Data)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" JVP", jvp, c.JVP.Data)
		symbols, err := Jacobian(e.Outputs, e.Variables)
		if err != nil {
			t.Fatal(err)
		}
		var all []*Node
		for _, row := range symbols {
			all = append(all, row...)
		}
		if y, err = compiled(t, e, all...).EvalAll(c.X.Data); err != nil {
			t.Fatal(err)
		}
		check(t, c.Name+" symbols", y, c.Jacobian.Data)
	}
	t.Logf("%d Jacobians, none left out", len(ref.Jacobians))
}

func TestReferenceGraph(t *testing.T) {
	var ref secondOrderFile
	reference.Load(t, "second_order.json", &ref)
	cases := append(ref.Graph.Others, ref.Graph.Page)
	for _, source := range []string{"z=x*y; w=z+x; loss=w^2", "w=z+x; z=x*y; loss=w^2"} {
		e := parsed(t, source)
		p := compiled(t, e)
		for _, c := range cases {
			g := make([]float64, 2)
			loss, err := p.Gradient([]float64{c.X, c.Y}, g)
			if err != nil {
				t.Fatal(err)
			}
			got := []float64{loss, g[0], g[1]}
			for _, name := range []string{"z", "w", "loss"} {
				for _, d := range e.Definitions {
					if d.Name == name {
						v, dv, ok := p.Node(d.Node)
						if !ok {
							t.Fatalf("%s has no value", name)
						}
						got = append(got, v, dv)
					}
				}
			}
			check(t, source, got, []float64{c.Loss, c.XGrad, c.YGrad, c.Z, c.DZ, c.W, c.DW, c.Loss, c.DLoss})
		}
	}
	t.Logf("%d graphs, none left out", len(cases))
}

func TestReferenceFiniteDifferences(t *testing.T) {
	var ref secondOrderFile
	reference.Load(t, "second_order.json", &ref)
	sources := map[string]string{"sin": "sin(x)", "exp": "e^x", "x^2-2x+2": "x^2-2x+2"}
	count := 0
	for _, c := range ref.FiniteDifferences {
		p := compiled(t, parsed(t, sources[c.Name]))
		table, err := LimitTable(p, []float64{c.X}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(table) != len(c.Eps) {
			t.Fatalf("%d rows, want %d", len(table), len(c.Eps))
		}
		for i, row := range table {
			// Rounding of the function, at most an ulp apart from that of another
			// library, is divided by h.
			atol := 8 * 2.3e-16 * max(1, math.Abs(c.Exact)) * 3 / c.Eps[i]
			if !reference.Close(row.H, c.Eps[i], 1e-15, 0) || !reference.Close(row.CentralError, c.Central[i], 1e-6, atol) || !reference.Close(row.ForwardError, c.Forward[i], 1e-6, atol) {
				t.Errorf("%s, h = %g: errors %g and %g, want %g and %g", c.Name, c.Eps[i], row.CentralError, row.ForwardError, c.Central[i], c.Forward[i])
			}
			count++
		}
	}
	t.Logf("%d rows of %d functions, none left out", count, len(ref.FiniteDifferences))
}

// The gradient points to the steepest ascent, its length is the rate there, and
// across it, along the level curve, the rate is zero.
func TestGradientIsSteepest(t *testing.T) {
	for _, source := range []string{formulas["rosenbrock"], formulas["himmelblau"], formulas["logistic_like"], "sin(x) y + x^2"} {
		e := parsed(t, source)
		p := compiled(t, e)
		at, g := []float64{0.7, -0.4}, make([]float64, 2)
		if _, err := p.Gradient(at, g); err != nil {
			t.Fatal(err)
		}
		length := math.Hypot(g[0], g[1])
		rate := func(d ...float64) float64 {
			v, err := p.JacVec(at, d)
			if err != nil {
				t.Fatal(err)
			}
			return v[0]
		}
		check(t, source, []float64{rate(g[0]/length, g[1]/length), rate(-g[1]/length, g[0]/length)}, []float64{length, 0})
		for i := range 100 {
			s, c := math.Sincos(2 * math.Pi * float64(i) / 100)
			if rate(c, s) > length*(1+1e-12) {
				t.Errorf("%s rises faster than its gradient in direction %d", source, i)
			}
		}
	}
}
