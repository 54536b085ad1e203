package optimizers_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/train/optimizers"
)

// everyName lists the optimizers of the table, and each wrapper around one that is
// elementwise and around one that is not.
func everyName() []string {
	list := optimizers.Names()
	for _, w := range optimizers.Wrappers() {
		list = append(list, w+"(adam)", w+"(muon)")
	}
	return append(list, "ema(lookahead(sam(rprop)))")
}

// eachRow runs f for every row of the table, with its rule as it is and with
// every switch of the rule turned on.
func eachRow(t *testing.T, f func(t *testing.T, row optimizers.Row, rule optimizers.Rule32)) {
	for _, name := range everyName() {
		row, err := optimizers.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { f(t, row, row.Rule) })
		on := map[string]string{}
		for _, o := range optimizers.Options(row.Rule) {
			switch {
			case o.Name == "momentum" && o.Value == "0":
				on[o.Name] = "0.5"
			case o.Value == "false" || o.Value == "true":
				on[o.Name] = "true"
			}
		}
		if len(on) == 0 {
			continue
		}
		rule, err := optimizers.Configure(name, on)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name+" with all switches", func(t *testing.T) { f(t, row, rule.(optimizers.Rule32)) })
	}
}

func TestRowsAreDocumented(t *testing.T) {
	for _, name := range optimizers.Names() {
		row, _ := optimizers.ByName(name)
		if row.Name == "" || row.Formula == "" || row.Use == "" || row.Reference == "" || !(row.LearningRate > 0) {
			t.Errorf("row %q lacks something: %+v", name, row)
		}
		if err := optimizers.Validate(row.Rule); err != nil {
			t.Errorf("%s: its defaults are refused: %v", name, err)
		}
	}
	names := slices.Sorted(slices.Values(optimizers.Names()))
	if len(names) < 8 || len(slices.Compact(names)) != len(optimizers.Names()) {
		t.Errorf("missing or repeated names: %v", optimizers.Names())
	}
}

func TestZeroGradientMovesNothing(t *testing.T) {
	eachRow(t, func(t *testing.T, row optimizers.Row, _ optimizers.Rule32) {
		still := map[string]string{}
		for _, o := range optimizers.Options(row.Rule) {
			if slices.Contains([]string{"weight_decay", "lambda", "temperature"}, o.Name) {
				still[o.Name] = "0"
			}
		}
		rule, err := optimizers.Configure(row.Name, still)
		if err != nil {
			t.Fatal(err)
		}
		start := []float64{1, -2, 0, 1e-300, 1e300, 3}
		w, g := slices.Clone(start), make([]float64, 6)
		slots := optimizers.NewSlots[float64](rule, 6, row.LearningRate)
		step := optimizers.Step{LearningRate: row.LearningRate, Loss: 1, Shape: []int{2, 3}, Rand: rand.New(rand.NewPCG(1, 2))}
		for step.N = 1; step.N <= 100; step.N++ {
			rule.Update(step, w, g, slots)
		}
		if !slices.Equal(w, start) {
			t.Errorf("moved to %v", w)
		}
	})
}

// TestHardGradients feeds extreme but finite gradients: no NaN may come of them.
func TestHardGradients(t *testing.T) {
	gradients := []float64{0, 1e-160, -1e-300, 5e-324, 1, -1, 1e10, 1e150, -1e150, 3}
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		w, g := make([]float64, len(gradients)), slices.Clone(gradients)
		slots := optimizers.NewSlots[float64](rule, len(w), row.LearningRate)
		for n := 1; n <= 200; n++ {
			rule.Update(optimizers.Step{N: n, LearningRate: row.LearningRate}, w, g, slots)
		}
		for i, x := range w {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("gradient %g: weight is %v", gradients[i], x)
			}
		}
		if !slices.Equal(g, gradients) {
			t.Error("the rule changed the gradient")
		}
	})
}

