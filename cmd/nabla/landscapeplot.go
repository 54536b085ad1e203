package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"nabla/datasets"
	"nabla/internal/plot"
	"nabla/train/landscape"
)

// checkBoundary reports decisions that cannot be drawn.
func (v *surveyor) checkBoundary(s *surveyed) error {
	if v.boundary == "" {
		return nil
	}
	if err := landscape.Drawable(s.schema); err != nil {
		return usagef("--boundary: %s; take data with two columns of numbers and one of classes, as nabla datasets lists some", plain(err))
	}
	if s.trainer == nil && plot.CheckFile(v.boundary, plot.Still) != nil {
		return usagef("--boundary: a .gif shows the epochs of a training; of a model file take .png, .svg or .pdf")
	}
	return nil
}

// boundaryGrid is how many points of a side the network decides.
const boundaryGrid = 140

// decide asks the network for all points around the data.
func (v *surveyor) decide(s *surveyed) (*landscape.Decisions, error) {
	return landscape.Decide(s.net, s.loss, s.schema, s.inputBox(), boundaryGrid)
}

// inputs are the two inputs of rows in the units of the data.
func (s *surveyed) inputs(d *datasets.Dataset) (x, y []float64) {
	for i := range d.Len() {
		row := []float64{d.X.At(i, 0), d.X.At(i, 1)}
		landscape.Rescale(s.schema, row, false)
		x, y = append(x, row[0]), append(y, row[1])
	}
	return x, y
}

// inputBox holds all rows with a margin.
func (s *surveyed) inputBox() landscape.Box {
	x, y := s.inputs(s.data)
	if s.test != nil {
		u, w := s.inputs(s.test)
		x, y = append(x, u...), append(y, w...)
	}
	side := func(v []float64) (low, high float64) {
		low, high = slices.Min(v), slices.Max(v)
		margin := cmp.Or(0.08*(high-low), 1)
		return low - margin, high + margin
	}
	var b landscape.Box
	b.XMin, b.XMax = side(x)
	b.YMin, b.YMax = side(y)
	return b
}

// pictures are the files to write: those of the flags, and those of the folder.
func (v *surveyor) pictures(s *surveyed) (contours, surfaces, boundaries []string) {
	add := func(list *[]string, file, name string) {
		if file != "" {
			*list = append(*list, file)
		}
		if v.folder != "" {
			*list = append(*list, filepath.Join(v.folder, name))
		}
	}
	add(&contours, v.plot, "contour.png")
	add(&surfaces, v.surface, "surface.png")
	if landscape.Drawable(s.schema) == nil {
		add(&boundaries, v.boundary, "boundary.png")
		if v.folder != "" && s.trainer != nil {
			boundaries = append(boundaries, filepath.Join(v.folder, "boundary.gif"))
		}
	}
	return contours, surfaces, boundaries
}

// draw writes the pictures, until it is interrupted.
func (v *surveyor) draw(ctx context.Context, s *surveyed, r *survey) error {
	contours, surfaces, boundaries := v.pictures(s)
	write := func(list []string, picture interface{ Write(file string) error }, flag string) error {
		for _, file := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := picture.Write(file); err != nil {
				return advised(err, "choose another file with --"+flag+", or another folder with --out")
			}
		}
		return nil
	}
	if err := write(contours, v.contour(s, r), "plot"); err != nil {
		return err
	}
	if err := write(surfaces, v.solid(s, r), "surface"); err != nil || len(boundaries) == 0 {
		return err
	}
	regions, err := v.regions(s)
	if err != nil {
		return err
	}
	return write(boundaries, regions, "boundary")
}

// list names the pictures that are there.
func (v *surveyor) list(s *surveyed) {
	contours, surfaces, boundaries := v.pictures(s)
	if all := slices.Concat(contours, surfaces, boundaries); len(all) > 0 && !v.json {
		v.line("pictures", "%s", strings.Join(all, "\n            "))
	}
}

