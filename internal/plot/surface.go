package plot

import (
	"cmp"
	"math"
	"slices"
)

// Surface is a function of two variables in space: its values on a grid as heights,
// seen from a corner above. Hidden parts are covered.
type Surface struct {
	Title                  string
	XLabel, YLabel, ZLabel string      // with units; long names of x and y are broken at their first comma
	X, Y                   []float64   // rising, at least two each
	Z                      [][]float64 // Z[j][i] at (X[i], Y[j]); around one that is not finite there is a hole
	LogZ                   bool        // heights by the logarithm; values of 0 and less are holes
	ZRange                 Range       // the surface is cut at its upper edge and lies on its lower one
	Paths                  []Path      // drawn on the surface, dashed where it hides them; what is outside of the grid is left out
	Marks                  []Mark      // likewise, never hidden

	// Azimuth and Elevation are where the eye is, in degrees: how far the surface is
	// turned and how high the eye is above it. If both are 0, the eye is 48 degrees
	// high, in front of the lowest corner.
	Azimuth, Elevation float64

	Width, Height int // in pixels; 800 and 640 if 0
	Theme         Theme
}

// Write draws the surface into a .png, .svg or .pdf file.
func (s Surface) Write(file string) error {
	if err := CheckFile(file, Still); err != nil {
		return err
	}
	v, err := s.prepare()
	if err != nil {
		return err
	}
	return write(file, v.draw())
}

// check reports what cannot be drawn.
func (s Surface) check() error {
	if len(s.X) < 2 || len(s.Y) < 2 || len(s.Z) != len(s.Y) {
		return errorf(s.Title, "a surface of %d × %d points with %d rows of heights; want at least 2 × 2", len(s.X), len(s.Y), len(s.Z))
	}
	for j, row := range s.Z {
		if len(row) != len(s.X) {
			return errorf(s.Title, "row %d has %d heights, there are %d x", j, len(row), len(s.X))
		}
	}
	for _, axis := range []struct {
		name string
		at   []float64
	}{{"x", s.X}, {"y", s.Y}} {
		for i, v := range axis.at {
			if !finite(v) || i > 0 && v <= axis.at[i-1] {
				return errorf(s.Title, "%s does not rise at %d, from %v", axis.name, i, v)
			}
		}
	}
	if !finite(s.Azimuth) || !(s.Elevation >= 0 && s.Elevation < 90) {
		return errorf(s.Title, "the eye is at azimuth %v and elevation %v; want an elevation from 0 to below 90 degrees", s.Azimuth, s.Elevation)
	}
	return checkPaths(s.Title, s.Paths)
}

// checkPaths reports paths whose coordinates do not pair.
func checkPaths(title string, paths []Path) error {
	for i, p := range paths {
		if len(p.X) != len(p.Y) {
			return errorf(title, "path %d (%s) has %d x and %d y", i+1, p.Name, len(p.X), len(p.Y))
		}
	}
	return nil
}

// solid is a place in the box of a surface: across from −1 to 1, height from 0 to 1.
type solid struct{ x, y, z float64 }

// view is a surface with its axes and the eye.
type view struct {
	Surface
	x, y, z    axis
	cos, sin   float64 // of the azimuth
	flat, tall float64 // what the elevation leaves of depth and height
	place      func(solid) point
}

// boxHeight is the height of the box over half its width.
const boxHeight = 1.15

// prepare finds the axes.
func (s Surface) prepare() (*view, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	e := extent{log: s.LogZ}
	for _, row := range s.Z {
		for _, z := range row {
			e.add(z)
		}
	}
	if e.empty() {
		return nil, errorf(s.Title, "no height can be shown")
	}
	v := &view{Surface: s, z: e.axis(s.ZRange, 0)}
	v.x = axis{label: s.XLabel, min: s.X[0], max: s.X[len(s.X)-1]}
	v.y = axis{label: s.YLabel, min: s.Y[0], max: s.Y[len(s.Y)-1]}
	if s.Azimuth == 0 && s.Elevation == 0 {
		v.Azimuth, v.Elevation = v.lowFront(), 48
	}
	v.sin, v.cos = math.Sincos(v.Azimuth * math.Pi / 180)
	v.flat, v.tall = math.Sincos(v.Elevation * math.Pi / 180)
	return v, nil
}

