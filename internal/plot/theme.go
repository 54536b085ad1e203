package plot

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// look is what a theme decides.
type look struct {
	paper, ink, faint, grid color.NRGBA
	low, high               color.NRGBA // the bands of a map, from its lowest to its highest
	halo                    color.NRGBA // around paths
	lines                   []color.NRGBA
}

// looks are the rows of the themes.
var looks = map[Theme]look{
	Light: {
		paper: rgb(0xffffff), ink: rgb(0x222222), faint: rgb(0x8a8a8a), grid: rgb(0xe6e6e6),
		low: rgb(0xa9c1d8), high: rgb(0xfafbfc), halo: rgb(0xffffff),
		// Okabe and Ito without their yellow, which cannot be seen on white.
		lines: []color.NRGBA{rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xcc79a7), rgb(0xe69f00), rgb(0x56b4e9), rgb(0x000000)},
	},
	Dark: {
		paper: rgb(0x16181c), ink: rgb(0xe8e8e8), faint: rgb(0x8c8c8c), grid: rgb(0x32353b),
		low: rgb(0x0c2233), high: rgb(0x3c444e), halo: rgb(0x16181c),
		lines: []color.NRGBA{rgb(0x56b4e9), rgb(0xe69f00), rgb(0x00b98a), rgb(0xe39cc4), rgb(0xf0e442), rgb(0xff7a1f), rgb(0xffffff)},
	},
}

// dashes are the patterns of lines, in pixels; none is a full line. Their number
// has no divisor in common with that of the colours, so that pairs repeat late.
var dashes = [][]float64{nil, {7, 3}, {2, 2.5}, {9, 3, 2, 3}, {14, 4}}

// color is that of the i-th line.
func (l look) color(i int) color.NRGBA { return l.lines[i%len(l.lines)] }

// dash is the pattern of the i-th line.
func dash(i int) []float64 { return dashes[i%len(dashes)] }

// rgb is an opaque colour, 0xrrggbb.
func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// clear is the colour let through by a share.
func clear(c color.NRGBA, opaque float64) color.NRGBA {
	c.A = uint8(opaque*255 + 0.5)
	return c
}

// mix is a colour between two, the first at 0.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	part := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return color.NRGBA{R: part(a.R, b.R), G: part(a.G, b.G), B: part(a.B, b.B), A: 0xff}
}

// pixel is a length on a screen of 96 dots per inch.
const pixel = vg.Inch / 96

// pngScale is how many dots a pixel of a .png file has along each side.
const pngScale = 1

// heats are the colours of numbers from low to high: lightness falls evenly, which
// all eyes see.
var heats = []color.NRGBA{rgb(0xf7fbff), rgb(0xc6dbef), rgb(0x6baed6), rgb(0x2171b5), rgb(0x08306b)}

// heat is the colour of a place in [0, 1].
func (l look) heat(at float64) color.NRGBA {
	at = min(max(at, 0), 1) * float64(len(heats)-1)
	k := min(int(at), len(heats)-2)
	return mix(heats[k], heats[k+1], at-float64(k))
}