// title is that of the pictures of the loss.
func (s *surveyed) title(what string) string {
	text := printable(s.name) + ": " + what
	if s.trainer != nil {
		text += fmt.Sprintf(" after %s of %s", plural(s.epochs, "epoch"), s.trainer.job.Optimizer)
	}
	return text
}

// path is the way of the training, if the plane shows it.
func (s *surveyed) path(r *survey) []plot.Path {
	if r.pca == nil {
		return nil
	}
	p := plot.Path{Name: "training, dot at its end"}
	for _, at := range r.pca.Path {
		p.X, p.Y = append(p.X, at.X), append(p.Y, at.Y)
	}
	return []plot.Path{p}
}

// contour is the map of the loss.
func (v *surveyor) contour(s *surveyed, r *survey) plot.Contour {
	x, y := r.surface.X, r.surface.Y
	marks := r.marks()
	if r.pca != nil {
		marks = nil // where the way ends
	}
	name := "epoch"
	if r.pca != nil && len(r.pca.Path) != s.epochs+1 { // some are left out
		name = "point"
	}
	return plot.Contour{
		Title: s.title("loss"), XLabel: r.labels[0], YLabel: r.labels[1], ValueLabel: "loss",
		F:     r.surface.At,
		Box:   plot.Box{XMin: x[0], XMax: x[len(x)-1], YMin: y[0], YMax: y[len(y)-1]},
		Paths: s.path(r), Marks: marks, Labels: true, StepName: name,
	}
}

// marks are where the trained weights are, and the others that the plane goes through.
func (r *survey) marks() []plot.Mark {
	list := []plot.Mark{{Kind: plot.Trained}}
	if r.through {
		list = append(list, plot.Mark{Kind: plot.Other, X: 1}, plot.Mark{Kind: plot.Other, Y: 1})
	}
	return list
}

// solid is the surface of the loss.
func (v *surveyor) solid(s *surveyed, r *survey) plot.Surface {
	values := slices.Concat(r.surface.Loss...)
	return plot.Surface{
		Title: s.title("loss"), XLabel: r.labels[0], YLabel: r.labels[1], ZLabel: fmt.Sprintf("loss (%s)", s.loss),
		X: r.surface.X, Y: r.surface.Y, Z: r.surface.Loss, LogZ: wide(values),
		Paths: s.path(r), Marks: r.marks(),
	}
}

// regions is the map of decisions.
func (v *surveyor) regions(s *surveyed) (plot.Regions, error) {
	stages := s.stages
	if len(stages) == 0 {
		d, err := v.decide(s)
		if err != nil {
			return plot.Regions{}, err
		}
		stages = []stage{{s.epochs, d}}
	}
	b, features := s.inputBox(), s.schema.Features()
	r := plot.Regions{
		Title: printable(s.name) + ": decisions of the network", XLabel: printable(features[0]), YLabel: printable(features[1]),
		Box: plot.Box{XMin: b.XMin, XMax: b.XMax, YMin: b.YMin, YMax: b.YMax},
	}
	for _, name := range s.schema.Classes {
		r.Classes = append(r.Classes, printable(s.data.Targets[0]+" "+name))
	}
	for _, k := range stages {
		caption := ""
		if s.trainer != nil {
			caption = fmt.Sprintf("epoch %d of %d", k.epoch, s.epochs)
		}
		r.Stages = append(r.Stages, plot.Stage{Caption: caption, Scores: k.decisions.Scores})
	}
	r.Dots = append(r.Dots, s.dots("training", s.data))
	if s.test != nil {
		test := s.dots("test", s.test)
		test.Hollow = true
		r.Dots = append(r.Dots, test)
	}
	return r, nil
}

// dots are rows by their two inputs.
func (s *surveyed) dots(name string, rows *datasets.Dataset) plot.Dots {
	d := plot.Dots{Name: name}
	d.X, d.Y = s.inputs(rows)
	for i := range rows.Len() {
		d.Classes = append(d.Classes, rows.Class(i))
	}
	return d
}

// terminal is the map of the loss in characters.
func (v *surveyor) terminal(s *surveyed, r *survey) (string, error) {
	return v.contour(s, r).Text(v.screen(18))
}
