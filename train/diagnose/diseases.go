package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Disease is something that can be wrong with training.
type Disease struct {
	Name      string
	Threshold string // what counts as ill
	Remedy    string

	// find looks for it and says what it has seen.
	find  func(r Record) (evidence string, found bool)
	needs need
}

// Verdict is a disease that a run has.
type Verdict struct {
	Name, Evidence, Threshold, Remedy string
}

// Examine names what a record shows, in the order of the table: causes before
// what they lead to. See Unexamined for what it cannot show.
func Examine(r Record) []Verdict {
	var list []Verdict
	for _, d := range Diseases() {
		if evidence, found := d.find(r); found {
			list = append(list, Verdict{d.Name, evidence, d.Threshold, d.Remedy})
		}
	}
	return list
}

// The thresholds.
const (
	largeNumbers  = 30.0 // size of an input or a target; standardised ones have 1
	overshoots    = 1.0  // η·λmax/2
	worseThanBest = 1.5  // the loss at the end over the smallest
	vanished      = 1e-3 // gradient of the first layer over that of the last
	exploded      = 1e3  // gradient norm, and the same ratio
	deadUnits     = 0.5  // of a layer
	saturatedAt   = 0.5  // of the outputs of a layer
	hardlyFell    = 0.05 // of the loss at the start
	fewEpochs     = 4    // say nothing of where the loss stays
	stillLoses    = 0.5  // of it, at the end: there is much left to learn
	flat          = 2e-4 // ‖g‖²/(λmax·loss), the gain of a gradient step
	bendsDown     = 0.01 // −λmin/λmax
	rises         = 0.3  // of the validation loss above its smallest, in parts of that
	deviations    = 3.0  // of the mean over few rows, if their losses scatter like themselves
	learnsByHeart = 0.25 // training loss at the end over that at the smallest of validation
	fewRows       = 10   // of validation say nothing
)

// Diseases lists them. Nothing else does.
func Diseases() []Disease {
	return []Disease{
		{"nan", "a loss, gradient or weight that is not finite",
			"lower the learning rate, clip the gradient norm, look for NaN in the data; --detect-anomaly names the first tensor", findNaN, needNothing},
		{"bad-scaling", fmt.Sprintf("an input or a number to predict with √mean(x²) above %v, or all below %.2g", largeNumbers, 1/largeNumbers),
			"standardise inputs and targets (--standardize): one learning rate cannot suit weights of such different sizes", findScaling, needInputs},
		{"overshoot", fmt.Sprintf("η·λmax/2 above %v, and the loss ends at more than %v times its smallest, above its start or not finite", overshoots, worseThanBest),
			"a learning rate below 2/λmax, a schedule that warms up", findOvershoot, needCurvature},
		{"exploding-gradients", fmt.Sprintf("before training, a gradient norm above %.0e (times the size of inputs and targets above 1), or in the first layer above %.0e times that in the last, per weight", exploded, exploded),
			"smaller initial weights (--init glorot-uniform, he-normal for relu), normalisation layers, clip the gradient norm", findExploding, needStart},
		{"vanishing-gradients", fmt.Sprintf("the gradient of the first layer below %.0e of that of the last, per weight", vanished),
			"relu-like activations, an initializer that fits (--init), normalisation or residual layers, fewer layers", findVanishing, needStart},
		{"dead-units", fmt.Sprintf("more than %.0f %% of the units of a layer give the same for every row", 100*deadUnits),
			"a lower learning rate, leaky-relu or elu, initial weights that differ, zero initial biases", findDead, needUnits},
		{"saturation", fmt.Sprintf("more than %.0f %% of the outputs of a layer at the ends of its activation, before training or with most of the loss left", 100*saturatedAt),
			"smaller initial weights, standardised inputs, a normalisation layer, relu in place of sigmoid or tanh", findSaturation, needUnits},
		{"saddle", fmt.Sprintf("a gradient step gains less than %.0e of a loss that has not halved, while the Hessian has an eigenvalue below −%v·λmax", flat, bendsDown),
			"initial weights that break the symmetry (never all zeros), noise: smaller batches, momentum", findSaddle, needCurvature},
		{"plateau", fmt.Sprintf("the loss has lost less than %.0f %% of its first value; or than the best constant answer, and no longer falls", 100*hardlyFell),
			"a larger learning rate (nabla lrfind), more epochs, other initial weights, a larger network; check that targets belong to their rows", findPlateau, needLosses},
		{"overfitting", fmt.Sprintf("of the last tenth of the epochs, the median validation loss is %.0f %% above the smallest (%v/√n for n < 100 rows), the training loss below a quarter of what it was then", 100*rises, deviations),
			"stop early (--patience), more data, weight decay, dropout, a smaller network", findOverfitting, needValidation},
	}
}

