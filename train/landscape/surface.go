package landscape

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Box is a part of a plane.
type Box struct{ XMin, XMax, YMin, YMax float64 }

// Square is the box from −span to span on both axes.
func Square(span float64) Box { return Box{-span, span, -span, span} }

// Around is a box that holds a path and the origin with a margin, a share of its
// extent, on each side.
func Around(path []Place, margin float64) Box {
	var b Box // holds the origin
	for _, p := range path {
		b.XMin, b.XMax = min(b.XMin, p.X), max(b.XMax, p.X)
		b.YMin, b.YMax = min(b.YMin, p.Y), max(b.YMax, p.Y)
	}
	x, y := b.XMax-b.XMin, b.YMax-b.YMin
	if y < x/1000 { // a straight path
		y = x
	}
	if x < y/1000 {
		x = y
	}
	return Box{b.XMin - margin*x, b.XMax + margin*x, b.YMin - margin*y, b.YMax + margin*y}
}

// check reports a box without area.
func (b Box) check() error {
	for _, v := range []float64{b.XMin, b.XMax, b.YMin, b.YMax} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("landscape: the box has an edge at %v", v)
		}
	}
	if b.XMin >= b.XMax || b.YMin >= b.YMax {
		return fmt.Errorf("landscape: the box is empty: x from %v to %v, y from %v to %v", b.XMin, b.XMax, b.YMin, b.YMax)
	}
	return nil
}

// Surface is the loss on a grid of a plane.
type Surface struct {
	Plane Plane
	X, Y  []float64   // the coordinates of columns and rows
	Loss  [][]float64 // Loss[j][i] at (X[i], Y[j]); maybe NaN or infinite far out
}

// MaxGrid is the largest number of points on a side of a surface.
const MaxGrid = 2001

// Surface computes the loss on n × n points of a box, with so many workers at a
// time; 0 is one for each core. The numbers do not depend on them.
func (l *Landscape) Surface(ctx context.Context, p Plane, b Box, n, workers int) (*Surface, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if n < 2 || n > MaxGrid {
		return nil, fmt.Errorf("landscape: a grid of %d points a side; want 2 to %d", n, MaxGrid)
	}
	if len(p.Origin) != l.Size() || len(p.X) != l.Size() || len(p.Y) != l.Size() {
		return nil, fmt.Errorf("landscape: the plane is of %d weights, the network has %d", len(p.Origin), l.Size())
	}
	s := &Surface{Plane: p, X: between(b.XMin, b.XMax, n), Y: between(b.YMin, b.YMax, n), Loss: make([][]float64, n)}
	for j := range s.Loss {
		s.Loss[j] = make([]float64, n)
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	copies := []*Landscape{l}
	for len(copies) < min(workers, n) {
		c, err := l.copy()
		if err != nil {
			return nil, fmt.Errorf("landscape: %w", err)
		}
		copies = append(copies, c)
	}
	var next atomic.Int64 // row
	var wait sync.WaitGroup
	failed := make([]error, len(copies))
	for k, c := range copies {
		wait.Go(func() {
			for {
				j := int(next.Add(1)) - 1
				if j >= n || ctx.Err() != nil || failed[k] != nil {
					return
				}
				failed[k] = c.row(s, j)
			}
		})
	}
	wait.Wait()
	for _, err := range append(failed, ctx.Err()) {
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// row computes one row of a surface.
func (l *Landscape) row(s *Surface, j int) error {
	w := make([]float64, l.Size())
	for i, x := range s.X {
		s.Plane.At(w, x, s.Y[j])
		loss, err := l.At(w)
		if err != nil {
			return err
		}
		s.Loss[j][i] = loss
	}
	return nil
}

// between are n equally spaced numbers.
func between(low, high float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		t := float64(i) / float64(n-1)
		list[i] = low*(1-t) + high*t
	}
	return list
}

// Min returns the smallest loss of the grid and where it is; NaN without any.
func (s *Surface) Min() (loss, x, y float64) {
	loss = math.NaN()
	for j, row := range s.Loss {
		for i, v := range row {
			if !math.IsNaN(v) && !(v >= loss) {
				loss, x, y = v, s.X[i], s.Y[j]
			}
		}
	}
	return loss, x, y
}

// Max returns the largest finite loss of the grid; NaN without any.
func (s *Surface) Max() float64 {
	most := math.NaN()
	for _, row := range s.Loss {
		for _, v := range row {
			if finite(v) && !(v <= most) {
				most = v
			}
		}
	}
	return most
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// At interpolates between the points of the grid, for pictures: by cubics (Catmull
// and Rom, 1974), which are exact where the loss is quadratic, and linearly beside
// losses that are not finite. It is never below the smallest loss of the points around,
// which cubics undershoot in narrow valleys, and NaN outside.
func (s *Surface) At(x, y float64) float64 {
	i, u := cell(s.X, x)
	j, v := cell(s.Y, y)
	if i < 0 || j < 0 {
		return math.NaN()
	}
	var column [4]float64
	lowest, last := math.Inf(1), len(s.X)-1
	for k := range 4 {
		var row [4]float64
		for l := range 4 {
			row[l] = s.around(i+l-1, j+k-1)
			lowest = min(lowest, s.Loss[min(max(j+k-1, 0), last)][min(max(i+l-1, 0), last)])
		}
		column[k] = cubic(row, u)
	}
	if z := cubic(column, v); finite(z) {
		return max(z, lowest)
	}
	z := (1-v)*((1-u)*s.Loss[j][i]+u*s.Loss[j][i+1]) + v*((1-u)*s.Loss[j+1][i]+u*s.Loss[j+1][i+1])
	if !finite(z) {
		return math.NaN()
	}
	return z
}

// around is a loss of the grid or, one step outside, that of the parabola through the
// three nearest.
func (s *Surface) around(i, j int) float64 {
	n := len(s.X)
	beyond := func(at func(k int) float64) float64 {
		if n < 3 {
			return 2*at(0) - at(1)
		}
		return 3*at(0) - 3*at(1) + at(2)
	}
	switch {
	case j < 0:
		return beyond(func(k int) float64 { return s.around(i, k) })
	case j >= n:
		return beyond(func(k int) float64 { return s.around(i, n-1-k) })
	case i < 0:
		return beyond(func(k int) float64 { return s.Loss[j][k] })
	case i >= n:
		return beyond(func(k int) float64 { return s.Loss[j][n-1-k] })
	}
	return s.Loss[j][i]
}

// cell finds the step of a grid that holds x and how far into it x is; −1 outside.
func cell(grid []float64, x float64) (int, float64) {
	last := len(grid) - 1
	t := (x - grid[0]) / (grid[last] - grid[0]) * float64(last)
	const edge = 1e-9
	if !(t >= -edge && t <= float64(last)+edge) {
		return -1, 0
	}
	i := min(max(int(t), 0), last-1)
	return i, t - float64(i)
}

// cubic is the curve of Catmull and Rom through p[1] at 0 and p[2] at 1.
func cubic(p [4]float64, t float64) float64 {
	return p[1] + t/2*(p[2]-p[0]+t*(2*p[0]-5*p[1]+4*p[2]-p[3]+t*(3*(p[1]-p[2])+p[3]-p[0])))
}
