package gradcheck_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// TestTables runs every check of every row of the tables.
func TestTables(t *testing.T) {
	var examples []nn.Layer
	want := map[string]bool{}
	for _, row := range layers.Table() {
		examples = append(examples, row.Example)
		want["layer "+nn.Describe(row.Example)] = true
	}
	for _, name := range activations.Names() {
		want["activation "+name] = true
	}
	for _, name := range losses.Names() {
		want["loss "+name] = true
	}
	ran := map[string]int{}
	var coordinates, skipped int
	var worst float64
	for _, c := range gradcheck.Cases(examples...) {
		for seed := range uint64(3) {
			r, err := c.Check(seed)
			if err != nil {
				t.Errorf("%s, seed %d: %v", c.What, seed, err)
			}
			all, left := r.Coordinates()
			if all == 0 {
				t.Errorf("%s %s, %s: nothing was checked", c.Kind, c.Row, c.What)
			}
			coordinates, skipped, worst = coordinates+all, skipped+left, math.Max(worst, r.Worst())
			ran[c.Kind+" "+c.Row]++
		}
	}
	for row := range want {
		if ran[row] < 15 {
			t.Errorf("%s has %d checks", row, ran[row])
		}
	}
	if len(ran) != len(want) {
		t.Errorf("%d rows checked, the tables have %d", len(ran), len(want))
	}
	t.Logf("%d rows, %d coordinates, %d skipped at kinks, worst error %.1e", len(ran), coordinates, skipped, worst)
}

