package main

import (
	"fmt"
	"math"

	"nabla/internal/plot"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// picture is what a file holds.
type picture interface{ Write(file string) error }

// The map that all paths are drawn on, so that pictures compare.
const mapFunction = "beale"

var mapBox = plot.Box{XMin: -1.5, XMax: 4, YMin: -2.5, YMax: 2}

const (
	raceFile  = "race.gif"
	raceSteps = 65
)

// racers run on one map: one of each kind.
var racers = []string{"sgd", "momentum", "rmsprop", "adam", "lbfgs"}

// pictures are all files by name.
func (c course) pictures() map[string]picture {
	files := map[string]picture{}
	race := board(c.groups[0][0].runs[mapFunction].function)
	race.Title, race.Width, race.Height, race.Frames = "Five optimizers on Beale's function", 640, 520, raceSteps+1
	for i, group := range c.groups {
		files[curvesFile(i)] = curves(lessons[i].title, group)
		for _, e := range group {
			files[e.file()] = e.path()
		}
	}
	for _, name := range racers {
		for _, group := range c.groups {
			for _, e := range group {
				if e.name == name {
					race.Paths = append(race.Paths, e.runs[mapFunction].track(name, raceSteps))
				}
			}
		}
	}
	files[raceFile] = race
	return files
}

// board is the map of a function without a path.
func board(f testfuncs.Function) plot.Contour {
	c := plot.Contour{
		XLabel: "x", YLabel: "y", Box: mapBox, Grid: 120, Width: 460, Height: 400,
		F: func(x, y float64) float64 { return f.Func([]float64{x, y}) },
	}
	kinds := map[optimizers.Kind]plot.Kind{
		optimizers.MinimumPoint: plot.Minimum, optimizers.SaddlePoint: plot.Saddle, optimizers.MaximumPoint: plot.Maximum,
	}
	for _, p := range optimizers.CriticalPoints(f) {
		c.Marks = append(c.Marks, plot.Mark{Kind: kinds[p.Kind], X: p.X[0], Y: p.X[1]})
	}
	return c
}

// path is the picture of an entry.
func (e entry) path() picture {
	r := e.runs[mapFunction]
	c := board(r.function)
	c.Title = e.name
	if s := r.setting; s.LearningRate > 0 {
		c.Title += fmt.Sprintf(", η = %v", s.LearningRate)
	}
	c.Title += ": " + outcome(r, true)
	c.Paths = []plot.Path{thinned(r.track("", math.MaxInt))}
	return c
}

// track is at most so many steps of a run.
func (r run) track(name string, steps int) plot.Path {
	p := plot.Path{Name: name}
	for _, x := range r.x[:min(len(r.x)-1, steps)+1] {
		p.X, p.Y = append(p.X, x[0]), append(p.Y, x[1])
	}
	return p
}

// A path of many steps is drawn without those that are closer than a pixel to the
// last one drawn. One that becomes so short that its steps would be marked stays as
// it is.
const (
	manySteps = 300
	closer    = 0.01
	marked    = 60
)

func thinned(p plot.Path) plot.Path {
	last := len(p.X) - 1
	if last < manySteps {
		return p
	}
	thin := plot.Path{Name: p.Name, X: p.X[:1:1], Y: p.Y[:1:1]}
	for i := 1; i <= last; i++ {
		n := len(thin.X) - 1
		if i == last || math.Hypot(p.X[i]-thin.X[n], p.Y[i]-thin.Y[n]) >= closer {
			thin.X, thin.Y = append(thin.X, p.X[i]), append(thin.Y, p.Y[i])
		}
	}
	if len(thin.X) <= marked {
		return p
	}
	return thin
}

const (
	curvesFunction = "rosenbrock"
	curvePoints    = 200
)

func curvesFile(lesson int) string { return fmt.Sprintf("lesson%d.svg", lesson+1) }

// curves are the values of a group by evaluations.
func curves(title string, group []entry) picture {
	c := plot.Curves{
		Title: title + ": Rosenbrock's function", XLabel: "evaluations of function, gradient and Hessian", YLabel: "f",
		LogX: true, LogY: true, Y: plot.Range{Min: 1e-10, Max: 1e4}, X: plot.Range{Min: 1, Max: 3e4}, Width: 720, Height: 400,
	}
	for _, e := range group {
		r := e.runs[curvesFunction]
		s := plot.Series{Name: e.name}
		last := 0.0
		for i, v := range r.values() {
			x := math.Max(1, float64(r.counts[i]))
			if ratio := math.Pow(c.X.Max, 1.0/curvePoints); x < last*ratio && i < len(r.x)-1 {
				continue
			}
			last = x
			s.X, s.Y = append(s.X, x), append(s.Y, math.Max(v, 1e-30)) // 0 has no logarithm
		}
		c.Series = append(c.Series, s)
	}
	return c
}
