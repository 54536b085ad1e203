package landscape_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/landscape"
)

// Every filter of a direction has the length of that of the network; biases and
// normalisation layers are left alone.
func TestFilters(t *testing.T) {
	data := classified(t, 20)
	net := fitted(t, biggish(t, nn.Float64), losses.CrossEntropy, data)
	l := around(t, net, losses.CrossEntropy, data)
	plane := l.Random(11)
	if same := l.Random(11); !slices.Equal(plane.X, same.X) || !slices.Equal(plane.Y, same.Y) || slices.Equal(plane.X, plane.Y) || slices.Equal(plane.X, l.Random(12).X) {
		t.Error("directions do not follow from the seed")
	}
	at, filters, still := 0, 0, 0
	for _, p := range net.Trainable() {
		w, d := p.Values(), plane.X[at:at+p.Size()]
		at += p.Size()
		moves := map[string]bool{"0.weight": true, "3.0.weight": true, "4.weight": true}[p.Name]
		if !moves {
			still++
			if slices.ContainsFunc(d, func(v float64) bool { return v != 0 }) {
				t.Errorf("%s moves", p.Name)
			}
			continue
		}
		units := p.Shape[1]
		for u := range units {
			var dd, ww float64
			for i := u; i < len(w); i += units {
				dd, ww = dd+d[i]*d[i], ww+w[i]*w[i]
			}
			near(t, p.Name, math.Sqrt(dd), math.Sqrt(ww), 1e-13)
			filters++
		}
	}
	if filters != 6+6+3 || still != 3+2+2 {
		t.Errorf("%d filters and %d still parameters", filters, still)
	}
	if c := plane.Cosine(); !(math.Abs(c) < 0.9) || c == 0 {
		t.Errorf("cosine %v", c)
	}
}

// A filter of a tensor of more axes is all that has the same first index.
func TestFiltersOfManyAxes(t *testing.T) {
	net := network(t, nn.Float64, cubeLayer)
	l := around(t, net, losses.MSE, numbered(t, 3))
	d := l.Random(1).X
	w := l.Origin()
	for from := 0; from < 8; from += 4 {
		var dd, ww float64
		for i := from; i < from+4; i++ {
			dd, ww = dd+d[i]*d[i], ww+w[i]*w[i]
		}
		near(t, "filter", dd, ww, 1e-13)
	}
}

