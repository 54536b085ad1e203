package diagnose_test

import (
	"fmt"
	"slices"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
)

// names are the diseases of a patient.
func (p patient) names(t *testing.T, seed uint64) (list []string) {
	t.Helper()
	for _, v := range diagnose.Examine(p.record(t, seed)) {
		list = append(list, v.Name)
	}
	return list
}

// repeated are n times the same layers.
func repeated(n int, some ...nn.Layer) (list []nn.Layer) {
	for range n {
		list = append(list, some...)
	}
	return list
}

// TestRemedies does what the remedies say: the patient of the disease is rid of it.
func TestRemedies(t *testing.T) {
	sigmoids := layers.Dense{Units: 16, Activation: activations.Sigmoid}
	wild := layers.Dense{Units: 48, Init: nn.Normal(0, 0.7)}
	for disease, cures := range map[string]map[string]func(p *patient){
		"nan": {
			"a lower learning rate": func(p *patient) { p.trainer.LearningRate = 0.5 },
			"a clipped gradient":    func(p *patient) { p.trainer.LearningRate, p.trainer.ClipNorm = 0.5, 1 },
		},
		"bad-scaling": {"standardised inputs": func(p *patient) { p.spoil = nil }},
		"overshoot":   {"below 2/λmax": func(p *patient) { p.trainer.LearningRate = 1 }},
		"exploding-gradients": {
			"smaller initial weights": func(p *patient) {
				p.layers = append([]nn.Layer{layers.Flatten{}}, deep(6, layers.Dense{Units: 48, Init: nn.GlorotUniform})...)
			},
			"batch normalisation": func(p *patient) {
				p.layers = append([]nn.Layer{layers.Flatten{}}, repeated(6, wild, layers.BatchNorm{})...)
			},
			"layer normalisation": func(p *patient) {
				p.layers = append([]nn.Layer{layers.Flatten{}}, repeated(6, wild, layers.LayerNorm{})...)
			},
		},
		"vanishing-gradients": {
			"relu":                func(p *patient) { p.layers = deep(7, layers.Dense{Units: 16, Activation: activations.ReLU}) },
			"batch normalisation": func(p *patient) { p.layers = repeated(7, sigmoids, layers.BatchNorm{}) },
			"layer normalisation": func(p *patient) { p.layers = repeated(7, sigmoids, layers.LayerNorm{}) },
			"residual layers": func(p *patient) {
				p.layers = append([]nn.Layer{sigmoids}, repeated(6, layers.Residual{Layers: []nn.Layer{sigmoids}})...)
			},
			"fewer layers": func(p *patient) { p.layers = deep(2, sigmoids) },
		},
		"dead-units": {
			"zero biases": func(p *patient) { p.layers = deep(1, layers.Dense{Units: 16, Activation: activations.ReLU}) },
			"leaky-relu": func(p *patient) {
				p.layers = deep(1, layers.Dense{Units: 16, Activation: activations.LeakyReLU, BiasInit: nn.Constant(-10)})
			},
		},
		"saturation": {
			"smaller initial weights": func(p *patient) {
				p.layers = deep(1, layers.Dense{Units: 16, Activation: activations.Tanh, Init: nn.Normal(0, 0.5)})
			},
			"batch normalisation": func(p *patient) {
				p.layers = []nn.Layer{layers.Dense{Units: 16, Init: nn.Normal(0, 30)}, layers.BatchNorm{}, layers.Activation{Function: activations.Tanh}}
			},
			"relu": func(p *patient) {
				p.layers = deep(1, layers.Dense{Units: 16, Activation: activations.ReLU, Init: nn.Normal(0, 30)})
			},
		},
		"saddle": {"other initial weights": func(p *patient) {
			p.layers, p.output = deep(1, layers.Dense{Units: 8, Activation: activations.Tanh, Init: nn.Normal(0, 0.1)}), nn.Normal(0, 0.1)
		}},
		"plateau": {"a larger learning rate": func(p *patient) { p.trainer.LearningRate = 1e-2 }},
		"overfitting": {
			"patience":     func(p *patient) { p.trainer.Patience = 10 },
			"best weights": func(p *patient) { p.trainer.KeepBest = true },
			"a smaller network": func(p *patient) {
				p.layers = deep(1, layers.Dense{Units: 3, Activation: activations.ReLU})
			},
			"weight decay": func(p *patient) { p.trainer.L2 = 0.01 },
			"dropout": func(p *patient) {
				p.layers = repeated(2, layers.Dense{Units: 128, Activation: activations.ReLU}, layers.Dropout{P: 0.7})
			},
		},
	} {
		for what, cure := range cures {
			t.Run(disease+"/"+what, func(t *testing.T) {
				p := hospital[disease].sick
				p.layers = slices.Clone(p.layers)
				cure(&p)
				if names := p.names(t, 1); slices.Contains(names, disease) {
					t.Errorf("still has it: %v", names)
				}
			})
		}
	}
	if len(hospital) != len(diagnose.Diseases()) {
		t.Error("a disease without remedies")
	}
}

