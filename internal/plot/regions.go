package plot

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"nabla/internal/files"
)

// Regions is a map of the class that is chosen for each point of a plane: the one
// with the largest score. The colour of a class is stronger where its score is far
// above the next one; the line between classes is the decision boundary.
type Regions struct {
	Title          string
	XLabel, YLabel string
	Classes        []string
	Box            Box
	Stages         []Stage // at least one; a .gif shows all, other pictures the last
	Dots           []Dots

	Width, Height int // in pixels; 800 and 640 if 0
	Theme         Theme
}

// Stage is the scores of the classes at one time.
type Stage struct {
	Caption string        // "epoch 3 of 60"
	Scores  [][][]float64 // Scores[class][j][i], on a grid over the box, row by row from below
}

// Dots are data on a map of regions, with a sign and a colour for each class.
type Dots struct {
	Name    string // "training"
	Hollow  bool
	X, Y    []float64
	Classes []int
}

// leads are how much larger the first score is than the second where the colour of a
// class changes, and how strong it is from there on.
var leads = []struct{ from, strength float64 }{{0, 0.2}, {0.5, 0.34}, {0.9, 0.5}}

// Write draws the last stage into a .png, .svg or .pdf file, all stages one after the
// other into a .gif file.
func (r Regions) Write(file string) error {
	if err := CheckFile(file, Moving); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	if strings.ToLower(filepath.Ext(file)) == ".gif" {
		return files.Write(file, func(w io.Writer) error { return r.animate(w) })
	}
	return write(file, r.draw(len(r.Stages)-1))
}

// check reports what cannot be drawn.
func (r Regions) check() error {
	b := r.Box
	if !(b.XMin < b.XMax && b.YMin < b.YMax) || !finite(b.XMax-b.XMin) || !finite(b.YMax-b.YMin) {
		return errorf(r.Title, "the box is empty or not finite: x from %v to %v, y from %v to %v", b.XMin, b.XMax, b.YMin, b.YMax)
	}
	if len(r.Classes) < 2 || len(r.Stages) == 0 {
		return errorf(r.Title, "%d classes and %d stages; want at least 2 and 1", len(r.Classes), len(r.Stages))
	}
	for k, s := range r.Stages {
		if len(s.Scores) != len(r.Classes) {
			return errorf(r.Title, "stage %d has scores of %d classes, there are %d", k+1, len(s.Scores), len(r.Classes))
		}
		rows := len(s.Scores[0])
		for _, of := range s.Scores {
			if rows < 2 || len(of) != rows {
				return errorf(r.Title, "stage %d has %d and %d rows of scores", k+1, rows, len(of))
			}
			for _, row := range of {
				if len(row) < 2 || len(row) != len(of[0]) || len(row) != len(s.Scores[0][0]) {
					return errorf(r.Title, "stage %d has rows of different lengths", k+1)
				}
			}
		}
	}
	for _, d := range r.Dots {
		if len(d.X) != len(d.Y) || len(d.X) != len(d.Classes) {
			return errorf(r.Title, "%s: %d x, %d y and %d classes", d.Name, len(d.X), len(d.Y), len(d.Classes))
		}
		for _, c := range d.Classes {
			if c < 0 || c >= len(r.Classes) {
				return errorf(r.Title, "%s: there is no class %d", d.Name, c)
			}
		}
	}
	return nil
}

