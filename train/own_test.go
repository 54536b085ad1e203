package train_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/op"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// meanSquare is the mean of (output − target)², of stock ops of gorgonia.
func meanSquare(g *nn.Graph, target, _ *gorgonia.Node) (*gorgonia.Node, error) {
	d, err := gorgonia.Sub(g.Output, target)
	if err != nil {
		return nil, err
	}
	if d, err = gorgonia.Square(d); err != nil {
		return nil, err
	}
	return gorgonia.Mean(d)
}

// A cost of one's own that says what a loss of the table says trains alike.
func TestCost(t *testing.T) {
	data := plane(t, 20, 1)
	for _, dtype := range dtypes {
		tolerance := 1e-12
		if dtype == nn.Float32 {
			tolerance = 1e-5
		}
		trainer := plainTrainer(data)
		trainer.BatchSize, trainer.Validation, trainer.Optimizer, trainer.LearningRate = 8, plane(t, 9, 2), optimizers.Adam{}, 0.01
		a, b := small(t, data, dtype, 1), small(t, data, dtype, 1)
		want := fit(t, trainer, a, data)
		trainer.Loss, trainer.Cost = losses.Loss{}, meanSquare
		got := fit(t, trainer, b, data)
		if err := near(weights(b), weights(a), tolerance); err != nil {
			t.Errorf("%v: weights: %v", dtype, err)
		}
		for i := range want {
			if err := near([]float64{got[i].Loss, got[i].ValLoss}, []float64{want[i].Loss, want[i].ValLoss}, tolerance); err != nil {
				t.Errorf("%v, epoch %d: %v", dtype, i+1, err)
			}
		}
	}
}

// A cost may do without targets, look at hidden layers and weigh rows.
func TestCostWithoutTargets(t *testing.T) {
	data := flowers(t, 20, 1)
	data.Y, data.Classes, data.Targets = datasets.Matrix{}, nil, nil
	net := network(t, nn.Config{Input: data.Shape, DType: nn.Float64}, layers.Dense{Units: 2}, layers.Dense{Units: 4})
	trainer := plainTrainer(data)
	trainer.Loss, trainer.MaxEpochs, trainer.Optimizer, trainer.BatchSize = losses.Loss{}, 60, optimizers.Adam{}, 8
	trainer.Cost = func(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error) {
		if target != nil || weight != nil {
			return nil, errors.New("target or weight is not nil")
		}
		return meanSquare(g, g.Input, nil) // an autoencoder
	}
	history := fit(t, trainer, net, data)
	if first, last := history[0].Loss, history[len(history)-1].Loss; last > first/2 {
		t.Errorf("loss went from %v to %v", first, last)
	}

	// Weighted rows; classes come as numbers.
	classes := flowers(t, 12, 1)
	trainer = plainTrainer(classes)
	trainer.SampleWeights, trainer.InOrder = ramp(12), true
	trainer.Loss.Reduction = losses.MeanOverCount
	trainer.Metrics = metrics.Usual(metrics.Classification)
	seen := false
	trainer.Cost = func(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error) {
		seen = target.Shape().Eq(tensor.Shape{12, 1}) && weight.Shape().Eq(tensor.Shape{12})
		return losses.CrossEntropy.Build(g.Output, target, weight)
	}
	if e := fit(t, trainer, small(t, classes, nn.Float32, 1), classes)[0]; !seen || !(e.Scores.Of("accuracy") >= 0) {
		t.Errorf("the cost saw other shapes; scores %v", e.Scores)
	}
}

