package lesson

import (
	"errors"
	"fmt"
	"math"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
	"nabla/train/optimizers"
)

// ill is a network that does not train well, and what should be said of it.
type ill struct {
	name    string
	disease string // empty for the healthy one
	lr      float64
	rule    optimizers.Rule
	scale   float64    // of the inputs
	layers  []nn.Layer // hidden, with a linear output
	output  nn.Initializer
	whole   bool // all rows make one batch
	guesses bool // the targets are random, and other rows are held out
	drawn   bool // in the picture
}

// patients are the cases of the lesson, in the order of diagnose.Diseases behind the
// healthy one.
func patients() []ill {
	dense := func(n int, d layers.Dense) (list []nn.Layer) {
		for range n {
			list = append(list, d)
		}
		return list
	}
	tanh := dense(1, layers.Dense{Units: 16, Activation: activations.Tanh})
	return []ill{
		{name: "healthy", lr: 0.01, rule: optimizers.Adam{}, layers: tanh, drawn: true},
		{name: "learning rate 10³⁰", disease: "nan", lr: 1e30, rule: optimizers.SGD{}, layers: dense(1, layers.Dense{Units: 16, Activation: activations.ReLU})},
		{name: "inputs times 1000", disease: "bad-scaling", lr: 0.01, rule: optimizers.Adam{}, scale: 1000, layers: tanh, drawn: true},
		{name: "learning rate 60", disease: "overshoot", lr: 60, rule: optimizers.SGD{}, layers: tanh, drawn: true},
		{name: "ten layers, large weights", disease: "exploding-gradients", lr: 1e-3, rule: optimizers.Adam{}, layers: dense(10, layers.Dense{Units: 32, Init: nn.Normal(0, 0.7)})},
		{name: "nine layers of sigmoids", disease: "vanishing-gradients", lr: 0.01, rule: optimizers.SGD{}, layers: dense(9, layers.Dense{Units: 16, Activation: activations.Sigmoid}), drawn: true},
		{name: "relu, biases of −10", disease: "dead-units", lr: 0.01, rule: optimizers.Adam{}, layers: dense(1, layers.Dense{Units: 16, Activation: activations.ReLU, BiasInit: nn.Constant(-10)}), drawn: true},
		{name: "tanh, huge weights", disease: "saturation", lr: 0.01, rule: optimizers.Adam{}, layers: dense(1, layers.Dense{Units: 16, Activation: activations.Tanh, Init: nn.Normal(0, 30)})},
		{name: "weights all 0", disease: "saddle", lr: 0.5, rule: optimizers.SGD{}, layers: dense(1, layers.Dense{Units: 16, Activation: activations.Tanh, Init: nn.Zeros}), output: nn.Zeros, whole: true, drawn: true},
		{name: "learning rate 10⁻⁷", disease: "plateau", lr: 1e-7, rule: optimizers.SGD{}, layers: tanh, drawn: true},
		{name: "random targets", disease: "overfitting", lr: 0.01, rule: optimizers.Adam{}, layers: dense(2, layers.Dense{Units: 64, Activation: activations.ReLU}), guesses: true},
	}
}

// pitfalls diagnoses sick runs.
var pitfalls = Lesson{
	Name: "pitfalls", Row: 33,
	Title: "When training does not work",
	About: "a healthy run and a sick one for each disease: evidence, threshold and remedy",
	Params: []Param{
		whole("epochs", 12, 8, 30, "epochs of each run"),
	},
	run: func(p *Page, s Settings) error {
		p.Say("A loss that does not fall has many causes and looks the same for most of them. What tells them apart is measured elsewhere: gradients by layer, units that never change, inputs, and the learning rate beside the curvature. `nabla diagnose` watches these and names what it sees, with evidence.")
		p.Formula("overshoot:  η·λmax/2 > 1, and the loss suffers", "λmax of the Hessian, by Lanczos over Hessian-vector products")
		p.Formula("vanishing:  g₁/g_L < 10⁻³,   exploding:  g₁/g_L > 10³ or ‖∇L‖ > 10³", "before training; gₗ = max(‖∇Wₗ‖/√n_W, ‖∇bₗ‖/√n_b), per weight so that layers of different sizes compare")
		data, err := bundled("moons")
		if err != nil {
			return err
		}
		const most = 240 // rows: as many as a diagnosis looks at
		some := make([]int, min(most, data.Len()))
		for i := range some {
			some[i] = i * data.Len() / len(some)
		}
		if data, err = data.Subset(some); err != nil {
			return err
		}
		c := plot.Curves{Title: "Loss by epoch", XLabel: "epoch", YLabel: "cross-entropy", LogY: true, Y: plot.Range{Min: 0.1, Max: 1000}}
		var rows [][]string
		var verdicts []diagnose.Verdict
		flat := 0
		for _, patient := range patients() {
			record, err := patient.examine(data, s)
			if err != nil {
				return err
			}
			if loss := record.Losses; patient.drawn {
				c.Series = append(c.Series, plot.Series{Name: patient.name, X: counted(1, len(loss)), Y: loss})
				last := len(loss) - 1
				flat += int(is(math.Abs(loss[last]-loss[last/2]) < 0.02*loss[last/2] && patient.disease != ""))
			}
			named := diagnose.Examine(record)
			if patient.disease == "" {
				p.Equal("the healthy run: things named", float64(len(named)), 0, 0)
				rows = append(rows, []string{patient.name, "nothing"})
				continue
			}
			found := false
			for _, v := range named {
				if v.Name == patient.disease {
					found = true
					rows = append(rows, []string{patient.name, v.Name})
					verdicts = append(verdicts, v)
				}
			}
			p.True(patient.name+": "+patient.disease+" is named", found)
			p.Number("things named of "+patient.name, float64(len(named)))
			if err := p.measured(patient, data, s, record); err != nil {
				return err
			}
		}
		p.Table("Run and diagnosis", []string{"run", "named"}, rows)
		for _, v := range verdicts {
			p.Say("`%s`: %s. Threshold: %s. Remedy: %s.", v.Name, v.Evidence, v.Threshold, v.Remedy)
		}
		p.Curves("losses", fmt.Sprintf("The losses alone. %d of the sick runs are flat lines in their second half, and each needs another remedy.", flat), c)
		p.Equal("diseases that are named, of all that nabla diagnose knows", float64(len(verdicts)), float64(len(diagnose.Diseases())), 0)
		p.Greater("sick runs with a flat line", float64(flat), 1)
		p.See("%d sick runs, each named with evidence, threshold and remedy; %d of them draw a flat line. The healthy one is left alone.", len(verdicts), flat)
		return nil
	},
}

