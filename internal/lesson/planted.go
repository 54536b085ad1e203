package lesson

import (
	"slices"

	"nabla/internal/plot"
	"nabla/nn"
	"nabla/nn/gradcheck"
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
		p.Formula("gradient check: (f(x + ε) − f(x − ε))/(2ε) against backprop", "finds a wrong derivative, never a right derivative of the wrong function")
		p.Say("Each detector compares something with something that must be equal to it; `--mistake NAME` tells one of them in full.")
		named, err := BugByName(s.Text("mistake"))
		if err != nil {
			return err
		}
		var rows [][]string
		found, accused := map[string]float64{}, map[string]float64{}
		var detectors []string
		compared := map[string]string{}
		for _, d := range Detectors() {
			compared[d.Name] = d.What
		}
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
			p.True(bug.Name+": found, and its twin passes", planted.Found && !twin.Found)
			if bug.Name == named.Name {
				p.Say("`%s`. Wrong: %s. Right: %s. %s", bug.Name, bug.Planted, bug.Right, bug.Lesson)
				p.Say("Its detector, %s, compares %s. It says: %s. Of the twin: %s.", bug.Detector, compared[bug.Detector], planted.Evidence, twin.Evidence)
			}
		}
		p.Table("The zoo", []string{"mistake", "detector", "the mistake", "its twin"}, rows)
		h := plot.HeatMap{Title: "What each detector finds", XLabel: "among", YLabel: "detector", Columns: []string{"mistakes", "right twins"}, ValueLabel: "found"}
		for _, d := range detectors {
			h.Rows, h.Values = append(h.Rows, d), append(h.Values, []float64{found[d], accused[d]})
			p.Number(d, found[d])
		}
		p.HeatMap("detectors", "The mistakes that each detector is there for. The gradient check has most of them, but it cannot have all: a right derivative of the wrong function needs another question. None accuses a right twin.", h)
		p.Greater("mistakes in the zoo", float64(len(rows)), 11)
		if err := p.blindSpots(); err != nil {
			return err
		}
		p.See("%d mistakes, %d detectors: each mistake is found, each twin passes; %s of them are for the gradient check alone.", len(rows), len(detectors), short(found[gradientCheck]))
		return nil
	},
}

// blindSpots claims that a gradient check passes where the derivative of a wrong
// function is right.
func (p *Page) blindSpots() error {
	for _, bug := range []struct {
		name  string
		layer func(planted bool) nn.Layer
	}{{"wrong-axis", wrongAxis}, {"double-softmax", squashedLogits}} {
		report, err := gradcheck.Layer(bug.layer(true), []int{5, 4}, gradcheck.Options{})
		if err != nil {
			return err
		}
		worst := 0.0
		for _, t := range report.Tensors {
			worst = max(worst, t.Error)
		}
		p.Less(bug.name+": worst error in a gradient check, which passes it", worst, report.Bound)
	}
	return nil
}
