package train

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"

	"nabla/datasets"
	"nabla/internal/op"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// GradientCheck is one comparison of a run's gradients with differences.
type GradientCheck struct {
	Epoch, Step int // counted from 1: the update that followed
	Report      gradcheck.Report
}

// checkedCoordinates is how many elements of each parameter and of the input a
// check looks at. Each costs six to 36 forward passes over the batch.
const checkedCoordinates = 20

// gradcheck compares the gradients of a batch with differences of its loss, in
// float64, on a copy of the network: same weights, same random masks, and
// statistics of the batch as a step would have them. It changes nothing that the
// run computes with.
//
// A tensor beyond gradcheck.KinkBound is an error: the weights of a run pass kinks
// of all sizes, and one that is too small to be told from a bend may cost a few
// digits. Coordinates at kinks are left out, and a loss that is not finite is left
// to the step to report.
func (r *Run) gradcheck(rows []int) error {
	x := make([]float64, len(rows)*r.data.X.Cols)
	if err := datasets.CopyX(x, r.data, rows); err != nil {
		return err
	}
	report, err := gradcheck.Network(r.net, x, r.costOf(rows), gradcheck.Options{
		Seed: r.trainer.Seed + uint64(r.at.Steps), Coordinates: checkedCoordinates,
	})
	if errors.Is(err, gradcheck.ErrNotFinite) {
		return nil
	}
	if len(report.Tensors) == 0 && err != nil {
		return err
	}
	report.Bound = gradcheck.KinkBound
	r.Checks = append(r.Checks, GradientCheck{r.at.Epoch + 1, r.at.Steps + 1, report})
	if t, wrong := report.Wrong(); wrong {
		return fmt.Errorf("the gradient of %s is wrong: relative error %.2g, at most %.0e: element %d is %.9g, differences give %.9g",
			t.Name, t.Error, report.Bound, t.Worst, t.Analytic, t.Numeric)
	}
	return nil
}

// costOf is the loss of some rows as the run computes it, in a graph of float64.
func (r *Run) costOf(rows []int) gradcheck.Cost {
	return func(g *nn.Graph) (*gorgonia.Node, error) {
		target, weight, err := r.spec.inputs(g, len(rows))
		if err != nil {
			return nil, err
		}
		if target != nil {
			y, err := op.Slice[float64](target.Value())
			if err != nil {
				return nil, err
			}
			if err := write(r.spec.target, y, r.data, rows); err != nil {
				return nil, err
			}
		}
		if weight != nil {
			w, err := op.Slice[float64](weight.Value())
			if err != nil {
				return nil, err
			}
			for i, row := range rows {
				w[i] = r.trainer.SampleWeights[row]
			}
		}
		return r.spec.build(g, target, weight)
	}
}
