package landscape

import (
	"fmt"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
)

// Decisions are what a network with two inputs says of a grid of points.
type Decisions struct {
	X, Y   []float64     // the coordinates of columns and rows, in the units of the data
	Scores [][][]float64 // Scores[class][j][i] at (X[i], Y[j]): probabilities, or what the loss's link makes
}

// Decide computes the scores of all classes on n × n points of a box, whose sides are
// the two inputs in the units of the data; the schema scales them. A network with
// one output for two classes has the scores 1 − p and p.
//
// Errors: the network does not take two numbers, or the schema has no classes.
func Decide(net *nn.Network, loss losses.Loss, schema *datasets.Schema, b Box, n int) (*Decisions, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if n < 2 || n > MaxGrid {
		return nil, fmt.Errorf("landscape: a grid of %d points a side; want 2 to %d", n, MaxGrid)
	}
	if err := Drawable(schema); err != nil {
		return nil, err
	}
	d := &Decisions{X: between(b.XMin, b.XMax, n), Y: between(b.YMin, b.YMax, n)}
	x := make([]float64, 0, 2*n*n)
	for _, v := range d.Y {
		for _, u := range d.X {
			x = append(x, u, v)
		}
	}
	Rescale(schema, x, true)
	y, err := net.Predict(x)
	if err != nil {
		return nil, fmt.Errorf("landscape: %w", err)
	}
	outputs := len(y) / (n * n)
	classes := len(schema.Classes)
	if outputs != classes && !(outputs == 1 && classes == 2) {
		return nil, fmt.Errorf("landscape: the network has %d outputs, the schema %d classes", outputs, classes)
	}
	if loss.Link.Apply != nil {
		loss.Link.Apply(y, outputs)
	}
	for class := range classes {
		rows := make([][]float64, n)
		for j := range rows {
			rows[j] = make([]float64, n)
			for i := range rows[j] {
				at := (j*n + i) * outputs
				switch {
				case outputs == classes:
					rows[j][i] = y[at+class]
				case class == 1:
					rows[j][i] = y[at]
				default:
					rows[j][i] = 1 - y[at]
				}
			}
		}
		d.Scores = append(d.Scores, rows)
	}
	return d, nil
}

// Drawable reports a schema whose decisions no map of two inputs can show.
func Drawable(schema *datasets.Schema) error {
	features := schema.Features()
	switch {
	case schema.Classes == nil:
		return fmt.Errorf("landscape: a map of decisions shows classes; %q is a number", schema.Targets)
	case len(features) != 2:
		return fmt.Errorf("landscape: a map of decisions shows two inputs, these data have %d", len(features))
	case len(schema.Inputs) != 2:
		return fmt.Errorf("landscape: a map of decisions shows two numbers; %s is a category", schema.Inputs[0].Name)
	}
	return nil
}

// Rescale takes rows of inputs from the units of the data to those of the network, or
// back, in place.
func Rescale(schema *datasets.Schema, x []float64, toNetwork bool) {
	s, cols := schema.InputScaling, len(schema.Features())
	for i, v := range x {
		shift, by := 0.0, 1.0
		switch s.Method {
		case datasets.Standardized:
			shift, by = s.Mean[i%cols], s.Std[i%cols]
		case datasets.Divided:
			by = s.By
		}
		if toNetwork {
			x[i] = (v - shift) / by
		} else {
			x[i] = v*by + shift
		}
	}
}
