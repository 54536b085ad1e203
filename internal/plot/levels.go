package plot

import (
	"math"
	"slices"
)

// levels are the values of a map's lines, lowest first. Lines of a logarithmic map
// are at base + step.
type levels struct {
	values []float64
	steps  []float64 // what the legend calls them
	base   float64   // 0 if steps are values
	log    bool
}

// A map has about so many lines. A logarithmic one with fewer than the fewest covers
// so few decades that equal spacing shows as much near the bottom, and more above.
const (
	lines  = 12
	fewest = 8
)

// chooseLevels finds levels for a grid. lowest is the lowest value known, on the
// grid or beside it.
//
// When the lowest value of the grid lies inside, the function has a valley there,
// and lines of equal spacing would leave it empty: levels are then round numbers
// above lowest that grow by about a constant factor. The first is chosen so that what
// lies below it is at least a few cells of the grid wide all along; a line around
// a thinner valley would break into pieces. When the lowest value lies on the edge
// of the grid, levels are equally spaced.
func chooseLevels(g *grid, lowest float64) levels {
	values := make([]float64, 0, len(g.z))
	for _, v := range g.z {
		if finite(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return levels{}
	}
	slices.Sort(values)
	low, high := values[0], values[len(values)-1]
	if nearly(low, high) {
		return levels{}
	}
	top := values[(len(values)-1)*98/100]
	if g.lowestInside() {
		base := math.Min(lowest, low)
		if l := g.logLevels(base, top); len(l.values) >= fewest {
			return l
		}
	}
	a := axis{min: low, max: high}
	if (top-low)/(high-low) < 0.2 { // a few peaks
		a.max = top
	}
	step := 1.0
	exponent := math.Pow10(int(math.Floor(math.Log10((a.max - a.min) / lines))))
	for _, f := range []float64{1, 2, 5, 10} {
		if step = f * exponent; (a.max-a.min)/step <= lines*1.3 {
			break
		}
	}
	var l levels
	for k := math.Ceil(a.min / step); k*step < a.max && len(l.values) < 3*lines; k++ {
		if k*step > low {
			l.values = append(l.values, k*step)
		}
	}
	l.steps = l.values
	return l
}

// lowestInside reports whether the lowest value is off the edge of the grid.
func (g *grid) lowestInside() bool {
	at := 0
	for k, v := range g.z {
		if v < g.z[at] {
			at = k
		}
	}
	i, j := at%g.nx, at/g.nx
	return i > 0 && i < g.nx-1 && j > 0 && j < g.ny-1
}

// logLevels are round numbers above base, in equal ratios up to top.
func (g *grid) logLevels(base, top float64) levels {
	if !(top > base) {
		return levels{}
	}
	first, found := 0.0, false
	for e := math.Floor(math.Log10(top-base)) - 12; e < 300 && !found; e += 0.5 {
		first = round13(e)
		if first >= (top-base)/2 {
			return levels{}
		}
		found = g.wide(base + first)
	}
	if base >= 0 && base <= first/3 {
		base = 0 // what a grid sees of a minimum of 0
	}
	l := levels{base: base, log: true}
	decades := math.Log10((top - base) / first)
	every := 1.0 / 3
	for _, every = range []float64{1.0 / 3, 0.5, 1, 2, 5, 10, 20, 50} {
		if decades/every <= lines*1.2 {
			break
		}
	}
	for e := math.Log10(first); math.Pow(10, e) < (top-base)*1.5 && len(l.values) < 3*lines; e += every {
		step := nearestRound(e, every)
		l.steps, l.values = append(l.steps, step), append(l.values, base+step)
	}
	return l
}

// round13 is 10^e with 3.16 rounded to 3.
func round13(e float64) float64 { return nearestRound(e, 0.5) }

// nearestRound is a number near 10^e that starts with 1, 3 or, where thirds of
// decades are asked for, 1, 2, 5.
func nearestRound(e, every float64) float64 {
	whole := math.Floor(e + 1e-6)
	digit := math.Pow(10, e-whole)
	choices := []float64{1, 3, 10}
	if every < 0.5 {
		choices = []float64{1, 2, 5, 10}
	}
	best := choices[0]
	for _, d := range choices {
		if math.Abs(math.Log(d/digit)) < math.Abs(math.Log(best/digit)) {
			best = d
		}
	}
	return best * math.Pow10(int(whole))
}

// The area below the first level is about so many cells of the grid wide, and has
// so large a share of the grid.
const (
	thinnest = 2.5
	smallest = 0.001
)

// wide reports whether the area below a level is wide enough for an unbroken line:
// its places are many for the length of its edge, and not just a dot.
func (g *grid) wide(level float64) bool {
	area, rim := 0, 0
	for j := range g.ny {
		for i := range g.nx {
			if g.at(i, j) >= level {
				continue
			}
			area++
			if i > 0 && g.at(i-1, j) >= level || i < g.nx-1 && g.at(i+1, j) >= level ||
				j > 0 && g.at(i, j-1) >= level || j < g.ny-1 && g.at(i, j+1) >= level {
				rim++
			}
		}
	}
	return float64(area) > smallest*float64(len(g.z)) && float64(2*area) > thinnest*float64(rim)
}
