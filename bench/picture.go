package main

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The size of the picture.
const (
	pictureWidth  = 24 * vg.Centimeter
	pictureHeight = 8 * vg.Centimeter
)

var (
	lineColor  = color.RGBA{R: 0x1f, G: 0x5f, B: 0xa8, A: 0xff}
	markColor  = color.RGBA{R: 0x9a, G: 0x9a, B: 0x9a, A: 0xff}
	sansSerif  = font.Font{Typeface: "Liberation", Variant: "Sans", Size: 10}
	smallLabel = font.Font{Typeface: "Liberation", Variant: "Sans", Size: 8}
)

// draw writes growth.svg and growth.png: a panel for each curve, with a mark where
// what a step goes through outgrows a cache.
func (r *report) draw(folder string) error {
	plot.DefaultFont = sansSerif
	panels := [][]*plot.Plot{nil}
	for _, g := range r.growths {
		p, err := g.panel(r.machine.caches, r.roof.peak("float32", 1))
		if err != nil {
			return err
		}
		panels[0] = append(panels[0], p)
	}
	svg := vgsvg.New(pictureWidth, pictureHeight)
	arrange(panels, draw.New(svg))
	if err := writeTo(filepath.Join(folder, "growth.svg"), func(f *os.File) error { _, err := svg.WriteTo(f); return err }); err != nil {
		return err
	}
	img := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(pictureWidth, pictureHeight), vgimg.UseDPI(110))}
	arrange(panels, draw.New(img))
	return writeTo(filepath.Join(folder, "growth.png"), func(f *os.File) error { _, err := img.WriteTo(f); return err })
}

// arrange puts panels side by side on white.
func arrange(panels [][]*plot.Plot, c draw.Canvas) {
	c.FillPolygon(color.White, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	tiles := draw.Tiles{Rows: 1, Cols: len(panels[0]), PadX: vg.Millimeter * 4, PadTop: vg.Millimeter * 2, PadBottom: vg.Millimeter * 2, PadLeft: vg.Millimeter * 2, PadRight: vg.Millimeter * 3}
	for i, canvas := range plot.Align(panels, tiles, c)[0] {
		panels[0][i].Draw(canvas)
	}
}

// panel draws one curve on logarithmic axes, and beneath it what the peak of a core,
// in GFLOPS, would make of it.
func (g growth) panel(caches []cache, peak float64) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = g.about
	p.Title.TextStyle.Font = sansSerif
	p.Title.Padding = vg.Millimeter * 2
	p.X.Label.Text, p.Y.Label.Text = g.name, "µs per row"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Label.TextStyle.Font, p.Y.Label.TextStyle.Font = sansSerif, sansSerif
	p.X.Tick.Label.Font, p.Y.Tick.Label.Font = smallLabel, smallLabel
	var marks []plot.Tick
	var line, bound plotter.XYs
	low, high := g.points[0].micros, g.points[0].micros
	for i, pt := range g.points {
		line = append(line, plotter.XY{X: float64(pt.size), Y: pt.micros})
		least := pt.micros * pt.gflops / peak
		bound = append(bound, plotter.XY{X: float64(pt.size), Y: least})
		low, high = min(low, least), max(high, pt.micros)
		mark := plot.Tick{Value: float64(pt.size)}
		if len(g.points) < 10 || i%2 == 0 {
			mark.Label = strconv.Itoa(pt.size)
		}
		marks = append(marks, mark)
	}
	p.X.Tick.Marker = plot.ConstantTicks(marks)
	p.Y.Tick.Marker = plot.ConstantTicks(decimalTicks(low, high))
	p.Y.Min, p.Y.Max = low*0.7, high*1.4
	curve, dots, err := plotter.NewLinePoints(line)
	if err != nil {
		return nil, err
	}
	curve.Color, curve.Width = lineColor, vg.Points(1.6)
	dots.Color, dots.Shape, dots.Radius = lineColor, draw.CircleGlyph{}, vg.Points(2.2)
	for _, c := range caches {
		at, ok := g.outgrows(c.bytes)
		if !ok {
			continue
		}
		mark, err := plotter.NewLine(plotter.XYs{{X: at, Y: p.Y.Min}, {X: at, Y: p.Y.Max}})
		if err != nil {
			return nil, err
		}
		mark.Color, mark.Dashes = markColor, []vg.Length{vg.Points(3), vg.Points(3)}
		label, err := plotter.NewLabels(plotter.XYLabels{XYs: plotter.XYs{{X: at, Y: high * 1.2}}, Labels: []string{" " + c.name}})
		if err != nil {
			return nil, err
		}
		label.TextStyle[0].Font, label.TextStyle[0].Color = smallLabel, markColor
		p.Add(mark, label)
	}
	floor, err := plotter.NewLine(bound)
	if err != nil {
		return nil, err
	}
	floor.Color = markColor
	p.Add(floor, curve, dots)
	return p, nil
}

// outgrows is the size, between two points, at which a step goes through more bytes
// than these. It is false when all points are on one side.
func (g growth) outgrows(bytes int) (at float64, ok bool) {
	for i, pt := range g.points[1:] {
		before := g.points[i]
		if before.bytes <= bytes && pt.bytes > bytes {
			part := float64(bytes-before.bytes) / float64(pt.bytes-before.bytes)
			return float64(before.size) + part*float64(pt.size-before.size), true
		}
	}
	return 0, false
}

// decimalTicks are 1, 2 and 5 times the powers of ten in a range.
func decimalTicks(low, high float64) (list []plot.Tick) {
	for power := 1e-3; power < 1e6; power *= 10 {
		for _, digit := range []float64{1, 2, 5} {
			if v := digit * power; v >= low*0.7 && v <= high*1.4 {
				list = append(list, plot.Tick{Value: v, Label: fmt.Sprintf("%.3g", v)})
			}
		}
	}
	return list
}

// writeTo writes a file.
func writeTo(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	return f.Close()
}
