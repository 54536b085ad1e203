package plot_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"testing"

	"nabla/internal/plot"
)

// An animation shows the path grow: all frames share their colours, what is drawn
// stays where it is, and the last frame stands longest.
func TestAnimation(t *testing.T) {
	c := plot.Contour{Title: "grow", F: rosenbrock, Grid: 60, Width: 400, Height: 320, Frames: 12,
		Box: plot.Box{XMin: -2, XMax: 2, YMin: -1, YMax: 3}, Paths: []plot.Path{descent("sgd", rosenbrock, -1.2, 1, 0.001, 0, 30)}}
	g, err := gif.DecodeAll(bytes.NewReader(written(t, c, ".gif")))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 12 || g.Config.Width != 400 || g.Config.Height != 320 || g.LoopCount != 0 {
		t.Fatalf("%d frames of %d × %d", len(g.Image), g.Config.Width, g.Config.Height)
	}
	whole := image.NewRGBA(image.Rect(0, 0, 400, 320))
	blue := func() (n int) {
		for y := range 320 {
			for x := range 400 {
				if whole.RGBAAt(x, y) == (color.RGBA{0x00, 0x72, 0xb2, 0xff}) {
					n++
				}
			}
		}
		return n
	}
	corner, before := color.RGBA{}, 0
	for k, frame := range g.Image {
		if len(frame.Palette) != len(g.Image[0].Palette) || k > 0 && frame.Bounds() == whole.Bounds() {
			t.Errorf("frame %d is whole or has its own colours", k)
		}
		if longest := k == 11; (g.Delay[k] >= 100) != longest {
			t.Errorf("frame %d stands for %d hundredths", k, g.Delay[k])
		}
		draw.Draw(whole, frame.Bounds(), frame, frame.Bounds().Min, draw.Over)
		if k == 0 {
			corner = whole.RGBAAt(300, 60)
		}
		if whole.RGBAAt(300, 60) != corner {
			t.Errorf("frame %d: the background changed", k)
		}
		n := blue()
		if k > 1 && n < before-40 {
			t.Errorf("frame %d: %d pixels of the path, %d before", k, n, before)
		}
		before = n
	}
	if before < 60 {
		t.Errorf("the path has %d pixels", before)
	}
}