// measured checks what two diseases are judged by against the whole Hessian and the
// gradient at the start.
func (p *Page) measured(patient ill, data *datasets.Dataset, s Settings, r diagnose.Record) error {
	if patient.disease != "overshoot" && patient.disease != "vanishing-gradients" {
		return nil
	}
	m, err := newModel(s.Seed, data, losses.CrossEntropy, patient.network()...)
	if err != nil {
		return err
	}
	first := r.Samples[0]
	if patient.disease == "overshoot" {
		λ, _ := eigenvalues(m.hessian(m.start))
		p.Equal("overshoot: λmax by Lanczos against the whole Hessian's, before training", first.Curvature.Largest, λ[len(λ)-1], 1e-4)
		p.Equal("overshoot: what is judged is η·λmax/2", first.Curvature.Ratio(patient.lr), patient.lr*first.Curvature.Largest/2, 1e-12)
		return nil
	}
	g := m.gradient(m.start)
	weights, biases := m.norms(g), m.biasNorms(g)
	perWeight := func(layer int, w, b int) float64 {
		return max(weights[layer]/math.Sqrt(float64(w)), biases[layer]/math.Sqrt(float64(b)))
	}
	tensors, last := first.Tensors, len(first.Tensors)
	of := func(t diagnose.Tensor) float64 { return t.Gradient / math.Sqrt(float64(t.Size)) }
	judged := max(of(tensors[0]), of(tensors[1])) / max(of(tensors[last-2]), of(tensors[last-1]))
	p.Equal("vanishing: g₁/g_L as measured against that of the gradient", judged/(perWeight(0, 2*16, 16)/perWeight(len(weights)-1, 16*2, 2)), 1, 1e-6)
	return nil
}

// network is the patient's layers with the output.
func (i ill) network() []nn.Layer {
	return append(append([]nn.Layer{}, i.layers...), layers.Dense{Units: 2, Init: i.output})
}

// examine trains and returns what there was to see.
func (i ill) examine(data *datasets.Dataset, s Settings) (r diagnose.Record, err error) {
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: i.rule, LearningRate: i.lr, BatchSize: 32, MaxEpochs: s.Int("epochs"), Seed: s.Seed,
		Watch: diagnose.Watch{Norms: true, Activations: true, Curvature: true, Every: s.Int("epochs")}}
	if i.whole {
		t.BatchSize = 0
	}
	if i.guesses {
		if data, err = guesses(40, s.Seed); err == nil {
			t.Validation, err = guesses(60, s.Seed+1)
		}
		t.MaxEpochs, t.Watch.Every = 60, 60
	} else if i.scale != 0 {
		data, err = scaled(data, i.scale)
	}
	if err != nil {
		return r, err
	}
	net, err := nn.New(nn.Config{Seed: s.Seed, Input: data.Shape, DType: nn.Float64}, i.network()...)
	if err != nil {
		return r, err
	}
	run, err := t.Start(net, data)
	if err != nil {
		return r, err
	}
	for _, err := range run.Epochs(background) {
		if _, ok := errors.AsType[*train.DivergedError](err); err != nil && !ok {
			return r, err
		}
	}
	return run.Record(), nil
}

// scaled is a data set whose inputs are multiplied by a factor.
func scaled(data *datasets.Dataset, factor float64) (*datasets.Dataset, error) {
	x := datasets.Matrix{Rows: data.X.Rows, Cols: data.X.Cols}
	for r := range data.X.Rows {
		for c := range data.X.Cols {
			x.F64 = append(x.F64, factor*data.X.At(r, c))
		}
	}
	return datasets.New(data.Name, x, data.Y, data.Classes)
}

// guesses is a data set of ten normal inputs and targets that have nothing to do
// with them.
func guesses(rows int, seed uint64) (*datasets.Dataset, error) {
	rng := stream(seed, 61)
	x, y := datasets.Matrix{Rows: rows, Cols: 10}, datasets.Matrix{Rows: rows, Cols: 1}
	for range rows {
		for range x.Cols {
			x.F64 = append(x.F64, rng.NormFloat64())
		}
		y.F64 = append(y.F64, float64(rng.IntN(2)))
	}
	return datasets.New("guesses", x, y, []string{"a", "b"})
}
