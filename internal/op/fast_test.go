package op

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A function whose F or D was replaced does not keep the kernels of the old one.
func TestReplacedFunctionLosesItsKernels(t *testing.T) {
	tanh := Unary{Name: "tanh", F: math.Tanh, D: func(x float64) float64 { y := math.Tanh(x); return 1 - y*y }, Fast: FastTanh}
	if !FastTanh.agrees(tanh) {
		t.Error("the kernels of tanh do not agree with tanh")
	}
	other := tanh
	other.F = func(x float64) float64 { return math.Tanh(x) + 1e-6 }
	if FastTanh.agrees(other) {
		t.Error("kernels stay although F was replaced")
	}
	other = tanh
	other.D = func(float64) float64 { return 1 }
	if FastTanh.agrees(other) {
		t.Error("kernels stay although D was replaced")
	}
}

// Kernels and loops agree on random numbers, with gradients that are not 1.
func TestFastFunctions(t *testing.T) {
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	step := func(low float64) func(float64) float64 {
		return func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return low
		}
	}
	times := func(d func(float64) float64) func(float64) float64 {
		return func(x float64) float64 { return x * d(x) }
	}
	for name, c := range map[string]struct {
		fast *Fast
		f, d func(float64) float64
	}{
		"relu":       {FastReLU, times(step(0)), step(0)},
		"leaky-relu": {FastLeakyReLU(0.2), times(step(0.2)), step(0.2)},
		"sigmoid":    {FastSigmoid, logistic, func(x float64) float64 { return logistic(x) * (1 - logistic(x)) }},
		"tanh":       {FastTanh, math.Tanh, func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }},
		"elu": {FastELU(1.05, 1.75),
			func(x float64) float64 { return math.Max(1.05*x, 0) + 1.75*math.Expm1(math.Min(x, 0)) },
			func(x float64) float64 { return 1.05*step(0)(x) + 1.75*(1-step(0)(x))*math.Exp(math.Min(x, 0)) }},
		"softplus":    {FastSoftplus(1), LogOnePlusExp, logistic},
		"softplus 2":  {FastSoftplus(2), func(x float64) float64 { return LogOnePlusExp(2*x) / 2 }, func(x float64) float64 { return logistic(2 * x) }},
		"log-sigmoid": {FastSoftplus(-1), func(x float64) float64 { return -LogOnePlusExp(-x) }, func(x float64) float64 { return logistic(-x) }},
		"gelu": {FastGELU, func(x float64) float64 { return x * math.Erfc(-x/math.Sqrt2) / 2 },
			func(x float64) float64 {
				return math.Erfc(-x/math.Sqrt2)/2 + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
			}},
		"silu": {FastSiLU, func(x float64) float64 { return x * logistic(x) },
			func(x float64) float64 { return logistic(x) * (1 + x*logistic(-x)) }},
	} {
		if !c.fast.agrees(Unary{F: c.f, D: c.d}) {
			t.Errorf("%s: the kernels do not agree with the function", name)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		x, g := make([]float64, 67), make([]float64, 67)
		x32, g32 := make([]float32, 67), make([]float32, 67)
		for i := range x {
			x32[i], g32[i] = float32(4*rng.NormFloat64()), float32(rng.NormFloat64())
			x[i], g[i] = float64(x32[i]), float64(g32[i])
		}
		y, d := make([]float64, 67), make([]float64, 67)
		y32, d32 := make([]float32, 67), make([]float32, 67)
		c.fast.forward.f64(y, [][]float64{x})
		c.fast.backward.f64(d, [][]float64{x, g, y})
		c.fast.forward.f32(y32, [][]float32{x32})
		c.fast.backward.f32(d32, [][]float32{x32, g32, y32})
		for i, v := range x {
			for _, e := range []struct{ got, want, tol float64 }{
				{y[i], c.f(v), 1e-14}, {d[i], g[i] * c.d(v), 1e-14},
				{float64(y32[i]), c.f(v), 1e-6}, {float64(d32[i]), g[i] * c.d(v), 1e-6},
			} {
				if math.Abs(e.got-e.want) > e.tol*math.Max(1, math.Abs(e.want)) {
					t.Errorf("%s at %v: got %v, want %v", name, v, e.got, e.want)
				}
			}
		}
	}
}

// A pair keeps its kernels as long as they compute its F and D.
func TestReplacedPairLosesItsKernels(t *testing.T) {
	square := Pair{
		F: func(p, t, _ float64) float64 { return (p - t) * (p - t) },
		D: func(p, t, _ float64) float64 { return 2 * (p - t) },
	}
	if !FastSquare.agrees(square) {
		t.Error("the kernels of the square do not agree with it")
	}
	other := square
	other.F = func(p, t, c float64) float64 { return square.F(p, t, c) + 1e-6 }
	if FastSquare.agrees(other) {
		t.Error("kernels stay although F was replaced")
	}
	other = square
	other.D = func(_, _, _ float64) float64 { return math.Inf(1) }
	if FastSquare.agrees(other) {
		t.Error("kernels agree with an infinity")
	}
	other.D = func(_, t, _ float64) float64 { return t }
	if FastSquare.agrees(other) || FastAbsolute.agrees(square) || FastHuber(2).agrees(square) {
		t.Error("kernels agree with another D")
	}
	huber := func(delta float64) Pair {
		limited := func(d float64) float64 { return min(max(d, -delta), delta) }
		return Pair{
			F: func(p, t, _ float64) float64 { y := limited(p - t); return y * (p - t - y/2) },
			D: func(p, t, _ float64) float64 { return limited(p - t) },
		}
	}
	if !FastHuber(2).agrees(huber(2)) || FastHuber(2).agrees(huber(3)) {
		t.Error("the kernels of huber agree with another delta, or not with their own")
	}
}
