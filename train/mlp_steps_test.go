package train_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/reference"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// wholeNetworks is mlp_steps.json: networks that PyTorch trained for some steps.
type wholeNetworks struct {
	Steps    int
	Networks []wholeNetwork
}

type wholeNetwork struct {
	Name    string
	Spec    struct{ Loss string }
	Modules []string
	X, Y    reference.Tensor
	Initial map[string]reference.Tensor
	Output  reference.Tensor            `json:"initial_output"`
	Loss    float64                     `json:"initial_loss"`
	Grads   map[string]reference.Tensor `json:"initial_gradients"`
	Norms   map[string]float64          `json:"initial_gradient_norm_by_parameter"`
	Runs    []wholeRun
}

type wholeRun struct {
	Optimizer, Variant string
	Hyper              map[string]any
	Extra              map[string]float64
	Loss               []float64
	GradNorm           []float64                   `json:"grad_norm"`
	EvalLoss           float64                     `json:"eval_loss_after"`
	Final              map[string]reference.Tensor // empty for large networks
}

// modules makes the layer of a module of PyTorch with the number of its outputs.
var modules = map[string]func(units int) nn.Layer{
	"Linear":      func(units int) nn.Layer { return layers.Dense{Units: units} },
	"BatchNorm1d": func(int) nn.Layer { return layers.BatchNorm{} },
	"LayerNorm":   func(int) nn.Layer { return layers.LayerNorm{} },
	"Tanh":        func(int) nn.Layer { return layers.Activation{Function: activations.Tanh} },
	"ReLU":        func(int) nn.Layer { return layers.Activation{Function: activations.ReLU} },
	"Sigmoid":     func(int) nn.Layer { return layers.Activation{Function: activations.Sigmoid} },
	"GELU":        func(int) nn.Layer { return layers.Activation{Function: activations.GELU} },
}

var torchLosses = map[string]losses.Loss{
	"mse": losses.MSE, "cross_entropy": losses.CrossEntropy, "bce_with_logits": losses.BinaryCrossEntropy,
}

// torchOptions are PyTorch's names of options that have another one here, torchPairs
// those of two.
var torchOptions = map[string]string{
	"eps": "epsilon", "alpha": "rho", "lr_decay": "learning_rate_decay", "initial_accumulator_value": "initial_accumulator",
}

var torchPairs = map[string][2]string{
	"betas": {"beta1", "beta2"}, "etas": {"eta_minus", "eta_plus"}, "step_sizes": {"min_step", "max_step"},
}

