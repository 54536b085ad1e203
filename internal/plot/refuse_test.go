package plot_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nabla/internal/plot"
)

func TestCheckFile(t *testing.T) {
	for _, c := range []struct {
		file       string
		extensions []string
		want       string
	}{
		{"loss.svg", plot.Still, ""},
		{"runs/a.b/loss.PNG", plot.Still, ""},
		{"path.gif", plot.Moving, ""},
		{"path.gif", plot.Still, "plot: path.gif: pictures of this kind are .png, .svg or .pdf, not .gif"},
		{"loss.jpg", plot.Moving, "plot: loss.jpg: pictures of this kind are .png, .svg, .pdf or .gif, not .jpg"},
		{"loss", plot.Still, "plot: loss has no extension; pictures are .png, .svg or .pdf"},
		{"", plot.Still, "plot: the file has no name"},
	} {
		err := plot.CheckFile(c.file, c.extensions)
		if got := message(err); got != c.want {
			t.Errorf("%q: %q, want %q", c.file, got, c.want)
		}
	}
}

// message is the text of an error, empty for none.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestRefused(t *testing.T) {
	nan, flat := math.NaN(), func(x, y float64) float64 { return x }
	box := plot.Box{XMax: 1, YMax: 1}
	for want, p := range map[string]picture{
		`plot: "Loss": no series to draw`:                               plot.Curves{Title: "Loss"},
		`plot: the picture: no value is finite`:                         plot.Curves{Series: []plot.Series{{Name: "sgd"}}},
		`plot: "t": no value is finite`:                                 plot.Curves{Title: "t", Series: []plot.Series{{Y: []float64{nan, math.Inf(1)}}}},
		`no value is finite and positive, as its log axis needs`:        plot.Curves{LogY: true, Series: []plot.Series{{Y: []float64{0, -1}}}},
		`series adam has 1 places and 2 values`:                         plot.Curves{Series: []plot.Series{{Name: "adam", X: []float64{1}, Y: []float64{1, 2}}}},
		`series 1 has 2 values, but 1 low and 2 high edges of its band`: plot.Curves{Series: []plot.Series{{Y: []float64{1, 2}, Low: []float64{1}, High: []float64{1, 2}}}},
		`no function to draw`:                                           plot.Contour{Box: box},
		`neither a box nor a path says where to look`:                   plot.Contour{F: flat},
		`the box is empty: x from 1 to 0, y from 0 to 1`:                plot.Contour{F: flat, Box: plot.Box{XMin: 1, YMax: 1}},
		`the box has an edge at NaN`:                                    plot.Contour{F: flat, Box: plot.Box{XMin: nan, YMax: 1}},
		`path 1 (sgd) has 2 x and 1 y`:                                  plot.Contour{F: flat, Box: box, Paths: []plot.Path{{"sgd", []float64{1, 2}, []float64{1}}}},
		`the function has no finite value in x 0 to 1, y 0 to 1`:        plot.Contour{F: func(x, y float64) float64 { return nan }, Box: box},
		`plot: "h": no value to count`:                                  plot.Histogram{Title: "h", Groups: []plot.Group{{"g", []float64{nan}}}},
		`0 rows of numbers and 1 names of rows`:                         plot.HeatMap{Rows: []string{"a"}},
		`row a has 1 numbers and there are 2 names of columns`:          plot.HeatMap{Rows: []string{"a"}, Columns: []string{"b", "c"}, Values: [][]float64{{1}}},
		`plot: the picture: no number can be shown`:                     plot.HeatMap{Log: true, Rows: []string{"a"}, Columns: []string{"b"}, Values: [][]float64{{0}}},
	} {
		file := filepath.Join(t.TempDir(), "picture.svg")
		if err := p.Write(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v\nwant %s", err, want)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: a file was written", want)
		}
	}
	c := plot.Curves{Series: []plot.Series{{Y: []float64{1, 2}}}}
	if err := c.Write(filepath.Join(t.TempDir(), "missing", "a.svg")); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a folder that is not there: %v", err)
	}
	m := plot.Contour{F: flat, Box: box, Title: "still"}
	if err := m.Write(filepath.Join(t.TempDir(), "a.gif")); err == nil || !strings.Contains(err.Error(), `"still": no path to animate`) {
		t.Errorf("an animation without a path: %v", err)
	}
}

// TestOddNumbers draws what is at the edge of what numbers can be: nothing panics,
// no coordinate is lost, and lines of the terminal are as wide as asked at most.
func TestOddNumbers(t *testing.T) {
	const huge, tiny = math.MaxFloat64, math.SmallestNonzeroFloat64
	for name, y := range map[string][]float64{
		"one point": {3}, "constant": {2, 2, 2}, "zero": {0, 0}, "huge": {huge, -huge, huge}, "tiny": {tiny, 2 * tiny},
		"huge and tiny": {huge, tiny}, "negative": {-1, -5}, "near": {1, 1 + 1e-15}, "large and near": {1e9, 1e9 + 1},
		"small": {1e-9, 2e-9, 5e-9}, "million": {0, 1.5e6}, "half": {math.NaN(), 1}, "ten decades": {1, 1e-10},
	} {
		for _, log := range []bool{false, true} {
			c := plot.Curves{Title: name, LogX: log, LogY: log, Series: []plot.Series{{Name: name, Y: y, Steps: log, Dots: true}}, Markers: []plot.Marker{{X: 1, Label: "here"}}}
			positive := y[0] > 0 || len(y) > 1 && y[1] > 0
			if log && !positive {
				continue
			}
			s := parseSVG(t, written(t, c, ".svg"))
			if len(s.texts) < 4 {
				t.Errorf("%s, log %v: few texts: %q", name, log, s.texts)
			}
			for _, terminal := range []plot.Terminal{{}, {ASCII: true, Width: 40, Height: 4}} {
				text, err := c.Text(terminal)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				checkText(t, text, terminal)
			}
		}
		written(t, plot.Histogram{Groups: []plot.Group{{"g", y}}}, ".svg")
		for k := range 2 {
			m := plot.Contour{Title: name, Grid: 20, F: func(a, b float64) float64 { return y[len(y)-1] * (a*a + float64(k)*b) }, Box: plot.Box{XMin: -1, XMax: 1, YMin: -1, YMax: 1},
				Paths: []plot.Path{{"p", y, y}}}
			parseSVG(t, written(t, m, ".svg"))
			text, err := m.Text(plot.Terminal{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			checkText(t, text, plot.Terminal{})
		}
	}
}

// A map without a box looks at its paths and marks.
func TestBoxOfPaths(t *testing.T) {
	m := plot.Contour{F: rosenbrock, Grid: 30, Paths: []plot.Path{{"p", []float64{-1, 1, math.NaN()}, []float64{0, 2, 1}}}, Marks: []plot.Mark{{Kind: plot.Minimum, X: 3, Y: 1}}}
	s := parseSVG(t, written(t, m, ".svg"))
	s.has(t, "−1", "0", "1", "2", "3")
	written(t, plot.Contour{F: rosenbrock, Grid: 30, Marks: []plot.Mark{{X: 1, Y: 1}}}, ".png")
}
