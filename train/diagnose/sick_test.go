package diagnose_test

import (
	"math"
	"slices"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
	"nabla/train/optimizers"
)

// patient is a network with the way it is trained.
type patient struct {
	data    string
	rows    int             // of training; 0 is all
	spoil   func([]float64) // changes the inputs in place, or is nil
	scale   float64         // of the targets, if it is not 0; then nothing is validated
	layers  []nn.Layer      // hidden
	output  nn.Initializer  // of the last layer
	trainer train.Trainer
}

// record trains the patient and returns what there is to see.
func (p patient) record(t *testing.T, seed uint64) diagnose.Record {
	t.Helper()
	source, err := datasets.Open(p.data, datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0.2, seed)
	if err != nil {
		t.Fatal(err)
	}
	data := parts.Train
	if p.rows > 0 {
		rows := make([]int, p.rows)
		for i := range rows {
			rows[i] = i
		}
		if data, err = data.Subset(rows); err != nil {
			t.Fatal(err)
		}
	}
	if p.spoil != nil {
		x := make([]float64, data.Len()*data.X.Cols)
		all := make([]int, data.Len())
		for i := range all {
			all[i] = i
		}
		if err := datasets.CopyX(x, data, all); err != nil {
			t.Fatal(err)
		}
		p.spoil(x)
		spoiled := *data
		spoiled.X = datasets.Matrix{Rows: data.X.Rows, Cols: data.X.Cols, F64: x}
		data = &spoiled
	}
	net, err := nn.New(nn.Config{Seed: seed, Input: data.Shape}, append(slices.Clone(p.layers), layers.Dense{Units: data.Outputs(), Init: p.output})...)
	if err != nil {
		t.Fatal(err)
	}
	if p.trainer.Loss.IsZero() {
		p.trainer.Loss = losses.CrossEntropy
	}
	p.trainer.Seed, p.trainer.Watch = seed, diagnose.Everything
	p.trainer.Watch.Every = max(1, p.trainer.MaxEpochs/2)
	p.trainer.Validation = parts.Validation
	if p.scale != 0 {
		scaled, y := *data, make([]float64, data.Len()*data.Y.Cols)
		all := make([]int, data.Len())
		for i := range all {
			all[i] = i
		}
		if err := datasets.CopyY(y, data, all); err != nil {
			t.Fatal(err)
		}
		for i := range y {
			y[i] *= p.scale
		}
		scaled.Y = datasets.Matrix{Rows: data.Y.Rows, Cols: data.Y.Cols, F64: y}
		data, p.trainer.Validation = &scaled, nil
	}
	run, err := p.trainer.Start(net, data)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range run.Epochs(t.Context()) {
		if err != nil && run.Stopped != "diverged" {
			t.Fatal(err)
		}
	}
	return run.Record()
}

// deep are n layers of one kind.
func deep(n int, d layers.Dense) []nn.Layer {
	var list []nn.Layer
	for range n {
		list = append(list, d)
	}
	return list
}

func adam(rate float64, epochs int) train.Trainer {
	return train.Trainer{Optimizer: optimizers.Adam{}, LearningRate: rate, BatchSize: 32, MaxEpochs: epochs}
}

func descent(rate float64, epochs int) train.Trainer {
	return train.Trainer{Optimizer: optimizers.SGD{}, LearningRate: rate, MaxEpochs: epochs}
}

