package losses_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"nabla/internal/reference"
	"nabla/losses"
)

// theirs gives each kind of losses.json as one of ours.
var theirs = map[string]func(c referenceCase) losses.Loss{
	"mse":               func(referenceCase) losses.Loss { return losses.MSE },
	"mse_sample_weight": func(referenceCase) losses.Loss { return losses.MSE },
	"mae":               func(referenceCase) losses.Loss { return losses.MAE },
	"huber":             func(c referenceCase) losses.Loss { return losses.HuberDelta(c.Params.Delta) },
	"log_cosh":          func(referenceCase) losses.Loss { return losses.LogCosh },
	"bce":               func(referenceCase) losses.Loss { return losses.BinaryCrossEntropyProb },
	"bce_with_logits":   func(referenceCase) losses.Loss { return losses.BinaryCrossEntropy },
	"cross_entropy":     func(referenceCase) losses.Loss { return losses.CrossEntropy },
	"nll":               func(referenceCase) losses.Loss { return losses.NLL },
	"kl_div":            func(referenceCase) losses.Loss { return losses.KLDivergence },
	"hinge":             func(referenceCase) losses.Loss { return losses.Hinge },
	"poisson_nll":       func(referenceCase) losses.Loss { return losses.Poisson },
}

type referenceCase struct {
	Name, Group, Reduction string
	Params                 struct {
		Delta          float64
		LabelSmoothing float64 `json:"label_smoothing"`
		MeanDividesBy  string  `json:"mean_divides_by"`
		LogTarget      bool    `json:"log_target"`
	}
	Pred, Target reference.Tensor
	ClassWeight  reference.Tensor `json:"class_weight"`
	PosWeight    reference.Tensor `json:"pos_weight"`
	Weight       reference.Tensor
	SampleWeight reference.Tensor `json:"sample_weight"`
	Value, Grad  reference.Tensor
	Sklearn      *float64 `json:"sklearn_value"` // scikit-learn's value of the same case
}

func (c referenceCase) String() string {
	return fmt.Sprintf("%s/%s/%s%v", c.Name, c.Group, c.Reduction, c.Pred.Shape)
}

// loss returns the case in our terms and the factor between PyTorch's number
// and ours.
func (c referenceCase) loss(t *testing.T) (l losses.Loss, p problem, factor float64) {
	l, p = theirs[c.Name](c), problem{c.Pred, c.Target, c.Weight}
	l.Smoothing = c.Params.LabelSmoothing
	if l.ClassWeights = c.ClassWeight.Data; l.ClassWeights == nil {
		l.ClassWeights = c.PosWeight.Data
	}
	switch c.Reduction {
	case "sum":
		l.Reduction = losses.Sum
	case "mean", "batchmean", "none":
	default:
		t.Fatalf("unknown reduction %q", c.Reduction)
	}
	if c.Weight.Data != nil && c.Reduction == "mean" {
		l.Reduction = losses.MeanOverCount // PyTorch's weights do not divide
	}
	if c.SampleWeight.Data != nil {
		p.weight = c.SampleWeight
		if c.Reduction == "mean" && strings.HasPrefix(c.Params.MeanDividesBy, "number") {
			l.Reduction = losses.MeanOverCount
		}
	}
	factor = 1
	if c.Name == "kl_div" && c.Reduction == "mean" {
		factor = 1 / float64(c.Pred.Shape[1]) // PyTorch divides by the elements, we by the rows
	}
	if c.Params.LogTarget {
		p.target.Data = slices.Clone(p.target.Data)
		for i, v := range p.target.Data {
			p.target.Data[i] = math.Exp(v)
		}
	}
	return l, p, factor
}

func loadCases(t *testing.T) []referenceCase {
	var file struct{ Cases []referenceCase }
	reference.Load(t, "losses.json", &file)
	return file.Cases
}

