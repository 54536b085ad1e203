package main

import (
	"fmt"

	"nabla/nn/gradcheck"
	"nabla/train"
)

// checkEvent is a gradient check of a run as a JSON line.
type checkEvent struct {
	Event   string       `json:"event"`
	Epoch   int          `json:"epoch"`
	Step    int          `json:"step"`
	Tensor  string       `json:"tensor"` // with the largest error
	Error   train.Number `json:"error"`
	Bound   train.Number `json:"bound"`
	Checked int          `json:"checked"`
	Skipped int          `json:"skipped"` // at kinks
}

func newCheckEvent(c train.GradientCheck) checkEvent {
	all, skipped := c.Report.Coordinates()
	worst := worstTensor(c.Report)
	return checkEvent{"gradcheck", c.Epoch, c.Step, worst.Name, train.Number(worst.Error), train.Number(c.Report.Bound), all - skipped, skipped}
}

// worstTensor is the one with the largest error.
func worstTensor(r gradcheck.Report) (worst gradcheck.Tensor) {
	for _, t := range r.Tensors {
		if worst.Name == "" || t.Error > worst.Error {
			worst = t
		}
	}
	return worst
}

// describeChecks says how the gradient checks of a run went, in a line; it is
// empty if there were none. A wrong gradient has ended the run by then.
func describeChecks(list []train.GradientCheck) string {
	if len(list) == 0 {
		return ""
	}
	var worst gradcheck.Tensor
	coordinates, kinks := 0, 0
	for _, c := range list {
		all, skipped := c.Report.Coordinates()
		coordinates, kinks = coordinates+all-skipped, kinks+skipped
		if t := worstTensor(c.Report); worst.Name == "" || t.Error > worst.Error {
			worst = t
		}
	}
	return fmt.Sprintf("gradients right %s, %s, %d at kinks, worst error %.1e (%s)", plural(len(list), "time"), plural(coordinates, "coordinate"), kinks, worst.Error, worst.Name)
}