// hospital has for each disease a patient who must be found to have it, and a twin
// in whom one thing is other, and nothing is wrong.
var hospital = map[string]struct{ sick, healthy patient }{
	"nan": {
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 8, Activation: activations.ReLU}), trainer: descent(1e30, 5)},
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 8, Activation: activations.ReLU}), trainer: descent(0.5, 60)},
	},
	"bad-scaling": {
		patient{data: "moons", spoil: func(x []float64) {
			for i := 0; i < len(x); i += 2 {
				x[i] *= 1000
			}
		}, layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: adam(0.01, 20)},
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: adam(0.01, 20)},
	},
	"overshoot": {
		patient{data: "iris", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: descent(30, 30)},
		patient{data: "iris", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: descent(0.3, 30)},
	},
	"exploding-gradients": {
		patient{data: "digits", rows: 100, layers: append([]nn.Layer{layers.Flatten{}}, deep(6, layers.Dense{Units: 48, Init: nn.Normal(0, 0.7)})...), trainer: adam(1e-3, 3)},
		patient{data: "digits", rows: 100, layers: append([]nn.Layer{layers.Flatten{}}, deep(6, layers.Dense{Units: 48})...), trainer: adam(1e-3, 3)},
	},
	"vanishing-gradients": {
		patient{data: "moons", layers: deep(7, layers.Dense{Units: 16, Activation: activations.Sigmoid}), trainer: adam(0.01, 20)},
		patient{data: "moons", layers: deep(7, layers.Dense{Units: 16, Activation: activations.Tanh}), trainer: adam(0.003, 20)},
	},
	"dead-units": {
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 16, Activation: activations.ReLU, BiasInit: nn.Constant(-10)}), trainer: adam(0.01, 10)},
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 16, Activation: activations.ReLU}), trainer: adam(0.01, 10)},
	},
	"saturation": {
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 16, Activation: activations.Tanh, Init: nn.Normal(0, 30)}), trainer: adam(0.01, 10)},
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 16, Activation: activations.Tanh}), trainer: adam(0.01, 10)},
	},
	"saddle": {
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh, Init: nn.Zeros}), output: nn.Zeros, trainer: descent(0.5, 30)},
		patient{data: "moons", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: descent(0.5, 30)},
	},
	"plateau": {
		patient{data: "iris", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: adam(1e-7, 20)},
		patient{data: "iris", layers: deep(1, layers.Dense{Units: 8, Activation: activations.Tanh}), trainer: adam(1e-2, 20)},
	},
	"overfitting": {
		patient{data: "noisy-xor", rows: 60, layers: deep(2, layers.Dense{Units: 128, Activation: activations.ReLU}), trainer: adam(0.01, 200)},
		patient{data: "noisy-xor", layers: deep(1, layers.Dense{Units: 8, Activation: activations.ReLU}), trainer: adam(0.01, 30)},
	},
}

// TestDiseases: each disease has a patient and a twin; the first is found to have
// it, the second to have nothing.
func TestDiseases(t *testing.T) {
	for _, d := range diagnose.Diseases() {
		t.Run(d.Name, func(t *testing.T) {
			if d.Threshold == "" || d.Remedy == "" {
				t.Errorf("incomplete: %+v", d)
			}
			pair, ok := hospital[d.Name]
			if !ok {
				t.Fatal("nobody has it")
			}
			seeds := uint64(2)
			if testing.Short() {
				seeds = 1
			}
			for seed := uint64(1); seed <= seeds; seed++ {
				found := false
				for _, v := range diagnose.Examine(pair.sick.record(t, seed)) {
					if v.Name == d.Name {
						found = true
						if seed == 1 {
							t.Log(v.Evidence)
						}
					}
					if v.Evidence == "" || v.Threshold == "" || v.Remedy == "" {
						t.Errorf("incomplete: %+v", v)
					}
				}
				if !found {
					t.Errorf("seed %d: not found", seed)
				}
				for _, v := range diagnose.Examine(pair.healthy.record(t, seed)) {
					t.Errorf("seed %d: the healthy twin has %s: %s", seed, v.Name, v.Evidence)
				}
			}
		})
	}
}

// TestNothingMeasured: an empty record accuses nobody, nor do losses alone that
// fall.
func TestNothingMeasured(t *testing.T) {
	for _, r := range []diagnose.Record{
		{}, {Losses: []float64{1, 0.5}, ValLosses: []float64{1, 0.6}, ValRows: 100}, {Samples: []diagnose.Sample{{}}},
		{Samples: []diagnose.Sample{{Loss: 1, Curvature: &diagnose.Curvature{}}}, Losses: []float64{0.1}},
		{Inputs: []diagnose.Feature{{"a", 0}, {"b", 1}}},
	} {
		if v := diagnose.Examine(r); v != nil {
			t.Errorf("%+v: %+v", r, v)
		}
	}
	nan := diagnose.Sample{Tensors: []diagnose.Tensor{{Name: "0.weight", Size: 1, Gradient: math.NaN()}}}
	if v := diagnose.Examine(diagnose.Record{Samples: []diagnose.Sample{nan}}); len(v) != 1 || v[0].Name != "exploding-gradients" {
		t.Errorf("a gradient that is not finite: %+v", v)
	}
}
