package optimizers_test

import (
	"math"
	"slices"
	"testing"

	"nabla/internal/reference"
	"nabla/train/optimizers"
)

func TestGlobalNorm(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name       string
		gradient   [][]float64
		l1, l2, li float64
	}{
		{"two tensors", [][]float64{{3, -4}, {12}}, 19, 13, 12},
		{"empty", nil, 0, 0, 0},
		{"empty tensor", [][]float64{{}, {-2}}, 2, 2, 2},
		{"tiny", [][]float64{{3e-200, 4e-200}}, 7e-200, 5e-200, 4e-200},
		{"smallest", [][]float64{{0, 5e-324}}, 5e-324, 5e-324, 5e-324},
		{"huge", [][]float64{{3e200}, {4e200}}, 7e200, 5e200, 4e200},
		{"largest", [][]float64{{math.MaxFloat64}}, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64},
		{"beyond float64", [][]float64{{1.7e308, 1.7e308}}, inf, inf, 1.7e308},
		{"infinite", [][]float64{{1, -inf}}, inf, inf, inf},
		{"nan", [][]float64{{inf, nan}, {1}}, nan, nan, nan},
	} {
		for norm, want := range map[optimizers.Norm]float64{optimizers.L1: c.l1, optimizers.L2: c.l2, optimizers.LInf: c.li} {
			if got := optimizers.GlobalNorm(c.gradient, norm); !reference.Close(got, want, 1e-15, 0) {
				t.Errorf("%s: norm %d is %v, want %v", c.name, norm, got, want)
			}
		}
	}
}

// TestClip32 clips float32 gradients whose squares overflow float32.
func TestClip32(t *testing.T) {
	g := [][]float32{{3e30}, {-4e30}}
	if n := optimizers.ClipNorm(g, 1, optimizers.L2); math.Abs(n/5e30-1) > 1e-7 {
		t.Errorf("norm is %v", n)
	}
	if math.Abs(float64(g[0][0])-0.6) > 1e-7 || math.Abs(float64(g[1][0])+0.8) > 1e-7 {
		t.Errorf("clipped to %v", g)
	}
	// The factor 5e-41 has few digits in float32.
	g = [][]float32{slices.Repeat([]float32{3e38}, 100)}
	optimizers.ClipNorm(g, 1.5e-1, optimizers.L2)
	if got := float64(g[0][99]); math.Abs(got-0.015) > 1e-9 {
		t.Errorf("clipped to %v, want 0.015", got)
	}
	nan := float32(math.NaN())
	v := []float32{5, -5, 0.25, nan}
	optimizers.ClipValue([][]float32{v}, 0.5)
	if !slices.Equal(v[:3], []float32{0.5, -0.5, 0.25}) || v[3] == v[3] {
		t.Errorf("clipped to %v", v)
	}
}

// TestNoLimit: a limit that is no positive number clips nothing, and neither does
// an infinite one.
func TestNoLimit(t *testing.T) {
	for _, limit := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		g := [][]float64{{3, -4, math.Inf(1)}}
		optimizers.ClipValue(g, limit)
		optimizers.ClipNorm(g, limit, optimizers.L2)
		if !slices.Equal(g[0], []float64{3, -4, math.Inf(1)}) {
			t.Errorf("limit %v changed the gradient to %v", limit, g)
		}
	}
}

func TestClippingAllocatesNothing(t *testing.T) {
	g := [][]float64{{3, 4}, {1e200}}
	if n := testing.AllocsPerRun(10, func() {
		g[0][0], g[1][0] = 3, 1e200
		optimizers.ClipNorm(g, 1, optimizers.L2)
		optimizers.ClipValue(g, 0.1)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
