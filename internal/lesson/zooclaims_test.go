package lesson

import (
	"math"
	"strings"
	"testing"

	"nabla/nn"
	"nabla/nn/gradcheck"
)

// TestSilentBugs checks what the lessons say: a gradient check passes where the
// derivative of a wrong function is right.
func TestSilentBugs(t *testing.T) {
	for name, part := range map[string]func(bool) nn.Layer{
		"wrong-axis": wrongAxis, "double-softmax": squashedLogits, "dropout-not-rescaled": plainDropout, "dropout-in-evaluation": sleeplessDropout,
	} {
		for _, evaluation := range []bool{false, true} {
			if _, err := gradcheck.Layer(part(true), []int{5, 4}, gradcheck.Options{Evaluation: evaluation}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := gradcheck.Loss(meanLoss(true), 5, 3, gradcheck.Options{}); err != nil {
		t.Errorf("sum-for-mean: %v", err)
	}
}

// TestDoubleSoftmaxFloor checks the number of the lesson, ln(1 + 2/e).
func TestDoubleSoftmaxFloor(t *testing.T) {
	f, err := answerPerfectly(squashedLogits)(Trial{Seed: 1}, true)
	if want := "0.5514"; err != nil || !strings.Contains(f.Evidence, want) || math.Abs(math.Log1p(2/math.E)-0.5514) > 1e-4 {
		t.Errorf("%s, %v; want %s", f.Evidence, err, want)
	}
}
