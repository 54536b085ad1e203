package nn

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"nabla/internal/reference"
)

func pcg(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// fill is Fill into a new slice.
func fill(t *testing.T, i Initializer, rng *rand.Rand, fan Fan, shape []int, gain float64) []float64 {
	t.Helper()
	w := make([]float64, elements(shape))
	if err := i.Fill(rng, fan, shape, gain, w); err != nil {
		t.Fatal(err)
	}
	return w
}

// gramError is how far the rows (or, of a tall matrix, the columns) are from
// orthonormal times gain.
func gramError(w []float64, rows, cols int, gain float64) float64 {
	at, short, long := func(i, k int) float64 { return w[i*cols+k] }, rows, cols
	if rows > cols {
		at, short, long = func(i, k int) float64 { return w[k*cols+i] }, cols, rows
	}
	worst := 0.0
	for i := range short {
		for j := range short {
			dot := 0.0
			for k := range long {
				dot += at(i, k) * at(j, k)
			}
			if i == j {
				dot -= gain * gain
			}
			worst = max(worst, math.Abs(dot))
		}
	}
	return worst
}

func TestOrthogonalCases(t *testing.T) {
	var ref initReference
	reference.Load(t, "init.json", &ref)
	for _, c := range ref.Orthogonal {
		for _, gain := range []float64{0, 1, 5.0 / 3, math.Sqrt2} {
			w := fill(t, Orthogonal, pcg(1, 2), Fan{1, 1}, c.Shape, gain)
			if gain == 0 {
				gain = 1
			}
			if worst := gramError(w, c.Flattened[0], c.Flattened[1], gain); worst > 1e-14 {
				t.Errorf("%v, gain %v: not orthogonal by %v", c.Shape, gain, worst)
			}
			norm := 0.0
			for _, v := range w {
				norm = math.Hypot(norm, v)
			}
			if !reference.Close(norm, gain*c.Frobenius, 1e-14, 0) {
				t.Errorf("%v, gain %v: Frobenius norm %v, want %v", c.Shape, gain, norm, gain*c.Frobenius)
			}
		}
	}
	t.Logf("%d of %d cases, 4 gains each", len(ref.Orthogonal), len(ref.Orthogonal))
}

// TestOrthogonalIsUniform makes sure that the signs are right: without them the
// diagonal of Q would be negative throughout. Of a uniform 3×3 matrix every
// element has mean 0 and variance 1/3, and half have determinant 1.
func TestOrthogonalIsUniform(t *testing.T) {
	const n = 20_000
	rng := pcg(7, 7)
	var sum, square [9]float64
	positive := 0
	for range n {
		w := fill(t, Orthogonal, rng, Fan{3, 3}, []int{3, 3}, 1)
		for i, v := range w {
			sum[i] += v / n
			square[i] += v * v / n
		}
		det := w[0]*(w[4]*w[8]-w[5]*w[7]) - w[1]*(w[3]*w[8]-w[5]*w[6]) + w[2]*(w[3]*w[7]-w[4]*w[6])
		if det > 0 {
			positive++
		}
	}
	for i := range sum {
		if math.Abs(sum[i]) > 5*math.Sqrt(1.0/3/n) {
			t.Errorf("element %d has mean %v, want 0", i, sum[i])
		}
		if math.Abs(square[i]-1.0/3) > 5*math.Sqrt(4.0/45/n) {
			t.Errorf("element %d has variance %v, want 1/3", i, square[i])
		}
	}
	if math.Abs(float64(positive)-n/2) > 5*math.Sqrt(n)/2 {
		t.Errorf("%d of %d determinants are positive", positive, n)
	}
}

// TestOrthogonalWhateverTheProcessors draws a matrix large enough for gonum to
// spread over goroutines.
func TestOrthogonalWhateverTheProcessors(t *testing.T) {
	shape := []int{300, 200}
	want := fill(t, Orthogonal, pcg(1, 1), Fan{300, 200}, shape, 1)
	if worst := gramError(want, 300, 200, 1); worst > 1e-13 {
		t.Errorf("not orthogonal by %v", worst)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(procs)
		if got := fill(t, Orthogonal, pcg(1, 1), Fan{300, 200}, shape, 1); !slices.Equal(got, want) {
			t.Errorf("%d processors: other values", procs)
		}
	}
}

// TestInitializerTable holds what is true of every initializer.
func TestInitializerTable(t *testing.T) {
	fan, shape := Fan{6, 4}, []int{6, 4}
	seen := map[string]bool{}
	for _, init := range Initializers() {
		if seen[init.Name] || init.Name == "" || init.Formula == "" || init.IsZero() {
			t.Errorf("row %+v", init)
		}
		seen[init.Name] = true
		w := fill(t, init, pcg(1, 1), fan, shape, 0)
		if !slices.Equal(w, fill(t, init, pcg(1, 1), fan, shape, 0)) {
			t.Errorf("%s: equal seeds, other values", init.Name)
		}
		if slices.Contains([]string{"zeros", "constant:0"}, init.Name) {
			if slices.ContainsFunc(w, func(v float64) bool { return v != 0 }) {
				t.Errorf("%s: %v", init.Name, w)
			}
			continue
		}
		for i, v := range w {
			if v == 0 || math.IsNaN(v) || slices.Contains(w[:i], v) {
				t.Errorf("%s: element %d is %v, zero or there before", init.Name, i, v)
			}
		}
		for _, other := range []*rand.Rand{pcg(2, 1), pcg(1, 2)} {
			if x := fill(t, init, other, fan, shape, 0); slices.Equal(w, x) {
				t.Errorf("%s: another seed or stream, equal values", init.Name)
			}
		}

		// A gain of 0 is the documented one; a gain of 3 is 3 times a gain of 1, or
		// has no effect.
		one, three := fill(t, init, pcg(1, 1), fan, shape, 1), fill(t, init, pcg(1, 1), fan, shape, 3)
		factor, unknown := 1.0, 1.0
		switch init.Name {
		case "glorot-uniform", "glorot-normal", "orthogonal":
			factor = 3
		case "he-uniform", "he-normal":
			factor, unknown = 3, math.Sqrt2
		}
		for i := range w {
			if !reference.Close(three[i], factor*one[i], 0, 1e-14) || !reference.Close(w[i], unknown*one[i], 0, 1e-14) {
				t.Errorf("%s: gains 0, 1, 3 give %v, %v, %v", init.Name, w[i], one[i], three[i])
				break
			}
		}
	}
	t.Logf("%d initializers", len(seen))
}

func TestZeroInitializerIsTheDefault(t *testing.T) {
	var none Initializer
	got := fill(t, none, pcg(3, 3), Fan{5, 2}, []int{5, 2}, 1)
	if want := fill(t, GlorotUniform, pcg(3, 3), Fan{5, 2}, []int{5, 2}, 1); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := none.Or(HeNormal).Name; got != "he-normal" {
		t.Errorf("default %s", got)
	}
	if got := Zeros.Or(HeNormal).Name; got != "zeros" {
		t.Errorf("default %s", got)
	}
}

func TestParseInitializer(t *testing.T) {
	for i, name := range InitializerNames() {
		got, err := ParseInitializer(name)
		if err != nil || got.Name != Initializers()[i].Name || strings.Contains(name, ":") {
			t.Errorf("%s: %s, %v", name, got.Name, err)
		}
	}
	good := map[string]string{ // text to name
		"he-normal": "he-normal", "constant:0.5": "constant:0.5", "constant:-1e-3": "constant:-0.001",
		"uniform:-0.1,0.1": "uniform:-0.1,0.1", "uniform": "uniform:-0.05,0.05", "normal:0,0.05": "normal:0,0.05",
		"normal: 1 , 2": "normal:1,2", "normal": "normal:0,0.05", "constant": "constant:0", "uniform:1,1": "uniform:1,1",
	}
	for text, want := range good {
		init, err := ParseInitializer(text)
		if err != nil || init.Name != want {
			t.Errorf("%s: %s, %v, want %s", text, init.Name, err, want)
		}
		if again, err := ParseInitializer(init.Name); err != nil || again.Name != want || again.Formula != init.Formula {
			t.Errorf("%s is read as %s, %v", init.Name, again.Name, err)
		}
	}
	bad := map[string]string{
		"he-norml":               `nn: unknown initializer "he-norml", did you mean "he-normal"? (have zeros, constant, uniform, normal, glorot-uniform,`,
		"Glorot-Uniform":         `did you mean "glorot-uniform"?`,
		"zero":                   `did you mean "zeros"?`,
		"unifrom:-1,1":           `nn: unknown initializer "unifrom", did you mean "uniform"?`,
		"":                       `nn: unknown initializer "" (have zeros,`,
		"pineapple":              `nn: unknown initializer "pineapple" (have zeros,`,
		strings.Repeat("x", 1e6): `xxx…" (have zeros`,
		"constant:":              `nn: initializer "constant:": "" is not a number`,
		"constant:x":             `"x" is not a number`,
		"constant:1,2":           "2 numbers, want constant:VALUE",
		"constant:NaN":           "initializer constant:NaN: needs a finite value, got NaN",
		"uniform:1":              "1 numbers, want uniform:LOW,HIGH",
		"uniform:1,-1":           "needs finite bounds, the lower first, got 1 and -1",
		"uniform:-Inf,1":         "needs finite bounds",
		"uniform:-1e308,1e308":   "needs finite bounds",
		"normal:0,-1":            "a standard deviation not below 0, got 0 and -1",
		"normal:Inf,1":           "needs a finite mean",
		"normal:0":               "1 numbers, want normal:MEAN,STD",
		"normal:0,1,":            `"" is not a number`,
		"he-normal:2":            `nn: initializer "he-normal:2": takes no parameters`,
	}
	for text, want := range bad {
		init, err := ParseInitializer(text)
		if err == nil || !strings.Contains(err.Error(), want) || !init.IsZero() || len(err.Error()) > 400 {
			t.Errorf("%.60s: got %v, want %s", text, err, want)
		}
	}
}

func TestParameterisedInitializers(t *testing.T) {
	rng := pcg(1, 1)
	if w := fill(t, Constant(-2.5), rng, Fan{1, 1}, []int{3}, 7); !slices.Equal(w, []float64{-2.5, -2.5, -2.5}) {
		t.Errorf("constant: %v", w)
	}
	const n = 100_000
	w := fill(t, Uniform(2, 5), rng, Fan{1, 1}, []int{n}, 7)
	mean, std, kurtosis, _ := moments(w)
	if low, high := slices.Min(w), slices.Max(w); low < 2 || low > 2.001 || high >= 5 || high < 4.999 ||
		!reference.Close(mean, 3.5, 0, 0.02) || !reference.Close(std, math.Sqrt(0.75), 0, 0.01) || !reference.Close(kurtosis, 1.8, 0, 0.02) {
		t.Errorf("uniform: from %v to %v, mean %v, standard deviation %v, kurtosis %v", low, high, mean, std, kurtosis)
	}
	w = fill(t, Normal(-3, 0.5), rng, Fan{1, 1}, []int{n}, 7)
	if mean, std, kurtosis, _ = moments(w); !reference.Close(mean, -3, 0, 0.008) || !reference.Close(std, 0.5, 0, 0.006) || !reference.Close(kurtosis, 3, 0, 0.1) {
		t.Errorf("normal: mean %v, standard deviation %v, kurtosis %v", mean, std, kurtosis)
	}
}

func TestFillErrors(t *testing.T) {
	w := make([]float64, 6)
	custom := Initializer{Name: "mine", Draw: func(*rand.Rand, Fan, []int, float64, []float64) error { return errors.New("no luck") }}
	cases := []struct {
		init  Initializer
		rng   *rand.Rand
		fan   Fan
		shape []int
		gain  float64
		want  string
	}{
		{HeNormal, nil, Fan{2, 3}, []int{2, 3}, 1, "initializer he-normal: needs a source of random numbers"},
		{HeNormal, pcg(1, 1), Fan{2, 3}, []int{2, 2}, 1, "shape [2 2] does not hold 6 elements"},
		{HeNormal, pcg(1, 1), Fan{2, 3}, []int{-2, -3}, 1, "shape [-2 -3] does not hold 6 elements"},
		{HeNormal, pcg(1, 1), Fan{0, 3}, []int{2, 3}, 1, "fans must be positive, got in 0 and out 3"},
		{HeNormal, pcg(1, 1), Fan{2, -3}, []int{2, 3}, 1, "fans must be positive, got in 2 and out -3"},
		{HeNormal, pcg(1, 1), Fan{2, 3}, []int{2, 3}, -1, "gain must be a number not below 0, got -1"},
		{HeNormal, pcg(1, 1), Fan{2, 3}, []int{2, 3}, math.NaN(), "got NaN"},
		{HeNormal, pcg(1, 1), Fan{2, 3}, []int{2, 3}, math.Inf(1), "got +Inf"},
		{Orthogonal, pcg(1, 1), Fan{2, 3}, []int{6}, 1, "initializer orthogonal: needs a shape of at least 2 dimensions, got [6]"},
		{Initializer{Name: "mine"}, pcg(1, 1), Fan{2, 3}, []int{2, 3}, 1, "initializer mine: has no Draw function"},
		{custom, pcg(1, 1), Fan{2, 3}, []int{2, 3}, 1, "initializer mine: no luck"},
		{Uniform(1, 0), pcg(1, 1), Fan{2, 3}, []int{2, 3}, 1, "initializer uniform:1,0: needs finite bounds"},
	}
	for _, c := range cases {
		err := c.init.Fill(c.rng, c.fan, c.shape, c.gain, w)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	for _, init := range Initializers() { // nothing to fill is no error
		if err := init.Fill(pcg(1, 1), Fan{2, 3}, []int{0, 3}, 1, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestInitializerText(t *testing.T) {
	type layer struct{ Init Initializer }
	for _, init := range append(Initializers(), Initializer{}) {
		text, err := json.Marshal(layer{init})
		if err != nil {
			t.Fatal(err)
		}
		got := layer{Zeros}
		if err := json.Unmarshal(text, &got); err != nil || got.Init.Name != init.Name || got.Init.IsZero() != init.IsZero() {
			t.Errorf("%s became %s, %v", text, got.Init.Name, err)
		}
	}
	var custom layer
	if err := json.Unmarshal([]byte(`{"Init":"mine"}`), &custom); err != nil || custom.Init.Name != "mine" || custom.Init.IsZero() {
		t.Errorf("%+v, %v", custom, err)
	}
	if err := custom.Init.Fill(pcg(1, 1), Fan{1, 1}, []int{1}, 1, make([]float64, 1)); err == nil || !strings.Contains(err.Error(), "initializer mine: has no Draw function") {
		t.Error(err)
	}
}
