package plot

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot/vg/vgimg"
)

// Times of a growing picture in hundredths of a second.
const (
	frameTime = 8
	lastTime  = 250
)

// grow writes an animation in which the paths grow by a few steps a frame. All
// frames share the colours of the last, and each holds only what has changed, so
// nothing flickers and the file is small.
func (m *contourMap) grow(w io.Writer) error {
	longest := 0
	for _, p := range m.Paths {
		longest = max(longest, len(p.X)-1)
	}
	if longest < 1 {
		return errorf(m.Title, "no path to animate; a .gif shows one grow, other pictures are .png, .svg or .pdf")
	}
	back := m.background()
	canvas := back.raster(1)
	pixels, ok := canvas.Image().(*image.RGBA)
	if !ok {
		return errorf(m.Title, "the image has the wrong kind: %T", canvas.Image())
	}
	clean := slices.Clone(pixels.Pix)
	show := func(step int) {
		copy(pixels.Pix, clean)
		m.step(back, canvas, step, longest)
	}
	show(longest)
	colours := newPalette(pixels)
	out := &gif.GIF{}
	bounds := pixels.Bounds()
	var before []uint8
	count := min(cmp.Or(m.Frames, 80), longest+1)
	for k := range count {
		step := longest
		if count > 1 {
			step = int(math.Round(float64(k) * float64(longest) / float64(count-1)))
		}
		show(step)
		out.Image = append(out.Image, colours.changed(pixels, before))
		before = append(before[:0], pixels.Pix...)
		out.Delay = append(out.Delay, frameTime)
		out.Disposal = append(out.Disposal, gif.DisposalNone)
	}
	out.Delay[count-1] = lastTime
	out.Config = image.Config{ColorModel: colours.list, Width: bounds.Dx(), Height: bounds.Dy()}
	return gif.EncodeAll(w, out)
}

// step draws one frame over the background.
func (m *contourMap) step(back *frame, canvas *vgimg.Canvas, step, of int) {
	over := *back.sheet
	over.things = nil
	f := *back
	f.sheet = &over
	m.paths(&f, step)
	f.text(point{f.right, f.bottom + tickSize + 17}, fmt.Sprintf("%s %d of %d", cmp.Or(m.StepName, "step"), step, of), letters{size: tickSize, color: f.ink, across: 1})
	over.draw(canvas)
}

// palette are up to 255 colours, and at 0 the clear one for pixels that stay.
type palette struct {
	list   color.Palette
	opaque []color.RGBA // the others, from 1
	known  map[color.RGBA]uint8
}

// newPalette takes the most frequent colours of an image.
func newPalette(img *image.RGBA) *palette {
	count := map[color.RGBA]int{}
	for k := 0; k < len(img.Pix); k += 4 {
		count[color.RGBA{img.Pix[k], img.Pix[k+1], img.Pix[k+2], 0xff}]++
	}
	type pair struct {
		c color.RGBA
		n int
	}
	var pairs []pair
	for c, n := range count {
		pairs = append(pairs, pair{c, n})
	}
	order := func(c color.RGBA) int { return int(c.R)<<16 | int(c.G)<<8 | int(c.B) }
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(order(a.c), order(b.c))) })
	p := &palette{list: color.Palette{color.RGBA{}}, known: map[color.RGBA]uint8{}}
	for _, one := range pairs[:min(len(pairs), 255)] {
		p.known[one.c] = uint8(len(p.list))
		p.list, p.opaque = append(p.list, one.c), append(p.opaque, one.c)
	}
	return p
}

// index is the nearest colour, always the same for the same one.
func (p *palette) index(c color.RGBA) uint8 {
	if k, ok := p.known[c]; ok {
		return k
	}
	best, nearest := 0, math.MaxInt
	for k, o := range p.opaque {
		dr, dg, db := int(c.R)-int(o.R), int(c.G)-int(o.G), int(c.B)-int(o.B)
		if d := 3*dr*dr + 6*dg*dg + db*db; d < nearest {
			best, nearest = k, d
		}
	}
	p.known[c] = uint8(best + 1)
	return uint8(best + 1)
}

// changed is the part of an image that differs from the pixels before; without such
// pixels it is all of it.
func (p *palette) changed(img *image.RGBA, before []uint8) *image.Paletted {
	wide, high := img.Bounds().Dx(), img.Bounds().Dy()
	first := len(before) == 0
	differs := func(x, y int) bool {
		k := 4 * (y*wide + x)
		return first || img.Pix[k] != before[k] || img.Pix[k+1] != before[k+1] || img.Pix[k+2] != before[k+2]
	}
	var part image.Rectangle
	for y := range high {
		for x := range wide {
			if differs(x, y) {
				part = part.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if part.Empty() {
		part = image.Rect(0, 0, 1, 1)
	}
	out := image.NewPaletted(part, p.list)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if k := 4 * (y*wide + x); differs(x, y) {
				out.SetColorIndex(x, y, p.index(color.RGBA{img.Pix[k], img.Pix[k+1], img.Pix[k+2], 0xff}))
			}
		}
	}
	return out
}
