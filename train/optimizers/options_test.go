package optimizers_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nabla/train/optimizers"
)

// TestOptionsRoundTrip configures each rule with the very values that Options
// prints: nothing may change, neither the options nor a path, bit for bit.
func TestOptionsRoundTrip(t *testing.T) {
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		given := map[string]string{}
		for _, o := range optimizers.Options(rule) {
			given[o.Name] = o.Value
		}
		again, err := optimizers.Configure(row.Name, given)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := optimizers.Options(rule), optimizers.Options(again); !slices.Equal(a, b) {
			t.Errorf("options %v became %v", a, b)
		}
		if a, b := walk(rule), walk(again); !slices.Equal(a, b) {
			t.Errorf("path end %v became %v", a, b)
		}
	})
}

// walk makes ten steps of a matrix along an uneven gradient that is largest at
// first, where AMSGrad remembers it, and turns now and then. The weights for
// evaluation follow behind, and where a second gradient is wanted.
func walk(rule optimizers.Rule) []float64 {
	w := []float64{1, -2, 0.5, 3}
	slots := optimizers.NewSlots[float64](rule, len(w), 0.1)
	step := optimizers.Step{LearningRate: 0.1, Loss: 0.7, Shape: []int{2, 2}, Rand: rand.New(rand.NewPCG(1, 2))}
	for step.N = 1; step.N <= 10; step.N++ {
		n := float64(step.N)
		g := []float64{w[0] + 0.1*float64(step.N%3), 3 * w[1] / (n * n * n), 0.5 - 3*float64(step.N%2)/n, 1 / (n*n - 20)}
		rule.Update(step, w, g, slots)
	}
	if e, ok := optimizers.Find[optimizers.EvalWeights](rule); ok {
		w = append(w, slots[e.EvalSlot()]...)
	}
	if p, ok := optimizers.Find[optimizers.TwoPass](rule); ok {
		p.Perturb(2, w, slices.Clone(w))
	}
	return w
}

// TestEveryOptionCounts changes each option of each rule to another legal value
// and to illegal ones: the first must change the path, the others are errors that
// name the option.
func TestEveryOptionCounts(t *testing.T) {
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		base := map[string]string{}
		for _, o := range optimizers.Options(rule) {
			base[o.Name] = o.Value
		}
		for _, o := range optimizers.Options(rule) {
			set := func(value string) (optimizers.Rule, error) {
				given := maps.Clone(base)
				given[o.Name] = value
				return optimizers.Configure(row.Name, given)
			}
			good, bad := valuesFor(t, o, optimizers.RangeOf(rule, o.Name))
			for _, value := range bad {
				if _, err := set(value); err == nil || !strings.Contains(err.Error(), o.Name) {
					t.Errorf("%s=%s: error %v", o.Name, value, err)
				}
			}
			counts := false
			for _, value := range good {
				changed, err := set(value)
				if err != nil { // options that bound each other name both
					if !strings.Contains(err.Error(), "nesterov") && !strings.Contains(err.Error(), "must not be above") {
						t.Errorf("%s=%s: %v", o.Name, value, err)
					}
					counts = true
					continue
				}
				counts = counts || !slices.Equal(walk(rule), walk(changed))
			}
			if inert := o.Name == "dampening" && base["momentum"] == "0"; !inert && !counts {
				t.Errorf("%s=%v changes nothing", o.Name, good)
			}
		}
	})
}

// valuesFor are values that an option may be changed to, and values it must
// refuse.
func valuesFor(t *testing.T, o optimizers.Option, tag string) (good, bad []string) {
	if tag == "" {
		return []string{fmt.Sprint(o.Value == "false")}, []string{"maybe", "", "0.5"}
	}
	_, err := strconv.Atoi(o.Value)
	whole := err == nil && (strings.HasSuffix(o.Name, "steps"))
	bad = []string{"NaN", "Inf", "-Inf", "", "much", "true"}
	for _, x := range []float64{-0.5, 0, 0.25, 1, 1.5, 3} {
		switch text := fmt.Sprint(x); {
		case text == o.Value:
		case optimizers.InRange(tag, x) && (!whole || x == math.Trunc(x)):
			good = append(good, text)
		default:
			bad = append(bad, text)
		}
	}
	if len(good) == 0 {
		t.Errorf("%s: no value to change it to", o.Name)
	}
	return good, bad
}

