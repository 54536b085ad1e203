package plot

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// point is a place on a sheet, in pixels from its upper left corner.
type point struct{ x, y float64 }

// sheet is a list of things to draw, in their order. It is drawn onto any canvas.
type sheet struct {
	look
	width, height float64
	title         string
	things        []func(c vg.Canvas)
}

// newSheet is an empty sheet of the theme's paper.
func newSheet(theme Theme, width, height int, title string) *sheet {
	s := &sheet{look: looks[Light], width: float64(width), height: float64(height), title: title}
	if l, ok := looks[theme]; ok {
		s.look = l
	}
	return s
}

// at is a place on the canvas, whose y grows upwards.
func (s *sheet) at(p point) vg.Point {
	return vg.Point{X: vg.Length(p.x) * pixel, Y: vg.Length(s.height-p.y) * pixel}
}

// stroke is how a line looks, in pixels.
type stroke struct {
	color color.Color
	width float64
	dash  []float64
}

// line draws through the points, and back to the first if closed.
func (s *sheet) line(points []point, with stroke, closed bool) {
	s.lines([][]point{points}, with, closed)
}

// lines draws several lines as one path.
func (s *sheet) lines(lines [][]point, with stroke, closed bool) {
	path := s.path(lines, closed)
	if len(path) == 0 {
		return
	}
	s.things = append(s.things, func(c vg.Canvas) {
		c.SetColor(with.color)
		c.SetLineWidth(vg.Length(with.width) * pixel)
		pattern := make([]vg.Length, len(with.dash))
		for i, d := range with.dash {
			pattern[i] = vg.Length(d) * pixel
		}
		c.SetLineDash(pattern, 0)
		c.Stroke(path)
	})
}

// area fills what the closed lines go around counter-clockwise, and not the holes
// that they go around clockwise.
func (s *sheet) area(lines [][]point, fill color.Color) {
	path := s.path(lines, true)
	if len(path) == 0 {
		return
	}
	s.things = append(s.things, func(c vg.Canvas) {
		c.SetColor(fill)
		c.Fill(path)
	})
}

// path makes a path of lines; those of one point are left out.
func (s *sheet) path(lines [][]point, closed bool) vg.Path {
	var path vg.Path
	for _, line := range lines {
		if len(line) < 2 {
			continue
		}
		for i, p := range line {
			if i == 0 {
				path.Move(s.at(p))
			} else {
				path.Line(s.at(p))
			}
		}
		if closed {
			path.Close()
		}
	}
	return path
}

// disc fills a circle and draws its rim.
func (s *sheet) disc(centre point, radius float64, fill color.Color, rim stroke) {
	var path vg.Path
	at := s.at(centre)
	path.Move(vg.Point{X: at.X + vg.Length(radius)*pixel, Y: at.Y})
	path.Arc(at, vg.Length(radius)*pixel, 0, 2*math.Pi)
	path.Close()
	s.things = append(s.things, func(c vg.Canvas) {
		c.SetColor(fill)
		c.Fill(path)
		if rim.width > 0 {
			c.SetColor(rim.color)
			c.SetLineWidth(vg.Length(rim.width) * pixel)
			c.SetLineDash(nil, 0)
			c.Stroke(path)
		}
	})
}

// rect is a rectangle of lines, counter-clockwise.
func rect(x0, y0, x1, y1 float64) []point { return []point{{x0, y1}, {x1, y1}, {x1, y0}, {x0, y0}} }

// draw puts everything onto a canvas.
func (s *sheet) draw(c vg.Canvas) {
	for _, thing := range s.things {
		thing(c)
	}
}

// size are the sides of the sheet.
func (s *sheet) size() (w, h vg.Length) {
	return vg.Length(s.width) * pixel, vg.Length(s.height) * pixel
}

// raster draws the sheet as an image, scale times as large.
func (s *sheet) raster(scale float64) *vgimg.Canvas {
	w, h := s.size()
	c := vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(int(96*scale)), vgimg.UseBackgroundColor(s.paper))
	s.draw(c)
	return c
}

// encode writes the sheet in the format of an extension.
func (s *sheet) encode(w io.Writer, ext string) error {
	width, height := s.size()
	var err error
	switch ext {
	case ".png":
		_, err = vgimg.PngCanvas{Canvas: s.raster(pngScale)}.WriteTo(w)
	case ".pdf":
		c := vgpdf.New(width, height)
		s.background(c)
		s.draw(c)
		_, err = c.WriteTo(w)
	case ".svg":
		c := vgsvg.New(width, height)
		s.background(c)
		s.draw(c)
		var b bytes.Buffer
		if _, err = c.WriteTo(&b); err == nil {
			_, err = w.Write(s.portable(b.Bytes()))
		}
	default:
		err = fmt.Errorf("plot: no format %q", ext)
	}
	return err
}

// background paints the paper.
func (s *sheet) background(c vg.Canvas) {
	path := s.path([][]point{rect(0, 0, s.width, s.height)}, true)
	c.SetColor(s.paper)
	c.Fill(path)
}

// portable names fonts of the same widths after the built-in one, which a browser
// may lack, and gives the picture its title for readers of screens.
func (s *sheet) portable(svg []byte) []byte {
	svg = bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;font-variant:normal"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif"))
	head, rest, found := bytes.Cut(svg, []byte(`xmlns:xlink="http://www.w3.org/1999/xlink">`))
	if !found || s.title == "" {
		return svg
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sxmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\">\n<title>%s</title>%s", head, html.EscapeString(s.title), rest)
	return b.Bytes()
}
