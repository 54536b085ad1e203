package train_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/op"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
	"nabla/train/optimizers"
)

// TestWatch checks that measurements change nothing in a run, what they hold, and
// that they come out as columns and JSON.
func TestWatch(t *testing.T) {
	data := flowers(t, 50, 1)
	for _, dtype := range dtypes {
		fit := func(w diagnose.Watch) (*train.Run, []byte) {
			net := network(t, nn.Config{Seed: 3, Input: data.Shape, DType: dtype},
				layers.Dense{Units: 8, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.3}, layers.Dense{Units: 6, Activation: activations.ReLU}, layers.Dense{Units: 3})
			r, err := train.Trainer{
				Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, MaxEpochs: 5, BatchSize: 16, Seed: 5, Watch: w,
			}.Start(net, data)
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range r.Epochs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
			}
			var b bytes.Buffer
			if err := net.Save(&b, nil); err != nil {
				t.Fatal(err)
			}
			return r, b.Bytes()
		}
		plain, without := fit(diagnose.Watch{})
		everything := diagnose.Everything
		everything.Every = 2
		watched, with := fit(everything)
		if !bytes.Equal(with, without) {
			t.Errorf("%v: watching changes the weights", dtype)
		}
		if len(plain.Samples) != 0 {
			t.Errorf("%v: %d samples without watching", dtype, len(plain.Samples))
		}
		var epochs []int
		for _, s := range watched.Samples {
			epochs = append(epochs, s.Epoch)
			checkSample(t, s)
		}
		if !slices.Equal(epochs, []int{0, 2, 4, 5}) {
			t.Errorf("%v: samples of epochs %v", dtype, epochs)
		}
		checkColumns(t, watched)
	}
}

// checkSample looks at what can be said of a sample without knowing its numbers.
func checkSample(t *testing.T, s diagnose.Sample) {
	t.Helper()
	if len(s.Tensors) != 8 || len(s.Layers) != 4 || s.Noise == nil || s.Curvature == nil {
		t.Fatalf("epoch %d: %d tensors, %d layers, noise %v, curvature %v", s.Epoch, len(s.Tensors), len(s.Layers), s.Noise, s.Curvature)
	}
	for _, p := range s.Tensors {
		counted := 0
		for _, n := range p.Gradients.Counts {
			counted += n
		}
		if !(p.Gradient >= 0) || counted != p.Size || (p.Update > 0) != (s.Epoch > 0) {
			t.Errorf("epoch %d: %+v", s.Epoch, p)
		}
	}
	for i, l := range s.Layers {
		if l.Bounded != (i == 0) || l.Units != []int{8, 8, 6, 3}[i] || !(l.Deviation > 0) {
			t.Errorf("epoch %d: %+v", s.Epoch, l)
		}
	}
	c := s.Curvature
	if c.Rows != 50 || !(c.Largest > 0) || !(c.Smallest < c.Largest) || !(c.Trace > c.Smallest) || s.Noise.Batch != 16 || s.Noise.Batches != 3 {
		t.Errorf("epoch %d: %+v, %+v", s.Epoch, c, s.Noise)
	}
}

// checkColumns looks at the history as CSV and as JSON.
func checkColumns(t *testing.T, r *train.Run) {
	t.Helper()
	var b strings.Builder
	if err := r.History.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	header := strings.Split(lines[0], ",")
	at := slices.Index(header, "lambda_max")
	if at < 0 || !slices.Contains(header, "grad_norm:0.weight") || !slices.Contains(header, "dead:3 dense (relu)") {
		t.Fatalf("columns %q", header)
	}
	for i, want := range []bool{false, true, false, true, true} {
		if got := strings.Split(lines[i+1], ",")[at] != ""; got != want {
			t.Errorf("epoch %d: lambda_max %v, want %v", i+1, got, want)
		}
	}
	text, err := json.Marshal(r.History)
	if err != nil {
		t.Fatal(err)
	}
	var again train.History
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	for i, e := range r.History {
		if !slices.Equal(e.Watched, again[i].Watched) || (e.Watched == nil) != (again[i].Watched == nil) {
			t.Errorf("epoch %d: %v becomes %v", e.Epoch, e.Watched, again[i].Watched)
		}
	}
}

