package optimizers_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nabla/internal/reference"
	"nabla/train/optimizers"
)

// Muon's step has singular values near 1, whatever those of the gradient are;
// a vector is updated by Adam.
func TestMuonOrthogonalises(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	low, high := math.Inf(1), 0.0
	for _, shape := range [][]int{{8, 8}, {5, 30}, {30, 5}, {2, 2}, {64, 10}, {4, 3, 5}} {
		rows := shape[0]
		cols := shape[1]
		if len(shape) == 3 {
			cols *= shape[2]
		}
		w, g := make([]float64, rows*cols), make([]float64, rows*cols)
		for i := range g {
			g[i] = 1e-5 * rng.NormFloat64() // the length of a gradient does not matter
		}
		slots := optimizers.NewSlots[float64](optimizers.Muon{}, len(w), 1)
		optimizers.Muon{}.Update(optimizers.Step{N: 1, LearningRate: 1, Shape: shape}, w, g, slots)
		var svd mat.SVD
		if !svd.Factorize(mat.NewDense(rows, cols, w), mat.SVDThin) {
			t.Fatal("no singular values")
		}
		for _, s := range svd.Values(nil) {
			s /= 0.2 * math.Sqrt(float64(max(rows, cols)))
			low, high = min(low, s), max(high, s)
		}
		// The step goes along the gradient's singular vectors: g·w is negative.
		dot := 0.0
		for i := range w {
			dot += w[i] * g[i]
		}
		if dot >= 0 {
			t.Errorf("%v: the step does not descend", shape)
		}
	}
	t.Logf("singular values between %.3f and %.3f", low, high)
	if low < 0.5 || high > 1.3 {
		t.Errorf("singular values between %v and %v", low, high)
	}
	for _, shape := range [][]int{nil, {6}, {1, 6}, {6, 1}} {
		a, b, g := make([]float64, 6), make([]float64, 6), []float64{1, -2, 3, -4, 5, 0}
		slots, adamSlots := optimizers.NewSlots[float64](optimizers.Muon{}, 6, 1), optimizers.NewSlots[float64](optimizers.Adam{}, 6, 1)
		for n := 1; n < 5; n++ {
			optimizers.Muon{}.Update(optimizers.Step{N: n, LearningRate: 0.1, Shape: shape}, a, g, slots)
			optimizers.Adam{}.Update(optimizers.Step{N: n, LearningRate: 0.1}, b, g, adamSlots)
		}
		if !slices.Equal(a, b) {
			t.Errorf("shape %v: %v, Adam gives %v", shape, a, b)
		}
	}
}

// SGLD on ½λx² wanders with the variance Temperature/λ, up to the error of the step:
// x ← (1−ηλ)x + √(2ηT)ξ has the variance T/(λ·(1 − ηλ/2)).
func TestSGLDVariance(t *testing.T) {
	const steps, chains, curvature, rate = 4000, 50, 2.0, 0.1
	for _, temperature := range []float64{1e-4, 0.5} {
		rule := optimizers.SGLD{Temperature: &temperature}
		rng := rand.New(rand.NewPCG(8, 9))
		w, g := make([]float64, chains), make([]float64, chains)
		sum, squares, n := 0.0, 0.0, 0
		for k := 1; k <= steps; k++ {
			for i := range g {
				g[i] = curvature * w[i]
			}
			rule.Update(optimizers.Step{N: k, LearningRate: rate, Rand: rng}, w, g, nil)
			for _, x := range w {
				if k > 100 {
					sum, squares, n = sum+x, squares+x*x, n+1
				}
			}
		}
		want := temperature / (curvature * (1 - rate*curvature/2))
		mean, variance := sum/float64(n), squares/float64(n)
		if math.Abs(variance/want-1) > 0.03 || math.Abs(mean) > 0.05*math.Sqrt(want) {
			t.Errorf("temperature %v: mean %v, variance %v, want %v", temperature, mean, variance, want)
		}
	}
	same := func(seed uint64) []float64 {
		w := make([]float64, 3)
		optimizers.SGLD{}.Update(optimizers.Step{N: 1, LearningRate: 1, Rand: rand.New(rand.NewPCG(seed, 0))}, w, make([]float64, 3), nil)
		return w
	}
	if !slices.Equal(same(1), same(1)) || slices.Equal(same(1), same(2)) {
		t.Error("the noise does not follow from its stream")
	}
}

// SAM's point is Radius away along the gradient of all parameters.
func TestSAMPoint(t *testing.T) {
	rule := optimizers.SAM{Inner: optimizers.SGD{}, Radius: new(0.3)}
	w, w32, g := []float64{1, 2}, []float32{1, 2}, []float64{3, -4}
	rule.Perturb(10, w, g) // the norm with other parameters
	rule.Perturb32(10, w32, []float32{3, -4})
	if err := reference.Compare(w, []float64{1 + 0.3*3/10, 2 - 0.3*4/10}, 1e-15, 0); err != nil {
		t.Error(err)
	}
	if math.Abs(float64(w32[0])-w[0]) > 1e-7 || math.Abs(float64(w32[1])-w[1]) > 1e-7 {
		t.Errorf("%v in float32, %v in float64", w32, w)
	}
}

// The averages are those of the weights that were passed.
func TestAveragesOfWeights(t *testing.T) {
	const steps, decay, t0 = 30, 0.8, 10
	average, polyak := optimizers.EMA{Inner: optimizers.SGD{}, Decay: new(decay)}, optimizers.ASGD{Lambda: new(0.0), T0: new(float64(t0))}
	if average.EvalSlot() != 0 || polyak.EvalSlot() != 0 || (optimizers.EMA{Inner: optimizers.Adam{}}).EvalSlot() != 2 {
		t.Fatal("other slots than expected")
	}
	a, b := []float64{4}, []float64{4}
	slotsA, slotsB := optimizers.NewSlots[float64](average, 1, 0.3), optimizers.NewSlots[float64](polyak, 1, 0.3)
	var ema, mean float64
	var kept []float64
	for n := 1; n <= steps; n++ {
		g := math.Sin(float64(n))
		average.Update(optimizers.Step{N: n, LearningRate: 0.3}, a, []float64{g}, slotsA)
		polyak.Update(optimizers.Step{N: n, LearningRate: 0.3}, b, []float64{g}, slotsB)
		if a[0] != b[0] {
			t.Fatalf("step %d: the weights differ: %v and %v", n, a, b)
		}
		if ema = decay*ema + (1-decay)*a[0]; n == 1 {
			ema = a[0]
		}
		if n > t0+1 { // the first mean is over one
			kept = append(kept, b[0])
		}
		if math.Abs(slotsA[0][0]-ema) > 1e-14 {
			t.Errorf("step %d: average %v, want %v", n, slotsA[0][0], ema)
		}
		mean = b[0]
		if len(kept) > 0 {
			mean = 0
			for _, x := range kept {
				mean += x / float64(len(kept))
			}
		}
		if math.Abs(slotsB[0][0]-mean) > 1e-14 {
			t.Errorf("step %d: mean %v of %d, want %v", n, slotsB[0][0], len(kept), mean)
		}
	}
}
