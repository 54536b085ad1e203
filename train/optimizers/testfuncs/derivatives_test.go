package testfuncs_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/train/optimizers/testfuncs"
)

// eachFunction runs f for all functions, and for another number of variables of
// those that take it.
func eachFunction(t *testing.T, run func(t *testing.T, f testfuncs.Function)) {
	for _, name := range testfuncs.Names() {
		for _, variant := range []string{name, name + ":n=5", name + ":n=8"} {
			f, err := testfuncs.ByName(variant)
			if err != nil {
				continue
			}
			t.Run(variant, func(t *testing.T) { run(t, f) })
		}
	}
}

// near draws a point around the start or, every second time, in the box.
func near(f testfuncs.Function, rng *rand.Rand, k int) []float64 {
	x := slices.Clone(f.Start)
	for i := range x {
		if k%2 == 0 {
			x[i] += 0.3 * rng.NormFloat64()
		} else {
			side := f.Box[i%2]
			x[i] = side[0] + (side[1]-side[0])*rng.Float64()
		}
	}
	return x
}

// difference returns the largest difference over the largest magnitude.
func difference(a, b []float64) float64 {
	d, size := 0.0, 1e-3
	for i := range a {
		d, size = max(d, math.Abs(a[i]-b[i])), max(size, math.Abs(a[i]), math.Abs(b[i]))
		if math.IsNaN(a[i] - b[i]) {
			return math.Inf(1)
		}
	}
	return d / size
}

// TestDerivatives compares gradients with central differences of values, Hessians
// with those of gradients, and Jacobians with those of residuals.
func TestDerivatives(t *testing.T) {
	points := 0
	eachFunction(t, func(t *testing.T, f testfuncs.Function) {
		n := f.Dim
		rng := rand.New(rand.NewPCG(1, 2))
		for k := range 6 {
			x := near(f, rng, k)
			g, h := make([]float64, n), make([]float64, n*n)
			f.Grad(g, x)
			f.Hess(h, x)
			jacobian := make([]float64, f.Residuals*n)
			if f.Residuals > 0 {
				f.Jacobian(jacobian, x)
			}
			numericG, numericH, numericJ := make([]float64, n), make([]float64, n*n), make([]float64, len(jacobian))
			for i := range n {
				step := 1e-5 * max(1, math.Abs(x[i])*1e-1)
				var values [2]float64
				var grads, residuals [2][]float64
				for s, sign := range []float64{-1, 1} {
					y := slices.Clone(x)
					y[i] += sign * step
					values[s], grads[s], residuals[s] = f.Func(y), make([]float64, n), make([]float64, f.Residuals)
					f.Grad(grads[s], y)
					if f.Residuals > 0 {
						f.Resid(residuals[s], y)
					}
				}
				numericG[i] = (values[1] - values[0]) / (2 * step)
				for j := range n {
					numericH[j*n+i] = (grads[1][j] - grads[0][j]) / (2 * step)
				}
				for j := range f.Residuals {
					numericJ[j*n+i] = (residuals[1][j] - residuals[0][j]) / (2 * step)
				}
			}
			if math.Abs(f.Func(x)) > 1e12 || math.IsNaN(f.Func(x)) {
				continue // differences have no digit left
			}
			// What rounding of the values leaves of the differences.
			noise := 1e-15 * math.Abs(f.Func(x)) / 1e-5
			size := 1e-3
			for _, v := range g {
				size = max(size, math.Abs(v))
			}
			if e := difference(g, numericG); !(e <= 2e-6+noise/size) {
				t.Errorf("gradient at %v is off by %.2g: %v, differences give %v", x, e, g, numericG)
			}
			if e := difference(h, numericH); !(e <= 2e-6) {
				t.Errorf("Hessian at %v is off by %.2g: %v, differences give %v", x, e, h, numericH)
			}
			// Of a residual of 10⁶ even more.
			if e := difference(jacobian, numericJ); !(e <= 2e-6+1e-16*math.Sqrt(math.Abs(f.Func(x)))/1e-5) {
				t.Errorf("Jacobian at %v is off by %.2g", x, e)
			}
			points++
		}
	})
	t.Logf("%d points", points)
}

// TestSumsOfSquares holds values against residuals.
func TestSumsOfSquares(t *testing.T) {
	eachFunction(t, func(t *testing.T, f testfuncs.Function) {
		if f.Residuals == 0 {
			t.Skip("no sum of squares")
		}
		rng := rand.New(rand.NewPCG(3, 4))
		for k := range 4 {
			x := near(f, rng, k)
			r, total := make([]float64, f.Residuals), 0.0
			f.Resid(r, x)
			for _, v := range r {
				total += v * v
			}
			if v := f.Func(x); math.Abs(v-total) > 1e-12*max(1, math.Abs(v)) {
				t.Errorf("f(%v) = %v, its residuals give %v", x, v, total)
			}
		}
	})
}

// TestMinima looks at the known minima: the value, a gradient of 0, no direction
// that falls, and no point of the box below.
func TestMinima(t *testing.T) {
	with, total := 0, 0
	eachFunction(t, func(t *testing.T, f testfuncs.Function) {
		total++
		if len(f.Minima) > 0 {
			with++
		}
		rng := rand.New(rand.NewPCG(5, 6))
		for _, m := range f.Minima {
			if len(m.X) != f.Dim {
				t.Fatalf("minimum %v for %d variables", m.X, f.Dim)
			}
			if v := f.Func(m.X); math.Abs(v-m.F) > 1e-9*max(1, math.Abs(m.F)) {
				t.Errorf("f(%v) = %v, want %v", m.X, v, m.F)
			}
			g := make([]float64, f.Dim)
			f.Grad(g, m.X)
			for _, d := range g {
				if !(math.Abs(d) <= 2e-6*max(1, math.Abs(m.F))) {
					t.Errorf("gradient %v at the minimum %v", g, m.X)
					break
				}
			}
			for range 200 {
				y := slices.Clone(m.X)
				for i := range y {
					y[i] += 1e-3 * max(1, math.Abs(y[i])) * rng.NormFloat64()
				}
				if v := f.Func(y); v < m.F-1e-9*max(1, math.Abs(m.F)) {
					t.Errorf("f(%v) = %v is below the minimum %v", y, v, m.F)
				}
			}
			for k := range 200 {
				y := near(f, rng, k)
				if v := f.Func(y); v < m.F-1e-9*max(1, math.Abs(m.F)) {
					t.Errorf("f(%v) = %v is below the minimum %v", y, v, m.F)
				}
			}
		}
	})
	t.Logf("%d of %d have known minima", with, total)
}
