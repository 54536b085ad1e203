package lesson

import (
	"context"
	"slices"

	"nabla/internal/plot"
)

// walk is an optimizer between two steps.
type walk interface {
	Next(ctx context.Context) bool
	X() []float64
}

// trace follows a walk to its end: the last point, the value at each point, the
// start first, and the first two coordinates as a path.
func trace(w walk, f func(x []float64) float64) (x, values []float64, path plot.Path) {
	note := func() {
		x = slices.Clone(w.X())
		values = append(values, f(x))
		path.X = append(path.X, x[0])
		path.Y = append(path.Y, x[min(1, len(x)-1)])
	}
	note()
	for w.Next(background) {
		note()
	}
	return x, values, path
}

// background is the context of lessons, which are short.
var background = context.Background()