// TestSteadyGradient32 repeats one float32 gradient: the centred variance rounds
// to zero or below, which must not become NaN.
func TestSteadyGradient32(t *testing.T) {
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		w, g := make([]float32, 3), []float32{0.1, -0.7, 123.456}
		slots := optimizers.NewSlots[float32](rule, 3, row.LearningRate)
		for n := 1; n <= 5000; n++ {
			rule.Update32(optimizers.Step{N: n, LearningRate: row.LearningRate, Loss: 1}, w, g, slots)
		}
		for i, x := range w {
			if x != x || (x < 0) != (g[i] > 0) {
				t.Errorf("gradient %v moved the weight to %v", g[i], x)
			}
		}
	})
}

func TestFloat32FollowsFloat64(t *testing.T) {
	const size, steps = 50, 60
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		rate := max(row.LearningRate, 0.01)
		rng := rand.New(rand.NewPCG(1, 2))
		w, w32 := make([]float64, size), make([]float32, size)
		g, g32 := make([]float64, size), make([]float32, size)
		for i := range w {
			w32[i] = float32(rng.NormFloat64())
			w[i] = float64(w32[i])
		}
		start := slices.Clone(w)
		slots, slots32 := optimizers.NewSlots[float64](rule, size, rate), optimizers.NewSlots[float32](rule, size, rate)
		noise, noise32 := rand.New(rand.NewPCG(3, 4)), rand.New(rand.NewPCG(3, 4))
		for n := 1; n <= steps; n++ {
			for i := range g {
				g32[i] = float32(rng.NormFloat64() + 0.5)
				g[i] = float64(g32[i])
			}
			s := optimizers.Step{N: n, LearningRate: rate, Loss: 1, Shape: []int{5, size / 5}, Rand: noise}
			rule.Update(s, w, g, slots)
			s.Rand = noise32
			rule.Update32(s, w32, g32, slots32)
		}
		moved := 0.0
		for i := range w {
			moved = max(moved, math.Abs(w[i]-start[i]))
			if d := math.Abs(float64(w32[i]) - w[i]); d > 2e-5*max(1, math.Abs(w[i])) {
				t.Errorf("weight %d is %v in float32, %v in float64", i, w32[i], w[i])
			}
		}
		if moved < 0.01 {
			t.Errorf("the weights moved by only %g", moved)
		}
	})
}

func TestUpdateAllocatesNothing(t *testing.T) {
	eachRow(t, func(t *testing.T, row optimizers.Row, rule optimizers.Rule32) {
		w, g := make([]float64, 8), make([]float64, 8)
		w32, g32 := make([]float32, 8), make([]float32, 8)
		slots, slots32 := optimizers.NewSlots[float64](rule, 8, 0.1), optimizers.NewSlots[float32](rule, 8, 0.1)
		s := optimizers.Step{LearningRate: 0.1, Loss: 1, Shape: []int{2, 4}, Rand: rand.New(rand.NewPCG(1, 2))}
		n := testing.AllocsPerRun(100, func() {
			s.N++
			g[0], g32[0] = float64(s.N), float32(s.N)
			rule.Update(s, w, g, slots)
			rule.Update32(s, w32, g32, slots32)
		})
		if n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func BenchmarkUpdate32(b *testing.B) {
	const size = 100_000
	for _, name := range optimizers.Names() {
		row, _ := optimizers.ByName(name)
		b.Run(name, func(b *testing.B) {
			w, g := make([]float32, size), make([]float32, size)
			for i := range g {
				g[i] = float32(i%7) - 3
			}
			slots := optimizers.NewSlots[float32](row.Rule, size, 0.001)
			b.SetBytes(4 * size)
			s := optimizers.Step{LearningRate: 0.001, Loss: 1, Shape: []int{250, size / 250}, Rand: rand.New(rand.NewPCG(1, 2))}
			for b.Loop() {
				s.N++
				row.Rule.Update32(s, w, g, slots)
			}
		})
	}
}
