package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"nabla/internal/plot"
)

// drawing is a picture that can be put into a file or onto a terminal.
type drawing interface {
	write(file string, theme plot.Theme) error
	text(t plot.Terminal) (string, error)
}

// The pictures of package plot as drawings.
type (
	curves    plot.Curves
	contour   plot.Contour
	heatMap   plot.HeatMap
	histogram plot.Histogram
)

// Pictures are as wide as the column of a page that they stand in, so that a pixel
// is one.
const (
	pictureWidth  = 720
	pictureHeight = 430
	contourGrid   = 160
)

func (c curves) write(file string, theme plot.Theme) error {
	c.Theme, c.Width, c.Height = theme, pictureWidth, pictureHeight
	return plot.Curves(c).Write(file)
}

func (c curves) text(t plot.Terminal) (string, error) { return plot.Curves(c).Text(t) }

func (c contour) write(file string, theme plot.Theme) error {
	c.Theme, c.Width, c.Height, c.Grid = theme, pictureWidth, pictureWidth*3/4, contourGrid
	return plot.Contour(c).Write(file)
}

func (c contour) text(t plot.Terminal) (string, error) {
	t.Height += t.Height / 2
	return plot.Contour(c).Text(t)
}

func (h heatMap) write(file string, theme plot.Theme) error {
	h.Theme, h.Width, h.Height = theme, pictureWidth, max(pictureHeight-60, 130+34*len(h.Rows))
	return plot.HeatMap(h).Write(file)
}

func (h heatMap) text(t plot.Terminal) (string, error) { return heatText(plot.HeatMap(h), t), nil }

func (h histogram) write(file string, theme plot.Theme) error {
	h.Theme, h.Width, h.Height = theme, pictureWidth, pictureHeight
	return plot.Histogram(h).Write(file)
}

func (h histogram) text(t plot.Terminal) (string, error) {
	return histogramText(plot.Histogram(h), t), nil
}

// shade is a colour by light and in the dark.
type shade struct{ light, dark string }

// variable is the name of the shade in a style sheet.
func (s shade) variable() string { return strings.ReplaceAll("--"+s.light+s.dark, "#", "c") }

// image is an SVG picture whose colours are variables of a style sheet.
type image struct {
	body   string // from <svg to </svg>
	shades []shade
}

var (
	colour = regexp.MustCompile(`#[0-9A-Fa-f]{6}`)
	// styling is what all texts of a picture have in common; it is said once.
	styling = strings.NewReplacer("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;", "", "font-weight:normal;font-style:normal;", "", "font-style:normal;", "", "\n\tstyle", " style")
)

// fonts are where a browser looks for letters.
const fonts = "'Liberation Sans',Arial,Helvetica,sans-serif"

// render draws the picture by light and in the dark and makes one of both: they
// differ in their colours alone.
func render(d drawing) (img image, err error) {
	folder, err := os.MkdirTemp("", "nabla-lesson-")
	if err != nil {
		return img, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var body [2]string
	for theme := range body {
		file := filepath.Join(folder, fmt.Sprint(theme, ".svg"))
		if err := d.write(file, plot.Theme(theme)); err != nil {
			return img, err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return img, err
		}
		start := bytes.Index(data, []byte("<svg"))
		if start < 0 {
			return img, errors.New("the picture is no SVG")
		}
		body[theme] = styling.Replace(string(data[start:]))
	}
	light, dark := colour.FindAllString(body[plot.Light], -1), colour.FindAllString(body[plot.Dark], -1)
	if colour.ReplaceAllString(body[plot.Light], "#") != colour.ReplaceAllString(body[plot.Dark], "#") {
		return img, errors.New("the picture by light is not the one in the dark")
	}
	i := 0
	img.body = colour.ReplaceAllStringFunc(body[plot.Light], func(string) string {
		s := shade{light[i], dark[i]}
		i++
		if !slices.Contains(img.shades, s) {
			img.shades = append(img.shades, s)
		}
		return "var(" + s.variable() + ")"
	})
	img.body = strings.TrimSpace(strings.Replace(img.body, "<svg ", `<svg style="font-family:`+fonts+`" `, 1))
	return img, nil
}

// styles are the rules that give the shades their colours.
func styles(shades []shade) string {
	var light, dark strings.Builder
	for _, s := range shades {
		fmt.Fprintf(&light, "%s:%s;", s.variable(), s.light)
		fmt.Fprintf(&dark, "%s:%s;", s.variable(), s.dark)
	}
	return ":root{" + light.String() + "}\n@media(prefers-color-scheme:dark){:root{" + dark.String() + "}}\n"
}

// alone is the picture as a file of its own.
func (img image) alone() string {
	head, rest, _ := strings.Cut(img.body, ">")
	return `<?xml version="1.0"?>` + "\n" + head + ">\n<style>" + styles(img.shades) + "</style>" + rest + "\n"
}
