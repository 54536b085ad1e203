package optimizers_test

import (
	"fmt"
	"math"
	"slices"
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

// walk makes ten steps along an uneven gradient that is largest at first, where
// AMSGrad remembers it.
func walk(rule optimizers.Rule) []float64 {
	w := []float64{1, -2}
	slots := optimizers.NewSlots[float64](rule, 2, 0.1)
	for n := 1; n <= 10; n++ {
		g := []float64{w[0] + 0.1*float64(n%3), 3 * w[1] / float64(n*n*n)}
		rule.Update(optimizers.Step{N: n, LearningRate: 0.1}, w, g, slots)
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
				given := map[string]string{}
				for k, v := range base {
					given[k] = v
				}
				given[o.Name] = value
				return optimizers.Configure(row.Name, given)
			}
			other, bad := "0.25", []string{"NaN", "Inf", "-0.5", "", "much", "true"}
			switch {
			case o.Value == "true" || o.Value == "false":
				other, bad = fmt.Sprint(o.Value == "false"), []string{"maybe", "", "0.5"}
			case o.Name != "weight_decay" && o.Name != "epsilon" && o.Name != "initial_accumulator" && o.Name != "learning_rate_decay":
				bad = append(bad, "1.5")
			}
			for _, value := range bad {
				if _, err := set(value); err == nil || !strings.Contains(err.Error(), o.Name) {
					t.Errorf("%s=%s: error %v", o.Name, value, err)
				}
			}
			changed, err := set(other)
			if err != nil { // nesterov excludes some values of its partners
				if !strings.Contains(err.Error(), "nesterov") {
					t.Errorf("%s=%s: %v", o.Name, other, err)
				}
				continue
			}
			if inert := o.Name == "dampening" && base["momentum"] == "0"; !inert && slices.Equal(walk(rule), walk(changed)) {
				t.Errorf("%s=%s changes nothing", o.Name, other)
			}
		}
	})
}

func TestConfigureErrors(t *testing.T) {
	for _, c := range []struct{ name, option, value, want string }{
		{"adm", "", "", `optimizers: unknown optimizer "adm", did you mean "adam"? (have sgd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, adamw)`},
		{"xyzzy", "", "", `optimizers: unknown optimizer "xyzzy" (have sgd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, adamw)`},
		{"", "", "", `optimizers: unknown optimizer "" (have sgd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, adamw)`},
		{"adam", "bta1", "0.5", `optimizers: unknown adam option "bta1", did you mean "beta1"? (have beta1, beta2, epsilon, weight_decay, amsgrad)`},
		{"sgd", "beta1", "0.5", `optimizers: unknown sgd option "beta1" (have momentum, dampening, nesterov, weight_decay)`},
		{"adam", "beta1", "abc", `optimizers: adam: beta1: "abc" is not a number`},
		{"adam", "amsgrad", "2", `optimizers: adam: amsgrad: "2" is not true or false`},
		{"adam", "beta1", "1", `optimizers: adam: beta1 must be in [0,1), got 1`},
		{"adam", "epsilon", "0", `optimizers: adam: epsilon must be in (0,∞), got 0`},
		{"adamw", "weight_decay", "-1", `optimizers: adamw: weight_decay must be in [0,∞), got -1`},
		{"sgd", "momentum", "NaN", `optimizers: sgd: momentum must be in [0,1], got NaN`},
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
