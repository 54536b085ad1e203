package testfuncs_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/optimize/functions"

	"nabla/internal/reference"
	"nabla/train/optimizers/testfuncs"
)

// ours are our names of the functions in the reference.
var ours = map[string]string{
	"quadratic": "quadratic", "rosenbrock": "rosenbrock", "beale": "beale", "himmelblau": "himmelblau",
	"quadratic_1d": "parabola", "saddle": "saddle", "monkey_saddle": "monkey-saddle", "quartic": "quartic",
	"cubic": "cubic", "neg_bowl": "hill", "logistic_like": "logistic",
}

// TestReferencePoints compares values, gradients and Hessians with PyTorch's.
func TestReferencePoints(t *testing.T) {
	var file struct {
		Points []struct {
			Name                 string
			X, Gradient, Hessian reference.Tensor
			F                    float64
		}
		Critical []struct {
			Name       string
			X, Hessian reference.Tensor
			F          float64
		} `json:"critical_points"`
	}
	reference.Load(t, "second_order.json", &file)
	ran, left := 0, map[string]int{}
	check := func(name string, x []float64, f float64, gradient, hessian []float64) {
		own, ok := ours[name]
		if !ok {
			left[name]++
			return
		}
		fn, err := testfuncs.ByName(own)
		if err != nil {
			t.Fatal(err)
		}
		g, h := make([]float64, fn.Dim), make([]float64, fn.Dim*fn.Dim)
		fn.Grad(g, x)
		fn.Hess(h, x)
		if gradient == nil {
			gradient = make([]float64, fn.Dim) // of a critical point
		}
		if v := fn.Func(x); math.Abs(v-f) > 1e-12*max(1, math.Abs(f)) {
			t.Errorf("%s(%v) = %v, want %v", name, x, v, f)
		}
		if difference(g, gradient) > 1e-10 || difference(h, hessian) > 1e-12 {
			t.Errorf("%s at %v: gradient %v, want %v; Hessian %v, want %v", name, x, g, gradient, h, hessian)
		}
		ran++
	}
	for _, c := range file.Points {
		check(c.Name, c.X.Data, c.F, c.Gradient.Data, c.Hessian.Data)
	}
	for _, c := range file.Critical {
		check(c.Name, c.X.Data, c.F, nil, c.Hessian.Data)
	}
	t.Logf("%d points; left out, as there is no such function: %v", ran, left)
}

// twins are the functions that gonum has too.
var twins = map[string]interface{ Func(x []float64) float64 }{
	"beale": functions.Beale{}, "biggs-exp2": functions.BiggsEXP2{}, "biggs-exp3": functions.BiggsEXP3{},
	"biggs-exp4": functions.BiggsEXP4{}, "biggs-exp5": functions.BiggsEXP5{}, "biggs-exp6": functions.BiggsEXP6{},
	"box": functions.Box3D{}, "branin": functions.BraninHoo{}, "brown-badly-scaled": functions.BrownBadlyScaled{},
	"brown-dennis": functions.BrownAndDennis{}, "powell-singular": functions.ExtendedPowellSingular{},
	"rosenbrock": functions.ExtendedRosenbrock{}, "gaussian": functions.Gaussian{}, "gulf": functions.GulfResearchAndDevelopment{},
	"helical-valley": functions.HelicalValley{}, "penalty-1": functions.PenaltyI{}, "penalty-2": functions.PenaltyII{},
	"powell-badly-scaled": functions.PowellBadlyScaled{}, "sphere": functions.Sphere{}, "trigonometric": functions.Trigonometric{},
	"variably-dimensioned": functions.VariablyDimensioned{}, "watson": functions.Watson{}, "wood": functions.Wood{},
	"griewank": functions.Griewank{}, "rastrigin": functions.Rastrigin{}, "three-hump-camel": functions.CamelThree{},
	"six-hump-camel": functions.CamelSix{}, "levy": functions.Levy{},
}

// TestGonumTwins compares values, and gradients where gonum has them.
func TestGonumTwins(t *testing.T) {
	for name, theirs := range twins {
		f, err := testfuncs.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, scale := range []float64{1, 0.7, 1.3} {
			x, g, want := make([]float64, f.Dim), make([]float64, f.Dim), make([]float64, f.Dim)
			for i := range x {
				x[i] = scale*f.Start[i] + 0.1*(scale-1)
			}
			if a, b := f.Func(x), theirs.Func(x); !(math.Abs(a-b) <= 1e-10*max(1, math.Abs(b))) {
				t.Errorf("%s(%v) = %v, gonum has %v", name, x, a, b)
			}
			if d, ok := theirs.(interface{ Grad(grad, x []float64) }); ok {
				f.Grad(g, x)
				d.Grad(want, x)
				if e := difference(g, want); !(e <= 1e-10) {
					t.Errorf("%s: gradient at %v is %v, gonum has %v", name, x, g, want)
				}
			}
		}
	}
}
