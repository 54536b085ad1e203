package optimizers_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"

	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// race is a problem of gonum's collection, with the start of the literature.
type race struct {
	name   string
	theirs interface{ Minima() []functions.Minimum }
	start  []float64 // nil: ours, which is that of the literature
}

var races = []race{
	{"beale", functions.Beale{}, []float64{1, 1}},
	{"biggs-exp2", functions.BiggsEXP2{}, nil},
	{"biggs-exp3", functions.BiggsEXP3{}, nil},
	{"biggs-exp4", functions.BiggsEXP4{}, nil},
	{"biggs-exp5", functions.BiggsEXP5{}, nil},
	{"biggs-exp6", functions.BiggsEXP6{}, nil},
	{"box", functions.Box3D{}, nil},
	{"branin", nil, nil},
	{"brown-badly-scaled", functions.BrownBadlyScaled{}, nil},
	{"brown-dennis", functions.BrownAndDennis{}, nil},
	{"gaussian", functions.Gaussian{}, nil},
	{"gulf", functions.GulfResearchAndDevelopment{}, nil},
	{"helical-valley", functions.HelicalValley{}, nil},
	{"penalty-1", functions.PenaltyI{}, nil},
	{"penalty-1:n=10", functions.PenaltyI{}, nil},
	{"penalty-2", functions.PenaltyII{}, nil},
	{"penalty-2:n=10", functions.PenaltyII{}, nil},
	{"powell-badly-scaled", functions.PowellBadlyScaled{}, nil},
	{"powell-singular", functions.ExtendedPowellSingular{}, nil},
	{"powell-singular:n=8", functions.ExtendedPowellSingular{}, nil},
	{"rosenbrock", functions.ExtendedRosenbrock{}, nil},
	{"rosenbrock", functions.ExtendedRosenbrock{}, []float64{-10, 10}},
	{"rosenbrock:n=4", functions.ExtendedRosenbrock{}, nil},
	{"six-hump-camel", nil, nil}, // gonum lists no minima; ours stand
	{"sphere:n=5", functions.Sphere{}, nil},
	{"trigonometric:n=10", functions.Trigonometric{}, nil},
	{"variably-dimensioned:n=10", functions.VariablyDimensioned{}, nil},
	{"watson", functions.Watson{}, nil},
	{"watson:n=9", functions.Watson{}, nil},
	{"wood", functions.Wood{}, nil},
}

// beyond says which problems a method is not made for, and why.
var beyond = map[string]map[string]string{
	"damped-newton": {
		"wood":           "follows the bend of the valley in short steps",
		"penalty-2:n=10": "follows the flat bend in short steps; L-BFGS cuts across",
	},
	"saddle-free-newton": {
		"biggs-exp5":     "runs to a minimum at infinity",
		"helical-valley": "absolute eigenvalues shorten its steps in the bend",
		"wood":           "as damped-newton",
		"penalty-2:n=10": "as damped-newton",
	},
	"gauss-newton": {
		"biggs-exp2":     "the Jacobian loses rank on the way",
		"biggs-exp5":     "the Jacobian loses rank on the way",
		"gulf":           "the Jacobian is 0 where the function is level",
		"brown-dennis":   "large residuals at the minimum",
		"penalty-2:n=10": "residuals at the minimum outweigh the Jacobian",
		"wood":           "follows the bend of the valley in short steps",
	},
	"levenberg-marquardt": {
		"biggs-exp5":     "runs to a minimum at infinity, as gonum's BFGS does",
		"brown-dennis":   "large residuals at the minimum",
		"penalty-2:n=10": "residuals at the minimum outweigh the Jacobian",
	},
	"trust-region": {
		"biggs-exp6":     "runs to a minimum at infinity",
		"penalty-2:n=10": "follows the flat bend in short steps; L-BFGS cuts across",
	},
}

