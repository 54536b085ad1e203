package optimizers_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// hills are the test functions with their starts and minima.
var hills = []struct {
	name   string
	start  []float64
	minima [][2]float64
}{
	{"quadratic", []float64{5, 2}, [][2]float64{{0, 0}}},
	{"rosenbrock", []float64{-1.2, 1}, [][2]float64{{1, 1}}},
	{"beale", []float64{1, 1.5}, [][2]float64{{3, 0.5}}},
	{"himmelblau", []float64{0.5, -0.5}, [][2]float64{
		{3, 2}, {-2.805118086952745, 3.131312518250573}, {-3.779310253377747, -3.283185991286170}, {3.584428340330492, -1.848126526964404},
	}},
}

// configured makes the rule of a row as a setting has it.
func configured(t *testing.T, row optimizers.Row, s optimizers.Setting) optimizers.Rule {
	t.Helper()
	options := map[string]string{}
	for option := range strings.SplitSeq(s.Options, ",") {
		if name, value, ok := strings.Cut(option, "="); ok {
			options[name] = value
		}
	}
	rule, err := optimizers.Configure(row.Name, options)
	if err != nil {
		t.Fatal(err)
	}
	return rule
}

// descend makes the steps of a setting, with a second gradient where one is
// wanted, and returns the weights for evaluation.
func descend(t *testing.T, rule optimizers.Rule, f surface, start []float64, s optimizers.Setting) []float64 {
	t.Helper()
	factor := func(int) float64 { return 1 }
	if s.Schedule != "" {
		schedule, err := schedules.Parse(s.Schedule, 1, s.Steps)
		if err != nil {
			t.Fatal(err)
		}
		factor = schedule
	}
	w, g := slices.Clone(start), make([]float64, 2)
	slots := optimizers.NewSlots[float64](rule, 2, s.LearningRate)
	two, twice := optimizers.Find[optimizers.TwoPass](rule)
	step := optimizers.Step{Shape: []int{2}, Rand: rand.New(rand.NewPCG(1, 2))}
	for step.N = 1; step.N <= s.Steps; step.N++ {
		step.LearningRate = s.LearningRate * factor(step.N-1)
		step.Loss, g[0], g[1] = f(w[0], w[1])
		if step.Norm = math.Hypot(g[0], g[1]); twice && step.Norm > 0 {
			at := slices.Clone(w)
			two.Perturb(step.Norm, at, g)
			_, g[0], g[1] = f(at[0], at[1])
		}
		rule.Update(step, w, g, slots)
	}
	if e, ok := optimizers.Find[optimizers.EvalWeights](rule); ok {
		return slots[e.EvalSlot()]
	}
	return w
}

// Each optimizer reaches a minimum of each function to 1e-3 with its documented
// setting, and so does each wrapper around momentum.
func TestReachesMinima(t *testing.T) {
	list := optimizers.Names()
	for _, w := range optimizers.Wrappers() {
		list = append(list, w+"(momentum)")
	}
	runs, steps := 0, 0
	for _, name := range list {
		row, err := optimizers.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, hill := range hills {
			s := row.Setting(hill.name)
			if testing.Short() && s.Steps > 1000 {
				continue
			}
			w := descend(t, configured(t, row, s), surfaces[hill.name], hill.start, s)
			nearest := math.Inf(1)
			for _, m := range hill.minima {
				nearest = min(nearest, math.Hypot(w[0]-m[0], w[1]-m[1]))
			}
			if !(nearest < 1e-3) {
				t.Errorf("%s on %s, %+v: ends at %v, %.2g from a minimum", name, hill.name, s, w, nearest)
			}
			runs, steps = runs+1, steps+s.Steps
		}
	}
	t.Logf("%d runs of %d optimizers, %d steps", runs, len(list), steps)
}

// A row without documented settings has a setting all the same.
func TestSettingOfANewRow(t *testing.T) {
	row := optimizers.Row{Name: "mine", LearningRate: 0.3}
	if s := row.Setting("rosenbrock"); s.On != "rosenbrock" || s.LearningRate != 0.3 || s.Steps == 0 || s.Schedule == "" {
		t.Errorf("%+v", s)
	}
}
