package plot

import (
	"cmp"
	"math"
	"slices"
)

// Group are the values of one histogram.
type Group struct {
	Name   string
	Values []float64 // those not finite are left out
}

// Histogram shows how often values fall into bins of equal width, the same for all
// groups: of gradients, of weights, of results over seeds.
type Histogram struct {
	Title  string
	XLabel string // of the values, with their unit
	YLabel string // "count" if empty
	LogX   bool   // bins of equal ratio; values of 0 and less are left out
	Groups []Group
	Bins   int // if 0, as many as Freedman and Diaconis (1981) advise, 5 to 60

	Width, Height int // in pixels; 800 and 500 if 0
	Theme         Theme
}

// Write draws the histogram into a .png, .svg or .pdf file.
func (h Histogram) Write(file string) error {
	if err := CheckFile(file, Still); err != nil {
		return err
	}
	s, err := h.draw()
	if err != nil {
		return err
	}
	return write(file, s)
}

// counts are the horizontal axis, and the counts of each group in bins along it.
func (h Histogram) counts() (x axis, counts [][]float64, err error) {
	e := extent{log: h.LogX}
	var all []float64
	for _, g := range h.Groups {
		for _, v := range g.Values {
			if e.has(v) {
				e.add(v)
				all = append(all, v)
			}
		}
	}
	if e.empty() {
		return axis{}, nil, errorf(h.Title, "no value to count")
	}
	x = e.axis(Range{}, 0)
	places := make([]float64, len(all))
	for i, v := range all {
		places[i] = x.at(v)
	}
	n := h.Bins
	if n <= 0 {
		n = bins(places)
	}
	for _, g := range h.Groups {
		count := make([]float64, n)
		for _, v := range g.Values {
			if e.has(v) {
				count[min(max(int(x.at(v)*float64(n)), 0), n-1)]++
			}
		}
		counts = append(counts, count)
	}
	return x, counts, nil
}

// bins is the number of bins for places in [0, 1], of width 2·IQR/n^(1/3).
func bins(places []float64) int {
	slices.Sort(places)
	n := len(places)
	spread := places[(3*n)/4] - places[n/4]
	width := 2 * spread / math.Cbrt(float64(n))
	if !(width > 0) {
		return 5
	}
	return int(min(max(math.Ceil(1/width), 5), 60))
}

// draw puts the histogram onto a sheet.
func (h Histogram) draw() (*sheet, error) {
	x, counts, err := h.counts()
	if err != nil {
		return nil, err
	}
	s := newSheet(h.Theme, cmp.Or(h.Width, 800), cmp.Or(h.Height, 500), h.Title)
	y := axis{label: cmp.Or(h.YLabel, "count"), max: 1}
	for _, count := range counts {
		y.max = max(y.max, slices.Max(count)*1.04)
	}
	x.label = h.XLabel
	var legend []entry
	for i, g := range h.Groups {
		if g.Name != "" {
			legend = append(legend, entry{g.Name, func(s *sheet, at point) {
				box := rect(at.x-13, at.y-6, at.x+13, at.y+6)
				s.area([][]point{box}, clear(s.color(i), 0.35))
				s.line(box, stroke{color: s.color(i), width: 1.5, dash: dash(i)}, true)
			}})
		}
	}
	f := newFrame(s, x, y, legend, margins{})
	f.axes(true)
	for i, count := range counts {
		wide := (f.right - f.left) / float64(len(count))
		outline := []point{{f.left, f.bottom}}
		for k, c := range count {
			top := f.bottom - y.at(c)*(f.bottom-f.top)
			outline = append(outline, point{f.left + float64(k)*wide, top}, point{f.left + float64(k+1)*wide, top})
		}
		outline = append(outline, point{f.right, f.bottom})
		f.area([][]point{outline}, clear(f.color(i), 0.35))
		f.line(outline, stroke{color: f.color(i), width: 1.5, dash: dash(i)}, false)
	}
	return s, nil
}
