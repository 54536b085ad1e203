package optimizers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"

	"nabla/internal/reference"
	"nabla/train/optimizers"
)

// hyper are PyTorch's names and values of a rule's hyper-parameters.
type hyper map[string]json.RawMessage

// ourNames translates PyTorch's names; a list of two fills two options.
var ourNames = map[string][]string{
	"momentum": {"momentum"}, "dampening": {"dampening"}, "nesterov": {"nesterov"},
	"weight_decay": {"weight_decay"}, "eps": {"epsilon"}, "rho": {"rho"}, "centered": {"centered"},
	"betas": {"beta1", "beta2"}, "amsgrad": {"amsgrad"},
	"etas": {"eta_minus", "eta_plus"}, "step_sizes": {"min_step", "max_step"}, "momentum_decay": {"momentum_decay"},
	"lambd": {"lambda"}, "t0": {"t0"},
	"lr_decay": {"learning_rate_decay"}, "initial_accumulator_value": {"initial_accumulator"},
}

// rule configures the named rule and returns its learning rate too.
func (h hyper) rule(t *testing.T, name string) (optimizers.Rule, float64) {
	t.Helper()
	options := map[string]string{}
	for key, raw := range h {
		if key == "lr" {
			continue
		}
		var values []json.RawMessage
		if json.Unmarshal(raw, &values) != nil {
			values = []json.RawMessage{raw}
		}
		ours := ourNames[key]
		if key == "alpha" { // a mean's share in RMSprop, a power in ASGD
			ours = map[string][]string{"rmsprop": {"rho"}, "asgd": {"alpha"}}[name]
		}
		if len(ours) != len(values) {
			t.Fatalf("%s: hyper-parameter %s has %d values, translated to %q", name, key, len(values), ours)
		}
		for i, v := range values {
			options[ours[i]] = string(v)
		}
	}
	rule, err := optimizers.Configure(name, options)
	if err != nil {
		t.Fatal(err)
	}
	rate, err := strconv.ParseFloat(string(h["lr"]), 64)
	if err != nil {
		t.Fatalf("%s: lr: %v", name, err)
	}
	return rule, rate
}

// surface is a function of the plane with its gradient.
type surface func(x, y float64) (f, dx, dy float64)

var surfaces = map[string]surface{
	"quadratic": func(x, y float64) (f, dx, dy float64) {
		return 0.5 * (x*x + 25*y*y), x, 25 * y
	},
	"rosenbrock": func(x, y float64) (f, dx, dy float64) {
		a, b := 1-x, y-x*x
		return a*a + 100*b*b, -2*a - 400*x*b, 200 * b
	},
	"beale": func(x, y float64) (f, dx, dy float64) {
		a, b, c := 1.5-x+x*y, 2.25-x+x*y*y, 2.625-x+x*y*y*y
		return a*a + b*b + c*c,
			2*a*(y-1) + 2*b*(y*y-1) + 2*c*(y*y*y-1),
			2*a*x + 4*b*x*y + 6*c*x*y*y
	},
	"himmelblau": func(x, y float64) (f, dx, dy float64) {
		a, b := x*x+y-11, x+y*y-7
		return a*a + b*b, 4*a*x + 2*b, 2*a + 4*b*y
	},
}

func TestPathsFollowPyTorch(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, Variant, Function string
			Hyper                   hyper
			X                       reference.Tensor
			F                       []float64
			GradNorm                []float64 `json:"grad_norm"`
		}
	}
	reference.Load(t, "optimizers.json", &file)
	ran, left, worst := map[string]int{}, map[string]int{}, 0.0
	for _, c := range file.Cases {
		if _, err := optimizers.ByName(c.Name); err != nil {
			left[c.Name]++
			continue
		}
		ran[c.Name]++
		t.Run(c.Name+"/"+c.Variant+"/"+c.Function, func(t *testing.T) {
			f := surfaces[c.Function]
			if f == nil {
				t.Fatalf("no function %q", c.Function)
			}
			rule, rate := c.Hyper.rule(t, c.Name)
			slots := optimizers.NewSlots[float64](rule, 2, rate)
			path, g := c.X.Data, make([]float64, 2)
			w := slices.Clone(path[:2])
			steps := len(path)/2 - 1
			for n := range steps + 1 {
				want, rtol := path[2*n:2*n+2], 1e-9
				if c.Function == "rosenbrock" && 3*n > 2*steps {
					rtol = 1e-6 // the valley amplifies rounding
				}
				// A coordinate that crosses zero keeps the rounding of the other.
				size := max(math.Abs(want[0]), math.Abs(want[1]))
				if err := reference.Compare(w, want, rtol, 1e-13*size); err != nil {
					t.Fatalf("step %d: %v", n, err)
				}
				worst = max(worst, math.Abs(w[0]-want[0])/size, math.Abs(w[1]-want[1])/size)
				var value float64
				value, g[0], g[1] = f(want[0], want[1])
				checkSurface(t, n, value, c.F, math.Hypot(g[0], g[1]), c.GradNorm)
				value, g[0], g[1] = f(w[0], w[1])
				rule.Update(optimizers.Step{N: n + 1, LearningRate: rate, Loss: value, Shape: []int{2}}, w, g, slots)
			}
		})
	}
	report(t, "paths", ran, left)
	t.Logf("largest relative distance from a path: %.2g", worst)
	atLeast(t, ran, "sgd", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "adamax", "nadam", "radam", "rprop", "asgd", "lion")
}