// TestMoreSick are diseases in other shapes than those of the hospital, each with
// all the names that it must have, and no others.
func TestMoreSick(t *testing.T) {
	tanh := layers.Dense{Units: 8, Activation: activations.Tanh}
	zeros := layers.Dense{Units: 8, Activation: activations.Tanh, Init: nn.Zeros}
	noisy := func(t train.Trainer) train.Trainer { t.BatchSize = 32; return t }
	mse := func(t train.Trainer) train.Trainer { t.Loss = losses.MSE; return t }
	for name, c := range map[string]struct {
		p    patient
		want []string
	}{
		"zeros, with noise": {patient{data: "moons", layers: deep(1, zeros), output: nn.Zeros, trainer: noisy(descent(0.1, 60))}, []string{"dead-units", "saddle", "plateau"}},
		"zeros, with adam":  {patient{data: "moons", layers: deep(1, zeros), output: nn.Zeros, trainer: adam(0.01, 60)}, []string{"dead-units", "saddle", "plateau"}},
		"large targets":     {patient{data: "sine", scale: 1e5, layers: deep(1, tanh), trainer: mse(adam(0.01, 5))}, []string{"bad-scaling", "plateau"}},
		"usual targets":     {patient{data: "sine", scale: 1, layers: deep(1, tanh), trainer: mse(adam(0.01, 20))}, nil},
		"xor and a line":    {patient{data: "noisy-xor", trainer: adam(0.01, 60)}, []string{"plateau"}},
		"few rows": {patient{data: "iris", rows: 60, layers: deep(2, layers.Dense{Units: 128, Activation: activations.ReLU}), trainer: adam(0.01, 300)},
			[]string{"overfitting"}},
		"large inputs, and far too large steps": {patient{data: "moons", spoil: func(x []float64) {
			for i := range x {
				x[i] *= 1000
			}
		}, layers: deep(1, tanh), trainer: descent(1e3, 20)}, []string{"bad-scaling", "overshoot", "saturation", "plateau"}},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(2) {
				if names := c.p.names(t, seed); !slices.Equal(names, c.want) {
					t.Errorf("seed %d: %v, want %v", seed, names, c.want)
				}
			}
		})
	}
}

// TestOverfitting: the curves of a run, by the numbers.
func TestOverfitting(t *testing.T) {
	// curve goes from a over b in the middle to c.
	curve := func(a, b, c float64) (x []float64) {
		for i := range 50 {
			x = append(x, a+(b-a)*float64(i)/49)
		}
		for i := range 50 {
			x = append(x, b+(c-b)*float64(i+1)/50)
		}
		return x
	}
	learned := curve(1, 0.4, 0.01)
	spike := curve(1, 0.5, 0.4)
	spike[99] = 5
	negative := curve(-1, -2, -0.5)
	for name, c := range map[string]struct {
		losses, validation []float64
		rows, kept         int
		want               bool
	}{
		"rises by half":                    {learned, curve(1, 0.5, 0.75), 200, 0, true},
		"rises by a fifth":                 {learned, curve(1, 0.5, 0.6), 200, 0, false},
		"rises by half, few rows":          {learned, curve(1, 0.5, 0.75), 20, 0, false},
		"doubles, few rows":                {learned, curve(1, 0.5, 1.1), 20, 0, true},
		"doubles, hardly any rows":         {learned, curve(1, 0.5, 1.1), 9, 0, false},
		"rises, the best weights are kept": {learned, curve(1, 0.5, 2), 200, 50, false},
		"rises with the training loss":     {curve(1, 0.4, 0.8), curve(1, 0.5, 1), 200, 0, false},
		"only the last epoch jumps":        {learned, spike, 200, 0, false},
		"a gap, but it still falls":        {learned, curve(1, 0.5, 0.45), 200, 0, false},
		"negative losses":                  {curve(-1, -2, -9), negative, 200, 0, false},
		"no validation":                    {learned, nil, 0, 0, false},
	} {
		got := diagnose.Examine(diagnose.Record{Losses: c.losses, ValLosses: c.validation, ValRows: c.rows, Kept: c.kept})
		if found := len(got) == 1 && got[0].Name == "overfitting"; found != c.want || len(got) > 1 {
			t.Errorf("%s: %v", name, fmt.Sprint(got))
		}
	}
}

// TestInALoop examines healthy runs after each of their epochs.
func TestInALoop(t *testing.T) {
	for name, pair := range hospital {
		whole := pair.healthy.record(t, 3)
		for n := range whole.Losses {
			part := whole
			part.Losses, part.Samples = whole.Losses[:n], nil
			if whole.ValLosses != nil {
				part.ValLosses = whole.ValLosses[:n]
			}
			for _, s := range whole.Samples {
				if s.Epoch <= n {
					part.Samples = append(part.Samples, s)
				}
			}
			for _, v := range diagnose.Examine(part) {
				t.Errorf("%s, after epoch %d: %s: %s", name, n, v.Name, v.Evidence)
			}
		}
	}
}

// TestUnexamined: what was not measured is no clean bill of health.
func TestUnexamined(t *testing.T) {
	names := func(r diagnose.Record) (list []string) {
		for _, o := range diagnose.Unexamined(r) {
			if o.Why == "" {
				t.Errorf("%s for no reason", o.Name)
			}
			list = append(list, o.Name)
		}
		return list
	}
	if got := names(diagnose.Record{}); len(got) != len(diagnose.Diseases())-1 {
		t.Errorf("of nothing %v", got)
	}
	if got := names(hospital["overfitting"].healthy.record(t, 1)); got != nil {
		t.Errorf("of everything %v", got)
	}
	p := hospital["bad-scaling"].healthy
	p.data = "sine"
	p.scale, p.trainer.Loss = 1, losses.MSE // not validated
	if got := names(p.record(t, 1)); !slices.Equal(got, []string{"overfitting"}) {
		t.Errorf("without validation %v", got)
	}
}
