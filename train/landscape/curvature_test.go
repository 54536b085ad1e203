package landscape_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
)

// cubeLayer has a parameter of three axes, the sum of whose rows scales its input.
var cubeLayer = nn.LayerFunc(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	w := s.Param("weight", nn.GlorotUniform, 2, 2, 2)
	flat, err := gorgonia.Reshape(w, []int{2, 4})
	if err != nil {
		return nil, err
	}
	square, err := gorgonia.Slice(flat, nil, gorgonia.S(0, 2))
	if err != nil {
		return nil, err
	}
	return gorgonia.Mul(x, square)
})

// risk is the loss of a network on data, to differentiate.
func risk(t *testing.T, net *nn.Network, loss losses.Loss, data *datasets.Dataset) *train.Risk {
	t.Helper()
	r, err := train.NewRisk(net, loss, data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// spectrum are the eigenvalues of the full Hessian, in rising order.
func spectrum(t *testing.T, r *train.Risk) []float64 {
	t.Helper()
	n := r.Size()
	h := mat.NewSymDense(n, nil)
	unit, column := make([]float64, n), make([]float64, n)
	for j := range n {
		unit[j] = 1
		if err := r.HessianVector(column, unit); err != nil {
			t.Fatal(err)
		}
		unit[j] = 0
		for i := 0; i <= j; i++ {
			h.SetSym(i, j, column[i])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(h, false) {
		t.Fatal("no eigenvalues")
	}
	return e.Values(nil)
}

// Lanczos finds the ends of the spectrum of small networks, and their directions.
func TestCurvature(t *testing.T) {
	for name, list := range map[string][]nn.Layer{
		"linear":     {layers.Dense{Units: 3}},
		"tanh":       {layers.Dense{Units: 8, Activation: activations.Tanh}, layers.Dense{Units: 3}},
		"relu":       {layers.Dense{Units: 8, Activation: activations.ReLU}, layers.Dense{Units: 3}},
		"batch norm": {layers.Dense{Units: 5}, layers.BatchNorm{}, layers.Dense{Units: 3}},
	} {
		data := classified(t, 31)
		net := fitted(t, network(t, nn.Float64, list...), losses.CrossEntropy, data)
		l, r := around(t, net, losses.CrossEntropy, data), risk(t, net, losses.CrossEntropy, data)
		want := spectrum(t, r)
		c, err := l.Curvature(context.Background(), 1)
		if err != nil {
			t.Fatal(err)
		}
		n := len(want)
		size := want[n-1]
		near(t, name+": largest", c.Largest/size, 1, 1e-8)
		near(t, name+": smallest", c.Smallest/size, want[0]/size, 1e-8)
		near(t, name+": second", c.Leading[1].Value/size, want[n-2]/size, 1e-8)
		if c.Residual > 1e-7*size || c.Products < 4 || c.Products > n {
			t.Errorf("%s: residual %v after %d products", name, c.Residual, c.Products)
		}
		hv := make([]float64, n)
		if err := r.HessianVector(hv, c.Leading[0].Vector); err != nil {
			t.Fatal(err)
		}
		for i, v := range c.Leading[0].Vector {
			near(t, name+": H·v = λ·v", hv[i], c.Largest*v, 1e-6*size)
		}
		plane, err := l.Eigenvectors(c)
		if err != nil || math.Abs(plane.Cosine()) > 1e-9 {
			t.Errorf("%s: the plane of the eigenvectors has the cosine %v, %v", name, plane.Cosine(), err)
		}
	}
}

// Matrices with few distinct eigenvalues end the iteration early; what is found is
// right all the same.
func TestLanczosEnds(t *testing.T) {
	for name, c := range map[string]struct {
		diagonal      []float64
		first, second float64
		last          float64
	}{
		"zero":     {[]float64{0, 0, 0, 0, 0}, 0, 0, 0},
		"identity": {[]float64{1, 1, 1, 1, 1}, 1, 1, 1},
		"rank 1":   {[]float64{0, 0, 7, 0, 0, 0, 0}, 7, 0, 0},
		"negative": {[]float64{-3, -2, -2, -2, -8, -2}, -2, -2, -8},
		"one":      {[]float64{4}, 4, 4, 4},
		"tiny":     {[]float64{1e-30, 3e-30, 2e-30}, 3e-30, 2e-30, 1e-30},
		"wide":     {[]float64{1e9, 1, 2, 3, 1e-9}, 1e9, 3, 0},
	} {
		pairs, err := diagnose.Lanczos(len(c.diagonal), func(dst, v []float64) error {
			for i, d := range c.diagonal {
				dst[i] = d * v[i]
			}
			return nil
		}, 50, 1, 1e-9)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		size := max(math.Abs(c.first), math.Abs(c.last), 1e-300)
		if math.Abs(pairs[0].Value-c.first) > 1e-9*size || math.Abs(pairs[len(pairs)-1].Value-c.last) > 1e-9*size {
			t.Errorf("%s: from %v to %v", name, pairs[0].Value, pairs[len(pairs)-1].Value)
		}
	}
	if _, err := diagnose.Lanczos(3, func(dst, _ []float64) error { dst[0] = math.NaN(); return nil }, 5, 1, 1e-9); err == nil {
		t.Error("NaN is no error")
	}
}

// A large random matrix: the ends of its spectrum are known long before n products.
func TestLanczosLarge(t *testing.T) {
	const n = 400
	rng := rand.New(rand.NewPCG(2, 2))
	h := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			h.SetSym(i, j, rng.NormFloat64())
		}
		h.SetSym(i, i, h.At(i, i)+float64(i*i)/500)
	}
	var e mat.EigenSym
	e.Factorize(h, false)
	want := e.Values(nil)
	products := 0
	pairs, err := diagnose.Lanczos(n, func(dst, v []float64) error {
		products++
		mat.NewVecDense(n, dst).MulVec(h, mat.NewVecDense(n, v))
		return nil
	}, n, 1, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "largest", pairs[0].Value, want[n-1], 1e-9)
	near(t, "second", pairs[1].Value, want[n-2], 1e-9)
	near(t, "smallest", pairs[len(pairs)-1].Value, want[0], 1e-9)
	if products > 200 {
		t.Errorf("%d products", products)
	}
}

// On a parabola the ascent ends in the best corner of the box, which is known.
func TestSharpness(t *testing.T) {
	data := numbered(t, 30)
	l := around(t, fitted(t, network(t, nn.Float64, layers.Dense{Units: 2}), losses.MSE, data), losses.MSE, data)
	const epsilon = 0.05
	s, err := l.Sharpness(context.Background(), epsilon, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := l.Origin()
	highest := 0.0
	for corner := range 1 << len(w) { // a convex function is highest in a corner
		x := l.Origin()
		for i := range x {
			half := epsilon * (math.Abs(x[i]) + 1)
			if corner>>i&1 == 1 {
				half = -half
			}
			x[i] += half
		}
		loss, err := l.At(x)
		if err != nil {
			t.Fatal(err)
		}
		highest = max(highest, loss)
	}
	if s.Highest > highest*(1+1e-12) || s.Highest < s.Loss+0.9*(highest-s.Loss) {
		t.Errorf("the highest loss is %v, found %v from %v", highest, s.Highest, s.Loss)
	}
	near(t, "value", s.Value, 100*(s.Highest-s.Loss)/(1+s.Loss), 1e-15)
	small, err := l.Sharpness(context.Background(), epsilon/100, 0)
	if err != nil || !(small.Value > 0 && small.Value < s.Value/10) {
		t.Errorf("a smaller box has the sharpness %v of %v, %v", small, s, err)
	}
}