func findNaN(r Record) (string, bool) { return r.Diverged, r.Diverged != "" }

func findScaling(r Record) (string, bool) {
	for _, columns := range []struct {
		name string
		list []Feature
	}{{"input", r.Inputs}, {"target", r.Targets}} {
		f := largest(columns.list)
		switch {
		case f.Size > largeNumbers:
			return fmt.Sprintf("%s %s has size %.3g", columns.name, f.Name, f.Size), true
		case f.Size < 1/largeNumbers && f.Size > 0:
			return fmt.Sprintf("the largest %s, %s, has size %.3g", columns.name, f.Name, f.Size), true
		}
	}
	return "", false
}

// largest is the feature of the largest size.
func largest(list []Feature) (most Feature) {
	for _, f := range list {
		if f.Size > most.Size {
			most = f
		}
	}
	return most
}

// findOvershoot wants a step that is too long for the curvature and a loss that
// suffers from it: near 2/λmax gradient descent may go on for long without harm,
// and other rules have other limits.
func findOvershoot(r Record) (string, bool) {
	var worst Sample
	ratio := 0.0
	for _, s := range r.Samples {
		if s.Curvature != nil && s.Curvature.Ratio(s.LearningRate) > ratio {
			worst, ratio = s, s.Curvature.Ratio(s.LearningRate)
		}
	}
	if ratio <= overshoots {
		return "", false
	}
	where := fmt.Sprintf("η·λmax/2 is %.3g at epoch %d (η = %.3g, λmax = %.3g; gradient descent wants η below %.3g)",
		ratio, worst.Epoch, worst.LearningRate, worst.Curvature.Largest, 2/worst.Curvature.Largest)
	if r.Diverged != "" {
		return where + ", and the run diverged", true
	}
	if len(r.Losses) == 0 {
		return "", false
	}
	end, best := r.Losses[len(r.Losses)-1], slices.Min(r.Losses)
	start, measured := r.first()
	if measured {
		best = min(best, start.Loss)
	}
	if end > worseThanBest*best && end-best > hardlyFell*start.Loss || start.Loss > 0 && end > start.Loss {
		return fmt.Sprintf("%s; the loss began at %.3g, was lowest at %.3g and ends at %.3g", where, start.Loss, best, end), true
	}
	return "", false
}

// perWeight is the largest gradient of a layer's parameters per weight, for each
// layer that has some, from the first on.
func perWeight(s Sample) (names []string, gradients []float64) {
	for _, t := range s.Tensors {
		layer, _, _ := strings.Cut(t.Name, ".")
		g := t.Gradient / math.Sqrt(float64(max(t.Size, 1)))
		if n := len(names); n > 0 && names[n-1] == layer {
			gradients[n-1] = max(gradients[n-1], g)
			continue
		}
		names, gradients = append(names, layer), append(gradients, g)
	}
	return names, gradients
}

// gradientRatio compares the first layer with the last one in the sample from
// before training.
func gradientRatio(r Record) (ratio float64, text string, known bool) {
	s, ok := r.first()
	if !ok {
		return 0, "", false
	}
	names, g := perWeight(s)
	if len(g) < 2 || g[len(g)-1] == 0 {
		return 0, "", false
	}
	ratio = g[0] / g[len(g)-1]
	return ratio, fmt.Sprintf("per weight, layer %s has gradient %.3g, layer %s %.3g: a ratio of %.1e", names[0], g[0], names[len(names)-1], g[len(g)-1], ratio), true
}

func findExploding(r Record) (string, bool) {
	if ratio, text, known := gradientRatio(r); known && ratio > exploded {
		return text, true
	}
	s, ok := r.first()
	if !ok {
		return "", false
	}
	sum := 0.0
	for _, t := range s.Tensors {
		sum += t.Gradient * t.Gradient
	}
	// Large inputs and targets make large gradients in any network; they are a
	// disease of their own.
	scale := max(1, largest(r.Inputs).Size) * max(1, largest(r.Targets).Size)
	if norm := math.Sqrt(sum); norm > exploded*scale || math.IsNaN(norm) && len(s.Tensors) > 0 {
		return fmt.Sprintf("the gradient norm before training is %.3g, the loss %.3g", norm, s.Loss), true
	}
	return "", false
}

