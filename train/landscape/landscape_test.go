package landscape_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
	"nabla/train/landscape"
)

// The loss is that of evaluation, and leaves the network alone.
func TestAt(t *testing.T) {
	for _, dtype := range []nn.DType{nn.Float32, nn.Float64} {
		for _, loss := range []losses.Loss{losses.CrossEntropy, losses.MSE} {
			data := classified(t, 37)
			if loss.Name == losses.MSE.Name {
				data = numbered(t, 37)
			}
			net := network(t, dtype, layers.Dense{Units: 4, Activation: activations.ReLU}, layers.BatchNorm{}, layers.Dense{Units: data.Outputs()})
			fitted(t, net, loss, data)
			before := landscape.Weights(net)
			want, err := train.Evaluate(net, loss, nil, data, nil)
			if err != nil {
				t.Fatal(err)
			}
			l := around(t, net, loss, data)
			got, err := l.At(l.Origin())
			if err != nil {
				t.Fatal(err)
			}
			near(t, dtype.String()+" "+loss.String(), got, want.Loss, map[nn.DType]float64{nn.Float32: 2e-6, nn.Float64: 1e-14}[dtype])
			w := l.Origin()
			for i := range w {
				w[i]++
			}
			if other, err := l.At(w); err != nil || other == got {
				t.Errorf("moved weights: loss %v, %v", other, err)
			}
			if !slices.Equal(landscape.Weights(net), before) || !slices.Equal(l.Origin(), before) {
				t.Error("the network or the origin has moved")
			}
		}
	}
}

