package plot_test

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nabla/internal/plot"
)

// sampled is a function on n × n points of a box.
func sampled(f func(x, y float64) float64, b plot.Box, n int) plot.Surface {
	var s plot.Surface
	for i := range n {
		t := float64(i) / float64(n-1)
		s.X, s.Y = append(s.X, b.XMin+t*(b.XMax-b.XMin)), append(s.Y, b.YMin+t*(b.YMax-b.YMin))
	}
	for _, y := range s.Y {
		var row []float64
		for _, x := range s.X {
			row = append(row, f(x, y))
		}
		s.Z = append(s.Z, row)
	}
	return s
}

// bowl is the surface x² + y² with a path to its minimum.
func bowl(n int) plot.Surface {
	s := sampled(func(x, y float64) float64 { return x*x + y*y }, plot.Box{XMin: -2, XMax: 2, YMin: -2, YMax: 2}, n)
	s.Title, s.XLabel, s.YLabel, s.ZLabel = "Bowl", "x in m", "y in m", "height in m"
	s.Paths = []plot.Path{{Name: "descent", X: []float64{1.5, 0.5, 0}, Y: []float64{1.5, 0.7, 0}}}
	s.Marks = []plot.Mark{{Kind: plot.Trained}}
	return s
}

// filled are the data of the paths that are filled rather than drawn.
func (s svg) filled() (list []string) {
	for i, style := range s.styles {
		if strings.Contains(style, "fill:#") {
			list = append(list, s.paths[i])
		}
	}
	return list
}

// A surface has all its cells, far ones first, and says what its axes are.
func TestSurfaceSVG(t *testing.T) {
	const n = 9
	s := bowl(n)
	s.Azimuth, s.Elevation = 30, 40
	found := parseSVG(t, written(t, s, ".svg"))
	found.has(t, "Bowl", "x in m", "y in m", "height in m", "descent", "start", "trained weights", "−2", "0", "4")
	// The eye looks along growing x and y: the far corner of the bowl comes first and is
	// higher on the sheet, where y grows upwards, than the near one, which comes last.
	var heights []float64
	for i, style := range found.styles {
		if d := found.paths[i]; strings.Contains(style, "fill:#") && !strings.Contains(style, "fill:#FFFFFF") && !strings.Contains(style, "fill:#F0E442") && strings.Count(d, "L") == 3 {
			heights = append(heights, firstY(t, d))
		}
	}
	if len(heights) != (n-1)*(n-1) {
		t.Fatalf("%d cells, want %d", len(heights), (n-1)*(n-1))
	}
	if first, last := heights[0], heights[len(heights)-1]; first < last+100 {
		t.Errorf("the first cell is at %v, the last at %v", first, last)
	}
	if visible := found.strokes(vermillion); len(visible) < 4 {
		t.Errorf("the path has %d pieces", len(visible))
	}
}

// coordinates reads the coordinates that path data begin with.
func coordinates(d string, x ...*float64) error {
	fields := strings.FieldsFunc(d, func(r rune) bool { return strings.ContainsRune("MLZ, ", r) })
	for k, to := range x {
		if k >= len(fields) {
			return fmt.Errorf("%d coordinates", len(fields))
		}
		v, err := strconv.ParseFloat(fields[k], 64)
		if err != nil {
			return err
		}
		*to = v
	}
	return nil
}

// firstY is the second coordinate of the first point.
func firstY(t *testing.T, d string) float64 {
	t.Helper()
	var x, y float64
	if err := coordinates(d, &x, &y); err != nil {
		t.Fatalf("%q: %v", d, err)
	}
	return y
}