// TestAgainstGonum races our own methods against gonum's on gonum's test functions:
// each must reach a minimum that gonum lists to 1e-6, within twice the evaluations
// of function, gradient and Hessian together that the best method of gonum needs
// to reach one. gonum's Newton is given exact Hessians too.
func TestAgainstGonum(t *testing.T) {
	bests := map[string]map[float64]int{} // of gonum, by problem and minimum
	for method, exceptions := range beyond {
		row, err := optimizers.MethodByName(method)
		if err != nil {
			t.Fatal(err)
		}
		ran, worst := 0, 0.0
		var left []string
		for _, r := range races {
			f, targets, start := r.open(t)
			problem := optimizers.TestProblem(f)
			key := fmt.Sprint(r.name, start)
			if bests[key] == nil {
				bests[key] = bestOfGonum(f, start, targets)
			}
			s, err := optimizers.NewSearch(row.Method, problem, start, optimizers.Limits{Evaluations: 1000, GradientTolerance: 1e-9})
			if err != nil {
				if !strings.Contains(err.Error(), "sum of squares") || problem.Residuals > 0 {
					t.Errorf("%s on %s: %v", method, r.name, err)
				}
				left = append(left, r.name+" (no sum of squares)")
				continue
			}
			ours := 0
			for ours == 0 && s.Next(context.Background()) {
				if reached(targets, s.Point().F) {
					ours = s.Evaluations().Total()
				}
			}
			best := least(bests[key], s.Point().F)
			ratio := float64(ours) / float64(best)
			ok := ours > 0 && ratio <= 2
			if reason := exceptions[r.name]; reason != "" {
				if ok {
					t.Errorf("%s on %s takes %d evaluations, gonum %d: it is no exception", method, r.name, ours, best)
				}
				left = append(left, fmt.Sprintf("%s (%s)", r.name, reason))
				continue
			}
			if !ok {
				t.Errorf("%s on %s: %d evaluations, f = %v, %s; gonum takes %d", method, r.name, ours, s.Point().F, s.Status(), best)
			}
			ran++
			worst = max(worst, ratio)
		}
		t.Logf("%s: %d problems, at most %.2f times gonum's best; left out: %s", method, ran, worst, strings.Join(left, ", "))
		if ran < 20 {
			t.Errorf("%s: %d problems only", method, ran)
		}
	}
}

// open returns the function, the values of its minima, and the start.
func (r race) open(t *testing.T) (f testfuncs.Function, targets, start []float64) {
	t.Helper()
	f, err := testfuncs.ByName(r.name)
	if err != nil {
		t.Fatal(err)
	}
	if r.theirs != nil {
		for _, m := range r.theirs.Minima() {
			targets = append(targets, m.F)
		}
	}
	for _, m := range f.Minima {
		targets = append(targets, m.F)
	}
	if start = r.start; start == nil {
		start = f.Start
	}
	return f, targets, start
}

// reached reports whether a value is that of a minimum, to 1e-6.
func reached(targets []float64, v float64) bool {
	for _, m := range targets {
		if math.Abs(v-m) <= 1e-6*max(1, math.Abs(m)) {
			return true
		}
	}
	return false
}

// least is the smallest number of evaluations that led gonum to a value at least
// as low.
func least(bests map[float64]int, value float64) int {
	best := math.MaxInt
	for f, count := range bests {
		if f <= value+1e-6*max(1, math.Abs(value)) {
			best = min(best, count)
		}
	}
	return best
}

// bestOfGonum returns the values that methods of gonum reach, with the least number
// of evaluations for each, at the end of a major iteration.
func bestOfGonum(f testfuncs.Function, start, targets []float64) map[float64]int {
	bests := map[float64]int{}
	for _, m := range []optimize.Method{&optimize.Newton{}, &optimize.BFGS{}, &optimize.LBFGS{}, &optimize.CG{}, &optimize.GradientDescent{}} {
		p := optimize.Problem{Func: f.Func, Grad: f.Grad, Hess: func(dst *mat.SymDense, x []float64) {
			h := make([]float64, f.Dim*f.Dim)
			f.Hess(h, x)
			for i := range f.Dim {
				for j := i; j < f.Dim; j++ {
					dst.SetSym(i, j, h[i*f.Dim+j])
				}
			}
		}}
		w := &watch{targets: targets}
		// gonum reports a failed search as an error; what was reached before counts.
		optimize.Minimize(p, start, &optimize.Settings{Converger: optimize.NeverTerminate{}, FuncEvaluations: 600, Recorder: w}, m)
		if w.hit > 0 && (bests[w.value] == 0 || w.hit < bests[w.value]) {
			bests[w.value] = w.hit
		}
	}
	return bests
}

