package landscape

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"nabla/layers"
	"nabla/nn"
)

// directionStream starts the random numbers of directions.
const directionStream = 0x6c616e6473636170

// Random returns the plane of two random directions, each normalised filter by
// filter: what leads to a unit, d_j, is drawn from a normal distribution and gets
// the length of the unit's weights,
//
//	d_j ← d_j / ‖d_j‖ · ‖w_j‖
//
// so that (1, 0) changes every unit by as much as it has. Networks that differ by a
// factor between the layers of a ReLU network, and so compute the same, have the
// same picture. Biases and the parameters of normalisation layers stay as they are.
//
// Li et al., "Visualizing the loss landscape of neural nets", 2018, section 4; their
// code sets those parameters apart as "biasbn".
func (l *Landscape) Random(seed uint64) Plane {
	rng := rand.New(rand.NewPCG(seed, directionStream))
	p := Plane{Origin: l.Origin(), X: make([]float64, l.Size()), Y: make([]float64, l.Size())}
	for _, d := range [][]float64{p.X, p.Y} {
		for i := range d {
			d[i] = rng.NormFloat64()
		}
		l.NormalizeFilters(d)
	}
	return p
}

// NormalizeFilters gives each filter of a direction the 2-norm of that of the
// network and clears what belongs to biases and normalisation layers.
//
// A filter is the weights into one unit: a column of the (in, out) matrix of a dense
// layer, and of a tensor of more axes all that has the same first index, the channel
// that a convolution puts out.
func (l *Landscape) NormalizeFilters(d []float64) {
	normalising := normalisers(l.net.Layers(), "", nil)
	at := 0
	for _, p := range l.net.Trainable() {
		w, part := l.origin[at:at+p.Size()], d[at:at+p.Size()]
		at += p.Size()
		if len(p.Shape) < 2 || under(p.Name, normalising) {
			clear(part)
			continue
		}
		units, step, stride := p.Shape[1], p.Shape[1], 1 // columns
		if len(p.Shape) > 2 {
			units, step, stride = p.Shape[0], 1, p.Size()/p.Shape[0]
		}
		for u := range units {
			rescale(part, w, u*stride, step, p.Size()/units)
		}
	}
}

// rescale gives n elements of d, a step apart, the 2-norm of those of w.
func rescale(d, w []float64, from, step, n int) {
	var dd, ww float64
	for k := range n {
		i := from + k*step
		dd, ww = dd+d[i]*d[i], ww+w[i]*w[i]
	}
	by := 0.0
	if dd > 0 {
		by = math.Sqrt(ww) / math.Sqrt(dd)
	}
	for k := range n {
		d[from+k*step] *= by
	}
}

// normalisers lists the scopes of normalisation layers: "1.", "2.0.".
func normalisers(list []nn.Layer, scope string, found []string) []string {
	for i, layer := range list {
		name := scope + strconv.Itoa(i) + "."
		switch l := layer.(type) {
		case layers.BatchNorm, layers.LayerNorm:
			found = append(found, name)
		case nn.Container:
			found = normalisers(l.Inner(), name, found)
		}
	}
	return found
}

func under(name string, scopes []string) bool {
	for _, s := range scopes {
		if strings.HasPrefix(name, s) {
			return true
		}
	}
	return false
}
