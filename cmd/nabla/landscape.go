package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nabla/internal/plot"
	"nabla/train/landscape"
)

const landscapeLong = `Look at the loss around trained weights, on a plane in the space of all weights.

DATA: the network of nabla train DATA is trained first; its settings are the same. MODEL DATA: the
weights of a model file, and the data whose loss is computed; a model of a bundled data set needs
no DATA. The loss is that of evaluation on the training rows, without regularisation, in float64.

--directions  random    two random directions, normalised filter by filter (Li et al., 2018)
              pca       the principal components of the weights after each epoch, with the way of the training
              hessian   the eigenvectors of the two largest eigenvalues of the Hessian
              weights:A.safetensors,B.safetensors   towards the weights of two other models

Printed are the largest and smallest eigenvalue of the Hessian (Lanczos on Hessian-vector products)
and the sharpness 100·(max L − L)/(1 + L), the maximum being searched where |Δw| <= ε(|w| + 1)
(Keskar et al., 2017).`

// surveyor is the command with its flags.
type surveyor struct {
	*console
	cmd        *cobra.Command
	directions string
	span       float64
	grid, rows int
	epsilon    float64
	plot       string
	surface    string
	boundary   string
	folder     string
}

// untrained are the settings of a job that this command has no use for.
var untrained = []string{"out", "checkpoint-every"}

// directionNames are the words of --directions.
var directionNames = []string{"random", "pca", "hessian"}

// weightsPrefix begins the form of --directions that names model files.
const weightsPrefix = "weights:"

// landscapeCommand has the flags of a job, whose run it looks at.
func landscapeCommand(c *console) *cobra.Command {
	v := &surveyor{console: c}
	cmd := &cobra.Command{
		Use:   "landscape DATA|MODEL [DATA]",
		Short: "Look at the loss around trained weights",
		Long:  landscapeLong,
		Example: `  nabla landscape moons --plot contour.svg --surface surface.png
  nabla landscape spirals --directions pca --plot way.svg --boundary epochs.gif
  nabla train iris --out runs/iris
  nabla landscape runs/iris/model.safetensors iris --json`,
		Args:              arguments("DATA|MODEL", "[DATA]"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			return usageOf(cmd, v.run(cmd.Context(), args[0], append(args, "")[1]))
		},
	}
	v.cmd = cmd
	fs := cmd.Flags()
	fs.StringVar(&v.directions, "directions", "random", "the plane: "+strings.Join(directionNames, ", ")+" or weights:A.safetensors,B.safetensors")
	fs.Float64Var(&v.span, "span", 0, "how far to look: from the weights to each side, in units of the directions (default 1, 0.2 with hessian), or with pca beyond the way of the training as a share of it (default 0.25)")
	fs.IntVar(&v.grid, "grid", 41, "`N` × N points")
	fs.IntVar(&v.rows, "rows", 2000, "compute the loss of at most `N` training rows, spread evenly")
	fs.Float64Var(&v.epsilon, "epsilon", 1e-3, "ε of the sharpness")
	fs.StringVar(&v.plot, "plot", "", "draw lines of equal loss into a `FILE`, .png, .svg or .pdf; with pca also .gif")
	fs.StringVar(&v.surface, "surface", "", "draw the loss as a surface in space into a `FILE`, .png, .svg or .pdf")
	fs.StringVar(&v.boundary, "boundary", "", "draw the decisions over two inputs into a `FILE`, .png, .svg or .pdf, or those after each epoch into a .gif")
	fs.StringVarP(&v.folder, "out", "o", "", "`FOLDER` for all of it: contour.png, surface.png, boundary.png and boundary.gif where they can be drawn, landscape.json")
	for _, flag := range []string{"plot", "surface", "boundary"} {
		cmd.MarkFlagFilename(flag, "png", "svg", "pdf", "gif")
	}
	cmd.MarkFlagDirname("out")
	completeNames(cmd, "directions", append(slices.Clone(directionNames), weightsPrefix))
	jobFlags(cmd, untrained)
	return cmd
}

// check reports flags that cannot be meant, before the work.
func (v *surveyor) check() error {
	switch {
	case !slices.Contains(directionNames, v.directions) && !strings.HasPrefix(v.directions, weightsPrefix):
		return usagef("--directions: unknown directions %q (have %s, %sA.safetensors,B.safetensors)", v.directions, strings.Join(directionNames, ", "), weightsPrefix)
	case changed(v.cmd.Flags(), "span") && !(v.span > 0 && v.span <= 1e6):
		return usagef("--span must be positive and at most 1e6, got %v", v.span)
	case v.grid < 3 || v.grid > landscape.MaxGrid:
		return usagef("--grid must be from 3 to %d, got %d", landscape.MaxGrid, v.grid)
	case v.rows < 1:
		return usagef("--rows must be at least 1, got %d", v.rows)
	case !(v.epsilon > 0 && v.epsilon <= 1e3):
		return usagef("--epsilon must be positive and at most 1000, got %v", v.epsilon)
	}
	contour := plot.Still
	if v.directions == "pca" {
		contour = plot.Moving
	}
	return cmp.Or(checkPicture("plot", v.plot, contour), checkPicture("surface", v.surface, plot.Still), checkPicture("boundary", v.boundary, plot.Moving), v.checkOut())
}

// checkOut makes the folder.
func (v *surveyor) checkOut() error {
	if v.folder == "" {
		return nil
	}
	if err := os.MkdirAll(v.folder, 0o777); err != nil {
		return advised(fmt.Errorf("--out: %w", fileError(v.folder, err)), "choose another folder")
	}
	return nil
}

