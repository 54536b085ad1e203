package diagnose_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nabla/train/diagnose"
)

// symmetric makes a random symmetric matrix and its product.
func symmetric(n int, seed uint64) (*mat.SymDense, diagnose.Product) {
	rng := rand.New(rand.NewPCG(seed, 1))
	a := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			a.SetSym(i, j, rng.NormFloat64())
		}
	}
	return a, func(dst, v []float64) error {
		mat.NewVecDense(n, dst).MulVec(a, mat.NewVecDense(n, v))
		return nil
	}
}

// TestExtremes compares Lanczos with a full decomposition.
func TestExtremes(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 60} {
		for seed := range uint64(5) {
			a, h := symmetric(n, seed)
			var e mat.EigenSym
			if !e.Factorize(a, false) {
				t.Fatal("no eigenvalues")
			}
			want := e.Values(nil)
			low, high, err := diagnose.Extremes(n, h, 60, seed)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(low-want[0]) > 1e-3*math.Abs(want[0]) || math.Abs(high-want[n-1]) > 1e-3*math.Abs(want[n-1]) {
				t.Errorf("%d numbers: %v to %v, want %v to %v", n, low, high, want[0], want[n-1])
			}
		}
	}
}

// TestExtremesEnd: zero matrices, multiples of the identity and matrices of low
// rank end the search early; NaN and errors come out.
func TestExtremesEnd(t *testing.T) {
	products := 0
	scale := func(c float64) diagnose.Product {
		return func(dst, v []float64) error {
			products++
			for i := range dst {
				dst[i] = c * v[i]
			}
			return nil
		}
	}
	for _, c := range []float64{0, 3, -2} {
		products = 0
		low, high, err := diagnose.Extremes(50, scale(c), 40, 1)
		if err != nil || math.Abs(low-c) > 1e-12 || math.Abs(high-c) > 1e-12 || products > 3 { // random starts anew, in case an eigenvalue was missed
			t.Errorf("%v times the identity: %v to %v after %d products, %v", c, low, high, products, err)
		}
	}
	if _, _, err := diagnose.Extremes(5, scale(math.NaN()), 10, 1); !errors.Is(err, diagnose.ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
	if _, _, err := diagnose.Trace(5, scale(math.Inf(1)), 3, 1); !errors.Is(err, diagnose.ErrNotFinite) {
		t.Errorf("Inf: %v", err)
	}
	broken := errors.New("broken")
	fail := func(_, _ []float64) error { return broken }
	if _, _, err := diagnose.Extremes(5, fail, 10, 1); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, _, err := diagnose.Trace(5, fail, 10, 1); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, _, err := diagnose.Extremes(0, fail, 10, 1); err == nil {
		t.Error("no numbers pass")
	}
	if _, _, err := diagnose.Trace(5, fail, 0, 1); err == nil {
		t.Error("no samples pass")
	}
}

// TestTrace: a diagonal matrix needs one sample; of others the estimate lies
// within its error, which has the size that theory says.
func TestTrace(t *testing.T) {
	diagonal := func(dst, v []float64) error {
		for i := range dst {
			dst[i] = float64(i) * v[i]
		}
		return nil
	}
	if trace, _, err := diagnose.Trace(10, diagonal, 1, 3); err != nil || trace != 45 {
		t.Errorf("got %v, %v, want 45", trace, err)
	}
	const n, samples = 30, 400
	a, h := symmetric(n, 1)
	var off float64
	for i := range n {
		for j := range n {
			if i != j {
				off += a.At(i, j) * a.At(i, j)
			}
		}
	}
	trace, deviation, err := diagnose.Trace(n, h, samples, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := math.Sqrt(2 * off / samples); deviation < want/1.3 || deviation > 1.3*want {
		t.Errorf("standard error %v, theory has %v", deviation, want)
	}
	if math.Abs(trace-mat.Trace(a)) > 4*deviation {
		t.Errorf("trace %v ± %v, want %v", trace, deviation, mat.Trace(a))
	}
}

// TestNoise draws gradients of batches with a known mean and covariance.
func TestNoise(t *testing.T) {
	const n, batch, batches = 200, 4, 400
	rng := rand.New(rand.NewPCG(1, 2))
	gradients := make([][]float64, batches)
	for k := range gradients {
		gradients[k] = make([]float64, n)
		for i := range n {
			gradients[k][i] = 0.1 + 2*rng.NormFloat64()/math.Sqrt(batch) // rows have deviation 2
		}
	}
	got, err := diagnose.NoiseOf(gradients, batch)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"tr Σ", got.Variance, 4 * n}, {"|G|²", got.Signal, 0.01 * n}, {"scale", got.Scale, 400}} {
		if math.Abs(c.got/c.want-1) > 0.15 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
	same := [][]float64{{1, 2}, {1, 2}}
	if got, err := diagnose.NoiseOf(same, 8); err != nil || math.Abs(got.Scale) > 1e-12 || math.Abs(got.Signal-5) > 1e-12 {
		t.Errorf("equal gradients: %+v, %v", got, err)
	}
	if got, err := diagnose.NoiseOf([][]float64{{1}, {-1}}, 8); err != nil || !math.IsInf(got.Scale, 1) {
		t.Errorf("opposite gradients: %+v, %v", got, err)
	}
	for _, wrong := range [][][]float64{nil, {{1}}, {{1}, {1, 2}}} {
		if _, err := diagnose.NoiseOf(wrong, 8); err == nil {
			t.Errorf("%v passes", wrong)
		}
	}
}

func TestHistogram(t *testing.T) {
	x := make([]float64, 320)
	for i := range x {
		x[i] = float64(i) / 10
	}
	h := diagnose.HistogramOf(append(x, math.NaN(), math.Inf(-1)))
	if h.Low != 0 || h.High != 31.9 || h.NonFinite != 2 {
		t.Errorf("%+v", h)
	}
	for i, n := range h.Counts {
		if n < 9 || n > 11 {
			t.Errorf("bin %d has %d", i, n)
		}
	}
	for _, x := range [][]float64{{3, 3, 3}, {}, {math.NaN()}} {
		h, sum := diagnose.HistogramOf(x), 0
		for _, n := range h.Counts {
			sum += n
		}
		if sum+h.NonFinite != len(x) {
			t.Errorf("%v: %+v", x, h)
		}
	}
}

func TestLayer(t *testing.T) {
	tanh := diagnose.RangeOf(math.Tanh)
	sigmoid := diagnose.RangeOf(func(x float64) float64 { return 1 / (1 + math.Exp(-x)) })
	softsign := diagnose.RangeOf(func(x float64) float64 { return x / (1 + math.Abs(x)) })
	if tanh != (diagnose.Range{Low: -1, High: 1}) || sigmoid != (diagnose.Range{Low: 0, High: 1}) || math.Abs(softsign.High-1) > 1e-5 {
		t.Errorf("ranges %v, %v, %v", tanh, sigmoid, softsign)
	}
	for name, f := range map[string]func(float64) float64{
		"relu": func(x float64) float64 { return max(x, 0) }, "constant": func(float64) float64 { return 1 }, "log": func(x float64) float64 { return math.Log1p(x * x) },
	} {
		if r := diagnose.RangeOf(f); r != (diagnose.Range{}) {
			t.Errorf("%s has ends %v", name, r)
		}
	}
	// Units: one at the end, one that is constant, one in the middle, one at both ends.
	y := []float64{1, 0.2, 0.1, -1, 0.99, 0.2, -0.3, 1}
	l := diagnose.LayerOf("x", y, 4, true, tanh)
	if l.Dead != 1 || l.Saturated != 0.5 || !l.Bounded || math.Abs(l.Mean-0.27375) > 1e-12 {
		t.Errorf("%+v", l)
	}
	if l := diagnose.LayerOf("x", y, 4, false, diagnose.Range{}); l.Dead != 0 || l.Bounded || l.Saturated != 0 {
		t.Errorf("linear: %+v", l)
	}
	if l := diagnose.LayerOf("x", y[:4], 4, true, tanh); l.Dead != 0 {
		t.Errorf("one row: %+v", l)
	}
}

func TestParseWatch(t *testing.T) {
	all := diagnose.Watch{Norms: true, Histograms: true, Activations: true, Curvature: true}
	w, err := diagnose.ParseWatch(strings.Join(diagnose.Kinds(), ", "))
	if err != nil || w != all || w != diagnose.Everything {
		t.Errorf("%+v, %v", w, err)
	}
	if again, err := diagnose.ParseWatch(w.String()); err != nil || again != w {
		t.Errorf("%q: %+v, %v", w, again, err)
	}
	if w, err := diagnose.ParseWatch(""); err != nil || w.Any() {
		t.Errorf("nothing: %+v, %v", w, err)
	}
	if _, err := diagnose.ParseWatch("norms,curvatur"); err == nil || !strings.Contains(err.Error(), `did you mean "curvature"?`) {
		t.Error(err)
	}
}

// TestValues checks the names that files have.
func TestValues(t *testing.T) {
	s := diagnose.Sample{
		LearningRate: 0.1, Tensors: []diagnose.Tensor{{Name: "0.weight", Weight: 2, Gradient: 3, Update: 0.5}}, Noise: &diagnose.Noise{Scale: 7},
		Layers: []diagnose.Layer{{Name: "0 dense", Units: 4, Nonlinear: true, Dead: 1, Bounded: true}}, Curvature: &diagnose.Curvature{Largest: 4, Smallest: -1, Trace: 9},
	}
	var names []string
	byName := map[string]float64{}
	for _, v := range s.Values() {
		names = append(names, v.Name)
		byName[v.Name] = v.Value
	}
	want := []string{"grad_norm:0.weight", "weight_norm:0.weight", "update_ratio:0.weight", "noise_scale", "mean:0 dense", "deviation:0 dense", "dead:0 dense", "saturated:0 dense", "lambda_max", "lambda_min", "trace", "step_curvature"}
	if !slices.Equal(names, want) {
		t.Errorf("names %q", names)
	}
	if byName["update_ratio:0.weight"] != 0.25 || byName["dead:0 dense"] != 0.25 || byName["step_curvature"] != 0.2 {
		t.Errorf("values %v", byName)
	}
}