// watch records when a minimum is reached.
type watch struct {
	targets []float64
	hit     int
	value   float64
}

func (w *watch) Init() error { return nil }

func (w *watch) Record(l *optimize.Location, op optimize.Operation, s *optimize.Stats) error {
	if op == optimize.MajorIteration && w.hit == 0 && reached(w.targets, l.F) {
		w.hit, w.value = s.FuncEvaluations+s.GradEvaluations+s.HessEvaluations, l.F
	}
	return nil
}

// TestWrappedCounts runs the wrapped methods beside gonum's own loop: same points,
// same numbers of evaluations.
func TestWrappedCounts(t *testing.T) {
	search := func() optimize.Linesearcher {
		return &optimize.MoreThuente{DecreaseFactor: 1e-4, CurvatureFactor: 0.9}
	}
	sharp := func() optimize.Linesearcher {
		return &optimize.MoreThuente{DecreaseFactor: 1e-4, CurvatureFactor: 0.1}
	}
	cg := func(v optimize.CGVariant) optimize.Method {
		return &optimize.CG{Linesearcher: sharp(), Variant: v}
	}
	for name, pair := range map[string]struct {
		ours   optimizers.Method
		theirs optimize.Method
	}{
		"lbfgs":            {optimizers.LBFGS{Memory: new(5)}, &optimize.LBFGS{Store: 5, Linesearcher: search()}},
		"bfgs":             {optimizers.BFGS{}, &optimize.BFGS{Linesearcher: search()}},
		"bfgs bisection":   {optimizers.BFGS{LineSearch: optimizers.LineSearch{Search: "bisection"}}, &optimize.BFGS{Linesearcher: &optimize.Bisection{CurvatureFactor: 0.9}}},
		"gradient-descent": {optimizers.GradientDescent{}, &optimize.GradientDescent{Linesearcher: &optimize.Backtracking{DecreaseFactor: 1e-4}}},
		"fletcher-reeves":  {optimizers.CG{Beta: "fletcher-reeves"}, cg(&optimize.FletcherReeves{})},
		"polak-ribiere":    {optimizers.CG{}, cg(&optimize.PolakRibierePolyak{})},
		"hestenes-stiefel": {optimizers.CG{Beta: "hestenes-stiefel"}, cg(&optimize.HestenesStiefel{})},
		"dai-yuan":         {optimizers.CG{Beta: "dai-yuan"}, cg(&optimize.DaiYuan{})},
		"hager-zhang":      {optimizers.CG{Beta: "hager-zhang"}, cg(&optimize.HagerZhang{})},
	} {
		for _, function := range []string{"rosenbrock", "beale", "himmelblau", "quadratic"} {
			f, err := testfuncs.ByName(function)
			if err != nil {
				t.Fatal(err)
			}
			const iterations = 25
			theirs, err := optimize.Minimize(optimize.Problem{Func: f.Func, Grad: f.Grad}, f.Start, &optimize.Settings{
				MajorIterations: iterations + 1, GradientThreshold: 1e-8, Converger: optimize.NeverTerminate{},
			}, pair.theirs) // it counts the start as an iteration
			if err != nil {
				t.Fatalf("%s on %s: gonum: %v", name, function, err)
			}
			calls := optimizers.Evaluations{}
			ours, err := optimizers.Minimize(context.Background(), pair.ours, optimizers.Problem{
				Func: func(x []float64) float64 { calls.Function++; return f.Func(x) },
				Grad: func(dst, x []float64) { calls.Gradient++; f.Grad(dst, x) },
			}, f.Start, optimizers.Limits{Iterations: iterations, GradientTolerance: 1e-8})
			if err != nil {
				t.Fatal(err)
			}
			if ours.Evaluations != calls {
				t.Errorf("%s on %s: counts %+v, there were %+v", name, function, ours.Evaluations, calls)
			}
			if calls.Function != theirs.FuncEvaluations || calls.Gradient != theirs.GradEvaluations || ours.F != theirs.F {
				t.Errorf("%s on %s: f = %v, %+v, %s; gonum: f = %v, %+v, %s", name, function,
					ours.F, calls, ours.Status, theirs.F, theirs.Stats, theirs.Status)
			}
		}
	}
}
