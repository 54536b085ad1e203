package landscape_test

import (
	"math"
	"testing"

	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/landscape"
)

// The scores of a grid are those of the network at the scaled points, with one
// output for two classes as with two.
func TestDecide(t *testing.T) {
	source, err := datasets.Open("moons", datasets.LoadOptions{Standardize: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	schema := source.Schema
	for outputs, loss := range map[int]losses.Loss{2: losses.CrossEntropy, 1: losses.BinaryCrossEntropy} {
		net := fitted(t, network(t, nn.Float64, layers.Dense{Units: outputs}), loss, parts.Train)
		d, err := landscape.Decide(net, loss, schema, landscape.Box{XMin: -1, XMax: 2, YMin: -0.5, YMax: 1}, 5)
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{d.X[3], d.Y[1]}
		landscape.Rescale(schema, x, true)
		w, b := net.Param("0.weight").Values(), net.Param("0.bias").Values()
		logit := func(k int) float64 { return x[0]*w[k] + x[1]*w[outputs+k] + b[k] }
		z := logit(0)
		if outputs == 2 {
			z = logit(1) - logit(0)
		}
		near(t, "probability", d.Scores[1][1][3], 1/(1+math.Exp(-z)), 1e-12)
		near(t, "both", d.Scores[0][1][3]+d.Scores[1][1][3], 1, 1e-12)
		landscape.Rescale(schema, x, false)
		near(t, "back", x[0], d.X[3], 1e-12)
	}
	iris, err := datasets.Open("iris", datasets.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := landscape.Drawable(iris.Schema); err == nil {
		t.Error("four inputs can be drawn")
	}
}