// Sample weights are those of the training rows: validation has none, whether a
// loss or a cost of one's own asks for them.
func TestValidationIsNotWeighted(t *testing.T) {
	data, validation := plane(t, 20, 1), plane(t, 9, 2)
	trainer := plainTrainer(data)
	trainer.BatchSize, trainer.SampleWeights, trainer.Validation, trainer.MaxEpochs = 10, ramp(20), validation, 1
	weighted := map[int]bool{} // by the rows of the graph
	trainer.Cost = func(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error) {
		weighted[g.Output.Shape()[0]] = weight != nil
		return losses.MSE.Build(g.Output, target, weight)
	}
	net := small(t, data, nn.Float64, 1)
	history := fit(t, trainer, net, data)
	if !weighted[10] || weighted[9] || len(weighted) != 2 {
		t.Errorf("rows and whether they were weighted: %v, want 10 of the training alone", weighted)
	}
	plain, err := train.Evaluate(net, losses.MSE, nil, validation, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := near([]float64{history[0].ValLoss}, []float64{plain.Loss}, 1e-12); err != nil {
		t.Errorf("validation loss: %v", err)
	}
}

func TestRefusedCosts(t *testing.T) {
	data := plane(t, 20, 1)
	type cost = func(g *nn.Graph, target, weight *gorgonia.Node) (*gorgonia.Node, error)
	for _, c := range []struct {
		name string
		cost cost
		part string
	}{
		{"error", func(*nn.Graph, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
			return nil, errors.New("no idea")
		}, "Cost: no idea"},
		{"nothing", func(*nn.Graph, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) { return nil, nil }, "no node"},
		{"matrix", func(g *nn.Graph, _, _ *gorgonia.Node) (*gorgonia.Node, error) { return g.Output, nil }, "want a scalar"},
		{"other graph", func(*nn.Graph, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.NewScalar(gorgonia.NewGraph(), tensor.Float32), nil
		}, "another graph"},
		{"other type", func(g *nn.Graph, _, _ *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.NewScalar(g.G, tensor.Float64, gorgonia.WithName("x")), nil
		}, "float64"},
		{"no derivative", func(g *nn.Graph, _, _ *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.At(g.Output, 0, 0) // of which gorgonia has no derivative
		}, "no derivative of the loss"},
		{"panic", func(*nn.Graph, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) { panic("oh no") }, "oh no"},
	} {
		trainer := plainTrainer(data)
		trainer.Cost = c.cost
		net := small(t, data, nn.Float32, 1)
		_, err := trainer.Start(net, data)
		checkErrorOf(t, c.name, err, "train: ", c.part)
		// The lock on building graphs is free again.
		fit(t, plainTrainer(data), net, data)
	}
}

// An input node of a layer that has the name of the trainer's is noticed.
func TestNameOfTheTargetIsTaken(t *testing.T) {
	data := plane(t, 8, 1)
	taken := nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		v := tensor.New(tensor.Of(x.Dtype()), tensor.WithShape(x.Shape()...))
		n := gorgonia.NewTensor(x.Graph(), x.Dtype(), 2, gorgonia.WithName("target"), gorgonia.WithValue(v))
		return op.Add(x, n)
	})
	net := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 2}, taken)
	refusal(t, "target", plainTrainer(data), net, data, `input named "target"`)
}

// onlyUpdate is SGD with a momentum that knows float64 only.
type onlyUpdate struct{ Momentum float64 }

func (onlyUpdate) Slots() int { return 1 }

func (o onlyUpdate) Update(s optimizers.Step, w, g []float64, slots [][]float64) {
	for i := range w {
		slots[0][i] = o.Momentum*slots[0][i] + g[i]
		w[i] -= s.LearningRate * slots[0][i]
	}
}

// A rule with Update alone runs in float32 as well, and is told what it needs.
func TestCustomRule(t *testing.T) {
	data := plane(t, 20, 1)
	for _, dtype := range dtypes {
		tolerance := 1e-13
		if dtype == nn.Float32 {
			tolerance = 1e-5
		}
		a, b := small(t, data, dtype, 1), small(t, data, dtype, 1)
		trainer := plainTrainer(data)
		trainer.BatchSize, trainer.LearningRate, trainer.MaxEpochs = 8, 0.05, 5
		trainer.Optimizer = optimizers.SGD{Momentum: 0.8}
		fit(t, trainer, a, data)
		trainer.Optimizer = onlyUpdate{0.8}
		fit(t, trainer, b, data)
		if err := near(weights(b), weights(a), tolerance); err != nil {
			t.Errorf("%v: %v", dtype, err)
		}
	}

	// What Step says.
	net := small(t, data, nn.Float64, 1)
	trainer := plainTrainer(data)
	trainer.BatchSize, trainer.Accumulate, trainer.MaxEpochs, trainer.InOrder = 5, 2, 1, true
	var losses []float64
	shapes := map[string]int{}
	var steps []int
	draws := map[float64]bool{}
	trainer.Optimizer = optimizers.Func(func(s optimizers.Step, w, g []float64) {
		if len(s.Shape) == 2 {
			steps = append(steps, s.N)
			losses = append(losses, s.Loss)
		}
		if s.LearningRate != 0.1 {
			t.Errorf("learning rate %v", s.LearningRate)
		}
		shapes[fmt.Sprint(s.Shape)]++
		if r := s.Rand.Float64(); draws[r] {
			t.Error("the same random number twice")
		} else {
			draws[r] = true
		}
	})
	run := start(t, trainer, net, data)
	var want []float64
	for range 4 {
		loss, err := run.Step()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, loss)
	}
	if len(steps) != 4 || steps[0] != 1 || steps[2] != 2 || len(shapes) != 4 || len(draws) != 8 {
		t.Errorf("steps %v, shapes %v, %d draws", steps, shapes, len(draws))
	}
	if err := near([]float64{losses[0], losses[2]}, []float64{(want[0] + want[1]) / 2, (want[2] + want[3]) / 2}, 1e-15); err != nil {
		t.Errorf("loss of an update: %v", err)
	}
}

