package plot_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nabla/internal/plot"
)

// picture is anything that can be written.
type picture interface{ Write(file string) error }

// written is what a picture puts into a file of this extension.
func written(t *testing.T, p picture, ext string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "picture"+ext)
	if err := p.Write(file); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// svg is what an SVG file holds.
type svg struct {
	texts  []string
	paths  []string // data
	styles []string // of the paths
}

// parseSVG reads an SVG file and reports coordinates that are no numbers.
func parseSVG(t *testing.T, data []byte) svg {
	t.Helper()
	var found svg
	var text *strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "text":
				text = &strings.Builder{}
			case "path":
				for _, a := range e.Attr {
					switch a.Name.Local {
					case "d":
						found.paths = append(found.paths, a.Value)
					case "style":
						found.styles = append(found.styles, a.Value)
					}
				}
			}
		case xml.CharData:
			if text != nil {
				text.Write(e)
			}
		case xml.EndElement:
			if e.Name.Local == "text" {
				found.texts = append(found.texts, text.String())
				text = nil
			}
		}
	}
	if bad := regexp.MustCompile(`NaN|[+-]?Inf`).Find(data); bad != nil {
		t.Errorf("the file has a coordinate %s", bad)
	}
	return found
}

// has reports texts that are not there.
func (s svg) has(t *testing.T, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !strings.Contains("\n"+strings.Join(s.texts, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("no text %q in %q", want, s.texts)
		}
	}
}

// strokes are the data of the paths drawn in a colour.
func (s svg) strokes(colour string) []string {
	var list []string
	for i, style := range s.styles {
		if strings.Contains(style, "stroke:"+colour) {
			list = append(list, s.paths[i])
		}
	}
	return list
}

// The first colours of the palette.
const (
	blue       = "#0072B2"
	vermillion = "#D55E00"
)

func TestCurvesSVG(t *testing.T) {
	c := plot.Curves{Title: "Loss <of> a run", XLabel: "epoch", YLabel: "loss", LogY: true,
		Series: []plot.Series{
			{Name: "training", Y: []float64{1, 0.5, 0.1, 0.05}},
			{Name: "validation", Y: []float64{1.1, 0.6, 0.3, 0.2}, Low: []float64{1, 0.5, 0.2, 0.1}, High: []float64{1.2, 0.7, 0.4, 0.3}},
		}, Markers: []plot.Marker{{X: 3, Label: "best"}}}
	s := parseSVG(t, written(t, c, ".svg"))
	s.has(t, "Loss <of> a run", "epoch", "loss", "training", "validation", "best", "0.1", "1", "2", "3", "4")
	// Each curve is a line and a sample in the legend.
	for _, colour := range []string{blue, vermillion} {
		if got := s.strokes(colour); len(got) != 2 {
			t.Errorf("%d lines are %s: %q", len(got), colour, got)
		}
	}
	dashed := 0
	for _, style := range s.styles {
		if strings.Contains(style, "stroke:"+vermillion) && strings.Contains(style, "stroke-dasharray") {
			dashed++
		}
	}
	if dashed != 2 {
		t.Errorf("the second curve is dashed in %d places", dashed)
	}
	if data := written(t, c, ".svg"); !bytes.Contains(data, []byte(`M0,0L600,0L600,375L0,375Z" style="fill:#FFFFFF"`)) {
		t.Error("no white paper")
	}
}

// Values that cannot be drawn leave a gap.
func TestGaps(t *testing.T) {
	for name, y := range map[string][]float64{
		"NaN":         {3, 2, math.NaN(), 1, 4, 2},
		"infinite":    {3, 2, math.Inf(1), 1, 4, 2},
		"-infinite":   {3, 2, math.Inf(-1), 1, 4, 2},
		"logarithm 0": {3, 2, 0, 1, 4, 2},
		"negative":    {3, 2, -1, 1, 4, 2},
	} {
		s := parseSVG(t, written(t, plot.Curves{LogY: true, Series: []plot.Series{{Y: y}}}, ".svg"))
		lines := s.strokes(blue)
		if len(lines) != 1 || strings.Count(lines[0], "M") != 2 || strings.Count(lines[0], "L") != 3 {
			t.Errorf("%s: lines %q, want two of two and three points", name, lines)
		}
	}
}

// Curves are cut at the frame.
func TestCut(t *testing.T) {
	c := plot.Curves{Y: plot.Range{Min: 0, Max: 1}, Series: []plot.Series{{Y: []float64{0.5, 0.5, 9, 0.5}}}}
	s := parseSVG(t, written(t, c, ".svg"))
	if lines := s.strokes(blue); len(lines) != 1 || strings.Count(lines[0], "M") != 2 {
		t.Errorf("lines %q, want two", lines)
	}
}

func TestSteps(t *testing.T) {
	c := plot.Curves{Series: []plot.Series{{X: []float64{1, 2, 4}, Y: []float64{0.2, 0.6, 1}, Steps: true}}}
	lines := parseSVG(t, written(t, c, ".svg")).strokes(blue)
	if len(lines) != 1 || strings.Count(lines[0], "L") != 4 {
		t.Errorf("steps %q, want five points", lines)
	}
}

// A single value among gaps is a dot, and failures are crosses.
func TestSinglePoints(t *testing.T) {
	c := plot.Curves{LogX: true, Series: []plot.Series{{X: []float64{1, 2, 3}, Y: []float64{math.NaN(), 2, math.NaN()}, Failed: []float64{1, 3}}}}
	data := written(t, c, ".svg")
	s := parseSVG(t, data)
	if crosses := s.strokes(blue); len(crosses) != 2 {
		t.Errorf("%d crosses, want two: %q", len(crosses), crosses)
	}
	if dots := strings.Count(string(data), "fill:"+blue); dots != 1 {
		t.Errorf("%d dots, want one", dots)
	}
	s.has(t, "failed")
}

func TestContourSVG(t *testing.T) {
	s := parseSVG(t, written(t, contours()["rosenbrock"], ".svg"))
	s.has(t, "Rosenbrock: 100(y − x²)² + (1 − x)²", "x", "y", "gradient descent", "momentum 0.9", "start", "minimum", "f", "0.1", "1000")
	parseSVG(t, written(t, contours()["logarithm"], ".svg"))
}

// Equal pictures give equal bytes, other ones others.
func TestSameBytes(t *testing.T) {
	loss, map1 := curves()["loss"], contours()["himmelblau"]
	map1.Grid = 60
	map1.Paths = []plot.Path{descent("sgd", map1.F, 0, 0, 0.01, 0, 20)}
	for _, ext := range plot.Still[:2] {
		for name, p := range map[string]picture{"curves": loss, "map": map1} {
			if first := written(t, p, ext); !bytes.Equal(first, written(t, p, ext)) {
				t.Errorf("%s%s: two bytes differ", name, ext)
			}
		}
		if bytes.Equal(written(t, loss, ext), written(t, curves()["dark"], ext)) {
			t.Errorf("%s: different pictures are the same", ext)
		}
	}
	if first := written(t, map1, ".gif"); !bytes.Equal(first, written(t, map1, ".gif")) {
		t.Error(".gif: two bytes differ")
	}
}
