package testfuncs_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"nabla/internal/calculus"
	"nabla/train/optimizers/testfuncs"
)

// Expressions of known functions, as a value and as residuals, are those functions:
// in value, gradient, Hessian, residuals and Jacobian.
func TestExpressionsAreTheirFunctions(t *testing.T) {
	for _, c := range []struct{ source, name string }{
		{"100(y-x^2)^2 + (1-x)^2", "rosenbrock"},
		{"[1-x, 10(y-x^2)]", "rosenbrock"},
		{"(x^2+y-11)^2 + (x+y^2-7)^2", "himmelblau"},
		{"[x^2+y-11, x+y^2-7]", "himmelblau"},
		{"(x+2y-7)^2 + (2x+y-5)^2", "booth"},
		{"[1.5 - x(1-y), 2.25 - x(1-y^2), 2.625 - x(1-y^3)]", "beale"},
		{"4x^2 - 2.1x^4 + x^6/3 + x*y - 4y^2 + 4y^4", "six-hump-camel"},
		{"-20 exp(-0.2 sqrt((x^2+y^2)/2)) - exp((cos(2pi x) + cos(2pi y))/2) + 20 + e", "ackley"},
	} {
		f, err := testfuncs.Expression(c.source, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := testfuncs.ByName(c.name)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			x := []float64{4 * random.NormFloat64(), 4 * random.NormFloat64()}
			compare(t, c.source+": value", []float64{f.Func(x)}, []float64{want.Func(x)})
			g, wantG := make([]float64, 2), make([]float64, 2)
			f.Grad(g, x)
			want.Grad(wantG, x)
			compare(t, c.source+": gradient", g, wantG)
			h, wantH := make([]float64, 4), make([]float64, 4)
			f.Hess(h, x)
			want.Hess(wantH, x)
			compare(t, c.source+": Hessian", h, wantH)
			if c.source[0] != '[' {
				continue
			}
			if f.Residuals != want.Residuals {
				t.Fatalf("%s: %d residuals, not %d", c.source, f.Residuals, want.Residuals)
			}
			r, wantR := make([]float64, f.Residuals), make([]float64, f.Residuals)
			f.Resid(r, x)
			want.Resid(wantR, x)
			j, wantJ := make([]float64, 2*f.Residuals), make([]float64, 2*f.Residuals)
			f.Jacobian(j, x)
			want.Jacobian(wantJ, x)
			compare(t, c.source+": residuals", r, wantR)
			compare(t, c.source+": Jacobian", j, wantJ)
		}
	}
}

func compare(t *testing.T, what string, got, want []float64) {
	t.Helper()
	largest := 1.0
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*largest) {
			t.Fatalf("%s: %v, not %v", what, got, want)
		}
	}
}

// Several goroutines may evaluate one function.
func TestExpressionsAreShared(t *testing.T) {
	f, err := testfuncs.Expression("[sin(x y) + x^2, x - y]", []float64{1, 2})
	if err == nil {
		t.Fatal("x y is no product")
	}
	if f, err = testfuncs.Expression("[sin(x*y) + x^2, x - y]", []float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			x := []float64{float64(i), 1}
			want := math.Pow(math.Sin(x[0])+x[0]*x[0], 2) + math.Pow(x[0]-1, 2)
			for range 200 {
				if v := f.Func(x); math.Abs(v-want) > 1e-12*(1+want) {
					t.Errorf("%v, not %v", v, want)
					return
				}
			}
		})
	}
	group.Wait()
}

// What has no value is not a number, and mistakes are located.
func TestExpressionsWithoutValues(t *testing.T) {
	f, err := testfuncs.Expression("log(x)", nil)
	if err != nil {
		t.Fatal(err)
	}
	g, h := []float64{0}, []float64{0}
	f.Grad(g, []float64{-1})
	f.Hess(h, []float64{-1})
	if v := f.Func([]float64{-1}); !math.IsNaN(v) || !math.IsNaN(g[0]) || !math.IsNaN(h[0]) {
		t.Errorf("log(-1) = %v, slope %v, bend %v", v, g, h)
	}
	for _, c := range []struct {
		source string
		start  []float64
		place  int
	}{
		{"x + log(-x)", nil, 4},
		{"x + ", nil, 4},
		{"1/(x-1)", []float64{1}, 0},
	} {
		_, err := testfuncs.Expression(c.source, c.start)
		if located, ok := errors.AsType[*calculus.Error](err); !ok || located.Span.Start != c.place {
			t.Errorf("%s: %v", c.source, err)
		}
	}
	for _, c := range []struct {
		source string
		start  []float64
	}{{"3", nil}, {"x+y", []float64{1}}} {
		if _, err := testfuncs.Expression(c.source, c.start); err == nil {
			t.Errorf("%s from %v: no error", c.source, c.start)
		}
	}
}

func ExampleExpression() {
	f, err := testfuncs.Expression("x^4 - 2x^2 + y^2", []float64{0.5, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	g := make([]float64, f.Dim)
	f.Grad(g, f.Start)
	fmt.Println(f.Variables, f.Func(f.Start), g)
	// Output:
	// [x y] 0.5625 [-1.5 2]
}
