package train_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/explain"
	"nabla/train"
	"nabla/train/optimizers"
)

// traced tells the step of a network on the rows of iris.
func traced(t *testing.T, trainer train.Trainer, dtype nn.DType, list ...nn.Layer) (explain.Program, error) {
	t.Helper()
	source, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(datasets.Split{}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{4}, DType: dtype}, append(list, layers.Dense{Units: 3})...)
	if err != nil {
		t.Fatal(err)
	}
	trainer.Loss, trainer.MaxEpochs = losses.CrossEntropy, 1
	if _, method := trainer.Optimizer.(optimizers.Method); !method {
		trainer.LearningRate = 0.01
	}
	run, err := trainer.Start(net, parts.Train)
	if err != nil {
		t.Fatal(err)
	}
	return run.Trace(3)
}

// The program of a network of two layers is that of a textbook, but for what
// nobody reads.
func TestTrace(t *testing.T) {
	for _, dtype := range []nn.DType{nn.Float32, nn.Float64} {
		// 120 rows: the third batch is a short one, of 20.
		p, err := traced(t, train.Trainer{Optimizer: optimizers.Adam{}, BatchSize: 50}, dtype, layers.Dense{Units: 8, Activation: activations.ReLU})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range p.Steps {
			got = append(got, fmt.Sprintf("%s: %s = %s %v %s", s.Phase, strings.Join(s.Names, " = "), s.Formula, s.Shape, s.Memory))
			if s.Time < 0 || s.Phase != explain.UpdatePhase && s.Bytes == 0 {
				t.Errorf("%v: %v, %d bytes", s.Names, s.Time, s.Bytes)
			}
		}
		want := []string{
			"forward: a1 = relu(x·W1 + b1) [50 8] own", "forward: z2 = a1·W2 + b2 [50 3] own",
			"loss: (3) = cross-entropy(z2, y) [50] own", "loss: L = sum of (3) [] own",
			"backward: dz2 = cross-entropy′(z2, y, (3), [1]) [50 3] own", "backward: da1 = dz2·W2ᵀ [50 8] own", "backward: dz1 = da1 ⊙ relu′ from a1 [50 8] own",
			"backward: dW1 = xᵀ·dz1 [4 8] gradients", "backward: db1 = column sums of dz1 [8] gradients",
			"backward: dW2 = a1ᵀ·dz2 [8 3] gradients", "backward: db2 = column sums of dz2 [3] gradients",
			"update: W1 = b1 = W2 = b2 = Adam, 1 call [67] weights",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: got\n%s\nwant\n%s", dtype, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if !slices.Equal(p.Joined, []string{"z1"}) || !slices.Equal(p.Never, []string{"dx"}) || len(p.Once) != 1 || p.Whole <= 0 {
			t.Errorf("joined %q, never %q, once %q, whole %v", p.Joined, p.Never, p.Once, p.Whole)
		}
	}
}

// What other layers and rules need besides.
func TestTraceOthers(t *testing.T) {
	p, err := traced(t, train.Trainer{Optimizer: optimizers.Muon{}, BatchSize: 40, Accumulate: 2, ClipNorm: 1}, nn.Float32,
		layers.Dense{Units: 4, Activation: activations.GELU}, layers.BatchNorm{}, layers.Dropout{P: 0.5}, layers.SimpleRNN{Units: 2}, layers.Dense{Units: 3, Activation: activations.LeakyReLU})
	if err != nil {
		t.Fatal(err)
	}
	formulas := map[string]string{}
	for _, s := range p.Steps {
		formulas[s.Names[0]] = string(s.Phase) + ": " + s.Formula
	}
	for name, want := range map[string]string{
		"dz1": "backward: da1 ⊙ gelu′ from z1", "m1": "forward: random mask: 0 or 1/(1−p)", "da1": "backward: normalize′(dn1, a1)",
		"s2[2]": "forward: z2[2] + u2[1]", "dβ1": "backward: column sums of ds1", "dz3": "backward: da3 ⊙ leaky-relu′ from z3",
	} {
		if formulas[name] != want {
			t.Errorf("%s is %s, want %s", name, formulas[name], want)
		}
	}
	statistics := slices.ContainsFunc(p.Steps, func(s explain.Step) bool { return s.Phase == explain.StatisticsPhase && s.Formula == "means of a1" })
	if last := p.Steps[len(p.Steps)-1]; !statistics || !strings.HasSuffix(last.Formula, "calls") || len(p.Notes) != 2 {
		t.Errorf("statistics %v, update %v, notes %q", statistics, last, p.Notes)
	}
	var b strings.Builder
	if err := p.Write(&b); err != nil || !strings.Contains(b.String(), "\nStatistics of the batch\n") {
		t.Errorf("%v: %s", err, b.String())
	}
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(line)); n > explain.Width+1 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
	if p, err = traced(t, train.Trainer{Optimizer: optimizers.SAM{Inner: optimizers.SGD{}}, BatchSize: 40}, nn.Float32); err != nil || len(p.Notes) != 1 {
		t.Errorf("%v, notes %q", err, p.Notes)
	}
	if _, err := traced(t, train.Trainer{Optimizer: optimizers.LBFGS{}}, nn.Float64); err == nil || !strings.Contains(err.Error(), "full-batch") {
		t.Errorf("a full-batch method: %v", err)
	}
}

// Tracing changes nothing but the weights, which go on as with Step.
func TestTraceIsTraining(t *testing.T) {
	source, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(datasets.Split{}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	var weights [2][]float64
	for i := range weights {
		net, err := nn.New(nn.Config{Seed: 1, Input: []int{4}}, layers.Dense{Units: 4, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.3}, layers.Dense{Units: 3})
		if err != nil {
			t.Fatal(err)
		}
		run, err := train.Trainer{Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 16, MaxEpochs: 1}.Start(net, parts.Train)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := run.Trace(5); err != nil {
				t.Fatal(err)
			}
		}
		for run.Steps() < 12 {
			if _, err := run.Step(); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range net.Params() {
			weights[i] = append(weights[i], p.Values()...)
		}
	}
	if !slices.Equal(weights[0], weights[1]) {
		t.Error("a traced run ends with other weights")
	}
}