// run is the command: data, training, plane, numbers, pictures.
func (v *surveyor) run(ctx context.Context, name, data string) error {
	if err := v.check(); err != nil {
		return err
	}
	s, err := v.subject(name, data)
	if err != nil {
		return err
	}
	if err := v.checkBoundary(s); err != nil {
		return err
	}
	v.interruptible.Store(true)
	defer v.interruptible.Store(false)
	if s.trainer != nil {
		if err := v.train(ctx, s); err != nil {
			return err
		}
	}
	r, err := v.measure(ctx, s)
	if err != nil {
		return err
	}
	if err := v.report(s, r); err != nil {
		return err
	}
	if err := v.draw(ctx, s, r); err != nil {
		return err
	}
	v.list(s)
	return nil
}

// survey is what was found of the loss.
type survey struct {
	landscape *landscape.Landscape
	rows      int
	loss      float64 // at the weights
	plane     landscape.Plane
	surface   *landscape.Surface
	pca       *landscape.Components // nil on other planes
	labels    [2]string             // of the axes
	through   bool                  // the plane goes through two other models
	curvature *landscape.Curvature  // nil if the loss has no second derivative
	sharpness *landscape.Sharpness
}

// measure computes everything.
func (v *surveyor) measure(ctx context.Context, s *surveyed) (*survey, error) {
	rows, err := s.sample(v.rows)
	if err != nil {
		return nil, err
	}
	if rows.Len() < s.data.Len() {
		v.warn("the loss is that of %d of the %s; --rows takes more", rows.Len(), plural(s.data.Len(), "training row"))
	}
	r := &survey{rows: rows.Len()}
	if r.landscape, err = landscape.New(s.net, s.loss, rows); err != nil {
		return nil, err
	}
	if r.loss, err = r.landscape.At(r.landscape.Origin()); err != nil {
		return nil, err
	}
	if math.IsNaN(r.loss) || math.IsInf(r.loss, 0) {
		return nil, advised(fmt.Errorf("the loss at the weights is %v", r.loss), "look for a number in the data that is too large, or train with a smaller --lr")
	}
	if r.curvature, err = r.landscape.Curvature(ctx, s.seed); err != nil {
		if ctx.Err() != nil || v.directions == "hessian" {
			return nil, err
		}
		v.warn("no eigenvalues of the Hessian: %s", plain(err))
	}
	if r.sharpness, err = r.landscape.Sharpness(ctx, v.epsilon, 0); err != nil {
		return nil, advised(err, "take a smaller --epsilon")
	}
	box, err := v.lay(s, r)
	if err != nil {
		return nil, err
	}
	r.surface, err = r.landscape.Surface(ctx, r.plane, box, v.grid, s.workers)
	return r, err
}

// lay chooses the plane, the part of it to show and the names of its axes.
func (v *surveyor) lay(s *surveyed, r *survey) (landscape.Box, error) {
	box := landscape.Square(cmp.Or(v.span, 1))
	var err error
	switch {
	case v.directions == "random":
		r.plane = r.landscape.Random(s.seed)
		r.labels = [2]string{"direction 1 in filter norms", "direction 2 in filter norms"}
	case v.directions == "pca":
		if r.pca, err = r.landscape.PCA(s.trajectory); err != nil {
			return box, advised(err, "take more --epochs, or --directions random")
		}
		r.plane, box = r.pca.Plane, landscape.Around(r.pca.Path, cmp.Or(v.span, 0.25))
		for k, share := range r.pca.Explained {
			r.labels[k] = fmt.Sprintf("component %d in ‖Δw‖, %.3g %% of the variance", k+1, 100*share)
		}
	case v.directions == "hessian":
		if r.plane, err = r.landscape.Eigenvectors(r.curvature); err != nil {
			return box, advised(err, "take --directions random")
		}
		box = landscape.Square(cmp.Or(v.span, 0.2))
		for k, pair := range r.curvature.Leading {
			r.labels[k] = fmt.Sprintf("eigenvector %d in ‖w‖, λ = %.3g", k+1, pair.Value)
		}
	default:
		return v.between(s, r)
	}
	return box, nil
}

// between makes the plane through two other models; the box holds all three.
func (v *surveyor) between(s *surveyed, r *survey) (landscape.Box, error) {
	files := strings.Split(strings.TrimPrefix(v.directions, weightsPrefix), ",")
	if len(files) != 2 || files[0] == "" || files[1] == "" {
		return landscape.Box{}, usagef("--directions %s: want two model files, weights:A.safetensors,B.safetensors", v.directions)
	}
	var ends [2][]float64
	for k, file := range files {
		m, err := readModel(file)
		if err != nil {
			return landscape.Box{}, err
		}
		mine, theirs := s.net.Trainable(), m.Network.Trainable()
		same := len(mine) == len(theirs)
		for i := 0; same && i < len(mine); i++ {
			same = mine[i].Name == theirs[i].Name && slices.Equal(mine[i].Shape, theirs[i].Shape)
		}
		if !same {
			return landscape.Box{}, advised(fmt.Errorf("%s has other weights than the network: names and shapes must be equal", file), "nabla inspect "+file+" lists them")
		}
		ends[k] = landscape.Weights(m.Network)
		r.labels[k] = fmt.Sprintf("share of the way to %s", modelName(file))
	}
	r.through, r.plane = true, r.landscape.Through(ends[0], ends[1])
	margin := cmp.Or(v.span, 0.5)
	return landscape.Box{XMin: -margin, XMax: 1 + margin, YMin: -margin, YMax: 1 + margin}, nil
}
