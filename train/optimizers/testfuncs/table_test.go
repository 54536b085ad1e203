package testfuncs_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nabla/train/optimizers/testfuncs"
)

func TestTable(t *testing.T) {
	all := testfuncs.Names()
	if sorted := slices.Sorted(slices.Values(all)); len(all) < 24 || len(slices.Compact(sorted)) != len(all) {
		t.Errorf("missing or repeated names: %v", all)
	}
	eachFunction(t, func(t *testing.T, f testfuncs.Function) {
		if f.Formula == "" || f.About == "" || len(f.Start) != f.Dim || f.Box[0][0] >= f.Box[0][1] || f.Box[1][0] >= f.Box[1][1] {
			t.Errorf("the row lacks something: %+v", f)
		}
		if v := f.Func(f.Start); math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%v at the start", v)
		}
		start := slices.Clone(f.Start)
		g := make([]float64, f.Dim)
		f.Grad(g, f.Start)
		if !slices.Equal(start, f.Start) {
			t.Error("the gradient changed its point")
		}
	})
}

func TestByName(t *testing.T) {
	for _, c := range []struct {
		text string
		dim  int
	}{{"rosenbrock", 2}, {"rosenbrock:n=10", 10}, {"quadratic:k=1000:n=3", 3}, {"powell-singular:n=8", 8}, {"quadratic:k=1", 2}} {
		f, err := testfuncs.ByName(c.text)
		if err != nil || f.Dim != c.dim || f.Name != c.text {
			t.Errorf("%s: %d variables, name %q, %v", c.text, f.Dim, f.Name, err)
		}
	}
	for text, want := range map[string]string{
		"rosenbrok":           `unknown function "rosenbrok", did you mean "rosenbrock"?`,
		"":                    `unknown function "" (have sphere,`,
		"beale:n=3":           `unknown beale option "n"`,
		"rosenbrock:n=1":      "rosenbrock: n=1: want 2 to 200 variables",
		"rosenbrock:n=2x":     "rosenbrock: n=2x: want",
		"rosenbrock:n=1000":   "want 2 to 200",
		"powell-singular:n=5": "want 4, 8, … 200 variables",
		"quadratic:k=0.5":     "want a condition number of at least 1",
		"quadratic:k=NaN":     "want a condition number",
		"quadratic:m=1":       `unknown quadratic option "m"`,
	} {
		if _, err := testfuncs.ByName(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestConditionNumber measures it: the Hessian of the quadratic is diagonal.
func TestConditionNumber(t *testing.T) {
	f, err := testfuncs.ByName("quadratic:k=1e6:n=4")
	if err != nil {
		t.Fatal(err)
	}
	h := make([]float64, 16)
	f.Hess(h, f.Start)
	if h[0] != 1 || math.Abs(h[15]-1e6) > 1e-9 || math.Abs(h[5]-100) > 1e-9 {
		t.Errorf("Hessian %v", h)
	}
}

// TestNoise measures mean and deviation of the noise, and that a seed repeats it.
func TestNoise(t *testing.T) {
	f, err := testfuncs.ByName("sphere")
	if err != nil {
		t.Fatal(err)
	}
	noisy := testfuncs.Noisy{Function: f, Sigma: 0.5, Rand: rand.New(rand.NewPCG(1, 1))}
	again := testfuncs.Noisy{Function: f, Sigma: 0.5, Rand: rand.New(rand.NewPCG(1, 1))}
	const count = 20000
	x, g := []float64{1, 2}, make([]float64, 2)
	sum, squares := make([]float64, 3), make([]float64, 3)
	for range count {
		v := noisy.Func(x)
		noisy.Grad(g, x)
		if w := again.Func(x); w != v {
			t.Fatalf("%v and %v from one seed", v, w)
		}
		again.Grad(make([]float64, 2), x)
		for i, e := range []float64{v - 5, g[0] - 2, g[1] - 4} {
			sum[i] += e
			squares[i] += e * e
		}
	}
	for i := range sum {
		if mean, sd := sum[i]/count, math.Sqrt(squares[i]/count); math.Abs(mean) > 0.02 || math.Abs(sd-0.5) > 0.02 {
			t.Errorf("noise %d has mean %v and deviation %v", i, mean, sd)
		}
	}
}