// What is not finite is a hole, what is above the range is cut off.
func TestSurfaceHoles(t *testing.T) {
	count := func(s plot.Surface) int { return len(parseSVG(t, written(t, s, ".svg")).filled()) }
	whole, s := count(bowl(9)), bowl(9)
	s.Z[2][2] = math.NaN()
	if got := count(s); got != whole-4 {
		t.Errorf("with a hole %d areas, want 4 less than %d", got, whole)
	}
	s = bowl(9)
	s.Z[0][0], s.Z[8][8] = math.Inf(1), math.Inf(-1)
	if got := count(s); got != whole-2 {
		t.Errorf("with two corners missing %d areas, want 2 less than %d", got, whole)
	}
	s = bowl(9)
	s.Paths, s.ZRange = nil, plot.Range{Min: 0, Max: 2}
	cut := count(s)
	s.ZRange = plot.Range{}
	if all := count(s); cut >= all || cut < all/4 {
		t.Errorf("cut at a quarter of the height %d areas are left of %d", cut, all)
	}
	s = bowl(9)
	s.LogZ = true // 0 in the middle has no logarithm
	if got := count(s); got > whole-4 {
		t.Errorf("on a log axis %d areas, want 4 less than %d", got, whole)
	}
}

// Each direction of view shows the same cells.
func TestSurfaceViews(t *testing.T) {
	for _, azimuth := range []float64{0, 30, 90, 135, 180, 270, -45, 400} {
		for _, elevation := range []float64{1, 35, 89} {
			s := bowl(7)
			s.Paths = nil
			s.Azimuth, s.Elevation = azimuth, elevation
			if got := len(parseSVG(t, written(t, s, ".svg")).filled()); got < 36 {
				t.Errorf("azimuth %v, elevation %v: %d areas", azimuth, elevation, got)
			}
		}
	}
}

// TestSurfaces draws the surfaces of the gallery; equal ones give equal bytes.
func TestSurfaces(t *testing.T) {
	valley := sampled(rosenbrock, plot.Box{XMin: -2, XMax: 2, YMin: -1, YMax: 3}, 41)
	valley.Title, valley.XLabel, valley.YLabel, valley.ZLabel, valley.LogZ = "Rosenbrock", "x", "y", "f", true
	valley.Paths = []plot.Path{descent("momentum 0.9", rosenbrock, -1.2, 1, 0.0005, 0.9, 200)}
	valley.Marks = []plot.Mark{{Kind: plot.Minimum, X: 1, Y: 1}}
	waves := sampled(func(x, y float64) float64 { return math.Sin(2*x)*math.Cos(2*y) + x*x/5 }, plot.Box{XMin: -2, XMax: 2, YMin: -2, YMax: 2}, 41)
	waves.Title, waves.ZLabel, waves.XLabel, waves.YLabel, waves.Theme = "Waves", "height in m", "distance from the west in m, which is far", "distance from the south in m, which is far", plot.Dark
	for name, s := range map[string]plot.Surface{"bowl": bowl(25), "valley": valley, "waves": waves} {
		for _, ext := range plot.Still {
			if err := s.Write(filepath.Join(t.ArtifactDir(), name+ext)); err != nil {
				t.Error(err)
			}
			if ext != ".pdf" && !bytes.Equal(written(t, s, ext), written(t, s, ext)) {
				t.Errorf("%s%s: two bytes differ", name, ext)
			}
		}
	}
}

func TestSurfaceRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *plot.Surface)
		want   string
	}{
		"no points":  {func(s *plot.Surface) { s.X = nil }, "at least 2 × 2"},
		"short row":  {func(s *plot.Surface) { s.Z[1] = s.Z[1][:3] }, "row 1 has 3 heights"},
		"falling":    {func(s *plot.Surface) { s.X[3] = s.X[2] }, "x does not rise at 3"},
		"NaN":        {func(s *plot.Surface) { s.Y[0] = math.NaN() }, "y does not rise at 0"},
		"from below": {func(s *plot.Surface) { s.Elevation = -10 }, "elevation -10"},
		"path":       {func(s *plot.Surface) { s.Paths[0].Y = nil }, "3 x and 0 y"},
		"nothing": {func(s *plot.Surface) {
			for _, row := range s.Z {
				for i := range row {
					row[i] = math.NaN()
				}
			}
		}, "no height"},
	} {
		s := bowl(5)
		c.change(&s)
		if err := s.Write(filepath.Join(t.TempDir(), "s.svg")); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if err := bowl(5).Write("bowl.gif"); err == nil {
		t.Error("a surface stands still")
	}
}
