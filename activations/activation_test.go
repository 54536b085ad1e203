package activations_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/internal/op"
	"nabla/internal/reference"
	"nabla/nn/autodiff"
)

// functions is the table and a few members of its families.
func functions() []activations.Activation {
	return append(activations.All(),
		activations.LeakyReLUSlope(0.2), activations.ELUAlpha(0.5), activations.SoftplusBeta(2), activations.HardTanhBounds(-2, 0.5))
}

// TestDerivatives holds D and D2 against differences of F and D.
func TestDerivatives(t *testing.T) {
	const h = 1e-3
	// slope is the five-point difference of f, with an error of h⁴.
	slope := func(f func(float64) float64, x float64) float64 {
		return (8*(f(x+h)-f(x-h)) - (f(x+2*h) - f(x-2*h))) / (12 * h)
	}
	for _, a := range functions() {
		if a.F == nil {
			continue
		}
		for x := -8.05; x < 8; x += 0.1 {
			if slices.ContainsFunc(append([]float64{0}, a.Kinks...), func(k float64) bool { return math.Abs(x-k) < 3*h }) {
				continue // at 0 f″ of elu and softsign jumps
			}
			if got, want := a.D(x), slope(a.F, x); !reference.Close(got, want, 0, 1e-9) {
				t.Errorf("%s′(%v) = %v, differences give %v", a, x, got, want)
			}
			if got, want := a.D2(x), slope(a.D, x); !reference.Close(got, want, 0, 1e-9) {
				t.Errorf("%s″(%v) = %v, differences give %v", a, x, got, want)
			}
		}
	}
}

// TestKinks checks that f′ jumps where Kinks says, and nowhere else.
func TestKinks(t *testing.T) {
	for _, a := range functions() {
		if a.F == nil {
			continue
		}
		const step = 0.125
		for x := -8.0; x <= 8; x += step {
			jump := math.Abs(a.D(x+1e-9) - a.D(x-1e-9))
			if kink := slices.Contains(a.Kinks, x); kink != (jump > 1e-3) {
				t.Errorf("%s: f′ jumps by %v at %v, kink: %v", a, jump, x, kink)
			}
		}
	}
}

// TestLimits holds infinite arguments to the limit and NaN to NaN.
func TestLimits(t *testing.T) {
	for _, a := range functions() {
		if a.F == nil {
			continue
		}
		for _, sign := range []float64{-1, 1} {
			inf, far := math.Inf(int(sign)), sign*1e300
			want := a.F(far)
			if math.Abs(want) > 1e290 {
				want = math.Inf(int(math.Copysign(1, want)))
			}
			if got := a.F(inf); got != want {
				t.Errorf("%s(%v) = %v, want %v", a, inf, got, want)
			}
			if got := a.D(inf); got != a.D(far) {
				t.Errorf("%s′(%v) = %v, want %v", a, inf, got, a.D(far))
			}
			if got := a.D2(inf); got != 0 {
				t.Errorf("%s″(%v) = %v, want 0", a, inf, got)
			}
		}
		if got := a.F(math.NaN()); !math.IsNaN(got) {
			t.Errorf("%s(NaN) = %v", a, got)
		}
	}
}

func TestTexts(t *testing.T) {
	for _, a := range functions() {
		for _, text := range []string{a.Name, a.Formula, a.Derivative, a.Use} {
			if text == "" || text != strings.TrimSpace(text) {
				t.Errorf("%+v: a text is missing", a)
			}
		}
		parsed, err := activations.Parse(a.Name)
		if err != nil || parsed.Name != a.Name || parsed.Formula != a.Formula || parsed.Gain != a.Gain {
			t.Errorf("Parse(%q) = %v, %v", a.Name, parsed, err)
		}
		if a.F != nil && parsed.F(-0.7) != a.F(-0.7) {
			t.Errorf("Parse(%q) is another function", a.Name)
		}
	}
	if n := len(activations.Names()); n != len(activations.All()) {
		t.Errorf("%d names", n)
	}
}

// TestGains compares with PyTorch's calculate_gain.
func TestGains(t *testing.T) {
	var file struct{ Gains map[string]float64 }
	reference.Load(t, "init.json", &file)
	for name, a := range map[string]activations.Activation{
		"linear": activations.Identity, "sigmoid": activations.Sigmoid, "tanh": activations.Tanh, "relu": activations.ReLU,
		"selu": activations.SELU, "leaky_relu(0.01)": activations.LeakyReLU, "leaky_relu(0.2)": activations.LeakyReLUSlope(0.2),
	} {
		if want, ok := file.Gains[name]; !ok || !reference.Close(a.Gain, want, 1e-15, 0) {
			t.Errorf("%s: gain %v, want %v", a, a.Gain, want)
		}
	}
}

