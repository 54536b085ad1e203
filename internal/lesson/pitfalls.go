package lesson

import (
	"context"
	"errors"
	"slices"

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

// plantedBugs runs the zoo.
var plantedBugs = Lesson{
	Name: "planted-mistakes", Row: 22,
	Title: "Backprop bugs, and what finds them",
	About: "a zoo of classic mistakes: which detector finds which, beside a right twin that passes",
	Params: []Param{
		word("mistake", BugNames(), "the mistake that is told in full"),
	},
	run: func(p *Page, s Settings) error {
		p.Say("Most mistakes in backpropagation do not crash. The loss even falls, only less well. So each kind needs a test that cannot be fooled by a falling loss; here every mistake of the zoo stands beside its right twin, and its detector must find the first and pass the second.")
		p.Formula("gradient check: (f(x + ε) − f(x − ε))/2ε against backprop", "finds a wrong derivative, never a right derivative of the wrong function")
		named, err := BugByName(s.Text("mistake"))
		if err != nil {
			return err
		}
		var rows [][]string
		found, accused := map[string]float64{}, map[string]float64{}
		var detectors []string
		for _, bug := range Zoo() {
			planted, twin, err := bug.Examine(Trial{Seed: s.Seed})
			if err != nil {
				return err
			}
			verdict := func(f Finding) string {
				if f.Found {
					return "found"
				}
				return "passes"
			}
			if !slices.Contains(detectors, bug.Detector) {
				detectors = append(detectors, bug.Detector)
			}
			found[bug.Detector] += is(planted.Found)
			accused[bug.Detector] += is(twin.Found)
			rows = append(rows, []string{bug.Name, bug.Detector, verdict(planted), verdict(twin)})
			p.Equal(bug.Name+": found, and its twin passes (1 is yes)", is(planted.Found && !twin.Found), 1, 0)
			if bug.Name == named.Name {
				p.Say("%s. Wrong: %s. Right: %s. %s", capital(bug.Name), bug.Planted, bug.Right, bug.Lesson)
				p.Say("The detector says: %s. Of the twin: %s.", planted.Evidence, twin.Evidence)
			}
		}
		p.Table("The zoo", []string{"mistake", "detector", "mistake", "twin"}, rows)
		h := plot.HeatMap{Title: "What each detector finds", XLabel: "among", YLabel: "detector", Columns: []string{"mistakes", "right twins"}, ValueLabel: "found"}
		for _, d := range detectors {
			h.Rows, h.Values = append(h.Rows, d), append(h.Values, []float64{found[d], accused[d]})
			p.Number(d, found[d])
		}
		p.HeatMap("detectors", "The gradient check finds most, but no detector finds all: a right derivative of the wrong function needs another question. None accuses a right twin.", h)
		p.Greater("mistakes in the zoo", float64(len(rows)), 11)
		p.See("%d mistakes, %d detectors: each mistake is found, each twin passes; the gradient check alone finds %s.", len(rows), len(detectors), short(found[detectors[0]]))
		return nil
	},
}

// ill is a network that does not train well, and what should be said of it.
type ill struct {
	name    string
	disease string // empty for the healthy one
	lr      float64
	rule    optimizers.Rule
	scale   float64 // of the inputs
	layers  func() []nn.Layer
}

// patients are the cases of the lesson.
func patients() []ill {
	dense := func(n int, f activations.Activation) func() []nn.Layer {
		return func() []nn.Layer { return stack(n, 16, 2, f, nn.Initializer{}) }
	}
	return []ill{
		{"healthy", "", 0.01, optimizers.Adam{}, 1, dense(1, activations.Tanh)},
		{"nine layers of sigmoids", "vanishing-gradients", 0.01, optimizers.SGD{}, 1, dense(9, activations.Sigmoid)},
		{"learning rate 60", "overshoot", 60, optimizers.SGD{}, 1, dense(1, activations.Tanh)},
		{"inputs times 1000", "bad-scaling", 0.01, optimizers.Adam{}, 1000, dense(1, activations.Tanh)},
		{"biases of −10", "dead-units", 0.01, optimizers.Adam{}, 1, func() []nn.Layer {
			return []nn.Layer{layers.Dense{Units: 16, Activation: activations.ReLU, BiasInit: nn.Constant(-10)}, layers.Dense{Units: 2}}
		}},
		{"learning rate 10⁻⁷", "plateau", 1e-7, optimizers.SGD{}, 1, dense(1, activations.Tanh)},
	}
}

// pitfalls diagnoses sick runs.
var pitfalls = Lesson{
	Name: "pitfalls", Row: 33,
	Title: "When training does not work",
	About: "five sick runs and a healthy one: evidence, threshold and remedy for each",
	Params: []Param{
		whole("epochs", 12, 8, 30, "epochs of each run"),
	},
	run: func(p *Page, s Settings) error {
		p.Say("A loss that does not fall has many causes and looks the same for most of them. What tells them apart is measured elsewhere: gradients by layer, units that never change, inputs, and the learning rate beside the curvature. `nabla diagnose` watches these and names what it sees, with evidence.")
		p.Formula("overshoot:  η·λmax/2 > 1", "λmax of the Hessian, by Lanczos over Hessian-vector products")
		p.Formula("vanishing:  ‖∇W₁‖/√n₁ far below ‖∇W_L‖/√n_L", "per weight, so that layers of different sizes compare")
		data, err := bundled("moons")
		if err != nil {
			return err
		}
		c := plot.Curves{Title: "Loss by epoch", XLabel: "epoch", YLabel: "cross-entropy", LogY: true, Y: plot.Range{Min: 0.05, Max: 100}}
		var rows, remedies [][]string
		for _, patient := range patients() {
			verdicts, loss, err := patient.examine(data, s)
			if err != nil {
				return err
			}
			c.Series = append(c.Series, plot.Series{Name: patient.name, X: counted(1, len(loss)), Y: loss})
			if patient.disease == "" {
				p.Equal("the healthy run: things named", float64(len(verdicts)), 0, 0)
				rows = append(rows, []string{patient.name, "nothing", "–"})
				continue
			}
			named := 0.0
			for _, v := range verdicts {
				if v.Name == patient.disease {
					named = 1
					rows = append(rows, []string{patient.name, v.Name, ""})
					remedies = append(remedies, []string{v.Name, v.Evidence, v.Remedy})
				}
			}
			p.Equal(patient.name+": "+patient.disease+" is named (1 is yes)", named, 1, 0)
			p.Number("things named of "+patient.name, float64(len(verdicts)))
		}
		for i := range rows {
			rows[i] = rows[i][:2]
		}
		p.Table("Run and diagnosis", []string{"run", "named"}, rows)
		for _, r := range remedies {
			p.Say("%s: %s. Remedy: %s.", capital(r[0]), r[1], r[2])
		}
		p.Curves("losses", "The losses alone. Three of the sick runs look alike, a flat line, and each needs another remedy.", c)
		p.See("Of six runs five are sick and named: %s, %s, %s, %s, %s; the healthy one is left alone.", rows[1][1], rows[2][1], rows[3][1], rows[4][1], rows[5][1])
		return nil
	},
}

// examine trains and returns what is named, and the loss by epoch.
func (i ill) examine(data *datasets.Dataset, s Settings) (list []diagnose.Verdict, loss []float64, err error) {
	x := datasets.Matrix{Rows: data.X.Rows, Cols: data.X.Cols}
	for r := range data.X.Rows {
		for c := range data.X.Cols {
			x.F64 = append(x.F64, i.scale*data.X.At(r, c))
		}
	}
	scaled, err := datasets.New(data.Name, x, data.Y, data.Classes)
	if err != nil {
		return nil, nil, err
	}
	net, err := nn.New(nn.Config{Seed: s.Seed, Input: []int{2}, DType: nn.Float64}, i.layers()...)
	if err != nil {
		return nil, nil, err
	}
	t := train.Trainer{Loss: losses.CrossEntropy, Optimizer: i.rule, LearningRate: i.lr, BatchSize: 32, MaxEpochs: s.Int("epochs"), Seed: s.Seed,
		Watch: diagnose.Watch{Norms: true, Activations: true, Curvature: true, Every: 4}}
	run, err := t.Start(net, scaled)
	if err != nil {
		return nil, nil, err
	}
	for e, err := range run.Epochs(context.Background()) {
		if _, ok := errors.AsType[*train.DivergedError](err); ok {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		loss = append(loss, e.Loss)
	}
	return diagnose.Examine(run.Record()), loss, nil
}
