package plot

import (
	"cmp"
	"math"
	"strconv"
)

// barWidth is the room for the scale of colours beside the map.
const barWidth = 86

// scale draws which colour is which value.
func (m *contourMap) scale(f *frame) {
	n := len(m.levels.values)
	x0, x1 := f.right+18, f.right+34
	height := (f.bottom - f.top - 18) / float64(n+1)
	edge := func(k int) float64 { return f.bottom - float64(k)*height }
	for k := range n + 1 {
		f.area([][]point{rect(x0, edge(k+1), x1, edge(k))}, m.band(f.sheet, k))
	}
	every := 1 + int(15/height) // a line of text is 15 high
	for k, v := range m.levels.steps {
		y := edge(k + 1)
		f.line([]point{{x0, y}, {x1, y}}, stroke{color: clear(f.faint, 0.75), width: 0.8}, false)
		if k%every == 0 {
			f.text(point{x1 + 6, y}, valueText(v), letters{size: tickSize, color: f.ink, down: 0.5})
		}
	}
	f.line(rect(x0, edge(n+1), x1, f.bottom), stroke{color: f.ink, width: 1}, true)
	name := cmp.Or(m.ValueLabel, "f")
	switch {
	case m.levels.base == 0:
	case m.ValueLabel == "":
		name += " − min f"
	default:
		name += " − " + signed(strconv.FormatFloat(m.levels.base, 'g', 3, 64), false)
	}
	l := letters{size: tickSize, color: f.ink, down: 1}
	l.across = l.fitting(name, (x0+x1)/2, f.right+4, f.width-6)
	f.text(point{(x0 + x1) / 2, edge(n+1) - 6}, name, l)
}

// valueText writes a round number shortly.
func valueText(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-3 || a >= 1e5) {
		e := int(math.Floor(math.Log10(a) + 1e-9))
		mantissa := strconv.FormatFloat(v/math.Pow10(e), 'g', 3, 64)
		if mantissa == "1" {
			return tenTo(e, "", false)
		}
		return signed(mantissa, false) + tenTo(e, "×", false)
	}
	return signed(strconv.FormatFloat(v, 'g', 4, 64), false)
}
