package optimizers_test

import (
	"context"
	"testing"

	"nabla/internal/reference"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// TestClassify compares the kinds of critical points with the reference, at them
// and a little away, as where a search ends.
func TestClassify(t *testing.T) {
	var file struct {
		Points []struct {
			Name, Class string
			X           reference.Tensor
		} `json:"critical_points"`
	}
	reference.Load(t, "second_order.json", &file)
	ours := map[string]string{"quadratic_1d": "parabola", "monkey_saddle": "monkey-saddle", "neg_bowl": "hill", "logistic_like": "logistic"}
	for _, c := range file.Points {
		name := c.Name
		if ours[name] != "" {
			name = ours[name]
		}
		p, _ := problem(t, name)
		for _, away := range []float64{0, 1e-6, -3e-6} {
			x := append([]float64(nil), c.X.Data...)
			for i := range x {
				x[i] += away * float64(i+1)
			}
			if kind, eigenvalues := optimizers.Classify(p, x); string(kind) != c.Class {
				t.Errorf("%s at %v is %s with eigenvalues %v, want %s", c.Name, x, kind, eigenvalues, c.Class)
			}
		}
	}
	t.Logf("%d points", len(file.Points))
}

// TestClassifyEnds looks at where searches end, and at points with a slope.
func TestClassifyEnds(t *testing.T) {
	for _, c := range []struct {
		function string
		method   optimizers.Method
		start    []float64 // nil: the usual one
		want     optimizers.Kind
	}{
		{"quartic", optimizers.Newton{}, nil, optimizers.Degenerate},
		{"cubic", optimizers.Newton{}, nil, optimizers.Degenerate},
		{"monkey-saddle", optimizers.Newton{}, nil, optimizers.Degenerate},
		{"powell-singular", optimizers.TrustRegion{}, nil, optimizers.Degenerate},
		{"saddle", optimizers.Newton{}, nil, optimizers.SaddlePoint},
		{"hill", optimizers.Newton{}, nil, optimizers.MaximumPoint},
		{"brown-badly-scaled", optimizers.BFGS{}, nil, optimizers.MinimumPoint},
		{"double-well", optimizers.Newton{}, []float64{0.1, 1}, optimizers.SaddlePoint},
		{"double-well", optimizers.SaddleFreeNewton{}, []float64{0.1, 1}, optimizers.MinimumPoint},
		{"sphere:n=6", optimizers.LBFGS{}, nil, optimizers.MinimumPoint},
	} {
		f, err := testfuncs.ByName(c.function)
		if err != nil {
			t.Fatal(err)
		}
		if c.start == nil {
			c.start = f.Start
		}
		p := optimizers.TestProblem(f)
		if kind, _ := optimizers.Classify(p, c.start); kind != optimizers.NotCritical {
			t.Errorf("%s at %v: %s", c.function, c.start, kind)
		}
		r, err := optimizers.Minimize(context.Background(), c.method, p, c.start, optimizers.Limits{Iterations: 500})
		if err != nil {
			t.Fatal(err)
		}
		if kind, values := optimizers.Classify(p, r.X); kind != c.want {
			t.Errorf("%s ends at %v, which is %s with eigenvalues %v, want %s", c.function, r.X, kind, values, c.want)
		}
	}
}
