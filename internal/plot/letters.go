package plot

import (
	"image/color"
	"math"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	stdfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
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

// fonts are the faces, bold or not, parsed once.
var fonts = sync.OnceValue(func() map[bool]font.Face {
	faces := map[bool]font.Face{}
	for bold, data := range map[bool][]byte{false: liberationsansregular.TTF, true: liberationsansbold.TTF} {
		face, err := opentype.Parse(data)
		if err != nil {
			panic("plot: the built-in font is broken: " + err.Error())
		}
		weight := stdfont.WeightNormal
		if bold {
			weight = stdfont.WeightBold
		}
		faces[bold] = font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight}, Face: face}
	}
	return faces
})

// piece is a part of a text at one height.
type piece struct {
	words  string
	raised bool
	face   font.Face
	size   float64
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
		p := &list[i]
		p.size, p.face = l.size, fonts()[l.bold]
		if p.raised {
			p.size *= 0.75
		}
		p.glyphs(func(_ sfnt.Segments, end float64) { p.width = end })
	}
	return list
}

// width is that of a text in pixels.
func (l letters) width(words string) float64 {
	wide := 0.0
	for _, p := range l.pieces(words) {
		wide += p.width
	}
	return wide
}

// em is the size at which outlines are taken from the font.
const em = 1024

// glyphs calls use with the outline of each letter, moved to its place in units of
// size/em/64, and the place in pixels where it ends. A letter that the font lacks
// is its empty box.
func (p *piece) glyphs(use func(outline sfnt.Segments, end float64)) {
	var b sfnt.Buffer
	var before sfnt.GlyphIndex
	var x fixed.Int26_6
	for i, r := range p.words {
		glyph, err := p.face.Face.GlyphIndex(&b, r)
		if err != nil {
			continue
		}
		if i > 0 {
			if kern, err := p.face.Face.Kern(&b, before, glyph, em*64, stdfont.HintingNone); err == nil {
				x += kern
			}
		}
		outline, err := p.face.Face.LoadGlyph(&b, glyph, em*64, nil)
		if err != nil {
			outline = nil
		}
		for s := range outline {
			for a := range outline[s].Args {
				outline[s].Args[a].X += x
			}
		}
		if advance, err := p.face.Face.GlyphAdvance(&b, glyph, em*64, stdfont.HintingNone); err == nil {
			x += advance
		}
		use(outline, float64(x)/64*p.size/em)
		before = glyph
	}
}

// outline is the piece as a path that begins at a place and runs to the right, or
// up if turned.
func (p *piece) outline(at vg.Point, turned bool) vg.Path {
	var path vg.Path
	scale := vg.Length(p.size/em/64) * pixel
	place := func(q fixed.Point26_6) vg.Point {
		x, y := vg.Length(q.X)*scale, -vg.Length(q.Y)*scale
		if turned {
			x, y = -y, x
		}
		return vg.Point{X: at.X + x, Y: at.Y + y}
	}
	p.glyphs(func(outline sfnt.Segments, _ float64) {
		for i, s := range outline {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				if i > 0 {
					path.Close()
				}
				path.Move(place(s.Args[0]))
			case sfnt.SegmentOpLineTo:
				path.Line(place(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				path.QuadTo(place(s.Args[0]), place(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				path.CubeTo(place(s.Args[0]), place(s.Args[1]), place(s.Args[2]))
			}
		}
		if len(outline) > 0 {
			path.Close()
		}
	})
	return path
}

// text writes a line. Letters of the usual height are centred, whatever hangs below.
// SVG gets it as text; elsewhere it is drawn in outlines, which are as sharp turned
// as straight and need no font of a viewer.
func (s *sheet) text(at point, words string, l letters) {
	pieces := l.pieces(words)
	if len(pieces) == 0 {
		return
	}
	height := 0.72 * l.size
	place := func(along, up float64) vg.Point {
		if l.turned {
			return s.at(point{at.x + (1-l.down)*height - up, at.y - along})
		}
		return s.at(point{at.x + along, at.y + (1-l.down)*height - up})
	}
	from := -l.across * l.width(words)
	begin := place(from, 0)
	var path vg.Path
	for _, p := range pieces {
		up := 0.0
		if p.raised {
			up = 0.36 * l.size
		}
		path = append(path, p.outline(place(from, up), l.turned)...)
		from += p.width
	}
	face := fonts()[l.bold]
	face.Font.Size = vg.Length(l.size) * pixel
	s.things = append(s.things, func(c vg.Canvas) {
		c.SetColor(l.color)
		switch _, svg := c.(*vgsvg.Canvas); {
		case !svg:
			c.Fill(path)
		case l.turned:
			c.Push()
			c.Translate(begin)
			c.Rotate(math.Pi / 2)
			c.FillString(face, vg.Point{}, words)
			c.Pop()
		default:
			c.FillString(face, begin, words)
		}
	})
}