// torchRule makes a rule of PyTorch's hyper-parameters, or reports that the
// table has no such rule.
func torchRule(t *testing.T, name string, hyper map[string]any) (optimizers.Rule, bool) {
	t.Helper()
	if !slices.Contains(optimizers.Names(), name) {
		return nil, false
	}
	options := map[string]string{}
	for key, value := range hyper {
		if key == "lr" || value == nil {
			continue
		}
		if pair, ok := value.([]any); ok {
			options[torchPairs[key][0]], options[torchPairs[key][1]] = fmt.Sprint(pair[0]), fmt.Sprint(pair[1])
			continue
		}
		if ours, ok := torchOptions[key]; ok {
			key = ours
		}
		options[key] = fmt.Sprint(value)
	}
	rule, err := optimizers.Configure(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return rule, true
}

// transposed turns a weight of shape [out, in] into ours, or back.
func transposed(x reference.Tensor) reference.Tensor {
	if len(x.Shape) != 2 {
		return x
	}
	rows, cols := x.Shape[0], x.Shape[1]
	y := reference.Tensor{Shape: []int{cols, rows}, Data: make([]float64, rows*cols)}
	for r := range rows {
		for c := range cols {
			y.Data[c*rows+r] = x.Data[r*cols+c]
		}
	}
	return y
}

// build makes the network with PyTorch's first weights.
func (net wholeNetwork) build(t *testing.T) *nn.Network {
	t.Helper()
	var list []nn.Layer
	for i, m := range net.Modules {
		layer := modules[m]
		if layer == nil {
			t.Fatalf("unknown module %s", m)
		}
		weight := net.Initial[fmt.Sprintf("%d.weight", i)]
		units := 0
		if len(weight.Shape) == 2 {
			units = weight.Shape[0]
		}
		l := layer(units)
		if d, ok := l.(layers.Dense); ok {
			_, biased := net.Initial[fmt.Sprintf("%d.bias", i)]
			d.NoBias = !biased
			l = d
		}
		list = append(list, l)
	}
	n, err := nn.New(nn.Config{Input: net.X.Shape[1:], DType: nn.Float64}, list...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range n.Trainable() {
		initial, ok := net.Initial[p.Name]
		if !ok {
			t.Fatalf("no initial value of %s (have %v)", p.Name, slices.Sorted(maps.Keys(net.Initial)))
		}
		if err := p.Set(transposed(initial).Data); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// Whole networks follow PyTorch: loss and gradient norm at each step, weights at
// the end.
func TestWholeNetworksFollowPyTorch(t *testing.T) {
	var ref wholeNetworks
	reference.Load(t, "mlp_steps.json", &ref)
	ran, left := 0, map[string]int{}
	for _, net := range ref.Networks {
		rtol := 1e-8
		if slices.Contains(net.Modules, "ReLU") {
			rtol = 1e-6
		}
		loss, ok := torchLosses[net.Spec.Loss]
		if !ok {
			t.Fatalf("unknown loss %s", net.Spec.Loss)
		}
		data := &datasets.Dataset{
			Name: net.Name, Shape: net.X.Shape[1:], Features: slices.Repeat([]string{"x"}, net.X.Shape[1]),
			X: datasets.Matrix{Rows: net.X.Shape[0], Cols: net.X.Shape[1], F64: net.X.Data},
			Y: datasets.Matrix{Rows: net.X.Shape[0], Cols: len(net.Y.Data) / net.X.Shape[0], F64: net.Y.Data},
		}
		if loss.Target == losses.Index {
			for i := range net.Output.Shape[1] {
				data.Classes = append(data.Classes, fmt.Sprint(i))
			}
		}
		data.Targets = slices.Repeat([]string{"y"}, data.Y.Cols)
		for _, run := range net.Runs {
			rule, ok := torchRule(t, run.Optimizer, run.Hyper)
			if !ok {
				left[run.Optimizer]++
				continue
			}
			ran++
			t.Run(strings.Join([]string{net.Name, run.Optimizer, run.Variant}, " "), func(t *testing.T) {
				n := net.build(t)
				trainer := train.Trainer{
					Loss: loss, Optimizer: rule, LearningRate: run.Hyper["lr"].(float64), MaxEpochs: ref.Steps,
					BatchSize: int(run.Extra["minibatch"]), ClipNorm: run.Extra["clip_norm"], InOrder: true,
				}
				follow(t, trainer, n, data, run, ref.Steps, rtol)
			})
		}
	}
	t.Logf("%d runs of %d networks; left out, for want of the rule: %v", ran, len(ref.Networks), left)
	if ran == 0 {
		t.Error("no run was compared")
	}
}

// follow runs the steps and compares with PyTorch.
func follow(t *testing.T, trainer train.Trainer, n *nn.Network, data *datasets.Dataset, run wholeRun, steps int, rtol float64) {
	t.Helper()
	whole := trainer.BatchSize == 0
	if !whole {
		data, trainer.MaxEpochs = cycled(t, data, trainer.BatchSize, steps), 1
	}
	r, err := trainer.Start(n, data)
	if err != nil {
		t.Fatal(err)
	}
	var got, norms []float64
	for range steps {
		loss, err := r.Step()
		if err != nil {
			t.Fatal(err)
		}
		got, norms = append(got, loss), append(norms, r.GradientNorm())
	}
	if err := reference.Compare(got, run.Loss, rtol, 1e-14); err != nil {
		t.Errorf("loss: %v", err)
	}
	if err := reference.Compare(norms, run.GradNorm, rtol, 1e-12); err != nil {
		t.Errorf("gradient norm: %v", err)
	}
	for name, want := range run.Final {
		p := n.Param(name)
		if p == nil {
			if strings.HasSuffix(name, "num_batches_tracked") {
				continue
			}
			t.Errorf("no parameter %s", name)
			continue
		}
		if err := reference.Compare(p.Values(), transposed(want).Data, rtol, 1e-10); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !whole {
		return // the loss after the run is that of the rows as they were
	}
	result, err := train.Evaluate(n, trainer.Loss, nil, data, []metrics.Row{})
	if err != nil {
		t.Fatal(err)
	}
	if !reference.Close(result.Loss, run.EvalLoss, rtol, 1e-14) {
		t.Errorf("loss in evaluation mode %v, want %v", result.Loss, run.EvalLoss)
	}
}

// cycled repeats the rows so that batches in order are rows (k·m + j) mod n.
func cycled(t *testing.T, data *datasets.Dataset, batch, steps int) *datasets.Dataset {
	t.Helper()
	rows := make([]int, batch*steps)
	for i := range rows {
		rows[i] = i % data.Len()
	}
	all, err := data.Subset(rows)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
