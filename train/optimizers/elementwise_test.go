package optimizers_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/train/optimizers"
)

// A rule that calls itself elementwise must give the same bits for a vector and
// for its parts, and must leave zeros alone.
func TestElementwiseRulesWorkPartByPart(t *testing.T) {
	const size, cut = 37, 11
	for _, name := range everyName() {
		row, err := optimizers.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if !optimizers.IsElementwise(row.Rule) {
			t.Logf("%s is not elementwise", row.Name)
			continue
		}
		rng := rand.New(rand.NewPCG(1, 2))
		whole := make([]float64, size)
		for i := range whole {
			whole[i] = rng.NormFloat64()
		}
		whole[5] = 0
		parts := [][]float64{slices.Clone(whole[:cut]), slices.Clone(whole[cut:])}
		slots := optimizers.NewSlots[float64](row.Rule, size, 0.01)
		partSlots := [][][]float64{optimizers.NewSlots[float64](row.Rule, cut, 0.01), optimizers.NewSlots[float64](row.Rule, size-cut, 0.01)}
		for n := 1; n <= 5; n++ {
			g := make([]float64, size)
			for i := range g {
				g[i] = rng.NormFloat64()
			}
			g[5] = 0
			step := optimizers.Step{N: n, LearningRate: 0.01, Loss: 1, Rand: rng}
			row.Rule.Update(step, whole, g, slots)
			row.Rule.Update(step, parts[0], g[:cut], partSlots[0])
			row.Rule.Update(step, parts[1], g[cut:], partSlots[1])
		}
		if !slices.Equal(whole, slices.Concat(parts...)) {
			t.Errorf("%s: parts differ from the whole", row.Name)
		}
		if whole[5] != 0 {
			t.Errorf("%s: a weight of 0 without gradient became %v", row.Name, whole[5])
		}
	}
}

// A NaN in the gradient of one weight, and then in the weight, stays there.
func TestNaNStaysInItsElement(t *testing.T) {
	const size, sick = 37, 20
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		if !optimizers.IsElementwise(rule) {
			return
		}
		rng := rand.New(rand.NewPCG(1, 2))
		a, b := make([]float32, size), make([]float32, size)
		slotsA, slotsB := optimizers.NewSlots[float32](rule, size, 0.01), optimizers.NewSlots[float32](rule, size, 0.01)
		for n := 1; n <= 12; n++ {
			g := make([]float32, size)
			for i := range g {
				g[i] = float32(rng.NormFloat64())
			}
			step := optimizers.Step{N: n, LearningRate: 0.01, Loss: 1}
			rule.Update32(step, a, g, slotsA)
			g[sick] = float32(math.NaN())
			rule.Update32(step, b, g, slotsB)
		}
		if b[sick] == b[sick] {
			t.Errorf("a NaN made the weight %v", b[sick])
		}
		b[sick] = a[sick]
		if !slices.Equal(a, b) {
			t.Errorf("a NaN spread: %v, without it %v", b, a)
		}
	})
}