// TestWatchGradients checks the norms of a run whose gradient is known: with all
// rows in one batch and plain descent, the update is η times the gradient.
func TestWatchGradients(t *testing.T) {
	data := plane(t, 20, 1)
	net := small(t, data, nn.Float64, 2)
	run, err := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: 0.05, MaxEpochs: 3, Watch: diagnose.Watch{Norms: true}}.Start(net, data)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		s, sum := run.Samples[len(run.Samples)-1], 0.0
		for _, p := range s.Tensors {
			sum += p.Gradient * p.Gradient
			if math.Abs(p.Update-0.05*p.Gradient) > 1e-12 {
				t.Errorf("epoch %d: %s moves by %v, η·‖g‖ is %v", e.Epoch, p.Name, p.Update, 0.05*p.Gradient)
			}
		}
		if math.Abs(math.Sqrt(sum)-e.GradientNorm) > 1e-12 {
			t.Errorf("epoch %d: the norms make %v, the epoch has %v", e.Epoch, math.Sqrt(sum), e.GradientNorm)
		}
	}
	// What cannot be measured is found at the start.
	rough := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 2, Activation: activations.Activation{Name: "f", F: math.Sin, D: math.Cos}})
	trainer := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: 0.05, MaxEpochs: 3, Watch: diagnose.Watch{Curvature: true}}
	if _, err := trainer.Start(rough, data); err == nil || !strings.Contains(err.Error(), "train: Watch: curvature: ") {
		t.Error(err)
	}
}

// TestWatchMethod: a full-batch method is watched and checked as a rule is, and
// neither changes where it goes.
func TestWatchMethod(t *testing.T) {
	data := plane(t, 20, 1)
	fit := func(w diagnose.Watch, every int) *train.Run {
		run, err := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.LBFGS{}, MaxEpochs: 4, Watch: w, GradcheckEvery: every}.Start(small(t, data, nn.Float64, 2), data)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range run.Epochs(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		return run
	}
	plain, watched := fit(diagnose.Watch{}, 0), fit(diagnose.Everything, 2)
	for i, e := range plain.History {
		if other := watched.History[i]; e.Loss != other.Loss {
			t.Errorf("epoch %d: loss %v, watched %v", e.Epoch, e.Loss, other.Loss)
		}
	}
	if len(watched.Samples) != 5 || len(watched.Checks) != 2 {
		t.Fatalf("%d samples, %d checks", len(watched.Samples), len(watched.Checks))
	}
	for _, s := range watched.Samples[1:] {
		for _, p := range s.Tensors {
			if !(p.Update > 0) || !(p.Gradient > 0) {
				t.Errorf("epoch %d: %+v", s.Epoch, p)
			}
		}
	}
}

// TestRecordConstant compares the loss of the best constant answer with that of a
// network of biases alone, trained to its end.
func TestRecordConstant(t *testing.T) {
	silence := nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return op.Scale(x, 0) })
	for name, c := range map[string]struct {
		loss    losses.Loss
		data    *datasets.Dataset
		outputs int
	}{
		"classes": {losses.CrossEntropy, flowers(t, 40, 1), 3},
		"numbers": {losses.MSE, plane(t, 20, 1), 0},
	} {
		outputs := max(c.outputs, c.data.Y.Cols)
		net := network(t, nn.Config{Input: c.data.Shape, DType: nn.Float64}, silence, layers.Dense{Units: outputs})
		trainer := train.Trainer{Loss: c.loss, Optimizer: optimizers.LBFGS{}, MaxEpochs: 60, Watch: diagnose.Watch{Activations: true}}
		run, err := trainer.Start(net, c.data)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range run.Epochs(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		end := run.History[len(run.History)-1].Loss
		if r := run.Record(); math.Abs(r.Constant-end) > 1e-6 || end == 0 {
			t.Errorf("%s: constant answers cost %v, trained %v", name, r.Constant, end)
		}
		trainer.Loss = losses.Huber
		if c.outputs > 0 {
			trainer.Loss = losses.CrossEntropy
			trainer.Loss.Smoothing = 0.1
		}
		if run, err = trainer.Start(net, c.data); err != nil {
			t.Fatal(err)
		}
		if r := run.Record(); r.Constant != 0 {
			t.Errorf("%s, another loss: %v", name, r.Constant)
		}
	}
}
