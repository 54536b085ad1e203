package optimizers_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/train/optimizers"
)

// A rule that calls itself elementwise must give the same bits for a vector and
// for its parts, and must leave zeros alone.
func TestElementwiseRulesWorkPartByPart(t *testing.T) {
	const size, cut = 37, 11
	for _, name := range optimizers.Names() {
		row, err := optimizers.ByName(name)
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