func TestJSON(t *testing.T) {
	type layer struct {
		Activation activations.Activation `json:"activation,omitzero"`
	}
	for _, c := range []struct {
		activation activations.Activation
		want       string
	}{
		{activations.Activation{}, `{}`},
		{activations.Identity, `{}`},
		{activations.Tanh, `{"activation":"tanh"}`},
		{activations.LeakyReLUSlope(0.2), `{"activation":"leaky-relu:0.2"}`},
		{activations.LeakyReLUSlope(0.01), `{"activation":"leaky-relu"}`},
		{activations.HardTanhBounds(-2, 0.5), `{"activation":"hard-tanh:-2:0.5"}`},
		{activations.LogSoftmaxAxis(1), `{"activation":"log-softmax:1"}`},
	} {
		data, err := json.Marshal(layer{c.activation})
		if err != nil || string(data) != c.want {
			t.Errorf("%s, %v; want %s", data, err, c.want)
		}
		var back layer
		if err := json.Unmarshal(data, &back); err != nil || back.Activation.String() != c.activation.String() {
			t.Errorf("%s: %v, %v", data, back.Activation, err)
		}
	}
}

func TestErrors(t *testing.T) {
	apply := func(a activations.Activation) error {
		g := gorgonia.NewGraph()
		_, err := a.Apply(input(g, tensor.Float64, []int{2, 3}, "x", make([]float64, 6)))
		return err
	}
	parse := func(text string) error { _, err := activations.Parse(text); return err }
	marshal := func(a activations.Activation) error { _, err := a.MarshalText(); return err }
	_, nilNode := activations.Tanh.Apply(nil)
	have := strings.Join(activations.Names(), ", ")
	for _, c := range []struct {
		err  error
		want string
	}{
		{parse("tahn"), `activations: unknown activation "tahn", did you mean "tanh"? (have ` + have + ")"},
		{parse(""), `activations: unknown activation "" (have ` + have + ")"},
		{parse("tanh:1"), `activations: tanh has no parameters, got "tanh:1"`},
		{parse("hard-tanh:1"), `activations: "hard-tanh:1": want hard-tanh:min:max`},
		{parse("hard-tanh:1:-1"), "activations: hard-tanh: the lower bound 1 must be below the upper bound -1"},
		{parse("leaky-relu:a"), `activations: leaky-relu: slope "a" is not a number`},
		{parse("leaky-relu:"), `activations: leaky-relu: slope "" is not a number`},
		{parse("elu:nan"), "activations: elu: alpha must be finite, got NaN"},
		{parse("softplus:0"), "activations: softplus: beta must be positive, got 0"},
		{parse("softmax:0.5"), "activations: softmax: axis must be a whole number, got 0.5"},
		{apply(activations.SoftplusBeta(-1)), "activations: softplus: beta must be positive, got -1"},
		{apply(activations.SoftmaxAxis(2)), "activations: softmax: no axis 2 in shape (2, 3)"},
		{apply(activations.Activation{Name: "mine", F: math.Sin}), "activations: mine: the derivative D is missing"},
		{apply(activations.Activation{Name: "mine", D: math.Sin}), "activations: mine: the function F is missing"},
		{nilNode, "activations: tanh: the input node is nil"},
		{marshal(activations.Activation{F: math.Sin, D: math.Cos}), "activations: a function without a Name cannot be written"},
		{marshal(activations.Activation{Name: "tanh", F: math.Sin, D: math.Cos}), "activations: the name tanh belongs to another function"},
		{marshal(activations.ELUAlpha(math.Inf(1))), "activations: elu: alpha must be finite, got +Inf"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
}

// TestZero checks that the identity adds nothing to the graph.
func TestZero(t *testing.T) {
	g := gorgonia.NewGraph()
	x := input(g, tensor.Float32, []int{2}, "x", []float64{1, 2})
	for _, a := range []activations.Activation{{}, activations.Identity} {
		if y, err := a.Apply(x); y != x || err != nil || !a.IsZero() || a.String() != "identity" {
			t.Errorf("%v, %v", y, err)
		}
	}
	if activations.Tanh.IsZero() {
		t.Error("tanh is no identity")
	}
}

// TestSecondOrder checks in a graph that the gradient of the gradient of
// Σ f(x) is f″.
func TestSecondOrder(t *testing.T) {
	x := []float64{-3.3, -1.1, -0.2, 0.4, 1.7, 2.9}
	for _, a := range functions() {
		if a.F == nil || a.IsZero() {
			continue
		}
		g := gorgonia.NewGraph()
		in := input(g, tensor.Float64, []int{6}, "x", x)
		ones := input(g, tensor.Float64, []int{6}, "v", slices.Repeat([]float64{1}, 6))
		y, err := a.Apply(in)
		if err != nil {
			t.Fatal(err)
		}
		cost, err := op.Total(y)
		if err != nil {
			t.Fatal(err)
		}
		hv, err := autodiff.HessianVector(cost, gorgonia.Nodes{in}, gorgonia.Nodes{ones})
		if err != nil {
			t.Fatal(err)
		}
		got := compute(t, hv[0])
		for i, v := range x {
			if got[i] != a.D2(v) {
				t.Errorf("%s: %v at %v, want %v", a, got[i], v, a.D2(v))
			}
		}
	}
}