// lowFront is the azimuth, of four, at which the quarter in front is the lowest: it
// hides least of the others.
func (v *view) lowFront() float64 {
	best, lowest := 30.0, math.Inf(1)
	for turn := range 4 {
		azimuth := 30 + 90*float64(turn)
		sin, cos := math.Sincos(azimuth * math.Pi / 180)
		sum, n := 0.0, 0
		for j := range v.Y {
			for i := range v.X {
				p := v.corner(i, j)
				if p.x*sin < 0 && p.y*cos < 0 && finite(p.z) {
					sum, n = sum+min(p.z, 1), n+1
				}
			}
		}
		if n > 0 && sum/float64(n) < lowest-1e-9 {
			best, lowest = azimuth, sum/float64(n)
		}
	}
	return best
}

// depth is how far a place is from the eye along the floor: of two places of a
// surface in one line of sight the nearer one hides the other.
func (v *view) depth(p solid) float64 { return p.x*v.sin + p.y*v.cos }

// project is where a place is seen, up and to the right, before it is put on a sheet.
func (v *view) project(p solid) (right, up float64) {
	return p.x*v.cos - p.y*v.sin, v.depth(p)*v.flat + boxHeight*p.z*v.tall
}

// fit places the box in a rectangle of the sheet.
func (v *view) fit(left, top, right, bottom float64) {
	x, y := extent{}, extent{}
	for k := range 8 {
		a, b := v.project(solid{float64(k&1)*2 - 1, float64(k>>1&1)*2 - 1, float64(k >> 2)})
		x.add(a)
		y.add(b)
	}
	scale := min((right-left)/(x.max-x.min), (bottom-top)/(y.max-y.min))
	mx, my := (left+right)/2-scale*(x.min+x.max)/2, (top+bottom)/2+scale*(y.min+y.max)/2
	v.place = func(p solid) point {
		a, b := v.project(p)
		return point{mx + scale*a, my - scale*b}
	}
}

// at is a place of the box.
func (v *view) at(x, y, z float64) solid {
	return solid{2*v.x.at(x) - 1, 2*v.y.at(y) - 1, v.z.at(z)}
}

// corner is a point of the grid; its height is NaN in a hole.
func (v *view) corner(i, j int) solid {
	p := v.at(v.X[i], v.Y[j], v.Z[j][i])
	if p.z < 0 {
		p.z = 0
	}
	return p
}

// on is the place of the surface above (x, y), between the corners of its cell as the
// drawing has it; false in a hole, outside and above the cut.
func (v *view) on(x, y float64) (solid, bool) {
	i, j := step(v.X, x), step(v.Y, y)
	if i < 0 || j < 0 {
		return solid{}, false
	}
	a, b, c, d := v.corner(i, j), v.corner(i+1, j), v.corner(i, j+1), v.corner(i+1, j+1)
	s, t := (x-v.X[i])/(v.X[i+1]-v.X[i]), (y-v.Y[j])/(v.Y[j+1]-v.Y[j])
	p := v.at(x, y, v.Z[j][i])
	p.z = (1-t)*((1-s)*a.z+s*b.z) + t*((1-s)*c.z+s*d.z)
	return p, p.z >= 0 && p.z <= 1+1e-9
}

// step is the step of a grid that holds v, −1 outside.
func step(grid []float64, v float64) int {
	for i := range len(grid) - 1 {
		if v >= grid[i] && v <= grid[i+1] {
			return i
		}
	}
	return -1
}

// draw puts everything onto a sheet.
func (v *view) draw() *sheet {
	s := newSheet(v.Theme, cmp.Or(v.Width, 800), cmp.Or(v.Height, 640), v.Title)
	s.look.lines = append(slices.Clone(s.look.lines[1:]), s.look.lines[0]) // blue is among the colours of heights
	s.heading()
	m := contourMap{Contour: Contour{Paths: v.Paths, Marks: v.Marks}}
	rows := s.rows(m.legend())
	top := 34.0
	if v.Title == "" {
		top = 16
	}
	v.fit(84, top, s.width-52, s.height-62-float64(len(rows))*rowHeight)
	for k, row := range rows {
		s.row(row, s.height-8-(float64(len(rows)-k)-0.5)*rowHeight)
	}
	v.room(s)
	v.paint(s)
	v.names(s)
	return s
}
