package datasets

import (
	"fmt"
	"math"
)

// Limits on the generators' arguments.
const (
	minSamples = 12
	maxSamples = 1_000_000
	maxNoise   = 1000
)

// drawFunc draws n points with noise: inputs row after row, and a target each.
// N stands for a draw from N(0, 1) below and U for one from [0, 1).
type drawFunc func(n int, noise float64, s *splitMix) (x, y []float64)

// drawXOR returns the four corners of the unit square, class 1 where the
// coordinates differ. Nothing in it is random.
func drawXOR(int, float64, *splitMix) (x, y []float64) {
	return []float64{0, 0, 0, 1, 1, 0, 1, 1}, []float64{0, 1, 1, 0}
}

// drawNoisyXOR returns clouds around (-1,-1), (1,-1), (-1,1), (1,1): row i has
// a = i mod 2, b = (i/2) mod 2, the point (2a-1 + noise N, 2b-1 + noise N) and
// the class a xor b.
func drawNoisyXOR(n int, noise float64, s *splitMix) (x, y []float64) {
	for i := range n {
		a, b := i%2, i/2%2
		x = append(x, float64(2*a-1)+noise*s.normal())
		x = append(x, float64(2*b-1)+noise*s.normal())
		y = append(y, float64(a^b))
	}
	return x, y
}

// drawMoons returns two half circles that reach into each other. With m = n/2
// and t = pi i/(m-1), class 0, which comes first, has (cos t, sin t) and class 1
// (1 - cos t, 0.5 - sin t), each coordinate + noise N.
func drawMoons(n int, noise float64, s *splitMix) (x, y []float64) {
	m := n / 2
	for class := range 2 {
		for i := range m {
			t := math.Pi * float64(i) / float64(m-1)
			a, b := math.Cos(t), math.Sin(t)
			if class == 1 {
				a, b = 1-a, 0.5-b
			}
			x = append(x, a+noise*s.normal())
			x = append(x, b+noise*s.normal())
			y = append(y, float64(class))
		}
	}
	return x, y
}

// drawCircles returns two circles around the origin. With m = n/2 and
// t = 2 pi i/m, class 0, which comes first, has radius 1 and class 1 has 0.5:
// (r cos t, r sin t), each coordinate + noise N.
func drawCircles(n int, noise float64, s *splitMix) (x, y []float64) {
	m := n / 2
	for class, r := range []float64{1, 0.5} {
		for i := range m {
			t := 2 * math.Pi * float64(i) / float64(m)
			x = append(x, r*math.Cos(t)+noise*s.normal())
			x = append(x, r*math.Sin(t)+noise*s.normal())
			y = append(y, float64(class))
		}
	}
	return x, y
}

// drawSpirals returns three arms, one after another. With m = n/3, r = i/(m-1)
// and t = 4 class + 4r + noise N the point is (r sin t, r cos t).
func drawSpirals(n int, noise float64, s *splitMix) (x, y []float64) {
	m := n / 3
	for class := range 3 {
		for i := range m {
			r := float64(i) / float64(m-1)
			t := float64(4*class) + 4*r + noise*s.normal()
			x = append(x, r*math.Sin(t), r*math.Cos(t))
			y = append(y, float64(class))
		}
	}
	return x, y
}

// drawBlobs returns three clouds: row i is of class i mod 3, around (-2, 0),
// (2, 0) or (0, 2.5), each coordinate + noise N.
func drawBlobs(n int, noise float64, s *splitMix) (x, y []float64) {
	centres := [3][2]float64{{-2, 0}, {2, 0}, {0, 2.5}}
	for i := range n {
		c := centres[i%3]
		x = append(x, c[0]+noise*s.normal())
		x = append(x, c[1]+noise*s.normal())
		y = append(y, float64(i%3))
	}
	return x, y
}

// drawCheckerboard returns a board of 4 x 4 fields over [-2, 2)^2. Row i draws
// a = 4U - 2 and b = 4U - 2; its class is (floor a + floor b) mod 2, and only
// then noise moves the point: (a + noise N, b + noise N).
func drawCheckerboard(n int, noise float64, s *splitMix) (x, y []float64) {
	for range n {
		a := 4*s.uniform() - 2
		b := 4*s.uniform() - 2
		x = append(x, a+noise*s.normal())
		x = append(x, b+noise*s.normal())
		y = append(y, float64((int(math.Floor(a))+int(math.Floor(b)))&1))
	}
	return x, y
}

// drawSine returns y = sin x + noise N at x = -pi + 2 pi i/(n-1).
func drawSine(n int, noise float64, s *splitMix) (x, y []float64) {
	for i := range n {
		v := -math.Pi + 2*math.Pi*float64(i)/float64(n-1)
		x = append(x, v)
		y = append(y, math.Sin(v)+noise*s.normal())
	}
	return x, y
}

// drawPlane returns y = 2 x1 - 3 x2 + 1 + noise N. Row i draws x1 = 2U - 1, then
// x2 = 2U - 1, then N.
func drawPlane(n int, noise float64, s *splitMix) (x, y []float64) {
	for range n {
		a := 2*s.uniform() - 1
		b := 2*s.uniform() - 1
		x = append(x, a, b)
		y = append(y, 2*a-3*b+1+noise*s.normal())
	}
	return x, y
}

// generator is the origin of a data set that is drawn rather than read.
type generator struct {
	draw     drawFunc
	features []string
	classes  []string // nil: regression
	fixed    bool     // nothing to choose: no samples, noise or seed
}

// open draws the points. Nothing is scaled unless the user asks: the formulas above
// keep them near order one.
func (g generator) open(e *Entry, o LoadOptions) (*Source, error) {
	if g.fixed && (o.DataSeed != nil || o.Noise != nil || o.Samples != 0) {
		return nil, fmt.Errorf("datasets: %s is always the same: it takes no samples, noise or data seed", e.Name)
	}
	n, noise, seed := e.Samples, e.Noise, e.DataSeed
	if o.Samples != 0 {
		n = o.Samples
	}
	if o.Noise != nil {
		noise = *o.Noise
	}
	if o.DataSeed != nil {
		seed = *o.DataSeed
	}
	if !g.fixed && (n < minSamples || n > maxSamples) {
		return nil, fmt.Errorf("datasets: %s: samples must be %d to %d, got %d", e.Name, minSamples, maxSamples, n)
	}
	if !(noise >= 0 && noise <= maxNoise) {
		return nil, fmt.Errorf("datasets: %s: noise must be 0 to %d, got %v", e.Name, maxNoise, noise)
	}
	s := splitMix(seed)
	x, y := g.draw(n, noise, &s)
	return fromData(&Dataset{
		Name:     e.Name,
		Features: g.features,
		Shape:    []int{len(g.features)},
		X:        Matrix{Rows: len(y), Cols: len(g.features), F64: x},
		Y:        Matrix{Rows: len(y), Cols: 1, F64: y},
		Targets:  e.Options.Targets,
		Classes:  g.classes,
	}, nil, e.Options.Scaling, o)
}
