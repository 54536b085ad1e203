package optimizers_test

import (
	"context"
	"math"
	"testing"

	"nabla/internal/reference"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// function finds one by its name in the reference.
func function(t *testing.T, name string) testfuncs.Function {
	t.Helper()
	if name == "logistic_like" {
		name = "logistic"
	}
	f, err := testfuncs.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestNewtonPaths compares the steps of pure Newton. Where a Hessian is nearly
// singular, as on the way of beale, a step amplifies rounding.
func TestNewtonPaths(t *testing.T) {
	var file struct {
		Paths []struct {
			Name  string
			Start []float64
			Path  reference.Tensor
			F     []float64
		} `json:"newton_paths"`
	}
	reference.Load(t, "second_order.json", &file)
	for _, c := range file.Paths {
		f := function(t, c.Name)
		s, err := optimizers.NewSearch(optimizers.Newton{}, optimizers.TestProblem(f), c.Start, optimizers.Limits{GradientTolerance: 1e-300})
		if err != nil {
			t.Fatal(err)
		}
		for k := range len(c.F) - 1 {
			s.Next(context.Background())
			want := c.Path.Data[2*(k+1) : 2*(k+2)]
			if err := reference.Compare(s.Point().X, want, 1e-8, 1e-12); err != nil {
				t.Errorf("%s, step %d: %v", c.Name, k+1, err)
			}
		}
	}
	t.Logf("%d paths", len(file.Paths))
}

// TestMinimaOfSciPy starts where SciPy did and wants a minimum to 1e-4, in a number
// of evaluations of the same order. Nelder-Mead uses no gradients and has no
// counterpart; on himmelblau any of the minima will do.
func TestMinimaOfSciPy(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, Method        string
			Start               []float64
			X                   reference.Tensor
			F                   float64
			FunctionEvaluations int  `json:"function_evaluations"`
			GradientEvaluations *int `json:"gradient_evaluations"`
			HessianEvaluations  *int `json:"hessian_evaluations"`
		} `json:"scipy_minimize"`
	}
	reference.Load(t, "second_order.json", &file)
	counterparts := map[string][]string{
		"CG": {"cg"}, "BFGS": {"bfgs"}, "L-BFGS-B": {"lbfgs"},
		"Newton-CG": {"damped-newton", "saddle-free-newton"}, "trust-ncg": {"trust-region"},
	}
	ran, left := 0, map[string]int{}
	for _, c := range file.Cases {
		if counterparts[c.Method] == nil {
			left[c.Method]++
		}
		theirs := c.FunctionEvaluations
		for _, n := range []*int{c.GradientEvaluations, c.HessianEvaluations} {
			if n != nil {
				theirs += *n
			}
		}
		f := function(t, c.Name)
		for _, name := range counterparts[c.Method] {
			row, err := optimizers.MethodByName(name)
			if err != nil {
				t.Fatal(err)
			}
			r, err := optimizers.Minimize(context.Background(), row.Method, optimizers.TestProblem(f), c.Start, optimizers.Limits{GradientTolerance: 1e-5})
			if err != nil {
				t.Fatal(err)
			}
			near := false
			for _, m := range f.Minima {
				near = near || math.Hypot(r.X[0]-m.X[0], r.X[1]-m.X[1]) < 1e-4
			}
			if !near || !r.Status.Converged() {
				t.Errorf("%s on %s ends at %v: %s", name, c.Name, r.X, r.Status)
			}
			if total := r.Evaluations.Total(); total > 3*theirs {
				t.Errorf("%s on %s takes %d evaluations, SciPy's %s %d", name, c.Name, total, c.Method, theirs)
			}
			ran++
		}
	}
	t.Logf("%d runs; left out: %v", ran, left)
}

// TestLBFGSOfPyTorch wants what PyTorch's L-BFGS reaches with strong Wolfe searches:
// as low a value in evaluations of the same order. Its variant without a search has
// no counterpart.
func TestLBFGSOfPyTorch(t *testing.T) {
	var file struct {
		Functions map[string]struct{ Start []float64 }
		Cases     []struct {
			Variant, Function   string
			F                   []float64
			FunctionEvaluations []int `json:"function_evaluations"`
		} `json:"lbfgs"`
	}
	reference.Load(t, "optimizers.json", &file)
	ran, left := 0, map[string]int{}
	for _, c := range file.Cases {
		if c.Variant != "strong_wolfe" {
			left[c.Variant]++
			continue
		}
		// The evaluations after which PyTorch is at 1e-14, or at its end; each is of
		// value and gradient.
		theirs := 0
		for k, n := range c.FunctionEvaluations {
			if theirs = 2 * n; c.F[k+1] < 1e-14 {
				break
			}
		}
		f := function(t, c.Function)
		s, err := optimizers.NewSearch(optimizers.LBFGS{}, optimizers.TestProblem(f), file.Functions[c.Function].Start, optimizers.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for s.Point().F >= 1e-14 && s.Next(context.Background()) {
		}
		if v, n := s.Point().F, s.Evaluations().Total(); v >= 1e-14 || n > 2*theirs {
			t.Errorf("%s: f = %v after %d evaluations, PyTorch takes %d", c.Function, v, n, theirs)
		} else {
			t.Logf("%s: %d evaluations, PyTorch %d", c.Function, n, theirs)
		}
		ran++
	}
	t.Logf("%d cases; left out: %v", ran, left)
}