// checkSurface makes sure that the test's function is the reference's.
func checkSurface(t *testing.T, n int, f float64, values []float64, norm float64, norms []float64) {
	t.Helper()
	if n < len(values) && !reference.Close(f, values[n], 1e-9, 1e-15) {
		t.Fatalf("point %d: f is %v, want %v", n, f, values[n])
	}
	if n < len(norms) && !reference.Close(norm, norms[n], 1e-9, 1e-12) {
		t.Fatalf("point %d: gradient norm is %v, want %v", n, norm, norms[n])
	}
}

// TestParameterGroups trains three tensors in two groups: A with its own learning
// rate and decay, B, and D, which has no gradient and so no update.
func TestParameterGroups(t *testing.T) {
	var file struct {
		Groups []struct {
			Name  string
			Hyper struct {
				A struct {
					LR          float64
					WeightDecay float64 `json:"weight_decay"`
				} `json:"group_A"`
				BD struct {
					LR          float64
					WeightDecay float64 `json:"weight_decay_default"`
				} `json:"group_BD"`
				Momentum *float64
			}
			Initial []reference.Tensor
			Final   []reference.Tensor `json:"final_after_10"`
		} `json:"parameter_groups"`
	}
	reference.Load(t, "optimizers.json", &file)
	ran, left := map[string]int{}, map[string]int{}
	for _, c := range file.Groups {
		if _, err := optimizers.ByName(c.Name); err != nil {
			left[c.Name]++
			continue
		}
		ran[c.Name]++
		t.Run(c.Name, func(t *testing.T) {
			configure := func(decay float64) optimizers.Rule {
				options := map[string]string{"weight_decay": fmt.Sprint(decay)}
				if c.Hyper.Momentum != nil {
					options["momentum"] = fmt.Sprint(*c.Hyper.Momentum)
				}
				rule, err := optimizers.Configure(c.Name, options)
				if err != nil {
					t.Fatal(err)
				}
				return rule
			}
			// The loss is sum(A²) + sum((B−1)⁴).
			groups := []struct {
				rule  optimizers.Rule
				rate  float64
				slope func(float64) float64
			}{
				{configure(c.Hyper.A.WeightDecay), c.Hyper.A.LR, func(x float64) float64 { return 2 * x }},
				{configure(c.Hyper.BD.WeightDecay), c.Hyper.BD.LR, func(x float64) float64 { return 4 * math.Pow(x-1, 3) }},
				{configure(c.Hyper.BD.WeightDecay), c.Hyper.BD.LR, nil},
			}
			for i, group := range groups {
				w := slices.Clone(c.Initial[i].Data)
				slots := optimizers.NewSlots[float64](group.rule, len(w), group.rate)
				g := make([]float64, len(w))
				for n := 1; n <= 10 && group.slope != nil; n++ {
					for j, x := range w {
						g[j] = group.slope(x)
					}
					group.rule.Update(optimizers.Step{N: n, LearningRate: group.rate, Shape: c.Initial[i].Shape}, w, g, slots)
				}
				if err := reference.Compare(w, c.Final[i].Data, 1e-9, 0); err != nil {
					t.Errorf("tensor %d: %v", i, err)
				}
			}
		})
	}
	report(t, "parameter groups", ran, left)
	atLeast(t, ran, "sgd", "rmsprop", "adam", "adamw", "lion")
}

