package op_test

import (
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/op"
)

// TestMask draws large masks: the share of zeros is p, the mean is 1, and the
// same seed, tick and stream give the same mask again.
func TestMask(t *testing.T) {
	const n = 40000
	clock := op.Clock{Seed: 5}
	draw := func(p float64, stream uint64) func() []float64 {
		g := G.NewGraph()
		m := must(t)(op.Mask(input(g, tensor.Float64, "x", array{[]int{n}, make([]float64, n)}), p, &clock, stream))
		program, err := exec.Compile(m)
		if err != nil {
			t.Fatal(err)
		}
		return func() []float64 {
			if a := testing.AllocsPerRun(10, func() { err = program.RunAll() }); a != 0 || err != nil {
				t.Errorf("%v allocations, %v", a, err)
			}
			return values(t, m)
		}
	}
	for _, p := range []float64{0, 0.2, 0.5, 0.9, 1} {
		mask := draw(p, 1)
		first := mask()
		zeros := 0.
		for _, v := range first {
			switch v {
			case 0:
				zeros++
			case 1 / (1 - p):
			default:
				t.Fatalf("p = %v: element %v", p, v)
			}
		}
		// Five standard deviations.
		if tolerance := 5 * math.Sqrt(p*(1-p)/n); math.Abs(zeros/n-p) > tolerance {
			t.Errorf("p = %v: %v zeros of %d", p, zeros, n)
		}
		if !slices.Equal(first, mask()) {
			t.Errorf("p = %v: the same tick gives another mask", p)
		}
		if p == 0 || p == 1 {
			continue
		}
		clock.Tick++
		if slices.Equal(first, mask()) {
			t.Errorf("p = %v: the next tick gives the same mask", p)
		}
		clock.Tick--
		if slices.Equal(first, draw(p, 2)()) {
			t.Errorf("p = %v: another stream gives the same mask", p)
		}
		clock.Seed++
		if slices.Equal(first, mask()) {
			t.Errorf("p = %v: another seed gives the same mask", p)
		}
		clock.Seed--
	}
}
