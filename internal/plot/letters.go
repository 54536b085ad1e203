package plot

import (
	"image/color"
	"math"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	stdfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// letters are how text looks.
type letters struct {
	size   float64 // pixels
	bold   bool
	color  color.Color
	across float64 // 0 begins at the place, 0.5 is centred on it, 1 ends there
	down   float64 // 0 hangs below the place, 0.5 is centred, 1 stands on it
	turned bool    // a quarter to the left
}

// fonts are the two faces, parsed once.
var fonts = sync.OnceValue(func() *font.Cache {
	var faces font.Collection
	for _, f := range []struct {
		data   []byte
		weight stdfont.Weight
	}{{liberationsansregular.TTF, stdfont.WeightNormal}, {liberationsansbold.TTF, stdfont.WeightBold}} {
		face, err := opentype.Parse(f.data)
		if err != nil {
			panic("plot: the built-in font is broken: " + err.Error())
		}
		faces = append(faces, font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: f.weight}, Face: face})
	}
	return font.NewCache(faces)
})

// face is the font of these letters in a size.
func (l letters) face(size float64) font.Face {
	weight := stdfont.WeightNormal
	if l.bold {
		weight = stdfont.WeightBold
	}
	points := vg.Length(size) * pixel
	return fonts().Lookup(font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: points}, points)
}

// width is that of a text in pixels.
func (l letters) width(words string) float64 {
	wide := 0.0
	for _, p := range l.pieces(words) {
		wide += p.width
	}
	return wide
}

// piece is a part of a text at one height.
type piece struct {
	words  string
	raised bool
	face   font.Face
	width  float64 // in pixels
}

// superscripts are the raised characters, which the font has in part only, and what
// is drawn for them, smaller and higher.
var superscripts = map[rune]rune{
	'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '−', 'ⁿ': 'n',
}

// pieces splits a text where it goes up or down.
func (l letters) pieces(words string) []piece {
	var list []piece
	for _, r := range words {
		low, raised := superscripts[r]
		if raised {
			r = low
		}
		if len(list) == 0 || list[len(list)-1].raised != raised {
			list = append(list, piece{raised: raised})
		}
		list[len(list)-1].words += string(r)
	}
	for i := range list {
		p, size := &list[i], l.size
		if p.raised {
			size *= 0.75
		}
		p.face = l.face(size)
		p.width = float64(p.face.Width(p.words) / pixel)
	}
	return list
}

// text writes a line. Letters of the usual height are centred, whatever hangs below.
func (s *sheet) text(at point, words string, l letters) {
	height := 0.72 * l.size
	from := -l.across * l.width(words)
	for _, p := range l.pieces(words) {
		up := 0.0
		if p.raised {
			up = 0.36 * l.size
		}
		to := point{at.x + from, at.y + (1-l.down)*height - up}
		if l.turned {
			to = point{at.x + (1-l.down)*height - up, at.y - from}
		}
		s.words(s.at(to), p, l)
		from += p.width
	}
}

// words writes a piece of text that begins at a place.
func (s *sheet) words(to vg.Point, p piece, l letters) {
	s.things = append(s.things, func(c vg.Canvas) {
		c.SetColor(l.color)
		if !l.turned {
			c.FillString(p.face, to, p.words)
			return
		}
		c.Push()
		c.Translate(to)
		c.Rotate(math.Pi / 2)
		c.FillString(p.face, vg.Point{}, p.words)
		c.Pop()
	})
}
