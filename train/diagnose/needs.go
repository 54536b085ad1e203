package diagnose

import "fmt"

// Open is a disease that a record says nothing about, and why.
type Open struct{ Name, Why string }

// Unexamined lists the diseases that a record could not show if the run had them.
func Unexamined(r Record) (list []Open) {
	for _, d := range Diseases() {
		if why := d.needs(r); why != "" {
			list = append(list, Open{d.Name, why})
		}
	}
	return list
}

// need says what a record lacks for a disease to be seen, nothing if it has all.
type need func(r Record) (missing string)

func needNothing(Record) string { return "" }

func needInputs(r Record) string {
	if len(r.Inputs) == 0 {
		return "the inputs are not known"
	}
	return ""
}

func needLosses(r Record) string {
	if len(r.Losses) < fewEpochs {
		return fmt.Sprintf("it takes %d epochs", fewEpochs)
	}
	return ""
}

// needStart wants gradients from before training.
func needStart(r Record) string {
	if s, ok := r.first(); !ok || s.Tensors == nil {
		return "no gradients were measured before training"
	}
	return ""
}

func needUnits(r Record) string {
	if s, _ := r.last(); s.Layers == nil {
		return "the activations were not measured"
	}
	return ""
}

func needCurvature(r Record) string {
	for _, s := range r.Samples {
		if s.Curvature != nil {
			return ""
		}
	}
	return "the curvature was not measured"
}

func needValidation(r Record) string {
	if r.ValRows < fewRows || len(r.ValLosses) < 2 {
		return fmt.Sprintf("it takes %d validation rows and two epochs", fewRows)
	}
	return ""
}
