package plot_test

import (
	"bytes"
	"image/gif"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"nabla/internal/plot"
)

// halves are two classes on either side of x = edge; the map of stage k has its edge
// at edges[k].
func halves(edges ...float64) plot.Regions {
	r := plot.Regions{
		Title: "Halves", XLabel: "x1 in m", YLabel: "x2 in m", Classes: []string{"left", "right"},
		Box: plot.Box{XMin: -1, XMax: 1, YMin: -1, YMax: 1}, Width: 400, Height: 320,
		Dots: []plot.Dots{
			{Name: "training", X: []float64{-0.5, 0.5}, Y: []float64{0, 0}, Classes: []int{0, 1}},
			{Name: "test", Hollow: true, X: []float64{0.2}, Y: []float64{0.5}, Classes: []int{1}},
		},
	}
	const n = 41
	for k, edge := range edges {
		left, right := make([][]float64, n), make([][]float64, n)
		for j := range n {
			left[j], right[j] = make([]float64, n), make([]float64, n)
			for i := range n {
				p := 1 / (1 + math.Exp(-8*(-1+2*float64(i)/(n-1)-edge)))
				left[j][i], right[j][i] = 1-p, p
			}
		}
		r.Stages = append(r.Stages, plot.Stage{Caption: "epoch " + string(rune('0'+k)), Scores: [][][]float64{left, right}})
	}
	return r
}

// The boundary is where the scores are equal, and the legend says what is what.
func TestRegionsSVG(t *testing.T) {
	s := parseSVG(t, written(t, halves(-0.5, 0.25), ".svg"))
	s.has(t, "Halves", "x1 in m", "x2 in m", "left", "right", "training", "test", "boundary", "ahead by 0, 0.5, 0.9", "epoch 1")
	var boundary []string
	for _, d := range s.strokes("#222222") {
		if strings.Count(d, "M") == 1 && strings.Count(d, "L") == 1 { // a straight line
			boundary = append(boundary, d)
		}
	}
	// Ticks are straight lines too; the boundary is the one over the whole height.
	long := 0
	for _, d := range boundary {
		var x0, y0, x1, y1 float64
		if err := coordinates(d, &x0, &y0, &x1, &y1); err == nil && math.Abs(y1-y0) > 100 && math.Abs(x1-x0) < 1 {
			long++
		}
	}
	if long != 1 {
		t.Errorf("%d boundaries in %q", long, boundary)
	}
}

// Three classes meet, and where scores are no numbers there is no class.
func TestRegionsOfMany(t *testing.T) {
	r := halves(0)
	third := make([][]float64, 41)
	for j := range third {
		third[j] = make([]float64, 41)
		for i := range third[j] {
			third[j][i] = 0.1 + float64(j)/40
		}
	}
	third[0][0] = math.NaN()
	r.Classes = append(r.Classes, "above")
	r.Stages[0].Scores = append(r.Stages[0].Scores, third)
	s := parseSVG(t, written(t, r, ".svg"))
	s.has(t, "above")
	if lines := s.strokes("#222222"); len(lines) < 3 {
		t.Errorf("%d lines", len(lines))
	}
}

// An animation has a frame for each stage, the last one longest.
func TestRegionsGIF(t *testing.T) {
	r := halves(-0.5, -0.25, 0, 0.25)
	data := written(t, r, ".gif")
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 4 || g.Config.Width != 400 || g.Config.Height != 320 || g.LoopCount != 0 {
		t.Fatalf("%d frames of %d × %d", len(g.Image), g.Config.Width, g.Config.Height)
	}
	for k, d := range g.Delay {
		if (d >= 100) != (k == 3) {
			t.Errorf("frame %d stands for %d hundredths", k, d)
		}
	}
	if g.Image[1].Bounds() == g.Image[0].Bounds() {
		t.Error("the second frame is whole")
	}
	if !bytes.Equal(data, written(t, r, ".gif")) {
		t.Error("two bytes differ")
	}
}

func TestRegionsRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *plot.Regions)
		want   string
	}{
		"no box":    {func(r *plot.Regions) { r.Box = plot.Box{} }, "the box is empty"},
		"NaN box":   {func(r *plot.Regions) { r.Box.XMax = math.NaN() }, "the box is empty or not finite"},
		"one class": {func(r *plot.Regions) { r.Classes = r.Classes[:1] }, "1 classes"},
		"no stage":  {func(r *plot.Regions) { r.Stages = nil }, "0 stages"},
		"scores":    {func(r *plot.Regions) { r.Stages[0].Scores = r.Stages[0].Scores[:1] }, "scores of 1 classes"},
		"rows":      {func(r *plot.Regions) { r.Stages[0].Scores[1] = r.Stages[0].Scores[1][:4] }, "41 and 4 rows"},
		"ragged":    {func(r *plot.Regions) { r.Stages[0].Scores[1][3] = nil }, "different lengths"},
		"dots":      {func(r *plot.Regions) { r.Dots[0].Y = nil }, "2 x, 0 y"},
		"class":     {func(r *plot.Regions) { r.Dots[0].Classes[1] = 2 }, "no class 2"},
	} {
		r := halves(0)
		c.change(&r)
		if err := r.Write(filepath.Join(t.TempDir(), "r.svg")); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
