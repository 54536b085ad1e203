package plot

import (
	"image"
	"image/gif"
	"io"
)

// stageTime is that of one stage in hundredths of a second, if a picture has many.
const stageTime = 15

// animate writes the stages one after the other, the last one longest. Frames share
// the colours of five of them, and each holds only what has changed.
func (r Regions) animate(w io.Writer) error {
	n := len(r.Stages)
	pixels := func(stage int) (*image.RGBA, error) {
		canvas := r.draw(stage).raster(1)
		img, ok := canvas.Image().(*image.RGBA)
		if !ok {
			return nil, errorf(r.Title, "the image has the wrong kind: %T", canvas.Image())
		}
		return img, nil
	}
	sample := &image.RGBA{}
	for k := range 5 {
		img, err := pixels(k * (n - 1) / 4)
		if err != nil {
			return err
		}
		sample.Pix = append(sample.Pix, img.Pix...)
	}
	colours := newPalette(sample)
	out := &gif.GIF{}
	var before []uint8
	for k := range n {
		img, err := pixels(k)
		if err != nil {
			return err
		}
		out.Image = append(out.Image, colours.changed(img, before))
		before = append(before[:0], img.Pix...)
		out.Delay = append(out.Delay, stageTime)
		out.Disposal = append(out.Disposal, gif.DisposalNone)
		out.Config = image.Config{ColorModel: colours.list, Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	}
	out.Delay[n-1] = lastTime
	return gif.EncodeAll(w, out)
}