// TestSettings checks what the tables do not show: other parameters and fields.
func TestSettings(t *testing.T) {
	smooth, weighted, soft := losses.CrossEntropy, losses.NLL, losses.CrossEntropyProb
	smooth.Smoothing, smooth.ClassWeights = 0.1, []float64{1, 0, 2.5}
	weighted.ClassWeights, weighted.Reduction = []float64{0.5, 1, 2}, losses.Sum
	soft.Smoothing, soft.Reduction = 0.2, losses.MeanOverCount
	positive := losses.BinaryCrossEntropy
	positive.ClassWeights = []float64{1, 2, 3}
	distribution := []float64{0.2, 0.5, 0.3, 1, 0, 0, 0.1, 0.1, 0.8, 0, 0.5, 0.5}

	checks := map[string]func(o gradcheck.Options) (gradcheck.Report, error){}
	for name, l := range map[string]losses.Loss{
		"smoothed": smooth, "class weights": weighted, "on probabilities": soft, "positive weights": positive,
		"narrow huber": losses.HuberDelta(0.1),
	} {
		checks["loss "+name] = func(o gradcheck.Options) (gradcheck.Report, error) { return gradcheck.Loss(l, 5, 3, o) }
		checks["soft targets "+name] = func(o gradcheck.Options) (gradcheck.Report, error) {
			o.Target, o.Weights = distribution, true
			return gradcheck.Loss(l, 4, 3, o)
		}
	}
	for _, name := range []string{"leaky-relu:-0.5", "elu:0.3", "softplus:20", "hard-tanh:-3:0.5", "softmax:0", "log-softmax:0", "softmax:1"} {
		a, err := activations.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		checks[name] = func(o gradcheck.Options) (gradcheck.Report, error) {
			return gradcheck.Activation(a, []int{5, 4}, o)
		}
	}
	for _, l := range []nn.Layer{
		layers.Dense{Units: 3, NoBias: true},
		layers.Dense{Units: 1, Activation: activations.Softmax},
		layers.Dense{Units: 7, Activation: activations.ReLU},
		layers.BatchNorm{NoAffine: true, Epsilon: new(0.1)},
		layers.BatchNorm{Cumulative: true},
		layers.LayerNorm{NoAffine: true, Epsilon: new(1e-9)},
		layers.Dropout{P: 0.9},
		layers.Dropout{P: 1},
		layers.Residual{},
		layers.SimpleRNN{Units: 3, Sequence: true},
		layers.SimpleRNN{Units: 2, Activation: activations.Softplus, NoBias: true},
		layers.SimpleRNN{Units: 1, Activation: activations.Identity},
		layers.Residual{Layers: []nn.Layer{layers.Residual{Layers: []nn.Layer{layers.Dense{Units: 4}}}, layers.Dropout{P: 0.5}}},
	} {
		for _, shape := range [][]int{{6, 4}, {2, 3, 4}} {
			checks[fmt.Sprintf("%+v on %v", l, shape)] = func(o gradcheck.Options) (gradcheck.Report, error) {
				return gradcheck.Layer(l, shape, o)
			}
		}
	}
	for name, check := range checks {
		for seed := range uint64(3) {
			if _, err := check(gradcheck.Options{Seed: seed}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	t.Logf("%d settings", len(checks))
}

// TestNetworks checks whole networks with a loss on a batch.
func TestNetworks(t *testing.T) {
	for _, c := range []struct {
		name   string
		input  []int
		rows   int
		loss   losses.Loss
		layers string
		output int
	}{
		{"2-8-2 tanh, mse", []int{2}, 4, losses.MSE, "8:tanh", 2},
		{"one row", []int{3}, 1, losses.LogCosh, "5:sigmoid,4:softplus", 2},
		{"4-16-3 relu, cross-entropy", []int{4}, 7, losses.CrossEntropy, "16:relu", 3},
		{"150 rows of relu", []int{4}, 150, losses.CrossEntropy, "16:relu,16:relu", 3},
		{"batch normalisation", []int{4}, 9, losses.CrossEntropy, "8,batchnorm,relu,8,batchnorm,tanh", 3},
		{"layer normalisation, gelu", []int{4}, 5, losses.BinaryCrossEntropy, "8,layernorm,gelu", 1},
		{"residual", []int{4}, 5, losses.Huber, "6:elu,residual(layernorm,6:silu,6),residual(6:selu)", 2},
		{"dropout", []int{4}, 6, losses.MSE, "dropout:0.2,12:tanh,dropout:0.5", 2},
		{"softmax, probabilities", []int{4}, 6, losses.CrossEntropyProb, "6:mish,3,softmax", 0},
		{"log-softmax, nll", []int{4}, 6, losses.NLL, "6:hard-swish,3,log-softmax", 0},
		{"images", []int{3, 4}, 5, losses.MAE, "4:tanh,flatten,6:hard-tanh", 1},
		{"hinge", []int{2}, 9, losses.Hinge, "8:leaky-relu", 1},
		{"poisson", []int{2}, 9, losses.Poisson, "8:gelu-tanh", 1},
		{"recurrent", []int{5, 2}, 4, losses.CrossEntropy, "simplernn:4:sequence,simplernn:3", 3},
		{"linear", []int{5}, 3, losses.MSE, "none", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := layers.Parse(c.layers)
			if err != nil {
				t.Fatal(err)
			}
			if c.output > 0 {
				list = append(list, layers.Dense{Units: c.output})
			}
			for seed := range uint64(3) {
				net, err := nn.New(nn.Config{Seed: seed, Input: c.input}, list...)
				if err != nil {
					t.Fatal(err)
				}
				x, target, weight := batch(c.rows, c.input, net.OutputShape()[0], c.loss)
				r, err := gradcheck.Network(net, x, gradcheck.Against(c.loss, target, weight), gradcheck.Options{Seed: seed, Coordinates: 60})
				if err != nil {
					t.Error(err)
				}
				if len(r.Tensors) != len(net.Trainable())+1 {
					t.Errorf("%d tensors checked, want all %d parameters and the input", len(r.Tensors), len(net.Trainable()))
				}
				if all, skipped := r.Coordinates(); seed == 0 {
					t.Logf("%d coordinates, %d skipped, worst error %.1e", all, skipped, r.Worst())
				}
			}
		})
	}
}

// batch makes rows, targets that suit the loss, and weights.
func batch(rows int, row []int, outputs int, l losses.Loss) (x, target, weight []float64) {
	size := 1
	for _, d := range row {
		size *= d
	}
	x = make([]float64, rows*size)
	for i := range x {
		x[i] = math.Sin(1.7 * float64(i*i+1))
	}
	if l.Target == losses.Index {
		outputs = 1
	}
	target = make([]float64, rows*outputs)
	for i := range target {
		target[i] = float64(i % 3) // the class, or a count
		switch {
		case l.Target == losses.PlusMinus:
			target[i] = float64(1 - i%2*2)
		case l.Input == losses.Logits && l.Target == losses.Values:
			target[i] = float64(i % 2)
		case l.Input == losses.Any:
			target[i] = math.Cos(float64(3 * i))
		}
	}
	for i := range rows {
		weight = append(weight, 0.5+float64(i%4)/2)
	}
	return x, target, weight
}

// TestNetworkIsLeftAlone checks that a float32 network is checked in float64 and
// stays as it is, and that equal seeds give equal reports.
func TestNetworkIsLeftAlone(t *testing.T) {
	net, err := nn.New(nn.Config{Input: []int{3}}, layers.Dense{Units: 4, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	values := func() (all []float64) {
		for _, p := range net.Params() {
			all = append(all, p.Values()...)
		}
		return all
	}
	before := values()
	x := []float64{1, 2, 3, -1, 0, 1, 4, 2, 0}
	first, err := gradcheck.Network(net, x, nil, gradcheck.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(values(), before) || net.Tick() != 0 {
		t.Error("the check changed the network")
	}
	second, _ := gradcheck.Network(net, x, nil, gradcheck.Options{Seed: 1})
	if !slices.Equal(first.Tensors, second.Tensors) {
		t.Error("equal seeds give different reports")
	}
	some, err := gradcheck.Network(net, x, nil, gradcheck.Options{Seed: 1, Coordinates: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range some.Tensors {
		if tensor.Checked != 2 {
			t.Errorf("%s: %d coordinates checked, want 2 of %d", tensor.Name, tensor.Checked, tensor.Size)
		}
	}
}