// A panic in code of the user's is an error, and ends the run.
func TestPanicsBecomeErrors(t *testing.T) {
	data := plane(t, 20, 1)
	bang := func() { panic("bang") }
	for _, c := range []struct {
		name   string
		change func(*train.Trainer)
	}{
		{"rule", func(t *train.Trainer) {
			t.Optimizer = optimizers.Func(func(optimizers.Step, []float64, []float64) { bang() })
		}},
		{"nil function", func(t *train.Trainer) { t.Optimizer = optimizers.Func(nil) }},
		{"schedule", func(t *train.Trainer) { t.Schedule = func(int) float64 { bang(); return 1 } }},
		{"schedule that is NaN", func(t *train.Trainer) { t.Schedule = func(int) float64 { return math.NaN() } }},
		{"schedule below zero", func(t *train.Trainer) { t.Schedule = func(int) float64 { return -1 } }},
		{"metric", func(t *train.Trainer) {
			t.Metrics = []metrics.Row{{Name: "mine", Func: func([]float64, []float64, int) (float64, error) { bang(); return 0, nil }}}
		}},
		{"metric's error", func(t *train.Trainer) {
			t.Metrics = []metrics.Row{{Name: "mine", Func: func([]float64, []float64, int) (float64, error) { return 0, errors.New("bang") }}}
		}},
		{"link", func(t *train.Trainer) {
			t.Validation, t.Loss.Link = data, losses.Link{Name: "mine", Apply: func([]float64, int) { bang() }}
		}},
	} {
		for _, dtype := range dtypes {
			trainer := plainTrainer(data)
			c.change(&trainer)
			run := start(t, trainer, small(t, data, dtype, 1), data)
			var got error
			for _, err := range run.Epochs(t.Context()) {
				got = err
			}
			checkErrorOf(t, c.name, got, "train: epoch 1, step ")
			if got != nil {
				checkOver(t, run, got)
			}
		}
	}
	// In the loss itself, when the graph is built and when it runs.
	armed := false
	fussy := losses.MSE
	fussy.Name = "fussy"
	fussy.F = func(p, t float64) float64 {
		if armed {
			bang()
		}
		return (p - t) * (p - t)
	}
	trainer := plainTrainer(data)
	trainer.Loss = fussy
	run := start(t, trainer, small(t, data, nn.Float32, 1), data)
	armed = true
	_, err := run.Step()
	checkErrorOf(t, "loss", err, "bang")
	_, err = trainer.Start(small(t, data, nn.Float32, 1), data)
	checkErrorOf(t, "loss while building", err, "bang")
	_, err = train.Evaluate(small(t, data, nn.Float32, 1), fussy, nil, data, nil)
	checkErrorOf(t, "Evaluate", err, "bang")

	// A panic of the loop body is the caller's and passes.
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic of a loop body was swallowed")
			}
		}()
		for range plainTrainer(data).Epochs(t.Context(), small(t, data, nn.Float32, 1), data) {
			bang()
		}
	}()
	//lint:ignore SA1012 a nil context must be an error too
	_, err = plainTrainer(data).Fit(nil, small(t, data, nn.Float32, 1), data)
	checkErrorOf(t, "nil context", err, "context")
}

// A layer of one's own that panics is refused when the network is made; one that
// depends on the batch when the run starts.
func TestPanickingLayer(t *testing.T) {
	data := plane(t, 20, 1)
	grumpy := nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if x.Shape()[0] == 4 {
			panic("four rows")
		}
		return activations.Tanh.Apply(x)
	})
	net := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 2}, grumpy)
	trainer := plainTrainer(data)
	trainer.BatchSize = 8
	_, err := trainer.Start(net, data)
	checkErrorOf(t, "layer", err, "four rows", "last batch")
	_, err = train.Evaluate(net, losses.MSE, nil, subset(t, data, []int{0, 1, 2, 3}), nil)
	checkErrorOf(t, "layer", err, "four rows")
}
