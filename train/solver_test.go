package train_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// rmspropInside is gorgonia's form of RMSprop, whose epsilon is inside the root.
type rmspropInside struct{ rho, epsilon float64 }

func (rmspropInside) Slots() int { return 1 }

func (o rmspropInside) Update(s optimizers.Step, w, g []float64, slots [][]float64) {
	for i := range w {
		slots[0][i] = o.rho*slots[0][i] + (1-o.rho)*g[i]*g[i]
		w[i] -= s.LearningRate * g[i] / math.Sqrt(slots[0][i]+o.epsilon)
	}
}

// The solvers of gorgonia that are right follow our rules on a real network.
func TestSolversFollowOurRules(t *testing.T) {
	const rate = 0.02
	option := gorgonia.WithLearnRate(rate)
	for _, c := range []struct {
		name   string
		solver func() gorgonia.Solver
		rule   optimizers.Rule
		change func(*train.Trainer) // of the run with our rule
	}{
		{"vanilla", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(option) }, optimizers.SGD{}, nil},
		{
			"vanilla with L1 and L2", func() gorgonia.Solver {
				return gorgonia.NewVanillaSolver(option, gorgonia.WithL1Reg(0.03), gorgonia.WithL2Reg(0.05))
			}, optimizers.SGD{}, func(t *train.Trainer) { t.L1, t.L2 = 0.03, 0.05 },
		},
		{
			"vanilla with clipping", func() gorgonia.Solver { return gorgonia.NewVanillaSolver(option, gorgonia.WithClip(0.1)) },
			optimizers.SGD{}, func(t *train.Trainer) { t.ClipValue = 0.1 },
		},
		{"momentum", func() gorgonia.Solver { return gorgonia.NewMomentum(option, gorgonia.WithMomentum(0.8)) }, optimizers.SGD{Momentum: 0.8}, nil},
		{
			"momentum with clipping", func() gorgonia.Solver { return gorgonia.NewMomentum(option, gorgonia.WithClip(0.1)) },
			optimizers.SGD{Momentum: 0.9}, func(t *train.Trainer) { t.ClipValue = 0.1 },
		},
		{"adam", func() gorgonia.Solver { return gorgonia.NewAdamSolver(option) }, optimizers.Adam{}, nil},
		{
			"adam with its options", func() gorgonia.Solver {
				return gorgonia.NewAdamSolver(option, gorgonia.WithBeta1(0.7), gorgonia.WithBeta2(0.95), gorgonia.WithEps(1e-4), gorgonia.WithL2Reg(0.05))
			}, optimizers.Adam{Beta1: new(0.7), Beta2: new(0.95), Epsilon: new(1e-4), WeightDecay: 0.05}, nil,
		},
		{"rmsprop", func() gorgonia.Solver { return gorgonia.NewRMSPropSolver(option, gorgonia.WithRho(0.9)) }, rmspropInside{0.9, 1e-8}, nil},
	} {
		data := plane(t, 30, 1)
		for _, dtype := range dtypes {
			tolerance := 1e-10
			if dtype == nn.Float32 {
				tolerance = 1e-4
			}
			trainer := train.Trainer{Loss: losses.MSE, Optimizer: c.rule, LearningRate: rate, BatchSize: 8, MaxEpochs: 6, Seed: 2}
			if c.change != nil {
				c.change(&trainer)
			}
			a := small(t, data, dtype, 1)
			want := fit(t, trainer, a, data)

			rule, err := train.FromSolver(c.solver)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			trainer = train.Trainer{Loss: losses.MSE, Optimizer: rule, BatchSize: 8, MaxEpochs: 6, Seed: 2}
			for again := range 2 { // each run has solvers of its own
				b := small(t, data, dtype, 1)
				got := fit(t, trainer, b, data)
				if err := near(weights(b), weights(a), tolerance); err != nil {
					t.Errorf("%s, %v, run %d: %v", c.name, dtype, again, err)
				}
				if got[5].LearningRate != rate || got[5].Steps != want[5].Steps {
					t.Errorf("%s: learning rate %v, %d steps", c.name, got[5].LearningRate, got[5].Steps)
				}
			}
		}
	}
}

// Outside a run a rule of a solver has a solver for each slice.
func TestSolverRuleAlone(t *testing.T) {
	rule, err := train.FromSolver(func() gorgonia.Solver { return gorgonia.NewMomentum(gorgonia.WithLearnRate(0.1)) })
	if err != nil {
		t.Fatal(err)
	}
	a, b, want, other := []float64{1, 2}, []float64{1, 2, 3}, []float64{1, 2}, []float64{1, 2, 3}
	ours := optimizers.SGD{Momentum: 0.9}
	slots, otherSlots := optimizers.NewSlots[float64](ours, 2, 0.1), optimizers.NewSlots[float64](ours, 3, 0.1)
	for n := 1; n <= 5; n++ {
		s := optimizers.Step{N: n, LearningRate: 0.1}
		rule.Update(s, a, []float64{a[0], -a[1]}, nil)
		rule.Update(s, b, []float64{1, 2, 3}, nil)
		ours.Update(s, want, []float64{want[0], -want[1]}, slots)
		ours.Update(s, other, []float64{1, 2, 3}, otherSlots)
	}
	rule.Update(optimizers.Step{}, nil, nil, nil)
	if err := near(append(a, b...), append(want, other...), 1e-14); err != nil {
		t.Error(err)
	}
}