func TestConfigureErrors(t *testing.T) {
	everyRule := strings.Join(optimizers.Names(), ", ")
	for _, c := range []struct{ name, option, value, want string }{
		{"adm", "", "", `optimizers: unknown optimizer "adm", did you mean "adam"? (have ` + everyRule + `)`},
		{"xyzzy", "", "", `optimizers: unknown optimizer "xyzzy" (have ` + everyRule + `)`},
		{"", "", "", `optimizers: unknown optimizer "" (have ` + everyRule + `)`},
		{"adam", "bta1", "0.5", `optimizers: unknown adam option "bta1", did you mean "beta1"? (have beta1, beta2, epsilon, weight_decay, amsgrad)`},
		{"sgd", "beta1", "0.5", `optimizers: unknown sgd option "beta1" (have momentum, dampening, nesterov, weight_decay)`},
		{"adam", "beta1", "abc", `optimizers: adam: beta1: "abc" is not a number`},
		{"adam", "amsgrad", "2", `optimizers: adam: amsgrad: "2" is not true or false`},
		{"adam", "beta1", "1", `optimizers: adam: beta1 must be in [0,1), got 1`},
		{"adam", "epsilon", "0", `optimizers: adam: epsilon must be in (0,∞), got 0`},
		{"adamw", "weight_decay", "-1", `optimizers: adamw: weight_decay must be in [0,∞), got -1`},
		{"sgd", "momentum", "NaN", `optimizers: sgd: momentum must be in [0,1], got NaN`},
		{"adan", "beta3", "-1", `optimizers: adan: beta3 must be in [0,1), got -1`},
		{"muon", "steps", "2.5", `optimizers: muon: steps: "2.5" is not a whole number`},
		{"rprop", "min_step", "60", `optimizers: rprop: min_step must not be above max_step, got 60 and 50`},
		{"lookahead( adam )", "lookahead.steps", "0", `optimizers: lookahead(adam): lookahead.steps must be in [1,∞), got 0`},
		{"lookahead(adam)", "steps", "3", `optimizers: unknown lookahead(adam) option "steps" (have lookahead.steps, lookahead.alpha, beta1, beta2, epsilon, weight_decay, amsgrad)`},
		{"lookahead(adam)", "lookahead.beta1", "3", `optimizers: unknown lookahead(adam) option "lookahead.beta1", did you mean "lookahead.steps"? (have lookahead.steps, lookahead.alpha, beta1, beta2, epsilon, weight_decay, amsgrad)`},
		{"ema(sam(sgd))", "momentum", "2", `optimizers: ema(sam(sgd)): momentum must be in [0,1], got 2`},
		{"ema(sam(sgd))", "sam.radius", "-2", `optimizers: ema(sam(sgd)): sam.radius must be in [0,∞), got -2`},
		{"sgd", "nesterov", "true", `optimizers: sgd: nesterov needs a momentum above 0 and no dampening`},
	} {
		options := map[string]string{}
		if c.option != "" {
			options[c.option] = c.value
		}
		rule, err := optimizers.Configure(c.name, options)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s %s=%s: %v, %v\nwant %s", c.name, c.option, c.value, rule, err, c.want)
		}
	}
}

// TestZeroIsNotDefault holds the two apart.
func TestZeroIsNotDefault(t *testing.T) {
	rule, err := optimizers.Configure("adam", map[string]string{"beta1": "0"})
	if err != nil {
		t.Fatal(err)
	}
	if b := rule.(optimizers.Adam).Beta1; b == nil || *b != 0 {
		t.Errorf("beta1=0 became %v", b)
	}
	if slices.Equal(walk(rule), walk(optimizers.Adam{})) {
		t.Error("beta1=0 walks like the default")
	}
	if row, _ := optimizers.ByName("adam"); row.Rule.(optimizers.Adam).Beta1 != nil {
		t.Error("Configure changed the table")
	}
}

// custom is a rule from elsewhere, used through a pointer.
type custom struct {
	Rate   *float64 `range:"(0,∞)"`
	Warmup int      `range:"[0,∞)"`
	Free   float64
	hidden bool
}

func (*custom) Slots() int                                                { return 0 }
func (*custom) Update(optimizers.Step, []float64, []float64, [][]float64) {}

func TestOptionsOfOtherRules(t *testing.T) {
	got := optimizers.Options(&custom{Warmup: 3, hidden: true})
	want := []optimizers.Option{{Name: "rate", Value: "default"}, {Name: "warmup", Value: "3"}, {Name: "free", Value: "0"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, rule := range []optimizers.Rule{optimizers.Func(nil), (*custom)(nil), nil} {
		if got := optimizers.Options(rule); len(got) != 0 {
			t.Errorf("%T has options %v", rule, got)
		}
		if err := optimizers.Validate(rule); err != nil {
			t.Errorf("%T is refused: %v", rule, err)
		}
	}
}

func TestValidateOtherRules(t *testing.T) {
	for _, c := range []struct {
		rule custom
		want string
	}{
		{custom{Free: math.NaN()}, ""},
		{custom{Rate: new(0.5), Warmup: 1}, ""},
		{custom{Rate: new(0.0)}, "rate must be in (0,∞), got 0"},
		{custom{Warmup: -1}, "warmup must be in [0,∞), got -1"},
	} {
		got := ""
		if err := optimizers.Validate(&c.rule); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.rule, got, c.want)
		}
	}
}
