package optimizers

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/floats"

	"nabla/train/optimizers/testfuncs"
)

// CriticalPoint is a point with gradient 0.
type CriticalPoint struct {
	X    []float64
	Kind Kind
}

const (
	searchStarts = 15   // per side of the box
	searchSteps  = 40   // of Newton's method, which is there in ten or not at all
	samePoint    = 1e-4 // distance of two ends of one point, as a part of the box
)

// CriticalPoints returns the critical points that a function of two variables has
// in its box, as far as Newton's method finds them from a grid of starts, in the
// order of their first coordinates. Of other functions, and of degenerate points,
// which may be whole lines, there are none.
func CriticalPoints(f testfuncs.Function) []CriticalPoint {
	if f.Dim != 2 {
		return nil
	}
	p := TestProblem(f)
	across, along := f.Box[0], f.Box[1]
	size := max(across[1]-across[0], along[1]-along[0])
	var list []CriticalPoint
	for i := range searchStarts * searchStarts {
		start := []float64{between(across, i%searchStarts), between(along, i/searchStarts)}
		r, err := Minimize(context.Background(), Newton{}, p, start, Limits{Iterations: searchSteps})
		if err != nil || r.Status != GradientTolerance || !within(r.X[0], across) || !within(r.X[1], along) {
			continue
		}
		known := func(c CriticalPoint) bool { return floats.Distance(c.X, r.X, 2) < samePoint*size }
		if slices.ContainsFunc(list, known) {
			continue
		}
		if kind, _ := Classify(p, r.X); kind != NotCritical && kind != Degenerate {
			list = append(list, CriticalPoint{r.X, kind})
		}
	}
	slices.SortFunc(list, func(a, b CriticalPoint) int { return slices.Compare(a.X, b.X) })
	return list
}

// between is the middle of the k-th part of a side, a little off so that no start
// lies on an axis of symmetry.
func between(side [2]float64, k int) float64 {
	return side[0] + (side[1]-side[0])*(float64(k)+0.47)/searchStarts
}

func within(x float64, side [2]float64) bool { return side[0] <= x && x <= side[1] }