// broken is a solver that fails at its third step, or panics.
type broken struct {
	steps  *int
	panics bool
}

func (b *broken) Step([]gorgonia.ValueGrad) error {
	if *b.steps++; *b.steps < 3 {
		return nil
	}
	if b.panics {
		panic("solver in panic")
	}
	return errors.New("solver in trouble")
}

func TestSolverErrorsSurface(t *testing.T) {
	data := plane(t, 8, 1)
	for _, panics := range []bool{false, true} {
		rule, err := train.FromSolver(func() gorgonia.Solver { return &broken{new(0), panics} })
		if err != nil {
			t.Fatal(err)
		}
		net := small(t, data, nn.Float32, 1)
		before := weights(net)
		run := start(t, train.Trainer{Loss: losses.MSE, Optimizer: rule, MaxEpochs: 9}, net, data)
		var got error
		for _, err := range run.Epochs(t.Context()) {
			got = err
		}
		checkErrorOf(t, "broken solver", got, "solver in", "epoch 3, step 3")
		if len(run.History) != 2 {
			t.Errorf("%d epochs", len(run.History))
		}
		if err := sameBits(weights(net), before); err != nil {
			t.Errorf("the failing solver has changed weights: %v", err)
		}
		checkOver(t, run, got)
	}
}

func TestWrongSolversAreRefused(t *testing.T) {
	shared := gorgonia.NewAdamSolver()
	for _, c := range []struct {
		name   string
		solver func() gorgonia.Solver
		parts  []string
	}{
		{"AdamW", func() gorgonia.Solver { return gorgonia.NewAdamW() }, []string{"never changes a weight", "optimizers.AdamW"}},
		{"AdaGrad", func() gorgonia.Solver { return gorgonia.NewAdaGradSolver() }, []string{"ignores its learning rate", "optimizers.Adagrad"}},
		{"Barzilai-Borwein", func() gorgonia.Solver { return gorgonia.NewBarzilaiBorweinSolver() }, []string{"float32", "another rule"}},
		{"Momentum with L1", func() gorgonia.Solver { return gorgonia.NewMomentum(gorgonia.WithL1Reg(0.1)) }, []string{"velocity", "optimizers.SGD"}},
		{"Momentum with L2", func() gorgonia.Solver { return gorgonia.NewMomentum(gorgonia.WithL2Reg(0.1)) }, []string{"velocity", "Trainer.L2"}},
		{"RMSProp with L2", func() gorgonia.Solver { return gorgonia.NewRMSPropSolver(gorgonia.WithL2Reg(0.1)) }, []string{"L2", "optimizers.RMSprop"}},
		{"RMSProp with clipping", func() gorgonia.Solver { return gorgonia.NewRMSPropSolver(gorgonia.WithClip(0.1)) }, []string{"clips after", "Trainer.ClipValue"}},
		{"one solver for all", func() gorgonia.Solver { return shared }, []string{"same", "its own"}},
		{"nil", func() gorgonia.Solver { return nil }, []string{"nil"}},
		{"typed nil", func() gorgonia.Solver { return (*gorgonia.AdamSolver)(nil) }, []string{"nil"}},
		{"panic", func() gorgonia.Solver { panic("no") }, []string{"no"}},
		{"no function", nil, []string{"nil"}},
	} {
		rule, err := train.FromSolver(c.solver)
		if rule != nil {
			t.Errorf("%s: got a rule", c.name)
		}
		checkErrorOf(t, c.name, err, append(c.parts, "train: ")...)
	}
}

// What a solver cannot do is refused, not ignored.
func TestLimitsOfSolvers(t *testing.T) {
	data := plane(t, 8, 1)
	rule, err := train.FromSolver(func() gorgonia.Solver { return gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.3)) })
	if err != nil {
		t.Fatal(err)
	}
	base := train.Trainer{Loss: losses.MSE, Optimizer: rule, MaxEpochs: 1}
	for name, change := range map[string]func(*train.Trainer){
		"Schedule":     func(t *train.Trainer) { t.Schedule = schedules.Constant(1) },
		"Decay":        func(t *train.Trainer) { t.Decay = 0.1 },
		"Decay has":    func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*", Decay: new(0.1)}} },
		"LearningRate": func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*.bias", Optimizer: optimizers.SGD{}}} },
		"gorgonia": func(t *train.Trainer) {
			t.Optimizer, t.LearningRate, t.Schedule = optimizers.SGD{}, 1, schedules.Constant(1)
			t.Groups = []train.Group{{Match: "*.bias", Optimizer: rule}}
		},
	} {
		trainer := base
		change(&trainer)
		refusal(t, name, trainer, small(t, data, nn.Float32, 1), data, name)
	}
	run := start(t, base, small(t, data, nn.Float32, 1), data)
	finish(t, run)
	var b bytes.Buffer
	checkErrorOf(t, "Save", run.Save(&b), "keeps its state to itself")
	if b.Len() > 0 {
		t.Error("Save wrote something")
	}
	// Beside rules of ours in groups.
	mixed := base
	mixed.Groups = []train.Group{{Match: "*.bias", Optimizer: optimizers.SGD{}, LearningRate: 0.1}}
	fit(t, mixed, small(t, data, nn.Float64, 1), data)
}