// TestReference compares values and gradients with PyTorch, in float64 and
// through a graph.
func TestReference(t *testing.T) {
	ran := 0
	left := map[string]int{}
	for i, c := range loadCases(t) {
		if theirs[c.Name] == nil {
			left[c.Name]++
			continue
		}
		ran++
		t.Run(fmt.Sprintf("%d/%s", i, c), func(t *testing.T) {
			l, p, factor := c.loss(t)
			value, gradient := run(t, l, p, tensor.Float64, c.Reduction != "none")
			compare(t, value, gradient, c, factor, 1e-12, 1e-15)
		})
	}
	t.Logf("%d cases; left out: %v", ran, left)
}

func compare(t *testing.T, value, gradient []float64, c referenceCase, factor, rtol, atol float64) {
	t.Helper()
	for i := range value {
		value[i] *= factor
	}
	for i := range gradient {
		gradient[i] *= factor
	}
	if err := reference.Compare(value, c.Value.Data, rtol, atol); err != nil {
		t.Errorf("value: %v", err)
	}
	if err := reference.Compare(gradient, c.Grad.Data, rtol, atol); err != nil {
		t.Errorf("gradient: %v", err)
	}
}

// TestSinglePrecision runs the same cases in float32, without the groups whose
// numbers float32 does not hold or sees as 0 or 1. The tolerance, 2e-6 of the
// value and of 1, is a few of its last digits.
func TestSinglePrecision(t *testing.T) {
	ran := 0
	for _, c := range loadCases(t) {
		if theirs[c.Name] == nil || c.Group == "large" || c.Group == "extreme" && c.Name == "bce" {
			continue
		}
		ran++
		t.Run(c.String(), func(t *testing.T) {
			l, p, factor := c.loss(t)
			value, gradient := run(t, l, p, tensor.Float32, c.Reduction != "none")
			compare(t, value, gradient, c, factor, 2e-6, 2e-6)
		})
	}
	t.Logf("%d cases", ran)
}

// TestLogLoss compares CrossEntropyProb with scikit-learn's log_loss, whose
// weighted mean divides by the sum of the weights.
func TestLogLoss(t *testing.T) {
	var file struct {
		Sklearn struct {
			LogLoss struct {
				Probabilities, Target reference.Tensor
				Value                 float64
				SampleWeight          reference.Tensor `json:"sample_weight"`
				WeightedValue         float64          `json:"weighted_value"`
			} `json:"log_loss"`
		}
	}
	reference.Load(t, "losses.json", &file)
	c := file.Sklearn.LogLoss
	for weight, want := range map[*reference.Tensor]float64{{}: c.Value, &c.SampleWeight: c.WeightedValue} {
		got, _ := run(t, losses.CrossEntropyProb, problem{c.Probabilities, c.Target, *weight}, tensor.Float64, true)
		if !reference.Close(got[0], want, 1e-12, 0) {
			t.Errorf("%v, want %v", got[0], want)
		}
	}
}

// TestScikitLearn compares the values that scikit-learn computes of the same
// cases, such as its hinge_loss.
func TestScikitLearn(t *testing.T) {
	ran := 0
	for _, c := range loadCases(t) {
		if c.Sklearn == nil {
			continue
		}
		ran++
		l, p, factor := c.loss(t)
		value, _ := run(t, l, p, tensor.Float64, true)
		if got := factor * value[0]; !reference.Close(got, *c.Sklearn, 1e-12, 0) {
			t.Errorf("%s: %v, scikit-learn has %v", c, got, *c.Sklearn)
		}
	}
	t.Logf("%d cases; none left out", ran)
	if ran == 0 {
		t.Error("no case has a value of scikit-learn")
	}
}

// TestEveryLossHasAReference fails for a loss of the table that no case reaches.
func TestEveryLossHasAReference(t *testing.T) {
	reached := map[string]bool{losses.CrossEntropyProb.Name: true} // TestLogLoss
	for _, c := range loadCases(t) {
		if ours := theirs[c.Name]; ours != nil {
			name, _, _ := strings.Cut(ours(c).Name, ":")
			reached[name] = true
		}
	}
	for _, name := range losses.Names() {
		if !reached[name] {
			t.Errorf("%s: no case; reached are %v", name, slices.Sorted(maps.Keys(reached)))
		}
	}
}