func findVanishing(r Record) (string, bool) {
	ratio, text, known := gradientRatio(r)
	return text, known && ratio < vanished
}

func findDead(r Record) (string, bool) {
	s, _ := r.last()
	for _, l := range s.Layers {
		if float64(l.Dead) > deadUnits*float64(l.Units) {
			return fmt.Sprintf("%d of %d units of layer %s give the same for every row at epoch %d", l.Dead, l.Units, l.Name, s.Epoch), true
		}
	}
	return "", false
}

func findSaturation(r Record) (string, bool) {
	look := func(s Sample) (string, bool) {
		for _, l := range s.Layers {
			if l.Bounded && l.Saturated > saturatedAt {
				return fmt.Sprintf("%.0f %% of the outputs of layer %s are at its ends at epoch %d", 100*l.Saturated, l.Name, s.Epoch), true
			}
		}
		return "", false
	}
	first, _ := r.first()
	if text, found := look(first); found {
		return text, true
	}
	if fell, known := r.fall(); !known || fell > stillLoses {
		return "", false
	}
	last, _ := r.last()
	return look(last)
}

func findSaddle(r Record) (string, bool) {
	s, ok := r.last()
	first, _ := r.first()
	if !ok || s.Curvature == nil || s.Curvature.Largest <= 0 {
		return "", false
	}
	if largest(r.Targets).Size > largeNumbers {
		return "", false // far off, the gain of any step is small beside the loss
	}
	c := s.Curvature
	gain := c.Gradient * c.Gradient / (c.Largest * c.Loss)
	if !(c.Loss > stillLoses*first.Loss && gain < flat && -c.Smallest > bendsDown*c.Largest) {
		return "", false
	}
	return fmt.Sprintf("at epoch %d the gradient norm is %.2g with a loss of %.3g, and λmin = %.3g beside λmax = %.3g: the loss falls in a direction that the gradient does not see",
		s.Epoch, c.Gradient, c.Loss, c.Smallest, c.Largest), true
}

func findPlateau(r Record) (string, bool) {
	n := len(r.Losses)
	if n < fewEpochs || r.Diverged != "" {
		return "", false
	}
	end, first := r.Losses[n-1], r.Losses[0]
	if s, measured := r.first(); measured {
		first = s.Loss
	}
	text := fmt.Sprintf("the loss began at %.4g and is %.4g after %d epochs", first, end, n)
	if fell, known := r.fall(); known && fell < hardlyFell {
		return text, true
	}
	// A wild start may fall far and still learn nothing; one that falls on has time.
	if end > (1-hardlyFell)*max(r.Constant, r.Losses[(n-1)/2]) && r.Constant > 0 {
		return fmt.Sprintf("%s; the best constant answer, which looks at no input, costs %.4g", text, r.Constant), true
	}
	return "", false
}

// findOverfitting compares the end with the epoch of the smallest validation loss.
// The end is the median of some epochs, because single ones jump; what a network
// does not keep, having gone back to better weights, is no disease.
func findOverfitting(r Record) (string, bool) {
	n := len(r.ValLosses)
	if n < 2 || r.ValRows < fewRows || len(r.Losses) != n || r.Kept > 0 {
		return "", false
	}
	best := slices.Index(r.ValLosses, slices.Min(r.ValLosses))
	from := max(best+1, n-max(1, n/10))
	if from >= n || !(r.ValLosses[best] > 0) {
		return "", false
	}
	end, learned := median(r.ValLosses[from:]), median(r.Losses[from:])
	bound := max(rises, deviations/math.Sqrt(float64(r.ValRows)))
	if !(end > (1+bound)*r.ValLosses[best] && learned < learnsByHeart*r.Losses[best]) {
		return "", false
	}
	return fmt.Sprintf("the validation loss was smallest at epoch %d, %.3g, and ends at %.3g, %.0f %% above (bound %.0f %% for %d rows); the training loss fell from %.3g to %.3g meanwhile",
		best+1, r.ValLosses[best], end, 100*(end/r.ValLosses[best]-1), 100*bound, r.ValRows, r.Losses[best], learned), true
}

func median(x []float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