func TestClippingFollowsPyTorch(t *testing.T) {
	var file struct {
		Clipping []struct {
			Name, Group string
			Params      struct {
				MaxNorm   float64          `json:"max_norm"`
				NormType  reference.Number `json:"norm_type"`
				ClipValue float64          `json:"clip_value"`
			}
			Grads, Clipped []reference.Tensor
			TotalNorm      reference.Number `json:"total_norm"`
		}
	}
	reference.Load(t, "optimizers.json", &file)
	norms := map[reference.Number]optimizers.Norm{
		1: optimizers.L1, 2: optimizers.L2, reference.Number(math.Inf(1)): optimizers.LInf,
	}
	ran, left, overflowed := map[string]int{}, map[string]int{}, 0
	for _, c := range file.Clipping {
		ran[c.Name]++
		t.Run(fmt.Sprintf("%s/%s/%v", c.Name, c.Group, c.Params.NormType), func(t *testing.T) {
			var gradient [][]float64
			finite := true
			for _, g := range c.Grads {
				gradient = append(gradient, slices.Clone(g.Data))
				for _, x := range g.Data {
					finite = finite && !math.IsInf(x, 0)
				}
			}
			switch c.Name {
			case "clip_value":
				optimizers.ClipValue(gradient, c.Params.ClipValue)
			case "clip_norm":
				norm, ok := norms[c.Params.NormType]
				if !ok {
					t.Fatalf("no norm of type %v", c.Params.NormType)
				}
				total := float64(c.TotalNorm)
				if finite && math.IsInf(total, 0) {
					// PyTorch's squares overflow; the scaled norm is right too.
					overflowed++
					clipOverflow(t, gradient, c.Params.MaxNorm, norm)
					return
				}
				got := optimizers.ClipNorm(gradient, c.Params.MaxNorm, norm)
				if !reference.Close(got, total, 1e-14, 0) {
					t.Errorf("norm is %v, want %v", got, total)
				}
			default:
				t.Fatalf("no clipping called %q", c.Name)
			}
			for i, want := range c.Clipped {
				if err := reference.Compare(gradient[i], want.Data, 1e-14, 0); err != nil {
					t.Errorf("tensor %d: %v", i, err)
				}
			}
		})
	}
	report(t, "clippings", ran, left)
	t.Logf("%d of them, whose squares overflow, against the norm of the scaled gradient", overflowed)
	atLeast(t, ran, "clip_norm", "clip_value")
}

// clipOverflow checks a gradient whose L2 norm PyTorch reports as infinite: the
// clipped one must have the length max and the direction of the original.
func clipOverflow(t *testing.T, gradient [][]float64, limit float64, norm optimizers.Norm) {
	t.Helper()
	if norm != optimizers.L2 {
		t.Fatalf("norm %v of a finite gradient is infinite in the reference", norm)
	}
	const unit = 1e200
	small := make([][]float64, len(gradient))
	for i, g := range gradient {
		for _, x := range g {
			small[i] = append(small[i], x/unit)
		}
	}
	length := optimizers.GlobalNorm(small, optimizers.L2)
	if got := optimizers.ClipNorm(gradient, limit, norm); !reference.Close(got, length*unit, 1e-14, 0) {
		t.Errorf("norm is %v, want %v", got, length*unit)
	}
	for i, g := range gradient {
		for j := range g {
			if want := limit * (small[i][j] / length); !reference.Close(g[j], want, 1e-14, 0) {
				t.Errorf("element %d of tensor %d is %v, want %v", j, i, g[j], want)
			}
		}
	}
}

// report logs what ran, and fails when a kind was left out.
func report(t *testing.T, what string, ran, left map[string]int) {
	t.Helper()
	total := 0
	for _, n := range ran {
		total += n
	}
	t.Logf("%d %s ran %v; kinds left out: %v", total, what, ran, slices.Sorted(maps.Keys(left)))
	if len(left) > 0 {
		t.Errorf("the table has no rule for %v", left)
	}
}

// atLeast fails when a kind did not run.
func atLeast(t *testing.T, ran map[string]int, kinds ...string) {
	t.Helper()
	for _, kind := range kinds {
		if ran[kind] == 0 {
			t.Errorf("no case of kind %q ran", kind)
		}
	}
}
