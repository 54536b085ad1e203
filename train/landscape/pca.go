package landscape

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Components is the plane of a training run.
type Components struct {
	Plane
	// Explained are the shares of the two directions in the variance of the weights
	// over the run.
	Explained [2]float64
	Path      []Place // of the weights on the plane
}

// PCA returns the plane through the origin along the two principal
// components of a trajectory, the weights after each epoch: the eigenvectors of the
// largest eigenvalues of their covariance, of length 1. The share of an eigenvalue in
// the sum of all is how much of the trajectory its direction explains. Directions are
// turned so that the trajectory begins at x ≥ 0 and y ≥ 0.
//
// Li et al., 2018, section 7; the covariance is about the mean, as usual.
//
// Errors: fewer than three weights, or weights that do not move.
func (l *Landscape) PCA(trajectory [][]float64) (*Components, error) {
	rows, n := len(trajectory), l.Size()
	if rows < 3 {
		return nil, fmt.Errorf("landscape: a trajectory of %d points spans no plane; it needs 3", rows)
	}
	if n < 2 {
		return nil, errors.New("landscape: a single weight spans no plane")
	}
	m := mat.NewDense(rows, n, nil)
	for i, w := range trajectory {
		if len(w) != n {
			return nil, fmt.Errorf("landscape: point %d of the trajectory has %d weights, the network %d", i, len(w), n)
		}
		m.SetRow(i, w)
	}
	var pc stat.PC
	if !pc.PrincipalComponents(m, nil) {
		return nil, errors.New("landscape: the trajectory has no principal components: a weight is not finite, or too large")
	}
	variances := pc.VarsTo(nil)
	var total float64
	for _, v := range variances {
		total += v
	}
	if !(total > 0) {
		return nil, errors.New("landscape: the weights do not move along the trajectory")
	}
	var vectors mat.Dense
	pc.VectorsTo(&vectors)
	c := &Components{Plane: Plane{Origin: l.Origin()}, Explained: [2]float64{variances[0] / total, variances[1] / total}}
	for k, d := range []*[]float64{&c.X, &c.Y} {
		*d = mat.Col(nil, k, &vectors)
		if along(*d, trajectory[0], c.Origin) < 0 {
			scale(*d, -1)
		}
	}
	for _, w := range trajectory {
		c.Path = append(c.Path, c.Project(w))
	}
	return c, nil
}

// along is the component of w − origin in a direction; of weights that are there
// already, the first part of the direction that is not 0.
func along(d, w, origin []float64) (sum float64) {
	for i, v := range d {
		sum += v * (w[i] - origin[i])
	}
	if sum != 0 {
		return sum
	}
	for _, v := range d {
		if v != 0 {
			return v
		}
	}
	return 0
}
