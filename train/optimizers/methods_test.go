package optimizers_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// eachMethod runs f for every row of the table.
func eachMethod(t *testing.T, f func(t *testing.T, row optimizers.MethodRow)) {
	for _, name := range optimizers.MethodNames() {
		row, err := optimizers.MethodByName(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { f(t, row) })
	}
}

func problem(t *testing.T, name string) (optimizers.Problem, testfuncs.Function) {
	t.Helper()
	f := function(t, name)
	return optimizers.TestProblem(f), f
}

func TestMethodRows(t *testing.T) {
	eachMethod(t, func(t *testing.T, row optimizers.MethodRow) {
		if row.Formula == "" || row.Use == "" || row.Reference == "" || row.Method.Slots() < 0 {
			t.Errorf("the row lacks something: %+v", row)
		}
		given := map[string]string{}
		for _, o := range optimizers.Options(row.Method) {
			if o.Value == "" || o.Value == "default" {
				t.Errorf("option %s has no value", o.Name)
			}
			given[o.Name] = o.Value
		}
		again, err := optimizers.ConfigureMethod(row.Name, given)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := optimizers.Options(row.Method), optimizers.Options(again); !slices.Equal(a, b) {
			t.Errorf("options %v became %v", a, b)
		}
		if _, err := optimizers.ByName(row.Name); err == nil {
			t.Error("a rule has the same name")
		}
	})
}

func TestMethodErrors(t *testing.T) {
	for _, c := range []struct{ name, option, value, want string }{
		{"lbgfs", "", "", `unknown method "lbgfs", did you mean "lbfgs"?`},
		{"lbfgs", "memry", "3", `unknown lbfgs option "memry", did you mean "memory"? (have memory, search, decrease, curvature)`},
		{"lbfgs", "memory", "0", `memory must be in [1,∞), got 0`},
		{"lbfgs", "search", "golden", `search is more-thuente, bisection or backtracking, not "golden"`},
		{"cg", "beta", "fletcher", `beta is dai-yuan, fletcher-reeves, hager-zhang, hestenes-stiefel, polak-ribiere, not "fletcher"`},
		{"cg", "decrease", "0.5", "decrease must be below curvature"},
		{"bfgs", "curvature", "1", "curvature must be in (0,1), got 1"},
		{"trust-region", "radius", "0", "radius must be in (0,∞), got 0"},
		{"newton", "damping", "1", `unknown newton option "damping"`},
	} {
		options := map[string]string{}
		if c.option != "" {
			options[c.option] = c.value
		}
		if _, err := optimizers.ConfigureMethod(c.name, options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s=%s: %v, want %s", c.name, c.option, c.value, err, c.want)
		}
	}
}

// TestMethodsConverge runs every method on functions that all of them can do. The
// natural gradient is one of least squares alone.
func TestMethodsConverge(t *testing.T) {
	eachMethod(t, func(t *testing.T, row optimizers.MethodRow) {
		for _, name := range []string{"quadratic", "quadratic:k=1000:n=8", "rosenbrock", "himmelblau", "booth"} {
			p, f := problem(t, name)
			if row.Name == "gradient-descent" && f.Dim > 2 {
				continue // some ten thousand iterations
			}
			start := f.Start
			if name == "himmelblau" {
				start = []float64{4, 3} // from where the pure Newton goes to a minimum too
			}
			r, err := optimizers.Minimize(context.Background(), row.Method, p, start, optimizers.Limits{Iterations: 20000, GradientTolerance: 1e-6})
			if err != nil {
				t.Fatal(err)
			}
			if !(math.Abs(r.F) < 1e-9) || r.Status != optimizers.GradientTolerance {
				t.Errorf("%s: f = %v at %v, %s after %d iterations (%s)", name, r.F, r.X, r.Status, r.Iterations, r.LineSearch)
			}
			if e := r.Evaluations; e.Function < r.Iterations || e.Gradient < r.Iterations {
				t.Errorf("%s: %+v for %d iterations", name, e, r.Iterations)
			}
		}
	})
}

// TestCounts counts the calls of a problem beside the search.
func TestCounts(t *testing.T) {
	eachMethod(t, func(t *testing.T, row optimizers.MethodRow) {
		p, f := problem(t, "rosenbrock")
		var calls optimizers.Evaluations
		counted := p
		counted.Func = func(x []float64) float64 { calls.Function++; return p.Func(x) }
		counted.Grad = func(dst, x []float64) { calls.Gradient++; p.Grad(dst, x) }
		counted.Hess = func(dst, x []float64) { calls.Hessian++; p.Hess(dst, x) }
		counted.Jacobian = func(dst, x []float64) { calls.GaussNewton++; p.Jacobian(dst, x) }
		r, err := optimizers.Minimize(context.Background(), row.Method, counted, f.Start, optimizers.Limits{Iterations: 10})
		if err != nil {
			t.Fatal(err)
		}
		if r.Evaluations != calls || r.Iterations == 0 {
			t.Errorf("%+v were counted, %+v made", r.Evaluations, calls)
		}
		if second := calls.Hessian + calls.GaussNewton; slices.Contains([]string{"gradient-descent", "cg", "bfgs", "lbfgs"}, row.Name) == (second > 0) {
			t.Errorf("%d matrices", second)
		}
	})
}

