package diagnose

import (
	"slices"
	"strings"

	"nabla/internal/names"
)

// Watch is what is measured; the zero Watch measures nothing and costs nothing.
type Watch struct {
	Norms, Histograms, Activations, Curvature bool
	Every                                     int // epochs between measurements; 0 is 1
}

// Everything measures all there is after each epoch.
var Everything = Watch{Norms: true, Histograms: true, Activations: true, Curvature: true}

// Any reports whether something is measured.
func (w Watch) Any() bool { return w.Norms || w.Histograms || w.Activations || w.Curvature }

// kind is a word for something that is measured.
type kind struct {
	name string
	of   func(w *Watch) *bool
}

var kinds = []kind{
	{"norms", func(w *Watch) *bool { return &w.Norms }},
	{"histograms", func(w *Watch) *bool { return &w.Histograms }},
	{"activations", func(w *Watch) *bool { return &w.Activations }},
	{"curvature", func(w *Watch) *bool { return &w.Curvature }},
}

// Kinds lists the words that ParseWatch knows.
func Kinds() []string {
	var list []string
	for _, k := range kinds {
		list = append(list, k.name)
	}
	return list
}

// ParseWatch reads words with commas between: "norms,curvature". The error for an
// unknown word has the nearest one and the list.
func ParseWatch(text string) (w Watch, err error) {
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == word })
		if i < 0 {
			return Watch{}, names.Unknown("diagnose", "measurement", word, Kinds())
		}
		*kinds[i].of(&w) = true
	}
	return w, nil
}

// String writes the words.
func (w Watch) String() string {
	var list []string
	for _, k := range kinds {
		if *k.of(&w) {
			list = append(list, k.name)
		}
	}
	return strings.Join(list, ",")
}

// Sample is a measurement at the end of an epoch; what was not asked for is nil.
type Sample struct {
	Epoch, Step  int     // 0 is before the first update
	Loss         float64 // of the epoch; of the curvature's rows in a sample before training
	LearningRate float64 // of the last update, or of the first one; 0 of a full-batch method
	Tensors      []Tensor
	Noise        *Noise
	Layers       []Layer
	Curvature    *Curvature
}

// Tensor is a trained parameter in the last step of an epoch: its 2-norm and those
// of its gradient and its change.
type Tensor struct {
	Name                     string
	Size                     int
	Weight, Gradient, Update float64
	Weights, Gradients       *Histogram
}

// Ratio is the relative size of an update, ‖Δw‖/‖w‖ with the weights behind it;
// around 1e-3 is usual. Without an update it is 0.
func (t Tensor) Ratio() float64 {
	if t.Update == 0 {
		return 0
	}
	return t.Update / t.Weight
}

// Curvature is what the Hessian of the loss is like, over some training rows and
// with the network as in evaluation.
type Curvature struct {
	Rows              int
	Loss, Gradient    float64 // and the 2-norm of its gradient
	Smallest, Largest float64 // eigenvalues
	Trace, TraceError float64 // and the standard error of the estimate
}

// Ratio compares a learning rate with the curvature: η·λmax/2. Plain gradient
// descent on a parabola converges below 1 and diverges above.
func (c Curvature) Ratio(rate float64) float64 { return rate * c.Largest / 2 }

// Value is a number with the name it has in tables and files.
type Value struct {
	Name  string
	Value float64
}

// Values lists all numbers of the sample but the histograms: "grad_norm:0.weight".
func (s Sample) Values() []Value {
	var list []Value
	add := func(what, name string, v float64) {
		if name != "" {
			what += ":" + name
		}
		list = append(list, Value{what, v})
	}
	for _, t := range s.Tensors {
		add("grad_norm", t.Name, t.Gradient)
		add("weight_norm", t.Name, t.Weight)
		add("update_ratio", t.Name, t.Ratio())
	}
	if s.Noise != nil {
		add("noise_scale", "", s.Noise.Scale)
	}
	for _, l := range s.Layers {
		add("mean", l.Name, l.Mean)
		add("deviation", l.Name, l.Deviation)
		if l.Nonlinear {
			add("dead", l.Name, float64(l.Dead)/float64(max(l.Units, 1)))
		}
		if l.Bounded {
			add("saturated", l.Name, l.Saturated)
		}
	}
	if c := s.Curvature; c != nil {
		add("lambda_max", "", c.Largest)
		add("lambda_min", "", c.Smallest)
		add("trace", "", c.Trace)
		if s.LearningRate > 0 {
			add("step_curvature", "", c.Ratio(s.LearningRate))
		}
	}
	return list
}