// draw puts one stage onto a sheet.
func (r Regions) draw(stage int) *sheet {
	s := newSheet(r.Theme, cmp.Or(r.Width, 800), cmp.Or(r.Height, 640), r.Title)
	x := axis{label: r.XLabel, min: r.Box.XMin, max: r.Box.XMax}
	y := axis{label: r.YLabel, min: r.Box.YMin, max: r.Box.YMax}
	f := newFrame(s, x, y, r.legend(), margins{})
	now := r.Stages[stage]
	f.area([][]point{rect(f.left, f.top, f.right, f.bottom)}, f.grid) // where no score is a number
	for class := range r.Classes {
		g := r.behind(now, class).padded()
		for _, l := range leads {
			f.area(f.onSheet(g.isolines(-l.from, true)), mix(f.paper, f.color(class), l.strength))
		}
	}
	for class := range r.Classes {
		if class == 1 && len(r.Classes) == 2 {
			break // the same line
		}
		f.lines(f.onSheet(r.behind(now, class).isolines(0, false)), stroke{color: f.ink, width: 1.4}, false)
	}
	for _, d := range r.Dots {
		for k := range d.X {
			if at := f.place(d.X[k], d.Y[k]); real(at) && f.inside(at) {
				s.sign(d.Classes[k], at, d.Hollow)
			}
		}
	}
	f.axes(false)
	if now.Caption != "" {
		f.text(point{f.right, f.bottom + tickSize + 17}, now.Caption, letters{size: labelSize, color: f.ink, across: 1})
	}
	return s
}

// behind is how far a class is behind the best other one: negative where it is
// chosen.
func (r Regions) behind(s Stage, class int) *grid {
	rows, columns := len(s.Scores[0]), len(s.Scores[0][0])
	return evaluateAt(r.Box, columns, rows, func(i, j int) float64 {
		best, known := 0.0, false
		for other := range s.Scores {
			if v := s.Scores[other][j][i]; other != class && (!known || v > best) {
				best, known = v, true
			}
		}
		return best - s.Scores[class][j][i]
	})
}

// sign draws a point of a class. Classes differ in form and colour.
func (s *sheet) sign(class int, at point, hollow bool) {
	fill, rim := s.color(class), stroke{color: s.halo, width: 1}
	if hollow {
		fill, rim = s.paper, stroke{color: s.color(class), width: 1.5}
	}
	shape := func(list ...point) {
		for i := range list {
			list[i] = point{at.x + list[i].x, at.y + list[i].y}
		}
		s.area([][]point{list}, fill)
		s.line(list, rim, true)
	}
	switch class % 5 {
	case 0:
		s.disc(at, 3.8, fill, rim)
	case 1:
		shape(point{-4.4, 3.6}, point{4.4, 3.6}, point{0, -4.4})
	case 2:
		shape(point{-3.5, 3.5}, point{3.5, 3.5}, point{3.5, -3.5}, point{-3.5, -3.5})
	case 3:
		shape(point{0, 5}, point{4.2, 0}, point{0, -5}, point{-4.2, 0})
	case 4:
		shape(point{-4.4, -3.6}, point{0, 4.4}, point{4.4, -3.6})
	}
}

// legend names the classes, the dots and the strengths of the colours.
func (r Regions) legend() []entry {
	var list []entry
	for class, name := range r.Classes {
		list = append(list, entry{name, func(s *sheet, at point) {
			s.area([][]point{rect(at.x-15, at.y-7, at.x+15, at.y+7)}, mix(s.paper, s.color(class), leads[1].strength))
			s.sign(class, at, false)
		}})
	}
	for _, d := range r.Dots {
		if d.Name != "" && len(r.Dots) > 1 {
			list = append(list, entry{d.Name, func(s *sheet, at point) {
				s.sign(0, point{at.x - 6, at.y}, d.Hollow)
				s.sign(1, point{at.x + 7, at.y}, d.Hollow)
			}})
		}
	}
	list = append(list, entry{"boundary", func(s *sheet, at point) {
		s.line([]point{{at.x - 15, at.y}, {at.x + 15, at.y}}, stroke{color: s.ink, width: 1.4}, false)
	}})
	shades := make([]string, len(leads))
	for k, l := range leads {
		shades[k] = fmt.Sprint(l.from)
	}
	return append(list, entry{"ahead by " + strings.Join(shades, ", "), func(s *sheet, at point) {
		for k, l := range leads {
			x := at.x - 15 + 10*float64(k)
			s.area([][]point{rect(x, at.y-7, x+10, at.y+7)}, mix(s.paper, s.color(0), l.strength))
		}
	}})
}