// TestLimits ends searches by iterations, by evaluations, by the context, and goes
// on after the context.
func TestLimits(t *testing.T) {
	eachMethod(t, func(t *testing.T, row optimizers.MethodRow) {
		p, f := problem(t, "beale")
		start := []float64{2.8, 0.4}
		r, err := optimizers.Minimize(context.Background(), row.Method, p, start, optimizers.Limits{Iterations: 2})
		if err != nil || r.Status != optimizers.IterationLimit || r.Iterations != 2 {
			t.Errorf("%d iterations, %s, %v", r.Iterations, r.Status, err)
		}
		r, err = optimizers.Minimize(context.Background(), row.Method, p, start, optimizers.Limits{Evaluations: 9})
		if total := r.Evaluations.Total(); err != nil || r.Status != optimizers.EvaluationLimit || total < 9 || total > 12 {
			t.Errorf("%d evaluations, %s, %v", total, r.Status, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		inner := p.Func
		p.Func = func(x []float64) float64 {
			if calls++; calls == 4 {
				cancel()
			}
			return inner(x)
		}
		s, err := optimizers.NewSearch(row.Method, p, start, optimizers.Limits{Iterations: 100})
		if err != nil {
			t.Fatal(err)
		}
		for s.Next(ctx) {
		}
		if s.Status() != optimizers.Interrupted || calls > 6 {
			t.Errorf("%s after %d calls", s.Status(), calls)
		}
		if at := s.Point(); at.F != f.Func(at.X) {
			t.Errorf("the point has the value %v, not %v", at.F, f.Func(at.X))
		}
		for s.Next(context.Background()) {
		}
		if s.Status() == optimizers.Interrupted || s.Iterations() < 3 {
			t.Errorf("%s after %d iterations", s.Status(), s.Iterations())
		}
	})
}

// TestNothingFinite meets functions that are not finite somewhere, or anywhere but
// at the start: the point stays finite, and is the best that was seen.
func TestNothingFinite(t *testing.T) {
	cliff := func(x []float64) float64 { // ½(x² + y²), defined for x > 1 only
		if x[0] <= 1 {
			return math.NaN()
		}
		return (x[0]*x[0] + x[1]*x[1]) / 2
	}
	bowl := func(dst, x []float64) { copy(dst, x) }
	identity := func(dst, x []float64) { copy(dst, []float64{1, 0, 0, 1}) }
	broken := func(dst, x []float64) { // the gradient is NaN left of 1
		copy(dst, x)
		if x[0] <= 1 {
			dst[0] = math.NaN()
		}
	}
	whole := func(x []float64) float64 { return (x[0]*x[0] + x[1]*x[1]) / 2 }
	nan := func(dst, x []float64) { dst[0] = math.NaN() }
	for name, p := range map[string]optimizers.Problem{
		"value":    {Func: cliff, Grad: bowl, Hess: identity, GaussNewton: identity, Fisher: identity},
		"gradient": {Func: whole, Grad: broken, Hess: identity, GaussNewton: identity, Fisher: identity},
		"matrix":   {Func: whole, Grad: bowl, Hess: nan, GaussNewton: nan, Fisher: nan},
	} {
		t.Run(name, func(t *testing.T) {
			eachMethod(t, func(t *testing.T, row optimizers.MethodRow) {
				best := math.Inf(1)
				watched := p
				watched.Func = func(x []float64) float64 {
					f := p.Func(x)
					if f < best {
						best = f
					}
					return f
				}
				r, err := optimizers.Minimize(context.Background(), row.Method, watched, []float64{3, 2}, optimizers.Limits{Iterations: 200})
				if err != nil {
					t.Fatal(err)
				}
				if math.IsNaN(r.X[0]) || math.IsNaN(r.X[1]) || math.IsNaN(r.F) || math.IsInf(r.F, 0) {
					t.Errorf("ends at %v with %v: %s", r.X, r.F, r.Status)
				}
				if r.Status.Failed() && r.F != best {
					t.Errorf("%s at %v, the best value was %v", r.Status, r.F, best)
				}
			})
		})
	}
}

// TestFailure restores the best point when no step goes down, though a trial did:
// the gradient of this function lies.
func TestFailure(t *testing.T) {
	p := optimizers.Problem{
		Func: func(x []float64) float64 { return x[0] * x[0] },
		Grad: func(dst, x []float64) { dst[0] = -2*x[0] - 1 },
	}
	for _, m := range []optimizers.Method{optimizers.LBFGS{}, optimizers.BFGS{}, optimizers.CG{}, optimizers.GradientDescent{}} {
		r, err := optimizers.Minimize(context.Background(), m, p, []float64{1}, optimizers.Limits{Iterations: 50})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != optimizers.LineSearchFailed || r.X[0] != 1 || r.F != 1 || r.LineSearch == "" {
			t.Errorf("%T: %s (%s) at %v", m, r.Status, r.LineSearch, r.X)
		}
	}
}

// TestUnbounded falls off the edge of the saddle.
func TestUnbounded(t *testing.T) {
	p, _ := problem(t, "saddle")
	for _, name := range []string{"gradient-descent", "saddle-free-newton", "trust-region"} {
		row, _ := optimizers.MethodByName(name)
		r, err := optimizers.Minimize(context.Background(), row.Method, p, []float64{1, 0.5}, optimizers.Limits{Iterations: 500})
		if err != nil || r.Status != optimizers.Unbounded || r.F > -1e20 || math.IsInf(r.F, 0) {
			t.Errorf("%s: %s, f = %v, %v", name, r.Status, r.F, err)
		}
	}
	r, err := optimizers.Minimize(context.Background(), optimizers.Newton{}, p, []float64{1, 0.5}, optimizers.Limits{})
	if err != nil || r.Status != optimizers.GradientTolerance || r.X[0] != 0 || r.X[1] != 0 {
		t.Errorf("newton: %s at %v, %v", r.Status, r.X, err)
	}
}

// TestSteihaug compares steps from products with those from the Hessian: equal
// minima, on many variables too, where no matrix is asked for.
func TestSteihaug(t *testing.T) {
	for _, name := range []string{"rosenbrock", "wood", "rosenbrock:n=16", "powell-singular:n=12"} {
		p, f := problem(t, name)
		h := make([]float64, f.Dim*f.Dim)
		products := optimizers.Problem{Func: p.Func, Grad: p.Grad, HessVec: func(dst, x, v []float64) {
			f.Hess(h, x)
			for i := range dst {
				dst[i] = 0
				for j, c := range v {
					dst[i] += h[i*f.Dim+j] * c
				}
			}
		}}
		for _, p := range []optimizers.Problem{p, products} {
			r, err := optimizers.Minimize(context.Background(), optimizers.TrustRegion{CG: true}, p, f.Start, optimizers.Limits{Iterations: 500, GradientTolerance: 1e-6})
			if err != nil {
				t.Fatal(err)
			}
			// The long banana has a second minimum near 4.
			if r.Status != optimizers.GradientTolerance || !(r.F < 1e-6 || f.Dim == 16 && r.F < 4) {
				t.Errorf("%s: f = %v, %s, %+v", name, r.F, r.Status, r.Evaluations)
			}
		}
	}
}

// TestNeeds names what a problem lacks.
func TestNeeds(t *testing.T) {
	bare := optimizers.Problem{Func: func(x []float64) float64 { return x[0] * x[0] }, Grad: func(dst, x []float64) { dst[0] = 2 * x[0] }}
	for method, want := range map[string]string{
		"newton": "needs the Hessian", "damped-newton": "needs the Hessian", "saddle-free-newton": "needs the Hessian",
		"gauss-newton": "needs a sum of squares", "levenberg-marquardt": "needs a sum of squares",
		"natural-gradient": "needs a log-likelihood", "trust-region": "needs the Hessian or its products",
	} {
		row, _ := optimizers.MethodByName(method)
		if _, err := optimizers.NewSearch(row.Method, bare, []float64{1}, optimizers.Limits{}); err == nil || !strings.Contains(err.Error(), method+" "+want) {
			t.Errorf("%s: %v", method, err)
		}
	}
	large := bare
	large.Hess = func(dst, x []float64) {}
	if _, err := optimizers.NewSearch(optimizers.Newton{}, large, make([]float64, 5000), optimizers.Limits{}); err == nil || !strings.Contains(err.Error(), "the limit is") {
		t.Errorf("a large matrix: %v", err)
	}
	for _, start := range [][]float64{nil, {math.NaN()}} {
		if _, err := optimizers.NewSearch(optimizers.LBFGS{}, bare, start, optimizers.Limits{}); err == nil {
			t.Errorf("starts at %v", start)
		}
	}
}

// halving is a method of one's own.
type halving struct{}

func (halving) Slots() int { return 0 }

func (halving) Begin(o *optimizers.Objective, _ optimizers.Point) (optimizers.Iteration, error) {
	return func(at *optimizers.Point) optimizers.Move {
		for i := range at.X {
			at.X[i] /= 2
		}
		at.F = o.Func(at.X)
		o.Grad(at.G, at.X)
		return optimizers.Move{Length: 0.5}
	}, nil
}

func TestOwnMethod(t *testing.T) {
	p, f := problem(t, "sphere")
	r, err := optimizers.Minimize(context.Background(), halving{}, p, f.Start, optimizers.Limits{})
	if err != nil || r.Status != optimizers.GradientTolerance || r.Iterations != 30 {
		t.Errorf("%+v, %v", r, err)
	}
}

func ExampleMinimize() {
	f, err := testfuncs.ByName("rosenbrock")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := optimizers.Minimize(context.Background(), optimizers.TrustRegion{}, optimizers.TestProblem(f), f.Start, optimizers.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f after %d iterations: %s\n", r.X, r.Iterations, r.Status)
	// Output: [1.0000 1.0000] after 23 iterations: gradient-tolerance
}