// Layers of a ReLU network that are rescaled so that the network stays the same
// function have the same picture, which raw directions would not have.
func TestScaleInvariance(t *testing.T) {
	data := classified(t, 24)
	build := func() *nn.Network {
		return network(t, nn.Float64, layers.Dense{Units: 5, Activation: activations.ReLU}, layers.Dense{Units: 4, Activation: activations.ReLU}, layers.Dense{Units: 3})
	}
	net, scaled := build(), build()
	for name, by := range map[string]float64{"0.weight": 10, "0.bias": 10, "1.weight": 0.03, "1.bias": 0.3, "2.weight": 1 / 0.3} {
		p := scaled.Param(name)
		w := p.Values()
		for i := range w {
			w[i] *= by
		}
		if err := p.Set(w); err != nil {
			t.Fatal(err)
		}
	}
	l, k := around(t, net, losses.CrossEntropy, data), around(t, scaled, losses.CrossEntropy, data)
	a, err := l.Surface(context.Background(), l.Random(4), landscape.Square(1), 7, 1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.Surface(context.Background(), k.Random(4), landscape.Square(1), 7, 1)
	if err != nil {
		t.Fatal(err)
	}
	raw := l.Random(4)
	raw.Origin = k.Origin()
	c, err := k.Surface(context.Background(), raw, landscape.Square(1), 7, 1)
	if err != nil {
		t.Fatal(err)
	}
	differs := 0.0
	for j := range a.Loss {
		for i := range a.Loss[j] {
			near(t, "loss", b.Loss[j][i], a.Loss[j][i], 1e-12)
			differs = max(differs, math.Abs(c.Loss[j][i]-a.Loss[j][i]))
		}
	}
	if differs < 0.1 {
		t.Errorf("directions that are not normalised differ by %v only", differs)
	}
}

// PCA finds a plane that was planted, with its shares, under noise.
func TestPCA(t *testing.T) {
	data := classified(t, 12)
	l := around(t, biggish(t, nn.Float64), losses.CrossEntropy, data)
	n := l.Size()
	rng := rand.New(rand.NewPCG(9, 9))
	axis := func() []float64 {
		d := make([]float64, n)
		for i := range d {
			d[i] = rng.NormFloat64()
		}
		return d
	}
	unit := func(d []float64, without ...[]float64) []float64 {
		for _, o := range without {
			along := 0.0
			for i := range d {
				along += d[i] * o[i]
			}
			for i := range d {
				d[i] -= along * o[i]
			}
		}
		length := 0.0
		for _, v := range d {
			length += v * v
		}
		for i := range d {
			d[i] /= math.Sqrt(length)
		}
		return d
	}
	p := unit(axis())
	q := unit(axis(), p)
	for _, noise := range []float64{0, 1e-3} {
		var list [][]float64
		var sp, sq float64
		const steps = 40
		for k := range steps + 1 { // ends at the origin
			a, b := 3*(1-float64(k)/steps), math.Sin(math.Pi*float64(k)/steps)
			w := l.Origin()
			for i := range w {
				w[i] += a*p[i] + b*q[i]
				if k < steps {
					w[i] += noise * rng.NormFloat64()
				}
			}
			list = append(list, w)
			sp, sq = sp+math.Pow(a-1.5, 2), sq+math.Pow(b-0.6211, 2)
		}
		c, err := l.PCA(list)
		if err != nil {
			t.Fatal(err)
		}
		tolerance := max(1e-10, 3*noise)
		for name, pair := range map[string][2][]float64{"first": {c.X, p}, "second": {c.Y, q}} {
			sum := 0.0
			for i := range pair[0] {
				sum += pair[0][i] * pair[1][i]
			}
			near(t, name+" direction", math.Abs(sum), 1, tolerance)
		}
		near(t, "explained", c.Explained[0], sp/(sp+sq), 1e-3)
		near(t, "explained", c.Explained[0]+c.Explained[1], 1, max(1e-12, 200*noise*noise*float64(n)))
		if end := c.Path[len(c.Path)-1]; math.Abs(end.X)+math.Abs(end.Y)+end.Distance > 1e-12 {
			t.Errorf("the path ends at %v", end)
		}
		if start := c.Path[0]; start.X < 0 || start.Y < 0 || start.Distance > max(1e-10, 3*noise*math.Sqrt(float64(n))) {
			t.Errorf("the path begins at %v", start)
		}
		near(t, "start", c.Path[0].X, 3, max(1e-9, 10*noise))
		box := landscape.Around(c.Path, 0.1)
		for _, at := range c.Path {
			if at.X < box.XMin || at.X > box.XMax || at.Y < box.YMin || at.Y > box.YMax {
				t.Errorf("%v is outside of %v", at, box)
			}
		}
	}
}

// Weights of a plane are found again, whatever the angle of its directions.
func TestProject(t *testing.T) {
	l := around(t, biggish(t, nn.Float64), losses.CrossEntropy, classified(t, 6))
	plane := l.Random(3)
	for i := range plane.Y {
		plane.Y[i] = 0.3*plane.Y[i] + plane.X[i]
	}
	w := make([]float64, l.Size())
	plane.At(w, -0.7, 1.9)
	at := plane.Project(w)
	near(t, "x", at.X, -0.7, 1e-12)
	near(t, "y", at.Y, 1.9, 1e-12)
	near(t, "distance", at.Distance, 0, 1e-12)
	through := l.Through(w, plane.X)
	if at := through.Project(w); math.Abs(at.X-1)+math.Abs(at.Y) > 1e-12 {
		t.Errorf("other weights lie at %v", at)
	}
}
