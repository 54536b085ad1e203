package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"nabla/internal/files"
	"nabla/train"
)

// landscapeJSON is what the command prints as JSON.
type landscapeJSON struct {
	Dataset    string           `json:"dataset"`
	Rows       int              `json:"rows"`
	Weights    int              `json:"weights"`
	Seed       uint64           `json:"seed"`
	Epochs     int              `json:"epochs,omitempty"` // of the training; none of a model file
	LossName   string           `json:"loss_name"`
	Loss       train.Number     `json:"loss"` // at the weights
	Directions string           `json:"directions"`
	Cosine     train.Number     `json:"cosine"` // between the directions
	Explained  []float64        `json:"explained,omitempty"`
	X          []float64        `json:"x"`
	Y          []float64        `json:"y"`
	Surface    [][]train.Number `json:"surface"` // surface[j][i] at (x[i], y[j])
	Trajectory []trajectoryJSON `json:"trajectory,omitempty"`
	Hessian    *hessianJSON     `json:"hessian"`
	Sharpness  sharpnessJSON    `json:"sharpness"`
}

// trajectoryJSON is a point of the training on the plane, and its distance from it.
type trajectoryJSON struct {
	X        float64 `json:"x"`
	Y        float64 `json:"y"`
	Distance float64 `json:"distance"`
}

type hessianJSON struct {
	Largest          train.Number `json:"largest"`
	Residual         train.Number `json:"residual"` // so far may Largest be from an eigenvalue
	Smallest         train.Number `json:"smallest"`
	SmallestResidual train.Number `json:"smallest_residual"`
	Products         int          `json:"products"`
}

type sharpnessJSON struct {
	Epsilon float64      `json:"epsilon"`
	Value   train.Number `json:"value"` // in percent
	Highest train.Number `json:"highest"`
}

// found is the survey as JSON.
func (v *surveyor) found(s *surveyed, r *survey) landscapeJSON {
	j := landscapeJSON{
		Dataset: s.name, Rows: r.rows, Weights: r.landscape.Size(), Seed: s.seed, Epochs: s.epochs,
		LossName: s.loss.String(), Loss: train.Number(r.loss), Directions: v.directions, Cosine: train.Number(r.plane.Cosine()),
		X: r.surface.X, Y: r.surface.Y, Surface: matrix(r.surface.Loss),
		Sharpness: sharpnessJSON{r.sharpness.Epsilon, train.Number(r.sharpness.Value), train.Number(r.sharpness.Highest)},
	}
	if c := r.curvature; c != nil {
		j.Hessian = &hessianJSON{train.Number(c.Largest), train.Number(c.Residual), train.Number(c.Smallest), train.Number(c.SmallestResidual), c.Products}
	}
	if r.pca != nil {
		j.Explained = r.pca.Explained[:]
		for _, at := range r.pca.Path {
			j.Trajectory = append(j.Trajectory, trajectoryJSON(at))
		}
	}
	return j
}

// report prints what was found, and writes it into the folder.
func (v *surveyor) report(s *surveyed, r *survey) error {
	found := v.found(s, r)
	if v.folder != "" {
		err := files.Write(filepath.Join(v.folder, "landscape.json"), func(w io.Writer) error { return json.NewEncoder(w).Encode(found) })
		if err != nil {
			return advised(err, "choose another folder with --out")
		}
	}
	if v.json {
		return v.writeJSON(found)
	}
	return v.print(s, r)
}

// line writes one for people, behind its name.
func (v *surveyor) line(name, format string, args ...any) {
	fmt.Fprintf(v.console.out, "%s  %s\n", v.paint(bold, fmt.Sprintf("%-10s", name)), fmt.Sprintf(format, args...))
}

// print writes lines for people.
func (v *surveyor) print(s *surveyed, r *survey) error {
	if !v.quiet {
		picture, err := v.terminal(s, r)
		if err != nil {
			return err
		}
		fmt.Fprintf(v.console.out, "%s\n", picture)
		if s.trainer != nil {
			v.line("trained", "%s, %s", plural(s.epochs, "epoch"), s.stopped)
		}
		v.line("weights", "%d, loss (%s) %.4g on %s", r.landscape.Size(), s.loss, r.loss, plural(r.rows, "row"))
	}
	v.line("plane", "%s", v.describe(r))
	if low, x, y := r.surface.Min(); !v.quiet {
		v.line("surface", "%d × %d points, loss from %.4g at (%.3g, %.3g) to %.4g", v.grid, v.grid, low, x, y, r.surface.Max())
	}
	if c := r.curvature; c != nil {
		within := func(value, residual float64) string {
			if residual <= 1e-5*max(math.Abs(c.Largest), math.Abs(c.Smallest)) {
				return significant(value)
			}
			return fmt.Sprintf("%s ± %.1g", significant(value), residual)
		}
		v.line("Hessian", "largest eigenvalue %s, smallest %s (%s)", within(c.Largest, c.Residual), within(c.Smallest, c.SmallestResidual), plural(c.Products, "product"))
		if c.Largest > 0 && !v.quiet {
			v.line("", "gradient descent cannot stay here with a rate above 2/λ = %s", significant(2/c.Largest))
		}
	}
	v.line("sharpness", "%.3g %%: the loss rises to %.4g where |Δw| <= %s(|w| + 1)", r.sharpness.Value, r.sharpness.Highest, number(r.sharpness.Epsilon))
	return nil
}

// describe says what the plane is.
func (v *surveyor) describe(r *survey) string {
	switch {
	case r.pca != nil:
		far := 0.0
		for _, at := range r.pca.Path {
			far = max(far, at.Distance)
		}
		return fmt.Sprintf("principal components of the training: %.1f %% + %.1f %%\n            of its variance, weights at most %.3g away from the plane",
			100*r.pca.Explained[0], 100*r.pca.Explained[1], far)
	case v.directions == "random":
		return fmt.Sprintf("two random directions, filter-normalised, cosine %.2f", r.plane.Cosine())
	case v.directions == "hessian":
		return fmt.Sprintf("eigenvectors of the eigenvalues %s and %s", significant(r.curvature.Leading[0].Value), significant(r.curvature.Leading[1].Value))
	}
	return fmt.Sprintf("x: %s\n            y: %s, cosine %.2f", r.labels[0], r.labels[1], r.plane.Cosine())
}

// significant is a number in four digits.
func significant(v float64) string { return fmt.Sprintf("%.4g", v) }