// On a linear model with the squared error the surface is the parabola of gradient
// and Hessian, and so is what lies between its points.
func TestQuadratic(t *testing.T) {
	data := numbered(t, 30)
	net := network(t, nn.Float64, layers.Dense{Units: 2})
	l, r := around(t, net, losses.MSE, data), risk(t, net, losses.MSE, data)
	plane := l.Random(7)
	s, err := l.Surface(context.Background(), plane, landscape.Square(2), 9, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := l.Size()
	g, hx, hy := make([]float64, n), make([]float64, n), make([]float64, n)
	l0, err := r.Gradient(g)
	if err != nil {
		t.Fatal(err)
	}
	for dst, d := range map[*[]float64][]float64{&hx: plane.X, &hy: plane.Y} {
		if err := r.HessianVector(*dst, d); err != nil {
			t.Fatal(err)
		}
	}
	dot := func(a, b []float64) (sum float64) {
		for i := range a {
			sum += a[i] * b[i]
		}
		return sum
	}
	parabola := func(x, y float64) float64 {
		return l0 + x*dot(g, plane.X) + y*dot(g, plane.Y) + x*x/2*dot(plane.X, hx) + x*y*dot(plane.X, hy) + y*y/2*dot(plane.Y, hy)
	}
	for j, y := range s.Y {
		for i, x := range s.X {
			near(t, "grid", s.Loss[j][i], parabola(x, y), 1e-12)
		}
	}
	for _, at := range [][2]float64{{0.1, 0.2}, {-1.97, 1.99}, {2, -2}, {-0.7, -1.83}, {1.01, 0}} {
		near(t, "between", s.At(at[0], at[1]), parabola(at[0], at[1]), 1e-11)
	}
	if !math.IsNaN(s.At(2.1, 0)) || !math.IsNaN(s.At(0, math.NaN())) {
		t.Error("there is a loss outside the grid")
	}
	// The Hessian is 2/(rows·outputs)·XᵀX for each output, X with a column of ones.
	var xx [9]float64
	for i := range data.Len() {
		row := []float64{data.X.At(i, 0), data.X.At(i, 1), 1}
		for k := range xx {
			xx[k] += 2 / float64(data.Len()*2) * row[k/3] * row[k%3]
		}
	}
	var e mat.EigenSym
	e.Factorize(mat.NewSymDense(3, xx[:]), false)
	c, err := l.Curvature(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "largest eigenvalue", c.Largest, e.Values(nil)[2], 1e-12)
	near(t, "smallest eigenvalue", c.Smallest, e.Values(nil)[0], 1e-12)
}

// In a narrow valley cubics would go below all losses that were computed.
func TestNoUndershoot(t *testing.T) {
	s := &landscape.Surface{X: []float64{0, 1, 2, 3, 4}, Y: []float64{0, 1, 2, 3, 4}}
	for range s.Y {
		s.Loss = append(s.Loss, []float64{9, 0.5, 0.4, 9, 9})
	}
	for x := 0.0; x <= 4; x += 0.1 {
		if v := s.At(x, 2.5); v < 0.4 {
			t.Errorf("the loss between the points is %v at %v, the smallest is 0.4", v, x)
		}
	}
	if v := s.At(2, 2); v != 0.4 {
		t.Errorf("on a point the loss is %v, want 0.4", v)
	}
}

// The numbers are the same for any number of workers.
func TestWorkers(t *testing.T) {
	data := classified(t, 26)
	l := around(t, fitted(t, biggish(t, nn.Float32), losses.CrossEntropy, data), losses.CrossEntropy, data)
	var first *landscape.Surface
	for _, workers := range []int{1, 2, 5, 0, 40} {
		s, err := l.Surface(context.Background(), l.Random(2), landscape.Square(1.5), 11, workers)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = s
		}
		for j := range s.Loss {
			if !slices.Equal(s.Loss[j], first.Loss[j]) {
				t.Fatalf("%d workers: row %d differs", workers, j)
			}
		}
	}
	loss, x, y := first.Min()
	if i, j := slices.Index(first.X, x), slices.Index(first.Y, y); first.Loss[j][i] != loss || first.Max() < loss {
		t.Errorf("the smallest loss is %v at %v, %v; the largest %v", loss, x, y, first.Max())
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := l.Surface(ctx, l.Random(2), landscape.Square(1), 5, 2); err != context.Canceled {
		t.Errorf("after the context's end: %v", err)
	}
}

// What cannot be meant is an error that says so.
func TestRefuse(t *testing.T) {
	data := classified(t, 9)
	net := network(t, nn.Float32, layers.Dense{Units: 3})
	l := around(t, net, losses.CrossEntropy, data)
	none, _ := data.Subset([]int{})
	broken := network(t, nn.Float32, layers.Dense{Units: 3})
	if err := broken.Param("0.weight").Set([]float64{1, 2, math.NaN(), 4, 5, 6}); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for name, c := range map[string]struct {
		do   func() error
		want string
	}{
		"nil":        {func() error { _, err := landscape.New(nil, losses.MSE, data); return err }, "nil"},
		"no loss":    {func() error { _, err := landscape.New(net, losses.Loss{}, data); return err }, "no loss"},
		"no rows":    {func() error { _, err := landscape.New(net, losses.CrossEntropy, none); return err }, "no rows"},
		"other data": {func() error { _, err := landscape.New(net, losses.MSE, numbered(t, 4)); return err }, "3 outputs"},
		"no weights": {func() error {
			_, err := landscape.New(network(t, nn.Float32, layers.Flatten{}), losses.MSE, numbered(t, 4))
			return err
		}, "no weights"},
		"NaN":         {func() error { _, err := landscape.New(broken, losses.CrossEntropy, data); return err }, "0.weight is not finite"},
		"short":       {func() error { _, err := l.At([]float64{1}); return err }, "1 weights, the network has 9"},
		"grid":        {func() error { _, err := l.Surface(ctx, l.Random(1), landscape.Square(1), 1, 1); return err }, "a grid of 1 points"},
		"span":        {func() error { _, err := l.Surface(ctx, l.Random(1), landscape.Square(0), 5, 1); return err }, "empty"},
		"NaN span":    {func() error { _, err := l.Surface(ctx, l.Random(1), landscape.Square(math.NaN()), 5, 1); return err }, "NaN"},
		"plane":       {func() error { _, err := l.Surface(ctx, landscape.Plane{}, landscape.Square(1), 5, 1); return err }, "plane is of 0 weights"},
		"ε":           {func() error { _, err := l.Sharpness(ctx, 0, 1); return err }, "ε must be positive"},
		"two points":  {func() error { _, err := l.PCA([][]float64{l.Origin(), l.Origin()}); return err }, "needs 3"},
		"still":       {func() error { _, err := l.PCA([][]float64{l.Origin(), l.Origin(), l.Origin()}); return err }, "do not move"},
		"other point": {func() error { _, err := l.PCA([][]float64{l.Origin(), {1}, l.Origin()}); return err }, "point 1"},
		"no steps":    {func() error { _, err := diagnose.Lanczos(3, nil, 0, 1, 1e-9); return err }, "at least one step"},
		"numbers": {func() error {
			_, err := landscape.Decide(network(t, nn.Float32, layers.Dense{Units: 2}), losses.MSE, datasets.SchemaOf(numbered(t, 3)), landscape.Square(1), 5)
			return err
		}, "shows classes"},
	} {
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
